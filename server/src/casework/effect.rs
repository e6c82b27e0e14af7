//! What each action does to the text, through its [`CaseTarget`](super::CaseTarget).

use moderation::content::ContentState;
use moderation::decision::Action;
use moderation::redaction;
use serde_json::json;

use super::decision::{Decidable, Draft};
use super::evidence;
use super::store::decisions::{self as store, DecisionRow};
use super::target::{Change, TargetKind, TargetText};
use crate::http::{FieldError, Problem};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::CaseId;
use crate::privacy::Vault;

/// What stands in place of what was taken out; the same in every language.
const REDACTED: &str = "[…]";

/// Does `draft` to the text and answers the state after it.
pub(crate) async fn on_text(about: &Decidable<'_>, tx: &mut Tx, draft: &Draft) -> Result<ContentState, Problem> {
    let (target, id) = (about.target, about.case.target);
    let Some(state) = about.state() else { return Ok(ContentState::Live) };
    match draft.action {
        Action::Dismiss | Action::Keep if state == ContentState::HiddenPending => lift_hiding(about, tx).await,
        Action::Redact => {
            let text = seal_current(about, tx).await?;
            let body = redaction::apply(&text.body, &draft.redactions, REDACTED).map_err(|wrong| {
                Problem::Invalid(wrong.into_iter().map(|e| FieldError::new(e.field, e.code)).collect())
            })?;
            target.apply(tx, id, Change::Redact(TargetText { title: text.title, body })).await
        }
        Action::Hide => target.apply(tx, id, Change::Hide).await,
        Action::Remove => {
            seal_current(about, tx).await?;
            target.apply(tx, id, Change::Remove).await
        }
        Action::Restore => restore(about, tx, state).await,
        Action::Approve => match target.apply(tx, id, Change::Publish(about.case.revision)).await {
            // The feature knows its own version, the reviewer that of the case.
            Err(Problem::Stale(_)) => Err(Problem::Stale(about.case.version)),
            published => published,
        },
        Action::RequestChanges => target.apply(tx, id, Change::RequestChanges).await,
        Action::Overturn => undo(about, tx, state).await,
        Action::Dismiss | Action::Keep | Action::Escalate | Action::Uphold => Ok(state),
    }
}

/// Lifts automatic hiding only: a text that was redacted before comes back redacted.
async fn lift_hiding(about: &Decidable<'_>, tx: &mut Tx) -> Result<ContentState, Problem> {
    let change = match about.case.hidden_from.as_deref() {
        Some("redacted") => Change::Redact(current(about, tx).await?),
        _ => Change::Restore(None),
    };
    about.target.apply(tx, about.case.target, change).await
}

async fn restore(about: &Decidable<'_>, tx: &mut Tx, state: ContentState) -> Result<ContentState, Problem> {
    let text = match state {
        ContentState::Redacted | ContentState::Removed => {
            let sealing = store::last_sealing(tx, about.case.kind.code(), about.case.target).await?;
            Some(sealed_text(tx, about.vault, sealing).await?)
        }
        _ => None,
    };
    about.target.apply(tx, about.case.target, Change::Restore(text)).await
}

/// Brings back what the appealed decision took, unless a later one stands in its way or the author took the text away.
async fn undo(about: &Decidable<'_>, tx: &mut Tx, state: ContentState) -> Result<ContentState, Problem> {
    let first = match about.case.appealed {
        Some(id) => store::find(tx, id).await?,
        None => None,
    };
    let Some(first) = first else { return Ok(state) };
    let latest = store::last_taking(tx, about.case.kind.code(), about.case.target).await?;
    let stands = latest.is_some_and(|latest| latest.id == first.id) && first.target_state == state.as_str();
    if !stands {
        return Ok(state);
    }
    let text = match state {
        ContentState::Redacted | ContentState::Removed => {
            Some(sealed_text(tx, about.vault, Some(first.clone())).await?)
        }
        _ => None,
    };
    let (target, id) = (about.target, about.case.target);
    match (first.previous_state.as_str(), text) {
        ("redacted", Some(text)) => target.apply(tx, id, Change::Redact(text)).await,
        ("redacted", None) => {
            let text = current(about, tx).await?;
            target.apply(tx, id, Change::Redact(text)).await
        }
        ("hidden", text) => {
            target.apply(tx, id, Change::Restore(text)).await?;
            target.apply(tx, id, Change::Hide).await
        }
        (_, text) => target.apply(tx, id, Change::Restore(text)).await,
    }
}

/// The text as it stands, for a change that keeps it.
async fn current(about: &Decidable<'_>, tx: &mut Tx) -> Result<TargetText, Problem> {
    let revision = about.facts.as_ref().map_or(about.case.revision, |facts| facts.revision);
    about.target.text(tx, about.case.target, revision).await?.ok_or_else(gone)
}

/// The text as it stands, sealed as evidence before it is changed.
async fn seal_current(about: &Decidable<'_>, tx: &mut Tx) -> Result<TargetText, Problem> {
    let revision = about.facts.as_ref().map_or(about.case.revision, |facts| facts.revision);
    let text = current(about, tx).await?;
    evidence::keep(tx, about.vault, about.case.id, (about.case.kind, about.case.target, revision), &text).await?;
    Ok(text)
}

/// The text that was sealed for a decision.
async fn sealed_text(conn: &mut Conn, vault: &Vault, sealing: Option<DecisionRow>) -> Result<TargetText, Problem> {
    let sealing = sealing.ok_or_else(gone)?;
    let kind: TargetKind = sealing.target_kind.parse().map_err(|_| gone())?;
    let case: CaseId = sealing.case_id;
    // A text that is to come back does so however old its evidence is, as long as it is there.
    let kept = evidence::kept(conn, vault, case, (kind, sealing.target_id), sealing.created_at).await?;
    kept.into_iter().find(|(revision, _)| *revision == sealing.target_revision).map(|(_, text)| text).ok_or_else(gone)
}

fn gone() -> Problem {
    Problem::Conflict("wrong_state", json!({}))
}
