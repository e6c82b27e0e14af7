-- Gives a reply or comment its place: numbers it below its thread or post, counts it, and locks that row alone.
-- Beyond 200 levels the path grows no more (its index has a bound); order still holds, and `depth` tells the real depth.
create or replace function place_reply(p_kind text, p_root uuid, p_parent uuid, p_now timestamptz)
returns table (new_number integer, new_path text, new_depth integer, new_version bigint) language plpgsql as $$
declare
  above record;
begin
  if p_kind = 'thread' then
    update threads t
       set last_number = t.last_number + 1, reply_count = t.reply_count + 1,
           last_reply_at = greatest(t.last_reply_at, p_now), version = t.version + 1
     where t.id = p_root returning t.last_number, t.version into new_number, new_version;
  else
    update posts p
       set last_number = p.last_number + 1, comment_count = p.comment_count + 1, surface_version = p.surface_version + 1
     where p.id = p_root returning p.last_number, p.surface_version into new_number, new_version;
  end if;
  if p_parent is null then
    new_path := path_part(new_number);
    new_depth := 0;
  else
    select r.path, r.depth into strict above from replies r where r.id = p_parent and r.root_id = p_root and r.path is not null;
    new_path := (case when length(above.path) >= 1000 then left(above.path, 995) else above.path end) || path_part(new_number);
    new_depth := above.depth + 1;
  end if;
  return next;
end $$;

-- Counts the public texts below a thread or post anew and answers the new version of its surface.
-- The lock comes first, in a statement of its own: the count then sees what was committed while it waited.
create or replace function recount_root(p_kind text, p_root uuid) returns bigint language plpgsql as $$
declare
  public_count integer;
  newest timestamptz;
  answer bigint;
begin
  if p_kind = 'thread' then
    perform 1 from threads t where t.id = p_root for no key update;
  else
    perform 1 from posts p where p.id = p_root for no key update;
  end if;
  select count(*), max(r.created_at) into public_count, newest
    from replies r where r.root_id = p_root and r.path is not null and r.state in ('live', 'redacted');
  if p_kind = 'thread' then
    update threads t
       set reply_count = public_count, last_reply_at = coalesce(newest, t.published_at, t.created_at), version = t.version + 1
     where t.id = p_root returning t.version into answer;
  else
    update posts p set comment_count = public_count, surface_version = p.surface_version + 1
     where p.id = p_root returning p.surface_version into answer;
  end if;
  return answer;
end $$;

-- Raises the version of a thread's or post's surface and answers it.
create or replace function touch_root(p_kind text, p_root uuid) returns bigint language plpgsql as $$
declare
  answer bigint;
begin
  if p_kind = 'thread' then
    update threads t set version = t.version + 1 where t.id = p_root returning t.version into answer;
  else
    update posts p set surface_version = p.surface_version + 1 where p.id = p_root returning p.surface_version into answer;
  end if;
  return answer;
end $$;
