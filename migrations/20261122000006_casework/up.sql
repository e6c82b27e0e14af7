create table cases (
  id uuid primary key,
  lane text not null constraint cases_lane_known check (lane in ('submission', 'report', 'appeal')),
  source text not null constraint cases_source_known check (source in ('report', 'screening', 'submission', 'appeal')),
  state text not null default 'new' constraint cases_state_known check (state in ('new', 'claimed', 'decided', 'closed', 'waiting', 'escalated', 'reopened')),
  category text not null constraint cases_category_known check (category in ('danger', 'confidentiality', 'grooming', 'harassment', 'hate', 'self_harm_content', 'submission', 'spam', 'other', 'appeal')),
  level smallint not null constraint cases_level_range check (level between 1 and 5),
  certificate text constraint cases_certificate_known check (certificate in ('danger', 'confidentiality', 'grooming')),
  target_kind text not null constraint cases_target_kind_known check (target_kind in ('post', 'thread', 'reply', 'comment', 'message', 'account')),
  target_id uuid not null,
  target_revision integer not null default 1,
  subject_id uuid references accounts on delete set null,
  version integer not null default 1,
  due_at timestamptz not null,
  exposure integer not null default 0,
  reporters integer not null default 0,
  reporter_record integer not null default 0,
  hidden_from text constraint cases_hidden_from_known check (hidden_from in ('live', 'redacted')),
  claim_holder uuid references accounts on delete set null,
  claim_until timestamptz,
  appealed_decision_id uuid,
  created_at timestamptz not null default now(),
  escalated_at timestamptz,
  decided_at timestamptz,
  closed_at timestamptz
);
-- What an appeal is about is the decision: two decisions about one text may be appealed at the same time.
create unique index cases_one_open on cases (target_kind, target_id, lane, coalesce(appealed_decision_id, target_id)) where state not in ('decided', 'closed');
-- The order of moderation::triage, as one row comparison.
create index cases_queue on cases (level, due_at, (-exposure), (-reporters), (-reporter_record), created_at, id) where state <> 'closed';
create index cases_closed on cases (closed_at desc, id desc) where state = 'closed';
create index cases_overdue on cases (due_at) where state <> 'closed' and escalated_at is null;
create index cases_of_subject on cases (subject_id, created_at desc);
create index cases_of_holder on cases (claim_holder) where claim_holder is not null;
comment on column cases.lane is 'not personal: which queue'; comment on column cases.source is 'not personal: where it came from';
comment on column cases.state is 'not personal: state of the work'; comment on column cases.category is 'not personal: code';
comment on column cases.hidden_from is 'not personal: state before automatic hiding';
comment on column cases.certificate is 'not personal: training that is needed'; comment on column cases.target_kind is 'not personal: kind of the text';
comment on column cases.subject_id is 'pd: whose text or account the case is about; keep 3 years; export: yes';
comment on column cases.claim_holder is 'pd: moderator at work on it; keep until decided; export: no';

create table reports (
  id uuid primary key,
  case_id uuid not null references cases on delete cascade,
  reporter_id uuid references accounts on delete set null,
  network_hash bytea,
  reason text not null,
  note_sealed bytea,
  target_revision integer not null,
  independent boolean not null,
  hid boolean not null default false,
  created_at timestamptz not null default now()
);
create index reports_of_case on reports (case_id, created_at);
create index reports_of_reporter on reports (reporter_id, created_at desc);
comment on column reports.reporter_id is 'pd: witness; keep 3 years; export: yes';
comment on column reports.network_hash is 'pd: keyed hash of the network, brake against rings; keep 24 hours; export: no';
comment on column reports.reason is 'not personal: code';
comment on column reports.note_sealed is 'pd: the witness''s words, sealed with the case key; keep as the case''s evidence; export: no';

create table sanctions (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  decision_id uuid not null,
  kind text not null constraint sanctions_kind_known check (kind in ('warn', 'mute', 'suspend')),
  starts_at timestamptz not null default now(),
  until timestamptz,
  lifted_at timestamptz,
  constraint sanctions_until_given check (kind = 'warn' or until is not null)
);
create index sanctions_in_force on sanctions (account_id, kind, until) where lifted_at is null;
comment on column sanctions.account_id is 'pd: whom it concerns; keep 3 years; export: yes';
comment on column sanctions.kind is 'pd: warn, mute, suspend; keep 3 years; export: yes';

-- The statement of reasons of DSA art. 17.
create table decisions (
  id uuid primary key,
  case_id uuid not null references cases on delete cascade,
  action text not null,
  rule text,
  statement text not null constraint decisions_statement_len check (char_length(statement) <= 4000),
  automated boolean not null default false,
  subject_id uuid references accounts on delete set null,
  decided_by uuid references accounts on delete set null,
  target_kind text not null,
  target_id uuid not null,
  target_revision integer not null,
  target_state text not null,
  previous_state text not null,
  appeal_until timestamptz,
  overturned_at timestamptz,
  created_at timestamptz not null default now()
);
create index decisions_of_case on decisions (case_id, created_at);
create index decisions_about on decisions (subject_id, created_at desc);
comment on column decisions.action is 'not personal: code'; comment on column decisions.rule is 'not personal: id of a house rule';
comment on column decisions.statement is 'pd: reasons told to the person; keep 3 years; export: yes';
comment on column decisions.subject_id is 'pd: whom it is about; keep 3 years; export: yes';
comment on column decisions.decided_by is 'pd: moderator; keep 3 years; export: no';
comment on column decisions.target_kind is 'not personal: kind of the text';
comment on column decisions.target_state is 'not personal: state after'; comment on column decisions.previous_state is 'not personal: state before';

create table appeals (
  id uuid primary key,
  decision_id uuid not null constraint appeals_decision_key unique references decisions on delete cascade,
  case_id uuid not null references cases on delete cascade,
  account_id uuid references accounts on delete set null,
  text_sealed bytea not null,
  created_at timestamptz not null default now()
);
comment on column appeals.account_id is 'pd: who appealed; keep 3 years; export: yes';
comment on column appeals.text_sealed is 'pd: the person''s words, sealed with the case key; keep as the case''s evidence; export: no';

create table case_keys (
  case_id uuid primary key references cases on delete cascade,
  wrapped_key bytea not null
);
comment on column case_keys.wrapped_key is 'not personal: key of the case, wrapped with the key of the community';

create table evidence (
  id uuid primary key,
  case_id uuid not null references cases on delete cascade,
  target_kind text not null,
  target_id uuid not null,
  revision integer not null,
  body_sealed bytea not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  held_reason text,
  constraint evidence_once unique (case_id, target_kind, target_id, revision)
);
create index evidence_expiry on evidence (expires_at) where held_reason is null;
comment on column evidence.target_kind is 'not personal: kind of the text';
comment on column evidence.body_sealed is 'pd: the text as reported, sealed with the case key; keep until 30 days after the appeal window; export: no';
comment on column evidence.held_reason is 'not personal: why it must be kept longer';

-- One row a surface; a worker finishes them with retries, and the case cannot close before.
create table redaction_tasks (
  id uuid primary key,
  case_id uuid not null references cases on delete cascade,
  decision_id uuid not null references decisions on delete cascade,
  surface text not null,
  target_kind text not null,
  target_id uuid not null,
  attempts integer not null default 0,
  last_error text,
  not_before timestamptz not null default now(),
  done_at timestamptz,
  constraint redaction_tasks_once unique (decision_id, surface)
);
create index redaction_tasks_open on redaction_tasks (not_before) where done_at is null;
comment on column redaction_tasks.surface is 'not personal: where copies are'; comment on column redaction_tasks.target_kind is 'not personal: kind of the text';
comment on column redaction_tasks.last_error is 'not personal: code of the last failure';

create table case_events (
  id uuid primary key,
  case_id uuid not null references cases on delete cascade,
  at timestamptz not null default now(),
  actor_id uuid references accounts on delete set null,
  kind text not null,
  codes jsonb not null default '{}',
  note_sealed bytea
);
create index case_events_of_case on case_events (case_id, at, id);
comment on column case_events.actor_id is 'pd: who acted; keep 3 years; export: no';
comment on column case_events.note_sealed is 'pd: why a moderator took a case over or read evidence, sealed with the case key; keep as the case''s evidence; export: no';
comment on column case_events.kind is 'not personal: code'; comment on column case_events.codes is 'not personal: ids and codes';

create table notifications (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  kind text not null,
  params jsonb not null default '{}',
  created_at timestamptz not null default now(),
  read_at timestamptz
);
create index notifications_of_account on notifications (account_id, created_at desc, id desc);
comment on column notifications.account_id is 'pd: whom it is for; keep 12 months; export: yes';
comment on column notifications.kind is 'pd: what happened, a code; keep 12 months; export: yes';
comment on column notifications.params is 'pd: ids and codes, never text; keep 12 months; export: yes';
