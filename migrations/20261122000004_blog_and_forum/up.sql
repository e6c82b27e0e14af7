create table boards (
  id uuid primary key,
  slug text not null constraint boards_slug_key unique constraint boards_slug_form check (slug ~ '^[a-z0-9-]{1,60}$'),
  title text not null constraint boards_title_len check (char_length(title) between 1 and 120),
  description text not null default '' constraint boards_description_len check (char_length(description) <= 500),
  members_only boolean not null default false,
  position integer not null default 0,
  version bigint not null default 1,
  created_at timestamptz not null default now()
);
comment on column boards.slug is 'not personal: address of the board';
comment on column boards.title is 'not personal: staff-written';
comment on column boards.description is 'not personal: staff-written';

-- `version` counts every change that a reader could see; `watch` compares it. `published_at` is empty while the text was never public.
create table threads (
  id uuid primary key,
  board_id uuid not null references boards,
  author_id uuid references accounts on delete set null,
  title text not null constraint threads_title_len check (char_length(title) <= 120),
  body text not null constraint threads_body_len check (char_length(body) <= 10000),
  body_html text not null,
  reply_wish text constraint threads_reply_wish_known check (reply_wish in ('listen', 'share', 'advice')),
  content_note text constraint threads_content_note_len check (char_length(content_note) <= 200),
  state text not null constraint threads_state_known check (state in ('live', 'hidden_pending', 'hidden', 'redacted', 'removed', 'deleted', 'purged')),
  revision integer not null default 1,
  version bigint not null default 1,
  last_number integer not null default 0,
  reply_count integer not null default 0,
  last_reply_at timestamptz not null default now(),
  locked_at timestamptz,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  state_changed_at timestamptz not null default now()
);
create index threads_of_board on threads (board_id, last_reply_at desc, id desc) where state in ('live', 'redacted');
create index threads_of_author on threads (author_id, created_at desc);
comment on column threads.author_id is 'pd: who wrote it; keep until erasure; export: yes';
comment on column threads.title is 'pd: written by the author; keep until erasure; export: yes';
comment on column threads.body is 'pd: written by the author; keep until erasure; export: yes';
comment on column threads.body_html is 'pd: rendered from the body; keep until erasure; export: no';
comment on column threads.reply_wish is 'pd: what the author wishes for; keep until erasure; export: yes';
comment on column threads.content_note is 'pd: written by the author; keep until erasure; export: yes';
comment on column threads.state is 'not personal: state of the text';

create table posts (
  id uuid primary key,
  slug text not null constraint posts_slug_key unique,
  author_id uuid references accounts on delete set null,
  state text not null constraint posts_state_known check (state in ('draft', 'submitted', 'in_review', 'live', 'hidden_pending', 'hidden', 'redacted', 'removed', 'deleted', 'purged')),
  submission_state text constraint posts_submission_state_known check (submission_state in ('submitted', 'in_review', 'published', 'changes_requested', 'withdrawn')),
  submission_id uuid,
  live_revision integer,
  submitted_revision integer,
  draft_revision integer not null default 1,
  version integer not null default 1,
  surface_version bigint not null default 1,
  last_number integer not null default 0,
  comment_count integer not null default 0,
  published_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  state_changed_at timestamptz not null default now()
);
create index posts_newest on posts (published_at desc, id desc) where state in ('live', 'redacted');
create index posts_of_author on posts (author_id, updated_at desc);
comment on column posts.slug is 'pd: address made from the title; keep until erasure; export: yes';
comment on column posts.author_id is 'pd: who wrote it; keep until erasure; export: yes';
comment on column posts.state is 'not personal: state of the text';
comment on column posts.submission_state is 'not personal: where the submission stands';

-- A post's text stands in its revisions: the live one is what readers see, the draft one what the author works on;
-- one that was handed in or published is never overwritten.
create table post_revisions (
  post_id uuid not null references posts on delete cascade,
  revision integer not null,
  title text not null constraint post_revisions_title_len check (char_length(title) <= 120),
  body text not null constraint post_revisions_body_len check (char_length(body) <= 40000),
  body_html text not null,
  tags text[] not null default '{}',
  content_note text constraint post_revisions_content_note_len check (char_length(content_note) <= 200),
  created_at timestamptz not null default now(),
  primary key (post_id, revision)
);
create index post_revisions_tags on post_revisions using gin (tags);
comment on column post_revisions.title is 'pd: written by the author; keep until erasure; export: yes';
comment on column post_revisions.body is 'pd: written by the author; keep until erasure; export: yes';
comment on column post_revisions.body_html is 'pd: rendered from the body; keep until erasure; export: no';
comment on column post_revisions.tags is 'pd: chosen by the author; keep until erasure; export: yes';
comment on column post_revisions.content_note is 'pd: written by the author; keep until erasure; export: yes';

-- Replies in a thread and comments under a post: one tree of text items below a root.
-- A held reply has no number and no path until it is published, so that no gap tells of it.
create table replies (
  id uuid primary key,
  root_kind text not null constraint replies_root_kind_known check (root_kind in ('thread', 'post')),
  root_id uuid not null,
  parent_id uuid references replies,
  number integer,
  path text collate "C",
  depth integer not null default 0,
  author_id uuid references accounts on delete set null,
  body text not null constraint replies_body_len check (char_length(body) <= 10000),
  body_html text not null,
  state text not null constraint replies_state_known check (state in ('live', 'hidden_pending', 'hidden', 'redacted', 'removed', 'deleted', 'purged')),
  revision integer not null default 1,
  created_at timestamptz not null default now(),
  edited_at timestamptz,
  state_changed_at timestamptz not null default now(),
  constraint replies_root_path_key unique (root_id, path)
);
create index replies_of_author on replies (author_id, created_at desc);
create index replies_of_parent on replies (parent_id);
comment on column replies.root_kind is 'not personal: thread or post';
comment on column replies.path is 'not personal: place in the order';
comment on column replies.author_id is 'pd: who wrote it; keep until erasure; export: yes';
comment on column replies.body is 'pd: written by the author; keep until erasure; export: yes';
comment on column replies.body_html is 'pd: rendered from the body; keep until erasure; export: no';
comment on column replies.state is 'not personal: state of the text';

-- What a thread, reply, comment or message said before it was edited. Read as evidence only.
create table text_revisions (
  target_kind text not null constraint text_revisions_kind_known check (target_kind in ('thread', 'reply', 'comment', 'message')),
  target_id uuid not null,
  revision integer not null,
  title text,
  body text not null,
  created_at timestamptz not null default now(),
  primary key (target_kind, target_id, revision)
);
comment on column text_revisions.target_kind is 'not personal: kind of the text';
comment on column text_revisions.title is 'pd: earlier title; keep as long as the text; export: yes';
comment on column text_revisions.body is 'pd: earlier wording; keep as long as the text; export: yes';
