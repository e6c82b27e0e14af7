//! From a working copy to a public text: at once for trusted authors, through a reviewer for everybody else.

use serde_json::json;
use uuid::Uuid;

use super::store::{self, StoredPost};
use crate::access::Actor;
use crate::casework::{self, TargetKind, Targets};
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Tx;
use crate::infra::ids::{self, PostId};
use crate::screening::{Finding, Screening, Verdict};

/// What became of a text that was handed in.
pub(super) struct HandedIn {
    /// What screening tells the author.
    pub(super) advice: Vec<Finding>,
}

/// Hands the working copy in. The caller holds the lock of the post; `post` is the row as it stands.
///
/// # Errors
/// 409 `nothing_to_submit`, `wrong_state`; advice of screening.
pub(super) async fn hand_in(
    tx: &mut Tx,
    by: &Actor,
    (targets, screening): (&Targets, &Screening),
    post: &StoredPost,
    confirmed: bool,
) -> Result<HandedIn, Problem> {
    if post.is_submitted() {
        return Ok(HandedIn { advice: Vec::new() });
    }
    if post.live_revision == Some(post.draft_revision) {
        return Err(Problem::Conflict("nothing_to_submit", json!({})));
    }
    if !matches!(post.state.as_str(), "draft" | "live" | "redacted") {
        return Err(Problem::Conflict("wrong_state", json!({})));
    }
    let verdict = post.words().screen(screening, confirmed)?;
    // What a moderator has rewritten is read by a person again, whoever the author is.
    let at_once = post.state != "redacted" && store::publishes_at_once(tx, by.id).await?;
    if at_once && !verdict.is_held() {
        publish(tx, post.id, post.draft_revision).await?;
    } else if at_once && post.live_revision.is_none() {
        store::set_state(tx, post.id, "hidden_pending").await?;
        open_case(tx, by, targets, post, &verdict).await?;
    } else {
        ask_reviewer(tx, by, post, verdict.is_held()).await?;
        open_case(tx, by, targets, post, &verdict).await?;
    }
    Ok(HandedIn { advice: verdict.advice().to_vec() })
}

/// Opens the case of the submission. A text that was public stays so; one that screening holds waits as held.
async fn ask_reviewer(tx: &mut Tx, by: &Actor, post: &StoredPost, held: bool) -> Result<(), Problem> {
    let state = match (post.live_revision, held) {
        (Some(_), _) => post.state.as_str(),
        (None, true) => "hidden_pending",
        (None, false) => "submitted",
    };
    store::hand_in(tx, post.id, Some(ids::ordered()), state).await?;
    casework::open_submission(tx, by.id, PostId(post.id), post.draft_revision).await?;
    Ok(())
}

async fn open_case(
    tx: &mut Tx,
    by: &Actor,
    targets: &Targets,
    post: &StoredPost,
    verdict: &Verdict,
) -> Result<(), Problem> {
    if let Verdict::Hold { category, level, .. } = verdict {
        casework::open_by_screening(
            tx,
            targets,
            TargetKind::Post,
            post.id,
            post.draft_revision,
            by.id,
            *category,
            *level,
        )
        .await?;
    }
    Ok(())
}

/// The author changed a text that a reviewer has, or that screening holds: another revision to read, under the same submission.
pub(super) async fn edited_while_waiting(
    tx: &mut Tx,
    by: &Actor,
    (targets, screening): (&Targets, &Screening),
    post: &StoredPost,
    confirmed: bool,
) -> Result<Vec<Finding>, Problem> {
    let verdict = post.words().screen(screening, confirmed)?;
    if post.is_submitted() {
        let held = verdict.is_held() && post.live_revision.is_none();
        store::hand_in(tx, post.id, None, if held { "hidden_pending" } else { &post.state }).await?;
    }
    casework::text_edited(tx, TargetKind::Post, post.id, post.draft_revision).await?;
    open_case(tx, by, targets, post, &verdict).await?;
    Ok(verdict.advice().to_vec())
}

/// Makes a revision public and says so.
pub(super) async fn publish(tx: &mut Tx, id: Uuid, revision: i32) -> Result<(), Problem> {
    let version = store::publish(tx, id, revision).await?;
    announce(tx, id, version, Topic::Surface).await
}

/// Announces a post and the front page that lists it.
pub(super) async fn announce(tx: &mut Tx, id: Uuid, version: i64, topic: Topic) -> Result<(), Problem> {
    tx.announce(Signal::new(topic, id, version));
    let front = store::touch_front(tx).await?;
    tx.announce(Signal::new(topic, Uuid::nil(), front).of_part(id));
    Ok(())
}
