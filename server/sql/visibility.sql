-- The one rule for who may read a text as a reader. Every read of user content uses it (RIGHTS.md, "Who may read a text").
-- Evidence is another door: casework, with a reason, logged.
create or replace function may_read(state text, author uuid, viewer uuid) returns boolean
language sql immutable parallel safe as $$
  select state in ('live', 'redacted')
      or (viewer is not null and author = viewer and state in ('draft', 'submitted', 'in_review', 'hidden_pending', 'hidden'))
$$;

-- What the author sees of an own text that was taken away: that it is gone, not the text.
create or replace function is_withdrawn(state text) returns boolean
language sql immutable parallel safe as $$
  select state in ('hidden_pending', 'hidden', 'removed', 'deleted', 'purged')
$$;

-- Position among siblings as five base-36 digits, so that text order is thread order (60 million replies a thread).
create or replace function path_part(number integer) returns text
language sql immutable strict parallel safe as $$
  select substr('0123456789abcdefghijklmnopqrstuvwxyz', number / 1679616 % 36 + 1, 1)
      || substr('0123456789abcdefghijklmnopqrstuvwxyz', number / 46656 % 36 + 1, 1)
      || substr('0123456789abcdefghijklmnopqrstuvwxyz', number / 1296 % 36 + 1, 1)
      || substr('0123456789abcdefghijklmnopqrstuvwxyz', number / 36 % 36 + 1, 1)
      || substr('0123456789abcdefghijklmnopqrstuvwxyz', number % 36 + 1, 1)
$$;

-- The two below look into tables, so PostgreSQL cannot inline them; as plpgsql their plans are kept by the connection,
-- where a body in plain SQL would be parsed and planned anew by every statement that calls it.

-- Whether this reader may read a thread or post where it stands: its own state, and for a thread the board it is in.
-- What hangs below it (replies, comments) is read only through this.
create or replace function may_read_root(p_kind text, p_root uuid, p_viewer uuid) returns boolean
language plpgsql stable parallel safe as $$
begin
  if p_kind = 'thread' then
    return exists (
      select 1 from threads t join boards b on b.id = t.board_id
      where t.id = p_root and may_read(t.state, t.author_id, p_viewer) and (p_viewer is not null or not b.members_only));
  elsif p_kind = 'post' then
    return exists (select 1 from posts p where p.id = p_root and may_read(p.state, p.author_id, p_viewer));
  end if;
  return false;
end $$;

-- The role shown beside a person's name: the highest.
create or replace function shown_role(p_account uuid) returns text
language plpgsql stable parallel safe as $$
begin
  return coalesce((select r.role from account_roles r where r.account_id = p_account
                   order by array_position(array['coordinator', 'moderator', 'peer_supporter'], r.role) limit 1), 'participant');
end $$;

-- Whether this person runs a room: moderators and coordinators every one, others the rooms they host while they hold a
-- role. What hosts write to each other about a room is read and written only through this.
create or replace function may_host(p_room uuid, p_person uuid) returns boolean
language plpgsql stable parallel safe as $$
begin
  return exists (
    select from account_roles r where r.account_id = p_person
      and (r.role in ('moderator', 'coordinator')
           or exists (select from room_hosts h where h.room_id = p_room and h.account_id = p_person)));
end $$;
