-- What people in a chat room are to each other: who is here, answers, quiet nods, a second pair of eyes.

alter table accounts add column shows_presence boolean not null default true;
comment on column accounts.shows_presence is 'pd: whether the person is counted among those who are in a chat room now; keep until erasure; export: yes';

-- An answer points at what it answers and copies nothing of it: what is taken away is gone from every quote.
alter table messages add column reply_to uuid constraint messages_reply_to_fkey references messages (id) on delete set null;
create index messages_reply_to on messages (reply_to) where reply_to is not null;
comment on column messages.reply_to is 'not personal: the message that it answers';

create table message_reactions (
  message_id uuid not null references messages (id) on delete cascade,
  account_id uuid not null references accounts on delete cascade,
  kind text not null constraint message_reactions_kind_known check (kind in ('know_it', 'thanks')),
  created_at timestamptz not null,
  primary key (message_id, account_id, kind)
);
create index message_reactions_of_account on message_reactions (account_id);
comment on column message_reactions.account_id is 'pd: who nodded at the message, told to nobody; keep as long as the message; export: yes';
comment on column message_reactions.kind is 'pd: what the nod says; keep as long as the message; export: yes';

-- A host asks a moderator to look in.
create table room_calls (
  id uuid primary key,
  room_id uuid not null references rooms on delete cascade,
  asked_by uuid references accounts on delete set null,
  note text not null default '' constraint room_calls_note_len check (char_length(note) <= 500),
  created_at timestamptz not null,
  answered_by uuid references accounts on delete set null,
  answered_at timestamptz
);
create unique index room_calls_open on room_calls (room_id) where answered_at is null;
create index room_calls_of_host on room_calls (asked_by);
comment on column room_calls.asked_by is 'pd: the host who asked; keep 30 days; export: yes';
comment on column room_calls.note is 'pd: what the host wrote to the moderators; keep 30 days; export: yes';
comment on column room_calls.answered_by is 'pd: the moderator who came; keep 30 days; export: no';
