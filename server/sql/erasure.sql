-- What happens to the texts of somebody who leaves. `p_all`: every text goes; else what others can read stays without its
-- author. Each answers what open screens must be told: a topic, the id it is about, its new number. What an open case needs,
-- of held texts too, casework has sealed before (casework/personal_data.rs).

-- Chat. All rooms must be locked before, so that no message of the author comes in meanwhile.
create or replace function chat_erase_author(p_author uuid, p_all boolean, p_at timestamptz)
returns table (topic text, id uuid, number bigint) language plpgsql as $$
begin
  delete from held_messages h where h.author_id = p_author;
  delete from message_revisions v using messages m where v.message_id = m.id and m.author_id = p_author;
  return query
  with mine as (
    select m.room_id, m.seq, m.id, m.state in ('live', 'redacted') as was_public
    from messages m where m.author_id = p_author and (p_all or m.state in ('removed', 'deleted', 'purged'))
  ), emptied as (
    update messages m set body = '', body_html = '', state = case when m.state = 'purged' then m.state else 'deleted' end, state_changed_at = p_at
    from mine where m.id = mine.id
  ), told as (
    select x.room_id, x.id, row_number() over (partition by x.room_id order by x.seq) as n from mine x where x.was_public
  ), grown as (
    update rooms r set last_seq = r.last_seq + c.n
    from (select t.room_id, count(*) as n from told t group by t.room_id) c where r.id = c.room_id
    returning r.id, r.last_seq, c.n
  ), noted as (
    insert into room_events (room_id, seq, kind, message_id, created_at)
    select t.room_id, g.last_seq - g.n + t.n, 'redacted', t.id, p_at from told t join grown g on g.id = t.room_id
  )
  select 'sequence', g.id, g.last_seq from grown g;
  update messages m set author_id = null where m.author_id = p_author;
end $$;

-- Replies and comments keep their place in the thread; earlier wordings go.
create or replace function discussion_erase_author(p_author uuid, p_all boolean, p_at timestamptz)
returns table (topic text, id uuid, number bigint) language plpgsql as $$
declare
  root record;
begin
  delete from text_revisions v using replies r
   where v.target_kind in ('reply', 'comment') and v.target_id = r.id and r.author_id = p_author;
  for root in
    with mine as (
      select r.id, r.root_kind, r.root_id, r.path is not null and r.state in ('live', 'redacted') as was_public,
             p_all or r.path is null or r.state in ('removed', 'deleted', 'purged') as goes
      from replies r where r.author_id = p_author for no key update
    ), changed as (
      update replies r
         set author_id = null,
             body = case when mine.goes then '' else r.body end, body_html = case when mine.goes then '' else r.body_html end,
             state = case when mine.goes and r.state <> 'purged' then 'deleted' else r.state end,
             state_changed_at = case when mine.goes then p_at else r.state_changed_at end
      from mine where r.id = mine.id
    )
    select mine.root_kind, mine.root_id, bool_or(mine.goes) as goes from mine where mine.was_public
    group by mine.root_kind, mine.root_id order by mine.root_kind, mine.root_id
  loop
    topic := case when root.goes then 'withdrawn' else 'surface' end;
    id := root.root_id;
    number := case when root.goes then recount_root(root.root_kind, root.root_id) else touch_root(root.root_kind, root.root_id) end;
    if number is not null then return next; end if;
  end loop;
end $$;

-- Threads, and the boards that list them.
create or replace function forum_erase_author(p_author uuid, p_all boolean, p_at timestamptz)
returns table (topic text, id uuid, number bigint) language plpgsql as $$
begin
  delete from text_revisions v using threads t where v.target_kind = 'thread' and v.target_id = t.id and t.author_id = p_author;
  return query
  with mine as (
    select t.id, t.board_id, t.state in ('live', 'redacted') as was_public,
           p_all or t.published_at is null or t.state in ('removed', 'deleted', 'purged') as goes
    from threads t where t.author_id = p_author for no key update
  ), changed as (
    update threads t
       set author_id = null, version = t.version + 1,
           title = case when mine.goes then '' else t.title end,
           body = case when mine.goes then '' else t.body end, body_html = case when mine.goes then '' else t.body_html end,
           content_note = case when mine.goes then null else t.content_note end,
           reply_wish = case when mine.goes then null else t.reply_wish end,
           state = case when mine.goes and t.state <> 'purged' then 'deleted' else t.state end,
           state_changed_at = case when mine.goes then p_at else t.state_changed_at end
    from mine where t.id = mine.id
    returning t.id, t.board_id, t.version, mine.was_public, mine.goes
  ), listed as (
    update boards b set version = b.version + 1 where b.id in (select c.board_id from changed c where c.was_public) returning b.id, b.version
  )
  select case when c.goes then 'withdrawn' else 'surface' end, c.id, c.version from changed c where c.was_public
  union all
  select case when p_all then 'withdrawn' else 'surface' end, l.id, l.version from listed l;
end $$;

-- Posts, and the front page. Drafts go whichever way; a submission is no longer one; only what readers see stays.
create or replace function blog_erase_author(p_author uuid, p_all boolean, p_at timestamptz)
returns table (topic text, id uuid, number bigint) language plpgsql as $$
declare
  was_out boolean := false;
  post record;
begin
  delete from posts p where p.author_id = p_author and p.published_at is null;
  for post in select p.id, p.state, p.live_revision, p.draft_revision from posts p where p.author_id = p_author order by p.id for no key update loop
    topic := case when p_all or post.live_revision is null or post.state in ('removed', 'deleted', 'purged') then 'withdrawn' else 'surface' end;
    delete from post_revisions v
     where v.post_id = post.id and v.revision <> case when topic = 'withdrawn' then post.draft_revision else post.live_revision end;
    if topic = 'withdrawn' then
      update post_revisions v set title = '', body = '', body_html = '', tags = '{}', content_note = null where v.post_id = post.id;
    end if;
    update posts p
       set author_id = null, submission_state = null, submission_id = null, submitted_revision = null,
           live_revision = case when topic = 'surface' then p.live_revision end,
           draft_revision = case when topic = 'surface' then post.live_revision else p.draft_revision end,
           slug = case when topic = 'surface' then p.slug else p.id::text end,
           state = case when topic = 'withdrawn' and p.state <> 'purged' then 'deleted' else p.state end,
           state_changed_at = case when topic = 'withdrawn' then p_at else p.state_changed_at end,
           version = p.version + 1, surface_version = p.surface_version + 1
     where p.id = post.id returning p.id, p.surface_version into id, number;
    if post.state in ('live', 'redacted') then
      was_out := true;
      return next;
    end if;
  end loop;
  if was_out then
    topic := case when p_all then 'withdrawn' else 'surface' end;
    id := '00000000-0000-0000-0000-000000000000';
    update community set front_version = front_version + 1 returning front_version into number;
    if number is not null then return next; end if;
  end if;
end $$;
