//! What is written about a breach, opened with a reason: notes, the assessment, and the form of GDPR art. 33(3) in words.

use moderation::breach::CLOCK;
use serde_json::{Map, Value, json};

use super::assess::{AssessmentForm, FORM};
use super::views::{BreachView, PaperView, view};
use super::{Work, store};
use crate::audit;
use crate::casework::evidence;
use crate::casework::store::changes;
use crate::http::{Lang, Problem};
use crate::infra::db::Tx;
use crate::privacy::{CaseKey, Vault};

/// Opens it all. That it was opened, and why, is written down in the same transaction.
pub(crate) async fn open(
    tx: &mut Tx,
    vault: &Vault,
    work: &Work<'_>,
    reason: &str,
    lang: Lang,
) -> Result<PaperView, Problem> {
    let id = work.case.id;
    let key = evidence::key(tx, vault, id).await?;
    let mut notes = Map::new();
    for row in store::steps(tx, id).await? {
        if let Some(sealed) = row.note_sealed {
            notes.insert(row.step, key.open_text(&sealed, evidence::NOTE)?.into());
        }
    }
    let form = form(&key, work.row.form_sealed.as_deref())?;
    let breach = view(tx, &work.case, work.row.clone()).await?;
    let sealed = key.seal(reason.as_bytes(), evidence::NOTE)?;
    changes::note_event(tx, id, Some(work.by.id), "breach_read", json!({}), Some(sealed)).await?;
    audit::append(tx, Some(work.by.id), "breach_read", "case", Some(id.0), json!({})).await?;
    let data = data(&breach, &form);
    Ok(PaperView { text: in_words(&breach, &form, lang), data, notes, form })
}

fn form(key: &CaseKey, sealed: Option<&[u8]>) -> Result<AssessmentForm, Problem> {
    let Some(sealed) = sealed else { return Ok(AssessmentForm::default()) };
    let plain = key.open(sealed, FORM)?;
    serde_json::from_slice(&plain).map_err(|e| Problem::Internal(e.into()))
}

/// The form as data: no pseudonym and no account, since the authority needs neither.
fn data(breach: &BreachView, form: &AssessmentForm) -> Value {
    json!({
        "case": breach.case,
        "aware_at": breach.aware_at,
        "notify_by": breach.notify_by,
        "notified_at": breach.notified_at,
        "verdict": breach.verdict,
        "contained_at": breach.contained.hidden_at,
        "affected_members": breach.people.len(),
        "affected_outside": breach.affected_outside,
        "left": breach.left_kinds,
        "reach": breach.reach,
        "told": breach.people.iter().filter(|one| one.told_at.is_some()).count(),
        "form": form,
        "steps": breach.steps.iter().map(|step| json!({ "step": step.step, "outcome": step.outcome, "at": step.done_at })).collect::<Vec<_>>(),
    })
}

/// The form as a letter that can be kept or sent: a heading for each thing the law asks for.
fn in_words(breach: &BreachView, form: &AssessmentForm, lang: Lang) -> String {
    let say = |key: &str| lang.say(&format!("paper.{key}"), &[]);
    let code =
        |prefix: &str, code: Option<&str>| code.map_or_else(|| say("none"), |code| say(&format!("{prefix}.{code}")));
    let at = |time: Option<chrono::DateTime<chrono::Utc>>| {
        time.map_or_else(|| say("none"), |time| time.format("%Y-%m-%d %H:%M UTC").to_string())
    };
    let left: Vec<String> = breach.left_kinds.iter().map(|kind| say(&format!("left.{kind}"))).collect();
    let (here, outside) = (breach.people.len().to_string(), breach.affected_outside.to_string());
    let people = lang.say("paper.people.count", &[("here", here.as_str()), ("outside", outside.as_str())]);
    let hours = CLOCK.num_hours().to_string();
    let parts = [
        ("aware", at(Some(breach.aware_at))),
        (
            "deadline",
            lang.say("paper.deadline.at", &[("hours", hours.as_str()), ("at", at(Some(breach.notify_by)).as_str())]),
        ),
        ("verdict", code("verdict", breach.verdict.as_deref())),
        ("notified", at(breach.notified_at)),
        ("contained", at(breach.contained.hidden_at)),
        ("nature", form.nature.clone()),
        ("people", join(&[&people, &form.people])),
        ("records", join(&[&left.join(", "), &form.records])),
        ("reach", code("reach", breach.reach.as_deref())),
        ("consequences", form.consequences.clone()),
        ("measures", form.measures.clone()),
        ("reasons", form.reasons.clone()),
        ("contact", form.contact.clone()),
        ("delay", form.delay.clone()),
    ];
    let mut text = format!("{}\n", say("title"));
    for (key, value) in parts {
        let value = if value.trim().is_empty() { say("none") } else { value };
        text.push_str(&format!("\n{}\n{value}\n", say(key)));
    }
    text
}

fn join(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.trim().is_empty()).copied().collect::<Vec<_>>().join("\n")
}
