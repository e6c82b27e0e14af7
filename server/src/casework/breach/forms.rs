//! How bodies of requests about a breach are read.

use moderation::Coded;
use moderation::breach::{Leaked, NoBreach, Outcome, Reach, Step, Verdict};
use moderation::limits::NOTE_MAX;
use uuid::Uuid;

use super::assess::{Asked, AssessmentForm};
use super::letters::Letter;
use super::outside::Told;
use super::{Facts, Taken};
use crate::http::body::parse;
use crate::http::{Form, Problem, RawBody};
use crate::infra::ids::AccountId;

/// Most people that one step names.
const NAMES_MAX: usize = 50;
/// Longest title of a letter or name of a place.
const TITLE_MAX: usize = 120;

/// Reads what is said of a step.
pub(super) fn step(body: RawBody, step: Step) -> Result<Taken, Problem> {
    let mut form = body.form()?;
    let outcome = form.required("outcome", parse::code::<Outcome>);
    let note = form.optional("note", parse::text(0, NOTE_MAX)).filter(|note| !note.is_empty());
    let facts = match step {
        Step::Affected => people(&mut form),
        Step::LeftSpace => leaked(&mut form),
        _ => Some(Facts::None),
    };
    form.finish()?;
    let (outcome, facts) = outcome.zip(facts).ok_or(Problem::Malformed)?;
    Ok(Taken { outcome, note, facts })
}

fn people(form: &mut Form) -> Option<Facts> {
    let names = form.optional("names", parse::list(NAMES_MAX, parse::text(1, 40))).unwrap_or_default();
    let outside = form.optional("outside", parse::integer(0, 1_000_000)).unwrap_or(0);
    Some(Facts::People { names, outside: i32::try_from(outside).unwrap_or(i32::MAX) })
}

fn leaked(form: &mut Form) -> Option<Facts> {
    let kinds = form.required("kinds", parse::list(Leaked::ALL.len(), parse::code::<Leaked>));
    if kinds.as_ref().is_some_and(Vec::is_empty) {
        form.wrong("kinds", "required");
    }
    let reach = form.required("reach", parse::code::<Reach>);
    let (mut kinds, reach) = kinds.zip(reach)?;
    kinds.sort_unstable();
    kinds.dedup();
    Some(Facts::Leaked { kinds: kinds.into_iter().map(|kind| kind.as_str().to_owned()).collect(), reach })
}

/// Reads why it was no breach.
pub(super) fn no_breach(body: RawBody) -> Result<(NoBreach, String), Problem> {
    let mut form = body.form()?;
    let why = form.required("why", parse::code::<NoBreach>);
    // These two are found out from decisions.
    if matches!(why, Some(NoBreach::Dismissed | NoBreach::Overturned)) {
        form.wrong("why", "not_allowed_here");
    }
    let note = form.required("note", parse::text(1, NOTE_MAX));
    form.finish()?;
    why.zip(note).ok_or(Problem::Malformed)
}

/// Reads the assessment; every field may wait.
pub(super) fn assessment(body: RawBody) -> Result<Asked, Problem> {
    let mut form = body.form()?;
    let verdict = form.optional("verdict", parse::code::<Verdict>);
    let notified_at = form.optional("notified_at", parse::time);
    let mut words = |field: &str| form.optional(field, parse::text(0, NOTE_MAX)).unwrap_or_default();
    let written = AssessmentForm {
        nature: words("nature"),
        people: words("people"),
        records: words("records"),
        consequences: words("consequences"),
        measures: words("measures"),
        contact: words("contact"),
        reasons: words("reasons"),
        delay: words("delay"),
    };
    form.finish()?;
    Ok(Asked { verdict, notified_at, form: written })
}

/// Reads a letter.
pub(super) fn letter(body: RawBody) -> Result<Letter, Problem> {
    let mut form = body.form()?;
    let about = form.required("about", parse::code);
    let to = form.optional("to", parse::id::<Uuid>).map(AccountId);
    let title = form.required("title", parse::text(1, TITLE_MAX));
    let body = form.required("body", parse::text(1, NOTE_MAX));
    let by_name = form.optional("signed_as", |value| match value.as_str() {
        Some("pseudonym") => Ok(true),
        Some("role") => Ok(false),
        _ => Err("unknown_value"),
    });
    form.finish()?;
    let ((about, title), body) = about.zip(title).zip(body).ok_or(Problem::Malformed)?;
    Ok(Letter { about, to, title, body, by_name: by_name.unwrap_or(false) })
}

/// Reads what is known of a breach outside.
pub(super) fn outside(body: RawBody) -> Result<Told, Problem> {
    let mut form = body.form()?;
    let place = form.required("place", parse::text(1, TITLE_MAX));
    let text = form.required("text", parse::text(1, NOTE_MAX));
    let aware_at = form.optional("aware_at", parse::time);
    form.finish()?;
    let (place, text) = place.zip(text).ok_or(Problem::Malformed)?;
    Ok(Told { place, text, aware_at })
}
