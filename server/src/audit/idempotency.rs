//! `Idempotency-Key`: the same request sent twice is done once. Status and id are kept, never the answer,
//! so a repeat is rendered under today's rights.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::AccountId;
use crate::query;

const MAX_KEY: usize = 200;

/// The key of a request, if it has one, with the method and path it was sent to.
pub struct Idempotency {
    key: Option<Result<String, Problem>>,
    place: String,
}

impl FromRequest for Idempotency {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let key = request.headers().get("idempotency-key").map(|value| match value.to_str() {
            Ok(text) if (1..=MAX_KEY).contains(&text.len()) => Ok(text.to_owned()),
            _ => Err(Problem::field("Idempotency-Key", "bad_format")),
        });
        std::future::ready(Ok(Self { key, place: format!("{} {}", request.method(), request.path()) }))
    }
}

/// Whether a request is new.
pub enum Once {
    /// Do the work, then [`Once::done`].
    First(Option<String>),
    /// It was done: the id of what it made.
    Repeat(Uuid),
}

query! {
    struct TryLock { key: i64 => BigInt }
    "select pg_try_advisory_xact_lock($1) as held"
}
query! {
    struct Find { account: AccountId => SqlUuid, key: String => Text }
    "select request_hash, resource_id from idempotency_keys where account_id = $1 and key = $2"
}
query! {
    struct Insert {
        account: AccountId => SqlUuid, key: String => Text, hash: Vec<u8> => Binary, now: DateTime<Utc> => Timestamptz,
    }
    "insert into idempotency_keys (account_id, key, request_hash, created_at) values ($1, $2, $3, $4)
     on conflict (account_id, key) do update set request_hash = $3, created_at = $4, status = null, resource_id = null"
}
query! {
    struct Finish { account: AccountId => SqlUuid, key: String => Text, status: i16 => SmallInt, id: Uuid => SqlUuid }
    "update idempotency_keys set status = $3, resource_id = $4 where account_id = $1 and key = $2"
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

#[derive(QueryableByName)]
struct Known {
    #[diesel(sql_type = Binary)]
    request_hash: Vec<u8>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    resource_id: Option<Uuid>,
}

impl Idempotency {
    /// Looks the key up in the transaction of the work.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` for another body, 409 `still_running` while the first is at work.
    pub async fn begin(self, tx: &mut Tx, account: AccountId, body: &[u8]) -> Result<Once, Problem> {
        let Some(key) = self.key.transpose()? else { return Ok(Once::First(None)) };
        let hash =
            Sha256::new().chain_update(self.place.as_bytes()).chain_update([0]).chain_update(body).finalize().to_vec();
        let lock = Sha256::new().chain_update(account.0.as_bytes()).chain_update(key.as_bytes()).finalize();
        let lock = lock.iter().take(8).fold(0_i64, |n, byte| (n << 8) | i64::from(*byte));
        let held: Held = TryLock { key: lock }.get_result(&mut **tx).await?;
        if !held.held {
            return Err(Problem::Conflict("still_running", json!({})));
        }
        let known: Option<Known> = Find { account, key: key.clone() }
            .get_result(&mut **tx)
            .await
            .map_or_else(none_if_missing, |k| Ok(Some(k)))?;
        match known {
            Some(Known { request_hash, .. }) if request_hash != hash => {
                Err(Problem::Unprocessable("idempotency_key_reused", json!({})))
            }
            Some(Known { resource_id: Some(id), .. }) => Ok(Once::Repeat(id)),
            _ => {
                let now = tx.now();
                Insert { account, key: key.clone(), hash, now }.execute(&mut **tx).await?;
                Ok(Once::First(Some(key)))
            }
        }
    }
}

impl Once {
    /// Notes what the work made, in its own transaction.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn done(self, tx: &mut Tx, account: AccountId, status: u16, id: Uuid) -> Result<(), Problem> {
        if let Self::First(Some(key)) = self {
            let status = i16::try_from(status).unwrap_or(0);
            Finish { account, key, status, id }.execute(&mut **tx).await?;
        }
        Ok(())
    }
}
