//! Notifications as rows.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId};
use crate::query;

query! {
    struct Insert { id: Uuid => SqlUuid, account: AccountId => SqlUuid, kind: String => Text, params: Value => Jsonb, at: DateTime<Utc> => Timestamptz }
    "insert into notifications (id, account_id, kind, params, created_at) values ($1, $2, $3, $4, $5)"
}

query! {
    struct InsertOnce { id: Uuid => SqlUuid, account: AccountId => SqlUuid, kind: String => Text, params: Value => Jsonb, at: DateTime<Utc> => Timestamptz }
    "insert into notifications (id, account_id, kind, params, created_at) select $1, $2, $3, $4, $5
     where not exists (select from notifications n where n.account_id = $2 and n.kind = $3 and n.params = $4 and n.read_at is null)"
}

/// False: the same is told already and not read yet.
pub(super) async fn insert_once(tx: &mut Tx, account: AccountId, kind: &str, params: Value) -> Result<bool, Problem> {
    let at = tx.now();
    let call = InsertOnce { id: ids::ordered(), account, kind: kind.to_owned(), params, at };
    Ok(call.execute(&mut **tx).await? > 0)
}

pub(super) async fn insert(tx: &mut Tx, account: AccountId, kind: &str, params: Value) -> Result<(), Problem> {
    let at = tx.now();
    Insert { id: ids::ordered(), account, kind: kind.to_owned(), params, at }.execute(&mut **tx).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct UnreadRow {
    #[diesel(sql_type = BigInt)]
    unread: i64,
}

query! {
    struct Unread { account: AccountId => SqlUuid }
    "select count(*) as unread from notifications where account_id = $1 and read_at is null"
}

pub(super) async fn unread(conn: &mut Conn, account: AccountId) -> Result<i64, Problem> {
    let row: UnreadRow = Unread { account }.get_result(conn).await?;
    Ok(row.unread)
}

/// One notification.
#[derive(QueryableByName)]
pub(super) struct NoticeRow {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(super) kind: String,
    #[diesel(sql_type = Jsonb)]
    pub(super) params: Value,
    #[diesel(sql_type = Timestamptz)]
    pub(super) created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) read_at: Option<DateTime<Utc>>,
}

query! {
    struct List { account: AccountId => SqlUuid, before: DateTime<Utc> => Timestamptz, before_id: Uuid => SqlUuid, limit: i64 => BigInt }
    "select id, kind, params, created_at, read_at from notifications
      where account_id = $1 and (created_at, id) < ($2, $3) order by created_at desc, id desc limit $4"
}

pub(super) async fn list(
    conn: &mut Conn,
    account: AccountId,
    before: (DateTime<Utc>, Uuid),
    limit: i64,
) -> Result<Vec<NoticeRow>, Problem> {
    Ok(List { account, before: before.0, before_id: before.1, limit }.load(conn).await?)
}

query! {
    struct MarkAll { account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update notifications set read_at = $2 where account_id = $1 and read_at is null"
}
query! {
    struct Mark { account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz, ids: Vec<Uuid> => Array<SqlUuid> }
    "update notifications set read_at = $2 where account_id = $1 and read_at is null and id = any($3)"
}

/// Marks these as read, or all of them.
pub(super) async fn mark_read(tx: &mut Tx, account: AccountId, ids: Option<Vec<Uuid>>) -> Result<(), Problem> {
    let now = tx.now();
    match ids {
        Some(ids) => Mark { account, now, ids }.execute(&mut **tx).await?,
        None => MarkAll { account, now }.execute(&mut **tx).await?,
    };
    Ok(())
}
