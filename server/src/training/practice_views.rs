//! Practice cases as moderators see them, and agreement as a coordinator does.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

/// A judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct JudgementView {
    /// Reason code of a report.
    pub category: String,
    /// 1 to 5.
    pub level: i16,
    /// What would be done.
    pub action: String,
}

impl JudgementView {
    pub(super) fn of(category: &str, level: i16, action: &str) -> Self {
        Self { category: category.to_owned(), level, action: action.to_owned() }
    }
}

/// How the answers of everybody spread, the reader's among them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SpreadView {
    /// Answers.
    pub answers: usize,
    /// How many chose each category.
    pub category: BTreeMap<String, usize>,
    /// How many chose each level.
    pub level: BTreeMap<String, usize>,
    /// How many chose each action.
    pub action: BTreeMap<String, usize>,
}

/// A practice case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PracticeCaseView {
    /// Code.
    pub code: String,
    /// What was written.
    pub text: String,
    /// What the reader answered.
    pub yours: Option<JudgementView>,
    /// What we would do; null until the reader has answered.
    pub recommended: Option<JudgementView>,
    /// Why; null until then.
    pub why: Option<String>,
    /// What everybody answered; null until then.
    pub everybody: Option<SpreadView>,
}

/// The cases of a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PracticeView {
    /// `2026-11`.
    pub month: String,
    /// How many the reader has answered.
    pub answered: usize,
    /// The cases, in order.
    pub cases: Vec<PracticeCaseView>,
}

/// Agreement on one question.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgreementView {
    /// Krippendorff's alpha for nominal data; null where too little can be compared.
    pub alpha: Option<f64>,
}

/// The answer that most gave.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MostView {
    /// Its code.
    pub code: String,
    /// How many gave it.
    pub same: usize,
    /// Of how many.
    pub of: usize,
}

/// Agreement on one case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseAgreement {
    /// Code.
    pub code: String,
    /// The case, while it is among ours.
    pub text: Option<String>,
    /// Category.
    pub category: MostView,
    /// Level.
    pub level: MostView,
    /// Action.
    pub action: MostView,
}

/// Agreement of a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MonthFigures {
    /// `2026-11`.
    pub month: String,
    /// How many people answered.
    pub people: usize,
    /// How many answers they gave.
    pub answers: usize,
    /// On the category.
    pub category: AgreementView,
    /// On the level.
    pub level: AgreementView,
    /// On what to do.
    pub action: AgreementView,
    /// Case by case.
    pub cases: Vec<CaseAgreement>,
}

/// Agreement, month by month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PracticeFigures {
    /// The newest first.
    pub months: Vec<MonthFigures>,
}
