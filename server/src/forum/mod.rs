//! Boards and their threads. Replies below a thread are `discussion`'s; this feature decides who may be there.

mod actions;
mod board;
mod gate;
mod hooks;
mod pages;
mod personal_data;
mod routes;
mod store;
mod thread;
mod views;
mod watch;

pub use hooks::ThreadTarget;
pub use pages::pages;
pub use personal_data::ForumData;
pub use routes::routes;
pub use watch::{BoardPages, ThreadPages};
