-- `version` counts changes of the facts that decide whether the room is open: the ingest compares it.
-- `hours` is a list of {"weekday": "monday"…, "from": "HH:MM", "to": "HH:MM"} in the community's time zone.
create table rooms (
  id uuid primary key,
  slug text not null constraint rooms_slug_key unique constraint rooms_slug_form check (slug ~ '^[a-z0-9-]{1,60}$'),
  name text not null constraint rooms_name_len check (char_length(name) between 1 and 60),
  description text not null default '' constraint rooms_description_len check (char_length(description) <= 500),
  always_open boolean not null default false,
  hours jsonb not null default '[]',
  history text not null default 'whole' constraint rooms_history_known check (history in ('whole', 'from_entry')),
  slow_mode_s integer not null default 0 constraint rooms_slow_mode_s_range check (slow_mode_s between 0 and 3600),
  opened_until timestamptz,
  closed_until timestamptz,
  position integer not null default 0,
  last_seq bigint not null default 0,
  version bigint not null default 1,
  created_at timestamptz not null default now()
);
comment on column rooms.slug is 'not personal: address of the room';
comment on column rooms.name is 'not personal: staff-written';
comment on column rooms.description is 'not personal: staff-written';
comment on column rooms.hours is 'not personal: opening hours by weekday';
comment on column rooms.history is 'not personal: how much of the history a member sees';

create table room_hosts (
  room_id uuid not null references rooms on delete cascade,
  account_id uuid not null references accounts on delete cascade,
  primary key (room_id, account_id)
);
comment on column room_hosts.account_id is 'pd: who hosts the room; keep until the role ends; export: yes';

create table room_entries (
  room_id uuid not null references rooms on delete cascade,
  account_id uuid not null references accounts on delete cascade,
  entered_at timestamptz not null default now(),
  rules_accepted_at timestamptz,
  entered_seq bigint not null default 0,
  read_seq bigint not null default 0,
  primary key (room_id, account_id)
);
create index room_entries_of_account on room_entries (account_id);
comment on column room_entries.account_id is 'pd: who has entered and seen the ground rules; keep until erasure; export: yes';

-- Sequence of a room: a message takes a seq, and so does each event about a message (room_events).
create table messages (
  room_id uuid not null references rooms on delete cascade,
  seq bigint not null,
  id uuid not null constraint messages_id_key unique,
  author_id uuid references accounts on delete set null,
  client_id uuid not null,
  body text not null constraint messages_body_len check (char_length(body) <= 2000),
  body_html text not null,
  state text not null constraint messages_state_known check (state in ('live', 'hidden_pending', 'hidden', 'redacted', 'removed', 'deleted', 'purged')),
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  state_changed_at timestamptz not null default now(),
  primary key (room_id, seq),
  constraint messages_room_author_client_key unique (room_id, author_id, client_id)
);
create index messages_of_author on messages (author_id, created_at desc);
comment on column messages.author_id is 'pd: who wrote it; keep 12 months; export: yes';
comment on column messages.body is 'pd: written by the author; keep 12 months; export: yes';
comment on column messages.body_html is 'pd: rendered from the body; keep 12 months; export: no';
comment on column messages.state is 'not personal: state of the text';

-- Earlier texts of a message: a report keeps what the reporter saw.
create table message_revisions (
  message_id uuid not null references messages (id) on delete cascade,
  revision integer not null,
  body text not null constraint message_revisions_body_len check (char_length(body) <= 2000),
  replaced_at timestamptz not null default now(),
  primary key (message_id, revision)
);
comment on column message_revisions.body is 'pd: an earlier text of the author, for reports about it; keep 30 days; export: no';

create table room_events (
  room_id uuid not null references rooms on delete cascade,
  seq bigint not null,
  kind text not null constraint room_events_kind_known check (kind in ('edited', 'redacted', 'restored')),
  message_id uuid not null references messages (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (room_id, seq)
);
comment on column room_events.kind is 'not personal: what happened to the message';

-- Messages that screening held: they take no seq before a person has let them through.
create table held_messages (
  id uuid primary key,
  room_id uuid not null references rooms on delete cascade,
  author_id uuid references accounts on delete cascade,
  client_id uuid not null,
  body text not null constraint held_messages_body_len check (char_length(body) <= 2000),
  body_html text not null,
  state text not null default 'hidden_pending' constraint held_messages_state_known check (state in ('hidden_pending', 'hidden', 'removed', 'published')),
  created_at timestamptz not null default now(),
  constraint held_messages_room_author_client_key unique (room_id, author_id, client_id)
);
comment on column held_messages.author_id is 'pd: who wrote it; keep until decided, then as a message; export: yes';
comment on column held_messages.body is 'pd: written by the author; keep until decided, then as a message; export: yes';
comment on column held_messages.body_html is 'pd: rendered from the body; keep until decided; export: no';
comment on column held_messages.state is 'not personal: state of the text';

create table live_tickets (
  ticket_hash bytea primary key,
  session_id uuid not null references sessions on delete cascade,
  expires_at timestamptz not null
);
comment on column live_tickets.ticket_hash is 'pd: SHA-256 of a single-use ticket of a session; keep 90 seconds; export: no';
