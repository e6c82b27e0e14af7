drop index decisions_by;
drop table desk_care;
