//! Roles and certificates: granted by a coordinator, effective at once, in the audit log.

use chrono::{DateTime, Utc};
use diesel_async::RunQueryDsl;
use moderation::Certificate;
use serde_json::json;

use super::{RightsHooks, store};
use crate::access::{Role, Roles};
use crate::audit;
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Tx;
use crate::infra::ids::AccountId;
use crate::notify;

/// Sets the roles of an account and, if given, the trust in a supporter. `by` none: a command on the server.
///
/// # Errors
/// 404 without such an account, 409 `last_coordinator`.
pub async fn set_roles(
    tx: &mut Tx,
    hooks: &RightsHooks,
    by: Option<AccountId>,
    account: AccountId,
    roles: &Roles,
    trusted: Option<bool>,
) -> Result<(), Problem> {
    lock(tx, account).await?;
    if !roles.has(Role::Coordinator) {
        keep_a_coordinator(tx, account).await?;
    }
    let codes: Vec<String> = roles.iter().filter(|r| *r != Role::Participant).map(|r| r.code().to_owned()).collect();
    let now = tx.now();
    store::DropRoles { id: account, keep: codes.clone() }.execute(&mut **tx).await?;
    store::AddRoles { id: account, roles: codes.clone(), by, now }.execute(&mut **tx).await?;
    if let Some(trusted) = trusted {
        store::SetTrusted { id: account, trusted }.execute(&mut **tx).await?;
    }
    audit::append(tx, by, "roles_set", "account", Some(account.0), json!({"roles": codes, "trusted": trusted})).await?;
    changed(tx, hooks, account, "roles_changed").await
}

pub(super) async fn lock(tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    match (store::LockAccount { id: account }).execute(&mut **tx).await? {
        0 => Err(Problem::NotFound),
        _ => Ok(()),
    }
}

/// A community without a coordinator cannot get one back on a page.
pub(super) async fn keep_a_coordinator(tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
    let person: Option<store::PersonRow> = find(tx, account).await?;
    let is_one = person.is_some_and(|p| p.roles.iter().any(|r| r == Role::Coordinator.code()));
    let others: store::CountRow = store::OtherCoordinators { id: account }.get_result(&mut **tx).await?;
    if is_one && others.n == 0 {
        return Err(Problem::Conflict("last_coordinator", json!({})));
    }
    Ok(())
}

async fn find(tx: &mut Tx, account: AccountId) -> Result<Option<store::PersonRow>, Problem> {
    let now = tx.now();
    store::PersonById { id: account, now }
        .get_result(&mut **tx)
        .await
        .map_or_else(crate::access::session::none_if_missing, |row| Ok(Some(row)))
}

/// Sets which training an account has: those left out are taken away.
///
/// # Errors
/// 404 without such an account.
pub async fn set_certificates(
    tx: &mut Tx,
    hooks: &RightsHooks,
    by: Option<AccountId>,
    account: AccountId,
    certificates: &[(Certificate, Option<DateTime<Utc>>)],
) -> Result<(), Problem> {
    lock(tx, account).await?;
    let keep: Vec<String> = certificates.iter().map(|(c, _)| c.as_str().to_owned()).collect();
    store::DropCertificates { id: account, keep: keep.clone() }.execute(&mut **tx).await?;
    for (category, until) in certificates {
        grant_certificate(tx, by, account, *category, *until).await?;
    }
    audit::append(tx, by, "certificates_set", "account", Some(account.0), json!({"certificates": keep})).await?;
    changed(tx, hooks, account, "certificates_changed").await
}

/// Records one training.
///
/// # Errors
/// When the database fails.
pub async fn grant_certificate(
    tx: &mut Tx,
    by: Option<AccountId>,
    account: AccountId,
    category: Certificate,
    until: Option<DateTime<Utc>>,
) -> Result<(), Problem> {
    let now = tx.now();
    store::AddCertificate { id: account, category: category.as_str().to_owned(), by, now, until }
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Records that somebody passed a course. What they have already is never made shorter by it.
///
/// # Errors
/// 404 without such an account.
pub async fn earn_certificate(
    tx: &mut Tx,
    account: AccountId,
    category: Certificate,
    until: DateTime<Utc>,
) -> Result<(), Problem> {
    lock(tx, account).await?;
    let now = tx.now();
    store::EarnCertificate { id: account, category: category.as_str().to_owned(), now, until }
        .execute(&mut **tx)
        .await?;
    let codes = json!({"certificate": category.as_str(), "until": until});
    audit::append(tx, Some(account), "certificate_earned", "account", Some(account.0), codes).await?;
    tx.announce(Signal::new(Topic::Access, account, 0));
    Ok(())
}

async fn changed(tx: &mut Tx, hooks: &RightsHooks, account: AccountId, kind: &str) -> Result<(), Problem> {
    hooks.run(tx, account).await?;
    notify::tell(tx, account, kind, json!({})).await?;
    tx.announce(Signal::new(Topic::Access, account, 0));
    Ok(())
}
