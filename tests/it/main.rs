//! All integration tests in one binary: linking costs more than running.

mod accounts;
mod community;
mod schema;
mod sources;
