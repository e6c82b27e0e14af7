drop table case_presence;
drop table case_consults;
alter table cases drop column handed_to, drop column waiting_until;
