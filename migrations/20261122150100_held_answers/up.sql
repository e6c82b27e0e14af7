-- A message that waits for a person is still an answer when it is let through.
alter table held_messages add column reply_to uuid constraint held_messages_reply_to_fkey references messages (id) on delete set null;
create index held_messages_reply_to on held_messages (reply_to) where reply_to is not null;
comment on column held_messages.reply_to is 'not personal: the message that it answers';
