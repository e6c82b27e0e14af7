//! Queries over boards and threads.

mod changes;
mod threads;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::board::{BoardChange, NewBoard};
use super::views::BoardView;
use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx, broken_constraint};
use crate::infra::ids::{AccountId, BoardId};
use crate::query;

pub(super) use changes::{
    Edited, StoredThread, drop_revisions, earlier_text, edit_thread, find_thread, insert_thread, set_lock, set_state,
    set_text, written,
};
pub(super) use threads::{get_thread, list_threads};

query! {
    /// Boards that this reader may enter, in their order. `$2` is one slug or null for all.
    struct Boards { reader: Option<AccountId> => Nullable<SqlUuid>, slug: Option<String> => Nullable<Text> }
    "select b.id, b.slug, b.title, b.description, b.members_only, b.version, t.thread_count, t.last_activity_at
     from boards b cross join lateral (
       select count(*) as thread_count, max(t.last_reply_at) as last_activity_at from threads t
       where t.board_id = b.id and t.state in ('live', 'redacted')) t
     where ($1 is not null or not b.members_only) and ($2 is null or b.slug = $2)
     order by b.position, b.title, b.id"
}

#[derive(QueryableByName)]
struct BoardRow {
    #[diesel(sql_type = SqlUuid)]
    id: BoardId,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    description: String,
    #[diesel(sql_type = Bool)]
    members_only: bool,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = BigInt)]
    thread_count: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_activity_at: Option<DateTime<Utc>>,
}

impl From<BoardRow> for BoardView {
    fn from(row: BoardRow) -> Self {
        Self {
            id: row.id,
            slug: row.slug,
            title: row.title,
            description: row.description,
            members_only: row.members_only,
            thread_count: row.thread_count,
            last_activity_at: row.last_activity_at,
            version: row.version,
        }
    }
}

/// All boards that `reader` may enter.
pub(super) async fn list_boards(conn: &mut Conn, reader: Option<AccountId>) -> Result<Vec<BoardView>, Problem> {
    let rows: Vec<BoardRow> = Boards { reader, slug: None }.load(conn).await?;
    Ok(rows.into_iter().map(BoardView::from).collect())
}

/// The board with this slug, if `reader` may enter it.
pub(super) async fn get_board(conn: &mut Conn, reader: Option<AccountId>, slug: &str) -> Result<BoardView, Problem> {
    let row: BoardRow = Boards { reader, slug: Some(slug.to_owned()) }.get_result(conn).await?;
    Ok(row.into())
}

query! {
    struct InsertBoard {
        id: BoardId => SqlUuid, slug: String => Text, title: String => Text, description: String => Text, members_only: bool => Bool,
        position: Option<i32> => Nullable<Integer>, now: DateTime<Utc> => Timestamptz,
    }
    "insert into boards (id, slug, title, description, members_only, position, created_at)
     values ($1, $2, $3, $4, $5, coalesce($6, (select coalesce(max(position), 0) + 1 from boards)), $7)"
}

/// Stores a board.
pub(super) async fn insert_board(tx: &mut Tx, id: BoardId, board: &NewBoard) -> Result<(), Problem> {
    let now = tx.now();
    let insert = InsertBoard {
        id,
        slug: board.slug.clone(),
        title: board.title.clone(),
        description: board.description.clone(),
        members_only: board.members_only,
        position: board.position,
        now,
    };
    match insert.execute(&mut **tx).await {
        Err(error) if broken_constraint(&error) == Some("boards_slug_key") => Err(Problem::field("slug", "taken")),
        other => Ok(other.map(|_| ())?),
    }
}

query! {
    struct UpdateBoard {
        slug: String => Text, title: Option<String> => Nullable<Text>, description: Option<String> => Nullable<Text>,
        members_only: Option<bool> => Nullable<Bool>, position: Option<i32> => Nullable<Integer>,
    }
    "update boards set title = coalesce($2, title), description = coalesce($3, description),
            members_only = coalesce($4, members_only), position = coalesce($5, position), version = version + 1
     where slug = $1 returning id, version"
}

/// A board's id and its version after a change.
#[derive(QueryableByName)]
pub(super) struct BoardVersion {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: BoardId,
    #[diesel(sql_type = BigInt)]
    pub(super) version: i64,
}

/// Changes a board.
pub(super) async fn update_board(tx: &mut Tx, slug: &str, change: &BoardChange) -> Result<BoardVersion, Problem> {
    let update = UpdateBoard {
        slug: slug.to_owned(),
        title: change.title.clone(),
        description: change.description.clone(),
        members_only: change.members_only,
        position: change.position,
    };
    Ok(update.get_result(&mut **tx).await?)
}

query! {
    struct ThreadsOfBoard { board: BoardId => SqlUuid }
    "select id, version from threads where board_id = $1 and state in ('live', 'redacted') order by last_reply_at desc limit 1000"
}

#[derive(QueryableByName)]
struct ThreadVersion {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Threads of a board with their versions: those that somebody may have open.
pub(super) async fn recent_threads(tx: &mut Tx, board: BoardId) -> Result<Vec<(Uuid, i64)>, Problem> {
    let rows: Vec<ThreadVersion> = ThreadsOfBoard { board }.load(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

query! {
    struct TouchBoard { board: BoardId => SqlUuid }
    "update boards set version = version + 1 where id = $1 returning id, version"
}

/// Raises a board's version and answers it.
pub(super) async fn touch_board(tx: &mut Tx, board: BoardId) -> Result<i64, Problem> {
    let row: BoardVersion = TouchBoard { board }.get_result(&mut **tx).await?;
    Ok(row.version)
}

query! {
    struct BoardVersionFor { board: Uuid => SqlUuid, reader: Option<AccountId> => Nullable<SqlUuid> }
    "select id, version from boards where id = $1 and ($2 is not null or not members_only)"
}
query! {
    struct ThreadVersionFor { thread: Uuid => SqlUuid, reader: Option<AccountId> => Nullable<SqlUuid> }
    "select id, version from threads where id = $1 and may_read_root('thread', id, $2)"
}

/// A board's version, if `reader` may enter it.
pub(super) async fn board_version(
    conn: &mut Conn,
    board: Uuid,
    reader: Option<AccountId>,
) -> Result<Option<i64>, Problem> {
    let row: Result<BoardVersion, _> = BoardVersionFor { board, reader }.get_result(conn).await;
    row.map_or_else(none_if_missing, |row| Ok(Some(row.version)))
}

/// The version of a thread's surface, if `reader` may read it.
pub(super) async fn thread_version(
    conn: &mut Conn,
    thread: Uuid,
    reader: Option<AccountId>,
) -> Result<Option<i64>, Problem> {
    let row: Result<ThreadVersion, _> = ThreadVersionFor { thread, reader }.get_result(conn).await;
    row.map_or_else(none_if_missing, |row| Ok(Some(row.version)))
}
