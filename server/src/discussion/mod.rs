//! Replies in a thread and comments under a post: one tree of texts below a root, one table (`replies`).
//! Knows a root by its kind and id and by the SQL functions of `server/sql/discussion.sql`; must not know `forum` or `blog`,
//! which hold the roots and stand above.

mod actions;
mod author;
mod cache;
mod fresh;
mod gate;
mod hooks;
mod personal_data;
pub mod plain;
mod root;
mod routes;
mod store;
mod views;

pub use actions::{NewText, Posted, list_texts, post_text};
pub use author::{AuthorRow, AuthorView};
pub use hooks::DiscussionTarget;
pub use personal_data::DiscussionData;
pub use root::{Root, RootKind};
pub use routes::{CreateText, routes};
pub use store::around::below;
pub use store::{list, touch};
pub use views::{GoneItem, ReplyItem, TextItem};
