-- What a community tells the public of a year of moderation: counted once when the year is closed, small numbers hidden.
-- Cases and decisions end after their period; this stays, since nobody can be picked out of it.
create table yearly_accounts (
  year integer primary key constraint yearly_accounts_year_range check (year between 2000 and 9999),
  body jsonb not null,
  closed_at timestamptz not null
);
comment on column yearly_accounts.body is 'not personal: counts of a year with small numbers hidden';
