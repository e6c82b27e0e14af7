//! Threads as readers see them.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::discussion::AuthorRow;
use crate::forum::views::ThreadView;
use crate::http::{Page, PageQuery, Problem};
use crate::infra::db::Conn;
use crate::infra::ids::{AccountId, BoardId, ThreadId};
use crate::query;

/// Columns of a thread as readers see it, from `threads t`, `boards b` and the author's account `a`.
macro_rules! thread_columns {
    () => {
        "t.id, t.title, t.body, t.body_html, t.reply_wish, t.content_note, t.state, t.revision, t.version, t.reply_count, t.last_reply_at,
         t.created_at, t.edited_at, t.locked_at is not null as locked, b.slug as board, b.title as board_title, b.members_only,
         a.id as author_id, a.pseudonym as author_name, shown_role(a.id) as author_role"
    };
}

query! {
    /// Threads of a board that the reader may read, newest activity first.
    struct ThreadsOf {
        board: BoardId => SqlUuid, reader: Option<AccountId> => Nullable<SqlUuid>, before: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        before_id: Option<Uuid> => Nullable<SqlUuid>, fetch: i64 => BigInt,
    }
    concat!("select ", thread_columns!(), " from (
       (select t.* from threads t
        where t.board_id = $1 and t.state in ('live', 'redacted') and ($3 is null or (t.last_reply_at, t.id) < ($3, $4))
        order by t.last_reply_at desc, t.id desc limit $5)
       union all
       (select t.* from threads t
        where $2 is not null and t.board_id = $1 and t.author_id = $2 and t.state not in ('live', 'redacted')
          and may_read(t.state, t.author_id, $2) and ($3 is null or (t.last_reply_at, t.id) < ($3, $4))
        order by t.last_reply_at desc, t.id desc limit $5)
     ) t join boards b on b.id = t.board_id left join accounts a on a.id = t.author_id
     order by t.last_reply_at desc, t.id desc limit $5")
}
query! {
    /// One thread where the reader may read it.
    struct OneThread { id: Uuid => SqlUuid, reader: Option<AccountId> => Nullable<SqlUuid> }
    concat!("select ", thread_columns!(), " from threads t join boards b on b.id = t.board_id left join accounts a on a.id = t.author_id
     where t.id = $1 and may_read(t.state, t.author_id, $2) and ($2 is not null or not b.members_only)")
}

#[derive(QueryableByName)]
struct ThreadRow {
    #[diesel(sql_type = SqlUuid)]
    id: ThreadId,
    #[diesel(sql_type = Text)]
    board: String,
    #[diesel(sql_type = Text)]
    board_title: String,
    #[diesel(sql_type = Bool)]
    members_only: bool,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Text)]
    body_html: String,
    #[diesel(sql_type = Nullable<Text>)]
    reply_wish: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    content_note: Option<String>,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    revision: i32,
    #[diesel(sql_type = BigInt)]
    version: i64,
    #[diesel(sql_type = Integer)]
    reply_count: i32,
    #[diesel(sql_type = Timestamptz)]
    last_reply_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    locked: bool,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    edited_at: Option<DateTime<Utc>>,
    #[diesel(embed)]
    author: AuthorRow,
}

impl ThreadRow {
    fn view(self, reader: Option<AccountId>) -> ThreadView {
        let own = reader.is_some() && self.author.author_id == reader;
        ThreadView {
            url: format!("/forum/t/{}", self.id),
            id: self.id,
            board: self.board,
            board_title: self.board_title,
            members_only: self.members_only,
            title: self.title,
            author: self.author.view(),
            body_html: self.body_html,
            body: own.then_some(self.body),
            reply_wish: self.reply_wish,
            content_note: self.content_note,
            state: self.state,
            revision: self.revision,
            version: self.version,
            reply_count: self.reply_count,
            last_reply_at: self.last_reply_at,
            locked: self.locked,
            created_at: self.created_at,
            edited_at: self.edited_at,
            advice: Vec::new(),
        }
    }
}

/// A page of a board's threads, newest activity first.
pub(in crate::forum) async fn list_threads(
    conn: &mut Conn,
    board: BoardId,
    reader: Option<AccountId>,
    query: &PageQuery,
) -> Result<Page<ThreadView>, Problem> {
    let after = query.after::<(DateTime<Utc>, Uuid)>()?;
    let (before, before_id) = after.unzip();
    let rows: Vec<ThreadRow> = ThreadsOf { board, reader, before, before_id, fetch: query.fetch() }.load(conn).await?;
    let items = rows.into_iter().map(|row| row.view(reader)).collect();
    Ok(Page::from_rows(items, query, |thread: &ThreadView| (thread.last_reply_at, thread.id)))
}

/// A thread, if `reader` may read it.
pub(in crate::forum) async fn get_thread(
    conn: &mut Conn,
    id: Uuid,
    reader: Option<AccountId>,
) -> Result<ThreadView, Problem> {
    let row: ThreadRow = OneThread { id, reader }.get_result(conn).await?;
    Ok(row.view(reader))
}
