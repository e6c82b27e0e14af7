//! What the hosts of a room tell each other. Every read goes through `may_host`.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::http::page::PageQuery;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId, NoteId, RoomId};
use crate::query;

/// A note.
#[derive(QueryableByName, Clone, Debug)]
pub struct NoteRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: NoteId,
    #[diesel(sql_type = SqlUuid)]
    pub room_id: RoomId,
    #[diesel(sql_type = SqlUuid)]
    pub author_id: AccountId,
    #[diesel(sql_type = Text)]
    pub author_name: String,
    #[diesel(sql_type = Text)]
    pub author_role: String,
    #[diesel(sql_type = Text)]
    pub body: String,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

query! {
    struct List { room: RoomId => SqlUuid, reader: AccountId => SqlUuid, before: Option<NoteId> => Nullable<SqlUuid>, limit: i64 => BigInt }
    "select n.id, n.room_id, n.author_id, a.pseudonym as author_name, shown_role(a.id) as author_role, n.body, n.created_at
     from room_notes n join accounts a on a.id = n.author_id
     where n.room_id = $1 and may_host(n.room_id, $2) and ($3 is null or n.id < $3) order by n.id desc limit $4"
}
query! {
    struct Find { id: NoteId => SqlUuid, reader: AccountId => SqlUuid }
    "select n.id, n.room_id, n.author_id, a.pseudonym as author_name, shown_role(a.id) as author_role, n.body, n.created_at
     from room_notes n join accounts a on a.id = n.author_id where n.id = $1 and may_host(n.room_id, $2)"
}
query! {
    struct Insert { id: NoteId => SqlUuid, room: RoomId => SqlUuid, author: AccountId => SqlUuid, body: String => Text, now: DateTime<Utc> => Timestamptz }
    "insert into room_notes (id, room_id, author_id, body, created_at) values ($1, $2, $3, $4, $5)"
}
query! {
    struct Delete { id: NoteId => SqlUuid }
    "delete from room_notes where id = $1"
}

/// The notes of a room for somebody who runs it, the newest first; nobody else finds any.
///
/// # Errors
/// 422 for a bad cursor; when the database fails.
pub async fn list(
    conn: &mut Conn,
    room: RoomId,
    reader: AccountId,
    query: &PageQuery,
) -> Result<Vec<NoteRow>, Problem> {
    let before = query.after()?;
    Ok(List { room, reader, before, limit: query.fetch() }.load(conn).await?)
}

/// A note of a room that the reader runs.
///
/// # Errors
/// When the database fails.
pub async fn find(conn: &mut Conn, id: NoteId, reader: AccountId) -> Result<Option<NoteRow>, Problem> {
    Find { id, reader }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// Keeps a note.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, room: RoomId, author: AccountId, body: String) -> Result<NoteId, Problem> {
    let (id, now) = (NoteId(ids::ordered()), tx.now());
    Insert { id, room, author, body, now }.execute(&mut **tx).await?;
    Ok(id)
}

/// Takes a note away.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, id: NoteId) -> Result<(), Problem> {
    Delete { id }.execute(&mut **tx).await?;
    Ok(())
}
