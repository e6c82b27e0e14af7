-- Each message raises `rooms.last_seq`. PostgreSQL parses and checks all CHECKs of a table whenever a row of it is written,
-- those of a domain only where a column of it is: five checks were a sixth of what a message cost. The free half of each
-- page lets a row grow without touching the indexes.
alter table rooms
  drop constraint rooms_slug_form,
  drop constraint rooms_name_len,
  drop constraint rooms_description_len,
  drop constraint rooms_history_known,
  drop constraint rooms_slow_mode_s_range;
create domain room_slug as text constraint rooms_slug_form check (value ~ '^[a-z0-9-]{1,60}$');
create domain room_name as text constraint rooms_name_len check (char_length(value) between 1 and 60);
create domain room_description as text constraint rooms_description_len check (char_length(value) <= 500);
create domain room_history as text constraint rooms_history_known check (value in ('whole', 'from_entry'));
create domain room_slow_mode as integer constraint rooms_slow_mode_s_range check (value between 0 and 3600);
alter table rooms
  alter column slug type room_slug,
  alter column name type room_name,
  alter column description type room_description,
  alter column history type room_history,
  alter column slow_mode_s type room_slow_mode;
alter table rooms set (fillfactor = 50);
