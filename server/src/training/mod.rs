//! Courses that lead to certificates, diplomas for them, and the practice cases of each month.
//!
//! Owns the tables of course progress, checks, diplomas and practice answers. Which training a case takes, and that nobody
//! claims one without it, is casework's and the database's; the rules of drawing and grading are `moderation::training`.

mod actions;
pub mod bodies;
mod check;
mod course;
mod diploma;
mod jobs;
mod personal_data;
mod practice;
mod practice_store;
mod practice_views;
mod routes;
mod store;
pub mod views;

pub use actions::pass;
pub use jobs::{remind, start};
pub use personal_data::TrainingData;
pub use routes::routes;
