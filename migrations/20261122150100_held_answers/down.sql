drop index held_messages_reply_to;
alter table held_messages drop column reply_to;
