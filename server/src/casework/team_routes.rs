//! Handlers of what moderators do together: parse, gate, act, answer.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, get, post};
use utoipa_actix_web::service_config::ServiceConfig;

use super::gate::Trained;
use super::store::{cases, teamwork as store};
use super::target::Targets;
use super::team_views::{AskedList, Colleagues, Lookers, Made, NotesView};
use super::views::CaseView;
use super::{bodies, consult, team_forms as forms, teamwork};
use crate::access::capability::DecideCases;
use crate::access::{Keys, Permit, Role};
use crate::audit::{Idempotency, Once};
use crate::http::{Answer, IfMatch, Problem, RawBody, with_etag};
use crate::infra::db::Db;
use crate::infra::ids::{CaseId, ConsultId};
use crate::privacy::Vault;
use crate::screening::Screening;

/// Routes of what moderators do together, for `routes`.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(write_note)
        .service(read_notes)
        .service(hand_over_case)
        .service(wait_for_answer)
        .service(list_colleagues)
        .service(ask_colleague)
        .service(list_consults)
        .service(answer_consult)
        .service(look_at_case)
        .service(leave_case);
}

/// Write a note on a case: its holder. Sealed with the key of the case, and gone with its evidence.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::NewNote,
    responses((status = 201, body = Made), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)),
    security(("session" = []))
)]
#[post("/cases/{id}/notes")]
async fn write_note(
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
                    let text = forms::words(body, "note")?;
                    let note = teamwork::note(tx, &vault, &near.held()?, &text).await?;
                    first.done(tx, by.id, 201, note).await?;
                    Ok(note)
                }
            }
        })
        .await?;
    Ok(HttpResponse::Created().json(Made { id }))
}

/// Open what moderators wrote on a case: its holder, with a reason, logged.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::WithReason,
    responses((status = 200, body = NotesView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)),
    security(("session" = []))
)]
#[post("/cases/{id}/notes/open")]
async fn read_notes(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let is_coordinator = by.roles.has(Role::Coordinator);
    let notes = db
        .write(async |tx| {
            let near = Trained::lock(tx, by.id, *id).await?;
            let reason = forms::words(body, "reason")?;
            teamwork::read_notes(tx, &vault, &near.held()?, is_coordinator, &reason).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(notes))
}

/// Hand a case on with a note: to a colleague, or to whoever comes first.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = bodies::NewHandover,
    responses((status = 200, body = CaseView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)),
    security(("session" = []))
)]
#[post("/cases/{id}/handover")]
async fn hand_over_case(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    version: IfMatch,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let case = db
        .write(async |tx| {
            let near = Trained::lock(tx, by.id, *id).await?;
            teamwork::hand_over(tx, &vault, near, &forms::handover(body)?, version).await?;
            cases::lock(tx, *id).await
        })
        .await?;
    Ok(with_etag(HttpResponse::Ok(), case.version, &CaseView::of(&case, db.clock().now())))
}

/// Set a case aside until an answer from outside comes. Its due time goes on.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = bodies::NewWait,
    responses((status = 200, body = CaseView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)),
    security(("session" = []))
)]
#[post("/cases/{id}/wait")]
async fn wait_for_answer(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    version: IfMatch,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let case = db
        .write(async |tx| {
            let near = Trained::lock(tx, by.id, *id).await?;
            teamwork::wait(tx, &vault, near, &forms::wait(body)?, version).await?;
            cases::lock(tx, *id).await
        })
        .await?;
    Ok(with_etag(HttpResponse::Ok(), case.version, &CaseView::of(&case, db.clock().now())))
}

/// Colleagues whom a case does not concern.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)),
    responses((status = 200, body = Colleagues), (status = 401), (status = 403), (status = 404)), security(("session" = []))
)]
#[get("/cases/{id}/colleagues")]
async fn list_colleagues(db: Data<Db>, by: Permit<DecideCases>, id: Path<CaseId>) -> Answer {
    let now = db.clock().now();
    let mut conn = db.read().await?;
    let case = cases::get_visible(&mut conn, now, *id, by.id).await?;
    let items = teamwork::colleagues(&mut conn, &by, case.id, now).await?;
    Ok(HttpResponse::Ok().json(Colleagues { items }))
}

/// Ask a colleague about a case, de-identified: its holder.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::NewConsult,
    responses((status = 201, body = Made), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)),
    security(("session" = []))
)]
#[post("/cases/{id}/consults")]
#[expect(clippy::too_many_arguments, reason = "what a handler needs is in its signature")]
async fn ask_colleague(
    db: Data<Db>,
    targets: Data<Targets>,
    screening: Data<Screening>,
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
                Once::Repeat(consult) => Ok::<_, Problem>(consult),
                first => {
                    let asked = forms::question(body)?;
                    let consult = consult::ask(tx, (&targets, &screening), &vault, &near.held()?, &asked).await?;
                    first.done(tx, by.id, 201, consult.0).await?;
                    Ok(consult.0)
                }
            }
        })
        .await?;
    Ok(HttpResponse::Created().json(Made { id }))
}

/// Questions of colleagues that wait for me. Reading them is logged.
#[utoipa::path(tag = "casework", responses((status = 200, body = AskedList), (status = 401), (status = 403)), security(("session" = [])))]
#[get("/me/consults")]
async fn list_consults(db: Data<Db>, keys: Data<Keys>, by: Permit<DecideCases>) -> Answer {
    let vault = Vault::new(&keys);
    let items = db.write(async |tx| consult::waiting_for(tx, &vault, &by).await).await?;
    Ok(HttpResponse::Ok().json(AskedList { items }))
}

/// Answer a colleague.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::NewAnswer,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)), security(("session" = []))
)]
#[post("/consults/{id}/answer")]
async fn answer_consult(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<ConsultId>,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    db.write(async |tx| consult::answer(tx, &vault, &by, *id, || forms::words(body, "answer")).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// I have this case open. Renew it every 20 seconds; it runs out after 45.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)),
    responses((status = 200, body = Lookers), (status = 401), (status = 403), (status = 404)), security(("session" = []))
)]
#[post("/cases/{id}/presence")]
async fn look_at_case(db: Data<Db>, by: Permit<DecideCases>, id: Path<CaseId>) -> Answer {
    let lookers = db.write(async |tx| teamwork::look(tx, by.id, *id).await).await?;
    Ok(HttpResponse::Ok().json(lookers))
}

/// I have closed this case.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401), (status = 403)), security(("session" = []))
)]
#[delete("/cases/{id}/presence")]
async fn leave_case(db: Data<Db>, by: Permit<DecideCases>, id: Path<CaseId>) -> Answer {
    db.write(async |tx| store::leave(tx, *id, by.id).await).await?;
    Ok(HttpResponse::NoContent().finish())
}
