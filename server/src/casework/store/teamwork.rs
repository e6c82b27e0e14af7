//! Handing on, waiting, asking a colleague, and who else looks.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Binary, Bool, Jsonb, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use super::cases::concerns_nobody;
use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, CaseId, ConsultId};
use crate::query;

query! {
    struct HandTo { case: CaseId => SqlUuid, to: Option<AccountId> => Nullable<SqlUuid> }
    "update cases set handed_to = $2 where id = $1"
}

/// Notes whom a case was handed on to.
pub(crate) async fn hand_to(tx: &mut Tx, case: CaseId, to: Option<AccountId>) -> Result<(), Problem> {
    HandTo { case, to }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct WaitUntil { case: CaseId => SqlUuid, until: DateTime<Utc> => Timestamptz }
    "update cases set waiting_until = $2 where id = $1"
}

/// Notes until when a case waits.
pub(crate) async fn wait_until(tx: &mut Tx, case: CaseId, until: DateTime<Utc>) -> Result<(), Problem> {
    WaitUntil { case, until }.execute(&mut **tx).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: CaseId,
}

query! {
    struct WaitedEnough { now: DateTime<Utc> => Timestamptz }
    "update cases set state = case when escalated_at is null then 'new' else 'escalated' end, waiting_until = null, version = version + 1
      where id in (select id from cases where state = 'waiting' and waiting_until <= $1 order by id limit 100 for update skip locked)
      returning id"
}

/// Puts cases that have waited as long as was asked back into the queue. Answers which.
pub(crate) async fn waited_enough(tx: &mut Tx) -> Result<Vec<CaseId>, Problem> {
    let now = tx.now();
    let rows: Vec<Id> = WaitedEnough { now }.load(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Somebody who could take a case or be asked about it.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct Colleague {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: AccountId,
    #[diesel(sql_type = Text)]
    pub(crate) name: String,
    #[diesel(sql_type = Bool)]
    pub(crate) trained: bool,
}

query! {
    struct Colleagues { case: CaseId => SqlUuid, reader: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    concat!("select a.id, a.pseudonym as name,
            c.certificate is null or exists (select from certificates t where t.account_id = a.id and t.category = c.certificate
                                             and (t.expires_at is null or t.expires_at > $3)) as trained
       from cases c cross join accounts a
      where c.id = $1 and a.id <> $2 and a.erased_at is null
        and exists (select from account_roles r where r.account_id = a.id and r.role in ('moderator', 'coordinator'))
        and not exists (select from sanctions x where x.account_id = a.id and x.kind = 'suspend' and x.lifted_at is null and x.until > $3)
        and ", concerns_nobody!("a.id"), "
      order by trained desc, a.pseudonym limit 200")
}

/// Colleagues whom a case does not concern, the trained ones first.
pub(crate) async fn colleagues(
    conn: &mut Conn,
    case: CaseId,
    reader: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<Colleague>, Problem> {
    Ok(Colleagues { case, reader, now }.load(conn).await?)
}

/// A line of the timeline with sealed words.
#[derive(QueryableByName)]
pub(crate) struct NoteRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: Uuid,
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
    #[diesel(sql_type = Binary)]
    pub(crate) note_sealed: Vec<u8>,
}

query! {
    struct Notes { case: CaseId => SqlUuid }
    "select e.id, e.at, e.actor_id, a.pseudonym as actor_name, e.kind, e.codes, e.note_sealed
       from case_events e left join accounts a on a.id = e.actor_id
      where e.case_id = $1 and e.note_sealed is not null and e.kind in ('note', 'handover', 'wait', 'debrief') order by e.at, e.id"
}

/// The sealed words of moderators in a case, oldest first.
pub(crate) async fn notes(conn: &mut Conn, case: CaseId) -> Result<Vec<NoteRow>, Problem> {
    Ok(Notes { case }.load(conn).await?)
}

/// A question to a colleague.
#[derive(QueryableByName)]
pub(crate) struct ConsultRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: ConsultId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) case_id: CaseId,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) asked_by: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) asked_by_name: Option<String>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) asked_of: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) asked_of_name: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) category: String,
    #[diesel(sql_type = SmallInt)]
    pub(crate) level: i16,
    #[diesel(sql_type = Binary)]
    pub(crate) question_sealed: Vec<u8>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(crate) text_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Nullable<Binary>)]
    pub(crate) answer_sealed: Option<Vec<u8>>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) answered_at: Option<DateTime<Utc>>,
}

macro_rules! consult_columns {
    () => {
        "q.id, q.case_id, q.asked_by, b.pseudonym as asked_by_name, q.asked_of, o.pseudonym as asked_of_name, q.category, q.level,
         q.question_sealed, q.text_sealed, q.answer_sealed, q.created_at, q.answered_at
         from case_consults q left join accounts b on b.id = q.asked_by left join accounts o on o.id = q.asked_of"
    };
}

query! {
    struct ConsultsOfCase { case: CaseId => SqlUuid }
    concat!("select ", consult_columns!(), " where q.case_id = $1 order by q.created_at, q.id")
}
query! {
    struct ConsultsFor { reader: AccountId => SqlUuid }
    concat!("select ", consult_columns!(), " join cases c on c.id = q.case_id
      where q.asked_of = $1 and q.answered_at is null and c.state <> 'closed' and ", concerns_nobody!("$1"), "
      order by q.created_at, q.id limit 50")
}
query! {
    struct LockConsult { id: ConsultId => SqlUuid, reader: AccountId => SqlUuid }
    concat!("select ", consult_columns!(), " join cases c on c.id = q.case_id
      where q.id = $1 and q.asked_of = $2 and c.state <> 'closed' and ", concerns_nobody!("$2"), " for update of q")
}

/// The questions of a case, oldest first.
pub(crate) async fn consults_of(conn: &mut Conn, case: CaseId) -> Result<Vec<ConsultRow>, Problem> {
    Ok(ConsultsOfCase { case }.load(conn).await?)
}

/// Questions that wait for this colleague. One about a case that has come to concern them is no longer theirs.
pub(crate) async fn consults_for(conn: &mut Conn, reader: AccountId) -> Result<Vec<ConsultRow>, Problem> {
    Ok(ConsultsFor { reader }.load(conn).await?)
}

/// A question to this colleague, locked.
pub(crate) async fn lock_consult(tx: &mut Tx, id: ConsultId, reader: AccountId) -> Result<ConsultRow, Problem> {
    let row: Option<ConsultRow> =
        LockConsult { id, reader }.get_result(&mut **tx).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    row.ok_or(Problem::NotFound)
}

/// A question to be kept.
pub(crate) struct NewConsult<'a> {
    pub(crate) case: CaseId,
    pub(crate) by: AccountId,
    pub(crate) of: AccountId,
    pub(crate) category: &'a str,
    pub(crate) level: u8,
    pub(crate) question: Vec<u8>,
    pub(crate) text: Option<Vec<u8>>,
}

query! {
    struct InsertConsult {
        id: ConsultId => SqlUuid, case: CaseId => SqlUuid, by: AccountId => SqlUuid, of: AccountId => SqlUuid, category: String => Text,
        level: i16 => SmallInt, question: Vec<u8> => Binary, text: Option<Vec<u8>> => Nullable<Binary>, now: DateTime<Utc> => Timestamptz,
    }
    "insert into case_consults (id, case_id, asked_by, asked_of, category, level, question_sealed, text_sealed, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
}

pub(crate) async fn insert_consult(tx: &mut Tx, id: ConsultId, new: NewConsult<'_>) -> Result<(), Problem> {
    let now = tx.now();
    InsertConsult {
        id,
        case: new.case,
        by: new.by,
        of: new.of,
        category: new.category.to_owned(),
        level: i16::from(new.level),
        question: new.question,
        text: new.text,
        now,
    }
    .execute(&mut **tx)
    .await?;
    Ok(())
}

query! {
    struct AnswerConsult { id: ConsultId => SqlUuid, answer: Vec<u8> => Binary, now: DateTime<Utc> => Timestamptz }
    "update case_consults set answer_sealed = $2, answered_at = $3 where id = $1"
}

pub(crate) async fn answer_consult(tx: &mut Tx, id: ConsultId, answer: Vec<u8>) -> Result<(), Problem> {
    let now = tx.now();
    AnswerConsult { id, answer, now }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct Look { case: CaseId => SqlUuid, account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "insert into case_presence (case_id, account_id, seen_at) values ($1, $2, $3)
     on conflict (case_id, account_id) do update set seen_at = greatest(case_presence.seen_at, excluded.seen_at)"
}
query! {
    struct Leave { case: CaseId => SqlUuid, account: AccountId => SqlUuid }
    "delete from case_presence where case_id = $1 and account_id = $2"
}
query! {
    struct ForgetPresence { before: DateTime<Utc> => Timestamptz }
    "delete from case_presence where seen_at <= $1"
}
query! {
    struct Lookers { case: CaseId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "select a.id, a.pseudonym as name, true as trained from case_presence v join accounts a on a.id = v.account_id
      where v.case_id = $1 and v.seen_at > $2 - interval '45 seconds' order by a.pseudonym limit 50"
}

/// Somebody has the case open.
pub(crate) async fn look(tx: &mut Tx, case: CaseId, account: AccountId) -> Result<(), Problem> {
    let now = tx.now();
    Look { case, account, now }.execute(&mut **tx).await?;
    Ok(())
}

/// Somebody closed it.
pub(crate) async fn leave(tx: &mut Tx, case: CaseId, account: AccountId) -> Result<(), Problem> {
    Leave { case, account }.execute(&mut **tx).await?;
    Ok(())
}

/// Who has a case open, by name.
pub(crate) async fn lookers(conn: &mut Conn, case: CaseId, now: DateTime<Utc>) -> Result<Vec<Colleague>, Problem> {
    Ok(Lookers { case, now }.load(conn).await?)
}

/// Drops who looked before a moment.
pub(crate) async fn forget_presence(tx: &mut Tx, before: DateTime<Utc>) -> Result<usize, Problem> {
    Ok(ForgetPresence { before }.execute(&mut **tx).await?)
}
