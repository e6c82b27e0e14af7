-- When somebody last said something in a room since a moment: new words or changed ones.
create or replace function chat_last_said(p_room uuid, p_author uuid, p_since timestamptz) returns timestamptz
language plpgsql stable as $$
begin
  return greatest(
    (select max(m.created_at) from messages m where m.author_id = p_author and m.room_id = p_room and m.created_at > p_since),
    (select max(m.edited_at) from messages m where m.author_id = p_author and m.room_id = p_room and m.edited_at > p_since));
end $$;

-- Writes a batch of messages. One round trip, one commit; called outside a transaction, so that it commits by itself.
-- Rooms are locked in the order of their ids, so that writers of several nodes never wait for each other in a ring;
-- the lock is kept until the commit, so the numbers of a room have no gap. READ COMMITTED: the statement after the lock
-- sees what the last holder committed. No client id of an author may stand in a batch twice.
-- Answers one row for each message: `ok`, `dup` (its author used the client id before: the first number), `held`,
-- `stale` (the caller knew older facts of the room), or why it was refused.
-- One plan serves every batch (planning anew takes 2 ms, four times as long as writing a message), and it uses the
-- indexes even when it was made while the tables were nearly empty.
create or replace function chat_ingest(
  p_id uuid[], p_room uuid[], p_client uuid[], p_author uuid[], p_body text[], p_html text[],
  p_open boolean[], p_version bigint[], p_now timestamptz, p_lock_ms integer, p_reply uuid[] default null
) returns table (o_ord integer, o_status text, o_seq bigint, o_id uuid, o_at timestamptz, o_name text, o_role text, o_wait integer, o_reply uuid)
language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
  perform set_config('lock_timeout', p_lock_ms || 'ms', true);
  perform 1 from rooms r where r.id = any(p_room) order by r.id for no key update;
  return query
  with people as materialized (
    select a.id, a.pseudonym, a.consented_at is not null as consented,
           -- The call is spared where there is nothing to look up: most hold no other role.
           case when exists (select from account_roles s where s.account_id = a.id) then shown_role(a.id) else 'participant' end as role,
           exists (select from sanctions x where x.account_id = a.id and x.kind = 'suspend' and x.lifted_at is null and x.until > p_now) as suspended,
           exists (select from sanctions x where x.account_id = a.id and x.kind = 'mute' and x.lifted_at is null and x.until > p_now) as muted,
           exists (select from pledges g where g.account_id = a.id and g.signed_at is null) as owes_pledge
    from accounts a where a.id = any(p_author) and a.erased_at is null
  ), known as materialized (
    select t.*, p.pseudonym, p.role, prior.seq as prior_seq, prior.id as prior_id, prior.created_at as prior_at,
      r.last_seq, r.slow_mode_s,
      case
        when prior.seq is not null then 'dup'
        when held.id is not null then 'held'
        when r.id is null or p.id is null then 'not_found'
        when p.suspended then 'suspended'
        when r.version <> t.version then 'stale'
        when not p.consented then 'consent_required'
        when p.muted then 'muted'
        when p.owes_pledge then 'pledge_required'
        when not t.open then 'room_closed'
        else 'ok'
      end as verdict,
      held.id as held_id
    from unnest(p_id, p_room, p_client, p_author, p_body, p_html, p_open, p_version, p_reply)
         with ordinality as t (id, room_id, client_id, author_id, body, html, open, version, reply, ord)
    left join people p on p.id = t.author_id
    left join rooms r on r.id = t.room_id
    left join lateral (select m.seq, m.id, m.created_at from messages m
      where m.room_id = t.room_id and m.author_id = t.author_id and m.client_id = t.client_id limit 1) prior on true
    left join lateral (select h.id from held_messages h
      where h.room_id = t.room_id and h.author_id = t.author_id and h.client_id = t.client_id and h.state <> 'published' limit 1) held on true
  ), paced as materialized (
    -- When they last said something in a slow room. A case looks only where the room is slow: a join would compare every
    -- message of the batch with every other.
    select k.*, case when k.slow_mode_s > 0 and k.verdict = 'ok' and not may_host(k.room_id, k.author_id)
      then case when exists (select from known e where e.room_id = k.room_id and e.author_id = k.author_id and e.verdict = 'ok' and e.ord < k.ord) then p_now
        else chat_last_said(k.room_id, k.author_id, p_now - make_interval(secs => k.slow_mode_s)) end
      end as last_at
    from known k
  ), numbered as materialized (
    select p.ord, p.id, p.room_id, p.author_id, p.client_id, p.body, p.html, p.prior_seq, p.prior_id, p.prior_at, p.held_id, p.pseudonym, p.role,
           p.last_at, p.slow_mode_s, p.status,
           case when p.status = 'ok' then p.last_seq + row_number() over (partition by p.room_id, p.status order by p.ord) end as seq,
           -- An answer to what its author cannot read stands by itself.
           case when p.reply is not null then
             (select q.id from messages q where q.id = p.reply and q.room_id = p.room_id and may_read(q.state, q.author_id, p.author_id)) end as reply_to
    from (select *, case when last_at is not null then 'slow_mode' else verdict end as status from paced) p
  ), grown as (
    update rooms r set last_seq = n.newest
    from (select room_id, max(seq) as newest from numbered where seq is not null group by room_id) n where r.id = n.room_id
  ), written as (
    insert into messages (room_id, seq, id, author_id, client_id, body, body_html, state, created_at, state_changed_at, reply_to)
    select n.room_id, n.seq, n.id, n.author_id, n.client_id, n.body, n.html, 'live', p_now, p_now, n.reply_to from numbered n where n.seq is not null
  )
  select n.ord::integer, n.status, coalesce(n.seq, n.prior_seq),
         coalesce(case when n.seq is not null then n.id end, n.prior_id, n.held_id), coalesce(n.prior_at, p_now), n.pseudonym, n.role,
         greatest(1, ceil(extract(epoch from n.last_at + make_interval(secs => n.slow_mode_s) - p_now)))::integer, n.reply_to
  from numbered n;
end $$;

-- Takes the next number of a room for something that happened to a message. Call it last in a transaction: it locks the room.
create or replace function chat_event(p_room uuid, p_kind text, p_message uuid, p_at timestamptz) returns bigint
language plpgsql volatile as $$
declare taken bigint;
begin
  update rooms set last_seq = last_seq + 1 where id = p_room returning last_seq into taken;
  insert into room_events (room_id, seq, kind, message_id, created_at) values (p_room, taken, p_kind, p_message, p_at);
  return taken;
end $$;

-- Lets a held message through: it takes the next number of its room. Call it last in a transaction: it locks the room.
create or replace function chat_publish_held(p_id uuid, p_body text, p_html text, p_state text, p_at timestamptz) returns bigint
language plpgsql volatile as $$
declare
  held record;
  taken bigint;
begin
  update rooms r set last_seq = r.last_seq + 1 from held_messages h where h.id = p_id and r.id = h.room_id returning r.last_seq into taken;
  -- Read under the lock of the room: its author may have left while that was waited for.
  select * into strict held from held_messages where id = p_id;
  insert into messages (room_id, seq, id, author_id, client_id, body, body_html, state, created_at, state_changed_at, reply_to)
  values (held.room_id, taken, held.id, held.author_id, held.client_id, p_body, p_html, p_state, p_at, p_at,
          (select q.id from messages q where q.id = held.reply_to and may_read(q.state, q.author_id, held.author_id)));
  update held_messages set state = 'published', body = '', body_html = '' where id = p_id;
  return taken;
end $$;

-- What foreign keys would do: with an account its name leaves its messages, with a room its messages go. A key from each
-- message would be checked with each message, though `chat_ingest` has read author and room under the lock of the room; here
-- the rare end of an account takes that lock, so that nothing comes in meanwhile.
create or replace function messages_without_author() returns trigger language plpgsql as $$
begin
  perform 1 from rooms order by id for no key update;
  update messages set author_id = null where author_id = old.id;
  return old;
end $$;
create or replace trigger messages_without_author before delete on accounts
  for each row execute function messages_without_author();

create or replace function messages_without_room() returns trigger language plpgsql as $$
begin
  delete from messages where room_id = old.id;
  return old;
end $$;
create or replace trigger messages_without_room before delete on rooms
  for each row execute function messages_without_room();
