-- The state of a case at a moment: a lease that has lapsed leaves the case free, whatever the row still says.
create or replace function case_state_at(p_state text, p_claim_until timestamptz, p_escalated timestamptz, p_at timestamptz) returns text
language sql immutable parallel safe as $$
  select case when p_state <> 'claimed' or p_claim_until > p_at then p_state
              when p_escalated is null then 'new' else 'escalated' end
$$;

-- Nobody holds a case without the training it takes, or one that concerns them: here as well as in the program.
-- The moment of claiming is the end of the lease less its length (moderation::claim::LEASE), so that it is the program's clock.
create or replace function cases_guard_claim() returns trigger language plpgsql as $$
declare
  is_new boolean := tg_op = 'INSERT' or new.claim_holder is distinct from old.claim_holder or new.claim_until is distinct from old.claim_until;
begin
  if new.claim_holder is null or not (is_new or new.certificate is distinct from old.certificate) then
    return new;
  end if;
  if new.certificate is not null and not exists (
       select from certificates t where t.account_id = new.claim_holder and t.category = new.certificate
          and (t.expires_at is null or t.expires_at > new.claim_until - interval '15 minutes')) then
    raise exception 'a claim takes the certificate of the case' using errcode = 'check_violation', constraint = 'cases_claim_certificate', table = 'cases';
  end if;
  if is_new and (new.claim_holder = new.subject_id
       or exists (select from reports r where r.case_id = new.id and r.reporter_id = new.claim_holder)
       or exists (select from decisions d where d.id = new.appealed_decision_id and d.decided_by = new.claim_holder)) then
    raise exception 'nobody holds a case that concerns them' using errcode = 'check_violation', constraint = 'cases_claim_concerns', table = 'cases';
  end if;
  return new;
end $$;
create or replace trigger cases_guard_claim before insert or update of claim_holder, claim_until, certificate on cases
  for each row execute function cases_guard_claim();

-- A case closes when every copy is gone and every step of a breach is done, whoever asks.
create or replace function cases_guard_close() returns trigger language plpgsql as $$
begin
  if exists (select from redaction_tasks t where t.case_id = new.id and t.done_at is null) then
    raise exception 'copies of the text are left' using errcode = 'check_violation', constraint = 'cases_tasks_left', table = 'cases';
  end if;
  if exists (select from breaches b join breach_steps s on s.case_id = b.case_id
              where b.case_id = new.id and b.no_breach is null and s.done_at is null) then
    raise exception 'steps of the breach are left' using errcode = 'check_violation', constraint = 'cases_steps_left', table = 'cases';
  end if;
  return new;
end $$;
create or replace trigger cases_guard_close before update of state on cases
  for each row when (new.state = 'closed' and old.state is distinct from 'closed') execute function cases_guard_close();
