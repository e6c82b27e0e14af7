alter table rooms reset (fillfactor);
alter table rooms
  alter column slug type text,
  alter column name type text,
  alter column description type text,
  alter column history type text,
  alter column slow_mode_s type integer;
drop domain room_slug, room_name, room_description, room_history, room_slow_mode;
alter table rooms
  add constraint rooms_slug_form check (slug ~ '^[a-z0-9-]{1,60}$'),
  add constraint rooms_name_len check (char_length(name) between 1 and 60),
  add constraint rooms_description_len check (char_length(description) <= 500),
  add constraint rooms_history_known check (history in ('whole', 'from_entry')),
  add constraint rooms_slow_mode_s_range check (slow_mode_s between 0 and 3600);
