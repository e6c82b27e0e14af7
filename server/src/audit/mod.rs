//! The append-only log of irreversible acts, and the idempotency keys of callers.
//! Ids and codes only: never a text that a person wrote.

mod idempotency;

use chrono::{DateTime, Utc};
use diesel::sql_types::{Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::Value;
use uuid::Uuid;

use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::AccountId;
use crate::query;

pub use idempotency::{Idempotency, Once};

query! {
    struct Append {
        at: DateTime<Utc> => Timestamptz, actor: Option<AccountId> => Nullable<SqlUuid>, act: String => Text,
        kind: String => Text, target: Option<Uuid> => Nullable<SqlUuid>, codes: Value => Jsonb,
    }
    "select audit_append($1, $2, $3, $4, $5, $6)"
}

/// Appends an act to the log in the transaction of the act itself. `actor` none: the server by a rule.
///
/// # Errors
/// When the database fails; then the act does not happen either.
pub async fn append(
    tx: &mut Tx,
    actor: Option<AccountId>,
    act: &str,
    target_kind: &str,
    target: Option<Uuid>,
    codes: Value,
) -> Result<(), Problem> {
    let at = tx.now();
    Append { at, actor, act: act.to_owned(), kind: target_kind.to_owned(), target, codes }.execute(&mut **tx).await?;
    Ok(())
}
