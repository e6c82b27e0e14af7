//! Care for moderators: a pause from new cases, a break after many grave ones, a look back on a hard one.

use moderation::care::{GRAVE_IN_A_ROW, is_grave, may_go_on};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::claim;
use super::evidence;
use super::gate::Trained;
use super::store::care as store;
use super::store::cases::Case;
use super::store::changes;
use crate::access::Actor;
use crate::audit;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::privacy::Vault;

/// How a moderator stands, for their own desk.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CareView {
    /// Since when they take no new cases; null: they do.
    pub paused_since: Option<chrono::DateTime<chrono::Utc>>,
    /// Grave cases decided since the last break.
    pub in_a_row: i64,
    /// How many are enough for now.
    pub enough: u32,
}

/// How somebody stands.
pub(crate) async fn of(
    conn: &mut Conn,
    by: AccountId,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<CareView, Problem> {
    let row = store::find(conn, by, now).await?;
    Ok(CareView { paused_since: row.paused_since, in_a_row: row.in_a_row, enough: GRAVE_IN_A_ROW })
}

/// Refuses a new case to who has a pause, and a further grave one to who has had enough for now. `insists`: what the person
/// answered when asked for a break; none where the caller is a program that asks nobody.
///
/// # Errors
/// 409 `paused`, `rest_first`.
pub(crate) async fn may_take(tx: &mut Tx, by: AccountId, case: &Case, insists: Option<bool>) -> Result<(), Problem> {
    let now = tx.now();
    let row = store::find(tx, by, now).await?;
    if row.paused_since.is_some() {
        return Err(Problem::Conflict("paused", json!({})));
    }
    let in_a_row = u32::try_from(row.in_a_row).unwrap_or(u32::MAX);
    if may_go_on(case.level, case.certificate, in_a_row, insists.unwrap_or(true)) {
        Ok(())
    } else {
        Err(Problem::Conflict("rest_first", json!({ "in_a_row": in_a_row })))
    }
}

/// Begins a pause, giving every claim back, or ends it.
pub(crate) async fn pause(tx: &mut Tx, by: &Actor, paused: bool) -> Result<CareView, Problem> {
    if paused {
        store::pause(tx, by.id).await?;
        claim::free_claims(tx, by.id).await?;
    } else {
        store::go_on(tx, by.id).await?;
    }
    let now = tx.now();
    of(tx, by.id, now).await
}

/// Keeps what somebody writes after a hard case that they decided, for themselves; coordinators hear that a talk is wished for,
/// not what was written.
///
/// # Errors
/// 409 `not_decided` where the moderator did not decide it or it was not grave.
pub(crate) async fn debrief(
    tx: &mut Tx,
    vault: &Vault,
    near: &Trained,
    (note, talk): (&str, bool),
) -> Result<Uuid, Problem> {
    let case = near.case();
    if !is_grave(case.level, case.certificate) || !store::decided_by(tx, case.id, near.by()).await? {
        return Err(Problem::Conflict("not_decided", json!({})));
    }
    let sealed = evidence::key(tx, vault, case.id).await?.seal(note.as_bytes(), evidence::NOTE)?;
    let id =
        changes::write_event(tx, case.id, Some(near.by()), "debrief", json!({ "talk": talk }), Some(sealed)).await?;
    store::rested(tx, near.by()).await?;
    if talk {
        claim::tell_coordinators(tx, case.id, "debrief_talk").await?;
    }
    audit::append(tx, Some(near.by()), "debrief", "case", Some(case.id.0), json!({ "talk": talk })).await?;
    Ok(id)
}
