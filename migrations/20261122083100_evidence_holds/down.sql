drop index evidence_expiry;
alter table evidence add column held_reason text;
comment on column evidence.held_reason is 'not personal: why it must be kept longer';
update evidence e set held_reason = 'held' from evidence_holds h where h.case_id = e.case_id;
create index evidence_expiry on evidence (expires_at) where held_reason is null;
drop table evidence_holds;
