drop table live_tickets;
drop table held_messages;
drop table room_events;
drop table message_revisions;
drop table messages;
drop table room_entries;
drop table room_hosts;
drop table rooms;
