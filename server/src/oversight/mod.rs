//! What the program that reads first caught and missed: honest figures for coordinators, and a blind look at texts it let through.
//! And the account of each year of moderation, for the public.
//!
//! Owns the table `screening_samples` (ids and verdicts, never a text and never who looked) and `yearly_accounts`.

mod personal_data;
mod routes;
mod sample;
mod store;
mod views;
mod wilson;
mod year;
mod year_routes;
mod year_store;
mod year_views;

pub use personal_data::SampleData;
pub use routes::routes;
pub use year::{YearCounts, close_years, keep as keep_year, start};
