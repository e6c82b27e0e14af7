//! All integration tests in one binary: linking costs more than running.

mod schema;
mod sources;
