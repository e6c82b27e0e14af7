//! Chat rooms: when they are open, what is said in them, who has read how far.
//!
//! Owns the tables `rooms`, `room_hosts`, `room_entries`, `room_calls`, `room_notes`, `messages`, `message_reactions`, `room_events`,
//! `held_messages`.
//! Messages come in over the live socket ([`talk`]), are written in batches by one writer for each node ([`ingest`]),
//! and leave as events of their room, each with its number. What happens to a message later (edited, taken away,
//! brought back) is an event with a number of its own. What a room's messages come to together is followed beside them
//! ([`conversations`]).

pub mod actions;
pub mod bodies;
mod calls;
pub mod conversations;
mod doors;
pub mod frames;
pub mod gate;
pub mod ingest;
mod notes;
mod personal_data;
mod reactions;
pub mod routes;
pub mod store;
pub mod talk;
pub mod target;
mod teller;
pub mod views;

pub use doors::RoomDoors;
pub use personal_data::ChatData;
pub use routes::routes;
pub use store::calls::count_open as calls_waiting;
pub use talk::{Talk, Way};
pub use target::MessageTarget;
