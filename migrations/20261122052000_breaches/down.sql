drop table pledges;
drop table letters;
drop table breach_people;
drop table breach_steps;
drop table breaches;
delete from cases where target_kind = 'outside';
alter table cases drop constraint cases_target_kind_known,
  add constraint cases_target_kind_known check (target_kind in ('post', 'thread', 'reply', 'comment', 'message', 'account'));
