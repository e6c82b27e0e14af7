//! Hosts who ask a moderator to look in.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId, RoomId};
use crate::query;

/// A call that waits, or was answered.
#[derive(QueryableByName, Clone, Debug)]
pub struct CallRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub room_id: RoomId,
    #[diesel(sql_type = Text)]
    pub room_slug: String,
    #[diesel(sql_type = Text)]
    pub room_name: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub asked_by: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub asked_by_name: Option<String>,
    #[diesel(sql_type = Text)]
    pub note: String,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

query! {
    struct Ask { id: Uuid => SqlUuid, room: RoomId => SqlUuid, by: AccountId => SqlUuid, note: String => Text, now: DateTime<Utc> => Timestamptz }
    "insert into room_calls (id, room_id, asked_by, note, created_at) values ($1, $2, $3, $4, $5) on conflict do nothing"
}
query! {
    struct Open {}
    "select c.id, c.room_id, r.slug as room_slug, r.name as room_name, c.asked_by, a.pseudonym as asked_by_name, c.note, c.created_at
     from room_calls c join rooms r on r.id = c.room_id left join accounts a on a.id = c.asked_by
     where c.answered_at is null order by c.created_at, c.id limit 50"
}
query! {
    struct Answer { id: Uuid => SqlUuid, by: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "with answered as (
       update room_calls set answered_by = $2, answered_at = $3 where id = $1 and answered_at is null returning *)
     select c.id, c.room_id, r.slug as room_slug, r.name as room_name, c.asked_by, a.pseudonym as asked_by_name, c.note, c.created_at
     from answered c join rooms r on r.id = c.room_id left join accounts a on a.id = c.asked_by"
}
query! {
    struct CountOpen {}
    "select count(*) as n from room_calls where answered_at is null"
}
query! {
    struct Moderators { but: AccountId => SqlUuid }
    "select distinct r.account_id as id from account_roles r join accounts a on a.id = r.account_id
     where r.role in ('moderator', 'coordinator') and r.account_id <> $1 and a.erased_at is null"
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

/// A host asks. False: a call of this room waits already.
///
/// # Errors
/// When the database fails.
pub async fn ask(tx: &mut Tx, room: RoomId, by: AccountId, note: String) -> Result<bool, Problem> {
    let now = tx.now();
    Ok(Ask { id: ids::ordered(), room, by, note, now }.execute(&mut **tx).await? > 0)
}

/// Calls that wait, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn open(conn: &mut Conn) -> Result<Vec<CallRow>, Problem> {
    Ok(Open {}.load(conn).await?)
}

/// A moderator takes a call; none: there is no such call that waits.
///
/// # Errors
/// When the database fails.
pub async fn answer(tx: &mut Tx, id: Uuid, by: AccountId) -> Result<Option<CallRow>, Problem> {
    let now = tx.now();
    Answer { id, by, now }.get_result(&mut **tx).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// How many calls wait.
///
/// # Errors
/// When the database fails.
pub async fn count_open(conn: &mut Conn) -> Result<i64, Problem> {
    let row: CountRow = CountOpen {}.get_result(conn).await?;
    Ok(row.n)
}

/// Everybody who may come when called, but the one who calls.
///
/// # Errors
/// When the database fails.
pub async fn moderators(tx: &mut Tx, but: AccountId) -> Result<Vec<AccountId>, Problem> {
    let rows: Vec<IdRow> = Moderators { but }.load(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
