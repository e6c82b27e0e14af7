//! What happens when somebody takes a course. Everything here is about the caller's own progress.

use chrono::{DateTime, Utc};
use moderation::{Certificate, training};
use serde_json::json;

use super::check::{self, Check};
use super::course::Course;
use super::store::{self, CheckRow, HeldRow};
use super::views::{CheckView, CourseDetail, CourseView, ModuleView, ResultView};
use crate::accounts;
use crate::http::{FieldError, Lang, Problem};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::infra::markdown;

/// When the next check may be taken; none: now.
fn next_try(held: &HeldRow, last: Option<&CheckRow>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    // What has no end is as good as its diploma; without one the course may be taken at any time.
    let until = if held.certified { held.expires_at.or(held.diploma_until) } else { None };
    let renewable = until.map(|until| until - training::RENEWABLE_FROM);
    let rested = last.filter(|last| last.passed == Some(false)).and_then(|last| last.finished_at);
    renewable.max(rested.map(|at| at + training::WAIT)).filter(|at| *at > now)
}

/// The open check with the course in its language, if the words it was drawn from still stand.
async fn open_check(
    conn: &mut Conn,
    account: AccountId,
    certificate: Certificate,
) -> Result<Option<(Course, CheckRow)>, Problem> {
    let Some(row) = store::open_check(conn, account, certificate).await? else { return Ok(None) };
    let course = Course::load(conn, certificate, Lang::from_code(&row.lang).unwrap_or_default()).await?;
    let fits = Check::of(&course, &row).is_some();
    Ok(fits.then_some((course, row)))
}

/// A course as it stands for somebody, without its texts.
pub(super) async fn standing(
    conn: &mut Conn,
    account: AccountId,
    course: &Course,
    now: DateTime<Utc>,
) -> Result<(CourseView, Vec<String>), Problem> {
    let code = course.certificate;
    let read = store::modules_read(conn, account, code).await?;
    let held = store::held(conn, account, code, now).await?;
    let last = store::last_check(conn, account, code).await?;
    let view = CourseView {
        course: code.as_str().to_owned(),
        title: course.title.clone(),
        lead: course.lead.clone(),
        categories: course.categories(),
        modules: course.modules.len(),
        modules_read: course.modules.iter().filter(|module| read.contains(&module.id)).count(),
        certified: held.certified,
        expires_at: held.expires_at.filter(|_| held.certified),
        next_try_at: next_try(&held, last.as_ref(), now),
        diploma: held.code.filter(|_| held.certified),
        in_check: open_check(conn, account, code).await?.is_some(),
    };
    Ok((view, read))
}

/// A course in full for somebody.
pub(super) async fn detail(
    conn: &mut Conn,
    account: AccountId,
    certificate: Certificate,
    lang: Lang,
    now: DateTime<Utc>,
) -> Result<CourseDetail, Problem> {
    let course = Course::load(conn, certificate, lang).await?;
    let (view, read) = standing(conn, account, &course, now).await?;
    let open = open_check(conn, account, certificate).await?;
    let last = match store::last_check(conn, account, certificate).await? {
        Some(row) => {
            let then = Course::load(conn, certificate, Lang::from_code(&row.lang).unwrap_or_default()).await?;
            check::result(&then, &row)
        }
        None => None,
    };
    let (questions, pass_mark) = (course.asked(), training::pass_mark(course.asked()));
    let parts = course.modules.into_iter().map(|module| ModuleView {
        read: read.contains(&module.id),
        body_html: markdown::render(&module.text),
        id: module.id,
        title: module.title,
    });
    Ok(CourseDetail {
        course: view,
        parts: parts.collect(),
        questions,
        pass_mark,
        check: open.as_ref().and_then(|(course, row)| Check::of(course, row)).map(|check| check.view()),
        last,
    })
}

/// Notes that somebody has read a part.
///
/// # Errors
/// 404 without such a part.
pub(super) async fn read(
    tx: &mut Tx,
    account: AccountId,
    certificate: Certificate,
    lang: Lang,
    module: &str,
) -> Result<(), Problem> {
    if !Course::load(tx, certificate, lang).await?.has_module(module) {
        return Err(Problem::NotFound);
    }
    store::mark_read(tx, account, certificate, module).await
}

/// Begins a check, or goes on with the one that is open.
///
/// # Errors
/// 409 `read_first`, `wait_first` with `until`.
pub(super) async fn begin(
    tx: &mut Tx,
    account: AccountId,
    certificate: Certificate,
    lang: Lang,
) -> Result<CheckView, Problem> {
    let now = tx.now();
    if let Some((course, row)) = open_check(tx, account, certificate).await? {
        return Check::of(&course, &row).map(|check| check.view()).ok_or(Problem::NotFound);
    }
    let course = Course::load(tx, certificate, lang).await?;
    let (view, _) = standing(tx, account, &course, now).await?;
    if view.modules_read < view.modules || course.questions.is_empty() {
        return Err(Problem::Conflict("read_first", json!({})));
    }
    if let Some(until) = view.next_try_at {
        return Err(Problem::Conflict("wait_first", json!({ "until": until })));
    }
    // What is still open here was drawn from words that have changed.
    if let Some(stale) = store::lock_check(tx, account, certificate).await? {
        store::drop_check(tx, stale.id).await?;
    }
    store::begin(tx, account, &course, rand::random()).await?;
    let row = store::open_check(tx, account, certificate).await?.ok_or(Problem::NotFound)?;
    Check::of(&course, &row).map(|check| check.view()).ok_or(Problem::NotFound)
}

/// The caller's open check, locked, over the words it was drawn from.
async fn locked(tx: &mut Tx, account: AccountId, certificate: Certificate) -> Result<(Course, CheckRow), Problem> {
    let row = store::lock_check(tx, account, certificate).await?.ok_or(Problem::NotFound)?;
    let course = Course::load(tx, certificate, Lang::from_code(&row.lang).unwrap_or_default()).await?;
    match Check::of(&course, &row).is_some() {
        true => Ok((course, row)),
        false => Err(Problem::Conflict("course_changed", json!({}))),
    }
}

/// Keeps an answer, so that nothing is lost when the page closes.
///
/// # Errors
/// 404 without an open check or such a question, 409 `course_changed`, 422 without such an option.
pub(super) async fn answer(
    tx: &mut Tx,
    account: AccountId,
    certificate: Certificate,
    number: usize,
    option: impl FnOnce() -> Result<usize, Problem>,
) -> Result<(), Problem> {
    let (course, row) = locked(tx, account, certificate).await?;
    let check = Check::of(&course, &row).ok_or(Problem::NotFound)?;
    if !check.has(number, 0) {
        return Err(Problem::NotFound);
    }
    let option = option()?;
    if !check.has(number, option) {
        return Err(Problem::field("option", "out_of_range"));
    }
    store::answer(tx, row.id, number, option).await
}

/// Grades the check. Whoever passes has the certificate and a diploma from this moment on.
///
/// # Errors
/// 404 without an open check, 409 `course_changed`, 422 naming every question without an answer.
pub(super) async fn finish(tx: &mut Tx, account: AccountId, certificate: Certificate) -> Result<ResultView, Problem> {
    let (course, row) = locked(tx, account, certificate).await?;
    let check = Check::of(&course, &row).ok_or(Problem::NotFound)?;
    let open: Vec<FieldError> =
        check.open().iter().map(|number| FieldError::new(format!("answers[{number}]"), "required")).collect();
    if !open.is_empty() {
        return Err(Problem::Invalid(open));
    }
    let grade = check.grade();
    store::finish(tx, row.id, grade.right, grade.passed, grade.read_again).await?;
    if grade.passed {
        pass(tx, account, certificate).await?;
    }
    let done = store::last_check(tx, account, certificate).await?.ok_or(Problem::NotFound)?;
    check::result(&course, &done).ok_or(Problem::NotFound)
}

/// Gives certificate and diploma to who has passed a course.
///
/// # Errors
/// 404 without such an account.
pub async fn pass(tx: &mut Tx, account: AccountId, certificate: Certificate) -> Result<(), Problem> {
    let until = tx.now().checked_add_months(training::CERTIFICATE_LASTS).unwrap_or(DateTime::<Utc>::MAX_UTC);
    accounts::earn_certificate(tx, account, certificate, until).await?;
    store::issue(tx, account, certificate, accounts::new_code(), until).await
}
