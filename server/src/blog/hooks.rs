//! What casework does to posts.

use moderation::content::ContentState;
use moderation::triage::Exposure;
use uuid::Uuid;

use super::post::{self, Words};
use super::store::{self, StoredPost};
use super::submission;
use crate::access::Actor;
use crate::casework::target::Pending;
use crate::casework::{self, CaseTarget, Change, Neighbour, TargetFacts, TargetKind, TargetText};
use crate::discussion::{self, RootKind};
use crate::http::Problem;
use crate::infra::bus::Topic;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::PostId;

/// Posts as targets of cases.
pub struct PostTarget;

impl StoredPost {
    fn content_state(&self) -> Result<ContentState, Problem> {
        self.state.parse().map_err(|_| Problem::Internal(anyhow::anyhow!("unknown state of a post")))
    }
}

impl CaseTarget for PostTarget {
    fn kind(&self) -> TargetKind {
        TargetKind::Post
    }

    fn facts<'a>(&'a self, conn: &'a mut Conn, id: Uuid, lock: bool) -> Pending<'a, Option<TargetFacts>> {
        Box::pin(async move {
            let found = if lock { store::lock_post(conn, id).await? } else { store::find_post(conn, id).await? };
            let Some(post) = found else { return Ok(None) };
            let state = post.content_state()?;
            let revision = post.live_revision.unwrap_or(post.draft_revision);
            let exposure = if state.is_public() { Exposure::Visitors } else { Exposure::Nobody };
            Ok(Some(TargetFacts { author: post.author_id, state, revision, exposure, url: store::url(&post.slug) }))
        })
    }

    fn could_read<'a>(&'a self, conn: &'a mut Conn, id: Uuid, reader: Option<&'a Actor>) -> Pending<'a, bool> {
        Box::pin(async move {
            let Some(post) = store::find_post(conn, id).await? else { return Ok(false) };
            let own = reader.is_some_and(|reader| post.author_id == Some(reader.id));
            Ok(own || (post.was_public && post.state != "purged"))
        })
    }

    fn text<'a>(&'a self, conn: &'a mut Conn, id: Uuid, revision: i32) -> Pending<'a, Option<TargetText>> {
        Box::pin(async move {
            let words = store::words_of(conn, id, revision).await?;
            Ok(words.map(|words| TargetText { title: Some(words.title), body: words.body }))
        })
    }

    fn around<'a>(&'a self, conn: &'a mut Conn, id: Uuid) -> Pending<'a, Vec<Neighbour>> {
        Box::pin(async move {
            let Some(it) = store::find_post(conn, id).await? else { return Ok(Vec::new()) };
            let (created_at, name) = store::written(conn, id).await?;
            let it = Neighbour { author: it.author_id, name, body: String::new(), created_at, is_it: true };
            discussion::below(conn, RootKind::Post, id, it).await
        })
    }

    fn apply<'a>(&'a self, tx: &'a mut Tx, id: Uuid, change: Change) -> Pending<'a, ContentState> {
        Box::pin(async move {
            let post = store::lock_post(tx, id).await?.ok_or(Problem::NotFound)?;
            let before = post.content_state()?;
            let Some((after, version)) = change_state(tx, &post, before, change).await? else {
                return reread(tx, id).await?.content_state();
            };
            if before.is_public() || after.is_public() {
                // Where spans were replaced the page is still there: open screens read it anew.
                let topic = if before.is_public() && !after.is_public() { Topic::Withdrawn } else { Topic::Surface };
                submission::announce(tx, id, version, topic).await?;
            }
            Ok(after)
        })
    }

    fn erase_copies<'a>(&'a self, tx: &'a mut Tx, id: Uuid, surface: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            match (surface, store::find_post(tx, id).await?) {
                ("revisions", Some(post)) => {
                    store::drop_others(tx, id, post.live_revision.unwrap_or(post.draft_revision)).await
                }
                _ => Ok(()),
            }
        })
    }

    fn surfaces(&self) -> &'static [&'static str] {
        &["revisions"]
    }
}

async fn reread(tx: &mut Tx, id: Uuid) -> Result<StoredPost, Problem> {
    store::find_post(tx, id).await?.ok_or(Problem::NotFound)
}

/// Stores the new state and words; answers the state after it and the surface's version,
/// or nothing where readers see no change (or were told already).
async fn change_state(
    tx: &mut Tx,
    post: &StoredPost,
    before: ContentState,
    change: Change,
) -> Result<Option<(ContentState, i64)>, Problem> {
    let gone = matches!(before, ContentState::Deleted | ContentState::Purged);
    match change {
        // What its author took away stays away.
        Change::HidePending | Change::Hide | Change::Restore(_) | Change::Redact(_) | Change::Publish(_) if gone => {
            Ok(None)
        }
        Change::HidePending if !before.is_public() => Ok(None),
        Change::HidePending => set(tx, post.id, ContentState::HiddenPending).await,
        Change::Hide => set(tx, post.id, ContentState::Hidden).await,
        Change::Remove => {
            end_submission(tx, post).await?;
            store::drop_others(tx, post.id, post.live_revision.unwrap_or(post.draft_revision)).await?;
            store::erase_words(tx, post.id, post::slug("", post.id)).await?;
            set(tx, post.id, ContentState::Removed).await
        }
        Change::Redact(text) => {
            end_submission(tx, post).await?;
            rewrite(tx, post, text, post.draft_revision + 1).await?;
            set(tx, post.id, ContentState::Redacted).await
        }
        Change::Restore(Some(text)) => {
            rewrite(tx, post, text, post.live_revision.unwrap_or(post.draft_revision)).await?;
            set(tx, post.id, ContentState::Live).await
        }
        Change::Restore(None) if before.is_public() || before == ContentState::Removed => Ok(None),
        Change::Restore(None) if post.live_revision.is_some() => set(tx, post.id, ContentState::Live).await,
        // Held before it ever came out: back to its reviewer, or out now where its author needs none.
        Change::Restore(None) if post.is_submitted() => set(tx, post.id, ContentState::Submitted).await,
        Change::Restore(None) if before == ContentState::Draft => Ok(None),
        Change::Restore(None) => publish(tx, post.id, post.draft_revision).await,
        Change::Publish(revision) if revision == post.draft_revision && post.is_submitted() => {
            publish(tx, post.id, revision).await
        }
        Change::Publish(_) => Err(Problem::Stale(post.version)),
        Change::RequestChanges => {
            let state = if post.live_revision.is_none() { "draft" } else { post.state.as_str() };
            store::set_submission_state(tx, post.id, "changes_requested", state).await?;
            Ok(None)
        }
    }
}

async fn set(tx: &mut Tx, id: Uuid, state: ContentState) -> Result<Option<(ContentState, i64)>, Problem> {
    let version = store::set_state(tx, id, state.as_str()).await?;
    Ok(Some((state, version)))
}

async fn publish(tx: &mut Tx, id: Uuid, revision: i32) -> Result<Option<(ContentState, i64)>, Problem> {
    Ok(Some((ContentState::Live, store::publish(tx, id, revision).await?)))
}

/// A decision about the text ends what its author had handed in.
async fn end_submission(tx: &mut Tx, post: &StoredPost) -> Result<(), Problem> {
    if post.is_submitted() {
        store::set_submission_state(tx, post.id, "withdrawn", &post.state).await?;
        casework::withdraw_submission(tx, PostId(post.id)).await?;
    }
    Ok(())
}

/// Leaves these words as the only ones there are. Tags and note stay as they were in the text that readers knew.
async fn rewrite(tx: &mut Tx, post: &StoredPost, text: TargetText, revision: i32) -> Result<(), Problem> {
    let known = store::words_of(tx, post.id, post.live_revision.unwrap_or(post.draft_revision)).await?;
    let (tags, content_note) =
        known.as_ref().map_or_else(Default::default, |words| (words.tags.clone(), words.content_note.clone()));
    let title = text.title.or_else(|| known.as_ref().map(|words| words.title.clone())).unwrap_or_default();
    let slug = match &known {
        Some(words) if words.title == title => post.slug.clone(),
        _ => post::slug(&title, post.id),
    };
    store::keep_only(tx, post.id, revision, slug, &Words { title, body: text.body, tags, content_note }).await
}
