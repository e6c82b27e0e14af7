-- Whether somebody may have to do with a case at all: never with one about oneself or one's own text, nor with one's own
-- report, nor with an appeal against one's own decision (RIGHTS.md, "decide about oneself, own text, own report").
create or replace function may_handle(p_case uuid, p_subject uuid, p_appealed uuid, p_viewer uuid) returns boolean
language sql stable parallel safe as $$
  select p_subject is distinct from p_viewer
     and not exists (select from reports r where r.case_id = p_case and r.reporter_id = p_viewer)
     and (p_appealed is null or not exists (
           select from decisions d where d.id = p_appealed
              and (d.decided_by = p_viewer
                   or exists (select from reports r where r.case_id = d.case_id and r.reporter_id = p_viewer))))
$$;

-- The state of a case at a moment: a lease that has lapsed leaves the case free, whatever the row still says.
create or replace function case_state_at(p_state text, p_claim_until timestamptz, p_escalated timestamptz, p_at timestamptz) returns text
language sql immutable parallel safe as $$
  select case when p_state <> 'claimed' or p_claim_until > p_at then p_state
              when p_escalated is null then 'new' else 'escalated' end
$$;
