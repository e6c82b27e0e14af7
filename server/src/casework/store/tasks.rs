//! Tasks that take copies away, one for each surface.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, CaseId, DecisionId};
use crate::query;

query! {
    struct Insert {
        id: Uuid => SqlUuid, case: CaseId => SqlUuid, decision: DecisionId => SqlUuid, surface: String => Text, kind: String => Text,
        target: Uuid => SqlUuid, now: DateTime<Utc> => Timestamptz,
    }
    "insert into redaction_tasks (id, case_id, decision_id, surface, target_kind, target_id, not_before) values ($1, $2, $3, $4, $5, $6, $7)"
}

pub(crate) async fn insert(
    tx: &mut Tx,
    case: CaseId,
    decision: DecisionId,
    surface: &str,
    (kind, target): (&str, Uuid),
) -> Result<(), Problem> {
    let now = tx.now();
    let (surface, kind) = (surface.to_owned(), kind.to_owned());
    Insert { id: ids::ordered(), case, decision, surface, kind, target, now }.execute(&mut **tx).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

query! {
    struct Left { case: CaseId => SqlUuid }
    "select count(*) as n from redaction_tasks where case_id = $1 and done_at is null"
}

/// Tasks of a case that are not done.
pub(crate) async fn left(conn: &mut Conn, case: CaseId) -> Result<i64, Problem> {
    let count: Count = Left { case }.get_result(conn).await?;
    Ok(count.n)
}

/// A task that is due.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct Task {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) case_id: CaseId,
    #[diesel(sql_type = Text)]
    pub(crate) surface: String,
    #[diesel(sql_type = Text)]
    pub(crate) target_kind: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) target_id: Uuid,
    #[diesel(sql_type = Integer)]
    pub(crate) attempts: i32,
}

query! {
    struct Due { now: DateTime<Utc> => Timestamptz }
    "select id, case_id, surface, target_kind, target_id, attempts from redaction_tasks
      where done_at is null and not_before <= $1 order by not_before, id limit 1"
}

/// The task that has been due the longest.
pub(crate) async fn next_due(conn: &mut Conn, now: DateTime<Utc>) -> Result<Option<Task>, Problem> {
    Due { now }.get_result(conn).await.map_or_else(none_if_missing, |task| Ok(Some(task)))
}

query! {
    struct Take { id: Uuid => SqlUuid }
    "select id, case_id, surface, target_kind, target_id, attempts from redaction_tasks where id = $1 and done_at is null for update skip locked"
}

/// Locks a task; none when another worker has it or it is done.
pub(crate) async fn take(tx: &mut Tx, id: Uuid) -> Result<Option<Task>, Problem> {
    Take { id }.get_result(&mut **tx).await.map_or_else(none_if_missing, |task| Ok(Some(task)))
}

query! {
    struct Done { id: Uuid => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update redaction_tasks set done_at = $2, attempts = attempts + 1, last_error = null where id = $1"
}

pub(crate) async fn done(tx: &mut Tx, id: Uuid) -> Result<(), Problem> {
    let now = tx.now();
    Done { id, now }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct Failed { id: Uuid => SqlUuid, code: String => Text, not_before: DateTime<Utc> => Timestamptz }
    "update redaction_tasks set attempts = attempts + 1, last_error = $2, not_before = $3 where id = $1 and done_at is null"
}

/// Notes a failure by its code; the task is due again at `not_before`.
pub(crate) async fn failed(tx: &mut Tx, id: Uuid, code: &str, not_before: DateTime<Utc>) -> Result<(), Problem> {
    Failed { id, code: code.to_owned(), not_before }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct Cancel { decision: DecisionId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update redaction_tasks set done_at = $2, last_error = 'overturned' where decision_id = $1 and done_at is null"
}

/// Ends the open tasks of a decision that was overturned.
pub(crate) async fn cancel(tx: &mut Tx, decision: DecisionId) -> Result<usize, Problem> {
    let now = tx.now();
    Ok(Cancel { decision, now }.execute(&mut **tx).await?)
}
