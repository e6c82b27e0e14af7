-- The only writer of the audit log. Appends are put in line by a lock that lasts until the commit,
-- so the chain has no forks and no gap that a rollback could leave.
create or replace function audit_append(p_at timestamptz, p_actor uuid, p_act text, p_kind text, p_target uuid, p_codes jsonb)
returns bigint language plpgsql as $$
declare
  last record;
  next_seq bigint;
  prev bytea;
begin
  perform pg_advisory_xact_lock(7020094613274031);
  select seq, hash into last from audit_log order by seq desc limit 1;
  next_seq := coalesce(last.seq, 0) + 1;
  prev := coalesce(last.hash, '\x00'::bytea);
  insert into audit_log (seq, at, actor_id, act, target_kind, target_id, codes, previous_hash, hash)
  values (next_seq, p_at, p_actor, p_act, p_kind, p_target, p_codes, prev,
          audit_hash(next_seq, p_at, p_actor, p_act, p_kind, p_target, p_codes, prev));
  return next_seq;
end $$;

-- Hash over a row and the hash before it; `ligesind audit verify` computes it again.
create or replace function audit_hash(p_seq bigint, p_at timestamptz, p_actor uuid, p_act text, p_kind text, p_target uuid, p_codes jsonb, p_prev bytea)
returns bytea language sql stable as $$
  select sha256(p_prev || convert_to(concat_ws('|', p_seq, extract(epoch from p_at)::numeric(20,6), coalesce(p_actor::text, '-'),
    p_act, p_kind, coalesce(p_target::text, '-'), p_codes::text), 'UTF8'))
$$;
