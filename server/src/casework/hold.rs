//! Holds: what belongs to a case is kept longer than its period, because a person said why and until when.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::evidence;
use super::gate::Trained;
use super::opening::queue_changed;
use super::store::changes;
use super::store::holds::{self as store, HoldRow};
use super::views::{HoldView, Named};
use crate::audit;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::privacy::{CaseKey, Vault};

/// Longest hold; it may be put again.
const HOLD_MAX: TimeDelta = TimeDelta::days(366);

/// A hold as asked for.
pub(crate) struct Hold {
    pub(crate) reason: String,
    pub(crate) until: DateTime<Utc>,
}

/// Puts a hold on a case, or gives the one there is another reason and end.
///
/// # Errors
/// 422 `until`.
pub(crate) async fn put(tx: &mut Tx, vault: &Vault, near: &Trained, asked: &Hold) -> Result<(), Problem> {
    let now = tx.now();
    if asked.until <= now || asked.until > now + HOLD_MAX {
        return Err(Problem::field("until", "out_of_range"));
    }
    let case = near.case().id;
    let key = evidence::key(tx, vault, case).await?;
    let seal = || key.seal(asked.reason.trim().as_bytes(), evidence::NOTE);
    store::put(tx, case, near.by(), seal()?, asked.until).await?;
    let codes = json!({ "until": asked.until });
    changes::note_event(tx, case, Some(near.by()), "hold", codes.clone(), Some(seal()?)).await?;
    queue_changed(tx);
    audit::append(tx, Some(near.by()), "evidence_hold", "case", Some(case.0), codes).await
}

/// Lifts the hold. What it kept goes by the usual periods from then on. Without a hold nothing happens.
pub(crate) async fn lift(tx: &mut Tx, near: &Trained) -> Result<(), Problem> {
    let case = near.case().id;
    if !store::lift(tx, case).await? {
        return Ok(());
    }
    changes::note_event(tx, case, Some(near.by()), "hold_lifted", json!({}), None).await?;
    queue_changed(tx);
    audit::append(tx, Some(near.by()), "evidence_hold_lifted", "case", Some(case.0), json!({})).await
}

/// The hold in words.
pub(crate) fn view(row: HoldRow, key: Option<&CaseKey>) -> Result<HoldView, Problem> {
    let reason = match (key, row.reason_sealed) {
        (Some(key), Some(sealed)) => Some(key.open_text(&sealed, evidence::NOTE)?),
        _ => None,
    };
    Ok(HoldView {
        reason,
        until: row.until,
        held_by: row.held_by.zip(row.held_by_name).map(|(id, name)| Named { id, name }),
        held_at: row.held_at,
    })
}
