//! Evidence: texts as they were, sealed with a key of the case. The only place that seals and opens.

use anyhow::anyhow;
use uuid::Uuid;

use super::store::evidence as store;
use super::target::{TargetKind, TargetText};
use crate::access::Keys;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::CaseId;
use crate::privacy::{CaseKey, Vault};

/// What notes of witnesses, reasons and appeals are sealed as.
pub(crate) const NOTE: &str = "note";

/// The key of a case, made when it is first needed.
pub(crate) async fn key(tx: &mut Tx, vault: &Vault, case: CaseId) -> Result<CaseKey, Problem> {
    if let Some(wrapped) = store::find_key(tx, case).await? {
        return vault.unwrap(&wrapped, case.0.as_bytes());
    }
    let (key, wrapped) = vault.fresh(case.0.as_bytes())?;
    if store::insert_key(tx, case, wrapped).await? {
        return Ok(key);
    }
    known_key(tx, vault, case).await?.ok_or_else(|| Problem::Internal(anyhow!("a case lost its key")))
}

/// The key of a case that has one.
pub(crate) async fn known_key(conn: &mut Conn, vault: &Vault, case: CaseId) -> Result<Option<CaseKey>, Problem> {
    store::find_key(conn, case).await?.map(|wrapped| vault.unwrap(&wrapped, case.0.as_bytes())).transpose()
}

/// Seals one revision of a text as evidence of a case.
pub(crate) async fn keep(
    tx: &mut Tx,
    vault: &Vault,
    case: CaseId,
    (kind, target, revision): (TargetKind, Uuid, i32),
    text: &TargetText,
) -> Result<(), Problem> {
    let key = key(tx, vault, case).await?;
    let plain = serde_json::to_vec(text).map_err(|e| Problem::Internal(e.into()))?;
    let sealed = key.seal(&plain, &place(target, revision))?;
    store::insert(tx, case, (kind, target, revision), sealed).await
}

/// The sealed revisions that a case holds of a target, oldest first.
pub(crate) async fn kept(
    conn: &mut Conn,
    vault: &Vault,
    case: CaseId,
    (kind, target): (TargetKind, Uuid),
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<(i32, TargetText)>, Problem> {
    let rows = store::of_case(conn, case, kind, target, now).await?;
    let Some(key) = known_key(conn, vault, case).await? else { return Ok(Vec::new()) };
    rows.into_iter()
        .map(|row| {
            let plain = key.open(&row.body_sealed, &place(target, row.revision))?;
            let text = serde_json::from_slice(&plain).map_err(|e| Problem::Internal(e.into()))?;
            Ok((row.revision, text))
        })
        .collect()
}

fn place(target: Uuid, revision: i32) -> String {
    format!("text {target} {revision}")
}

/// Whether the secret of this installation opens the keys of cases; none while there are none.
///
/// # Errors
/// When the database fails.
pub async fn secret_fits(conn: &mut Conn, keys: &Keys) -> Result<Option<bool>, Problem> {
    let newest = store::newest_key(conn).await?;
    Ok(newest.map(|(case, wrapped)| Vault::new(keys).unwrap(&wrapped, case.0.as_bytes()).is_ok()))
}
