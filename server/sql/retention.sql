-- Whether a text must be kept though its time has come: a case about it is open or held, or its evidence is still needed.
create or replace function is_kept_for_case(p_kind text, p_target uuid, p_now timestamptz) returns boolean
language sql stable as $$
  select exists (select from cases c left join evidence_holds h on h.case_id = c.id and h.until > p_now
                 where c.target_kind = p_kind and c.target_id = p_target and (c.state <> 'closed' or h.case_id is not null))
      or exists (select from evidence e where e.target_kind = p_kind and e.target_id = p_target
                 and (e.expires_at is null or e.expires_at > p_now))
$$;

-- Destroys the words of chat messages: those older than the period of the chat, those deleted or taken away long enough ago;
-- none that a case still needs.
-- The row stays as a number without words and author, so that the sequence of the room has no gap.
create or replace function chat_forget(p_old timestamptz, p_deleted timestamptz, p_hidden timestamptz, p_now timestamptz, p_limit integer)
returns integer language plpgsql as $$
declare
  destroyed integer;
begin
  with old as (
    select m.id from messages m
    where m.state <> 'purged'
      and (m.created_at <= p_old
           or (m.state = 'deleted' and m.state_changed_at <= p_deleted)
           or (m.state in ('hidden', 'removed') and m.state_changed_at <= p_hidden))
      and not is_kept_for_case('message', m.id, p_now)
    limit p_limit for no key update skip locked
  ), dropped as (
    delete from message_revisions v using old where v.message_id = old.id
  )
  update messages m set state = 'purged', body = '', body_html = '', author_id = null, state_changed_at = p_now from old where m.id = old.id;
  get diagnostics destroyed = row_count;
  return destroyed;
end $$;

-- Cuts the audit log before a moment. A checkpoint in the chain says where it was cut and with which hash, so that
-- `ligesind audit verify` still holds. Only the owner of the schema may delete from the log.
create or replace function audit_cut(p_before timestamptz, p_now timestamptz) returns bigint language plpgsql as $$
declare
  last record;
  destroyed bigint;
begin
  perform pg_advisory_xact_lock(7020094613274031);
  select seq, hash into last from audit_log where at <= p_before order by seq desc limit 1;
  if last.seq is null then
    return 0;
  end if;
  perform audit_append(p_now, null, 'audit_cut', 'audit_log', null, jsonb_build_object('through', last.seq, 'hash', encode(last.hash, 'hex')));
  delete from audit_log where seq <= last.seq;
  get diagnostics destroyed = row_count;
  return destroyed;
end $$;

-- Destroys the words of threads that were deleted or taken away long enough ago; none that a case still needs.
create or replace function forum_forget(p_deleted timestamptz, p_hidden timestamptz, p_now timestamptz, p_limit integer)
returns integer language plpgsql as $$
declare
  destroyed integer;
begin
  with old as (
    select t.id from threads t
    where ((t.state = 'deleted' and t.state_changed_at <= p_deleted)
           or (t.state in ('hidden', 'removed') and t.state_changed_at <= p_hidden))
      and not is_kept_for_case('thread', t.id, p_now)
    limit p_limit for no key update skip locked
  ), dropped as (
    delete from text_revisions v using old where v.target_kind = 'thread' and v.target_id = old.id
  )
  update threads t set state = 'purged', title = '', body = '', body_html = '', content_note = null, reply_wish = null,
         author_id = null, state_changed_at = p_now, version = t.version + 1
  from old where t.id = old.id;
  get diagnostics destroyed = row_count;
  return destroyed;
end $$;

-- The same for replies and comments; they keep their place.
create or replace function discussion_forget(p_deleted timestamptz, p_hidden timestamptz, p_now timestamptz, p_limit integer)
returns integer language plpgsql as $$
declare
  destroyed integer;
begin
  with old as (
    select r.id from replies r
    where ((r.state = 'deleted' and r.state_changed_at <= p_deleted)
           or (r.state in ('hidden', 'removed') and r.state_changed_at <= p_hidden))
      and not is_kept_for_case(case r.root_kind when 'thread' then 'reply' else 'comment' end, r.id, p_now)
    limit p_limit for no key update skip locked
  ), dropped as (
    delete from text_revisions v using old where v.target_kind in ('reply', 'comment') and v.target_id = old.id
  )
  update replies r set state = 'purged', body = '', body_html = '', author_id = null, state_changed_at = p_now from old where r.id = old.id;
  get diagnostics destroyed = row_count;
  return destroyed;
end $$;

-- Drafts that nobody touched for long go whole, as do deleted posts that were never public; of others the words go. None
-- that a case still needs.
create or replace function blog_forget(p_untouched timestamptz, p_deleted timestamptz, p_hidden timestamptz, p_now timestamptz, p_limit integer)
returns integer language plpgsql as $$
declare
  gone integer;
  emptied integer;
begin
  delete from posts where id in (
    select p.id from posts p
    where p.published_at is null
      and ((p.state = 'draft' and p.submission_state is distinct from 'submitted' and p.updated_at <= p_untouched)
           or (p.state in ('deleted', 'purged') and p.state_changed_at <= p_deleted))
      and not is_kept_for_case('post', p.id, p_now)
    limit p_limit for update skip locked);
  get diagnostics gone = row_count;
  with old as (
    select p.id from posts p
    where p.published_at is not null
      and ((p.state = 'deleted' and p.state_changed_at <= p_deleted)
           or (p.state in ('hidden', 'removed') and p.state_changed_at <= p_hidden))
      and not is_kept_for_case('post', p.id, p_now)
    limit p_limit for no key update skip locked
  ), words as (
    update post_revisions v set title = '', body = '', body_html = '', tags = '{}', content_note = null from old where v.post_id = old.id
  )
  update posts p set state = 'purged', slug = p.id::text, author_id = null, state_changed_at = p_now,
         version = p.version + 1, surface_version = p.surface_version + 1
  from old where p.id = old.id;
  get diagnostics emptied = row_count;
  return gone + emptied;
end $$;
