//! What the integration tests, journeys and load programs share.
//!
//! The caller in a test is a value ([`Person`]) and requests are its methods; [`TestApp`] is the whole server
//! on a free port over a fresh database.

pub mod app;
pub mod cluster;
pub mod history;
pub mod live;
pub mod people;
pub mod redis;

pub use app::TestApp;
pub use live::LiveClient;
pub use people::{Person, Reply};
