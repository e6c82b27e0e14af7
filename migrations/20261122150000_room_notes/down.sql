drop table room_notes;
