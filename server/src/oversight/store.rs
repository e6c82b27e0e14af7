//! Rows of the samples, and counts over cases.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::views::CaughtView;
use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId};
use crate::query;

query! {
    /// The last decision of a case says what became of it. A text that was let through stands (`keep`, `dismiss`, `restore`).
    struct Caught { since: DateTime<Utc> => Timestamptz, until: DateTime<Utc> => Timestamptz }
    "select c.category,
       count(*) as held,
       count(*) filter (where d.action is null and c.state <> 'closed') as waiting,
       count(*) filter (where d.action in ('dismiss', 'keep', 'restore')) as released,
       count(*) filter (where d.action in ('redact', 'hide', 'remove')) as upheld,
       count(*) filter (where d.action is null and c.state = 'closed') as closed,
       count(*) filter (where d.action in ('redact', 'hide', 'remove') and d.overturned_at is not null) as overturned
     from cases c
     left join lateral (select x.action, x.overturned_at from decisions x
                        where x.case_id = c.id and x.action <> 'escalate' order by x.created_at desc, x.id desc limit 1) d on true
     where c.source = 'screening' and c.created_at >= $1 and c.created_at < $2
     group by c.category order by held desc, c.category"
}

#[derive(QueryableByName)]
struct CaughtRow {
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = BigInt)]
    held: i64,
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    #[diesel(sql_type = BigInt)]
    released: i64,
    #[diesel(sql_type = BigInt)]
    upheld: i64,
    #[diesel(sql_type = BigInt)]
    closed: i64,
    #[diesel(sql_type = BigInt)]
    overturned: i64,
}

/// What became of the cases that screening opened in a period.
pub(super) async fn caught(
    conn: &mut Conn,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<CaughtView>, Problem> {
    let rows: Vec<CaughtRow> = Caught { since, until }.load(conn).await?;
    Ok(rows
        .into_iter()
        .map(|row| CaughtView {
            category: row.category,
            held: row.held,
            waiting: row.waiting,
            released: row.released,
            upheld: row.upheld,
            closed: row.closed,
            overturned: row.overturned,
        })
        .collect())
}

query! {
    struct Verdicts { since: DateTime<Utc> => Timestamptz, until: DateTime<Utc> => Timestamptz }
    "select verdict, count(*) as n from screening_samples
     where (verdict is null and target_id is not null) or (reviewed_at >= $1 and reviewed_at < $2) group by verdict"
}

/// How often a verdict was given; none: not looked at.
#[derive(QueryableByName)]
pub(super) struct VerdictRow {
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) verdict: Option<String>,
    #[diesel(sql_type = BigInt)]
    pub(super) n: i64,
}

/// The verdicts of a period, and what waits for one now.
pub(super) async fn verdicts(
    conn: &mut Conn,
    since: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<VerdictRow>, Problem> {
    Ok(Verdicts { since, until }.load(conn).await?)
}

query! {
    /// Public texts of a period that screening opened no case about, by chance.
    struct Draw { since: DateTime<Utc> => Timestamptz, limit: i64 => BigInt }
    "with pool as (
       select 'post' as kind, p.id from posts p where p.state = 'live' and p.published_at >= $1
       union all select 'thread', t.id from threads t where t.state = 'live' and t.created_at >= $1
       union all select case r.root_kind when 'thread' then 'reply' else 'comment' end, r.id from replies r where r.state = 'live' and r.created_at >= $1
       union all select 'message', m.id from messages m where m.state = 'live' and m.created_at >= $1)
     select p.kind, p.id from pool p
     where not exists (select from cases c where c.target_kind = p.kind and c.target_id = p.id and c.source = 'screening')
       and not exists (select from screening_samples s where s.target_kind = p.kind and s.target_id = p.id)
     order by random() limit $2"
}
query! {
    struct Insert { id: Uuid => SqlUuid, kind: String => Text, target: Uuid => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "insert into screening_samples (id, target_kind, target_id, drawn_at) values ($1, $2, $3, $4)
     on conflict (target_kind, target_id) do nothing"
}

#[derive(QueryableByName)]
struct Drawn {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Draws texts by chance and answers how many.
pub(super) async fn draw(tx: &mut Tx, since: DateTime<Utc>, limit: i64) -> Result<usize, Problem> {
    let (now, mut drawn) = (tx.now(), 0);
    let texts: Vec<Drawn> = Draw { since, limit }.load(&mut **tx).await?;
    for text in texts {
        drawn += Insert { id: ids::ordered(), kind: text.kind, target: text.id, now }.execute(&mut **tx).await?;
    }
    Ok(drawn)
}

query! {
    struct Open {}
    "select id, target_kind, target_id from screening_samples where verdict is null and target_id is not null order by id limit 200"
}
query! {
    struct LockOpen { id: Uuid => SqlUuid }
    "select id, target_kind, target_id from screening_samples where id = $1 and verdict is null and target_id is not null for update"
}
query! {
    struct Judge { id: Uuid => SqlUuid, verdict: String => Text, now: DateTime<Utc> => Timestamptz }
    "update screening_samples set verdict = $2, reviewed_at = $3 where id = $1"
}

/// A text that waits for a look.
#[derive(QueryableByName)]
pub(super) struct SampleRow {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(super) target_kind: String,
    #[diesel(sql_type = SqlUuid)]
    pub(super) target_id: Uuid,
}

/// Texts that wait for a look, the first drawn first.
pub(super) async fn open(conn: &mut Conn) -> Result<Vec<SampleRow>, Problem> {
    Ok(Open {}.load(conn).await?)
}

/// A sample that waits for a verdict, locked.
pub(super) async fn lock_open(tx: &mut Tx, id: Uuid) -> Result<SampleRow, Problem> {
    let row: Option<SampleRow> =
        LockOpen { id }.get_result(&mut **tx).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    row.ok_or(Problem::NotFound)
}

/// Keeps a verdict, without who gave it.
pub(super) async fn judge(tx: &mut Tx, id: Uuid, verdict: String) -> Result<(), Problem> {
    let now = tx.now();
    Judge { id, verdict, now }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct Forget { before: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "delete from screening_samples where id in (select id from screening_samples where drawn_at <= $1 limit $2)"
}
query! {
    /// A text that others may not read any more leaves its sample: the verdict stays without an id, a sample without a verdict goes.
    struct Unlink { limit: i32 => Integer }
    "with gone as (
       select s.id, s.verdict from screening_samples s
       where s.target_id is not null and not case s.target_kind
         when 'post' then exists (select from posts p where p.id = s.target_id and p.state in ('live', 'redacted'))
         when 'thread' then exists (select from threads t where t.id = s.target_id and t.state in ('live', 'redacted'))
         when 'message' then exists (select from messages m where m.id = s.target_id and m.state in ('live', 'redacted'))
         else exists (select from replies r where r.id = s.target_id and r.state in ('live', 'redacted')) end
       limit $1),
     dropped as (delete from screening_samples s using gone where s.id = gone.id and gone.verdict is null)
     update screening_samples s set target_id = null from gone where s.id = gone.id and gone.verdict is not null"
}
query! {
    struct OfAuthor { author: AccountId => SqlUuid }
    "delete from screening_samples s where s.verdict is null and s.target_id in (
       select id from posts where author_id = $1 union all select id from threads where author_id = $1
       union all select id from replies where author_id = $1 union all select id from messages where author_id = $1)"
}

/// Rows destroyed at a time.
const PIECE: i32 = 500;

/// Samples whose time has come, and the ids of texts that are gone.
pub(super) async fn forget(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize, Problem> {
    let old = Forget { before, limit: PIECE }.execute(&mut **tx).await?;
    Ok(old + Unlink { limit: PIECE }.execute(&mut **tx).await?)
}

/// Samples of somebody who leaves that nobody has looked at.
pub(super) async fn forget_author(tx: &mut Tx, author: AccountId) -> Result<(), Problem> {
    OfAuthor { author }.execute(&mut **tx).await?;
    Ok(())
}
