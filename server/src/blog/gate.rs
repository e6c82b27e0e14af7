//! Who may change which post.

use uuid::Uuid;

use super::store::{self, StoredPost};
use crate::access::Actor;
use crate::http::Problem;
use crate::infra::db::Tx;

/// An own post, locked; its only maker is [`OwnPost::lock`].
pub(super) struct OwnPost(pub(super) StoredPost);

impl OwnPost {
    /// # Errors
    /// 404 for anybody else, and once the post is gone.
    pub(super) async fn lock(tx: &mut Tx, by: &Actor, id: Uuid) -> Result<Self, Problem> {
        let post = store::lock_post(tx, id).await?.ok_or(Problem::NotFound)?;
        let gone = matches!(post.state.as_str(), "removed" | "deleted" | "purged");
        if post.author_id == Some(by.id) && !gone { Ok(Self(post)) } else { Err(Problem::NotFound) }
    }
}

/// Writing takes more than the role.
///
/// # Errors
/// 403 `consent_required`, `muted`.
pub(super) fn may_write(by: &Actor) -> Result<(), Problem> {
    by.may_write()
}
