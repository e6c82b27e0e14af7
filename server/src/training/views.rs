//! Courses as those who take them see them, and a diploma as anybody does.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A course and how far the reader is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CourseView {
    /// Code: the certificate that it leads to.
    pub course: String,
    /// Title.
    pub title: String,
    /// What it is about.
    pub lead: String,
    /// Categories of cases that cannot be claimed without it.
    pub categories: Vec<String>,
    /// Parts to read.
    pub modules: usize,
    /// Of these, read.
    pub modules_read: usize,
    /// Whether the reader has the certificate now.
    pub certified: bool,
    /// When it ends; null for never, or for none.
    pub expires_at: Option<DateTime<Utc>>,
    /// Code of the reader's diploma.
    pub diploma: Option<String>,
    /// Whether a check was begun and is not finished.
    pub in_check: bool,
    /// When a check may be taken next; null for now.
    pub next_try_at: Option<DateTime<Utc>>,
}

/// The courses.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseList {
    /// In their order.
    pub items: Vec<CourseView>,
}

/// A part to read.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModuleView {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Sanitised HTML.
    pub body_html: String,
    /// Whether the reader has read it.
    pub read: bool,
}

/// A course in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseDetail {
    /// As in the list.
    #[serde(flatten)]
    pub course: CourseView,
    /// What to read, in order.
    pub parts: Vec<ModuleView>,
    /// Questions of a check.
    pub questions: usize,
    /// Right answers that pass.
    pub pass_mark: usize,
    /// The check that was begun.
    pub check: Option<CheckView>,
    /// How the last check went.
    pub last: Option<ResultView>,
}

/// A check that somebody takes.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckView {
    /// When it was begun.
    pub started_at: DateTime<Utc>,
    /// In order.
    pub questions: Vec<QuestionView>,
}

/// A question.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuestionView {
    /// From 0.
    pub number: usize,
    /// The case.
    pub case: String,
    /// What one could do.
    pub options: Vec<String>,
    /// Place of the option that was chosen so far.
    pub answer: Option<usize>,
}

/// How a check went.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultView {
    /// Whether it was passed.
    pub passed: bool,
    /// Right answers.
    pub right: usize,
    /// Questions.
    pub questions: usize,
    /// Right answers that pass.
    pub pass_mark: usize,
    /// When it was finished.
    pub finished_at: DateTime<Utc>,
    /// Ids of parts that are worth reading again.
    pub read_again: Vec<String>,
    /// When the next check may begin, where this one was not passed.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Right answers and why, where it was passed.
    pub answers: Vec<AnsweredView>,
}

/// A question with its right answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnsweredView {
    /// The case.
    pub case: String,
    /// What was chosen.
    pub chosen: String,
    /// What is right.
    pub right: String,
    /// Whether they are the same.
    pub was_right: bool,
    /// Why it is right.
    pub why: String,
}

/// A diploma, for whoever has its code.
#[derive(Debug, Serialize, ToSchema)]
pub struct DiplomaView {
    /// The code, as it is written.
    pub code: String,
    /// `valid`, `expired` or `withdrawn`.
    pub state: String,
    /// The community that gave it.
    pub community: String,
    /// Pseudonym of its holder. No other name is known.
    pub pseudonym: String,
    /// Code of the course.
    pub course: String,
    /// Title of the course.
    pub title: String,
    /// When the course was passed.
    pub issued_at: DateTime<Utc>,
    /// Until when it counts.
    pub expires_at: DateTime<Utc>,
}
