-- Courses that lead to certificates, diplomas for them, and practice cases that moderators answer without seeing each other.
alter table certificates add column told_at timestamptz;
comment on column certificates.told_at is 'pd: when the holder was told that it ends soon; keep until the account ends; export: no';

create table course_modules_read (
  account_id uuid not null references accounts on delete cascade,
  course text not null constraint course_modules_read_course_known check (course in ('danger', 'confidentiality', 'grooming')),
  module text not null constraint course_modules_read_module_len check (char_length(module) between 1 and 60),
  read_at timestamptz not null,
  primary key (account_id, course, module)
);
comment on column course_modules_read.account_id is 'pd: moderator who takes the course; keep until the account ends; export: yes';
comment on column course_modules_read.course is 'pd: which course; keep until the account ends; export: yes';
comment on column course_modules_read.module is 'pd: which part was read; keep until the account ends; export: yes';

-- One check of one person. Which questions it has and in which order their answers stand follows from the seed.
create table course_checks (
  id uuid primary key,
  account_id uuid not null references accounts on delete cascade,
  course text not null constraint course_checks_course_known check (course in ('danger', 'confidentiality', 'grooming')),
  lang text not null constraint course_checks_lang_known check (lang in ('da', 'en')),
  document_version integer not null,
  seed bigint not null,
  answers smallint[] not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  right_count smallint,
  passed boolean,
  read_again text[] not null default '{}',
  constraint course_checks_whole check ((finished_at is null) = (right_count is null) and (finished_at is null) = (passed is null))
);
create unique index course_checks_one_open on course_checks (account_id, course) where finished_at is null;
create index course_checks_of_account on course_checks (account_id, course, finished_at desc);
create index course_checks_age on course_checks (finished_at);
comment on column course_checks.account_id is 'pd: moderator who takes the check; keep 12 months; export: yes';
comment on column course_checks.course is 'pd: which course; keep 12 months; export: yes';
comment on column course_checks.lang is 'not personal: language of the questions';
comment on column course_checks.answers is 'pd: what was answered so far, places of options; keep 12 months; export: yes';
comment on column course_checks.read_again is 'pd: parts that are worth reading again; keep 12 months; export: yes';

-- One diploma for a person and a course, with a code that proves it without a sign-in.
create table diplomas (
  account_id uuid not null references accounts on delete cascade,
  course text not null constraint diplomas_course_known check (course in ('danger', 'confidentiality', 'grooming')),
  code text not null constraint diplomas_code_key unique,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (account_id, course)
);
comment on column diplomas.account_id is 'pd: who passed the course; keep until the account ends; export: yes';
comment on column diplomas.course is 'pd: which course; keep until the account ends; export: yes';
comment on column diplomas.code is 'pd: code that the holder may show to others; keep until the account ends; export: yes';

-- What a moderator would do with a written case. Given once, before anybody else's answer is seen.
create table practice_answers (
  month date not null constraint practice_answers_month_first check (extract(day from month) = 1),
  case_code text not null constraint practice_answers_case_len check (char_length(case_code) between 1 and 40),
  account_id uuid not null references accounts on delete cascade,
  category text not null,
  level smallint not null constraint practice_answers_level_range check (level between 1 and 5),
  action text not null,
  answered_at timestamptz not null,
  primary key (month, case_code, account_id)
);
create index practice_answers_of_account on practice_answers (account_id, month);
comment on column practice_answers.case_code is 'not personal: code of a written case';
comment on column practice_answers.account_id is 'pd: moderator who answered; keep 13 months; export: yes';
comment on column practice_answers.category is 'pd: category the moderator chose; keep 13 months; export: yes';
comment on column practice_answers.action is 'pd: action the moderator chose; keep 13 months; export: yes';
