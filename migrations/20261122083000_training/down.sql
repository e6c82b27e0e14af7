drop table practice_answers;
drop table diplomas;
drop table course_checks;
drop table course_modules_read;
alter table certificates drop column told_at;
