-- A hold keeps what belongs to a case from being destroyed in time: put by a person, with a reason and an end.
-- It stands on the case, so that what is sealed later is held as well; the column on evidence could only be set by hand.
create table evidence_holds (
  case_id uuid primary key references cases on delete cascade,
  reason_sealed bytea,
  until timestamptz not null,
  held_by uuid references accounts on delete set null,
  held_at timestamptz not null
);
create index evidence_holds_until on evidence_holds (until);
comment on column evidence_holds.reason_sealed is 'pd: why it must be kept longer, sealed with the case key; keep until the hold ends; export: no';
comment on column evidence_holds.held_by is 'pd: moderator who put the hold; keep until the hold ends; export: no';

insert into evidence_holds (case_id, until, held_at)
  select distinct case_id, now() + interval '12 months', now() from evidence where held_reason is not null;
drop index evidence_expiry;
alter table evidence drop column held_reason;
create index evidence_expiry on evidence (expires_at);
