//! Breaches: their steps, the people affected, the assessment.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use moderation::Coded;
use moderation::breach::{NoBreach, Outcome, Reach, Step, Verdict};
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, CaseId};
use crate::query;

/// A breach as it stands.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct BreachRow {
    #[diesel(sql_type = Timestamptz)]
    pub(crate) aware_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) no_breach: Option<String>,
    #[diesel(sql_type = Array<Text>)]
    pub(crate) left_kinds: Vec<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) reach: Option<String>,
    #[diesel(sql_type = Integer)]
    pub(crate) affected_outside: i32,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) verdict: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) notified_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(crate) form_sealed: Option<Vec<u8>>,
}

query! {
    struct Begin { case: CaseId => SqlUuid, aware_at: DateTime<Utc> => Timestamptz }
    "insert into breaches (case_id, aware_at) values ($1, $2) on conflict (case_id) do nothing"
}
query! {
    struct BeginSteps { case: CaseId => SqlUuid, steps: Vec<String> => Array<Text> }
    "insert into breach_steps (case_id, step) select $1, unnest($2) on conflict (case_id, step) do nothing"
}

/// Gives a case its steps; one that has them keeps them as they stand.
pub(crate) async fn begin(tx: &mut Tx, case: CaseId, aware_at: DateTime<Utc>) -> Result<(), Problem> {
    if (Begin { case, aware_at }).execute(&mut **tx).await? == 1 {
        let steps = Step::ALL.iter().map(|step| step.as_str().to_owned()).collect();
        BeginSteps { case, steps }.execute(&mut **tx).await?;
    }
    Ok(())
}

query! {
    struct Find { case: CaseId => SqlUuid }
    "select aware_at, no_breach, left_kinds, reach, affected_outside, verdict, notified_at, form_sealed from breaches where case_id = $1"
}

/// The breach of a case that has one.
pub(crate) async fn find(conn: &mut Conn, case: CaseId) -> Result<Option<BreachRow>, Problem> {
    Find { case }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// A step as it stands.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct StepRow {
    #[diesel(sql_type = Text)]
    pub(crate) step: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) outcome: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) done_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) done_by: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) done_by_name: Option<String>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(crate) note_sealed: Option<Vec<u8>>,
}

query! {
    struct Steps { case: CaseId => SqlUuid }
    "select s.step, s.outcome, s.done_at, s.done_by, a.pseudonym as done_by_name, s.note_sealed
       from breach_steps s left join accounts a on a.id = s.done_by where s.case_id = $1"
}

/// The steps of a breach, in their order.
pub(crate) async fn steps(conn: &mut Conn, case: CaseId) -> Result<Vec<StepRow>, Problem> {
    let mut rows: Vec<StepRow> = Steps { case }.load(conn).await?;
    rows.sort_by_key(|row| row.step.parse::<Step>().ok());
    Ok(rows)
}

/// The steps that are done.
pub(crate) async fn done_steps(conn: &mut Conn, case: CaseId) -> Result<Vec<Step>, Problem> {
    let rows = steps(conn, case).await?;
    Ok(rows.iter().filter(|row| row.done_at.is_some()).filter_map(|row| row.step.parse().ok()).collect())
}

query! {
    struct Mark {
        case: CaseId => SqlUuid, step: String => Text, outcome: String => Text, by: Option<AccountId> => Nullable<SqlUuid>,
        note: Option<Vec<u8>> => Nullable<Binary>, now: DateTime<Utc> => Timestamptz,
    }
    "update breach_steps set outcome = $3, done_by = $4, note_sealed = coalesce($5, note_sealed), done_at = $6 where case_id = $1 and step = $2"
}

/// Marks a step as come out.
pub(crate) async fn mark(
    tx: &mut Tx,
    case: CaseId,
    step: Step,
    outcome: Outcome,
    by: Option<AccountId>,
    note: Option<Vec<u8>>,
) -> Result<(), Problem> {
    let (now, step, outcome) = (tx.now(), step.as_str().to_owned(), outcome.as_str().to_owned());
    Mark { case, step, outcome, by, note, now }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct Unmark { case: CaseId => SqlUuid, step: String => Text }
    "update breach_steps set outcome = null, done_at = null, done_by = null where case_id = $1 and step = $2"
}

/// Opens a step again.
pub(crate) async fn unmark(tx: &mut Tx, case: CaseId, step: Step) -> Result<(), Problem> {
    Unmark { case, step: step.as_str().to_owned() }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct SetNoBreach { case: CaseId => SqlUuid, why: String => Text }
    "update breaches set no_breach = $2 where case_id = $1 and no_breach is null"
}

/// It was none. Answers whether there was one to end.
pub(crate) async fn set_no_breach(tx: &mut Tx, case: CaseId, why: NoBreach) -> Result<bool, Problem> {
    Ok(SetNoBreach { case, why: why.as_str().to_owned() }.execute(&mut **tx).await? == 1)
}

query! {
    struct SetLeaked { case: CaseId => SqlUuid, kinds: Vec<String> => Array<Text>, reach: String => Text }
    "update breaches set left_kinds = $2, reach = $3 where case_id = $1"
}

/// What left the space, and how far it went.
pub(crate) async fn set_leaked(tx: &mut Tx, case: CaseId, kinds: Vec<String>, reach: Reach) -> Result<(), Problem> {
    SetLeaked { case, kinds, reach: reach.as_str().to_owned() }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct SetForm {
        case: CaseId => SqlUuid, verdict: Option<String> => Nullable<Text>, notified: Option<DateTime<Utc>> => Nullable<Timestamptz>,
        form: Vec<u8> => Binary,
    }
    "update breaches set verdict = $2, notified_at = $3, form_sealed = $4 where case_id = $1"
}

/// The assessment, as far as it was written.
pub(crate) async fn set_form(
    tx: &mut Tx,
    case: CaseId,
    verdict: Option<Verdict>,
    notified: Option<DateTime<Utc>>,
    form: Vec<u8>,
) -> Result<(), Problem> {
    let verdict = verdict.map(|verdict| verdict.as_str().to_owned());
    SetForm { case, verdict, notified, form }.execute(&mut **tx).await?;
    Ok(())
}

/// A member affected by a breach, or its author.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct PersonRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
    #[diesel(sql_type = Text)]
    pub(crate) locale: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) told_at: Option<DateTime<Utc>>,
}

query! {
    struct People { case: CaseId => SqlUuid }
    "select a.id, a.pseudonym as name, a.locale, p.told_at from breach_people p join accounts a on a.id = p.account_id
      where p.case_id = $1 order by a.pseudonym"
}
query! {
    struct Author { case: CaseId => SqlUuid }
    "select a.id, a.pseudonym as name, a.locale,
            (select min(l.created_at) from letters l where l.case_id = c.id and l.account_id = a.id and l.about = 'breach_author') as told_at
       from cases c join accounts a on a.id = c.subject_id where c.id = $1 and c.target_kind <> 'outside'"
}

/// Members known to be affected.
pub(crate) async fn people(conn: &mut Conn, case: CaseId) -> Result<Vec<PersonRow>, Problem> {
    Ok(People { case }.load(conn).await?)
}

/// Who wrote what got out; none after erasure or where it happened outside.
pub(crate) async fn author(conn: &mut Conn, case: CaseId) -> Result<Option<PersonRow>, Problem> {
    Author { case }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

query! {
    struct DropPeople { case: CaseId => SqlUuid, keep: Vec<AccountId> => Array<SqlUuid> }
    "delete from breach_people where case_id = $1 and account_id <> all($2) and told_at is null"
}
query! {
    struct AddPeople { case: CaseId => SqlUuid, accounts: Vec<AccountId> => Array<SqlUuid> }
    "insert into breach_people (case_id, account_id) select $1, unnest($2) on conflict (case_id, account_id) do nothing"
}
query! {
    struct SetOutside { case: CaseId => SqlUuid, outside: i32 => Integer }
    "update breaches set affected_outside = $2 where case_id = $1"
}

/// Who is affected. Somebody who was told stays on the list.
pub(crate) async fn set_people(
    tx: &mut Tx,
    case: CaseId,
    accounts: Vec<AccountId>,
    outside: i32,
) -> Result<(), Problem> {
    DropPeople { case, keep: accounts.clone() }.execute(&mut **tx).await?;
    AddPeople { case, accounts }.execute(&mut **tx).await?;
    SetOutside { case, outside }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct Told { case: CaseId => SqlUuid, account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update breach_people set told_at = coalesce(told_at, $3) where case_id = $1 and account_id = $2"
}

/// Somebody affected was told.
pub(crate) async fn told(tx: &mut Tx, case: CaseId, account: AccountId) -> Result<(), Problem> {
    let now = tx.now();
    Told { case, account, now }.execute(&mut **tx).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

query! {
    struct BySkeleton { skeleton: String => Text }
    "select id from accounts where pseudonym_skeleton = $1 and erased_at is null"
}

/// The account of a pseudonym, whatever its case.
pub(crate) async fn account_named(conn: &mut Conn, name: &str) -> Result<Option<AccountId>, Problem> {
    let skeleton = moderation::pseudonym::skeleton(name.trim());
    let row: Option<Id> =
        BySkeleton { skeleton }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| AccountId(row.id)))
}

/// What shows that the text is contained.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct Proof {
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) hidden_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    pub(crate) tasks_all: i64,
    #[diesel(sql_type = BigInt)]
    pub(crate) tasks_done: i64,
}

query! {
    struct ProofOf { case: CaseId => SqlUuid }
    "select (select min(e.at) from case_events e where e.case_id = $1
               and ((e.kind = 'reported' and e.codes ->> 'effect' = 'hidden')
                    or (e.kind = 'decided' and e.codes ->> 'action' in ('hide', 'redact', 'remove')))) as hidden_at,
            (select count(*) from redaction_tasks t where t.case_id = $1) as tasks_all,
            (select count(*) from redaction_tasks t where t.case_id = $1 and t.done_at is not null) as tasks_done"
}

pub(crate) async fn proof(conn: &mut Conn, case: CaseId) -> Result<Proof, Problem> {
    Ok(ProofOf { case }.get_result(conn).await?)
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    case_id: CaseId,
}

query! {
    struct Warn { before: DateTime<Utc> => Timestamptz, now: DateTime<Utc> => Timestamptz }
    "update breaches set warned_at = $2
      where case_id in (select b.case_id from breaches b join cases c on c.id = b.case_id
                         where b.verdict is null and b.no_breach is null and b.warned_at is null and b.aware_at <= $1 and c.state <> 'closed'
                         order by b.case_id limit 100 for update of b skip locked)
      returning case_id"
}

/// Breaches that nobody has assessed and that we have known of since before a moment; each is answered once.
pub(crate) async fn unassessed_since(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<CaseId>, Problem> {
    let now = tx.now();
    let rows: Vec<Due> = Warn { before, now }.load(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| row.case_id).collect())
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

query! {
    struct EveryoneTold { case: CaseId => SqlUuid }
    "select exists (select from breach_people where case_id = $1)
        and not exists (select from breach_people where case_id = $1 and told_at is null) as yes"
}

/// Whether there are members affected and each of them was told.
pub(crate) async fn everyone_told(conn: &mut Conn, case: CaseId) -> Result<bool, Problem> {
    let row: Yes = EveryoneTold { case }.get_result(conn).await?;
    Ok(row.yes)
}

query! {
    struct SetAware { case: CaseId => SqlUuid, at: DateTime<Utc> => Timestamptz }
    "update breaches set aware_at = $2 where case_id = $1"
}

/// When we learnt of it, where that was before it was written down.
pub(crate) async fn set_aware(tx: &mut Tx, case: CaseId, at: DateTime<Utc>) -> Result<(), Problem> {
    SetAware { case, at }.execute(&mut **tx).await?;
    Ok(())
}
