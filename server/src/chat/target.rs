//! Messages as moderation sees them.

use moderation::content::ContentState;
use moderation::triage::Exposure;
use serde_json::json;
use uuid::Uuid;

use super::actions::announce;
use super::store::messages::{self, Found};
use crate::access::Actor;
use crate::casework::target::{Pending, TargetText};
use crate::casework::{CaseTarget, Change, Neighbour, TargetFacts, TargetKind};
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::MessageId;
use crate::infra::markdown;

/// Where earlier texts of a message lie.
const SURFACES: &[&str] = &["revisions"];

/// Chat messages, held ones too.
pub struct MessageTarget;

impl CaseTarget for MessageTarget {
    fn kind(&self) -> TargetKind {
        TargetKind::Message
    }

    fn facts<'a>(&'a self, conn: &'a mut Conn, id: Uuid, lock: bool) -> Pending<'a, Option<TargetFacts>> {
        Box::pin(async move {
            let Some(message) = messages::find(conn, MessageId(id), lock).await? else { return Ok(None) };
            let state = state_of(&message)?;
            Ok(Some(TargetFacts {
                author: message.author_id,
                state,
                revision: message.revision,
                exposure: if state.is_public() { Exposure::Members } else { Exposure::Nobody },
                url: format!("/chat/{}#m{}", message.room_slug, message.seq),
            }))
        })
    }

    fn could_read<'a>(&'a self, conn: &'a mut Conn, id: Uuid, reader: Option<&'a Actor>) -> Pending<'a, bool> {
        Box::pin(async move {
            let Some(reader) = reader else { return Ok(false) };
            let Some(message) = messages::find(conn, MessageId(id), false).await? else { return Ok(false) };
            if message.author_id == Some(reader.id) {
                return Ok(true);
            }
            // A message in its room has been public once; one that was held never was.
            Ok(!message.is_held && messages::reaches(conn, message.room_id, reader.id, message.seq).await?)
        })
    }

    fn text<'a>(&'a self, conn: &'a mut Conn, id: Uuid, revision: i32) -> Pending<'a, Option<TargetText>> {
        Box::pin(async move {
            let body = messages::revision_text(conn, MessageId(id), revision).await?;
            Ok(body.map(|body| TargetText { title: None, body }))
        })
    }

    fn around<'a>(&'a self, conn: &'a mut Conn, id: Uuid) -> Pending<'a, Vec<Neighbour>> {
        Box::pin(messages::around(conn, MessageId(id)))
    }

    fn apply<'a>(&'a self, tx: &'a mut Tx, id: Uuid, change: Change) -> Pending<'a, ContentState> {
        Box::pin(async move {
            let message = messages::find(tx, MessageId(id), true).await?.ok_or(Problem::NotFound)?;
            if message.is_held { apply_to_held(tx, &message, change).await } else { apply(tx, &message, change).await }
        })
    }

    fn erase_copies<'a>(&'a self, tx: &'a mut Tx, id: Uuid, _surface: &'a str) -> Pending<'a, ()> {
        Box::pin(messages::drop_revisions(tx, MessageId(id)))
    }

    fn surfaces(&self) -> &'static [&'static str] {
        SURFACES
    }
}

fn state_of(message: &Found) -> Result<ContentState, Problem> {
    message.state.parse().map_err(|_| Problem::Internal(anyhow::anyhow!("message {} has an unknown state", message.id)))
}

fn cannot(change: &Change) -> Problem {
    Problem::Conflict(
        "wrong_state",
        json!({"change": format!("{change:?}").split(['(', ' ']).next().unwrap_or_default()}),
    )
}

async fn apply(tx: &mut Tx, message: &Found, change: Change) -> Result<ContentState, Problem> {
    let id = message.id;
    let (state, events): (ContentState, &[&str]) = match change {
        Change::HidePending => {
            messages::set_state(tx, id, "hidden_pending").await?;
            (ContentState::HiddenPending, &["redacted"])
        }
        Change::Hide => {
            messages::set_state(tx, id, "hidden").await?;
            (ContentState::Hidden, &["redacted"])
        }
        Change::Remove => {
            messages::drop_revisions(tx, id).await?;
            messages::set_text(tx, id, String::new(), String::new(), "removed", None).await?;
            (ContentState::Removed, &["redacted"])
        }
        Change::Redact(text) => {
            messages::drop_revisions(tx, id).await?;
            let html = markdown::render(&text.body);
            messages::set_text(tx, id, text.body, html, "redacted", None).await?;
            (ContentState::Redacted, &["redacted", "edited"])
        }
        Change::Restore(Some(text)) => {
            let html = markdown::render(&text.body);
            messages::set_text(tx, id, text.body, html, "live", None).await?;
            (ContentState::Live, &["restored"])
        }
        Change::Restore(None) => {
            messages::set_state(tx, id, "live").await?;
            (ContentState::Live, &["restored"])
        }
        other @ (Change::Publish(_) | Change::RequestChanges) => return Err(cannot(&other)),
    };
    for kind in events {
        let seq = messages::add_event(tx, message.room_id, kind, id).await?;
        announce(tx, message.room_id, seq);
    }
    Ok(state)
}

async fn apply_to_held(tx: &mut Tx, message: &Found, change: Change) -> Result<ContentState, Problem> {
    let id = message.id;
    let (body, state) = match change {
        Change::HidePending => {
            messages::set_held(tx, id, "hidden_pending").await?;
            return Ok(ContentState::HiddenPending);
        }
        Change::Hide => {
            messages::set_held(tx, id, "hidden").await?;
            return Ok(ContentState::Hidden);
        }
        Change::Remove => {
            messages::set_held(tx, id, "removed").await?;
            return Ok(ContentState::Removed);
        }
        Change::Redact(text) => (text.body, ContentState::Redacted),
        Change::Restore(text) => (text.map_or_else(|| message.body.clone(), |text| text.body), ContentState::Live),
        other @ (Change::Publish(_) | Change::RequestChanges) => return Err(cannot(&other)),
    };
    let html = markdown::render(&body);
    let seq = messages::publish_held(tx, id, body, html, state.as_str()).await?;
    announce(tx, message.room_id, seq);
    Ok(state)
}
