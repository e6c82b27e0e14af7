drop table retired_pseudonyms;
drop table consents;
drop table idempotency_keys;
drop table sessions;
drop table certificates;
drop table account_roles;
drop table accounts;
