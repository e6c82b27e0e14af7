-- Checking the two keys anew for each message was a third of what PostgreSQL spent on it, and `chat_ingest` has read both
-- the author and the room by then, under the lock of the room. What the keys did when an account or a room goes, triggers
-- do under that lock: server/sql/chat.sql.
alter table messages drop constraint messages_author_id_fkey, drop constraint messages_room_id_fkey;
