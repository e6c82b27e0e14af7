//! Live sockets: who is connected, which rooms and pages they follow, and how an event reaches each of them once and in order.
//!
//! Owns the socket of the contract (`GET /live`), tickets, membership on each worker thread (one of [`Threads`]), fan-out and resume.
//! Knows no feature: rooms are numbered sequences handed in through [`Conversation`], pages are [`Watchable`]s.
//!
//! The way of an event: commit → [`Hub::committed`] (or a signal on the bus) → the feeder, which puts numbers in line and
//! reads holes from PostgreSQL → one message for each thread of sockets → the members, many in one call of the kernel
//! (`mailing`); what one of them cannot take yet waits in its outbox.
//! The feeder and the writer of messages are kept up: [`Hub::keep_up`].

pub mod connection;
pub mod conversation;
pub mod endpoint;
mod feeder;
pub mod frame;
mod hub;
mod join;
mod lasting;
mod mailing;
mod outbox;
mod pace;
mod presence;
mod reads;
mod resume;
mod run;
mod seats;
mod socket;
mod store;
mod threads;
mod upkeep;
mod watch;
mod worker;

pub use conversation::{
    Conversation, Event, Figures, Local, Pending, Refusal, RoomFacts, RoomHere, Threshold, Watchable,
};
pub use endpoint::{Upgraded, routes, upgrades};
pub use hub::{Hub, SocketId, Wiring};
pub use pace::Pace;
pub use presence::Here;
pub use run::Run;
pub use socket::Socket;
pub use threads::Threads;
