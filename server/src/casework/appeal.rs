//! Appeals: once, by the person decided on, decided by somebody else, undone in one transaction.

use chrono::{DateTime, Utc};
use moderation::Category;
use moderation::case::Source;
use serde_json::json;
use uuid::Uuid;

use super::breach;
use super::closing::close_if_done;
use super::evidence;
use super::opening::open_or_join;
use super::store::cases::{self, Case, Lane, NewCase};
use super::store::decisions::{self as store, DecisionRow};
use super::store::{appeals, evidence as evidence_store, tasks};
use crate::access::Actor;
use crate::audit;
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, DecisionId};
use crate::privacy::Vault;

/// The decision, if it is about this person.
pub(crate) async fn own_decision(conn: &mut Conn, by: &Actor, id: DecisionId) -> Result<DecisionRow, Problem> {
    store::find(conn, id).await?.filter(|decision| decision.subject_id == Some(by.id)).ok_or(Problem::NotFound)
}

/// Opens the case of an appeal. `first` comes from [`own_decision`].
pub(crate) async fn file(
    tx: &mut Tx,
    vault: &Vault,
    by: &Actor,
    first: &DecisionRow,
    text: &str,
) -> Result<Uuid, Problem> {
    let now = tx.now();
    if first.appealed_at.is_some() {
        return Err(Problem::Conflict("already_appealed", json!({})));
    }
    if first.overturned_at.is_some() || first.appeal_until.is_none_or(|until| until <= now) {
        return Err(Problem::Conflict("appeal_closed", json!({})));
    }
    let about = cases::lock(tx, first.case_id).await?;
    let category = Category::Appeal;
    let new = NewCase {
        lane: Lane::Appeal,
        source: Source::Appeal,
        category,
        level: category.level(),
        certificate: about.certificate,
        due_at: now + category.due_after(),
        kind: about.kind,
        target: about.target,
        revision: first.target_revision,
        subject: Some(by.id),
        exposure: about.exposure,
        reporter_record: 0,
        appealed: Some(first.id),
    };
    let (case, _) = open_or_join(tx, &new).await?;
    let sealed = evidence::key(tx, vault, case.id).await?.seal(text.as_bytes(), evidence::NOTE)?;
    let id = ids::ordered();
    if !appeals::insert(tx, id, first.id, case.id, by.id, sealed).await? {
        return Err(Problem::Conflict("already_appealed", json!({})));
    }
    // What was sealed must outlast the appeal.
    evidence_store::set_expiry(tx, first.case_id, None).await?;
    audit::append(tx, Some(by.id), "appeal", "decision", Some(first.id.0), json!({ "case": case.id })).await?;
    Ok(id)
}

/// Lifts what the appealed decision laid on the person and ends what was still being done for it. The text itself came back before.
pub(crate) async fn overturned(tx: &mut Tx, case: &Case) -> Result<(), Problem> {
    let Some(first) = case.appealed else { return Ok(()) };
    store::overturn(tx, first).await?;
    if store::lift_sanctions(tx, first).await? > 0
        && let Some(subject) = case.subject
    {
        tx.announce(Signal::new(Topic::Access, subject, 0));
    }
    tasks::cancel(tx, first).await?;
    if let Some(decision) = store::find(tx, first).await? {
        breach::overturned(tx, decision.case_id).await?;
        close_if_done(tx, decision.case_id).await?;
    }
    Ok(())
}

/// The appeal is decided for good: the evidence of the first case runs out too.
pub(crate) async fn settled(tx: &mut Tx, first: DecisionId, until: DateTime<Utc>) -> Result<(), Problem> {
    if let Some(decision) = store::find(tx, first).await? {
        evidence_store::set_expiry(tx, decision.case_id, Some(until)).await?;
    }
    Ok(())
}
