//! The rules of Ligesind as pure functions: who may read a text in which state, what a report
//! leads to, in which order cases are handled, what a decision must hold, and what a program
//! sees in a text before people do.
//!
//! Nothing here reads a clock, a file, a socket or a random source: time comes in as an argument.
//! Enums carry a stable `snake_case` code ([`coded::Coded::as_str`] and `FromStr`), the same in
//! JSON and in the database; the words people read live with the site and the server.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a test says what went wrong by failing"
    )
)]

pub mod agreement;
pub mod auto_hide;
pub mod breach;
pub mod care;
pub mod case;
pub mod category;
pub mod claim;
pub mod coded;
pub mod content;
pub mod decision;
pub mod field_error;
pub mod limits;
pub mod policy;
pub mod pseudonym;
pub mod redaction;
pub mod sanction;
pub mod screening;
pub mod suppression;
pub mod training;
pub mod triage;

pub use category::{Category, Certificate, Level, ReportReason};
pub use coded::Coded;
pub use field_error::FieldError;
