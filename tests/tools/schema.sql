-- Prints server/src/infra/schema.rs from the database: one diesel::table! for each table.
with cols as (
  select c.relname as tbl, a.attnum, a.attname,
    case t.typname
      when 'uuid' then 'Uuid' when 'text' then 'Text' when 'bool' then 'Bool' when 'int2' then 'SmallInt'
      when 'int4' then 'Integer' when 'int8' then 'BigInt' when 'timestamptz' then 'Timestamptz' when 'date' then 'Date'
      when 'jsonb' then 'Jsonb' when 'bytea' then 'Binary' when '_text' then 'Array<Text>' when '_int2' then 'Array<SmallInt>' when 'tsvector' then null
      else 'Unknown_' || t.typname end as ty, a.attnotnull
  from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  -- A domain counts as what it is made of.
  join pg_type d on d.oid = a.atttypid join pg_type t on t.oid in (d.oid, d.typbasetype) and t.typtype <> 'd'
  where c.relkind = 'r' and c.relname not like '\_\_diesel%'
), keys as (
  select c.relname as tbl, string_agg(a.attname, ', ' order by k.ord) as pk
  from pg_index i join pg_class c on c.oid = i.indrelid
  cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, ord)
  join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
  where i.indisprimary group by 1
)
select E'//! Tables as diesel knows them. Generated from the migrations; `make schema` writes it anew, a test compares.\n'
  || string_agg(E'\ndiesel::table! {\n    ' || tbl || ' (' || pk || E') {\n' || body || E'    }\n}\n', '' order by tbl)
from (
  select tbl, pk, string_agg('        ' || attname || ' -> ' || case when attnotnull then ty else 'Nullable<' || ty || '>' end || E',\n', '' order by attnum) as body
  from cols join keys using (tbl) where ty is not null group by 1, 2
) t;
