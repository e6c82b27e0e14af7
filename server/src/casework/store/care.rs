//! Pauses of moderators, and how much that is hard to read they have decided in a row.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use moderation::care::IN_A_ROW;

use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, CaseId};
use crate::query;

/// How a moderator stands.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct CareRow {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) paused_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    pub(crate) in_a_row: i64,
}

query! {
    struct Find { account: AccountId => SqlUuid, since: DateTime<Utc> => Timestamptz }
    "select (select k.paused_since from desk_care k where k.account_id = $1) as paused_since,
            (select count(*) from decisions d join cases c on c.id = d.case_id
              where d.decided_by = $1 and d.created_at > $2 and c.certificate is not null and c.level <= 2
                and d.created_at > coalesce((select k.rested_at from desk_care k where k.account_id = $1), '-infinity')) as in_a_row"
}

/// The pause that runs, and the grave cases since the last break.
pub(crate) async fn find(conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<CareRow, Problem> {
    Ok(Find { account, since: now - IN_A_ROW }.get_result(conn).await?)
}

query! {
    struct Pause { account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "insert into desk_care (account_id, paused_since) values ($1, $2)
     on conflict (account_id) do update set paused_since = coalesce(desk_care.paused_since, excluded.paused_since)"
}
query! {
    struct GoOn { account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update desk_care set paused_since = null, rested_at = $2 where account_id = $1 and paused_since is not null"
}
query! {
    struct Rested { account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "insert into desk_care (account_id, rested_at) values ($1, $2) on conflict (account_id) do update set rested_at = excluded.rested_at"
}

/// A pause begins; one that runs goes on.
pub(crate) async fn pause(tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    let now = tx.now();
    Pause { account, now }.execute(&mut **tx).await?;
    Ok(())
}

/// The pause is over.
pub(crate) async fn go_on(tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    let now = tx.now();
    GoOn { account, now }.execute(&mut **tx).await?;
    Ok(())
}

/// Somebody looked back on a hard case.
pub(crate) async fn rested(tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    let now = tx.now();
    Rested { account, now }.execute(&mut **tx).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

query! {
    struct DecidedBy { case: CaseId => SqlUuid, account: AccountId => SqlUuid }
    "select exists (select from decisions where case_id = $1 and decided_by = $2) as yes"
}

/// Whether this moderator decided the case.
pub(crate) async fn decided_by(conn: &mut Conn, case: CaseId, account: AccountId) -> Result<bool, Problem> {
    let row: Yes = DecidedBy { case, account }.get_result(conn).await?;
    Ok(row.yes)
}
