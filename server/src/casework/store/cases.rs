//! Cases: read, locked and opened. What changes one is in `changes`.

use std::str::FromStr;

use anyhow::anyhow;
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use moderation::case::{CaseState, Source};
use moderation::claim::Claim;
use moderation::{Category, Certificate, Level};
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::casework::target::TargetKind;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId, CaseId, DecisionId};
use crate::query;

/// One queue for each kind of work: at most one open case for a target in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    Submission,
    Report,
    Appeal,
}

impl Lane {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Submission => "submission",
            Self::Report => "report",
            Self::Appeal => "appeal",
        }
    }
}

/// A case as it stands.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) id: CaseId,
    pub(crate) source: Source,
    /// As at the moment of reading: a lapsed lease counts as free.
    pub(crate) state: CaseState,
    pub(crate) category: Category,
    pub(crate) level: Level,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) kind: TargetKind,
    pub(crate) target: Uuid,
    pub(crate) revision: i32,
    pub(crate) subject: Option<AccountId>,
    pub(crate) version: i32,
    pub(crate) due_at: DateTime<Utc>,
    pub(crate) exposure: i32,
    pub(crate) reporters: i32,
    pub(crate) reporter_record: i32,
    pub(crate) report_count: i64,
    /// The live claim; its holder's name beside it.
    pub(crate) claim: Option<Claim<AccountId>>,
    pub(crate) holder_name: Option<String>,
    pub(crate) appealed: Option<DecisionId>,
    pub(crate) hidden_from: Option<String>,
    pub(crate) escalated: bool,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) closed_at: Option<DateTime<Utc>>,
    /// Colleague whom its last holder handed it on to, with the name.
    pub(crate) handed_to: Option<(AccountId, String)>,
    pub(crate) waiting_until: Option<DateTime<Utc>>,
    /// How many moderators have it open.
    pub(crate) looking: i64,
}

#[derive(QueryableByName)]
pub(super) struct CaseRow {
    #[diesel(sql_type = SqlUuid)]
    id: CaseId,
    #[diesel(sql_type = Text)]
    source: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = SmallInt)]
    level: i16,
    #[diesel(sql_type = Nullable<Text>)]
    certificate: Option<String>,
    #[diesel(sql_type = Text)]
    target_kind: String,
    #[diesel(sql_type = SqlUuid)]
    target_id: Uuid,
    #[diesel(sql_type = Integer)]
    target_revision: i32,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    subject_id: Option<AccountId>,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Timestamptz)]
    due_at: DateTime<Utc>,
    #[diesel(sql_type = Integer)]
    exposure: i32,
    #[diesel(sql_type = Integer)]
    reporters: i32,
    #[diesel(sql_type = Integer)]
    reporter_record: i32,
    #[diesel(sql_type = BigInt)]
    report_count: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    claim_holder: Option<AccountId>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    claim_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    holder_name: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    appealed_decision_id: Option<DecisionId>,
    #[diesel(sql_type = Nullable<Text>)]
    hidden_from: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    escalated_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    closed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    handed_to: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    handed_to_name: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    waiting_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    looking: i64,
}

fn code<T: FromStr>(raw: &str) -> Result<T, Problem> {
    raw.parse().map_err(|_| Problem::Internal(anyhow!("a case holds the unknown code {raw}")))
}

impl CaseRow {
    pub(super) fn into_case(self, now: DateTime<Utc>) -> Result<Case, Problem> {
        let claim = match (self.claim_holder, self.claim_until) {
            (Some(holder), Some(until)) if now < until => {
                Some(Claim { holder, until, version: i64::from(self.version) })
            }
            _ => None,
        };
        Ok(Case {
            id: self.id,
            source: code(&self.source)?,
            state: code(&self.state)?,
            category: code(&self.category)?,
            level: u8::try_from(self.level)
                .ok()
                .and_then(Level::new)
                .ok_or_else(|| Problem::Internal(anyhow!("a case has no such level")))?,
            certificate: self.certificate.as_deref().map(code).transpose()?,
            kind: code(&self.target_kind)?,
            target: self.target_id,
            revision: self.target_revision,
            subject: self.subject_id,
            version: self.version,
            due_at: self.due_at,
            exposure: self.exposure,
            reporters: self.reporters,
            reporter_record: self.reporter_record,
            report_count: self.report_count,
            holder_name: self.holder_name.filter(|_| claim.is_some()),
            claim,
            appealed: self.appealed_decision_id,
            hidden_from: self.hidden_from,
            escalated: self.escalated_at.is_some(),
            created_at: self.created_at,
            closed_at: self.closed_at,
            handed_to: self.handed_to.zip(self.handed_to_name),
            waiting_until: self.waiting_until,
            looking: self.looking,
        })
    }
}

/// The columns of [`CaseRow`]; `$1` is the moment of reading.
macro_rules! case_columns {
    () => {
        "c.id, c.source, case_state_at(c.state, c.claim_until, c.escalated_at, $1) as state, c.category, c.level, c.certificate,
         c.target_kind, c.target_id, c.target_revision, c.subject_id, c.version, c.due_at, c.exposure, c.reporters, c.reporter_record,
         (select count(*) from reports r where r.case_id = c.id) as report_count, c.claim_holder, c.claim_until,
         (select a.pseudonym from accounts a where a.id = c.claim_holder) as holder_name, c.appealed_decision_id, c.hidden_from,
         c.escalated_at, c.created_at, c.closed_at, c.handed_to,
         (select a.pseudonym from accounts a where a.id = c.handed_to) as handed_to_name, c.waiting_until,
         (select count(*) from case_presence v where v.case_id = c.id and v.seen_at > $1 - interval '45 seconds') as looking"
    };
}
pub(super) use case_columns;

/// Whether `$viewer` may have to do with case `c` at all: never with one about oneself or one's own text, nor with one's
/// own report, nor with an appeal against one's own decision or about what one reported, nor with a breach that hurts one (RIGHTS.md, "Who may do what").
/// Text and not a function of the database, so that the planner can join instead of calling it row by row.
macro_rules! concerns_nobody {
    ($viewer:literal) => {
        concat!(
            "(c.subject_id is distinct from ", $viewer,
            " and not exists (select from reports own where own.case_id = c.id and own.reporter_id = ", $viewer, ")",
            " and not exists (select from decisions first where first.id = c.appealed_decision_id and first.decided_by = ", $viewer, ")",
            " and not exists (select from decisions first join reports own on own.case_id = first.case_id",
            " where first.id = c.appealed_decision_id and own.reporter_id = ", $viewer, ")",
            " and not exists (select from breach_people hurt where hurt.case_id = c.id and hurt.account_id = ", $viewer, "))"
        )
    };
}
pub(super) use concerns_nobody;

query! {
    struct Visible { now: DateTime<Utc> => Timestamptz, id: CaseId => SqlUuid, viewer: AccountId => SqlUuid }
    concat!("select ", case_columns!(), " from cases c where c.id = $2 and ", concerns_nobody!("$3"))
}
query! {
    struct VisibleLocked { now: DateTime<Utc> => Timestamptz, id: CaseId => SqlUuid, viewer: AccountId => SqlUuid }
    concat!("select ", case_columns!(), " from cases c where c.id = $2 and ", concerns_nobody!("$3"), " for update of c")
}
query! {
    struct Locked { now: DateTime<Utc> => Timestamptz, id: CaseId => SqlUuid }
    concat!("select ", case_columns!(), " from cases c where c.id = $2 for update of c")
}
query! {
    struct OpenLocked {
        now: DateTime<Utc> => Timestamptz, kind: String => Text, target: Uuid => SqlUuid, lane: String => Text,
        appealed: Option<DecisionId> => Nullable<SqlUuid>,
    }
    concat!("select ", case_columns!(), " from cases c where c.target_kind = $2 and c.target_id = $3 and c.lane = $4
             and c.appealed_decision_id is not distinct from $5 and c.state not in ('decided', 'closed') for update of c")
}

/// The case, if `viewer` may have to do with it. Locked when it is to be changed.
pub(crate) async fn get_visible(
    conn: &mut Conn,
    now: DateTime<Utc>,
    id: CaseId,
    viewer: AccountId,
) -> Result<Case, Problem> {
    let row: CaseRow = Visible { now, id, viewer }.get_result(conn).await?;
    row.into_case(now)
}

pub(crate) async fn lock_visible(tx: &mut Tx, id: CaseId, viewer: AccountId) -> Result<Case, Problem> {
    let now = tx.now();
    let row: CaseRow = VisibleLocked { now, id, viewer }.get_result(&mut **tx).await?;
    row.into_case(now)
}

pub(crate) async fn lock(tx: &mut Tx, id: CaseId) -> Result<Case, Problem> {
    let now = tx.now();
    let row: CaseRow = Locked { now, id }.get_result(&mut **tx).await?;
    row.into_case(now)
}

/// The open case of a target in a lane, locked.
pub(crate) async fn lock_open(
    tx: &mut Tx,
    kind: TargetKind,
    target: Uuid,
    lane: Lane,
    appealed: Option<DecisionId>,
) -> Result<Option<Case>, Problem> {
    let now = tx.now();
    let query = OpenLocked { now, kind: kind.code().to_owned(), target, lane: lane.code().to_owned(), appealed };
    let row: Option<CaseRow> = query.get_result(&mut **tx).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    row.map(|row| row.into_case(now)).transpose()
}

/// A case to be opened.
#[derive(Clone, Debug)]
pub(crate) struct NewCase {
    pub(crate) lane: Lane,
    pub(crate) source: Source,
    pub(crate) category: Category,
    pub(crate) level: Level,
    pub(crate) certificate: Option<Certificate>,
    pub(crate) due_at: DateTime<Utc>,
    pub(crate) kind: TargetKind,
    pub(crate) target: Uuid,
    pub(crate) revision: i32,
    pub(crate) subject: Option<AccountId>,
    pub(crate) exposure: i32,
    pub(crate) reporter_record: i32,
    pub(crate) appealed: Option<DecisionId>,
}

query! {
    struct InsertCase {
        id: CaseId => SqlUuid, lane: String => Text, source: String => Text, category: String => Text, level: i16 => SmallInt,
        certificate: Option<String> => Nullable<Text>, due_at: DateTime<Utc> => Timestamptz, kind: String => Text, target: Uuid => SqlUuid,
        revision: i32 => Integer, subject: Option<AccountId> => Nullable<SqlUuid>, exposure: i32 => Integer,
        record: i32 => Integer, appealed: Option<DecisionId> => Nullable<SqlUuid>, now: DateTime<Utc> => Timestamptz,
    }
    "insert into cases (id, lane, source, category, level, certificate, due_at, target_kind, target_id, target_revision, subject_id,
                        exposure, reporter_record, appealed_decision_id, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (target_kind, target_id, lane, coalesce(appealed_decision_id, target_id)) where state not in ('decided', 'closed') do nothing"
}

/// Opens a case; none when the lane of that target has an open one (perhaps since this moment).
pub(crate) async fn insert(tx: &mut Tx, new: &NewCase) -> Result<Option<CaseId>, Problem> {
    let id = CaseId(ids::ordered());
    let now = tx.now();
    let query = InsertCase {
        id,
        lane: new.lane.code().to_owned(),
        source: new.source.as_str().to_owned(),
        category: new.category.as_str().to_owned(),
        level: i16::from(new.level.number()),
        certificate: new.certificate.map(|c| c.as_str().to_owned()),
        due_at: new.due_at,
        kind: new.kind.code().to_owned(),
        target: new.target,
        revision: new.revision,
        subject: new.subject,
        exposure: new.exposure,
        record: new.reporter_record,
        appealed: new.appealed,
        now,
    };
    Ok((query.execute(&mut **tx).await? == 1).then_some(id))
}
