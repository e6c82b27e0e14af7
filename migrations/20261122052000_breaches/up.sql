-- Breaches of confidentiality, step by step (moderation::breach). A case about what happened outside has no text.
alter table cases drop constraint cases_target_kind_known,
  add constraint cases_target_kind_known check (target_kind in ('post', 'thread', 'reply', 'comment', 'message', 'account', 'outside'));

create table breaches (
  case_id uuid primary key references cases on delete cascade,
  aware_at timestamptz not null,
  no_breach text constraint breaches_no_breach_known check (no_breach in ('dismissed', 'nobody_saw', 'own_data', 'not_confidential', 'overturned')),
  left_kinds text[] not null default '{}',
  reach text constraint breaches_reach_known check (reach in ('nobody', 'few', 'many', 'outside', 'unknown')),
  affected_outside integer not null default 0,
  verdict text constraint breaches_verdict_known check (verdict in ('risk_unlikely', 'notify', 'notify_and_tell')),
  notified_at timestamptz,
  form_sealed bytea,
  warned_at timestamptz
);
create index breaches_clock on breaches (aware_at) where verdict is null and no_breach is null and warned_at is null;
comment on column breaches.no_breach is 'not personal: why it turned out to be none';
comment on column breaches.left_kinds is 'not personal: codes of what left the space';
comment on column breaches.reach is 'not personal: code of how far it went';
comment on column breaches.verdict is 'not personal: code of the assessment';
comment on column breaches.form_sealed is 'pd: the assessment of GDPR art. 33, sealed with the case key; keep as the case''s evidence; export: no';

-- Every breach has a row for every step; its case cannot close while one is open (server/sql/casework.sql).
create table breach_steps (
  case_id uuid not null references breaches on delete cascade,
  step text not null constraint breach_steps_step_known check (step in
    ('contain', 'affected', 'left_space', 'decide', 'tell_affected', 'tell_author', 'repair', 'pledge', 'assess', 'close')),
  outcome text constraint breach_steps_outcome_known check (outcome in ('done', 'not_needed', 'not_possible')),
  done_at timestamptz,
  done_by uuid references accounts on delete set null,
  note_sealed bytea,
  primary key (case_id, step),
  constraint breach_steps_whole check ((outcome is null) = (done_at is null))
);
comment on column breach_steps.step is 'not personal: code'; comment on column breach_steps.outcome is 'not personal: code';
comment on column breach_steps.done_by is 'pd: moderator who did it; keep 3 years; export: no';
comment on column breach_steps.note_sealed is 'pd: what was done, sealed with the case key; keep as the case''s evidence; export: no';

create table breach_people (
  case_id uuid not null references breaches on delete cascade,
  account_id uuid not null references accounts on delete cascade,
  told_at timestamptz,
  primary key (case_id, account_id)
);
create index breach_people_of_account on breach_people (account_id);
comment on column breach_people.account_id is 'pd: member affected by a breach; keep with the case; export: no';

-- What the team wrote to somebody, signed by a person.
create table letters (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  case_id uuid references cases on delete set null,
  about text not null constraint letters_about_known check (about in ('breach_affected', 'breach_author')),
  title text not null constraint letters_title_len check (char_length(title) between 1 and 120),
  body text not null constraint letters_body_len check (char_length(body) between 1 and 4000),
  signed_by uuid references accounts on delete set null,
  signed_name text,
  signed_role text not null,
  created_at timestamptz not null default now()
);
create index letters_of_account on letters (account_id, created_at desc, id desc);
create index letters_of_case on letters (case_id, created_at);
comment on column letters.account_id is 'pd: whom it was written to; keep 12 months; export: yes';
comment on column letters.about is 'not personal: code of the occasion';
comment on column letters.title is 'pd: what we wrote; keep 12 months; export: yes';
comment on column letters.body is 'pd: what we wrote; keep 12 months; export: yes';
comment on column letters.signed_by is 'pd: moderator who wrote; keep 12 months; export: no';
comment on column letters.signed_name is 'pd: pseudonym under the letter, where its writer chose to; keep 12 months; export: yes';
comment on column letters.signed_role is 'pd: role under the letter; keep 12 months; export: yes';

-- Who was asked to say yes to the pledge of confidentiality again. Until then the account reads but does not write.
create table pledges (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  case_id uuid references cases on delete set null,
  asked_at timestamptz not null default now(),
  signed_at timestamptz
);
create unique index pledges_one_open on pledges (account_id) where signed_at is null;
create index pledges_of_case on pledges (case_id);
comment on column pledges.account_id is 'pd: who was asked to sign the pledge of confidentiality again; keep 3 years; export: yes';

-- Cases that wait already get their steps.
insert into breaches (case_id, aware_at)
  select id, created_at from cases where category = 'confidentiality' and certificate is not null and state not in ('decided', 'closed');
insert into breach_steps (case_id, step)
  select case_id, step from breaches cross join unnest(array['contain', 'affected', 'left_space', 'decide', 'tell_affected', 'tell_author', 'repair', 'pledge', 'assess', 'close']) step;
