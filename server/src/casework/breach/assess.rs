//! The assessment of GDPR art. 33: kept as it is written, done when it says all that the law asks for.

use chrono::{DateTime, Utc};
use moderation::breach::{self as rules, Assessment, Outcome, Step, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Work, store};
use crate::casework::evidence;
use crate::http::{IfMatch, Problem};
use crate::infra::db::Tx;
use crate::privacy::Vault;

/// What the form of art. 33(3) asks for in words.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct AssessmentForm {
    /// What happened.
    pub nature: String,
    /// Which groups of people, and about how many.
    pub people: String,
    /// Which kinds of data, and about how much.
    pub records: String,
    /// What it can lead to for people.
    pub consequences: String,
    /// What was done against it, and will be.
    pub measures: String,
    /// Whom the authority can ask.
    pub contact: String,
    /// Why the risk is judged as it is.
    pub reasons: String,
    /// Why it took longer than 72 hours.
    pub delay: String,
}

/// An assessment as asked for.
pub(crate) struct Asked {
    pub(crate) verdict: Option<Verdict>,
    pub(crate) notified_at: Option<DateTime<Utc>>,
    pub(crate) form: AssessmentForm,
}

impl Asked {
    fn rules(&self) -> Assessment<'_> {
        let form = &self.form;
        Assessment {
            verdict: self.verdict,
            notified_at: self.notified_at,
            nature: &form.nature,
            consequences: &form.consequences,
            measures: &form.measures,
            contact: &form.contact,
            reasons: &form.reasons,
            delay: &form.delay,
        }
    }
}

/// Keeps the assessment. Answers the fields that are still missing.
///
/// # Errors
/// 422 `notified_at` in the future, 428, 412, 409.
pub(crate) async fn keep(
    tx: &mut Tx,
    vault: &Vault,
    work: &Work<'_>,
    asked: &Asked,
    version: IfMatch,
) -> Result<Vec<String>, Problem> {
    if asked.notified_at.is_some_and(|at| at > tx.now()) {
        return Err(Problem::field("notified_at", "in_future"));
    }
    work.writable(version)?;
    let id = work.case.id;
    let plain = serde_json::to_vec(&asked.form).map_err(|e| Problem::Internal(e.into()))?;
    let sealed = evidence::key(tx, vault, id).await?.seal(&plain, FORM)?;
    store::set_form(tx, id, asked.verdict, asked.notified_at, sealed).await?;
    let missing: Vec<String> =
        rules::missing(&asked.rules(), work.row.aware_at).into_iter().map(|e| e.field.into_owned()).collect();
    if missing.is_empty() {
        store::mark(tx, id, Step::Assess, Outcome::Done, Some(work.by.id), None).await?;
    } else {
        store::unmark(tx, id, Step::Assess).await?;
    }
    if asked.verdict == Some(Verdict::NotifyAndTell) {
        reopen_telling(tx, work).await?;
    }
    let codes = json!({ "verdict": asked.verdict.map(Verdict::as_str), "complete": missing.is_empty() });
    work.wrote(tx, "breach_assessed", codes).await?;
    Ok(missing)
}

/// Where the risk is high the law asks that the people are told: that it was not called for holds no longer.
async fn reopen_telling(tx: &mut Tx, work: &Work<'_>) -> Result<(), Problem> {
    let steps = store::steps(tx, work.case.id).await?;
    let skipped = steps.iter().any(|row| {
        row.step == Step::TellAffected.as_str() && row.outcome.as_deref() == Some(Outcome::NotNeeded.as_str())
    });
    if skipped { store::unmark(tx, work.case.id, Step::TellAffected).await } else { Ok(()) }
}

/// What the form is sealed as.
pub(super) const FORM: &str = "assessment";
