//! Counts of a year over cases and decisions, and the accounts that are kept.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Jsonb, Nullable, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::year::YearCounts;
use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::query;

#[derive(QueryableByName)]
struct First {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    at: Option<DateTime<Utc>>,
}

query! {
    struct FirstDecision {}
    "select min(created_at) as at from decisions"
}

/// When the first decision that is kept was made.
pub(super) async fn first_decision(conn: &mut Conn) -> Result<Option<DateTime<Utc>>, Problem> {
    let row: First = FirstDecision {}.get_result(conn).await?;
    Ok(row.at)
}

query! {
    /// Asking a coordinator decides nothing yet.
    struct Decisions { from: DateTime<Utc> => Timestamptz, to: DateTime<Utc> => Timestamptz }
    "select c.category as line, d.action as col, count(*) as n, 0::bigint as minutes
       from decisions d join cases c on c.id = d.case_id
      where d.created_at >= $1 and d.created_at < $2 and d.action <> 'escalate' and c.lane <> 'appeal'
      group by c.category, d.action"
}
query! {
    /// Held by screening: contained at once. Hidden by a report: with that report. Else by the decision that took it away.
    struct Contained { from: DateTime<Utc> => Timestamptz, to: DateTime<Utc> => Timestamptz }
    "select x.category as line, '' as col, count(*) as n,
            percentile_disc(0.5) within group (order by floor(extract(epoch from x.at - x.created_at) / 60))::bigint as minutes
       from (select c.category, c.created_at, least(
                      case when c.source = 'screening' and c.hidden_from is not null then c.created_at end,
                      (select min(r.created_at) from reports r where r.case_id = c.id and r.hid),
                      (select min(d.created_at) from decisions d where d.case_id = c.id and d.action in ('redact', 'hide', 'remove'))) as at
               from cases c where c.lane = 'report' and c.created_at >= $1 and c.created_at < $2) x
      where x.at is not null group by x.category"
}
query! {
    struct Decided { from: DateTime<Utc> => Timestamptz, to: DateTime<Utc> => Timestamptz }
    "select x.category as line, '' as col, count(*) as n,
            percentile_disc(0.5) within group (order by floor(extract(epoch from x.at - x.created_at) / 60))::bigint as minutes
       from (select c.category, c.created_at,
                    (select min(d.created_at) from decisions d where d.case_id = c.id and d.action <> 'escalate') as at
               from cases c where c.lane <> 'appeal' and c.created_at >= $1 and c.created_at < $2) x
      where x.at is not null group by x.category"
}
query! {
    /// An appeal by the last decision of its case.
    struct Appeals { from: DateTime<Utc> => Timestamptz, to: DateTime<Utc> => Timestamptz }
    "select '' as line, coalesce((select d.action from decisions d where d.case_id = a.case_id and d.action in ('uphold', 'overturn')
                                  order by d.created_at desc limit 1), 'open') as col, count(*) as n, 0::bigint as minutes
       from appeals a where a.created_at >= $1 and a.created_at < $2 group by 2"
}
query! {
    struct Breaches { from: DateTime<Utc> => Timestamptz, to: DateTime<Utc> => Timestamptz }
    "select '' as line, case when no_breach is not null then 'no_breach' else coalesce(verdict, 'open') end as col, count(*) as n, 0::bigint as minutes
       from breaches where aware_at >= $1 and aware_at < $2 group by 2"
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = Text)]
    line: String,
    #[diesel(sql_type = Text)]
    col: String,
    #[diesel(sql_type = BigInt)]
    n: i64,
    #[diesel(sql_type = BigInt)]
    minutes: i64,
}

impl Counted {
    fn count(&self) -> u64 {
        u64::try_from(self.n).unwrap_or(0)
    }
}

/// Everything that is counted of the time from one moment to before another.
pub(super) async fn counts(conn: &mut Conn, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<YearCounts, Problem> {
    let decisions: Vec<Counted> = Decisions { from, to }.load(conn).await?;
    let contained: Vec<Counted> = Contained { from, to }.load(conn).await?;
    let decided: Vec<Counted> = Decided { from, to }.load(conn).await?;
    let appeals: Vec<Counted> = Appeals { from, to }.load(conn).await?;
    let breaches: Vec<Counted> = Breaches { from, to }.load(conn).await?;
    let times = |rows: Vec<Counted>| rows.into_iter().map(|one| (one.line.clone(), one.count(), one.minutes)).collect();
    let line = |rows: Vec<Counted>| rows.into_iter().map(|one| (one.col.clone(), one.count())).collect();
    Ok(YearCounts {
        decisions: decisions.into_iter().map(|one| (one.line.clone(), one.col.clone(), one.count())).collect(),
        contained: times(contained),
        decided: times(decided),
        appeals: line(appeals),
        breaches: line(breaches),
    })
}

#[derive(QueryableByName)]
struct Body {
    #[diesel(sql_type = Jsonb)]
    body: Value,
}

query! {
    struct Find { year: i32 => Integer }
    "select body from yearly_accounts where year = $1"
}
query! {
    struct All {}
    "select body from yearly_accounts order by year desc limit 50"
}
query! {
    struct Insert { year: i32 => Integer, body: Value => Jsonb, now: DateTime<Utc> => Timestamptz }
    "insert into yearly_accounts (year, body, closed_at) values ($1, $2, $3) on conflict (year) do nothing"
}

/// The account of a year, as it was kept.
pub(super) async fn find(conn: &mut Conn, year: i32) -> Result<Option<Value>, Problem> {
    let row: Option<Body> = Find { year }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| row.body))
}

/// Every account, the newest first.
pub(super) async fn all(conn: &mut Conn) -> Result<Vec<Value>, Problem> {
    let rows: Vec<Body> = All {}.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.body).collect())
}

/// Keeps an account; false where the year has one.
pub(super) async fn insert(tx: &mut Tx, year: i32, body: Value) -> Result<bool, Problem> {
    let now = tx.now();
    Ok(Insert { year, body, now }.execute(&mut **tx).await? == 1)
}
