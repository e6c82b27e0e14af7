//! What casework does to replies and comments.

use moderation::content::ContentState;
use moderation::triage::Exposure;
use uuid::Uuid;

use super::actions::{announce_change, tell_answered};
use super::root::{Root, RootKind};
use super::store::{self, TargetRow, around};
use crate::access::Actor;
use crate::casework::target::Pending;
use crate::casework::{CaseTarget, Change, Neighbour, TargetFacts, TargetKind, TargetText};
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Conn, Tx};
use crate::infra::markdown;

/// Replies (below threads) or comments (below posts) as targets of cases.
pub struct DiscussionTarget(pub RootKind);

impl TargetRow {
    fn state(&self) -> Result<ContentState, Problem> {
        self.state.parse().map_err(|_| Problem::Internal(anyhow::anyhow!("unknown state of a text")))
    }

    fn root(&self, kind: RootKind) -> Root {
        Root::new(kind, self.root_id)
    }
}

impl CaseTarget for DiscussionTarget {
    fn kind(&self) -> TargetKind {
        self.0.child()
    }

    fn facts<'a>(&'a self, conn: &'a mut Conn, id: Uuid, lock: bool) -> Pending<'a, Option<TargetFacts>> {
        Box::pin(async move {
            let Some(row) = store::target(conn, self.0, id, lock).await? else { return Ok(None) };
            let state = row.state()?;
            let exposure = match (state.is_public() && row.root_public, row.members_only) {
                (false, _) => Exposure::Nobody,
                (true, true) => Exposure::Members,
                (true, false) => Exposure::Visitors,
            };
            let url = format!("{}#{id}", row.root_url);
            Ok(Some(TargetFacts { author: row.author_id, state, revision: row.revision, exposure, url }))
        })
    }

    fn could_read<'a>(&'a self, conn: &'a mut Conn, id: Uuid, reader: Option<&'a Actor>) -> Pending<'a, bool> {
        Box::pin(async move {
            let Some(row) = store::target(conn, self.0, id, false).await? else { return Ok(false) };
            let place_open = row.root_was_public && (reader.is_some() || !row.members_only);
            let own = reader.is_some_and(|reader| row.author_id == Some(reader.id));
            Ok(own || (row.placed && place_open && row.state != "purged"))
        })
    }

    fn text<'a>(&'a self, conn: &'a mut Conn, id: Uuid, revision: i32) -> Pending<'a, Option<TargetText>> {
        Box::pin(async move {
            let Some(row) = store::target(conn, self.0, id, false).await? else { return Ok(None) };
            let body = if row.revision == revision {
                (!row.body.is_empty()).then_some(row.body)
            } else {
                store::earlier_body(conn, self.0, id, revision).await?
            };
            Ok(body.map(|body| TargetText { title: None, body }))
        })
    }

    fn around<'a>(&'a self, conn: &'a mut Conn, id: Uuid) -> Pending<'a, Vec<Neighbour>> {
        Box::pin(around::of(conn, self.0, id))
    }

    fn apply<'a>(&'a self, tx: &'a mut Tx, id: Uuid, change: Change) -> Pending<'a, ContentState> {
        Box::pin(async move {
            let row = store::target(tx, self.0, id, true).await?.ok_or(Problem::NotFound)?;
            let before = row.state()?;
            let after = change_state(tx, self.0, &row, before, change).await?;
            if before == after && !matches!(after, ContentState::Redacted | ContentState::Live) {
                return Ok(after);
            }
            if after.is_public() && !row.placed {
                first_publication(tx, self.0, &row).await?;
            } else if before.is_public() && after == ContentState::Redacted {
                // Open screens must forget the old words at once, then read the new ones.
                let root = row.root(self.0);
                let version = store::touch(tx, root).await?;
                tx.announce(Signal::new(Topic::Withdrawn, root.id, version).of_part(id));
            } else {
                announce_change(tx, row.root(self.0), id, before.is_public() && row.placed, after.is_public()).await?;
            }
            Ok(after)
        })
    }

    fn erase_copies<'a>(&'a self, tx: &'a mut Tx, id: Uuid, surface: &'a str) -> Pending<'a, ()> {
        Box::pin(async move {
            match surface {
                "revisions" => store::drop_revisions(tx, self.0, id).await,
                _ => Ok(()),
            }
        })
    }

    fn surfaces(&self) -> &'static [&'static str] {
        &["revisions"]
    }
}

/// Stores the new state and words; answers the state after it.
async fn change_state(
    tx: &mut Tx,
    kind: RootKind,
    row: &TargetRow,
    before: ContentState,
    change: Change,
) -> Result<ContentState, Problem> {
    let gone = matches!(before, ContentState::Deleted | ContentState::Purged);
    let after = match change {
        // What its author took away stays away.
        Change::HidePending | Change::Hide | Change::Restore(_) | Change::Redact(_) if gone => before,
        Change::HidePending if !before.is_public() => before,
        Change::HidePending => set(tx, row, ContentState::HiddenPending).await?,
        Change::Hide => set(tx, row, ContentState::Hidden).await?,
        Change::Remove => {
            store::set_text(tx, row.id, "removed", "", "", 0).await?;
            store::drop_revisions(tx, kind, row.id).await?;
            ContentState::Removed
        }
        Change::Redact(text) => {
            store::set_text(tx, row.id, "redacted", &text.body, &markdown::render(&text.body), 1).await?;
            store::drop_revisions(tx, kind, row.id).await?;
            ContentState::Redacted
        }
        Change::Restore(Some(text)) => {
            store::set_text(tx, row.id, "live", &text.body, &markdown::render(&text.body), 0).await?;
            ContentState::Live
        }
        Change::Restore(None) if before.is_public() || before == ContentState::Removed => before,
        Change::Restore(None) => set(tx, row, ContentState::Live).await?,
        Change::Publish(_) | Change::RequestChanges => {
            return Err(Problem::Internal(anyhow::anyhow!("a reply or comment is never a submission")));
        }
    };
    Ok(after)
}

async fn set(tx: &mut Tx, row: &TargetRow, state: ContentState) -> Result<ContentState, Problem> {
    store::set_state(tx, row.id, state.as_str()).await?;
    Ok(state)
}

/// A held text is let out: it gets its number now, and those who were answered hear of it now.
async fn first_publication(tx: &mut Tx, kind: RootKind, row: &TargetRow) -> Result<(), Problem> {
    let version = store::place_held(tx, row).await?;
    let root = row.root(kind);
    tx.announce(Signal::new(Topic::Surface, root.id, version).of_part(row.id));
    tell_answered(tx, root, row.id, row.author_id, [row.parent_author, row.root_author]).await
}
