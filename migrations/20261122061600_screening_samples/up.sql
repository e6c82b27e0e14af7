-- Texts that screening let through, drawn by chance for a blind look: ids and what the reviewer saw, never the text.
-- When the text goes, so does its id; the bare verdict stays until the period is over, so that the miss rate is not beautified.
create table screening_samples (
  id uuid primary key,
  target_kind text not null constraint screening_samples_kind_known check (target_kind in ('post', 'thread', 'reply', 'comment', 'message')),
  target_id uuid,
  verdict text constraint screening_samples_verdict_known check (verdict in ('nothing', 'personal_data', 'danger', 'contact', 'hate', 'other')),
  drawn_at timestamptz not null default now(),
  reviewed_at timestamptz,
  constraint screening_samples_once unique (target_kind, target_id),
  constraint screening_samples_reviewed check ((verdict is null) = (reviewed_at is null))
);
create index screening_samples_age on screening_samples (drawn_at);
comment on column screening_samples.target_kind is 'not personal: kind of the text';
comment on column screening_samples.target_id is 'pd: a text drawn by chance; keep 90 days or until the text is gone; export: no';
comment on column screening_samples.verdict is 'not personal: what the program missed, a code';
