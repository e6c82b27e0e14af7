//! Claims and due times, and what ends or escalates them.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;

use super::cases::concerns_nobody;
use crate::http::Problem;
use crate::infra::db::{Tx, broken_constraint};
use crate::infra::ids::{AccountId, CaseId};
use crate::query;

query! {
    struct SetClaim { id: CaseId => SqlUuid, holder: AccountId => SqlUuid, until: DateTime<Utc> => Timestamptz, raise: bool => Bool }
    "update cases set state = 'claimed', claim_holder = $2, claim_until = $3, handed_to = null, waiting_until = null, version = version + case when $4 then 1 else 0 end where id = $1"
}

/// Gives the claim, raising the version unless it is a renewal.
pub(crate) async fn set(
    tx: &mut Tx,
    id: CaseId,
    holder: AccountId,
    until: DateTime<Utc>,
    raise: bool,
) -> Result<(), Problem> {
    match (SetClaim { id, holder, until, raise }).execute(&mut **tx).await {
        Ok(_) => Ok(()),
        // The program has asked before; the database has the last word (server/sql/casework.sql).
        Err(error) => Err(match broken_constraint(&error) {
            Some("cases_claim_certificate") => Problem::Refused("certificate_required"),
            Some("cases_claim_concerns") => Problem::NotFound,
            _ => error.into(),
        }),
    }
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: CaseId,
}

query! {
    struct FreeAll { account: AccountId => SqlUuid }
    "update cases set claim_holder = null, claim_until = null, version = version + 1,
            state = case when state <> 'claimed' then state when escalated_at is null then 'new' else 'escalated' end
      where claim_holder = $1 and state not in ('decided', 'closed') returning id"
}

/// Frees every claim of an account. Answers which cases they were.
pub(crate) async fn free_all(tx: &mut Tx, account: AccountId) -> Result<Vec<CaseId>, Problem> {
    let rows: Vec<Id> = FreeAll { account }.load(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

query! {
    struct EscalateOverdue { now: DateTime<Utc> => Timestamptz }
    "update cases set escalated_at = $1,
            state = case when case_state_at(state, claim_until, escalated_at, $1) in ('new', 'reopened') then 'escalated' else state end
      where id in (select id from cases where due_at <= $1 and escalated_at is null and state not in ('decided', 'closed')
                   order by id limit 100 for update skip locked)
      returning id"
}

/// Marks cases whose due time has passed; they stay open. Answers which.
pub(crate) async fn escalate_overdue(tx: &mut Tx) -> Result<Vec<CaseId>, Problem> {
    let now = tx.now();
    let rows: Vec<Id> = EscalateOverdue { now }.load(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

query! {
    struct Coordinators { case: CaseId => SqlUuid, }
    concat!("select r.account_id as id from account_roles r join cases c on c.id = $1
      where r.role = 'coordinator' and ", concerns_nobody!("r.account_id"))
}

#[derive(QueryableByName)]
struct Account {
    #[diesel(sql_type = SqlUuid)]
    id: AccountId,
}

/// Coordinators whom the case does not concern.
pub(crate) async fn coordinators_for(tx: &mut Tx, case: CaseId) -> Result<Vec<AccountId>, Problem> {
    let rows: Vec<Account> = Coordinators { case }.load(&mut **tx).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

query! {
    struct MayDecide { account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "select exists (select from account_roles where account_id = $1 and role in ('moderator', 'coordinator'))
        and not exists (select from sanctions where account_id = $1 and kind = 'suspend' and lifted_at is null and until > $2) as yes"
}

/// Whether an account holds a role that decides cases, and is not suspended.
pub(crate) async fn may_decide(tx: &mut Tx, account: AccountId, now: DateTime<Utc>) -> Result<bool, Problem> {
    let row: Yes = MayDecide { account, now }.get_result(&mut **tx).await?;
    Ok(row.yes)
}
