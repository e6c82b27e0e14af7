//! How bodies of requests are read, with every wrong field named at once.

use moderation::ReportReason;
use moderation::decision::{Action, words_problems};
use moderation::limits::{NOTE_MAX, REDACTIONS_MAX};
use moderation::redaction::RedactionSpan;
use moderation::sanction::{Sanction, SanctionKind};
use serde_json::Value;
use uuid::Uuid;

use super::decision::Draft;
use super::report::Report;
use super::target::TargetKind;
use crate::http::body::{Parsed, parse};
use crate::http::{FieldError, Form, Problem, RawBody};

fn whole(value: &Value) -> Parsed<i32> {
    parse::integer(1, i64::from(i32::MAX))(value).map(|n| i32::try_from(n).unwrap_or(i32::MAX))
}

/// Reads a report; `network` is the keyed hash of where it came from.
pub(crate) fn report(body: RawBody, network: Vec<u8>) -> Result<Report, Problem> {
    let mut form = body.form()?;
    let target = nested(&mut form, "target", true, |target| {
        let kind = target.required("kind", |value| match parse::code::<TargetKind>(value)? {
            TargetKind::Outside => Err("unknown_value"),
            kind => Ok(kind),
        });
        let id = target.required("id", parse::id::<Uuid>);
        let revision = target.optional("revision", whole);
        kind.zip(id).map(|(kind, id)| (kind, id, revision))
    });
    let reason = form.required("reason", parse::code::<ReportReason>);
    let note = form.optional("note", parse::text(0, NOTE_MAX)).filter(|note| !note.is_empty());
    form.finish()?;
    match (target.flatten(), reason) {
        (Some((kind, target, revision)), Some(reason)) => Ok(Report { kind, target, revision, reason, note, network }),
        _ => Err(Problem::Malformed),
    }
}

/// Reads the reason of a claim, and whether a break is put off; an empty body says neither.
pub(crate) fn claim(body: RawBody) -> Result<(Option<String>, Option<bool>), Problem> {
    if body.is_empty() {
        return Ok((None, None));
    }
    let mut form = body.form()?;
    let reason = form.optional("take_over_reason", parse::text(0, NOTE_MAX));
    let insists = form.optional("despite_rest", parse::boolean);
    form.finish()?;
    Ok((reason, insists))
}

/// Reads why evidence is asked for, and which revision.
pub(crate) fn evidence_request(body: RawBody) -> Result<(String, Option<i32>), Problem> {
    let mut form = body.form()?;
    let reason = form.required("reason", parse::text(1, NOTE_MAX));
    let revision = form.optional("revision", whole);
    form.finish()?;
    Ok((reason.unwrap_or_default(), revision))
}

/// Reads an appeal.
pub(crate) fn appeal(body: RawBody) -> Result<String, Problem> {
    let mut form = body.form()?;
    let text = form.required("text", parse::text(1, NOTE_MAX));
    form.finish()?;
    Ok(text.unwrap_or_default())
}

/// Reads a decision. What depends on the case is checked there; `rules` are the ids of the house rules.
pub(crate) fn decision(body: RawBody, rules: &[&str]) -> Result<Draft, Problem> {
    let mut form = body.form()?;
    let action = form.required("action", parse::code::<Action>);
    let sanction = nested(&mut form, "sanction", false, |sanction| {
        let kind = sanction.required("kind", parse::code::<SanctionKind>);
        let until = sanction.optional("until", parse::time);
        kind.map(|kind| Sanction { kind, until })
    });
    let rule = form.optional("rule", parse::text(1, 100));
    // Its length is a rule of decisions, said together with the others.
    let statement = form.required("statement", parse::text(0, usize::MAX));
    let redactions = form.optional("redactions", parse::list(REDACTIONS_MAX, span)).unwrap_or_default();
    if form.is_wrong() {
        let words = words_problems(rule.as_deref(), statement.as_deref(), rules);
        form.wrong_all(words.into_iter().map(|e| FieldError::new(e.field, e.code)));
    }
    form.finish()?;
    let action = action.ok_or(Problem::Malformed)?;
    Ok(Draft { action, sanction: sanction.flatten(), rule, statement: statement.unwrap_or_default(), redactions })
}

fn span(value: &Value) -> Parsed<RedactionSpan> {
    serde_json::from_value(value.clone()).map_err(|_| "bad_format")
}

/// An object inside a body; its wrong fields are named `outer.inner`.
fn nested<T>(form: &mut Form, field: &str, required: bool, read: impl FnOnce(&mut Form) -> T) -> Option<T> {
    let mut inner =
        match if required { form.required(field, parse::object) } else { form.optional(field, parse::object) } {
            Some(fields) => Form::of(fields),
            None => return None,
        };
    let value = read(&mut inner);
    if let Err(Problem::Invalid(errors)) = inner.finish() {
        form.wrong_all(errors.into_iter().map(|mut error| {
            error.field = format!("{field}.{}", error.field);
            error
        }));
    }
    Some(value)
}
