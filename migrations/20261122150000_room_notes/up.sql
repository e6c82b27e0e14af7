-- What the hosts of a room tell each other about its evening, from one shift to the next. Participants never see it.
create table room_notes (
  id uuid primary key,
  room_id uuid not null references rooms on delete cascade,
  author_id uuid not null references accounts on delete cascade,
  body text not null constraint room_notes_body_len check (char_length(body) between 1 and 1000),
  created_at timestamptz not null
);
create index room_notes_of_room on room_notes (room_id, id desc);
create index room_notes_of_author on room_notes (author_id);
comment on column room_notes.author_id is 'pd: the host who wrote it; keep 30 days; export: yes';
comment on column room_notes.body is 'pd: what the host wrote to the other hosts; keep 30 days; export: yes';
