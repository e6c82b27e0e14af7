//! What stands around a reply or comment: those it answers, and those beside it.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::casework::Neighbour;
use crate::discussion::root::RootKind;
use crate::http::Problem;
use crate::infra::db::Conn;
use crate::infra::ids::AccountId;
use crate::query;

#[derive(QueryableByName)]
struct Row {
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
    /// Read as a member would who wrote none of it: the id of the reply stands for nobody's account.
    struct Around { id: Uuid => SqlUuid, kind: String => Text }
    "with it as (select id, root_id, path from replies where id = $1 and root_kind = $2 and path is not null),
     near as (
       (select r.id from it join replies r on r.root_id = it.root_id and r.path < it.path
         where may_read(r.state, null, null) order by r.path desc limit 6)
       union all select id from it
       union all
       (select r.id from it join replies r on r.root_id = it.root_id and r.path > it.path
         where may_read(r.state, null, null) order by r.path limit 4))
     select r.author_id, a.pseudonym as name, r.body, r.created_at, r.id = $1 as is_it
       from near join replies r on r.id = near.id left join accounts a on a.id = r.author_id
      where may_read_root($2, r.root_id, $1) or r.id = $1
      order by r.path"
}

query! {
    /// The root is the case's own text: whether it stands or is hidden, what was answered to it helps to judge it.
    struct Below { root: Uuid => SqlUuid, kind: String => Text }
    "select r.author_id, a.pseudonym as name, r.body, r.created_at, false as is_it
       from replies r left join accounts a on a.id = r.author_id
      where r.root_id = $1 and r.root_kind = $2 and r.path is not null and may_read(r.state, null, null)
      order by r.path limit 6"
}

/// A thread or post, as the feature that holds it hands it in, with the first replies to it.
///
/// # Errors
/// When the database fails.
pub async fn below(conn: &mut Conn, kind: RootKind, root: Uuid, it: Neighbour) -> Result<Vec<Neighbour>, Problem> {
    let rows: Vec<Row> = Below { root, kind: kind.code().to_owned() }.load(conn).await?;
    Ok(std::iter::once(it).chain(rows.into_iter().map(near)).collect())
}

fn near(row: Row) -> Neighbour {
    Neighbour { author: row.author_id, name: row.name, body: row.body, created_at: row.created_at, is_it: row.is_it }
}

/// The replies around one, as readers see them.
pub(in crate::discussion) async fn of(conn: &mut Conn, kind: RootKind, id: Uuid) -> Result<Vec<Neighbour>, Problem> {
    let rows: Vec<Row> = Around { id, kind: kind.code().to_owned() }.load(conn).await?;
    Ok(rows.into_iter().map(near).collect())
}
