-- What a coordinator chose of what screening leads to, and the community's own words. One row; none before the first change.
create table screening_settings (
  only_row boolean primary key default true constraint screening_settings_only_row check (only_row),
  version integer not null default 0,
  overrides jsonb not null default '[]',
  words jsonb not null default '[]',
  updated_at timestamptz not null default now()
);
comment on column screening_settings.overrides is 'not personal: what a coordinator chose of the policy, codes';
comment on column screening_settings.words is 'pd: names of staff in their work, beside names of places, schools and workplaces, so that they are caught before they are published; keep until a coordinator takes them off; export: no';
