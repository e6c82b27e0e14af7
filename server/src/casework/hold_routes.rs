//! Handlers of holds: parse, gate, act, answer.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, put};
use utoipa_actix_web::service_config::ServiceConfig;

use super::gate::Trained;
use super::store::holds as store;
use super::views::HoldView;
use super::{bodies, evidence, hold, team_forms as forms};
use crate::access::capability::DecideCases;
use crate::access::{Keys, Permit};
use crate::http::{Answer, Problem, RawBody};
use crate::infra::db::Db;
use crate::infra::ids::CaseId;
use crate::privacy::Vault;

/// Routes of holds, for `routes`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(put_hold).service(lift_hold);
}

/// Keep what belongs to a case beyond its period, with a reason and an end within a year.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::NewHold,
    responses((status = 200, body = HoldView), (status = 401), (status = 403), (status = 404), (status = 422)), security(("session" = []))
)]
#[put("/cases/{id}/hold")]
async fn put_hold(db: Data<Db>, keys: Data<Keys>, by: Permit<DecideCases>, id: Path<CaseId>, body: RawBody) -> Answer {
    let vault = Vault::new(&keys);
    let view = db
        .write(async |tx| {
            let near = Trained::lock(tx, by.id, *id).await?;
            hold::put(tx, &vault, &near, &forms::hold(body)?).await?;
            let now = tx.now();
            let row = store::find(tx, *id, now).await?.ok_or(Problem::NotFound)?;
            hold::view(row, evidence::known_key(tx, &vault, *id).await?.as_ref())
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Lift the hold: the usual periods count again.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)), security(("session" = []))
)]
#[delete("/cases/{id}/hold")]
async fn lift_hold(db: Data<Db>, by: Permit<DecideCases>, id: Path<CaseId>) -> Answer {
    db.write(async |tx| {
        let near = Trained::lock(tx, by.id, *id).await?;
        hold::lift(tx, &near).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
