//! The queue in triage order, and its counts for one viewer.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{
    Array, BigInt, Binary, Integer, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::cases::{Case, CaseRow, case_columns, concerns_nobody};
use crate::http::Problem;
use crate::infra::db::Conn;
use crate::infra::ids::{AccountId, CaseId};
use crate::query;

/// What the reader of the queue asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) state: Option<String>,
    pub(crate) level: Option<i16>,
    pub(crate) source: Option<String>,
    pub(crate) category: Option<String>,
}

/// Where a case stands: the order of `moderation::triage::Standing`, larger-first fields negated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct QueueKey {
    level: i16,
    due_at: DateTime<Utc>,
    exposure: i32,
    reporters: i32,
    record: i32,
    created_at: DateTime<Utc>,
    id: Uuid,
}

impl QueueKey {
    pub(crate) fn of(case: &Case) -> Self {
        Self {
            level: i16::from(case.level.number()),
            due_at: case.due_at,
            exposure: -case.exposure,
            reporters: -case.reporters,
            record: -case.reporter_record,
            created_at: case.created_at,
            id: case.id.0,
        }
    }

    /// Before every case: levels begin at 1.
    fn first() -> Self {
        let at = DateTime::UNIX_EPOCH;
        Self { level: 0, due_at: at, exposure: 0, reporters: 0, record: 0, created_at: at, id: Uuid::nil() }
    }
}

query! {
    struct Waiting {
        now: DateTime<Utc> => Timestamptz, viewer: AccountId => SqlUuid, state: Option<String> => Nullable<Text>,
        level: Option<i16> => Nullable<SmallInt>, source: Option<String> => Nullable<Text>, category: Option<String> => Nullable<Text>,
        k_level: i16 => SmallInt, k_due: DateTime<Utc> => Timestamptz, k_exposure: i32 => Integer, k_reporters: i32 => Integer,
        k_record: i32 => Integer, k_created: DateTime<Utc> => Timestamptz, k_id: Uuid => SqlUuid, limit: i64 => BigInt,
    }
    concat!("select ", case_columns!(), " from cases c
      where c.state <> 'closed' and ", concerns_nobody!("$2"), "
        and ($3 is null or case_state_at(c.state, c.claim_until, c.escalated_at, $1) = $3)
        and ($4 is null or c.level = $4) and ($5 is null or c.source = $5) and ($6 is null or c.category = $6)
        and (c.level, c.due_at, -c.exposure, -c.reporters, -c.reporter_record, c.created_at, c.id) > ($7, $8, $9, $10, $11, $12, $13)
      order by c.level, c.due_at, -c.exposure, -c.reporters, -c.reporter_record, c.created_at, c.id limit $14")
}

/// Cases that are not closed, in triage order.
pub(crate) async fn waiting(
    conn: &mut Conn,
    now: DateTime<Utc>,
    viewer: AccountId,
    filter: Filter,
    after: Option<QueueKey>,
    limit: i64,
) -> Result<Vec<Case>, Problem> {
    let key = after.unwrap_or_else(QueueKey::first);
    let rows: Vec<CaseRow> = Waiting {
        now,
        viewer,
        state: filter.state,
        level: filter.level,
        source: filter.source,
        category: filter.category,
        k_level: key.level,
        k_due: key.due_at,
        k_exposure: key.exposure,
        k_reporters: key.reporters,
        k_record: key.record,
        k_created: key.created_at,
        k_id: key.id,
        limit,
    }
    .load(conn)
    .await?;
    rows.into_iter().map(|row| row.into_case(now)).collect()
}

query! {
    struct Closed {
        now: DateTime<Utc> => Timestamptz, viewer: AccountId => SqlUuid, level: Option<i16> => Nullable<SmallInt>,
        source: Option<String> => Nullable<Text>, category: Option<String> => Nullable<Text>,
        before: DateTime<Utc> => Timestamptz, before_id: Uuid => SqlUuid, limit: i64 => BigInt,
    }
    concat!("select ", case_columns!(), " from cases c
      where c.state = 'closed' and ", concerns_nobody!("$2"), "
        and ($3 is null or c.level = $3) and ($4 is null or c.source = $4) and ($5 is null or c.category = $5)
        and (c.closed_at, c.id) < ($6, $7)
      order by c.closed_at desc, c.id desc limit $8")
}

/// Closed cases, the newest first.
pub(crate) async fn closed(
    conn: &mut Conn,
    now: DateTime<Utc>,
    viewer: AccountId,
    filter: Filter,
    before: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> Result<Vec<Case>, Problem> {
    let (before, before_id) = before.unwrap_or((now + chrono::TimeDelta::days(1), Uuid::max()));
    let Filter { level, source, category, .. } = filter;
    let rows: Vec<CaseRow> =
        Closed { now, viewer, level, source, category, before, before_id, limit }.load(conn).await?;
    rows.into_iter().map(|row| row.into_case(now)).collect()
}

/// What waits, in numbers.
#[derive(QueryableByName, Debug, PartialEq)]
pub(crate) struct CountsRow {
    #[diesel(sql_type = BigInt)]
    pub(crate) open: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) unclaimed: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) mine: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) overdue: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) escalated: i64,
    #[diesel(sql_type = Array<BigInt>)]
    pub(crate) by_level: Vec<i64>,
    #[diesel(sql_type = Array<BigInt>)]
    pub(crate) by_source: Vec<i64>,
    /// Differs after a change of any of these cases.
    #[diesel(sql_type = BigInt)]
    pub(crate) mark: i64,
}

query! {
    struct Counts { now: DateTime<Utc> => Timestamptz, viewer: AccountId => SqlUuid }
    concat!("select count(*) as open,
            count(*) filter (where not held) as unclaimed,
            count(*) filter (where held and claim_holder = $2) as mine,
            count(*) filter (where due_at <= $1) as overdue,
            count(*) filter (where escalated_at is not null) as escalated,
            array[count(*) filter (where level = 1), count(*) filter (where level = 2), count(*) filter (where level = 3),
                  count(*) filter (where level = 4), count(*) filter (where level = 5)] as by_level,
            array[count(*) filter (where source = 'report'), count(*) filter (where source = 'screening'),
                  count(*) filter (where source = 'submission'), count(*) filter (where source = 'appeal')] as by_source,
            (coalesce(sum(version), 0) + coalesce(sum(reporters), 0))::bigint as mark
       from (select c.*, c.claim_holder is not null and c.claim_until > $1 as held from cases c
              where c.state <> 'closed' and c.state <> 'decided' and ", concerns_nobody!("$2"), ") waiting")
}

pub(crate) async fn counts(conn: &mut Conn, now: DateTime<Utc>, viewer: AccountId) -> Result<CountsRow, Problem> {
    Ok(Counts { now, viewer }.get_result(conn).await?)
}

/// A line of a case's timeline.
#[derive(QueryableByName)]
pub(crate) struct EventRow {
    #[diesel(sql_type = Timestamptz)]
    pub(crate) at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) actor_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) actor_name: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) kind: String,
    #[diesel(sql_type = Jsonb)]
    pub(crate) codes: Value,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(crate) note_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) to_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) to_name: Option<String>,
}

query! {
    struct Timeline { case: CaseId => SqlUuid }
    "select e.at, e.actor_id, a.pseudonym as actor_name, e.kind, e.codes, e.note_sealed, t.id as to_id, t.pseudonym as to_name
       from case_events e left join accounts a on a.id = e.actor_id left join accounts t on t.id = (e.codes ->> 'colleague')::uuid where e.case_id = $1 order by e.at, e.id"
}

pub(crate) async fn timeline(conn: &mut Conn, case: CaseId) -> Result<Vec<EventRow>, Problem> {
    Ok(Timeline { case }.load(conn).await?)
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    yes: bool,
}

query! {
    struct UnderReview { post: Uuid => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "select exists (select from cases where target_kind = 'post' and target_id = $1 and lane = 'submission'
                       and state not in ('decided', 'closed') and claim_until > $2) as yes"
}

pub(crate) async fn is_under_review(conn: &mut Conn, post: Uuid, now: DateTime<Utc>) -> Result<bool, Problem> {
    let row: Yes = UnderReview { post, now }.get_result(conn).await?;
    Ok(row.yes)
}
