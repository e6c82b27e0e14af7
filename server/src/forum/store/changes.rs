//! Queries that change a thread: by its author, by staff, by a decision.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::ThreadVersion;
use crate::access::session::none_if_missing;
use crate::forum::thread::NewThread;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, BoardId};
use crate::query;

query! {
    struct InsertThread {
        id: Uuid => SqlUuid, board: BoardId => SqlUuid, author: AccountId => SqlUuid, title: String => Text, body: String => Text, html: String => Text,
        wish: Option<String> => Nullable<Text>, note: Option<String> => Nullable<Text>, state: String => Text, now: DateTime<Utc> => Timestamptz,
    }
    "insert into threads (id, board_id, author_id, title, body, body_html, reply_wish, content_note, state, last_reply_at, published_at, created_at, state_changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $9 = 'live' then $10 end, $10, $10)"
}

/// Stores a thread.
pub(in crate::forum) async fn insert_thread(
    tx: &mut Tx,
    id: Uuid,
    board: BoardId,
    author: AccountId,
    thread: &NewThread,
    state: &str,
) -> Result<(), Problem> {
    let now = tx.now();
    let insert = InsertThread {
        id,
        board,
        author,
        title: thread.title.clone(),
        body: thread.body.clone(),
        html: thread.html.clone(),
        wish: thread.reply_wish.map(|wish| wish.code().to_owned()),
        note: thread.content_note.clone(),
        state: state.to_owned(),
        now,
    };
    insert.execute(&mut **tx).await?;
    Ok(())
}

macro_rules! stored_thread {
    () => {
        "select t.id, t.board_id, t.author_id, t.title, t.body, t.reply_wish, t.content_note, t.state, t.revision,
                t.published_at is not null as was_public, b.members_only
         from threads t join boards b on b.id = t.board_id where t.id = $1"
    };
}
query! {
    /// A thread about to change, locked; replies can still be stored below it until its row is counted up.
    struct LockThread { id: Uuid => SqlUuid }
    concat!(stored_thread!(), " for no key update of t")
}
query! {
    struct FindThread { id: Uuid => SqlUuid }
    stored_thread!()
}

/// A thread as its own feature works on it.
#[derive(QueryableByName)]
pub(in crate::forum) struct StoredThread {
    #[diesel(sql_type = SqlUuid)]
    pub(in crate::forum) id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub(in crate::forum) board_id: BoardId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(in crate::forum) author_id: Option<AccountId>,
    #[diesel(sql_type = Text)]
    pub(in crate::forum) title: String,
    #[diesel(sql_type = Text)]
    pub(in crate::forum) body: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(in crate::forum) reply_wish: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(in crate::forum) content_note: Option<String>,
    #[diesel(sql_type = Text)]
    pub(in crate::forum) state: String,
    #[diesel(sql_type = Integer)]
    pub(in crate::forum) revision: i32,
    #[diesel(sql_type = Bool)]
    pub(in crate::forum) was_public: bool,
    #[diesel(sql_type = Bool)]
    pub(in crate::forum) members_only: bool,
}

/// A thread by its id, whoever asks: for gates and casework.
pub(in crate::forum) async fn find_thread(
    conn: &mut Conn,
    id: Uuid,
    lock: bool,
) -> Result<Option<StoredThread>, Problem> {
    let found = if lock { LockThread { id }.get_result(conn).await } else { FindThread { id }.get_result(conn).await };
    found.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

query! {
    struct KeepRevision { id: Uuid => SqlUuid }
    "insert into text_revisions (target_kind, target_id, revision, title, body, created_at)
     select 'thread', id, revision, title, body, coalesce(edited_at, created_at) from threads where id = $1"
}
query! {
    struct EditThread {
        id: Uuid => SqlUuid, title: String => Text, body: String => Text, html: String => Text, wish: Option<String> => Nullable<Text>,
        note: Option<String> => Nullable<Text>, state: String => Text, now: DateTime<Utc> => Timestamptz,
    }
    "update threads set title = $2, body = $3, body_html = $4, reply_wish = $5, content_note = $6, revision = revision + 1, edited_at = $8,
            state_changed_at = case when state = $7 then state_changed_at else $8 end, state = $7 where id = $1"
}

/// The words and wishes of a thread after an edit.
pub(in crate::forum) struct Edited<'t> {
    pub(in crate::forum) title: &'t str,
    pub(in crate::forum) body: &'t str,
    pub(in crate::forum) html: &'t str,
    pub(in crate::forum) reply_wish: Option<String>,
    pub(in crate::forum) content_note: Option<String>,
    pub(in crate::forum) state: &'t str,
}

/// Stores an edit and keeps the earlier words as a revision.
pub(in crate::forum) async fn edit_thread(tx: &mut Tx, id: Uuid, edited: Edited<'_>) -> Result<(), Problem> {
    let now = tx.now();
    KeepRevision { id }.execute(&mut **tx).await?;
    let edit = EditThread {
        id,
        title: edited.title.to_owned(),
        body: edited.body.to_owned(),
        html: edited.html.to_owned(),
        wish: edited.reply_wish,
        note: edited.content_note,
        state: edited.state.to_owned(),
        now,
    };
    edit.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct SetState { id: Uuid => SqlUuid, state: String => Text, now: DateTime<Utc> => Timestamptz }
    "update threads set state = $2, state_changed_at = $3, version = version + 1,
            published_at = case when $2 in ('live', 'redacted') then coalesce(published_at, $3) else published_at end
     where id = $1 returning id, version"
}
query! {
    struct SetText {
        id: Uuid => SqlUuid, state: String => Text, title: String => Text, body: String => Text, html: String => Text, step: i32 => Integer, now: DateTime<Utc> => Timestamptz,
    }
    "update threads set state = $2, title = $3, body = $4, body_html = $5, revision = revision + $6, state_changed_at = $7, version = version + 1,
            content_note = case when $4 = '' then null else content_note end,
            published_at = case when $2 in ('live', 'redacted') then coalesce(published_at, $7) else published_at end
     where id = $1 returning id, version"
}

/// Changes the state of a thread and answers the version of its surface.
pub(in crate::forum) async fn set_state(tx: &mut Tx, id: Uuid, state: &str) -> Result<i64, Problem> {
    let now = tx.now();
    let row: ThreadVersion = SetState { id, state: state.to_owned(), now }.get_result(&mut **tx).await?;
    Ok(row.version)
}

/// Changes state and words of a thread by a decision; `step` is what the revision grows by.
pub(in crate::forum) async fn set_text(
    tx: &mut Tx,
    id: Uuid,
    state: &str,
    words: (&str, &str, &str),
    step: i32,
) -> Result<i64, Problem> {
    let now = tx.now();
    let (title, body, html) = (words.0.to_owned(), words.1.to_owned(), words.2.to_owned());
    let row: ThreadVersion =
        SetText { id, state: state.to_owned(), title, body, html, step, now }.get_result(&mut **tx).await?;
    Ok(row.version)
}

query! {
    struct SetLock { id: Uuid => SqlUuid, locked_at: Option<DateTime<Utc>> => Nullable<Timestamptz> }
    "update threads set locked_at = $2, version = version + 1 where id = $1 returning id, version"
}

/// Locks a thread for new replies, or opens it again.
pub(in crate::forum) async fn set_lock(tx: &mut Tx, id: Uuid, locked: bool) -> Result<i64, Problem> {
    let locked_at = locked.then(|| tx.now());
    let row: ThreadVersion = SetLock { id, locked_at }.get_result(&mut **tx).await?;
    Ok(row.version)
}

query! { struct DropRevisions { id: Uuid => SqlUuid } "delete from text_revisions where target_kind = 'thread' and target_id = $1" }

/// Destroys the earlier wordings of a thread.
pub(in crate::forum) async fn drop_revisions(tx: &mut Tx, id: Uuid) -> Result<(), Problem> {
    DropRevisions { id }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct Earlier { id: Uuid => SqlUuid, revision: i32 => Integer }
    "select title, body from text_revisions where target_kind = 'thread' and target_id = $1 and revision = $2"
}

/// Words of an earlier revision.
#[derive(QueryableByName)]
pub(in crate::forum) struct EarlierText {
    #[diesel(sql_type = Nullable<Text>)]
    pub(in crate::forum) title: Option<String>,
    #[diesel(sql_type = Text)]
    pub(in crate::forum) body: String,
}

/// The words of an earlier revision, if it is still there.
pub(in crate::forum) async fn earlier_text(
    conn: &mut Conn,
    id: Uuid,
    revision: i32,
) -> Result<Option<EarlierText>, Problem> {
    Earlier { id, revision }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

query! {
    struct WrittenAt { id: Uuid => SqlUuid }
    "select t.created_at as at, a.pseudonym as name from threads t left join accounts a on a.id = t.author_id where t.id = $1"
}

#[derive(QueryableByName)]
struct WrittenRow {
    #[diesel(sql_type = Timestamptz)]
    at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
}

/// When a thread was written, and under which pseudonym.
pub(in crate::forum) async fn written(conn: &mut Conn, id: Uuid) -> Result<(DateTime<Utc>, Option<String>), Problem> {
    let row: WrittenRow = WrittenAt { id }.get_result(conn).await?;
    Ok((row.at, row.name))
}
