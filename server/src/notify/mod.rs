//! What a person is told, in the app. Ids and codes only: the words are made when it is read.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Jsonb, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId};
use crate::query;

query! {
    struct Insert { id: Uuid => SqlUuid, account: AccountId => SqlUuid, kind: String => Text, params: Value => Jsonb, at: DateTime<Utc> => Timestamptz }
    "insert into notifications (id, account_id, kind, params, created_at) values ($1, $2, $3, $4, $5)"
}

/// Tells `account` something, in the transaction of what happened. `params`: ids and codes, never text.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &mut Tx, account: AccountId, kind: &str, params: Value) -> Result<(), Problem> {
    let at = tx.now();
    Insert { id: ids::ordered(), account, kind: kind.to_owned(), params, at }.execute(&mut **tx).await?;
    tx.announce(Signal::new(Topic::Notice, account, 0));
    Ok(())
}

query! {
    struct Unread { account: AccountId => SqlUuid }
    "select count(*) as unread from notifications where account_id = $1 and read_at is null"
}

#[derive(QueryableByName)]
struct UnreadRow {
    #[diesel(sql_type = BigInt)]
    unread: i64,
}

/// How much `account` has not read yet.
///
/// # Errors
/// When the database fails.
pub async fn unread(conn: &mut Conn, account: AccountId) -> Result<i64, Problem> {
    let row: UnreadRow = Unread { account }.get_result(conn).await?;
    Ok(row.unread)
}
