//! How bodies of requests between moderators are read.

use moderation::limits::NOTE_MAX;
use uuid::Uuid;

use super::consult::Question;
use super::hold::Hold;
use super::teamwork::{Handover, Wait};
use crate::http::body::parse;
use crate::http::{Problem, RawBody};
use crate::infra::ids::AccountId;

/// Reads one text that must be there.
pub(crate) fn words(body: RawBody, field: &str) -> Result<String, Problem> {
    let mut form = body.form()?;
    let text = form.required(field, parse::text(1, NOTE_MAX));
    form.finish()?;
    text.ok_or(Problem::Malformed)
}

/// Reads whom a case is handed on to, and why.
pub(crate) fn handover(body: RawBody) -> Result<Handover, Problem> {
    let mut form = body.form()?;
    let to = form.optional("to", parse::id::<Uuid>).map(AccountId);
    let note = form.required("note", parse::text(1, NOTE_MAX));
    form.finish()?;
    Ok(Handover { to, note: note.ok_or(Problem::Malformed)? })
}

/// Reads until when a case waits, and for what.
pub(crate) fn wait(body: RawBody) -> Result<Wait, Problem> {
    let mut form = body.form()?;
    let until = form.required("until", parse::time);
    let note = form.required("note", parse::text(1, NOTE_MAX));
    form.finish()?;
    let (until, note) = until.zip(note).ok_or(Problem::Malformed)?;
    Ok(Wait { until, note })
}

/// Reads why a case is held, and until when.
pub(crate) fn hold(body: RawBody) -> Result<Hold, Problem> {
    let mut form = body.form()?;
    let reason = form.required("reason", parse::text(1, NOTE_MAX));
    let until = form.required("until", parse::time);
    form.finish()?;
    let (reason, until) = reason.zip(until).ok_or(Problem::Malformed)?;
    Ok(Hold { reason, until })
}

/// Reads a question to a colleague.
pub(crate) fn question(body: RawBody) -> Result<Question, Problem> {
    let mut form = body.form()?;
    let to = form.required("to", parse::id::<Uuid>).map(AccountId);
    let question = form.required("question", parse::text(1, NOTE_MAX));
    let with_text = form.optional("with_text", parse::boolean).unwrap_or(false);
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    form.finish()?;
    let (to, question) = to.zip(question).ok_or(Problem::Malformed)?;
    Ok(Question { to, question, with_text, confirmed })
}

/// Reads whether a pause begins or ends.
pub(crate) fn paused(body: RawBody) -> Result<bool, Problem> {
    let mut form = body.form()?;
    let paused = form.required("paused", parse::boolean);
    form.finish()?;
    paused.ok_or(Problem::Malformed)
}

/// Reads what somebody writes after a hard case.
pub(crate) fn debrief(body: RawBody) -> Result<(String, bool), Problem> {
    let mut form = body.form()?;
    let note = form.required("note", parse::text(1, NOTE_MAX));
    let talk = form.optional("talk", parse::boolean).unwrap_or(false);
    form.finish()?;
    Ok((note.ok_or(Problem::Malformed)?, talk))
}
