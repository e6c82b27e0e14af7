//! Plumbing without product words: configuration, database, clock, ids, signals between tasks and nodes.
//! Must not know any feature.

pub mod bus;
pub mod clock;
pub mod config;
pub mod db;
pub mod embedded_pg;
pub mod gather;
pub mod ids;
pub mod lasting;
pub mod markdown;
pub mod memory;
pub mod meter;
pub mod migrate;
pub mod query;
#[rustfmt::skip] // generated
pub mod schema;
pub mod slug;
pub mod telemetry;
