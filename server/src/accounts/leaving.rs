//! Taking one's data along, and leaving: everything about a person handed over, or erased.

use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpRequest, HttpResponse, delete, get, web};
use serde_json::{Value, json};

use super::bodies::LeavingBody;
use super::people::{keep_a_coordinator, lock};
use super::sessions::count_try;
use super::views::ExportView;
use super::{credentials, store};
use crate::access::SignedIn;
use crate::access::session;
use crate::audit;
use crate::http::body::parse;
use crate::http::guard::Place;
use crate::http::limits::Limits;
use crate::http::{Answer, Problem, RawBody};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Db, Tx};
use crate::infra::ids::AccountId;
use crate::privacy::{Holders, TextChoice};

/// Everything the community knows about me, as a file. Nothing about others: not who reported or decided.
#[utoipa::path(tag = "accounts", responses((status = 200, body = ExportView), (status = 401)), security(("session" = [])))]
#[get("/me/export")]
pub(super) async fn export_me(db: web::Data<Db>, holders: web::Data<Holders>, by: SignedIn) -> Answer {
    let exported_at = db.clock().now();
    let data = holders.export(&mut *db.read().await?, by.id).await?;
    let view = ExportView { exported_at, account: by.id.0, data };
    let text = serde_json::to_string_pretty(&view).map_err(|e| Problem::Internal(e.into()))?;
    let name = format!("attachment; filename=\"ligesind-{}.json\"", exported_at.format("%Y-%m-%d"));
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CONTENT_DISPOSITION, name))
        .body(text))
}

/// Erases my account for good. `texts` says whether what I wrote goes too, or stays without my name.
#[utoipa::path(tag = "accounts", request_body = LeavingBody,
    responses((status = 204), (status = 401), (status = 409), (status = 422), (status = 429)), security(("session" = [])))]
#[delete("/me")]
pub(super) async fn delete_me(
    request: HttpRequest,
    db: web::Data<Db>,
    holders: web::Data<Holders>,
    place: web::Data<Place>,
    limits: web::Data<Limits>,
    by: SignedIn,
    body: RawBody,
) -> Answer {
    let mut form = body.form()?;
    let password = form.required("password", credentials::typed);
    let texts = form.required("texts", parse::code::<TextChoice>);
    form.finish()?;
    let (Some(password), Some(texts)) = (password, texts) else { return Err(Problem::Malformed) };
    count_try(&limits, &place, &request, &moderation::pseudonym::skeleton(&by.name)).await?;
    let known = store::get_credentials(&mut *db.read().await?, by.id).await?;
    if !credentials::verify(&password, Some(known.password_hash)).await? {
        return Err(Problem::field("password", "wrong_password"));
    }
    let account = by.id;
    db.write(async |tx| erase(tx, &holders, account, texts).await).await?;
    Ok(HttpResponse::NoContent().cookie(session::no_cookie(&place)).finish())
}

/// Erases an account in one transaction: all of it or nothing. Its sessions end and its sockets close with the commit.
///
/// # Errors
/// 404 without such an account, 409 `last_coordinator`.
pub async fn erase(tx: &mut Tx, holders: &Holders, account: AccountId, texts: TextChoice) -> Result<(), Problem> {
    holders.lock(tx).await?;
    lock(tx, account).await?;
    keep_a_coordinator(tx, account).await?;
    holders.erase(tx, account, texts).await?;
    tx.announce(Signal::new(Topic::Access, account, 0));
    let codes: Value = json!({ "texts": texts.code() });
    audit::append(tx, Some(account), "account_erased", "account", Some(account.0), codes).await
}
