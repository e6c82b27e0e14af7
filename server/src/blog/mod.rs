//! Posts: drafts, submissions, publication. Comments below a post are `discussion`'s; review is `casework`'s.

mod actions;
mod gate;
mod hooks;
mod pages;
mod personal_data;
mod post;
mod routes;
mod store;
mod submission;
mod views;
mod watch;

pub use hooks::PostTarget;
pub use pages::pages;
pub use personal_data::BlogData;
pub use routes::routes;
pub use watch::{FrontPage, PostPages};
