//! What is sent while taking a check or judging a practice case.

use moderation::case::Source;
use moderation::content::ContentState;
use moderation::decision::{Action, allowed_actions};
use moderation::{Level, ReportReason};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::body::parse;
use crate::http::{Problem, RawBody};

/// An answer to a question.
#[derive(Deserialize, ToSchema)]
pub struct CheckAnswer {
    /// Place of the option, from 0.
    pub option: i64,
}

/// Most options that a question may have.
const OPTIONS_MAX: i64 = 60;

/// Reads which option was chosen.
pub(super) fn answer(body: RawBody) -> Result<usize, Problem> {
    let mut form = body.form()?;
    let option = form.required("option", parse::integer(0, OPTIONS_MAX));
    form.finish()?;
    option.and_then(|option| usize::try_from(option).ok()).ok_or(Problem::Malformed)
}

/// What somebody would do with a practice case.
#[derive(Deserialize, ToSchema)]
pub struct NewJudgement {
    /// Reason code of a report.
    pub category: String,
    /// 1 to 5.
    pub level: i64,
    /// `dismiss`, `keep`, `redact`, `hide`, `remove` or `escalate`.
    pub action: String,
}

/// A judgement as it is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Judgement {
    pub(super) category: ReportReason,
    pub(super) level: Level,
    pub(super) action: Action,
}

/// Reads a judgement: what may be done with a text that stands and was reported.
pub(super) fn judgement(body: RawBody) -> Result<Judgement, Problem> {
    let mut form = body.form()?;
    let category = form.required("category", parse::code::<ReportReason>);
    let level = form.required("level", |value| {
        let number = parse::integer(1, 5)(value)?;
        u8::try_from(number).ok().and_then(Level::new).ok_or("out_of_range")
    });
    let allowed = allowed_actions(Source::Report, Some(ContentState::Live));
    let action = form.required("action", |value| {
        let action = parse::code::<Action>(value)?;
        if allowed.contains(&action) { Ok(action) } else { Err("unknown_value") }
    });
    form.finish()?;
    let (category, (level, action)) = category.zip(level.zip(action)).ok_or(Problem::Malformed)?;
    Ok(Judgement { category, level, action })
}
