//! Decisions, sanctions, and what they are checked against.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId, CaseId, DecisionId};
use crate::query;

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

query! {
    struct HoldsCertificate { account: AccountId => SqlUuid, category: String => Text, now: DateTime<Utc> => Timestamptz }
    "select exists (select from certificates where account_id = $1 and category = $2 and (expires_at is null or expires_at > $3)) as yes"
}

pub(crate) async fn holds_certificate(
    conn: &mut Conn,
    account: AccountId,
    category: &str,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let row: Yes = HoldsCertificate { account, category: category.to_owned(), now }.get_result(conn).await?;
    Ok(row.yes)
}

/// A decision to be written.
pub(crate) struct NewDecision<'a> {
    pub(crate) case: CaseId,
    pub(crate) action: &'a str,
    pub(crate) rule: Option<&'a str>,
    pub(crate) statement: &'a str,
    pub(crate) subject: Option<AccountId>,
    pub(crate) by: AccountId,
    pub(crate) kind: &'a str,
    pub(crate) target: Uuid,
    pub(crate) revision: i32,
    pub(crate) state_before: &'a str,
    pub(crate) state_after: &'a str,
    pub(crate) appeal_until: Option<DateTime<Utc>>,
}

query! {
    struct Insert {
        id: DecisionId => SqlUuid, case: CaseId => SqlUuid, action: String => Text, rule: Option<String> => Nullable<Text>,
        statement: String => Text, subject: Option<AccountId> => Nullable<SqlUuid>, by: AccountId => SqlUuid, kind: String => Text,
        target: Uuid => SqlUuid, revision: i32 => Integer, after: String => Text, before: String => Text,
        appeal_until: Option<DateTime<Utc>> => Nullable<Timestamptz>, now: DateTime<Utc> => Timestamptz,
    }
    "insert into decisions (id, case_id, action, rule, statement, subject_id, decided_by, target_kind, target_id, target_revision,
                            target_state, previous_state, appeal_until, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
}

pub(crate) async fn insert(tx: &mut Tx, new: &NewDecision<'_>) -> Result<DecisionId, Problem> {
    let id = DecisionId(ids::ordered());
    let now = tx.now();
    Insert {
        id,
        case: new.case,
        action: new.action.to_owned(),
        rule: new.rule.map(str::to_owned),
        statement: new.statement.to_owned(),
        subject: new.subject,
        by: new.by,
        kind: new.kind.to_owned(),
        target: new.target,
        revision: new.revision,
        after: new.state_after.to_owned(),
        before: new.state_before.to_owned(),
        appeal_until: new.appeal_until,
        now,
    }
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

query! {
    struct InsertSanction {
        id: Uuid => SqlUuid, account: AccountId => SqlUuid, decision: DecisionId => SqlUuid, kind: String => Text,
        now: DateTime<Utc> => Timestamptz, until: Option<DateTime<Utc>> => Nullable<Timestamptz>,
    }
    "insert into sanctions (id, account_id, decision_id, kind, starts_at, until) values ($1, $2, $3, $4, $5, $6)"
}

pub(crate) async fn insert_sanction(
    tx: &mut Tx,
    account: AccountId,
    decision: DecisionId,
    kind: &str,
    until: Option<DateTime<Utc>>,
) -> Result<(), Problem> {
    let now = tx.now();
    InsertSanction { id: ids::ordered(), account, decision, kind: kind.to_owned(), now, until }
        .execute(&mut **tx)
        .await?;
    Ok(())
}

query! {
    struct LiftSanctions { decision: DecisionId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update sanctions set lifted_at = $2 where decision_id = $1 and lifted_at is null"
}

/// Lifts what a decision laid on somebody.
pub(crate) async fn lift_sanctions(tx: &mut Tx, decision: DecisionId) -> Result<usize, Problem> {
    let now = tx.now();
    Ok(LiftSanctions { decision, now }.execute(&mut **tx).await?)
}

/// A decision with what it laid on its subject and how an appeal against it stands.
#[derive(QueryableByName, Clone, Debug)]
pub(crate) struct DecisionRow {
    #[diesel(sql_type = SqlUuid)]
    pub(crate) id: DecisionId,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) case_id: CaseId,
    #[diesel(sql_type = Text)]
    pub(crate) action: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) rule: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) statement: String,
    #[diesel(sql_type = Bool)]
    pub(crate) automated: bool,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) subject_id: Option<AccountId>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub(crate) decided_by: Option<AccountId>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) decided_by_name: Option<String>,
    #[diesel(sql_type = Text)]
    pub(crate) target_kind: String,
    #[diesel(sql_type = SqlUuid)]
    pub(crate) target_id: Uuid,
    #[diesel(sql_type = Integer)]
    pub(crate) target_revision: i32,
    #[diesel(sql_type = Text)]
    pub(crate) target_state: String,
    #[diesel(sql_type = Text)]
    pub(crate) previous_state: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) appeal_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) overturned_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    pub(crate) created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) sanction_kind: Option<String>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) sanction_until: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) sanction_lifted_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub(crate) appealed_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) appeal_outcome: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub(crate) appeal_statement: Option<String>,
}

macro_rules! decision_columns {
    () => {
        "d.id, d.case_id, d.action, d.rule, d.statement, d.automated, d.subject_id, d.decided_by, m.pseudonym as decided_by_name,
         d.target_kind, d.target_id, d.target_revision, d.target_state, d.previous_state, d.appeal_until, d.overturned_at, d.created_at,
         s.kind as sanction_kind, s.until as sanction_until, s.lifted_at as sanction_lifted_at,
         p.created_at as appealed_at, o.action as appeal_outcome, o.statement as appeal_statement
         from decisions d
         left join accounts m on m.id = d.decided_by
         left join sanctions s on s.decision_id = d.id
         left join appeals p on p.decision_id = d.id
         left join decisions o on o.case_id = p.case_id and o.action in ('uphold', 'overturn')"
    };
}

query! {
    struct ById { id: DecisionId => SqlUuid }
    concat!("select ", decision_columns!(), " where d.id = $1")
}
query! {
    struct OfCase { case: CaseId => SqlUuid }
    concat!("select ", decision_columns!(), " where d.case_id = $1 order by d.created_at, d.id")
}
query! {
    struct About { subject: AccountId => SqlUuid, before: DateTime<Utc> => Timestamptz, before_id: Uuid => SqlUuid, limit: i64 => BigInt }
    concat!("select ", decision_columns!(), " where d.subject_id = $1 and (d.created_at, d.id) < ($2, $3)
        and (d.action in ('redact', 'hide', 'remove', 'restore', 'approve', 'request_changes') or s.id is not null)
      order by d.created_at desc, d.id desc limit $4")
}
query! {
    struct LastTaking { kind: String => Text, target: Uuid => SqlUuid }
    concat!("select ", decision_columns!(), " where d.target_kind = $1 and d.target_id = $2 and d.action in ('redact', 'hide', 'remove', 'restore')
        and d.overturned_at is null order by d.created_at desc, d.id desc limit 1")
}
query! {
    struct LastSealing { kind: String => Text, target: Uuid => SqlUuid }
    concat!("select ", decision_columns!(), " where d.target_kind = $1 and d.target_id = $2 and d.action in ('redact', 'remove')
        and d.overturned_at is null order by d.created_at desc, d.id desc limit 1")
}

pub(crate) async fn find(conn: &mut Conn, id: DecisionId) -> Result<Option<DecisionRow>, Problem> {
    ById { id }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))
}

pub(crate) async fn of_case(conn: &mut Conn, case: CaseId) -> Result<Vec<DecisionRow>, Problem> {
    Ok(OfCase { case }.load(conn).await?)
}

/// Decisions that somebody is to know of as their subject, the newest first.
pub(crate) async fn about(
    conn: &mut Conn,
    subject: AccountId,
    before: (DateTime<Utc>, Uuid),
    limit: i64,
) -> Result<Vec<DecisionRow>, Problem> {
    Ok(About { subject, before: before.0, before_id: before.1, limit }.load(conn).await?)
}

/// The decision that a text stands as it does by: the last one in force that hid, took away or brought back.
pub(crate) async fn last_taking(conn: &mut Conn, kind: &str, target: Uuid) -> Result<Option<DecisionRow>, Problem> {
    LastTaking { kind: kind.to_owned(), target }
        .get_result(conn)
        .await
        .map_or_else(none_if_missing, |row| Ok(Some(row)))
}

/// The last decision in force for which the text was sealed before it was changed.
pub(crate) async fn last_sealing(conn: &mut Conn, kind: &str, target: Uuid) -> Result<Option<DecisionRow>, Problem> {
    LastSealing { kind: kind.to_owned(), target }
        .get_result(conn)
        .await
        .map_or_else(none_if_missing, |row| Ok(Some(row)))
}

query! {
    struct Overturn { id: DecisionId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update decisions set overturned_at = $2 where id = $1 and overturned_at is null"
}

/// Marks a decision as undone.
pub(crate) async fn overturn(tx: &mut Tx, id: DecisionId) -> Result<(), Problem> {
    let now = tx.now();
    Overturn { id, now }.execute(&mut **tx).await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Word {
    #[diesel(sql_type = Text)]
    statement: String,
}

query! {
    struct ReviewersWord { post: Uuid => SqlUuid }
    "select statement from decisions where target_kind = 'post' and target_id = $1 and action = 'request_changes'
      order by created_at desc limit 1"
}

/// What the reviewer last asked to have changed.
pub(crate) async fn reviewers_word(conn: &mut Conn, post: Uuid) -> Result<Option<String>, Problem> {
    let row: Option<Word> =
        ReviewersWord { post }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| row.statement))
}

/// Ids of the house rules that a community starts with (server/community/README.md); decisions may name them for good.
static RULES: LazyLock<Vec<String>> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct Community {
        house_rules: Vec<Rule>,
    }
    #[derive(serde::Deserialize)]
    struct Rule {
        id: String,
    }
    serde_json::from_str::<Community>(include_str!("../../../community/da.json"))
        .map(|community| community.house_rules.into_iter().map(|rule| rule.id).collect())
        .unwrap_or_default()
});

query! {
    struct OwnRules {}
    "select distinct rule ->> 'id' as id from community_documents d, jsonb_array_elements(d.body) rule where d.kind = 'house_rules'"
}

#[derive(QueryableByName)]
struct RuleId {
    #[diesel(sql_type = Text)]
    id: String,
}

/// Rules that a decision may name: those a community starts with, and those its coordinators have added.
pub(crate) async fn rule_ids(conn: &mut Conn) -> Result<Vec<String>, Problem> {
    let own: Vec<RuleId> = OwnRules {}.load(conn).await?;
    Ok(RULES.iter().cloned().chain(own.into_iter().map(|rule| rule.id)).collect())
}
