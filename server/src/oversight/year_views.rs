//! The account of a year as everybody reads it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Counts by row and column. Null: hidden, because it is small or would give a small one away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TableView {
    /// Codes of the rows.
    pub rows: Vec<String>,
    /// Codes of the columns.
    pub columns: Vec<String>,
    /// Row by row.
    pub cells: Vec<Vec<Option<u64>>>,
    /// Sum of each row.
    pub row_totals: Vec<Option<u64>>,
    /// Sum of each column.
    pub column_totals: Vec<Option<u64>>,
    /// Sum of all.
    pub total: Option<u64>,
}

/// How long it took in a category. Null: too few to tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TimesView {
    /// Category code.
    pub category: String,
    /// Median of the minutes from the first word of it until nobody could read the text any more.
    pub contain_minutes: Option<i64>,
    /// Median of the minutes until it was decided.
    pub decide_minutes: Option<i64>,
}

/// The account of a year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct YearlyAccount {
    /// Which year.
    pub year: i32,
    /// When it was counted. It does not change afterwards.
    pub closed_at: DateTime<Utc>,
    /// Numbers from 1 to below this are hidden.
    pub threshold: u64,
    /// Decisions by category and action.
    pub decisions: TableView,
    /// How long it took, by category.
    pub times: Vec<TimesView>,
    /// Appeals by outcome: `uphold`, `overturn` or `open`.
    pub appeals: TableView,
    /// Breaches of confidentiality by assessment: `no_breach`, `risk_unlikely`, `notify`, `notify_and_tell` or `open`.
    pub breaches: TableView,
}

/// The accounts there are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct YearlyAccountList {
    /// The newest first.
    pub items: Vec<YearlyAccount>,
}
