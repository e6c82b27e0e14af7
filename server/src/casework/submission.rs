//! What an author may know of the review of a post: that it is being read, and what the reviewer asked for. Never who.

use super::store::decisions;
use super::store::queue;
use crate::http::Problem;
use crate::infra::db::Conn;
use crate::infra::ids::PostId;

/// Whether somebody is reading the submission of this post right now.
///
/// # Errors
/// When the database fails.
pub async fn is_under_review(
    conn: &mut Conn,
    post: PostId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<bool, Problem> {
    queue::is_under_review(conn, post.0, now).await
}

/// What the reviewer last asked to have changed in this post.
///
/// # Errors
/// When the database fails.
pub async fn reviewers_word(conn: &mut Conn, post: PostId) -> Result<Option<String>, Problem> {
    decisions::reviewers_word(conn, post.0).await
}
