-- Append-only: the application's role may insert and select, nothing else (server/sql/grants.sql).
-- Ids and codes only, never text that a person wrote. Rows are written by audit_append() alone.
create table audit_log (
  seq bigint primary key,
  at timestamptz not null,
  actor_id uuid,
  act text not null,
  target_kind text not null,
  target_id uuid,
  codes jsonb not null default '{}',
  previous_hash bytea not null,
  hash bytea not null
);
create index audit_log_target on audit_log (target_kind, target_id, seq);
comment on column audit_log.actor_id is 'pd: who acted, for accountability; keep 5 years; export: yes';
comment on column audit_log.act is 'not personal: code of the act';
comment on column audit_log.target_kind is 'not personal: kind of the thing acted on';
comment on column audit_log.codes is 'not personal: ids and codes of the act';
comment on column audit_log.previous_hash is 'not personal: hash of the row before';
comment on column audit_log.hash is 'not personal: SHA-256 over the row and the hash before';
