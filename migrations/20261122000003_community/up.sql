create table community (
  only_row boolean primary key default true constraint community_only_row check (only_row),
  name text not null constraint community_name_len check (char_length(name) between 1 and 60),
  settings jsonb not null default '{}',
  version integer not null default 1,
  front_version bigint not null default 1,
  updated_at timestamptz not null default now()
);
comment on column community.name is 'not personal: name of the community';
comment on column community.settings is 'not personal: what a coordinator changed of the defaults';

-- A document that a coordinator changed; what is not here comes from the defaults in server/community/.
create table community_documents (
  kind text not null,
  lang text not null constraint community_documents_lang_known check (lang in ('da', 'en')),
  body jsonb not null,
  version integer not null default 1,
  updated_at timestamptz not null default now(),
  primary key (kind, lang)
);
comment on column community_documents.kind is 'not personal: role_words, rules, pages …';
comment on column community_documents.lang is 'not personal: language';
comment on column community_documents.body is 'not personal: staff-written text of the community';

create table help_lines (
  id uuid primary key,
  position integer not null,
  always_shown boolean not null default false,
  about_da text not null default '',
  about_en text not null default '',
  name text not null constraint help_lines_name_len check (char_length(name) between 1 and 80),
  number text,
  url text,
  hours text,
  ages text,
  checked_on date,
  updated_at timestamptz not null default now()
);
comment on column help_lines.name is 'not personal: name of a public help line';
comment on column help_lines.number is 'not personal: public number';
comment on column help_lines.url is 'not personal: public page';
comment on column help_lines.hours is 'not personal: when it answers';
comment on column help_lines.ages is 'not personal: whom it is for';
comment on column help_lines.about_da is 'not personal: what it is, in Danish';
comment on column help_lines.about_en is 'not personal: what it is, in English';
