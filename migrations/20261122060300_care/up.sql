-- How moderators look after themselves: a pause from new cases, and when they last looked back on a hard one.
create table desk_care (
  account_id uuid primary key references accounts on delete cascade,
  paused_since timestamptz,
  rested_at timestamptz
);
comment on column desk_care.account_id is 'pd: moderator whose pauses these are; keep until the account ends; export: yes';
create index decisions_by on decisions (decided_by, created_at desc);
