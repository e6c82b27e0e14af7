//! Who may do what with a case: the certificate and the claim. That a case concerns somebody is checked where it is read (store).

use moderation::Certificate;
use serde_json::json;

use super::store::cases::Case;
use super::store::decisions;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::AccountId;

/// Whether somebody holds a certificate that has not run out.
pub(crate) async fn holds_certificate(
    tx: &mut Tx,
    account: AccountId,
    certificate: Certificate,
) -> Result<bool, Problem> {
    let now = tx.now();
    decisions::holds_certificate(tx, account, certificate.as_str(), now).await
}

/// Refuses who lacks the training that the case takes.
pub(crate) async fn trained_for(tx: &mut Tx, account: AccountId, case: &Case) -> Result<(), Problem> {
    match case.certificate {
        Some(needed) if !holds_certificate(tx, account, needed).await? => Err(Problem::Refused("certificate_required")),
        _ => Ok(()),
    }
}

/// Refuses who does not hold the live claim.
pub(crate) fn holds_claim(account: AccountId, case: &Case) -> Result<(), Problem> {
    match &case.claim {
        Some(claim) if claim.holder == account => Ok(()),
        _ => Err(Problem::Conflict("claim_required", json!({}))),
    }
}
