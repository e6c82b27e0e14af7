drop table help_lines;
drop table community_documents;
drop table community;
