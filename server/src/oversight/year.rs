//! The account of a year: what the desk did, counted once when the year is closed, for everybody to read.
//!
//! Small numbers are hidden, and with them what would give them away (`moderation::suppression`).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use moderation::suppression::{self, THRESHOLD};
use serde::Deserialize;
use serde_json::json;

use super::year_store as store;
use super::year_views::{TableView, TimesView, YearlyAccount};
use crate::audit;
use crate::community;
use crate::http::Problem;
use crate::infra::db::{Conn, Db, Tx};
use crate::infra::lasting::outlived;

/// Whole months after the end of a year at which it is closed: appeals and slow cases are decided by then.
const CLOSED_AFTER_MONTHS: u32 = 1;

/// Counts of a year as they are, before anything is hidden. Never leaves the server.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct YearCounts {
    /// Decisions by category and action.
    pub decisions: Vec<(String, String, u64)>,
    /// For each category: how many texts were contained and the median of the minutes it took.
    pub contained: Vec<(String, u64, i64)>,
    /// For each category: how many cases were decided and the median of the minutes it took.
    pub decided: Vec<(String, u64, i64)>,
    /// Appeals by outcome.
    pub appeals: Vec<(String, u64)>,
    /// Breaches of confidentiality by assessment.
    pub breaches: Vec<(String, u64)>,
}

/// Turns counts into what may be told.
#[must_use]
pub fn account(year: i32, counts: &YearCounts, closed_at: DateTime<Utc>) -> YearlyAccount {
    let median = |rows: &[(String, u64, i64)]| -> BTreeMap<String, i64> {
        rows.iter().filter(|(_, n, _)| *n >= THRESHOLD).map(|(code, _, minutes)| (code.clone(), *minutes)).collect()
    };
    let (contained, decided) = (median(&counts.contained), median(&counts.decided));
    let decisions = table(&counts.decisions);
    let times = decisions
        .rows
        .iter()
        .map(|category| TimesView {
            category: category.clone(),
            contain_minutes: contained.get(category).copied(),
            decide_minutes: decided.get(category).copied(),
        })
        .collect();
    let line = |rows: &[(String, u64)]| -> TableView {
        let cells: Vec<_> = rows.iter().map(|(code, n)| ("all".to_owned(), code.clone(), *n)).collect();
        table(&cells)
    };
    YearlyAccount {
        year,
        closed_at,
        threshold: THRESHOLD,
        decisions,
        times,
        appeals: line(&counts.appeals),
        breaches: line(&counts.breaches),
    }
}

/// A table of counts by row and column, with small numbers hidden. What never happened has no row and no column.
fn table(counts: &[(String, String, u64)]) -> TableView {
    let mut sums: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (row, column, n) in counts.iter().filter(|(_, _, n)| *n > 0) {
        *sums.entry((row, column)).or_default() += n;
    }
    let mut rows: Vec<String> = sums.keys().map(|(row, _)| (*row).to_owned()).collect();
    let mut columns: Vec<String> = sums.keys().map(|(_, column)| (*column).to_owned()).collect();
    rows.dedup();
    columns.sort_unstable();
    columns.dedup();
    let grid: Vec<Vec<u64>> = rows
        .iter()
        .map(|row| columns.iter().map(|column| sums.get(&(row, column)).copied().unwrap_or(0)).collect())
        .collect();
    let hidden = suppression::hide(&grid);
    TableView {
        rows,
        columns,
        cells: hidden.cells,
        row_totals: hidden.row_totals,
        column_totals: hidden.column_totals,
        total: hidden.total,
    }
}

/// The time zone in which the community's years begin.
async fn zone(conn: &mut Conn) -> Result<Tz, Problem> {
    Ok(community::settings(conn).await?.time_zone.parse().unwrap_or(chrono_tz::Europe::Copenhagen))
}

fn new_year(zone: Tz, year: i32) -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
    let midnight = zone.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest();
    midnight.map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |at| at.to_utc())
}

/// The newest year that may be closed at a moment.
fn last_closable(zone: Tz, now: DateTime<Utc>) -> i32 {
    let today = now.with_timezone(&zone).date_naive();
    if today.month0() < CLOSED_AFTER_MONTHS { today.year() - 2 } else { today.year() - 1 }
}

/// Closes every year that is over, has decisions and has no account yet. Answers how many. A closed account never changes.
///
/// # Errors
/// When the database fails.
pub async fn close_years(db: &Db) -> Result<usize, Problem> {
    db.write(async |tx| {
        let now = tx.now();
        let zone = zone(tx).await?;
        let Some(first) = store::first_decision(tx).await? else { return Ok(0) };
        let mut closed = 0;
        for year in first.with_timezone(&zone).year()..=last_closable(zone, now) {
            if store::find(tx, year).await?.is_some() {
                continue;
            }
            let counts = store::counts(tx, new_year(zone, year), new_year(zone, year + 1)).await?;
            if !counts.decisions.is_empty() {
                closed += usize::from(keep(tx, year, &counts).await?);
            }
        }
        Ok::<_, Problem>(closed)
    })
    .await
}

/// Keeps the account of a year; false where there is one.
///
/// # Errors
/// When the database fails.
pub async fn keep(tx: &mut Tx, year: i32, counts: &YearCounts) -> Result<bool, Problem> {
    let now = tx.now();
    let body = serde_json::to_value(account(year, counts, now)).map_err(|error| Problem::Internal(error.into()))?;
    if !store::insert(tx, year, body).await? {
        return Ok(false);
    }
    audit::append(tx, None, "year_closed", "community", None, json!({ "year": year })).await?;
    Ok(true)
}

/// The account as comma-separated values (RFC 4180), a line for each number; a hidden one is empty and says so.
pub(super) fn csv(account: &YearlyAccount) -> String {
    let mut lines = String::from("year,table,row,column,value,hidden\r\n");
    let mut line = |table: &str, row: &str, column: &str, value: Option<String>| {
        let hidden = if value.is_none() { "yes" } else { "no" };
        let _ = write!(lines, "{},{table},{row},{column},{},{hidden}\r\n", account.year, value.unwrap_or_default());
    };
    for (name, table) in
        [("decisions", &account.decisions), ("appeals", &account.appeals), ("breaches", &account.breaches)]
    {
        let shown = |n: &Option<u64>| n.map(|n| n.to_string());
        for ((row, cells), total) in table.rows.iter().zip(&table.cells).zip(&table.row_totals) {
            for (column, cell) in table.columns.iter().zip(cells) {
                line(name, row, column, shown(cell));
            }
            line(name, row, "total", shown(total));
        }
        for (column, total) in table.columns.iter().zip(&table.column_totals) {
            line(name, "total", column, shown(total));
        }
        line(name, "total", "total", shown(&table.total));
    }
    for times in &account.times {
        let shown = |n: Option<i64>| n.map(|n| n.to_string());
        line("median_minutes", &times.category, "contain", shown(times.contain_minutes));
        line("median_minutes", &times.category, "decide", shown(times.decide_minutes));
    }
    lines
}

/// How often it is looked whether a year can be closed.
const EVERY: std::time::Duration = std::time::Duration::from_secs(6 * 3600);

/// Starts closing years. Several nodes may run it: a year is kept once.
pub fn start(db: &Db) {
    let db = db.clone();
    actix_web::rt::spawn(async move {
        loop {
            if let Some(Err(problem)) = outlived("closing years", close_years(&db)).await {
                tracing::warn!(cause = %problem, "no year was closed");
            }
            actix_web::rt::time::sleep(EVERY).await;
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(row: &str, column: &str, n: u64) -> (String, String, u64) {
        (row.to_owned(), column.to_owned(), n)
    }

    #[test]
    fn medians_of_few_are_not_told() {
        let counts = YearCounts {
            decisions: vec![count("spam", "remove", 9), count("danger", "keep", 6)],
            decided: vec![("spam".to_owned(), 9, 30), ("danger".to_owned(), 4, 7)],
            ..YearCounts::default()
        };
        let account = account(2026, &counts, DateTime::UNIX_EPOCH);
        let told: Vec<_> = account.times.iter().map(|one| (one.category.as_str(), one.decide_minutes)).collect();
        assert_eq!(told, [("danger", None), ("spam", Some(30))]);
        assert!(csv(&account).contains("2026,median_minutes,danger,decide,,yes\r\n"));
        assert!(csv(&account).contains("2026,decisions,total,total,15,no\r\n"));
    }

    #[test]
    fn a_year_is_closed_a_month_after_it_ended() {
        let zone = chrono_tz::Europe::Copenhagen;
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        assert_eq!(last_closable(zone, at("2027-01-31T22:59:00Z")), 2025);
        assert_eq!(last_closable(zone, at("2027-01-31T23:00:00Z")), 2026);
        assert_eq!(new_year(zone, 2027), at("2026-12-31T23:00:00Z"));
    }
}
