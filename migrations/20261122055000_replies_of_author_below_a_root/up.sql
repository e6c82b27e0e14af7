-- Whether a reader wrote something below a thread or post is asked with every page that is read.
create index replies_of_author_and_root on replies (author_id, root_id);
drop index replies_of_author;
