//! Handlers of what helps a moderator to decide and to go on: parse, gate, act, answer.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use utoipa_actix_web::service_config::ServiceConfig;

use super::care::{self, CareView};
use super::context::{self, ContextView};
use super::gate::Trained;
use super::target::Targets;
use super::team_views::Made;
use super::{bodies, team_forms as forms};
use crate::access::capability::DecideCases;
use crate::access::{Keys, Permit};
use crate::audit::{Idempotency, Once};
use crate::http::{Answer, Lang, Problem, RawBody};
use crate::infra::db::Db;
use crate::infra::ids::CaseId;
use crate::privacy::Vault;
use crate::screening::Screening;

/// Routes of context and care, for `routes`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(get_context).service(get_care).service(set_pause).service(write_debrief);
}

/// What stands around the text, what was decided about its author before, and what the community advises: for the holder.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)),
    responses((status = 200, body = ContextView), (status = 401), (status = 403), (status = 404), (status = 409)), security(("session" = []))
)]
#[get("/cases/{id}/context")]
async fn get_context(
    db: Data<Db>,
    targets: Data<Targets>,
    screening: Data<Screening>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    request: HttpRequest,
) -> Answer {
    let lang = Lang::of(&request);
    let context = db
        .write(async |tx| {
            let held = Trained::lock(tx, by.id, *id).await?.held()?;
            context::of(tx, (&targets, &screening), held.case(), lang).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(context))
}

/// How I stand: a pause, and grave cases in a row.
#[utoipa::path(tag = "casework", responses((status = 200, body = CareView), (status = 401), (status = 403)), security(("session" = [])))]
#[get("/me/care")]
async fn get_care(db: Data<Db>, by: Permit<DecideCases>) -> Answer {
    let view = care::of(&mut *db.read().await?, by.id, db.clock().now()).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Begin a pause, giving every case back, or end it.
#[utoipa::path(
    tag = "casework", request_body = bodies::PauseBody,
    responses((status = 200, body = CareView), (status = 401), (status = 403), (status = 422)), security(("session" = []))
)]
#[put("/me/care")]
async fn set_pause(db: Data<Db>, by: Permit<DecideCases>, body: RawBody) -> Answer {
    let paused = forms::paused(body)?;
    let view = db.write(async |tx| care::pause(tx, &by, paused).await).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Look back on a grave case that I decided: for myself, sealed with the case.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::NewDebrief,
    responses((status = 201, body = Made), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)), security(("session" = []))
)]
#[post("/cases/{id}/debrief")]
async fn write_debrief(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    once: Idempotency,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let id = db
        .write(async |tx| {
            let near = Trained::lock(tx, by.id, *id).await?;
            let bytes = body.bytes().to_vec();
            match once.begin(tx, by.id, &bytes).await? {
                Once::Repeat(note) => Ok::<_, Problem>(note),
                first => {
                    let (note, talk) = forms::debrief(body)?;
                    let made = care::debrief(tx, &vault, &near, (&note, talk)).await?;
                    first.done(tx, by.id, 201, made).await?;
                    Ok(made)
                }
            }
        })
        .await?;
    Ok(HttpResponse::Created().json(Made { id }))
}
