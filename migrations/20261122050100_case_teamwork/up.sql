-- What moderators do together on a case: handing it on, waiting for an answer, asking a colleague, seeing who else looks.
alter table cases
  add column handed_to uuid references accounts on delete set null,
  add column waiting_until timestamptz;
comment on column cases.handed_to is 'pd: colleague whom the case was handed on to; keep until somebody takes it; export: no';

-- A question to a colleague. What is in it is de-identified unless its author says otherwise, and sealed with the key of the case.
create table case_consults (
  id uuid primary key,
  case_id uuid not null references cases on delete cascade,
  asked_by uuid references accounts on delete set null,
  asked_of uuid references accounts on delete set null,
  category text not null,
  level smallint not null,
  question_sealed bytea not null,
  text_sealed bytea,
  answer_sealed bytea,
  created_at timestamptz not null default now(),
  answered_at timestamptz
);
create index case_consults_of_case on case_consults (case_id, created_at);
create index case_consults_waiting on case_consults (asked_of, created_at) where answered_at is null;
comment on column case_consults.asked_by is 'pd: moderator who asked; keep with the case; export: no';
comment on column case_consults.asked_of is 'pd: colleague who was asked; keep with the case; export: no';
comment on column case_consults.category is 'not personal: code';
comment on column case_consults.question_sealed is 'pd: the question, sealed with the case key; keep as the case''s evidence; export: no';
comment on column case_consults.text_sealed is 'pd: the text with names and personal data taken out, sealed with the case key; keep as the case''s evidence; export: no';
comment on column case_consults.answer_sealed is 'pd: the colleague''s answer, sealed with the case key; keep as the case''s evidence; export: no';

-- Who has the page of a case open, renewed while they look.
create table case_presence (
  case_id uuid not null references cases on delete cascade,
  account_id uuid not null references accounts on delete cascade,
  seen_at timestamptz not null,
  primary key (case_id, account_id)
);
create index case_presence_age on case_presence (seen_at);
comment on column case_presence.account_id is 'pd: moderator who has the case open; keep 2 minutes; export: no';
