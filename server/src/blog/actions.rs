//! What authors do to their posts. Each works in the transaction of its caller.

use serde_json::json;
use uuid::Uuid;

use super::gate::OwnPost;
use super::post::{self, NewPost, PostChange};
use super::store::{self, StoredPost};
use super::submission;
use super::views::{PostView, SubmissionView, Submitted};
use crate::access::Actor;
use crate::audit::{Idempotency, Once};
use crate::casework::{self, Targets};
use crate::http::Problem;
use crate::infra::bus::Topic;
use crate::infra::db::Tx;
use crate::infra::ids::{self, PostId};
use crate::screening::{Finding, Screening};

/// Stores a new draft.
pub(super) async fn create_post(
    tx: &mut Tx,
    by: &Actor,
    idempotency: Idempotency,
    new: &NewPost,
) -> Result<PostView, Problem> {
    let id = match idempotency.begin(tx, by.id, &new.request).await? {
        Once::Repeat(id) => id,
        once @ Once::First(_) => {
            let id = ids::ordered();
            store::insert_post(tx, id, post::slug(&new.words.title, id), by.id, &new.words).await?;
            once.done(tx, by.id, 201, id).await?;
            id
        }
    };
    view(tx, by, id).await
}

/// Changes the working copy. What that means for readers depends on where the post stands: see `follow_edit`.
pub(super) async fn edit_post(
    tx: &mut Tx,
    by: &Actor,
    wired: (&Targets, &Screening),
    own: OwnPost,
    change: PostChange,
) -> Result<PostView, Problem> {
    let old = own.0;
    let confirmed = change.confirmed;
    let words = change.apply_to(&old.words());
    let advice = if words == old.words() {
        Vec::new()
    } else {
        // The address follows the title until somebody may have seen it.
        let slug = if old.was_public { old.slug.clone() } else { post::slug(&words.title, old.id) };
        store::save_draft(tx, old.id, old.next_revision(), slug, &words).await?;
        let now = reread(tx, old.id).await?;
        follow_edit(tx, by, wired, &old, &now, confirmed).await?
    };
    let post = view(tx, by, old.id).await?;
    Ok(PostView { advice, ..post })
}

/// A draft is nobody's business but its author's. A text that waits is read again in its new wording. The edit of a published
/// post is handed in at once, unless the last one came back: then its author says when it is ready.
async fn follow_edit(
    tx: &mut Tx,
    by: &Actor,
    wired: (&Targets, &Screening),
    old: &StoredPost,
    now: &StoredPost,
    confirmed: bool,
) -> Result<Vec<Finding>, Problem> {
    let came_back = matches!(old.submission_state.as_deref(), Some("changes_requested" | "withdrawn"));
    let held_unpublished = old.live_revision.is_none() && matches!(old.state.as_str(), "hidden_pending" | "hidden");
    match old.state.as_str() {
        _ if old.is_submitted() || held_unpublished => {
            submission::edited_while_waiting(tx, by, wired, now, confirmed).await
        }
        "live" | "redacted" if !came_back => Ok(submission::hand_in(tx, by, wired, now, confirmed).await?.advice),
        _ => Ok(Vec::new()),
    }
}

async fn reread(tx: &mut Tx, id: Uuid) -> Result<StoredPost, Problem> {
    store::find_post(tx, id).await?.ok_or(Problem::NotFound)
}

/// Hands the working copy in, or answers where it stands when that was done already.
pub(super) async fn submit_post(
    tx: &mut Tx,
    by: &Actor,
    wired: (&Targets, &Screening),
    own: &OwnPost,
    confirmed: bool,
) -> Result<Submitted, Problem> {
    let handed_in = submission::hand_in(tx, by, wired, &own.0, confirmed).await?;
    let post = view(tx, by, own.0.id).await?;
    let version = post.version;
    let submission = post.own.and_then(|own| own.submission);
    // A trusted author's text that screening holds was never a submission; it waits as held.
    let submission = submission.unwrap_or(SubmissionView { id: None, state: post.state, version });
    Ok(Submitted { submission, advice: handed_in.advice })
}

/// Takes a submission back. The case closes; what was public stays.
pub(super) async fn withdraw_post(tx: &mut Tx, by: &Actor, own: &OwnPost) -> Result<PostView, Problem> {
    let post = &own.0;
    if !post.is_submitted() {
        return Err(Problem::Conflict("wrong_state", json!({})));
    }
    let state = if post.state == "submitted" { "draft" } else { post.state.as_str() };
    store::set_submission_state(tx, post.id, "withdrawn", state).await?;
    casework::withdraw_submission(tx, PostId(post.id)).await?;
    view(tx, by, post.id).await
}

/// Deletes an own post; a submission of it is taken back.
pub(super) async fn delete_post(tx: &mut Tx, own: &OwnPost) -> Result<(), Problem> {
    let post = &own.0;
    if post.is_submitted() {
        store::set_submission_state(tx, post.id, "withdrawn", &post.state).await?;
        casework::withdraw_submission(tx, PostId(post.id)).await?;
    }
    let version = store::set_state(tx, post.id, "deleted").await?;
    if matches!(post.state.as_str(), "live" | "redacted") {
        submission::announce(tx, post.id, version, Topic::Withdrawn).await?;
    }
    Ok(())
}

/// A post as its author sees it now.
async fn view(tx: &mut Tx, by: &Actor, id: Uuid) -> Result<PostView, Problem> {
    let now = tx.now();
    store::get_post(tx, &id.to_string(), Some(by.id), now).await
}
