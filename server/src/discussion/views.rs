//! Replies and comments as the API shows them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::author::AuthorView;
use crate::screening::Finding;

/// A reply or comment that the reader may read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TextItem {
    /// Which text.
    pub id: Uuid,
    /// Who wrote it.
    pub author: Option<AuthorView>,
    /// Sanitised HTML.
    pub body_html: String,
    /// Markdown, for its author only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// `live`, `redacted`; its author also sees `hidden_pending`, `hidden`.
    pub state: String,
    /// Grows with every edit.
    pub revision: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last edited.
    pub edited_at: Option<DateTime<Utc>>,
    /// What it answers; null: the thread or post itself.
    pub parent_id: Option<Uuid>,
    /// Place in the order; null until it is published.
    pub path: Option<String>,
    /// 0 at the top.
    pub depth: i32,
    /// What screening tells its author, where it was just written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Finding>,
}

/// The place of a text that is gone for this reader while texts below it can be read. Nothing else is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GoneItem {
    /// Which text.
    pub id: Uuid,
    /// What it answered.
    pub parent_id: Option<Uuid>,
    /// Place in the order.
    pub path: Option<String>,
    /// 0 at the top.
    pub depth: i32,
    /// Always `gone`.
    pub state: String,
}

/// An entry of a thread.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum ReplyItem {
    /// A text.
    Text(Box<TextItem>),
    /// The place of one that is gone.
    Gone(GoneItem),
}

impl ReplyItem {
    /// Key of its place in the list: the path; a held text of the reader's own stands after all published ones.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::Text(item) => item.path.clone().unwrap_or_else(|| format!("~{}", item.id)),
            Self::Gone(item) => item.path.clone().unwrap_or_default(),
        }
    }
}
