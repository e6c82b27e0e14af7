//! Rows of courses: what was read, checks, diplomas, certificates as far as courses look at them.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use moderation::Certificate;
use uuid::Uuid;

use super::course::Course;
use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId};
use crate::query;

#[derive(QueryableByName)]
struct ModuleRow {
    #[diesel(sql_type = Text)]
    module: String,
}

query! {
    struct ModulesRead { account: AccountId => SqlUuid, course: String => Text }
    "select module from course_modules_read where account_id = $1 and course = $2"
}
query! {
    struct MarkRead { account: AccountId => SqlUuid, course: String => Text, module: String => Text, now: DateTime<Utc> => Timestamptz }
    "insert into course_modules_read (account_id, course, module, read_at) values ($1, $2, $3, $4)
     on conflict (account_id, course, module) do update set read_at = excluded.read_at"
}

/// Ids of the parts that somebody has read.
pub(super) async fn modules_read(
    conn: &mut Conn,
    account: AccountId,
    course: Certificate,
) -> Result<Vec<String>, Problem> {
    let rows: Vec<ModuleRow> = ModulesRead { account, course: course.as_str().to_owned() }.load(conn).await?;
    Ok(rows.into_iter().map(|row| row.module).collect())
}

/// Notes that somebody has read a part.
pub(super) async fn mark_read(
    tx: &mut Tx,
    account: AccountId,
    course: Certificate,
    module: &str,
) -> Result<(), Problem> {
    let now = tx.now();
    MarkRead { account, course: course.as_str().to_owned(), module: module.to_owned(), now }.execute(&mut **tx).await?;
    Ok(())
}

/// A check as it stands.
#[derive(QueryableByName, Clone, Debug)]
pub(super) struct CheckRow {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
    #[diesel(sql_type = Text)]
    pub(super) lang: String,
    #[diesel(sql_type = Integer)]
    pub(super) document_version: i32,
    #[diesel(sql_type = BigInt)]
    pub(super) seed: i64,
    /// Places of the options chosen, in the order shown; -1 for none yet.
    #[diesel(sql_type = Array<SmallInt>)]
    pub(super) answers: Vec<i16>,
    #[diesel(sql_type = Timestamptz)]
    pub(super) started_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) finished_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<SmallInt>)]
    pub(super) right_count: Option<i16>,
    #[diesel(sql_type = Nullable<Bool>)]
    pub(super) passed: Option<bool>,
    #[diesel(sql_type = Array<Text>)]
    pub(super) read_again: Vec<String>,
}

query! {
    struct OpenCheck { account: AccountId => SqlUuid, course: String => Text }
    "select id, lang, document_version, seed, answers, started_at, finished_at, right_count, passed, read_again
       from course_checks where account_id = $1 and course = $2 and finished_at is null"
}
query! {
    struct LockCheck { account: AccountId => SqlUuid, course: String => Text }
    "select id, lang, document_version, seed, answers, started_at, finished_at, right_count, passed, read_again
       from course_checks where account_id = $1 and course = $2 and finished_at is null for update"
}
query! {
    struct LastCheck { account: AccountId => SqlUuid, course: String => Text }
    "select id, lang, document_version, seed, answers, started_at, finished_at, right_count, passed, read_again
       from course_checks where account_id = $1 and course = $2 and finished_at is not null order by finished_at desc limit 1"
}

fn one(row: Result<CheckRow, diesel::result::Error>) -> Result<Option<CheckRow>, Problem> {
    row.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// The check that was begun and not finished.
pub(super) async fn open_check(
    conn: &mut Conn,
    account: AccountId,
    course: Certificate,
) -> Result<Option<CheckRow>, Problem> {
    one(OpenCheck { account, course: course.as_str().to_owned() }.get_result(conn).await)
}

/// The same, locked.
pub(super) async fn lock_check(
    tx: &mut Tx,
    account: AccountId,
    course: Certificate,
) -> Result<Option<CheckRow>, Problem> {
    one(LockCheck { account, course: course.as_str().to_owned() }.get_result(&mut **tx).await)
}

/// The check that was finished last.
pub(super) async fn last_check(
    conn: &mut Conn,
    account: AccountId,
    course: Certificate,
) -> Result<Option<CheckRow>, Problem> {
    one(LastCheck { account, course: course.as_str().to_owned() }.get_result(conn).await)
}

query! {
    struct Begin {
        id: Uuid => SqlUuid, account: AccountId => SqlUuid, course: String => Text, lang: String => Text, version: i32 => Integer,
        seed: i64 => BigInt, answers: Vec<i16> => Array<SmallInt>, now: DateTime<Utc> => Timestamptz,
    }
    "insert into course_checks (id, account_id, course, lang, document_version, seed, answers, started_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (account_id, course) where finished_at is null do nothing"
}
query! {
    struct Drop { id: Uuid => SqlUuid }
    "delete from course_checks where id = $1 and finished_at is null"
}
query! {
    struct Answer { id: Uuid => SqlUuid, number: i32 => Integer, option: i16 => SmallInt }
    "update course_checks set answers[$2] = $3 where id = $1 and finished_at is null"
}
query! {
    struct Finish { id: Uuid => SqlUuid, now: DateTime<Utc> => Timestamptz, right: i16 => SmallInt, passed: bool => Bool, again: Vec<String> => Array<Text> }
    "update course_checks set finished_at = $2, right_count = $3, passed = $4, read_again = $5 where id = $1"
}

/// Begins a check by a seed of chance; one that is open already stays.
pub(super) async fn begin(tx: &mut Tx, account: AccountId, course: &Course, seed: i64) -> Result<(), Problem> {
    let (now, answers) = (tx.now(), vec![-1; course.asked()]);
    let (code, lang) = (course.certificate.as_str().to_owned(), course.lang.code().to_owned());
    Begin { id: ids::ordered(), account, course: code, lang, version: course.version, seed, answers, now }
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Takes an open check away whose words are no longer there.
pub(super) async fn drop_check(tx: &mut Tx, id: Uuid) -> Result<(), Problem> {
    Drop { id }.execute(&mut **tx).await?;
    Ok(())
}

/// Keeps an answer to a question, numbered from 0.
pub(super) async fn answer(tx: &mut Tx, id: Uuid, number: usize, option: usize) -> Result<(), Problem> {
    // Arrays of PostgreSQL count from 1.
    let number = i32::try_from(number).unwrap_or(i32::MAX).saturating_add(1);
    Answer { id, number, option: i16::try_from(option).unwrap_or(i16::MAX) }.execute(&mut **tx).await?;
    Ok(())
}

/// Closes a check with its grade.
pub(super) async fn finish(
    tx: &mut Tx,
    id: Uuid,
    right: usize,
    passed: bool,
    again: Vec<String>,
) -> Result<(), Problem> {
    let now = tx.now();
    Finish { id, now, right: i16::try_from(right).unwrap_or(i16::MAX), passed, again }.execute(&mut **tx).await?;
    Ok(())
}

/// A certificate and diploma of somebody, where there is one of the two.
#[derive(QueryableByName, Clone, Debug)]
pub(super) struct HeldRow {
    #[diesel(sql_type = Bool)]
    pub(super) certified: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) expires_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) code: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(super) diploma_until: Option<DateTime<Utc>>,
}

query! {
    struct Held { account: AccountId => SqlUuid, course: String => Text, now: DateTime<Utc> => Timestamptz }
    "select (c.account_id is not null and (c.expires_at is null or c.expires_at > $3)) as certified, c.expires_at, d.code, d.expires_at as diploma_until
       from (select $1::uuid as account_id) a
       left join certificates c on c.account_id = a.account_id and c.category = $2
       left join diplomas d on d.account_id = a.account_id and d.course = $2"
}

/// What somebody holds of a course.
pub(super) async fn held(
    conn: &mut Conn,
    account: AccountId,
    course: Certificate,
    now: DateTime<Utc>,
) -> Result<HeldRow, Problem> {
    Ok(Held { account, course: course.as_str().to_owned(), now }.get_result(conn).await?)
}

query! {
    /// Passed again, a diploma keeps its code: who was shown it sees what is true now.
    struct Issue { account: AccountId => SqlUuid, course: String => Text, code: String => Text, now: DateTime<Utc> => Timestamptz, until: DateTime<Utc> => Timestamptz }
    "insert into diplomas (account_id, course, code, issued_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (account_id, course) do update set issued_at = excluded.issued_at, expires_at = excluded.expires_at"
}

/// Gives a diploma, or a new date to the one there is.
pub(super) async fn issue(
    tx: &mut Tx,
    account: AccountId,
    course: Certificate,
    code: String,
    until: DateTime<Utc>,
) -> Result<(), Problem> {
    let now = tx.now();
    Issue { account, course: course.as_str().to_owned(), code, now, until }.execute(&mut **tx).await?;
    Ok(())
}

/// A diploma by its code.
#[derive(QueryableByName)]
pub(super) struct DiplomaRow {
    #[diesel(sql_type = Text)]
    pub(super) course: String,
    #[diesel(sql_type = Text)]
    pub(super) code: String,
    #[diesel(sql_type = Text)]
    pub(super) pseudonym: String,
    #[diesel(sql_type = Timestamptz)]
    pub(super) issued_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub(super) expires_at: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    pub(super) withdrawn: bool,
}

query! {
    /// The certificate decides: where it is gone the diploma was withdrawn, where it ends sooner so does the diploma.
    struct FindDiploma { code: String => Text }
    "select d.course, d.code, a.pseudonym, d.issued_at, least(d.expires_at, c.expires_at) as expires_at, c.account_id is null as withdrawn
       from diplomas d join accounts a on a.id = d.account_id
       left join certificates c on c.account_id = d.account_id and c.category = d.course
      where d.code = $1"
}

/// The diploma with a code.
pub(super) async fn find_diploma(conn: &mut Conn, code: String) -> Result<Option<DiplomaRow>, Problem> {
    FindDiploma { code }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// A certificate that ends soon.
#[derive(QueryableByName)]
pub(super) struct EndingRow {
    #[diesel(sql_type = SqlUuid)]
    pub(super) account_id: AccountId,
    #[diesel(sql_type = Text)]
    pub(super) category: String,
}

query! {
    /// Only those who still take cases.
    struct Ending { now: DateTime<Utc> => Timestamptz, before: DateTime<Utc> => Timestamptz }
    "with soon as (
       select c.account_id, c.category from certificates c
        where c.expires_at > $1 and c.expires_at <= $2 and c.told_at is null
          and exists (select from account_roles r where r.account_id = c.account_id and r.role in ('moderator', 'coordinator'))
        limit 100 for update skip locked)
     update certificates c set told_at = $1 from soon where c.account_id = soon.account_id and c.category = soon.category
     returning c.account_id, c.category"
}

/// Certificates that end before a moment and whose holders were not told; they are marked as told.
pub(super) async fn ending(tx: &mut Tx, before: DateTime<Utc>) -> Result<Vec<EndingRow>, Problem> {
    let now = tx.now();
    Ok(Ending { now, before }.load(&mut **tx).await?)
}

query! {
    struct ForgetChecks { before: DateTime<Utc> => Timestamptz, begun: DateTime<Utc> => Timestamptz }
    "delete from course_checks where id in (
       select id from course_checks where finished_at <= $1 or (finished_at is null and started_at <= $2) limit 500)"
}

/// Checks finished before a moment, and those begun before another and never finished.
pub(super) async fn forget_checks(tx: &mut Tx, before: DateTime<Utc>, begun: DateTime<Utc>) -> Result<usize, Problem> {
    Ok(ForgetChecks { before, begun }.execute(&mut **tx).await?)
}
