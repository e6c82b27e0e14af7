//! The tables of chat.

pub mod calls;
mod history;
pub mod messages;
pub mod notes;
pub mod reactions;

pub use history::{Edge, MessageRow, history};

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use uuid::Uuid;

use super::actions::NewRoom;
use super::frames::{Author, Entry};
use crate::access::session::none_if_missing;
use crate::community::hours::OpeningFacts;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx, broken_constraint};
use crate::infra::ids::{self, AccountId, RoomId};
use crate::query;

/// A room as it stands.
#[derive(QueryableByName, Clone, Debug)]
pub struct RoomRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: RoomId,
    #[diesel(sql_type = Text)]
    pub slug: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub description: String,
    #[diesel(sql_type = Bool)]
    pub always_open: bool,
    #[diesel(sql_type = Jsonb)]
    pub hours: Value,
    #[diesel(sql_type = Text)]
    pub history: String,
    #[diesel(sql_type = Integer)]
    pub slow_mode_s: i32,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub opened_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub closed_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Integer)]
    pub position: i32,
    #[diesel(sql_type = BigInt)]
    pub last_seq: i64,
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    #[diesel(sql_type = Text)]
    pub time_zone: String,
}

impl RoomRow {
    /// What decides whether it is open. Hours that cannot be read count as none.
    #[must_use]
    pub fn opening_facts(&self) -> OpeningFacts {
        OpeningFacts {
            always_open: self.always_open,
            hours: serde_json::from_value(self.hours.clone()).unwrap_or_default(),
            opened_until: self.opened_until,
            closed_until: self.closed_until,
            time_zone: self.time_zone.parse().unwrap_or(chrono_tz::Europe::Copenhagen),
        }
    }
}

query! {
    struct Rooms { ids: Option<Vec<Uuid>> => Nullable<Array<SqlUuid>> }
    "select r.id, r.slug, r.name, r.description, r.always_open, r.hours, r.history, r.slow_mode_s, r.opened_until, r.closed_until,
            r.position, r.last_seq, r.version, coalesce((select c.settings->>'time_zone' from community c), 'Europe/Copenhagen') as time_zone
     from rooms r where $1 is null or r.id = any($1) order by r.position, r.name, r.id"
}

/// Rooms by id, or all of them, in the order in which they are shown.
///
/// # Errors
/// When the database fails.
pub async fn list_rooms(conn: &mut Conn, ids: Option<Vec<Uuid>>) -> Result<Vec<RoomRow>, Problem> {
    Ok(Rooms { ids }.load(conn).await?)
}

query! {
    struct IdOfRoom { name: String => Text }
    "select id from rooms where slug = $1 or id::text = lower($1)"
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The room with this slug or id.
///
/// # Errors
/// 404.
pub async fn get_room(conn: &mut Conn, slug_or_id: &str) -> Result<RoomRow, Problem> {
    let row: IdRow = IdOfRoom { name: slug_or_id.to_owned() }.get_result(conn).await?;
    list_rooms(conn, Some(vec![row.id])).await?.pop().ok_or(Problem::NotFound)
}

query! {
    struct LockRoom { id: Uuid => SqlUuid }
    "select id from rooms where id = $1 for no key update"
}

/// The room with this slug or id, locked.
///
/// # Errors
/// 404.
pub async fn lock_room(tx: &mut Tx, slug_or_id: &str) -> Result<RoomRow, Problem> {
    let row: IdRow = IdOfRoom { name: slug_or_id.to_owned() }.get_result(&mut **tx).await?;
    hold_room(tx, RoomId(row.id)).await?;
    list_rooms(tx, Some(vec![row.id])).await?.pop().ok_or(Problem::NotFound)
}

/// Locks a room until the transaction ends: nothing takes a number in it meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn hold_room(tx: &mut Tx, room: RoomId) -> Result<(), Problem> {
    LockRoom { id: room.0 }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct UpdateRoom {
        id: RoomId => SqlUuid, name: String => Text, description: String => Text, always_open: bool => Bool, hours: Value => Jsonb,
        history: String => Text, slow_mode_s: i32 => Integer, opened_until: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        closed_until: Option<DateTime<Utc>> => Nullable<Timestamptz>, position: i32 => Integer,
    }
    "update rooms set name = $2, description = $3, always_open = $4, hours = $5, history = $6, slow_mode_s = $7, opened_until = $8,
            closed_until = $9, position = $10, version = version + 1 where id = $1"
}

/// Writes the facts of a room.
///
/// # Errors
/// When the database fails.
pub async fn update_room(tx: &mut Tx, room: RoomRow) -> Result<(), Problem> {
    let RoomRow {
        id,
        name,
        description,
        always_open,
        hours,
        history,
        slow_mode_s,
        opened_until,
        closed_until,
        position,
        ..
    } = room;
    UpdateRoom {
        id,
        name,
        description,
        always_open,
        hours,
        history,
        slow_mode_s,
        opened_until,
        closed_until,
        position,
    }
    .execute(&mut **tx)
    .await?;
    Ok(())
}

query! {
    struct InsertRoom {
        id: RoomId => SqlUuid, slug: String => Text, name: String => Text, description: String => Text, always_open: bool => Bool,
        hours: Value => Jsonb, history: String => Text, slow_mode_s: i32 => Integer, position: i32 => Integer, now: DateTime<Utc> => Timestamptz,
    }
    "insert into rooms (id, slug, name, description, always_open, hours, history, slow_mode_s, position, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
}

/// Makes a room.
///
/// # Errors
/// 422 when the slug is taken.
pub async fn insert_room(tx: &mut Tx, new: NewRoom) -> Result<RoomId, Problem> {
    let id = RoomId(ids::ordered());
    let now = tx.now();
    let NewRoom { slug, name, furnishing, slow_mode_s } = new;
    InsertRoom {
        id,
        slug,
        name,
        description: furnishing.description.unwrap_or_default(),
        always_open: furnishing.always_open.unwrap_or(false),
        hours: json!(furnishing.hours.unwrap_or_default()),
        history: furnishing.history.unwrap_or_else(|| "whole".to_owned()),
        slow_mode_s,
        position: furnishing.position.unwrap_or(0),
        now,
    }
    .execute(&mut **tx)
    .await
    .map_err(|error| match broken_constraint(&error) {
        Some("rooms_slug_key") => Problem::field("slug", "taken"),
        _ => error.into(),
    })?;
    Ok(id)
}

query! {
    struct MayHost { room: RoomId => SqlUuid, person: AccountId => SqlUuid }
    "select may_host($1, $2) as yes"
}

/// Whether this person runs the room.
///
/// # Errors
/// When the database fails.
pub async fn may_host(conn: &mut Conn, room: RoomId, person: AccountId) -> Result<bool, Problem> {
    let row: messages::Yes = MayHost { room, person }.get_result(conn).await?;
    Ok(row.yes)
}

query! {
    struct AllHosts { room: RoomId => SqlUuid }
    "select distinct r.account_id as id from account_roles r where may_host($1, r.account_id)"
}

/// Everybody who runs the room: its hosts, moderators and coordinators.
///
/// # Errors
/// When the database fails.
pub async fn list_all_hosts(conn: &mut Conn, room: RoomId) -> Result<Vec<Uuid>, Problem> {
    let rows: Vec<IdRow> = AllHosts { room }.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

query! {
    struct DropHosts { room: RoomId => SqlUuid }
    "delete from room_hosts where room_id = $1"
}
query! {
    struct AddHosts { room: RoomId => SqlUuid, hosts: Vec<AccountId> => Array<SqlUuid> }
    "insert into room_hosts (room_id, account_id)
     select $1, a.id from accounts a where a.id = any($2) and a.erased_at is null
       and exists (select from account_roles r where r.account_id = a.id)"
}

/// Sets the hosts of a room; each must hold a role beside participant.
///
/// # Errors
/// 422 for one who does not.
pub async fn set_hosts(tx: &mut Tx, room: RoomId, mut hosts: Vec<AccountId>) -> Result<(), Problem> {
    hosts.sort_unstable();
    hosts.dedup();
    let wanted = hosts.len();
    DropHosts { room }.execute(&mut **tx).await?;
    let added = AddHosts { room, hosts }.execute(&mut **tx).await?;
    if added < wanted {
        return Err(Problem::field("hosts", "not_found"));
    }
    Ok(())
}

/// A host of a room.
#[derive(QueryableByName, Clone, Debug)]
pub struct HostRow {
    #[diesel(sql_type = SqlUuid)]
    pub room_id: RoomId,
    #[diesel(sql_type = SqlUuid)]
    pub account_id: AccountId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub role: String,
}

query! {
    struct Hosts { rooms: Vec<RoomId> => Array<SqlUuid> }
    "select h.room_id, h.account_id, a.pseudonym as name, shown_role(a.id) as role
     from room_hosts h join accounts a on a.id = h.account_id
     where h.room_id = any($1) and a.erased_at is null order by a.pseudonym"
}

/// Hosts of these rooms.
///
/// # Errors
/// When the database fails.
pub async fn list_hosts(conn: &mut Conn, rooms: Vec<RoomId>) -> Result<Vec<HostRow>, Problem> {
    Ok(Hosts { rooms }.load(conn).await?)
}

/// How far a person has come in a room.
#[derive(QueryableByName, Clone, Copy, Debug)]
pub struct EntryRow {
    #[diesel(sql_type = SqlUuid)]
    pub room_id: RoomId,
    #[diesel(sql_type = BigInt)]
    pub entered_seq: i64,
    #[diesel(sql_type = BigInt)]
    pub read_seq: i64,
    #[diesel(sql_type = Bool)]
    pub has_accepted: bool,
}

query! {
    struct Entries { account: AccountId => SqlUuid, rooms: Vec<RoomId> => Array<SqlUuid> }
    "select room_id, entered_seq, read_seq, rules_accepted_at is not null as has_accepted
     from room_entries where account_id = $1 and room_id = any($2)"
}

/// The person's own marks in these rooms.
///
/// # Errors
/// When the database fails.
pub async fn list_entries(conn: &mut Conn, account: AccountId, rooms: Vec<RoomId>) -> Result<Vec<EntryRow>, Problem> {
    Ok(Entries { account, rooms }.load(conn).await?)
}

query! {
    struct Enter { room: RoomId => SqlUuid, account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz, accepts: bool => Bool }
    "insert into room_entries (room_id, account_id, entered_at, entered_seq, rules_accepted_at)
     select r.id, $2, $3, r.last_seq, case when $4 then $3 end from rooms r where r.id = $1
     on conflict (room_id, account_id) do update set rules_accepted_at = coalesce(room_entries.rules_accepted_at, excluded.rules_accepted_at)
     returning room_id, entered_seq, read_seq, rules_accepted_at is not null as has_accepted"
}

/// Notes the first entry of a person to a room, and that the ground rules were accepted, if they were now.
///
/// # Errors
/// 404 without such a room.
pub async fn enter(
    conn: &mut Conn,
    room: RoomId,
    account: AccountId,
    now: DateTime<Utc>,
    accepts: bool,
) -> Result<EntryRow, Problem> {
    Ok(Enter { room, account, now, accepts }.get_result(conn).await?)
}

query! {
    struct MarkRead { room: RoomId => SqlUuid, account: AccountId => SqlUuid, seq: i64 => BigInt, now: DateTime<Utc> => Timestamptz }
    "insert into room_entries (room_id, account_id, entered_at, entered_seq, read_seq)
     select r.id, $2, $4, r.last_seq, $3 from rooms r where r.id = $1 and $3 <= r.last_seq
     on conflict (room_id, account_id) do update set read_seq = greatest(room_entries.read_seq, excluded.read_seq)
     returning room_id as id"
}

/// Moves the person's own read mark forward, never back. False: no such room, or beyond its newest number.
///
/// # Errors
/// When the database fails.
pub async fn mark_read(
    conn: &mut Conn,
    room: RoomId,
    account: AccountId,
    seq: i64,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let row: Option<IdRow> =
        MarkRead { room, account, seq, now }.get_result(conn).await.map_or_else(none_if_missing, |r| Ok(Some(r)))?;
    Ok(row.is_some_and(|row| row.id == room.0))
}

#[derive(QueryableByName)]
struct NewestRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    last_seq: i64,
}

query! {
    struct Newest { rooms: Vec<Uuid> => Array<SqlUuid> }
    "select id, last_seq from rooms where id = any($1)"
}

/// Newest number of each of these rooms.
///
/// # Errors
/// When the database fails.
pub async fn newest(conn: &mut Conn, rooms: Vec<Uuid>) -> Result<Vec<(Uuid, i64)>, Problem> {
    let rows: Vec<NewestRow> = Newest { rooms }.load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.last_seq)).collect())
}

#[derive(QueryableByName)]
struct EventRow {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = BigInt)]
    item_seq: i64,
    #[diesel(sql_type = SqlUuid)]
    client_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    reply_to: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    author_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    author_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    author_role: Option<String>,
    #[diesel(sql_type = Text)]
    body_html: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Bool)]
    is_public: bool,
    #[diesel(sql_type = Bool)]
    author_reads: bool,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    edited_at: Option<DateTime<Utc>>,
}

query! {
    struct Events { room: Uuid => SqlUuid, after: i64 => BigInt, limit: i64 => BigInt }
    "select x.seq, x.kind, m.id, m.seq as item_seq, m.client_id, m.reply_to, a.id as author_id, a.pseudonym as author_name, shown_role(a.id) as author_role,
            m.body_html, m.state, may_read(m.state, m.author_id, null) as is_public,
            coalesce(may_read(m.state, m.author_id, m.author_id), false) as author_reads, m.created_at, m.edited_at
     from (
       (select seq, 'message' as kind, id from messages where room_id = $1 and seq > $2 order by seq limit $3)
       union all
       (select seq, kind, message_id from room_events where room_id = $1 and seq > $2 order by seq limit $3)
       order by seq limit $3
     ) x
     join messages m on m.id = x.id
     left join accounts a on a.id = m.author_id and a.erased_at is null
     order by x.seq"
}

impl EventRow {
    fn into_entry(self, room: Uuid) -> Entry {
        let author = match (self.author_id, self.author_name, self.author_role) {
            (Some(id), Some(name), Some(role)) => Some(Author { id, name, role }),
            _ => None,
        };
        let kind = match self.kind.as_str() {
            "edited" => "edited",
            "redacted" => "redacted",
            "restored" => "restored",
            _ => "message",
        };
        Entry {
            room,
            seq: self.seq,
            kind,
            id: self.id,
            item_seq: self.item_seq,
            client_id: self.client_id,
            reply_to: self.reply_to,
            author,
            body_html: self.body_html,
            state: self.state,
            is_public: self.is_public,
            author_reads: self.author_reads,
            created_at: self.created_at,
            edited_at: self.edited_at,
        }
    }
}

/// At most `limit` entries of a room above `after`, ascending, in today's states.
///
/// # Errors
/// When the database fails.
pub async fn entries(conn: &mut Conn, room: Uuid, after: i64, limit: i64) -> Result<Vec<Entry>, Problem> {
    let rows: Vec<EventRow> = Events { room, after, limit }.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.into_entry(room)).collect())
}

query! {
    /// A batch for the function `chat_ingest`.
    pub struct Ingest {
        ids: Vec<Uuid> => Array<SqlUuid>, rooms: Vec<Uuid> => Array<SqlUuid>, clients: Vec<Uuid> => Array<SqlUuid>,
        authors: Vec<AccountId> => Array<SqlUuid>, bodies: Vec<String> => Array<Text>, htmls: Vec<String> => Array<Text>,
        open: Vec<bool> => Array<Bool>, versions: Vec<i64> => Array<BigInt>, now: DateTime<Utc> => Timestamptz, lock_ms: i32 => Integer,
        replies: Vec<Option<Uuid>> => Array<Nullable<SqlUuid>>,
    }
    "select o_ord, o_status, o_seq, o_id, o_at, o_name, o_role, o_wait, o_reply from chat_ingest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
}

/// What became of one message of a batch.
#[derive(QueryableByName, Debug)]
pub struct Written {
    /// Its place in the batch, from 1.
    #[diesel(sql_type = Integer, column_name = "o_ord")]
    pub ord: i32,
    #[diesel(sql_type = Text, column_name = "o_status")]
    pub status: String,
    #[diesel(sql_type = Nullable<BigInt>, column_name = "o_seq")]
    pub seq: Option<i64>,
    #[diesel(sql_type = Nullable<SqlUuid>, column_name = "o_id")]
    pub id: Option<Uuid>,
    #[diesel(sql_type = Timestamptz, column_name = "o_at")]
    pub at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>, column_name = "o_name")]
    pub name: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "o_role")]
    pub role: Option<String>,
    /// Seconds until the author may write again in a slow room.
    #[diesel(sql_type = Nullable<Integer>, column_name = "o_wait")]
    pub wait: Option<i32>,
    /// The message that it answers, if that can be read.
    #[diesel(sql_type = Nullable<SqlUuid>, column_name = "o_reply")]
    pub reply: Option<Uuid>,
}

/// Writes a batch and commits it.
///
/// # Errors
/// When the database fails or a room stays locked; then nothing was written.
pub async fn ingest(conn: &mut Conn, batch: Ingest) -> Result<Vec<Written>, Problem> {
    Ok(batch.load(conn).await?)
}
