drop sequence nod_changes;
