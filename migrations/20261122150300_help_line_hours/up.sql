-- When a help line answers, so that a page can say which is open now. `hours` stays as the words that people read.
-- `open_hours` is a list of {"weekday": "monday"…, "from": "HH:MM", "to": "HH:MM"} in the community's time zone.
alter table help_lines add column always_open boolean not null default false;
alter table help_lines add column open_hours jsonb not null default '[]';
alter table help_lines add column hours_source text;
comment on column help_lines.always_open is 'not personal: answers at every hour';
comment on column help_lines.open_hours is 'not personal: opening hours by weekday; none: not known';
comment on column help_lines.hours_source is 'not personal: public page where the hours were read';
update help_lines set always_open = true where always_shown;
