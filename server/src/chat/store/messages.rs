//! Single messages: what they are, and what happens to them after they were sent.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::MessageRow;
use crate::access::session::none_if_missing;
use crate::casework::Neighbour;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, MessageId, RoomId};
use crate::query;

/// A message wherever it is: in its room, or held.
#[derive(QueryableByName, Clone, Debug)]
pub struct Found {
    #[diesel(sql_type = SqlUuid)]
    pub id: MessageId,
    #[diesel(sql_type = SqlUuid)]
    pub room_id: RoomId,
    #[diesel(sql_type = Text)]
    pub room_slug: String,
    #[diesel(sql_type = Text)]
    pub history: String,
    /// 0 while it is held.
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<AccountId>,
    #[diesel(sql_type = Text)]
    pub body: String,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Integer)]
    pub revision: i32,
    /// Kept back by screening: it has no number yet.
    #[diesel(sql_type = Bool)]
    pub is_held: bool,
}

query! {
    struct Find { id: MessageId => SqlUuid }
    "select m.id, m.room_id, r.slug as room_slug, r.history, m.seq, m.author_id, m.body, m.state, m.revision, false as is_held
     from messages m join rooms r on r.id = m.room_id where m.id = $1
     union all
     select h.id, h.room_id, r.slug, r.history, 0, h.author_id, h.body, h.state, 1, true
     from held_messages h join rooms r on r.id = h.room_id where h.id = $1 and h.state <> 'published'"
}
query! {
    struct Lock { id: MessageId => SqlUuid }
    "with message as (select id from messages where id = $1 for no key update), held as (select id from held_messages where id = $1 for update)
     select id from message union all select id from held"
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = SqlUuid)]
    id: MessageId,
}

/// A message; with `lock` its row stays as it is until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn find(conn: &mut Conn, id: MessageId, lock: bool) -> Result<Option<Found>, Problem> {
    if lock {
        let locked: Vec<Locked> = Lock { id }.load(conn).await?;
        if !locked.iter().any(|row| row.id == id) {
            return Ok(None);
        }
    }
    Find { id }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// A message by what is said in it.
#[derive(QueryableByName, Debug)]
pub struct Spoken {
    /// None while it is held.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub seq: Option<i64>,
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub author_id: AccountId,
    #[diesel(sql_type = Text)]
    pub body: String,
}

query! {
    struct SpokenAfter { room: Uuid => SqlUuid, after: i64 => BigInt, before: i64 => BigInt, limit: i64 => BigInt }
    "select seq, id, author_id, body from (
       select m.seq, m.id, m.author_id, m.body from messages m
       where m.room_id = $1 and m.seq > $2 and m.seq < $3 and m.author_id is not null and m.state not in ('removed', 'deleted', 'purged')
       order by m.seq desc limit $4) newest order by seq"
}
query! {
    struct SpokenNewest { room: Uuid => SqlUuid, before: i64 => BigInt, limit: i64 => BigInt }
    "select seq, id, author_id, body from (
       (select m.seq, m.id, m.author_id, m.body from messages m
        where m.room_id = $1 and m.seq < $2 and m.author_id is not null and m.state not in ('removed', 'deleted', 'purged')
        order by m.seq desc limit $3)
       union all
       (select null, h.id, h.author_id, h.body from held_messages h
        where h.room_id = $1 and h.author_id is not null and h.state in ('hidden_pending', 'hidden')
        order by h.id desc limit $3)
       order by id desc limit $3) newest order by id"
}

/// The newest messages of a room before a number, oldest first: those after another, or with those that are held.
/// For the program that reads, never for a person.
///
/// # Errors
/// When the database fails.
pub async fn spoken(
    conn: &mut Conn,
    room: Uuid,
    after: Option<i64>,
    before: i64,
    limit: i64,
) -> Result<Vec<Spoken>, Problem> {
    Ok(match after {
        Some(after) => SpokenAfter { room, after, before, limit }.load(conn).await?,
        None => SpokenNewest { room, before, limit }.load(conn).await?,
    })
}

query! {
    struct RevisionText { id: MessageId => SqlUuid, revision: i32 => Integer }
    "select body from messages where id = $1 and revision = $2 and state not in ('removed', 'deleted', 'purged')
     union all select body from message_revisions where message_id = $1 and revision = $2
     union all select body from held_messages where id = $1 and $2 = 1 and state <> 'published' and body <> ''
     limit 1"
}

#[derive(QueryableByName)]
struct Body {
    #[diesel(sql_type = Text)]
    body: String,
}

/// The text of a revision, while it is kept.
///
/// # Errors
/// When the database fails.
pub async fn revision_text(conn: &mut Conn, id: MessageId, revision: i32) -> Result<Option<String>, Problem> {
    let row: Option<Body> =
        RevisionText { id, revision }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| row.body))
}

query! {
    struct OneForReader { id: MessageId => SqlUuid, reader: AccountId => SqlUuid }
    "select m.id, m.seq, a.id as author_id, a.pseudonym as author_name, shown_role(a.id) as author_role, m.body, m.body_html,
            m.state, m.revision, m.created_at, m.edited_at,
            (select array_agg(x.kind order by x.kind) from message_reactions x where x.message_id = m.id and x.account_id = $2) as nods_by_reader,
            (select count(*) from message_reactions x where x.message_id = m.id and x.kind = 'know_it' and m.author_id = $2) as know_it,
            (select count(*) from message_reactions x where x.message_id = m.id and x.kind = 'thanks' and m.author_id = $2) as thanks,
            null::uuid as quote_id, null::text as quote_author, null::text as quote_html
     from messages m left join accounts a on a.id = m.author_id and a.erased_at is null
     where m.id = $1 and may_read(m.state, m.author_id, $2)"
}

/// A message as `reader` may see it.
///
/// # Errors
/// 404.
pub async fn get_for(conn: &mut Conn, id: MessageId, reader: AccountId) -> Result<MessageRow, Problem> {
    Ok(OneForReader { id, reader }.get_result(conn).await?)
}

query! {
    struct Entered { room: RoomId => SqlUuid, account: AccountId => SqlUuid, seq: i64 => BigInt }
    "select exists (select from rooms r where r.id = $1 and r.history = 'whole')
         or exists (select from room_entries e where e.room_id = $1 and e.account_id = $2 and e.entered_seq < $3) as yes"
}

#[derive(QueryableByName)]
pub(super) struct Yes {
    #[diesel(sql_type = Bool)]
    pub(super) yes: bool,
}

/// Whether the room's history reaches back to this number for `account`.
///
/// # Errors
/// When the database fails.
pub async fn reaches(conn: &mut Conn, room: RoomId, account: AccountId, seq: i64) -> Result<bool, Problem> {
    let row: Yes = Entered { room, account, seq }.get_result(conn).await?;
    Ok(row.yes)
}

query! {
    struct LastSaid { room: RoomId => SqlUuid, author: AccountId => SqlUuid, since: DateTime<Utc> => Timestamptz }
    "select chat_last_said($1, $2, $3) as at"
}

#[derive(QueryableByName)]
struct Moment {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    at: Option<DateTime<Utc>>,
}

/// When somebody last said something in a room since a moment, new words or changed ones.
///
/// # Errors
/// When the database fails.
pub async fn last_said(
    tx: &mut Tx,
    room: RoomId,
    author: AccountId,
    since: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Problem> {
    let row: Moment = LastSaid { room, author, since }.get_result(&mut **tx).await?;
    Ok(row.at)
}

query! {
    struct KeepRevision { id: MessageId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "insert into message_revisions (message_id, revision, body, replaced_at)
     select id, revision, body, $2 from messages where id = $1 and body <> '' on conflict do nothing"
}
query! {
    struct DropRevisions { id: MessageId => SqlUuid }
    "delete from message_revisions where message_id = $1"
}
query! {
    struct SetText {
        id: MessageId => SqlUuid, body: String => Text, html: String => Text, state: String => Text,
        edited_at: Option<DateTime<Utc>> => Nullable<Timestamptz>, now: DateTime<Utc> => Timestamptz,
    }
    "update messages set body = $2, body_html = $3, revision = revision + 1, edited_at = coalesce($5, edited_at),
            state_changed_at = case when state = $4 then state_changed_at else $6 end, state = $4
     where id = $1"
}
query! {
    struct SetState { id: MessageId => SqlUuid, state: String => Text, now: DateTime<Utc> => Timestamptz }
    "update messages set state = $2, state_changed_at = $3 where id = $1"
}

/// Keeps the present text as an earlier revision.
///
/// # Errors
/// When the database fails.
pub async fn keep_revision(tx: &mut Tx, id: MessageId) -> Result<(), Problem> {
    let now = tx.now();
    KeepRevision { id, now }.execute(&mut **tx).await?;
    Ok(())
}

/// Destroys the earlier texts of a message.
///
/// # Errors
/// When the database fails.
pub async fn drop_revisions(tx: &mut Tx, id: MessageId) -> Result<(), Problem> {
    DropRevisions { id }.execute(&mut **tx).await?;
    Ok(())
}

/// Replaces the text. `edited_at`: its author did it.
///
/// # Errors
/// When the database fails.
pub async fn set_text(
    tx: &mut Tx,
    id: MessageId,
    body: String,
    html: String,
    state: &str,
    edited_at: Option<DateTime<Utc>>,
) -> Result<(), Problem> {
    let now = tx.now();
    SetText { id, body, html, state: state.to_owned(), edited_at, now }.execute(&mut **tx).await?;
    Ok(())
}

/// Changes the state alone.
///
/// # Errors
/// When the database fails.
pub async fn set_state(tx: &mut Tx, id: MessageId, state: &str) -> Result<(), Problem> {
    let now = tx.now();
    SetState { id, state: state.to_owned(), now }.execute(&mut **tx).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = BigInt)]
    seq: i64,
}

query! {
    struct AddEvent { room: RoomId => SqlUuid, kind: String => Text, message: MessageId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "select chat_event($1, $2, $3, $4) as seq"
}

/// Takes the next number of the room for something that happened to a message. Locks the room: last in a transaction.
///
/// # Errors
/// When the database fails.
pub async fn add_event(tx: &mut Tx, room: RoomId, kind: &str, message: MessageId) -> Result<i64, Problem> {
    let now = tx.now();
    let row: Taken = AddEvent { room, kind: kind.to_owned(), message, now }.get_result(&mut **tx).await?;
    Ok(row.seq)
}

query! {
    struct InsertHeld {
        id: Uuid => SqlUuid, room: Uuid => SqlUuid, author: AccountId => SqlUuid, client: Uuid => SqlUuid,
        body: String => Text, html: String => Text, now: DateTime<Utc> => Timestamptz, reply_to: Option<Uuid> => Nullable<SqlUuid>,
    }
    "insert into held_messages (id, room_id, author_id, client_id, body, body_html, created_at, reply_to)
     select $1, $2, $3, $4, $5, $6, $7,
            (select q.id from messages q where q.id = $8 and q.room_id = $2 and may_read(q.state, q.author_id, $3))
     where not exists (select from messages where room_id = $2 and author_id = $3 and client_id = $4)
     on conflict do nothing"
}

query! {
    struct SentBefore { room: RoomId => SqlUuid, author: AccountId => SqlUuid, client: Uuid => SqlUuid }
    "select seq, id from messages where room_id = $1 and author_id = $2 and client_id = $3"
}

#[derive(QueryableByName)]
struct Numbered {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Number and id of the message that its author sent under this client id.
///
/// # Errors
/// When the database fails.
pub async fn sent_before(
    conn: &mut Conn,
    room: RoomId,
    author: AccountId,
    client: Uuid,
) -> Result<Option<(i64, Uuid)>, Problem> {
    let row: Option<Numbered> =
        SentBefore { room, author, client }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| (row.seq, row.id)))
}

/// A message that waits for a person.
#[derive(Debug)]
pub struct NewHeld {
    pub id: Uuid,
    pub room: Uuid,
    pub author: AccountId,
    pub client_id: Uuid,
    pub body: String,
    pub html: String,
    /// The message that it answers.
    pub reply_to: Option<Uuid>,
}

/// Keeps a message back. False: its author used the client id before.
///
/// # Errors
/// When the database fails.
pub async fn insert_held(tx: &mut Tx, held: NewHeld) -> Result<bool, Problem> {
    let now = tx.now();
    let NewHeld { id, room, author, client_id, body, html, reply_to } = held;
    Ok(InsertHeld { id, room, author, client: client_id, body, html, now, reply_to }.execute(&mut **tx).await? > 0)
}

query! {
    struct SetHeld { id: MessageId => SqlUuid, state: String => Text }
    "update held_messages set state = $2, body = case when $2 = 'removed' then '' else body end,
            body_html = case when $2 = 'removed' then '' else body_html end where id = $1"
}
query! {
    struct PublishHeld { id: MessageId => SqlUuid, body: String => Text, html: String => Text, state: String => Text, now: DateTime<Utc> => Timestamptz }
    "select chat_publish_held($1, $2, $3, $4, $5) as seq"
}

/// Changes the state of a held message; a removed one loses its text.
///
/// # Errors
/// When the database fails.
pub async fn set_held(tx: &mut Tx, id: MessageId, state: &str) -> Result<(), Problem> {
    SetHeld { id, state: state.to_owned() }.execute(&mut **tx).await?;
    Ok(())
}

/// Lets a held message into its room; answers its number. Locks the room: last in a transaction.
///
/// # Errors
/// When the database fails.
pub async fn publish_held(tx: &mut Tx, id: MessageId, body: String, html: String, state: &str) -> Result<i64, Problem> {
    let now = tx.now();
    let row: Taken = PublishHeld { id, body, html, state: state.to_owned(), now }.get_result(&mut **tx).await?;
    Ok(row.seq)
}

/// An own message that waits.
#[derive(QueryableByName, Clone, Debug)]
pub struct HeldRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: MessageId,
    #[diesel(sql_type = SqlUuid)]
    pub client_id: Uuid,
    #[diesel(sql_type = Text)]
    pub body: String,
    #[diesel(sql_type = Text)]
    pub body_html: String,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub reply_to: Option<Uuid>,
}

query! {
    struct ListHeld { room: RoomId => SqlUuid, author: AccountId => SqlUuid }
    "select id, client_id, body, body_html, state, created_at, reply_to from held_messages
     where room_id = $1 and author_id = $2 and may_read(state, author_id, $2) order by created_at desc limit 20"
}

/// The author's own messages of a room that wait for a person: the newest twenty, a number that the site counts on
/// (`HELD_LISTED`).
///
/// # Errors
/// When the database fails.
pub async fn list_held(conn: &mut Conn, room: RoomId, author: AccountId) -> Result<Vec<HeldRow>, Problem> {
    Ok(ListHeld { room, author }.load(conn).await?)
}

query! {
    struct DropHeld { id: MessageId => SqlUuid, author: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update held_messages set state = 'removed', body_html = '', body = case when is_kept_for_case('message', id, $3) then body else '' end
     where id = $1 and author_id = $2"
}

/// Its author takes a held message back. Its words stay for a case about it, as those of other texts do.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_held(tx: &mut Tx, id: MessageId, author: AccountId) -> Result<(), Problem> {
    let now = tx.now();
    DropHeld { id, author, now }.execute(&mut **tx).await?;
    Ok(())
}

/// A message beside another.
#[derive(QueryableByName)]
struct NeighbourRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    author_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    name: Option<String>,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    is_it: bool,
}

query! {
    struct Around { id: MessageId => SqlUuid }
    "with it as (
       select m.id, m.room_id, m.seq - 8 as first, m.seq as at, m.seq + 6 as last, null::uuid as author_id, null as body, null::timestamptz as created_at
         from messages m where m.id = $1
       union all
       select h.id, h.room_id, p.seq - 7, p.seq, p.seq + 6, h.author_id, h.body, h.created_at
         from held_messages h cross join lateral (
           select coalesce((select m.seq from messages m where m.room_id = h.room_id and m.created_at <= h.created_at
                            order by m.seq desc limit 1), 0) as seq) p
        where h.id = $1 and h.state <> 'published')
     select x.author_id, a.pseudonym as name, x.body, x.created_at, x.is_it from (
       select m.author_id, m.body, m.created_at, m.id = it.id as is_it, m.seq as at
         from it join messages m on m.room_id = it.room_id and m.seq between it.first and it.last
        where m.id = it.id or may_read(m.state, null, null)
       union all
       select it.author_id, it.body, it.created_at, true, it.at from it where it.body is not null) x
     left join accounts a on a.id = x.author_id order by x.at, x.is_it"
}

/// The messages around one in its room, as everybody there sees them. One that is held has no number: it stands where it
/// was written.
pub async fn around(conn: &mut Conn, id: MessageId) -> Result<Vec<Neighbour>, Problem> {
    let rows: Vec<NeighbourRow> = Around { id }.load(conn).await?;
    let near = |row: NeighbourRow| Neighbour {
        author: row.author_id,
        name: row.name,
        body: row.body,
        created_at: row.created_at,
        is_it: row.is_it,
    };
    Ok(rows.into_iter().map(near).collect())
}
