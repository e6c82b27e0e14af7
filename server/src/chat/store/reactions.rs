//! Quiet nods at messages. Told to nobody but the message's author, and there as a number.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, MessageId, RoomId};
use crate::query;

query! {
    struct Add { message: MessageId => SqlUuid, account: AccountId => SqlUuid, kind: String => Text, now: DateTime<Utc> => Timestamptz }
    "insert into message_reactions (message_id, account_id, kind, created_at) values ($1, $2, $3, $4) on conflict do nothing"
}
query! {
    struct Remove { message: MessageId => SqlUuid, account: AccountId => SqlUuid, kind: String => Text }
    "delete from message_reactions x using messages m where m.id = x.message_id and x.message_id = $1 and x.account_id = $2 and x.kind = $3
     returning m.room_id as id"
}
query! {
    struct Count { message: MessageId => SqlUuid }
    "select count(*) as n from message_reactions where message_id = $1"
}

query! {
    struct Of { message: MessageId => SqlUuid, account: AccountId => SqlUuid }
    "select kind from message_reactions where message_id = $1 and account_id = $2 order by kind"
}

#[derive(QueryableByName)]
struct RoomRow {
    #[diesel(sql_type = SqlUuid)]
    id: RoomId,
}

#[derive(QueryableByName)]
struct KindRow {
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Keeps a nod. True: it is the first at this message, of any kind and of anybody.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, message: MessageId, account: AccountId, kind: &str) -> Result<bool, Problem> {
    let now = tx.now();
    let added = Add { message, account, kind: kind.to_owned(), now }.execute(&mut **tx).await?;
    let row: CountRow = Count { message }.get_result(&mut **tx).await?;
    Ok(added > 0 && row.n == 1)
}

/// Takes a nod back. Answers the message's room; none: it was never there.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    tx: &mut Tx,
    message: MessageId,
    account: AccountId,
    kind: &str,
) -> Result<Option<RoomId>, Problem> {
    let removed = Remove { message, account, kind: kind.to_owned() };
    let row: Option<RoomRow> = removed.get_result(&mut **tx).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| row.id))
}

/// How somebody nods at a message now.
///
/// # Errors
/// When the database fails.
pub async fn of(conn: &mut Conn, message: MessageId, account: AccountId) -> Result<Vec<String>, Problem> {
    let rows: Vec<KindRow> = Of { message, account }.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.kind).collect())
}
