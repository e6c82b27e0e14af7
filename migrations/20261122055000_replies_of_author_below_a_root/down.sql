create index replies_of_author on replies (author_id, created_at desc);
drop index replies_of_author_and_root;
