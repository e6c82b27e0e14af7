//! What is the community's own: name, role words, rules, pages, help lines, opening hours.
//! Defaults come from `server/community/`; what a coordinator changed is in the database.

mod bodies;
mod defaults;
mod doors;
mod help_lines;
pub mod hours;
mod pages;
mod routes;
mod store;
mod views;

pub use doors::{CommunityDoors, Doors, OpeningNow, Pending};
pub use pages::pages;
pub use routes::routes;
pub use store::{Community, Settings, document, ensure, get, settings};
