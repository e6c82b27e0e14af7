//! What the program that reads first caught and missed: honest figures for coordinators, and a blind look at texts it let through.
//!
//! Owns the table `screening_samples`: ids and verdicts, never a text and never who looked.

mod personal_data;
mod routes;
mod sample;
mod store;
mod views;
mod wilson;

pub use personal_data::SampleData;
pub use routes::routes;
