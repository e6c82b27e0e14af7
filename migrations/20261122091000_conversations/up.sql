-- A conversation is told of once: found again by the room that it was in.
create index case_events_of_conversation on case_events ((codes ->> 'room')) where kind = 'conversation';
