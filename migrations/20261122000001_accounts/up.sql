create table accounts (
  id uuid primary key,
  pseudonym text not null constraint accounts_pseudonym_len check (char_length(pseudonym) between 3 and 24),
  pseudonym_skeleton text not null constraint accounts_pseudonym_skeleton_key unique,
  password_hash text not null,
  recovery_hash text not null,
  birth_year smallint not null,
  trusted boolean not null default false,
  ask_me_about text constraint accounts_ask_me_about_len check (char_length(ask_me_about) <= 280),
  heard_from text constraint accounts_heard_from_len check (char_length(heard_from) <= 200),
  locale text not null default 'da' constraint accounts_locale_known check (locale in ('da', 'en')),
  origin text not null constraint accounts_origin_known check (origin in ('sign_up', 'command', 'demo', 'fixture')),
  rules_accepted_at timestamptz not null,
  consented_at timestamptz,
  created_at timestamptz not null default now(),
  erased_at timestamptz
);
create index accounts_newest on accounts (created_at desc, id desc);
comment on column accounts.pseudonym is 'pd: the name the person chose to be known by here; keep until erasure; export: yes';
comment on column accounts.pseudonym_skeleton is 'pd: look-alike form of the pseudonym, so nobody can pose as somebody else; keep until erasure; export: no';
comment on column accounts.password_hash is 'pd: Argon2id hash for signing in; keep until erasure; export: no';
comment on column accounts.recovery_hash is 'pd: Argon2id hash of the recovery code; keep until erasure; export: no';
comment on column accounts.birth_year is 'pd: to keep the minimum age, nothing else; keep until erasure; export: yes';
comment on column accounts.ask_me_about is 'pd: what a supporter likes to be asked about, shown on the profile; keep until erasure; export: yes';
comment on column accounts.heard_from is 'pd: where the person heard of us, counted for the evaluation; keep until erasure; export: yes';
comment on column accounts.locale is 'pd: language of messages to the person; keep until erasure; export: yes';
comment on column accounts.origin is 'not personal: how the account came to be';

create table account_roles (
  account_id uuid not null references accounts on delete cascade,
  role text not null constraint account_roles_role_known check (role in ('peer_supporter', 'moderator', 'coordinator')),
  granted_by uuid references accounts on delete set null,
  granted_at timestamptz not null default now(),
  primary key (account_id, role)
);
comment on column account_roles.account_id is 'pd: who holds the role; keep until the role or the account ends; export: yes';
comment on column account_roles.role is 'pd: a role beside participant, which everybody is; keep until it ends; export: yes';
comment on column account_roles.granted_by is 'pd: who gave the role; keep until the role ends; export: no';

create table certificates (
  account_id uuid not null references accounts on delete cascade,
  category text not null constraint certificates_category_known check (category in ('danger', 'confidentiality', 'grooming')),
  granted_by uuid references accounts on delete set null,
  granted_at timestamptz not null default now(),
  expires_at timestamptz,
  primary key (account_id, category)
);
comment on column certificates.account_id is 'pd: who was trained; keep until the account ends; export: yes';
comment on column certificates.category is 'pd: what the person was trained in; keep until the account ends; export: yes';
comment on column certificates.granted_by is 'pd: who recorded the training; keep until the account ends; export: no';

create table sessions (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  carrier text not null constraint sessions_carrier_known check (carrier in ('cookie', 'bearer')),
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  authenticated_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index sessions_of_account on sessions (account_id) where revoked_at is null;
create index sessions_expiry on sessions (expires_at);
comment on column sessions.account_id is 'pd: whose session; keep until its end; export: yes';
comment on column sessions.carrier is 'not personal: cookie or bearer token';

create table idempotency_keys (
  account_id uuid not null references accounts on delete cascade,
  key text not null constraint idempotency_keys_key_len check (char_length(key) between 1 and 200),
  request_hash bytea not null,
  status smallint,
  resource_id uuid,
  created_at timestamptz not null default now(),
  primary key (account_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
comment on column idempotency_keys.account_id is 'pd: whose request; keep 24 hours; export: no';
comment on column idempotency_keys.key is 'pd: chosen by the person''s program; keep 24 hours; export: no';
comment on column idempotency_keys.request_hash is 'pd: SHA-256 of the request; keep 24 hours; export: no';

create table consents (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  purpose text not null constraint consents_purpose_known check (purpose in ('sensitive', 'rules')),
  given boolean not null,
  at timestamptz not null default now()
);
create index consents_of_account on consents (account_id, at);
comment on column consents.account_id is 'pd: who consented or took it back; keep until erasure; export: yes';
comment on column consents.purpose is 'pd: what the consent is about (GDPR art. 7(1), 9(2)(a)); keep until erasure; export: yes';

-- Pseudonyms of erased accounts, so that nobody can pose as somebody who left.
create table retired_pseudonyms (
  skeleton_hash bytea primary key,
  retired_at timestamptz not null
);
comment on column retired_pseudonyms.skeleton_hash is 'pd: keyed hash of the pseudonym of an erased account; keep 12 months; export: no';
