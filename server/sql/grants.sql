-- What the application may do. Everything but: change what is append-only, or the schema.
do $$
begin
  if current_user <> '{app}' then
    grant usage on schema public to "{app}";
    grant select, insert, update, delete on all tables in schema public to "{app}";
    grant usage, select on all sequences in schema public to "{app}";
    grant execute on all functions in schema public to "{app}";
    revoke update, delete, truncate on audit_log, case_events from "{app}";
    revoke all on __diesel_schema_migrations from "{app}";
    grant select on __diesel_schema_migrations to "{app}";
  end if;
end $$;
