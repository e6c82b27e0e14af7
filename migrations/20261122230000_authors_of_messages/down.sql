alter table messages
  add constraint messages_author_id_fkey foreign key (author_id) references accounts on delete set null,
  add constraint messages_room_id_fkey foreign key (room_id) references rooms on delete cascade;
