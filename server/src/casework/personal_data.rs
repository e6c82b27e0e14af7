//! What casework holds of a person, and how long.

use diesel_async::RunQueryDsl;
use serde_json::{Map, Value, json};

use moderation::case::CaseState;

use super::claim;
use super::evidence;
use super::opening::queue_changed;
use super::store::retention::{self as store, OpenCase};
use super::store::{changes, evidence as evidence_store, letters, reports};
use super::target::{TargetKind, Targets};
use crate::access::Keys;
use crate::audit;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::privacy::periods::{Periods, back};
use crate::privacy::{Exported, Forgotten, PERIODS, Pending, PersonalData, TextChoice, Vault, collect};

/// Casework as a holder of personal data. It must be the first to erase: it seals what open cases need.
pub struct CaseData {
    vault: Vault,
    targets: Targets,
}

impl CaseData {
    /// `targets` give the texts that are sealed before they are erased.
    #[must_use]
    pub fn new(keys: &Keys, targets: &Targets) -> Self {
        Self { vault: Vault::new(keys), targets: targets.clone() }
    }

    /// A case about a text goes on with the text sealed, under the rules of evidence. What only the person could
    /// want to go on, a submission or an appeal, ends.
    async fn part_with(&self, tx: &mut Tx, case: &OpenCase) -> Result<(), Problem> {
        if case.lane == "report" {
            return self.seal(tx, case).await;
        }
        changes::set_state(tx, case.id, CaseState::Closed).await?;
        changes::note_event(tx, case.id, None, "withdrawn", json!({}), None).await?;
        if let Some(first) = case.appealed_decision_id {
            let until = tx.now() + PERIODS.evidence;
            evidence_store::set_expiry(tx, case.id, Some(until)).await?;
            super::appeal::settled(tx, first, until).await?;
        }
        Ok(())
    }

    /// Seals what a case needs of the text, whether readers ever saw it or not: the words that the case was opened for, and
    /// the newest ones. Those of a message that its author took back are one revision earlier.
    async fn seal(&self, tx: &mut Tx, case: &OpenCase) -> Result<(), Problem> {
        let Ok(kind) = case.target_kind.parse::<TargetKind>() else { return Ok(()) };
        let target = self.targets.of(kind)?;
        let Some(facts) = target.facts(tx, case.target_id, true).await? else { return Ok(()) };
        for revision in [case.target_revision, facts.revision, facts.revision - 1] {
            if let Some(text) = target.text(tx, case.target_id, revision).await? {
                evidence::keep(tx, &self.vault, case.id, (kind, case.target_id, revision), &text).await?;
            }
        }
        if case.is_decided {
            // Nobody will decide it again, so nothing else says when this runs out.
            let until = tx.now().checked_add_months(PERIODS.appeal).unwrap_or_else(|| tx.now()) + PERIODS.evidence;
            evidence_store::let_run_out(tx, case.id, until).await?;
        }
        Ok(())
    }
}

impl PersonalData for CaseData {
    fn export<'a>(&'a self, conn: &'a mut Conn, account: AccountId) -> Pending<'a, Map<String, Value>> {
        Box::pin(async move {
            let row: Exported = store::Export { id: account }.get_result(conn).await?;
            Ok(collect(row))
        })
    }

    fn erase<'a>(&'a self, tx: &'a mut Tx, account: AccountId, _texts: TextChoice) -> Pending<'a, ()> {
        Box::pin(async move {
            for case in store::open_about(tx, account).await? {
                self.part_with(tx, &case).await?;
            }
            claim::free_claims(tx, account).await?;
            queue_changed(tx);
            Ok(())
        })
    }

    fn forget<'a>(&'a self, tx: &'a mut Tx, periods: &'a Periods) -> Pending<'a, Forgotten> {
        Box::pin(async move { forget(tx, periods).await })
    }
}

async fn forget(tx: &mut Tx, periods: &Periods) -> Result<Forgotten, Problem> {
    let now = tx.now();
    let old = back(now, periods.cases);
    let networks = reports::forget_networks(tx, now - periods.networks).await?;
    let holds = store::end_holds(tx).await?;
    let evidence = store::destroy_evidence(tx).await?;
    let keys = store::destroy_keys(tx, now - periods.evidence).await?;
    let cases = store::destroy_cases(tx, old).await?;
    let sanctions = store::destroy_sanctions(tx, old).await?;
    let letters = letters::forget(tx, back(now, periods.notifications)).await?;
    if evidence + keys + cases > 0 {
        let codes = json!({ "evidence": evidence, "case_keys": keys, "cases": cases });
        audit::append(tx, None, "evidence_destroyed", "case", None, codes).await?;
    }
    Ok(Forgotten::from([
        ("network_hashes", networks),
        ("evidence_holds", holds),
        ("evidence", evidence),
        ("case_keys", keys),
        ("cases", cases),
        ("sanctions", sanctions),
        ("letters", letters),
    ]))
}
