//! Quiet nods at messages. Told to nobody but the message's author, and there as a number.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::{AccountId, MessageId};
use crate::query;

query! {
    struct Add { message: MessageId => SqlUuid, account: AccountId => SqlUuid, kind: String => Text, now: DateTime<Utc> => Timestamptz }
    "insert into message_reactions (message_id, account_id, kind, created_at) values ($1, $2, $3, $4) on conflict do nothing"
}
query! {
    struct Remove { message: MessageId => SqlUuid, account: AccountId => SqlUuid, kind: String => Text }
    "delete from message_reactions where message_id = $1 and account_id = $2 and kind = $3"
}
query! {
    struct Count { message: MessageId => SqlUuid }
    "select count(*) as n from message_reactions where message_id = $1"
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

/// Takes a nod back.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, message: MessageId, account: AccountId, kind: &str) -> Result<(), Problem> {
    Remove { message, account, kind: kind.to_owned() }.execute(&mut **tx).await?;
    Ok(())
}
