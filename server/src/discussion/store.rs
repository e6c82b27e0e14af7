//! Queries over replies and comments: reading them, storing new ones, counting.

pub mod around;
mod changes;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::author::AuthorRow;
use super::root::{Root, RootKind};
use super::views::{GoneItem, ReplyItem, TextItem};
use crate::access::session::none_if_missing;
use crate::http::{Page, PageQuery, Problem};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::query;

pub(super) use changes::{
    OwnRow, TargetRow, drop_revisions, earlier_body, edit, lock_own, place_held, set_state, set_text, target,
};

query! {
    /// A root and the text that is to be answered, in one look.
    struct FindRoot { kind: String => Text, root: Uuid => SqlUuid, reader: AccountId => SqlUuid, parent: Option<Uuid> => Nullable<SqlUuid> }
    "select x.author_id as author, x.state in ('live', 'redacted') as is_public, x.locked, may_read_root($1, $2, $3) as readable,
            p.author_id as parent_author, p.depth as parent_depth
     from (select t.author_id, t.state, t.locked_at is not null as locked from threads t where $1 = 'thread' and t.id = $2
           union all
           select b.author_id, b.state, false from posts b where $1 = 'post' and b.id = $2) x
     left join replies p on p.id = $4 and p.root_id = $2 and p.path is not null and p.state in ('live', 'redacted')"
}

/// What [`super::gate::Answerable`] decides by.
#[derive(QueryableByName)]
pub(super) struct RootFacts {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(super) author: Option<AccountId>,
    #[diesel(sql_type = Bool)]
    pub(super) is_public: bool,
    #[diesel(sql_type = Bool)]
    pub(super) locked: bool,
    #[diesel(sql_type = Bool)]
    pub(super) readable: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(super) parent_author: Option<AccountId>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub(super) parent_depth: Option<i32>,
}

/// A root as `reader` finds it.
pub(super) async fn root_facts(
    conn: &mut Conn,
    root: Root,
    reader: AccountId,
    parent: Option<Uuid>,
) -> Result<Option<RootFacts>, Problem> {
    let kind = root.kind.code().to_owned();
    FindRoot { kind, root: root.id, reader, parent }
        .get_result(conn)
        .await
        .map_or_else(none_if_missing, |f| Ok(Some(f)))
}

query! {
    /// Takes a place and stores the text there.
    struct InsertPlaced {
        id: Uuid => SqlUuid, kind: String => Text, root: Uuid => SqlUuid, parent: Option<Uuid> => Nullable<SqlUuid>,
        author: AccountId => SqlUuid, body: String => Text, html: String => Text, now: DateTime<Utc> => Timestamptz,
    }
    "with place as materialized (select * from place_reply($2, $3, $4, $8)),
     stored as (
       insert into replies (id, root_kind, root_id, parent_id, number, path, depth, author_id, body, body_html, state, created_at, state_changed_at)
       select $1, $2, $3, $4, new_number, new_path, new_depth, $5, $6, $7, 'live', $8, $8 from place returning id)
     select new_path as path, new_depth as depth, new_version as version from place, stored"
}
query! {
    /// Stores a text that waits for a person: without number and path.
    struct InsertHeld {
        id: Uuid => SqlUuid, kind: String => Text, root: Uuid => SqlUuid, parent: Option<Uuid> => Nullable<SqlUuid>, depth: i32 => Integer,
        author: AccountId => SqlUuid, body: String => Text, html: String => Text, now: DateTime<Utc> => Timestamptz,
    }
    "insert into replies (id, root_kind, root_id, parent_id, depth, author_id, body, body_html, state, created_at, state_changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'hidden_pending', $9, $9)"
}
/// Where a text came to stand.
#[derive(QueryableByName)]
pub(super) struct Placed {
    #[diesel(sql_type = Text)]
    pub(super) path: String,
    #[diesel(sql_type = Integer)]
    pub(super) depth: i32,
    #[diesel(sql_type = BigInt)]
    pub(super) version: i64,
}

/// A text to store.
pub(super) struct NewRow<'t> {
    pub(super) id: Uuid,
    pub(super) root: Root,
    pub(super) parent: Option<Uuid>,
    pub(super) author: AccountId,
    pub(super) body: &'t str,
    pub(super) html: &'t str,
}

/// Stores a published text; the root's row is locked from here to the commit.
pub(super) async fn insert_placed(tx: &mut Tx, row: &NewRow<'_>) -> Result<Placed, Problem> {
    let now = tx.now();
    let kind = row.root.kind.code().to_owned();
    let (body, html) = (row.body.to_owned(), row.html.to_owned());
    let insert =
        InsertPlaced { id: row.id, kind, root: row.root.id, parent: row.parent, author: row.author, body, html, now };
    Ok(insert.get_result(&mut **tx).await?)
}

/// Stores a held text.
pub(super) async fn insert_held(tx: &mut Tx, row: &NewRow<'_>, depth: i32) -> Result<(), Problem> {
    let now = tx.now();
    let kind = row.root.kind.code().to_owned();
    let (body, html) = (row.body.to_owned(), row.html.to_owned());
    let insert = InsertHeld {
        id: row.id,
        kind,
        root: row.root.id,
        parent: row.parent,
        depth,
        author: row.author,
        body,
        html,
        now,
    };
    insert.execute(&mut **tx).await?;
    Ok(())
}

/// As `shown_role(a.id)`; written out, because a function with a query in it is not inlined and costs more than the row.
macro_rules! shown_role {
    () => {
        "coalesce((select ro.role from account_roles ro where ro.account_id = a.id
                   order by array_position(array['coordinator', 'moderator', 'peer_supporter'], ro.role) limit 1), 'participant')"
    };
}

query! {
    /// Texts of a root after a place, in its order: what the reader may read, places of gone ones with readable texts below,
    /// and last the reader's own held ones.
    struct PageOf { root: Uuid => SqlUuid, reader: Option<AccountId> => Nullable<SqlUuid>, after: String => Text, fetch: i64 => BigInt }
    concat!("select x.*, a.id as author_id, a.pseudonym as author_name, ", shown_role!(), " as author_role from (
       (select r.id, r.parent_id, r.path, r.depth, r.state, r.revision, r.created_at, r.edited_at, r.body, r.body_html, r.author_id as writer,
               may_read(r.state, r.author_id, $2) as readable, r.path as place
        from replies r
        where r.root_id = $1 and r.path > $3 collate \"C\" and (may_read(r.state, r.author_id, $2)
          or exists (select 1 from replies d where d.root_id = $1 and d.path > r.path and d.path < r.path || '~' and may_read(d.state, d.author_id, $2))
          or (r.depth >= 199 and exists (select 1 from replies d where d.parent_id = r.id and may_read(d.state, d.author_id, $2))))
        order by r.path limit $4)
       union all
       (select r.id, r.parent_id, r.path, r.depth, r.state, r.revision, r.created_at, r.edited_at, r.body, r.body_html, r.author_id,
               true, ('~' || r.id::text) collate \"C\"
        from replies r
        where $2 is not null and r.root_id = $1 and r.path is null and r.author_id = $2 and may_read(r.state, r.author_id, $2)
          and ('~' || r.id::text) collate \"C\" > $3 collate \"C\"
        order by r.id limit $4)
     ) x left join accounts a on x.readable and a.id = x.writer
     order by x.place collate \"C\" limit $4")
}
query! {
    /// One text where its reader may read it and its root.
    struct OneOf { id: Uuid => SqlUuid, kind: String => Text, reader: Option<AccountId> => Nullable<SqlUuid> }
    "select r.id, r.parent_id, r.path, r.depth, r.state, r.revision, r.created_at, r.edited_at, r.body, r.body_html, true as readable,
            a.id as author_id, a.pseudonym as author_name, shown_role(a.id) as author_role
     from replies r left join accounts a on a.id = r.author_id
     where r.id = $1 and r.root_kind = $2 and may_read(r.state, r.author_id, $3) and may_read_root(r.root_kind, r.root_id, $3)"
}

#[derive(QueryableByName)]
struct ItemRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    parent_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    path: Option<String>,
    #[diesel(sql_type = Integer)]
    depth: i32,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    revision: i32,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    edited_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Text)]
    body_html: String,
    #[diesel(sql_type = Bool)]
    readable: bool,
    #[diesel(embed)]
    author: AuthorRow,
}

impl ItemRow {
    fn view(self, reader: Option<AccountId>) -> ReplyItem {
        if !self.readable {
            return ReplyItem::Gone(GoneItem {
                id: self.id,
                parent_id: self.parent_id,
                path: self.path,
                depth: self.depth,
                state: "gone".to_owned(),
            });
        }
        let own = reader.is_some() && self.author.author_id == reader;
        ReplyItem::Text(Box::new(TextItem {
            id: self.id,
            author: self.author.view(),
            body_html: self.body_html,
            body: own.then_some(self.body),
            state: self.state,
            revision: self.revision,
            created_at: self.created_at,
            edited_at: self.edited_at,
            parent_id: self.parent_id,
            path: self.path,
            depth: self.depth,
            advice: Vec::new(),
        }))
    }
}

query! {
    struct RootReadable { kind: String => Text, root: Uuid => SqlUuid, reader: Option<AccountId> => Nullable<SqlUuid> }
    "select may_read_root($1, $2, $3) as readable"
}

#[derive(QueryableByName)]
struct Readable {
    #[diesel(sql_type = Bool)]
    readable: bool,
}

query! {
    /// Version of a root's surface for each reader who may read it (null: a visitor), and a fingerprint of what the reader
    /// wrote below it: own texts also change where nobody else sees it.
    struct SeenBy { kind: String => Text, root: Uuid => SqlUuid, readers: Vec<Option<AccountId>> => Array<Nullable<SqlUuid>> }
    "select q.reader, x.version,
            (select bit_xor(hashtextextended(concat_ws(' ', r.id, r.state, r.revision, r.state_changed_at), 0))
             from replies r where r.author_id = q.reader and r.root_id = $2) as own
     from unnest($3) q (reader) cross join (
       select t.version from threads t where $1 = 'thread' and t.id = $2
       union all
       select p.surface_version from posts p where $1 = 'post' and p.id = $2) x
     where may_read_root($1, $2, q.reader)"
}

#[derive(QueryableByName)]
struct SeenRow {
    #[diesel(sql_type = Nullable<SqlUuid>)]
    reader: Option<AccountId>,
    #[diesel(embed)]
    seen: Seen,
}

/// What a reader's pages of a root depend on.
#[derive(QueryableByName, Clone, Copy)]
pub(super) struct Seen {
    /// Version of the surface.
    #[diesel(sql_type = BigInt)]
    pub(super) version: i64,
    /// Changes with every text of the reader's own below the root; none where there is none.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub(super) own: Option<i64>,
}

/// What each of these readers who may read the root would see.
pub(super) async fn seen(
    conn: &mut Conn,
    root: Root,
    readers: Vec<Option<AccountId>>,
) -> Result<HashMap<Option<AccountId>, Seen>, Problem> {
    let query = SeenBy { kind: root.kind.code().to_owned(), root: root.id, readers };
    let rows: Vec<SeenRow> = query.load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.reader, row.seen)).collect())
}

/// A page of the texts below a root, in thread order.
///
/// # Errors
/// 404 where the root may not be read, 422 on `after`; when the database fails.
pub async fn list(
    conn: &mut Conn,
    root: Root,
    reader: Option<AccountId>,
    query: &PageQuery,
) -> Result<Page<ReplyItem>, Problem> {
    let gate: Readable =
        RootReadable { kind: root.kind.code().to_owned(), root: root.id, reader }.get_result(conn).await?;
    if !gate.readable {
        return Err(Problem::NotFound);
    }
    page(conn, root, reader, query).await
}

/// A page for a reader who may read the root, which the caller has checked.
///
/// # Errors
/// 422 on `after`; when the database fails.
pub(super) async fn page(
    conn: &mut Conn,
    root: Root,
    reader: Option<AccountId>,
    query: &PageQuery,
) -> Result<Page<ReplyItem>, Problem> {
    let after = query.after::<String>()?.unwrap_or_default();
    let rows: Vec<ItemRow> = PageOf { root: root.id, reader, after, fetch: query.fetch() }.load(conn).await?;
    let items = rows.into_iter().map(|row| row.view(reader)).collect();
    Ok(Page::from_rows(items, query, ReplyItem::place))
}

/// One text as this reader may see it, and nothing where it or its root may not be read.
///
/// # Errors
/// 404; when the database fails.
pub(super) async fn visible_item(
    conn: &mut Conn,
    kind: RootKind,
    id: Uuid,
    reader: Option<AccountId>,
) -> Result<ReplyItem, Problem> {
    let row: ItemRow = OneOf { id, kind: kind.code().to_owned(), reader }.get_result(conn).await?;
    Ok(row.view(reader))
}

query! { struct Recount { kind: String => Text, root: Uuid => SqlUuid } "select recount_root($1, $2) as version" }
query! { struct Touch { kind: String => Text, root: Uuid => SqlUuid } "select touch_root($1, $2) as version" }

#[derive(QueryableByName)]
struct VersionRow {
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Counts the public texts below a root anew and answers the version of its surface.
///
/// # Errors
/// When the database fails.
pub(super) async fn recount(tx: &mut Tx, root: Root) -> Result<i64, Problem> {
    let row: VersionRow = Recount { kind: root.kind.code().to_owned(), root: root.id }.get_result(&mut **tx).await?;
    Ok(row.version)
}

/// Raises the version of a root's surface and answers it.
///
/// # Errors
/// When the database fails.
pub async fn touch(tx: &mut Tx, root: Root) -> Result<i64, Problem> {
    let row: VersionRow = Touch { kind: root.kind.code().to_owned(), root: root.id }.get_result(&mut **tx).await?;
    Ok(row.version)
}
