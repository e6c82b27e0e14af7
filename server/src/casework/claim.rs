//! Claims: a lease on a case, so that two people do not do the same work and one who fell asleep blocks nobody.

use moderation::case::{CaseState, Event, next};
use moderation::claim::{Claim, Claiming, may_claim};
use serde_json::json;

use super::care;
use super::evidence;
use super::gate;
use super::opening::queue_changed;
use super::store::cases::{self, Case};
use super::store::changes;
use super::store::claims;
use crate::access::Actor;
use crate::accounts::RightsHook;
use crate::audit;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::{AccountId, CaseId};
use crate::notify;
use crate::privacy::Vault;

/// Takes, renews or takes over the claim on a case. `body` reads the reason, after the rights are known.
pub(crate) async fn claim(
    tx: &mut Tx,
    vault: &Vault,
    by: &Actor,
    id: CaseId,
    body: impl FnOnce() -> Result<(Option<String>, Option<bool>), Problem>,
) -> Result<Case, Problem> {
    let case = cases::lock_visible(tx, id, by.id).await?;
    gate::trained_for(tx, by.id, &case).await?;
    let (reason, insists) = body()?;
    next(case.state, Event::Claim).map_err(|refusal| Problem::Conflict(refusal.as_str(), json!({})))?;
    let how = may_claim(case.claim.as_ref(), &by.id, reason.as_deref(), tx.now()).map_err(|holder| {
        Problem::Conflict("already_claimed", json!({ "holder": { "id": holder, "name": case.holder_name } }))
    })?;
    if how != Claiming::Renewal {
        care::may_take(tx, by.id, &case, insists).await?;
    }
    let now = tx.now();
    let lease = match (&how, case.claim.clone()) {
        (Claiming::Renewal, Some(claim)) => claim.renewed(now),
        _ => Claim::new(by.id, i64::from(case.version), now),
    };
    claims::set(tx, id, by.id, lease.until, how != Claiming::Renewal).await?;
    match how {
        Claiming::Renewal => {}
        Claiming::Fresh => noted(tx, by.id, id, "claim", None).await?,
        Claiming::TakeOver => {
            let key = evidence::key(tx, vault, id).await?;
            let note = reason.map(|text| key.seal(text.trim().as_bytes(), evidence::NOTE)).transpose()?;
            noted(tx, by.id, id, "take_over", note).await?;
        }
    }
    cases::lock(tx, id).await
}

async fn noted(tx: &mut Tx, by: AccountId, case: CaseId, act: &str, note: Option<Vec<u8>>) -> Result<(), Problem> {
    changes::note_event(tx, case, Some(by), act, json!({}), note).await?;
    queue_changed(tx);
    audit::append(tx, Some(by), act, "case", Some(case.0), json!({})).await
}

/// Gives the claim back. Who does not hold it changes nothing.
pub(crate) async fn release(tx: &mut Tx, by: &Actor, id: CaseId) -> Result<(), Problem> {
    let case = cases::lock_visible(tx, id, by.id).await?;
    if gate::holds_claim(by.id, &case).is_err() {
        return Ok(());
    }
    let state = if case.escalated { CaseState::Escalated } else { CaseState::New };
    changes::set_state(tx, id, state).await?;
    noted(tx, by.id, id, "release", None).await
}

/// Ends the claim of somebody whom the case has come to concern: a witness does not decide.
pub(crate) async fn end(tx: &mut Tx, case: &Case, holder: AccountId) -> Result<(), Problem> {
    let state = if case.escalated { CaseState::Escalated } else { CaseState::New };
    changes::set_state(tx, case.id, state).await?;
    changes::note_event(tx, case.id, None, "claim_ended", json!({}), None).await?;
    audit::append(tx, Some(holder), "claim_ended", "case", Some(case.id.0), json!({ "why": "reported" })).await
}

/// Frees every claim of somebody who may no longer hold any: a role lost, a suspension, an account erased.
///
/// # Errors
/// When the database fails.
pub async fn free_claims(tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    let freed = claims::free_all(tx, account).await?;
    for case in &freed {
        changes::note_event(tx, *case, None, "claim_ended", json!({}), None).await?;
    }
    if !freed.is_empty() {
        queue_changed(tx);
    }
    Ok(())
}

/// Frees the claims of whoever may no longer decide, in the transaction in which the rights change.
pub struct ClaimsOfStaff;

impl RightsHook for ClaimsOfStaff {
    fn rights_changed<'a>(
        &'a self,
        tx: &'a mut Tx,
        account: AccountId,
    ) -> std::pin::Pin<Box<dyn Future<Output = Result<(), Problem>> + 'a>> {
        Box::pin(async move {
            let now = tx.now();
            if claims::may_decide(tx, account, now).await? { Ok(()) } else { free_claims(tx, account).await }
        })
    }
}

/// Asks coordinators about cases whose due time has passed. The cases stay open: time decides nothing.
pub(crate) async fn escalate_overdue(tx: &mut Tx) -> Result<usize, Problem> {
    let overdue = claims::escalate_overdue(tx).await?;
    for case in &overdue {
        tell_coordinators(tx, *case, "case_overdue").await?;
        changes::note_event(tx, *case, None, "overdue", json!({}), None).await?;
    }
    if !overdue.is_empty() {
        queue_changed(tx);
    }
    for case in &overdue {
        audit::append(tx, None, "escalate", "case", Some(case.0), json!({ "why": "overdue" })).await?;
    }
    Ok(overdue.len())
}

/// Tells the coordinators whom a case does not concern.
pub(crate) async fn tell_coordinators(tx: &mut Tx, case: CaseId, kind: &str) -> Result<(), Problem> {
    for coordinator in claims::coordinators_for(tx, case).await? {
        notify::tell(tx, coordinator, kind, json!({ "case": case })).await?;
    }
    Ok(())
}
