//! What moderators do together on a case: notes, handing it on, waiting for an answer. Their words are sealed with the key
//! of the case and go with it; reading them takes a reason and is written down.

use chrono::{DateTime, TimeDelta, Utc};
use moderation::case::{CaseState, Event, next};
use serde_json::json;
use uuid::Uuid;

use super::consult;
use super::evidence;
use super::gate::{Held, Trained};
use super::opening::queue_changed;
use super::store::cases::Case;
use super::store::changes;
use super::store::teamwork as store;
use super::team_views::{ColleagueView, Lookers, NoteView, NotesView};
use super::views::Named;
use crate::access::Actor;
use crate::audit;
use crate::http::{IfMatch, Problem};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, CaseId};
use crate::notify;
use crate::privacy::Vault;

/// Longest wait for an answer from outside.
const WAIT_MAX: TimeDelta = TimeDelta::days(14);

/// A case handed on, as asked for.
pub(crate) struct Handover {
    pub(crate) to: Option<AccountId>,
    pub(crate) note: String,
}

/// A wait as asked for.
pub(crate) struct Wait {
    pub(crate) until: DateTime<Utc>,
    pub(crate) note: String,
}

async fn seal(tx: &mut Tx, vault: &Vault, case: CaseId, text: &str) -> Result<Vec<u8>, Problem> {
    evidence::key(tx, vault, case).await?.seal(text.trim().as_bytes(), evidence::NOTE)
}

/// Keeps a note on a case.
pub(crate) async fn note(tx: &mut Tx, vault: &Vault, held: &Held, text: &str) -> Result<Uuid, Problem> {
    let case = held.case().id;
    let sealed = seal(tx, vault, case, text).await?;
    let id = changes::write_event(tx, case, Some(held.by()), "note", json!({}), Some(sealed)).await?;
    queue_changed(tx);
    audit::append(tx, Some(held.by()), "case_note", "case", Some(case.0), json!({ "note": id })).await?;
    Ok(id)
}

/// Everything that moderators wrote on a case, opened with a reason that is written down.
pub(crate) async fn read_notes(
    tx: &mut Tx,
    vault: &Vault,
    held: &Held,
    is_coordinator: bool,
    reason: &str,
) -> Result<NotesView, Problem> {
    let case = held.case().id;
    let key = evidence::key(tx, vault, case).await?;
    let mut items = Vec::new();
    for row in store::notes(tx, case).await? {
        let shared = row.codes.get("talk").and_then(serde_json::Value::as_bool).unwrap_or(false) && is_coordinator;
        // What a moderator wrote for their own sake is for nobody else, but where they asked for a talk.
        if row.kind == "debrief" && row.actor_id != Some(held.by()) && !shared {
            continue;
        }
        items.push(NoteView {
            id: row.id,
            kind: row.kind,
            at: row.at,
            by: row.actor_id.zip(row.actor_name).map(|(id, name)| Named { id, name }),
            text: key.open_text(&row.note_sealed, evidence::NOTE)?,
        });
    }
    let consults = consult::of_case(tx, &key, case).await?;
    let sealed = key.seal(reason.as_bytes(), evidence::NOTE)?;
    changes::note_event(tx, case, Some(held.by()), "notes_read", json!({}), Some(sealed)).await?;
    audit::append(tx, Some(held.by()), "notes_read", "case", Some(case.0), json!({})).await?;
    Ok(NotesView { items, consults })
}

/// Gives a case on with a note: to a colleague with the training, or to whoever comes first.
///
/// # Errors
/// 422 where the colleague cannot take it, 428, 412.
pub(crate) async fn hand_over(
    tx: &mut Tx,
    vault: &Vault,
    near: Trained,
    asked: &Handover,
    version: IfMatch,
) -> Result<(), Problem> {
    let now = tx.now();
    let Case { id, escalated, version: current, .. } = *near.case();
    if let Some(to) = asked.to {
        let fit = store::colleagues(tx, id, near.by(), now).await?;
        if !fit.iter().any(|colleague| colleague.id == to && colleague.trained) {
            return Err(Problem::field("to", "not_allowed_here"));
        }
    }
    version.check(current)?;
    let held = near.held()?;
    let sealed = seal(tx, vault, id, &asked.note).await?;
    let state = if escalated { CaseState::Escalated } else { CaseState::New };
    changes::set_state(tx, id, state).await?;
    store::hand_to(tx, id, asked.to).await?;
    changes::note_event(tx, id, Some(held.by()), "handover", json!({ "colleague": asked.to }), Some(sealed)).await?;
    if let Some(to) = asked.to {
        notify::tell(tx, to, "case_handed_over", json!({ "case": id })).await?;
    }
    queue_changed(tx);
    audit::append(tx, Some(held.by()), "handover", "case", Some(id.0), json!({ "to": asked.to })).await
}

/// Sets a case aside until an answer from outside comes. Its due time goes on running: waiting is no way around it.
///
/// # Errors
/// 422 `until`, 428, 412, 409 by the rules of a case's life.
pub(crate) async fn wait(
    tx: &mut Tx,
    vault: &Vault,
    near: Trained,
    asked: &Wait,
    version: IfMatch,
) -> Result<(), Problem> {
    let now = tx.now();
    if asked.until <= now || asked.until > now + WAIT_MAX {
        return Err(Problem::field("until", "out_of_range"));
    }
    version.check(near.case().version)?;
    let held = near.held()?;
    let case = held.case();
    let state = next(case.state, Event::Wait).map_err(|refusal| Problem::Conflict(refusal.as_str(), json!({})))?;
    let sealed = seal(tx, vault, case.id, &asked.note).await?;
    changes::set_state(tx, case.id, state).await?;
    store::wait_until(tx, case.id, asked.until).await?;
    changes::note_event(tx, case.id, Some(held.by()), "wait", json!({ "until": asked.until }), Some(sealed)).await?;
    queue_changed(tx);
    audit::append(tx, Some(held.by()), "wait", "case", Some(case.id.0), json!({ "until": asked.until })).await
}

/// Puts cases that have waited as long as was asked back into the queue.
pub(crate) async fn end_waits(tx: &mut Tx) -> Result<usize, Problem> {
    let cases = store::waited_enough(tx).await?;
    for case in &cases {
        changes::note_event(tx, *case, None, "wait_over", json!({}), None).await?;
    }
    if !cases.is_empty() {
        queue_changed(tx);
    }
    Ok(cases.len())
}

/// Colleagues whom a case does not concern.
pub(crate) async fn colleagues(
    conn: &mut Conn,
    by: &Actor,
    case: CaseId,
    now: DateTime<Utc>,
) -> Result<Vec<ColleagueView>, Problem> {
    let rows = store::colleagues(conn, case, by.id, now).await?;
    Ok(rows.into_iter().map(|row| ColleagueView { id: row.id, name: row.name, trained: row.trained }).collect())
}

/// Notes that somebody looks at the case, and answers who else does.
pub(crate) async fn look(tx: &mut Tx, by: AccountId, case: CaseId) -> Result<Lookers, Problem> {
    let now = tx.now();
    let seen = super::store::cases::get_visible(tx, now, case, by).await?;
    store::look(tx, seen.id, by).await?;
    let others = store::lookers(tx, seen.id, now).await?.into_iter().filter(|one| one.id != by);
    Ok(Lookers { others: others.map(|one| Named { id: one.id, name: one.name }).collect() })
}
