//! Quiet nods at messages. Told to nobody but the message's author, and there as a number.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::{AccountId, MessageId, RoomId};
use crate::query;

query! {
    struct Add { message: MessageId => SqlUuid, account: AccountId => SqlUuid, kind: String => Text, now: DateTime<Utc> => Timestamptz }
    "insert into message_reactions (message_id, account_id, kind, created_at) values ($1, $2, $3, $4) on conflict do nothing"
}
query! {
    struct Lock { message: MessageId => SqlUuid }
    "select room_id as id from messages where id = $1 for no key update"
}
query! {
    struct Remove { message: MessageId => SqlUuid, account: AccountId => SqlUuid, kind: String => Text }
    "delete from message_reactions where message_id = $1 and account_id = $2 and kind = $3"
}
query! {
    struct Count { message: MessageId => SqlUuid }
    "select count(*) as n from message_reactions where message_id = $1"
}
query! {
    struct Of { message: MessageId => SqlUuid, account: AccountId => SqlUuid }
    "select nextval('nod_changes') as number,
            array(select kind from message_reactions where message_id = $1 and account_id = $2 order by kind) as kinds"
}

#[derive(QueryableByName)]
struct RoomRow {
    #[diesel(sql_type = SqlUuid)]
    id: RoomId,
}

#[derive(QueryableByName)]
struct CountRow {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// How somebody nods at a message after a change.
#[derive(QueryableByName)]
pub struct Nods {
    /// Number of the change: the greater of two is the later.
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    /// What the nods say.
    #[diesel(sql_type = Array<Text>)]
    pub kinds: Vec<String>,
}

/// What came of putting a nod.
pub struct Added {
    /// It was not there before.
    pub is_new: bool,
    /// It is the first at this message, of any kind and of anybody.
    pub is_first: bool,
}

/// Keeps a nod at a message that the caller has locked.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, message: MessageId, account: AccountId, kind: &str) -> Result<Added, Problem> {
    let now = tx.now();
    let is_new = Add { message, account, kind: kind.to_owned(), now }.execute(&mut **tx).await? > 0;
    let row: CountRow = Count { message }.get_result(&mut **tx).await?;
    Ok(Added { is_new, is_first: is_new && row.n == 1 })
}

/// Takes a nod back and locks its message. Answers the message's room; none: it was never there.
///
/// # Errors
/// When the database fails.
pub async fn remove(
    tx: &mut Tx,
    message: MessageId,
    account: AccountId,
    kind: &str,
) -> Result<Option<RoomId>, Problem> {
    let room: Option<RoomRow> =
        Lock { message }.get_result(&mut **tx).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    let removed = Remove { message, account, kind: kind.to_owned() }.execute(&mut **tx).await?;
    Ok(room.filter(|_| removed > 0).map(|room| room.id))
}

/// How somebody nods at a message that this transaction has locked and changed: the next who changes it waits, so the
/// numbers are in the order of the changes.
///
/// # Errors
/// When the database fails.
pub async fn after_change(tx: &mut Tx, message: MessageId, account: AccountId) -> Result<Nods, Problem> {
    Ok(Of { message, account }.get_result(&mut **tx).await?)
}
