//! All integration tests in one binary: linking costs more than running.

mod accounts;
mod chat;
mod community;
mod live;
mod schema;
mod sources;
