-- In a slow room changed words count like new ones: when somebody last changed some is asked with each message.
create index messages_edited_of_author on messages (author_id, edited_at desc) where edited_at is not null;
