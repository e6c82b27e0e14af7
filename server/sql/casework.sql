-- The state of a case at a moment: a lease that has lapsed leaves the case free, whatever the row still says.
create or replace function case_state_at(p_state text, p_claim_until timestamptz, p_escalated timestamptz, p_at timestamptz) returns text
language sql immutable parallel safe as $$
  select case when p_state <> 'claimed' or p_claim_until > p_at then p_state
              when p_escalated is null then 'new' else 'escalated' end
$$;
