//! Deciding a case: what is asked for is checked, done to the text, written down, and told, all in one transaction.

use chrono::{DateTime, Utc};
use moderation::case::CaseState;
use moderation::content::ContentState;
use moderation::decision::{self as rules, Action, Circumstances};
use moderation::redaction::RedactionSpan;
use moderation::sanction::{Sanction, SanctionKind};
use serde_json::json;
use uuid::Uuid;

use super::gate;
use super::opening::queue_changed;
use super::store::cases::{self, Case};
use super::store::changes;
use super::store::decisions::{self as store, NewDecision};
use super::store::{evidence as evidence_store, reports, tasks};
use super::target::{CaseTarget, TargetFacts, Targets};
use super::{appeal, breach, claim, effect};
use crate::access::Actor;
use crate::audit;
use crate::http::{FieldError, IfMatch, Problem};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Tx;
use crate::infra::ids::{AccountId, CaseId, DecisionId};
use crate::notify;
use crate::privacy::{PERIODS, Vault};

/// A decision as asked for.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) action: Action,
    pub(crate) sanction: Option<Sanction>,
    pub(crate) rule: Option<String>,
    pub(crate) statement: String,
    pub(crate) redactions: Vec<RedactionSpan>,
}

/// A case that this moderator may decide, with its text, both locked. [`begin`] is its only maker.
pub(crate) struct Decidable<'a> {
    pub(super) case: Case,
    pub(super) facts: Option<TargetFacts>,
    pub(super) target: &'a dyn CaseTarget,
    pub(super) vault: &'a Vault,
    by: &'a Actor,
}

/// What a decision came to.
pub(crate) struct Decided {
    pub(crate) id: DecisionId,
    pub(crate) case: Case,
    pub(crate) target_state: String,
    pub(crate) tasks_left: i64,
}

/// Locks the text and the case for a decision.
///
/// # Errors
/// 404 where the case concerns the moderator or is not there, 403 `certificate_required`.
pub(crate) async fn begin<'a>(
    tx: &mut Tx,
    targets: &'a Targets,
    vault: &'a Vault,
    by: &'a Actor,
    id: CaseId,
) -> Result<Decidable<'a>, Problem> {
    let now = tx.now();
    let seen = cases::get_visible(tx, now, id, by.id).await?;
    let target = targets.of(seen.kind)?;
    let facts = target.facts(tx, seen.target, true).await?;
    let case = cases::lock_visible(tx, id, by.id).await?;
    gate::trained_for(tx, by.id, &case).await?;
    Ok(Decidable { case, facts, target, vault, by })
}

impl Decidable<'_> {
    /// State of the text; none for an account.
    pub(super) fn state(&self) -> Option<ContentState> {
        match (self.case.kind, &self.facts) {
            (kind, _) if kind.is_without_text() => None,
            (_, Some(facts)) => Some(facts.state),
            (_, None) => Some(ContentState::Purged),
        }
    }

    pub(super) fn subject(&self) -> Option<AccountId> {
        self.facts.as_ref().map_or(self.case.subject, |facts| facts.author)
    }

    /// Checks all that does not hang on the version, then the version, then the rest, so that a moderator who read
    /// an older state is told that, not that the action no longer fits.
    async fn check(&self, tx: &mut Tx, draft: &Draft, version: IfMatch) -> Result<(), Problem> {
        let text_len = match (&self.facts, draft.action) {
            (Some(facts), Action::Redact) => {
                let text = self.target.text(tx, self.case.target, facts.revision).await?;
                text.map_or(0, |text| text.body.chars().count())
            }
            _ => 0,
        };
        let ids = store::rule_ids(tx).await?;
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let about =
            Circumstances { source: self.case.source, state: self.state(), text_len, rules: &ids, now: tx.now() };
        let asked = rules::Draft {
            action: draft.action,
            sanction: draft.sanction,
            rule: draft.rule.as_deref(),
            statement: &draft.statement,
            redactions: &draft.redactions,
        };
        let mut wrong: Vec<FieldError> =
            rules::validate_decision(&asked, &about).into_iter().map(|e| FieldError::new(e.field, e.code)).collect();
        if draft.sanction.is_some() && self.subject().is_none() {
            wrong.push(FieldError::new("sanction", "not_allowed_here"));
        }
        let hangs_on_version = |e: &FieldError| matches!(e.code, "not_allowed_here" | "out_of_range");
        if !wrong.iter().all(hangs_on_version) {
            return Err(Problem::Invalid(wrong));
        }
        version.check(self.case.version)?;
        if !self.case.state.is_open() {
            return Err(Problem::Conflict("already_decided", json!({})));
        }
        if !wrong.is_empty() {
            return Err(Problem::Invalid(wrong));
        }
        gate::holds_claim(self.by.id, &self.case)
    }

    /// Decides the case.
    ///
    /// # Errors
    /// 422 with every wrong field, 428, 412, 409 `already_decided`, `claim_required`.
    pub(crate) async fn decide(self, tx: &mut Tx, draft: &Draft, version: IfMatch) -> Result<Decided, Problem> {
        self.check(tx, draft, version).await?;
        let now = tx.now();
        let before = self.state().unwrap_or(ContentState::Live);
        let revision = self.facts.as_ref().map_or(self.case.revision, |facts| facts.revision);
        let restricts = restricts(draft);
        let appeal_until =
            if restricts && self.subject().is_some() { now.checked_add_months(PERIODS.appeal) } else { None };
        let after = effect::on_text(&self, tx, draft).await?;
        let id = store::insert(
            tx,
            &NewDecision {
                case: self.case.id,
                action: draft.action.as_str(),
                rule: draft.rule.as_deref(),
                statement: &draft.statement,
                subject: self.subject(),
                by: self.by.id,
                kind: self.case.kind.code(),
                target: self.case.target,
                revision,
                state_before: before.as_str(),
                state_after: after.as_str(),
                appeal_until,
            },
        )
        .await?;
        if draft.action == Action::Overturn {
            appeal::overturned(tx, &self.case).await?;
        }
        self.lay_on(tx, id, draft).await?;
        let tasks_left = self.plan_tasks(tx, id, draft.action).await?;
        let exposure =
            self.target.facts(tx, self.case.target, false).await?.map_or(0, |f| i32::from(f.exposure.rank()));
        changes::set_exposure(tx, self.case.id, exposure, None).await?;
        let steps_left = breach::settle(tx, &self.case, draft).await?;
        self.finish(tx, id, draft, tasks_left > 0 || steps_left, appeal_until).await?;
        self.tell(tx, id, draft, before).await?;
        self.write_down(tx, id, draft, before, after).await?;
        let target_state = after.as_str().to_owned();
        Ok(Decided { id, case: cases::lock(tx, self.case.id).await?, target_state, tasks_left })
    }

    /// The sanction, if one goes with the decision: in force with the commit, on open sockets too.
    async fn lay_on(&self, tx: &mut Tx, decision: DecisionId, draft: &Draft) -> Result<(), Problem> {
        let (Some(sanction), Some(subject)) = (draft.sanction, self.subject()) else { return Ok(()) };
        store::insert_sanction(tx, subject, decision, sanction.kind.as_str(), sanction.until).await?;
        if sanction.kind == SanctionKind::Suspend {
            claim::free_claims(tx, subject).await?;
        }
        tx.announce(Signal::new(Topic::Access, subject, 0));
        Ok(())
    }

    /// One durable task for each surface that may hold copies of a text that was changed or taken away.
    async fn plan_tasks(&self, tx: &mut Tx, decision: DecisionId, action: Action) -> Result<i64, Problem> {
        if matches!(action, Action::Redact | Action::Remove) {
            for surface in self.target.surfaces() {
                tasks::insert(tx, self.case.id, decision, surface, (self.case.kind.code(), self.case.target)).await?;
            }
        }
        tasks::left(tx, self.case.id).await
    }

    async fn finish(
        &self,
        tx: &mut Tx,
        decision: DecisionId,
        draft: &Draft,
        something_left: bool,
        appeal_until: Option<DateTime<Utc>>,
    ) -> Result<(), Problem> {
        let codes = json!({ "action": draft.action.as_str(), "decision": decision });
        changes::note_event(tx, self.case.id, Some(self.by.id), "decided", codes, None).await?;
        let state = match draft.action {
            Action::Escalate => CaseState::Escalated,
            _ if something_left => CaseState::Decided,
            _ => CaseState::Closed,
        };
        changes::set_state(tx, self.case.id, state).await?;
        queue_changed(tx);
        if draft.action == Action::Escalate {
            return claim::tell_coordinators(tx, self.case.id, "case_escalated").await;
        }
        let until = appeal_until.unwrap_or_else(|| tx.now()) + PERIODS.evidence;
        evidence_store::set_expiry(tx, self.case.id, Some(until)).await?;
        if let Some(first) = self.case.appealed {
            appeal::settled(tx, first, until).await?;
        }
        breach::look_again(tx, self.case.id).await
    }

    /// Tells the author what was decided and why, and those who told us that we looked. Readers hear nothing.
    async fn tell(
        &self,
        tx: &mut Tx,
        decision: DecisionId,
        draft: &Draft,
        before: ContentState,
    ) -> Result<(), Problem> {
        let was_hidden = before == ContentState::HiddenPending;
        let kind = match (draft.action, draft.sanction) {
            (Action::Escalate, _) => return Ok(()),
            (Action::Dismiss | Action::Keep, None) if was_hidden => Some("text_back"),
            (Action::Dismiss | Action::Keep, None) => None,
            (Action::Keep, Some(sanction)) => Some(sanction.kind.as_str()),
            (action, _) => Some(action.as_str()),
        };
        if let (Some(kind), Some(subject)) = (kind, self.subject()) {
            let sanction = draft.sanction.map(|s| json!({ "kind": s.kind.as_str(), "until": s.until }));
            let params = json!({ "decision": decision, "kind": self.case.kind.code(), "sanction": sanction });
            notify::tell(tx, subject, &format!("decision_{kind}"), params).await?;
        }
        for reporter in reports::reporters(tx, self.case.id).await? {
            notify::tell(tx, reporter, "report_closed", json!({})).await?;
        }
        Ok(())
    }

    async fn write_down(
        &self,
        tx: &mut Tx,
        decision: DecisionId,
        draft: &Draft,
        before: ContentState,
        after: ContentState,
    ) -> Result<(), Problem> {
        let codes = json!({
            "case": self.case.id,
            "decision": decision,
            "action": draft.action.as_str(),
            "rule": draft.rule,
            "sanction": draft.sanction.map(|s| s.kind.as_str()),
            "from": before.as_str(),
            "to": after.as_str(),
        });
        let target: Uuid = self.case.target;
        audit::append(tx, Some(self.by.id), "decide", self.case.kind.code(), Some(target), codes).await
    }
}

/// Whether a decision takes something from its subject, and so can be appealed.
fn restricts(draft: &Draft) -> bool {
    matches!(draft.action, Action::Redact | Action::Hide | Action::Remove) || draft.sanction.is_some()
}

/// The same request sent again: what was decided then, as things stand today.
pub(crate) async fn again(tx: &mut Tx, id: DecisionId) -> Result<Decided, Problem> {
    let decision = store::find(tx, id).await?.ok_or(Problem::NotFound)?;
    let case = cases::lock(tx, decision.case_id).await?;
    let tasks_left = tasks::left(tx, case.id).await?;
    Ok(Decided { id, case, target_state: decision.target_state, tasks_left })
}
