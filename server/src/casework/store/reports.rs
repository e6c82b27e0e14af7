//! Reports, and what decides whether one hides at once.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId, CaseId};
use crate::query;

query! {
    struct LockKey { key: String => Text }
    "select pg_advisory_xact_lock(hashtextextended($1, 7020094613274032))"
}

/// Puts reports of one account or network in line, so that their hides are counted right.
pub(crate) async fn lock_reporter(tx: &mut Tx, key: &str) -> Result<(), Problem> {
    LockKey { key: key.to_owned() }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct Standing { account: AccountId => SqlUuid, since: DateTime<Utc> => Timestamptz }
    "select
       (select count(*) from decisions d where d.subject_id = $1 and d.created_at > $2 and d.overturned_at is null
          and (d.action in ('redact', 'hide', 'remove') or exists (select from sanctions s where s.decision_id = d.id))) as decisions_against,
       (select count(*) from reports r join cases c on c.id = r.case_id
         where r.reporter_id = $1 and r.hid and c.state not in ('decided', 'closed')) as undecided_hides,
       coalesce((select count(*) = 3 and bool_and(last.action in ('dismiss', 'keep', 'restore')) from (
          select (select d.action from decisions d where d.case_id = c.id and d.action <> 'escalate' order by d.created_at desc limit 1) as action
            from reports r join cases c on c.id = r.case_id
           where r.reporter_id = $1 and r.hid and c.state in ('decided', 'closed')
           order by r.created_at desc limit 3) last), false) as last_three_overturned,
       (select coalesce(sum(case when d.action in ('redact', 'hide', 'remove') then 1 when d.action = 'dismiss' then -1 else 0 end), 0)
          from reports r join decisions d on d.case_id = r.case_id where r.reporter_id = $1) as record"
}

/// What an account's past says about its report.
#[derive(QueryableByName, Debug, Default)]
pub(crate) struct ReporterPast {
    #[diesel(sql_type = BigInt)]
    pub(crate) decisions_against: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) undecided_hides: i64,
    #[diesel(sql_type = Bool)]
    pub(crate) last_three_overturned: bool,
    /// Reports that were right, less those that were wrong.
    #[diesel(sql_type = BigInt)]
    pub(crate) record: i64,
}

pub(crate) async fn past(tx: &mut Tx, account: AccountId, since: DateTime<Utc>) -> Result<ReporterPast, Problem> {
    Ok(Standing { account, since }.get_result(&mut **tx).await?)
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

query! {
    struct NetworkHides { network: Vec<u8> => Binary, since: DateTime<Utc> => Timestamptz }
    "select count(*) as n from reports where network_hash = $1 and hid and created_at > $2"
}

/// Texts that reports from this network hid since then.
pub(crate) async fn network_hides(tx: &mut Tx, network: &[u8], since: DateTime<Utc>) -> Result<i64, Problem> {
    let count: Count = NetworkHides { network: network.to_vec(), since }.get_result(&mut **tx).await?;
    Ok(count.n)
}

/// A report to be kept.
pub(crate) struct NewReport {
    pub(crate) case: CaseId,
    pub(crate) reporter: Option<AccountId>,
    pub(crate) network: Vec<u8>,
    pub(crate) reason: &'static str,
    pub(crate) note: Option<Vec<u8>>,
    pub(crate) revision: i32,
    pub(crate) hid: bool,
}

query! {
    struct InsertReport {
        id: Uuid => SqlUuid, case: CaseId => SqlUuid, reporter: Option<AccountId> => Nullable<SqlUuid>, network: Vec<u8> => Binary,
        reason: String => Text, note: Option<Vec<u8>> => Nullable<Binary>, revision: i32 => Integer, hid: bool => Bool,
        now: DateTime<Utc> => Timestamptz,
    }
    "insert into reports (id, case_id, reporter_id, network_hash, reason, note_sealed, target_revision, hid, created_at, independent)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $3 is not null and not exists (
       select from reports r where r.case_id = $2 and r.independent and (r.reporter_id = $3 or r.network_hash = $4)))"
}
query! {
    struct CountIndependent { case: CaseId => SqlUuid }
    "update cases set reporters = (select count(*) from reports r where r.case_id = $1 and r.independent)::integer where id = $1"
}

/// Keeps a report with its case. Independent is who is signed in and neither the person nor the network of an earlier one.
pub(crate) async fn insert(tx: &mut Tx, new: NewReport) -> Result<Uuid, Problem> {
    let id = ids::ordered();
    let now = tx.now();
    let NewReport { case, reporter, network, reason, note, revision, hid } = new;
    InsertReport { id, case, reporter, network, reason: reason.to_owned(), note, revision, hid, now }
        .execute(&mut **tx)
        .await?;
    CountIndependent { case }.execute(&mut **tx).await?;
    Ok(id)
}

/// A report as the desk sees it: never who.
#[derive(QueryableByName)]
pub(crate) struct ReportRow {
    #[diesel(sql_type = Text)]
    pub(crate) reason: String,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(crate) note_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
}

query! {
    struct OfCase { case: CaseId => SqlUuid }
    "select reason, note_sealed, created_at from reports where case_id = $1 order by created_at, id"
}

pub(crate) async fn of_case(conn: &mut Conn, case: CaseId) -> Result<Vec<ReportRow>, Problem> {
    Ok(OfCase { case }.load(conn).await?)
}

#[derive(QueryableByName)]
struct Reporter {
    #[diesel(sql_type = SqlUuid)]
    reporter_id: AccountId,
}

query! {
    struct Reporters { case: CaseId => SqlUuid }
    "select distinct r.reporter_id from reports r join cases c on c.id = r.case_id
      where r.case_id = $1 and r.reporter_id is not null and r.reporter_id is distinct from c.subject_id"
}

/// Who is to be thanked when the case is decided.
pub(crate) async fn reporters(conn: &mut Conn, case: CaseId) -> Result<Vec<AccountId>, Problem> {
    let rows: Vec<Reporter> = Reporters { case }.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.reporter_id).collect())
}

query! {
    struct ForgetNetworks { before: DateTime<Utc> => Timestamptz }
    "update reports set network_hash = null where network_hash is not null and created_at < $1"
}

/// Forgets the network hashes of older reports (24 hours: RIGHTS.md, "Periods").
pub(crate) async fn forget_networks(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize, Problem> {
    Ok(ForgetNetworks { before }.execute(&mut **tx).await?)
}
