-- Numbers the changes of nods: a screen that hears of two out of order keeps the later one. Nothing is numbered in the tables.
create sequence nod_changes;
