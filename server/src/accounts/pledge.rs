//! The pledge of confidentiality, asked for again after a breach. Until it is given the account reads but does not write;
//! whether one is open is read with the session (`access::session`) and by the chat's writer (`server/sql/chat.sql`).

use actix_web::web::Data;
use actix_web::{HttpResponse, post};
use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use super::bodies::PledgeBody;
use crate::access::Member;
use crate::access::session::none_if_missing;
use crate::audit;
use crate::http::{Answer, Problem, RawBody};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Conn, Db, Tx};
use crate::infra::ids::{self, AccountId, CaseId};
use crate::notify;
use crate::query;

query! {
    struct Ask { id: Uuid => SqlUuid, account: AccountId => SqlUuid, case: CaseId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "insert into pledges (id, account_id, case_id, asked_at) values ($1, $2, $3, $4)
     on conflict (account_id) where signed_at is null do nothing"
}
query! {
    struct Sign { account: AccountId => SqlUuid, now: DateTime<Utc> => Timestamptz }
    "update pledges set signed_at = $2 where account_id = $1 and signed_at is null"
}
query! {
    struct OfCase { case: CaseId => SqlUuid }
    "select asked_at, signed_at from pledges where case_id = $1 order by asked_at desc limit 1"
}

#[derive(QueryableByName)]
struct PledgeRow {
    #[diesel(sql_type = Timestamptz)]
    asked_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    signed_at: Option<DateTime<Utc>>,
}

/// Asks an account to give the pledge again before it writes. Asking twice asks once.
///
/// # Errors
/// When the database fails.
pub async fn ask_pledge(tx: &mut Tx, account: AccountId, case: CaseId) -> Result<(), Problem> {
    let now = tx.now();
    if (Ask { id: ids::ordered(), account, case, now }).execute(&mut **tx).await? == 1 {
        notify::tell(tx, account, "pledge_asked", json!({ "url": "/mig#loefte" })).await?;
        tx.announce(Signal::new(Topic::Access, account, 0));
    }
    Ok(())
}

/// When the pledge was last asked for because of a case, and when it was given.
///
/// # Errors
/// When the database fails.
pub async fn pledge_of_case(
    conn: &mut Conn,
    case: CaseId,
) -> Result<Option<(DateTime<Utc>, Option<DateTime<Utc>>)>, Problem> {
    let row: Option<PledgeRow> =
        OfCase { case }.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map(|row| (row.asked_at, row.signed_at)))
}

/// I say yes to keeping confidential what is told here, again.
#[utoipa::path(
    tag = "accounts", request_body = PledgeBody, responses((status = 204), (status = 401), (status = 403), (status = 422)),
    security(("session" = []))
)]
#[post("/me/pledge")]
pub(super) async fn sign_pledge(db: Data<Db>, by: Member, body: RawBody) -> Answer {
    let mut form = body.form()?;
    form.required("accept", |value| match value.as_bool() {
        Some(true) => Ok(()),
        _ => Err("not_accepted"),
    });
    form.finish()?;
    let account = by.id;
    db.write(async |tx| {
        let now = tx.now();
        if (Sign { account, now }).execute(&mut **tx).await? > 0 {
            audit::append(tx, Some(account), "pledge_signed", "account", Some(account.0), json!({})).await?;
            tx.announce(Signal::new(Topic::Access, account, 0));
        }
        Ok::<_, Problem>(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
