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
  select string_agg(substr('0123456789abcdefghijklmnopqrstuvwxyz', (number / power(36, 4 - i)::bigint % 36)::integer + 1, 1), '' order by i)
  from generate_series(0, 4) i
$$;
