drop table text_revisions;
drop table replies;
drop table post_revisions;
drop table posts;
drop table threads;
drop table boards;
