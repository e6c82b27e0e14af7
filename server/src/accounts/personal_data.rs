//! What accounts hold of a person, and what the modules below keep for them: sessions, keys of requests, notifications.
//! Erasing the row of the account takes its name off everything that is left: every reference to it is emptied or goes too.

use chrono::{DateTime, Utc};
use diesel::sql_types::{Binary, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::{Map, Value};

use super::retired;
use crate::access::Keys;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;
use crate::privacy::periods::{Periods, back};
use crate::privacy::{Exported, Forgotten, Pending, PersonalData, TextChoice, collect};
use crate::query;

/// Accounts as a holder of personal data. It must be the last one to erase.
pub struct AccountData {
    keys: Keys,
}

impl AccountData {
    /// `keys` make the hashes of retired pseudonyms useless to anybody else.
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        Self { keys }
    }
}

query! {
    struct Export { id: AccountId => SqlUuid }
    "select jsonb_build_object(
       'accounts', (select jsonb_agg(x) from (
          select id, pseudonym, birth_year, ask_me_about, heard_from, locale, shows_presence, trusted, origin, rules_accepted_at, consented_at, created_at
          from accounts where id = $1) x),
       'account_roles', (select jsonb_agg(x) from (select role, granted_at from account_roles where account_id = $1 order by role) x),
       'certificates', (select jsonb_agg(x) from (select category, granted_at, expires_at from certificates where account_id = $1 order by category) x),
       'consents', (select jsonb_agg(x) from (select purpose, given, at from consents where account_id = $1 order by at, id) x),
       'sessions', (select jsonb_agg(x) from (
          select carrier, created_at, last_used_at, expires_at from sessions where account_id = $1 and revoked_at is null order by created_at) x),
       'letters', (select jsonb_agg(x) from (
          select id, about, title, body, signed_name, signed_role, created_at from letters where account_id = $1 order by created_at, id) x),
       'pledges', (select jsonb_agg(x) from (select asked_at, signed_at from pledges where account_id = $1 order by asked_at, id) x),
       'notifications', (select jsonb_agg(x) from (
          select kind, params, created_at, read_at from notifications where account_id = $1 order by created_at, id) x),
       'audit_log', (select jsonb_agg(x) from (select at, act from audit_log where actor_id = $1 order by seq) x)
     ) as data"
}
query! {
    struct SkeletonOf { id: AccountId => SqlUuid }
    "select pseudonym_skeleton as text from accounts where id = $1"
}
query! {
    struct Retire { hash: Vec<u8> => Binary, now: DateTime<Utc> => Timestamptz }
    "insert into retired_pseudonyms (skeleton_hash, retired_at) values ($1, $2) on conflict (skeleton_hash) do update set retired_at = excluded.retired_at"
}
query! {
    struct DeleteAccount { id: AccountId => SqlUuid }
    "delete from accounts where id = $1"
}
query! {
    struct ForgetSessions { now: DateTime<Utc> => Timestamptz, idle: DateTime<Utc> => Timestamptz }
    "delete from sessions where id in (select id from sessions where expires_at <= $1 or revoked_at is not null or last_used_at <= $2 limit 500)"
}
query! {
    struct ForgetTickets { now: DateTime<Utc> => Timestamptz }
    "delete from live_tickets where ticket_hash in (select ticket_hash from live_tickets where expires_at <= $1 limit 500)"
}
query! {
    struct ForgetKeys { before: DateTime<Utc> => Timestamptz }
    "delete from idempotency_keys where (account_id, key) in (select account_id, key from idempotency_keys where created_at <= $1 limit 500)"
}
query! {
    struct ForgetNotifications { before: DateTime<Utc> => Timestamptz }
    "delete from notifications where id in (select id from notifications where created_at <= $1 limit 500)"
}
query! {
    struct ForgetRetired { before: DateTime<Utc> => Timestamptz }
    "delete from retired_pseudonyms where retired_at <= $1"
}

impl PersonalData for AccountData {
    fn export<'a>(&'a self, conn: &'a mut Conn, account: AccountId) -> Pending<'a, Map<String, Value>> {
        Box::pin(async move {
            let row: Exported = Export { id: account }.get_result(conn).await?;
            Ok(collect(row))
        })
    }

    fn erase<'a>(&'a self, tx: &'a mut Tx, account: AccountId, _texts: TextChoice) -> Pending<'a, ()> {
        Box::pin(async move {
            let now = tx.now();
            let skeleton: super::store::TextRow = SkeletonOf { id: account }.get_result(&mut **tx).await?;
            let hash = retired::hash(&self.keys, &skeleton.text);
            Retire { hash, now }.execute(&mut **tx).await?;
            DeleteAccount { id: account }.execute(&mut **tx).await?;
            Ok(())
        })
    }

    fn forget<'a>(&'a self, tx: &'a mut Tx, periods: &'a Periods) -> Pending<'a, Forgotten> {
        Box::pin(async move { forget(tx, periods).await })
    }
}

async fn forget(tx: &mut Tx, periods: &Periods) -> Result<Forgotten, Problem> {
    let now = tx.now();
    let sessions = ForgetSessions { now, idle: now - periods.idle_sessions }.execute(&mut **tx).await?;
    let tickets = ForgetTickets { now }.execute(&mut **tx).await?;
    let keys = ForgetKeys { before: now - periods.idempotency_keys }.execute(&mut **tx).await?;
    let notifications = ForgetNotifications { before: back(now, periods.notifications) }.execute(&mut **tx).await?;
    let retired = ForgetRetired { before: back(now, periods.retired_pseudonyms) }.execute(&mut **tx).await?;
    Ok(Forgotten::from([
        ("sessions", sessions),
        ("tickets", tickets),
        ("idempotency_keys", keys),
        ("notifications", notifications),
        ("retired_pseudonyms", retired),
    ]))
}
