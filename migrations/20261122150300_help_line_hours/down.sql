alter table help_lines drop column hours_source;
alter table help_lines drop column open_hours;
alter table help_lines drop column always_open;
