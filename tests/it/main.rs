//! All integration tests in one binary: linking costs more than running.

mod accounts;
mod blog;
mod casework;
mod chat;
mod community;
mod demo;
mod faults;
mod forum;
mod handover;
mod live;
mod messages;
mod nodes;
mod notify;
mod openapi;
mod privacy;
mod redaction;
mod resume;
mod room_notes;
mod schema;
mod screening;
mod sources;
mod training;
mod visibility;
mod yearly;
