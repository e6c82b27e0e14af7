drop index messages_edited_of_author;
