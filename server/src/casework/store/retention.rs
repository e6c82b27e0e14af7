//! What casework hands to a person, empties when one leaves, and destroys when its time has come.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::{AccountId, CaseId, DecisionId};
use crate::query;

query! {
    /// Only what the person was told: an open case, or one that came to nothing, would tell that and when somebody reported.
    pub(crate) struct Export { id: AccountId => SqlUuid }
    "with told as (
       select d.* from decisions d where d.subject_id = $1
         and (d.action in ('redact', 'hide', 'remove', 'restore', 'approve', 'request_changes') or exists (select from sanctions s where s.decision_id = d.id)))
     select jsonb_build_object(
       'decisions', (select jsonb_agg(x) from (
          select d.id, d.action, d.rule, d.statement, d.automated, d.target_kind, d.target_id, d.target_state, d.appeal_until, d.overturned_at, d.created_at
          from told d order by d.created_at, d.id) x),
       'cases', (select jsonb_agg(x) from (
          select c.id, c.category, c.target_kind, c.target_id, c.decided_at from cases c
          where c.subject_id = $1 and c.id in (select d.case_id from told d) order by c.decided_at, c.id) x),
       'sanctions', (select jsonb_agg(x) from (
          select kind, starts_at, until, lifted_at from sanctions where account_id = $1 order by starts_at, id) x),
       'appeals', (select jsonb_agg(x) from (
          select id, decision_id, created_at from appeals where account_id = $1 order by created_at, id) x),
       'desk_care', (select jsonb_agg(x) from (select paused_since, rested_at from desk_care where account_id = $1) x),
       'reports', (select jsonb_agg(x) from (
          select r.id, r.reason, r.created_at from reports r where r.reporter_id = $1 order by r.created_at, r.id) x)
     ) as data"
}

query! {
    /// A decided submission or appeal has nothing left that could end.
    struct OpenAbout { subject: AccountId => SqlUuid }
    "select id, lane, state = 'decided' as is_decided, target_kind, target_id, target_revision, appealed_decision_id from cases
     where subject_id = $1 and state <> 'closed' and (lane = 'report' or state <> 'decided') order by id"
}

/// A case about somebody who leaves that is not closed.
#[derive(QueryableByName)]
pub(crate) struct OpenCase {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: CaseId,
    #[diesel(sql_type = Text)]
    pub(crate) lane: String,
    /// Only copies or steps are left to be done.
    #[diesel(sql_type = Bool)]
    pub(crate) is_decided: bool,
    #[diesel(sql_type = Text)]
    pub(crate) target_kind: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) target_id: Uuid,
    /// What the case was opened for.
    #[diesel(sql_type = Integer)]
    pub(crate) target_revision: i32,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) appealed_decision_id: Option<DecisionId>,
}

/// The cases about an account that are not closed.
pub(crate) async fn open_about(tx: &mut Tx, subject: AccountId) -> Result<Vec<OpenCase>, Problem> {
    Ok(OpenAbout { subject }.load(&mut **tx).await?)
}

query! {
    struct DestroyEvidence { now: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "delete from evidence where id in (select e.id from evidence e where e.expires_at <= $1
        and not exists (select from evidence_holds h where h.case_id = e.case_id) limit $2)"
}
query! {
    struct EndHolds { now: DateTime<Utc> => Timestamptz }
    "delete from evidence_holds where until <= $1"
}
query! {
    /// With its key go the notes of witnesses and moderators and the words of an appeal. A hold keeps the key.
    struct DestroyKeys { before: DateTime<Utc> => Timestamptz, appeal_before: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "delete from case_keys where case_id in (
       select k.case_id from case_keys k join cases c on c.id = k.case_id
       where c.state = 'closed' and c.closed_at <= $1
         and not exists (select from evidence e where e.case_id = c.id)
         and not exists (select from evidence_holds h where h.case_id = c.id)
         and not exists (select from decisions d where d.case_id = c.id and d.appeal_until > $2)
         and not exists (select from appeals a join decisions d on d.id = a.decision_id join cases o on o.id = a.case_id
                         where (d.case_id = c.id or a.case_id = c.id) and (o.state <> 'closed' or o.closed_at > $1))
       limit $3)"
}
query! {
    struct DestroyCases { before: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "delete from cases where id in (
       select c.id from cases c where c.state = 'closed' and c.closed_at <= $1 and not exists (select from evidence e where e.case_id = c.id)
          and not exists (select from evidence_holds h where h.case_id = c.id) limit $2)"
}
query! {
    struct DestroySanctions { before: DateTime<Utc> => Timestamptz, limit: i32 => Integer }
    "delete from sanctions where id in (select id from sanctions where coalesce(until, starts_at) <= $1 limit $2)"
}

/// Rows destroyed at a time.
const PIECE: i32 = 500;

/// Ends holds whose last day is over. What they held goes by the usual periods from then on.
pub(crate) async fn end_holds(tx: &mut Tx) -> Result<usize, Problem> {
    let now = tx.now();
    Ok(EndHolds { now }.execute(&mut **tx).await?)
}

/// Evidence whose time has come and that nobody holds back.
pub(crate) async fn destroy_evidence(tx: &mut Tx) -> Result<usize, Problem> {
    let now = tx.now();
    Ok(DestroyEvidence { now, limit: PIECE }.execute(&mut **tx).await?)
}

/// Keys of cases that closed before a moment and have nothing left to open.
pub(crate) async fn destroy_keys(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize, Problem> {
    Ok(DestroyKeys { before, appeal_before: before, limit: PIECE }.execute(&mut **tx).await?)
}

/// Cases that closed before a moment, with their reports, decisions and appeals.
pub(crate) async fn destroy_cases(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize, Problem> {
    Ok(DestroyCases { before, limit: PIECE }.execute(&mut **tx).await?)
}

/// Sanctions that ended before a moment.
pub(crate) async fn destroy_sanctions(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize, Problem> {
    Ok(DestroySanctions { before, limit: PIECE }.execute(&mut **tx).await?)
}
