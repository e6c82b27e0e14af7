//! What coordinators are shown.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What became of the texts that screening held, of one category.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CaughtView {
    /// Category of the cases.
    pub(super) category: String,
    /// Cases that screening opened.
    pub(super) held: i64,
    /// Of these, still waiting for a decision.
    pub(super) waiting: i64,
    /// Of these, where a person let the text through: the program was wrong, or too careful.
    pub(super) released: i64,
    /// Of these, where a person changed the text or kept it back.
    pub(super) upheld: i64,
    /// Of these, closed with nothing to decide, because the text was gone.
    pub(super) closed: i64,
    /// Of those upheld, undone by an appeal.
    pub(super) overturned: i64,
}

/// What the blind look at texts that were let through has shown.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct MissedView {
    /// Texts somebody has looked at.
    pub(super) reviewed: i64,
    /// Texts that wait for a look.
    pub(super) waiting: i64,
    /// What was missed, by code.
    pub(super) by_verdict: BTreeMap<String, i64>,
    /// Texts in which something was missed.
    pub(super) missed: i64,
    /// Share of texts in which something was missed; null before the first look.
    pub(super) rate: Option<f64>,
    /// Lower end of its 95 % interval (Wilson).
    pub(super) low: Option<f64>,
    /// Upper end.
    pub(super) high: Option<f64>,
}

/// The figures of a period. No figure is about a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ScreeningFigures {
    /// First day.
    pub(super) from: NaiveDate,
    /// Last day.
    pub(super) to: NaiveDate,
    /// What was held, by category.
    pub(super) caught: Vec<CaughtView>,
    /// What was missed.
    pub(super) missed: MissedView,
}

/// How many texts were drawn.
#[derive(Serialize, ToSchema)]
pub(super) struct Drawn {
    /// New ones; fewer than asked for where there are no more.
    pub(super) drawn: usize,
}

/// A text to look at, as its readers see it.
#[derive(Serialize, ToSchema)]
pub(super) struct SampleView {
    /// The sample.
    pub(super) id: Uuid,
    /// `post`, `thread`, `reply`, `comment` or `message`.
    pub(super) target_kind: String,
    /// The text, for a report.
    pub(super) target_id: Uuid,
    /// Title, where it has one.
    pub(super) title: Option<String>,
    /// Sanitised HTML.
    pub(super) body_html: String,
}

/// The next text to look at.
#[derive(Serialize, ToSchema)]
pub(super) struct NextSample {
    /// None: nothing is left for this reader.
    pub(super) sample: Option<SampleView>,
}

/// Body of `PUT /screening/samples/{id}`.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read field by field, so that every wrong field is named at once")]
pub(super) struct VerdictBody {
    /// `nothing`, `personal_data`, `danger`, `contact`, `hate` or `other`.
    verdict: String,
}
