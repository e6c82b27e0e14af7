//! `GET` and `PUT /screening/settings`: the table of what a finding leads to, and the community's own words.

use actix_web::{HttpResponse, get, put, web};
use serde_json::json;
use uuid::Uuid;

use super::bodies::{self, ScreeningSettings, ScreeningSettingsBody};
use super::reader::{self, Screening};
use super::store;
use crate::access::Permit;
use crate::access::capability::ManageCommunity;
use crate::audit;
use crate::http::{Answer, IfMatch, Problem, RawBody, with_etag};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Db;

/// What the program looks for and what that leads to, with the community's own words.
#[utoipa::path(tag = "screening", responses((status = 200, body = ScreeningSettings), (status = 401), (status = 403)), security(("session" = [])))]
#[get("/screening/settings")]
pub(super) async fn get_settings(db: web::Data<Db>, _by: Permit<ManageCommunity>) -> Answer {
    let stored = store::get(&mut *db.read().await?).await?;
    Ok(with_etag(HttpResponse::Ok(), stored.version, &ScreeningSettings::from(stored)))
}

/// Changes it within the bounds of each line. It holds at once, on every node.
#[utoipa::path(tag = "screening", request_body = ScreeningSettingsBody, params(("If-Match" = String, Header)),
    responses((status = 200, body = ScreeningSettings), (status = 401), (status = 403), (status = 412), (status = 422), (status = 428)),
    security(("session" = [])))]
#[put("/screening/settings")]
pub(super) async fn put_settings(
    db: web::Data<Db>,
    screening: web::Data<Screening>,
    by: Permit<ManageCommunity>,
    if_match: IfMatch,
    body: RawBody,
) -> Answer {
    let before = store::get(&mut *db.read().await?).await?;
    let (changes, words) = bodies::settings(body, &before.words)?;
    let tried = words.clone();
    let builds = web::block(move || reader::build(&tried, None).is_some()).await;
    if !builds.is_ok_and(|builds| builds) {
        return Err(Problem::field("words", "bad_format"));
    }
    let stored = db
        .write(async |tx| {
            let known = store::lock(tx).await?;
            if_match.check(known.version)?;
            store::update(tx, &changes, &words).await?;
            let codes = json!({
                "version": known.version + 1, "changes": changes.len(), "words": words.len(),
            });
            audit::append(tx, Some(by.id), "screening_changed", "community", None, codes).await?;
            tx.announce(Signal::new(Topic::Rules, Uuid::nil(), i64::from(known.version + 1)));
            store::get(tx).await
        })
        .await?;
    // Whoever is told that it is changed may rely on it; other nodes follow the signal.
    screening.load(&db).await?;
    Ok(with_etag(HttpResponse::Ok(), stored.version, &ScreeningSettings::from(stored)))
}
