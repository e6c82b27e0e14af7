//! Queries that change a text: by its author, and by a decision.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Placed;
use crate::access::session::none_if_missing;
use crate::discussion::root::RootKind;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::query;

query! {
    /// An own text; `no key update` lets answers to it be stored meanwhile.
    struct LockOwn { id: Uuid => SqlUuid, kind: String => Text, author: AccountId => SqlUuid }
    "select id, root_id, body, state, revision, path is not null as placed from replies
     where id = $1 and root_kind = $2 and author_id = $3 and may_read(state, author_id, $3) and may_read_root(root_kind, root_id, $3)
     for no key update"
}

/// An own text that is about to change.
#[derive(QueryableByName)]
pub(in crate::discussion) struct OwnRow {
    #[diesel(sql_type = SqlUuid)]
    pub(in crate::discussion) id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub(in crate::discussion) root_id: Uuid,
    #[diesel(sql_type = Text)]
    pub(in crate::discussion) body: String,
    #[diesel(sql_type = Text)]
    pub(in crate::discussion) state: String,
    #[diesel(sql_type = Integer)]
    pub(in crate::discussion) revision: i32,
    #[diesel(sql_type = Bool)]
    pub(in crate::discussion) placed: bool,
}

/// Locks an own readable text.
pub(in crate::discussion) async fn lock_own(
    tx: &mut Tx,
    kind: RootKind,
    id: Uuid,
    author: AccountId,
) -> Result<Option<OwnRow>, Problem> {
    let query = LockOwn { id, kind: kind.code().to_owned(), author };
    query.get_result(&mut **tx).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

query! {
    struct KeepRevision { kind: String => Text, id: Uuid => SqlUuid }
    "insert into text_revisions (target_kind, target_id, revision, body, created_at)
     select $1, id, revision, body, coalesce(edited_at, created_at) from replies where id = $2"
}
query! {
    struct Edit { id: Uuid => SqlUuid, body: String => Text, html: String => Text, state: String => Text, now: DateTime<Utc> => Timestamptz }
    "update replies set body = $2, body_html = $3, revision = revision + 1, edited_at = $5,
            state_changed_at = case when state = $4 then state_changed_at else $5 end, state = $4 where id = $1"
}

/// Replaces the words of a text and keeps the earlier ones as a revision.
pub(in crate::discussion) async fn edit(
    tx: &mut Tx,
    kind: RootKind,
    id: Uuid,
    body: &str,
    html: &str,
    state: &str,
) -> Result<(), Problem> {
    let now = tx.now();
    KeepRevision { kind: kind.child().code().to_owned(), id }.execute(&mut **tx).await?;
    let edit = Edit { id, body: body.to_owned(), html: html.to_owned(), state: state.to_owned(), now };
    edit.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct SetState { id: Uuid => SqlUuid, state: String => Text, now: DateTime<Utc> => Timestamptz }
    "update replies set state = $2, state_changed_at = $3 where id = $1"
}

/// Changes the state of a text.
pub(in crate::discussion) async fn set_state(tx: &mut Tx, id: Uuid, state: &str) -> Result<(), Problem> {
    let now = tx.now();
    SetState { id, state: state.to_owned(), now }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct SetText { id: Uuid => SqlUuid, state: String => Text, body: String => Text, html: String => Text, now: DateTime<Utc> => Timestamptz, step: i32 => Integer }
    "update replies set state = $2, body = $3, body_html = $4, state_changed_at = $5, revision = revision + $6 where id = $1"
}

/// Changes state and words by a decision; `step` is what the revision grows by.
pub(in crate::discussion) async fn set_text(
    tx: &mut Tx,
    id: Uuid,
    state: &str,
    body: &str,
    html: &str,
    step: i32,
) -> Result<(), Problem> {
    let now = tx.now();
    let set = SetText { id, state: state.to_owned(), body: body.to_owned(), html: html.to_owned(), now, step };
    set.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct DropRevisions { kind: String => Text, id: Uuid => SqlUuid }
    "delete from text_revisions where target_kind = $1 and target_id = $2"
}

/// Destroys the earlier wordings of a text.
pub(in crate::discussion) async fn drop_revisions(tx: &mut Tx, kind: RootKind, id: Uuid) -> Result<(), Problem> {
    DropRevisions { kind: kind.child().code().to_owned(), id }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    /// A text as casework looks at it, with the root it stands under.
    struct FindTarget { id: Uuid => SqlUuid, kind: String => Text }
    "select r.id, r.root_kind, r.root_id, r.parent_id, r.author_id, r.body, r.state, r.revision, r.path is not null as placed,
            x.members_only, x.is_public as root_public, x.was_public as root_was_public, x.url as root_url,
            x.author_id as root_author, q.author_id as parent_author
     from replies r
     join lateral (
       select t.author_id, t.state in ('live', 'redacted') as is_public, t.published_at is not null as was_public, b.members_only, '/forum/t/' || t.id as url
       from threads t join boards b on b.id = t.board_id where r.root_kind = 'thread' and t.id = r.root_id
       union all
       select p.author_id, p.state in ('live', 'redacted'), p.published_at is not null, false, '/blog/' || p.slug
       from posts p where r.root_kind = 'post' and p.id = r.root_id) x on true
     left join replies q on q.id = r.parent_id
     where r.id = $1 and r.root_kind = $2"
}
query! { struct LockTarget { id: Uuid => SqlUuid } "select id from replies where id = $1 for no key update" }

/// A text as casework looks at it.
#[derive(QueryableByName)]
pub(in crate::discussion) struct TargetRow {
    #[diesel(sql_type = SqlUuid)]
    pub(in crate::discussion) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(in crate::discussion) root_kind: String,
    #[diesel(sql_type = SqlUuid)]
    pub(in crate::discussion) root_id: Uuid,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(in crate::discussion) parent_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(in crate::discussion) author_id: Option<AccountId>,
    #[diesel(sql_type = Text)]
    pub(in crate::discussion) body: String,
    #[diesel(sql_type = Text)]
    pub(in crate::discussion) state: String,
    #[diesel(sql_type = Integer)]
    pub(in crate::discussion) revision: i32,
    #[diesel(sql_type = Bool)]
    pub(in crate::discussion) placed: bool,
    #[diesel(sql_type = Bool)]
    pub(in crate::discussion) members_only: bool,
    #[diesel(sql_type = Bool)]
    pub(in crate::discussion) root_public: bool,
    #[diesel(sql_type = Bool)]
    pub(in crate::discussion) root_was_public: bool,
    #[diesel(sql_type = Text)]
    pub(in crate::discussion) root_url: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(in crate::discussion) parent_author: Option<AccountId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(in crate::discussion) root_author: Option<AccountId>,
}

/// A text for casework; locked where `lock`.
pub(in crate::discussion) async fn target(
    conn: &mut Conn,
    kind: RootKind,
    id: Uuid,
    lock: bool,
) -> Result<Option<TargetRow>, Problem> {
    if lock {
        LockTarget { id }.execute(conn).await?;
    }
    FindTarget { id, kind: kind.code().to_owned() }
        .get_result(conn)
        .await
        .map_or_else(none_if_missing, |row| Ok(Some(row)))
}

query! {
    struct EarlierBody { kind: String => Text, id: Uuid => SqlUuid, revision: i32 => Integer }
    "select body from text_revisions where target_kind = $1 and target_id = $2 and revision = $3"
}

#[derive(QueryableByName)]
struct BodyRow {
    #[diesel(sql_type = Text)]
    body: String,
}

/// The words of an earlier revision.
pub(in crate::discussion) async fn earlier_body(
    conn: &mut Conn,
    kind: RootKind,
    id: Uuid,
    revision: i32,
) -> Result<Option<String>, Problem> {
    let query = EarlierBody { kind: kind.child().code().to_owned(), id, revision };
    let row: Option<BodyRow> = query.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| row.body))
}

query! {
    /// Publishes a held text: numbers it now.
    struct PlaceHeld { id: Uuid => SqlUuid, kind: String => Text, root: Uuid => SqlUuid, parent: Option<Uuid> => Nullable<SqlUuid>, now: DateTime<Utc> => Timestamptz }
    "with place as materialized (select * from place_reply($2, $3, $4, $5)),
     stored as (update replies set number = new_number, path = new_path, depth = new_depth from place where id = $1 returning id)
     select new_path as path, new_depth as depth, new_version as version from place, stored"
}

/// Numbers a held text and counts it.
pub(in crate::discussion) async fn place_held(tx: &mut Tx, row: &TargetRow) -> Result<i64, Problem> {
    let now = tx.now();
    let place = PlaceHeld { id: row.id, kind: row.root_kind.clone(), root: row.root_id, parent: row.parent_id, now };
    let placed: Placed = place.get_result(&mut **tx).await?;
    Ok(placed.version)
}
