//! Rows of the settings of screening.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Integer, Jsonb, Timestamptz};
use diesel_async::RunQueryDsl;
use moderation::policy::FindingCategory;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::table::Change;
use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::query;

/// What a word of the community's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum WordKind {
    /// A house or another place that people live at or come to.
    Place,
    /// A school.
    School,
    /// Somebody who works there.
    Staff,
    /// A place of work.
    Workplace,
}

impl WordKind {
    /// What the reader calls it.
    pub(super) fn category(self) -> FindingCategory {
        match self {
            Self::Place => FindingCategory::Address,
            Self::School => FindingCategory::School,
            Self::Staff => FindingCategory::Caseworker,
            Self::Workplace => FindingCategory::Workplace,
        }
    }

    /// Its code.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::School => "school",
            Self::Staff => "staff",
            Self::Workplace => "workplace",
        }
    }
}

impl std::str::FromStr for WordKind {
    type Err = &'static str;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        [Self::Place, Self::School, Self::Staff, Self::Workplace]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or("unknown_value")
    }
}

/// A word of the community's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OwnWord {
    pub(super) kind: WordKind,
    pub(super) word: String,
}

/// The settings as they stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Stored {
    /// 0: nobody has changed anything.
    pub(super) version: i32,
    pub(super) changes: Vec<Change>,
    pub(super) words: Vec<OwnWord>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Jsonb)]
    overrides: Value,
    #[diesel(sql_type = Jsonb)]
    words: Value,
}

query! {
    struct Get {}
    "select version, overrides, words from screening_settings"
}
query! {
    struct Make { now: DateTime<Utc> => Timestamptz }
    "insert into screening_settings (version, updated_at) values (0, $1) on conflict do nothing"
}
query! {
    struct Lock {}
    "select version, overrides, words from screening_settings for update"
}
query! {
    struct Update { overrides: Value => Jsonb, words: Value => Jsonb, now: DateTime<Utc> => Timestamptz }
    "update screening_settings set overrides = $1, words = $2, version = version + 1, updated_at = $3"
}

/// A line that this program does not know (written by a newer one) counts as not chosen: the default is never milder than
/// what stands fast.
fn known<T: serde::de::DeserializeOwned>(list: Value) -> Vec<T> {
    let Value::Array(items) = list else { return Vec::new() };
    items.into_iter().filter_map(|item| serde_json::from_value(item).ok()).collect()
}

impl From<Row> for Stored {
    fn from(row: Row) -> Self {
        Self { version: row.version, changes: known(row.overrides), words: known(row.words) }
    }
}

/// The settings.
pub(super) async fn get(conn: &mut Conn) -> Result<Stored, Problem> {
    let row: Option<Row> = Get {}.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(Stored::from).unwrap_or_default())
}

/// The settings, locked for a change.
pub(super) async fn lock(tx: &mut Tx) -> Result<Stored, Problem> {
    let now = tx.now();
    Make { now }.execute(&mut **tx).await?;
    let row: Row = Lock {}.get_result(&mut **tx).await?;
    Ok(row.into())
}

/// Stores settings and raises the version.
pub(super) async fn update(tx: &mut Tx, changes: &[Change], words: &[OwnWord]) -> Result<(), Problem> {
    let now = tx.now();
    let json = |list: serde_json::Result<Value>| list.map_err(|error| Problem::Internal(error.into()));
    let (overrides, words) = (json(serde_json::to_value(changes))?, json(serde_json::to_value(words))?);
    Update { overrides, words, now }.execute(&mut **tx).await?;
    Ok(())
}
