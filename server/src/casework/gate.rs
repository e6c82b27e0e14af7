//! Who may do what with a case: the certificate and the claim. That a case concerns somebody is checked where it is read (store).

use moderation::Certificate;
use serde_json::json;

use super::store::cases::{self, Case};
use super::store::decisions;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::{AccountId, CaseId};

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

/// A case, locked, that does not concern this moderator, who has the training it takes. [`Trained::lock`] is its only maker.
pub(crate) struct Trained {
    case: Case,
    by: AccountId,
}

impl Trained {
    /// Locks the case.
    ///
    /// # Errors
    /// 404 where it is not there or concerns the moderator, 403 `certificate_required`.
    pub(crate) async fn lock(tx: &mut Tx, by: AccountId, id: CaseId) -> Result<Self, Problem> {
        let case = cases::lock_visible(tx, id, by).await?;
        trained_for(tx, by, &case).await?;
        Ok(Self { case, by })
    }

    /// The case as it is locked.
    pub(crate) fn case(&self) -> &Case {
        &self.case
    }

    /// Who asks.
    pub(crate) fn by(&self) -> AccountId {
        self.by
    }

    /// The same case, once more for what only the holder of the claim may do.
    ///
    /// # Errors
    /// 409 `claim_required`.
    pub(crate) fn held(self) -> Result<Held, Problem> {
        holds_claim(self.by, &self.case)?;
        Ok(Held { case: self.case, by: self.by })
    }
}

/// A case that this moderator holds right now. [`Trained::held`] is its only maker.
pub(crate) struct Held {
    case: Case,
    by: AccountId,
}

impl Held {
    /// The case as it is locked.
    pub(crate) fn case(&self) -> &Case {
        &self.case
    }

    /// Who holds it.
    pub(crate) fn by(&self) -> AccountId {
        self.by
    }
}
