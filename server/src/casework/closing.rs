//! When a decided case closes: every copy is gone, and every step of a breach is done. One place for all who may have done
//! the last of it; the database refuses what comes another way (`server/sql/casework.sql`).

use moderation::case::{CaseState, Event, next};
use serde_json::json;

use super::breach;
use super::opening::queue_changed;
use super::store::{cases, changes, tasks};
use crate::audit;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::CaseId;

/// Closes the case if nothing is left to be done. Answers whether it did.
pub(crate) async fn close_if_done(tx: &mut Tx, id: CaseId) -> Result<bool, Problem> {
    let case = cases::lock(tx, id).await?;
    let left = tasks::left(tx, id).await?;
    let finished = next(case.state, Event::Finish) == Ok(CaseState::Closed);
    if !finished || left > 0 || breach::holds_open(tx, id, left).await? {
        return Ok(false);
    }
    changes::set_state(tx, id, CaseState::Closed).await?;
    changes::note_event(tx, id, None, "closed", json!({}), None).await?;
    queue_changed(tx);
    audit::append(tx, None, "case_close", "case", Some(id.0), json!({})).await?;
    Ok(true)
}
