//! What casework does to threads.

use moderation::content::ContentState;
use moderation::triage::Exposure;
use uuid::Uuid;

use super::actions::announce;
use super::store::{self, StoredThread};
use crate::access::Actor;
use crate::casework::target::Pending;
use crate::casework::{CaseTarget, Change, Neighbour, TargetFacts, TargetKind, TargetText};
use crate::discussion::{self, RootKind};
use crate::http::Problem;
use crate::infra::bus::Topic;
use crate::infra::db::{Conn, Tx};
use crate::infra::markdown;

/// Threads as targets of cases.
pub struct ThreadTarget;

impl StoredThread {
    fn content_state(&self) -> Result<ContentState, Problem> {
        self.state.parse().map_err(|_| Problem::Internal(anyhow::anyhow!("unknown state of a thread")))
    }
}

impl CaseTarget for ThreadTarget {
    fn kind(&self) -> TargetKind {
        TargetKind::Thread
    }

    fn facts<'a>(&'a self, conn: &'a mut Conn, id: Uuid, lock: bool) -> Pending<'a, Option<TargetFacts>> {
        Box::pin(async move {
            let Some(thread) = store::find_thread(conn, id, lock).await? else { return Ok(None) };
            let state = thread.content_state()?;
            let exposure = match (state.is_public(), thread.members_only) {
                (false, _) => Exposure::Nobody,
                (true, true) => Exposure::Members,
                (true, false) => Exposure::Visitors,
            };
            Ok(Some(TargetFacts {
                author: thread.author_id,
                state,
                revision: thread.revision,
                exposure,
                url: format!("/forum/t/{id}"),
            }))
        })
    }

    fn could_read<'a>(&'a self, conn: &'a mut Conn, id: Uuid, reader: Option<&'a Actor>) -> Pending<'a, bool> {
        Box::pin(async move {
            let Some(thread) = store::find_thread(conn, id, false).await? else { return Ok(false) };
            let own = reader.is_some_and(|reader| thread.author_id == Some(reader.id));
            let place_open = reader.is_some() || !thread.members_only;
            Ok(own || (thread.was_public && place_open && thread.state != "purged"))
        })
    }

    fn text<'a>(&'a self, conn: &'a mut Conn, id: Uuid, revision: i32) -> Pending<'a, Option<TargetText>> {
        Box::pin(async move {
            let Some(thread) = store::find_thread(conn, id, false).await? else { return Ok(None) };
            if thread.revision == revision {
                let there = !thread.body.is_empty();
                return Ok(there.then_some(TargetText { title: Some(thread.title), body: thread.body }));
            }
            let earlier = store::earlier_text(conn, id, revision).await?;
            Ok(earlier.map(|text| TargetText { title: text.title, body: text.body }))
        })
    }

    fn around<'a>(&'a self, conn: &'a mut Conn, id: Uuid) -> Pending<'a, Vec<Neighbour>> {
        Box::pin(async move {
            let Some(it) = store::find_thread(conn, id, false).await? else { return Ok(Vec::new()) };
            let (created_at, name) = store::written(conn, id).await?;
            let it = Neighbour { author: it.author_id, name, body: String::new(), created_at, is_it: true };
            discussion::below(conn, RootKind::Thread, id, it).await
        })
    }

    fn apply<'a>(&'a self, tx: &'a mut Tx, id: Uuid, change: Change) -> Pending<'a, ContentState> {
        Box::pin(async move {
            let thread = store::find_thread(tx, id, true).await?.ok_or(Problem::NotFound)?;
            let before = thread.content_state()?;
            let Some((after, version)) = change_state(tx, &thread, before, change).await? else { return Ok(before) };
            if before.is_public() || after.is_public() {
                // Where spans were replaced the page is still there: open screens read it anew.
                let topic = if before.is_public() && !after.is_public() { Topic::Withdrawn } else { Topic::Surface };
                announce(tx, id, version, thread.board_id, topic).await?;
            }
            Ok(after)
        })
    }

    fn erase_copies<'a>(&'a self, tx: &'a mut Tx, id: Uuid, surface: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            match surface {
                "revisions" => store::drop_revisions(tx, id).await,
                _ => Ok(()),
            }
        })
    }

    fn surfaces(&self) -> &'static [&'static str] {
        &["revisions"]
    }
}

/// Stores the new state and words; answers the state after it and the surface's version, or nothing where nothing changes.
async fn change_state(
    tx: &mut Tx,
    thread: &StoredThread,
    before: ContentState,
    change: Change,
) -> Result<Option<(ContentState, i64)>, Problem> {
    let id = thread.id;
    let gone = matches!(before, ContentState::Deleted | ContentState::Purged);
    let (state, version) = match change {
        // What its author took away stays away.
        Change::HidePending | Change::Hide | Change::Restore(_) | Change::Redact(_) if gone => return Ok(None),
        Change::HidePending if !before.is_public() => return Ok(None),
        Change::HidePending => set(tx, id, ContentState::HiddenPending).await?,
        Change::Hide => set(tx, id, ContentState::Hidden).await?,
        Change::Remove => {
            store::drop_revisions(tx, id).await?;
            (ContentState::Removed, store::set_text(tx, id, "removed", ("", "", ""), 0).await?)
        }
        Change::Redact(text) => {
            store::drop_revisions(tx, id).await?;
            (ContentState::Redacted, write(tx, thread, "redacted", &text, 1).await?)
        }
        Change::Restore(Some(text)) => (ContentState::Live, write(tx, thread, "live", &text, 0).await?),
        Change::Restore(None) if before.is_public() || before == ContentState::Removed => return Ok(None),
        Change::Restore(None) => set(tx, id, ContentState::Live).await?,
        Change::Publish(_) | Change::RequestChanges => {
            return Err(Problem::Internal(anyhow::anyhow!("a thread is never a submission")));
        }
    };
    Ok(Some((state, version)))
}

async fn set(tx: &mut Tx, id: Uuid, state: ContentState) -> Result<(ContentState, i64), Problem> {
    Ok((state, store::set_state(tx, id, state.as_str()).await?))
}

async fn write(tx: &mut Tx, thread: &StoredThread, state: &str, text: &TargetText, step: i32) -> Result<i64, Problem> {
    let title = text.title.as_deref().unwrap_or(&thread.title);
    store::set_text(tx, thread.id, state, (title, &text.body, &markdown::render(&text.body)), step).await
}
