drop table room_calls;
drop table message_reactions;
alter table messages drop column reply_to;
alter table accounts drop column shows_presence;
