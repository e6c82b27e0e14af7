//! What a room's reader may read of it, page by page.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::http::Problem;
use crate::infra::db::Conn;
use crate::infra::ids::{AccountId, MessageId, RoomId};
use crate::query;

/// A message of the history that its reader may see.
#[derive(QueryableByName, Clone, Debug)]
pub struct MessageRow {
    #[diesel(sql_type = SqlUuid)]
    pub id: MessageId,
    #[diesel(sql_type = BigInt)]
    pub seq: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub author_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub author_name: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub author_role: Option<String>,
    #[diesel(sql_type = Text)]
    pub body: String,
    #[diesel(sql_type = Text)]
    pub body_html: String,
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Integer)]
    pub revision: i32,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub edited_at: Option<DateTime<Utc>>,
    /// The reader's own nods.
    #[diesel(sql_type = Nullable<Array<Text>>)]
    pub nods_by_reader: Option<Vec<String>>,
    /// Nods at it, for its author only.
    #[diesel(sql_type = BigInt)]
    pub know_it: i64,
    #[diesel(sql_type = BigInt)]
    pub thanks: i64,
    /// The message that it answers, if the reader may read that one.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub quote_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    pub quote_author: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub quote_html: Option<String>,
}

query! {
    struct Before { room: RoomId => SqlUuid, reader: AccountId => SqlUuid, floor: i64 => BigInt, edge: i64 => BigInt, limit: i64 => BigInt }
    "select m.id, m.seq, a.id as author_id, a.pseudonym as author_name, shown_role(a.id) as author_role, m.body, m.body_html,
            m.state, m.revision, m.created_at, m.edited_at,
            (select array_agg(x.kind order by x.kind) from message_reactions x where x.message_id = m.id and x.account_id = $2) as nods_by_reader,
            (select count(*) from message_reactions x where x.message_id = m.id and x.kind = 'know_it' and m.author_id = $2) as know_it,
            (select count(*) from message_reactions x where x.message_id = m.id and x.kind = 'thanks' and m.author_id = $2) as thanks,
            q.id as quote_id, q.author_name as quote_author, q.body_html as quote_html
     from messages m left join accounts a on a.id = m.author_id and a.erased_at is null
     left join lateral (
       select x.id, w.pseudonym as author_name, x.body_html from messages x left join accounts w on w.id = x.author_id and w.erased_at is null
       where x.id = m.reply_to and x.seq > $3 and may_read(x.state, x.author_id, $2)) q on true
     where m.room_id = $1 and m.seq < $4 and m.seq > $3 and may_read(m.state, m.author_id, $2)
     order by m.seq desc limit $5"
}
query! {
    struct After { room: RoomId => SqlUuid, reader: AccountId => SqlUuid, floor: i64 => BigInt, edge: i64 => BigInt, limit: i64 => BigInt }
    "select m.id, m.seq, a.id as author_id, a.pseudonym as author_name, shown_role(a.id) as author_role, m.body, m.body_html,
            m.state, m.revision, m.created_at, m.edited_at,
            (select array_agg(x.kind order by x.kind) from message_reactions x where x.message_id = m.id and x.account_id = $2) as nods_by_reader,
            (select count(*) from message_reactions x where x.message_id = m.id and x.kind = 'know_it' and m.author_id = $2) as know_it,
            (select count(*) from message_reactions x where x.message_id = m.id and x.kind = 'thanks' and m.author_id = $2) as thanks,
            q.id as quote_id, q.author_name as quote_author, q.body_html as quote_html
     from messages m left join accounts a on a.id = m.author_id and a.erased_at is null
     left join lateral (
       select x.id, w.pseudonym as author_name, x.body_html from messages x left join accounts w on w.id = x.author_id and w.erased_at is null
       where x.id = m.reply_to and x.seq > $3 and may_read(x.state, x.author_id, $2)) q on true
     where m.room_id = $1 and m.seq > $4 and m.seq > $3 and may_read(m.state, m.author_id, $2)
     order by m.seq limit $5"
}

/// Where a page of history begins.
#[derive(Clone, Copy, Debug)]
pub enum Edge {
    /// The newest messages below this number.
    Before(i64),
    /// The oldest messages above this number.
    After(i64),
}

/// A page of history for `reader`, ascending. What may not be seen is left out by the query, so it never shortens a page.
///
/// # Errors
/// When the database fails.
pub async fn history(
    conn: &mut Conn,
    room: RoomId,
    reader: AccountId,
    floor: i64,
    edge: Edge,
    limit: i64,
) -> Result<Vec<MessageRow>, Problem> {
    match edge {
        Edge::Before(edge) => {
            let mut rows: Vec<MessageRow> = Before { room, reader, floor, edge, limit }.load(conn).await?;
            rows.reverse();
            Ok(rows)
        }
        Edge::After(edge) => Ok(After { room, reader, floor, edge, limit }.load(conn).await?),
    }
}
