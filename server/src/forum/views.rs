//! Boards and threads as the API shows them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::discussion::AuthorView;
use crate::infra::ids::{BoardId, ThreadId};
use crate::screening::Finding;

/// A board of the forum.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct BoardView {
    /// Which board; `watch` names it by this.
    pub id: BoardId,
    /// Its address.
    pub slug: String,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Only signed-in people read it.
    pub members_only: bool,
    /// Threads that everybody in the board can read.
    pub thread_count: i64,
    /// When something was last written in it.
    pub last_activity_at: Option<DateTime<Utc>>,
    /// Version that `watch` sends: counts its threads, not their replies.
    pub version: i64,
}

/// A thread, as far as this reader may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ThreadView {
    /// Which thread.
    pub id: ThreadId,
    /// Slug of its board.
    pub board: String,
    /// Name of its board.
    pub board_title: String,
    /// Only signed-in people read it.
    pub members_only: bool,
    /// Title.
    pub title: String,
    /// Who wrote it.
    pub author: Option<AuthorView>,
    /// Sanitised HTML.
    pub body_html: String,
    /// Markdown, for its author only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// What the author wishes for: `listen`, `share`, `advice`.
    pub reply_wish: Option<String>,
    /// What to know before reading.
    pub content_note: Option<String>,
    /// `live`, `redacted`; its author also sees `hidden_pending`, `hidden`.
    pub state: String,
    /// Grows with every edit.
    pub revision: i32,
    /// Version that `watch` sends.
    pub version: i64,
    /// Replies that everybody in the board can read.
    pub reply_count: i32,
    /// When it was written or last answered.
    pub last_reply_at: DateTime<Utc>,
    /// No new replies.
    pub locked: bool,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// Its page.
    pub url: String,
    /// What screening tells its author, where it was just written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Finding>,
}

/// A page of a board's threads.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ThreadPage {
    /// The threads.
    pub items: Vec<ThreadView>,
    /// Give it as `after` for the next page; null at the end.
    pub next: Option<String>,
    /// Version that `watch` of the board sends: counts its threads, not their replies.
    pub version: i64,
}
