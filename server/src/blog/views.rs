//! Posts as the API shows them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::discussion::AuthorView;
use crate::infra::ids::PostId;
use crate::screening::Finding;

/// A published post in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PostSummary {
    /// Which post.
    pub id: PostId,
    /// Its address.
    pub slug: String,
    /// Its page.
    pub url: String,
    /// Title.
    pub title: String,
    /// Who wrote it.
    pub author: Option<AuthorView>,
    /// Tags.
    pub tags: Vec<String>,
    /// What to know before reading.
    pub content_note: Option<String>,
    /// When it came out.
    pub published_at: Option<DateTime<Utc>>,
    /// Its first words.
    pub excerpt: String,
    /// Comments that everybody can read.
    pub comment_count: i32,
}

/// Where a submission stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct SubmissionView {
    /// Which submission; every new one has a new id.
    pub id: Option<Uuid>,
    /// `submitted`, `in_review`, `published`, `changes_requested`, `withdrawn`.
    pub state: String,
    /// Version of the post.
    pub version: i32,
}

/// The author's working copy where it differs from what others read.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct DraftView {
    /// Its revision.
    pub revision: i32,
    /// Title.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Sanitised HTML.
    pub body_html: String,
    /// Tags.
    pub tags: Vec<String>,
    /// What to know before reading.
    pub content_note: Option<String>,
}

/// What only its author sees of a post.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OwnPart {
    /// Markdown of what stands in `body_html`.
    pub body: String,
    /// Where the submission stands; null: never handed in.
    pub submission: Option<SubmissionView>,
    /// What the last reviewer said to the author.
    pub review_statement: Option<String>,
    /// The working copy, where it differs from what others read.
    pub draft: Option<DraftView>,
    /// Last change of the working copy.
    pub updated_at: DateTime<Utc>,
}

/// A post, as far as this reader may see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct PostView {
    /// Which post.
    pub id: PostId,
    /// Its address.
    pub slug: String,
    /// Its page.
    pub url: String,
    /// `live`, `redacted`; its author also sees `draft`, `submitted`, `in_review`, `hidden_pending`, `hidden`.
    pub state: String,
    /// Version for `If-Match`.
    pub version: i32,
    /// Version that `watch` sends.
    pub surface_version: i64,
    /// Title.
    pub title: String,
    /// Who wrote it.
    pub author: Option<AuthorView>,
    /// Sanitised HTML.
    pub body_html: String,
    /// Tags.
    pub tags: Vec<String>,
    /// What to know before reading.
    pub content_note: Option<String>,
    /// Revision of the text shown.
    pub revision: i32,
    /// Comments that everybody can read.
    pub comment_count: i32,
    /// When it came out.
    pub published_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When the text shown was changed after it came out.
    pub edited_at: Option<DateTime<Utc>>,
    /// For its author.
    #[serde(flatten)]
    pub own: Option<OwnPart>,
    /// What screening tells its author, where it was just written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Finding>,
}

/// A page of posts and the version of the front page that lists them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PostPage {
    /// The posts.
    pub items: Vec<PostSummary>,
    /// Give it as `after` for the next page; null at the end.
    pub next: Option<String>,
    /// Version that `watch` of the front page sends: counts posts, not their comments.
    pub version: i64,
}

/// One of the caller's own posts in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct OwnPostSummary {
    /// Which post.
    pub id: PostId,
    /// Its address.
    pub slug: String,
    /// Its page.
    pub url: String,
    /// Title of the working copy.
    pub title: String,
    /// State of the text.
    pub state: String,
    /// Version for `If-Match`.
    pub version: i32,
    /// Tags of the working copy.
    pub tags: Vec<String>,
    /// Where the submission stands; null: never handed in.
    pub submission: Option<SubmissionView>,
    /// The working copy differs from what others read.
    pub has_unpublished_changes: bool,
    /// When it came out.
    pub published_at: Option<DateTime<Utc>>,
    /// Last change of the working copy.
    pub updated_at: DateTime<Utc>,
}

/// Answer of a submission.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Submitted {
    /// Where it stands now.
    pub submission: SubmissionView,
    /// What screening tells its author.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Finding>,
}

/// A tag in use.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TagView {
    /// The tag.
    pub tag: String,
    /// Published posts that have it.
    pub count: i64,
}

/// Rendered Markdown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Preview {
    /// Sanitised HTML, as it would be published.
    pub body_html: String,
}
