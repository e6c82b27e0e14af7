//! Handlers of breaches: parse, gate, act, answer.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use moderation::Certificate;
use moderation::breach::Step;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::views::{AssessedView, BreachView, LettersWritten, PaperView, view};
use super::{Work, assess, forms, letters, outside, paper, store};
use crate::access::capability::DecideCases;
use crate::access::{Keys, Permit};
use crate::audit::{Idempotency, Once};
use crate::casework::bodies;
use crate::casework::store::{cases, decisions};
use crate::casework::team_forms::words;
use crate::casework::team_views::Made;
use crate::http::{Answer, IfMatch, Lang, Problem, RawBody, with_etag};
use crate::infra::db::{Db, Tx};
use crate::infra::ids::CaseId;
use crate::privacy::Vault;

/// Routes of breaches, for `casework::routes`.
pub(in crate::casework) fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(record_breach)
        .service(get_breach)
        .service(take_breach_step)
        .service(end_breach)
        .service(assess_breach)
        .service(write_breach_letter)
        .service(open_breach_paper);
}

/// The breach of a locked case as it stands now.
async fn after(tx: &mut Tx, id: CaseId) -> Result<BreachView, Problem> {
    let case = cases::lock(tx, id).await?;
    let row = store::find(tx, id).await?.ok_or(Problem::NotFound)?;
    view(tx, &case, row).await
}

/// Record a breach that happened outside: a case without a text.
#[utoipa::path(
    tag = "casework", request_body = bodies::OutsideBreach,
    responses((status = 201, body = Made), (status = 401), (status = 403), (status = 422)), security(("session" = []))
)]
#[post("/breaches")]
async fn record_breach(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    once: Idempotency,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let id = db
        .write(async |tx| {
            outside::may_record(tx, &by).await?;
            let bytes = body.bytes().to_vec();
            match once.begin(tx, by.id, &bytes).await? {
                Once::Repeat(case) => Ok::<_, Problem>(case),
                first => {
                    let case = outside::record(tx, &vault, &by, &forms::outside(body)?).await?;
                    first.done(tx, by.id, 201, case.0).await?;
                    Ok(case.0)
                }
            }
        })
        .await?;
    Ok(HttpResponse::Created().json(Made { id }))
}

/// The steps of a breach and how far they have come. Nothing that is sealed.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)),
    responses((status = 200, body = BreachView), (status = 401), (status = 403), (status = 404)), security(("session" = []))
)]
#[get("/cases/{id}/breach")]
async fn get_breach(db: Data<Db>, by: Permit<DecideCases>, id: Path<CaseId>) -> Answer {
    let now = db.clock().now();
    let mut conn = db.read().await?;
    let case = cases::get_visible(&mut conn, now, *id, by.id).await?;
    let row = store::find(&mut conn, *id).await?.ok_or(Problem::NotFound)?;
    if !decisions::holds_certificate(&mut conn, by.id, Certificate::Confidentiality.as_str(), now).await? {
        return Err(Problem::Refused("certificate_required"));
    }
    let breach = view(&mut conn, &case, row).await?;
    Ok(with_etag(HttpResponse::Ok(), breach.version, &breach))
}

/// Take a step of a breach, or say why it is not needed or not possible.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path), ("step" = String, Path), ("If-Match" = String, Header)), request_body = bodies::BreachStep,
    responses((status = 200, body = BreachView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)),
    security(("session" = []))
)]
#[put("/cases/{id}/breach/steps/{step}")]
async fn take_breach_step(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    path: Path<(CaseId, String)>,
    version: IfMatch,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let (id, step) = path.into_inner();
    let breach = db
        .write(async |tx| {
            let work = Work::lock(tx, &by, id).await?;
            let step: Step = step.parse().map_err(|_| Problem::NotFound)?;
            super::take(tx, &vault, &work, step, &forms::step(body, step)?, version).await?;
            after(tx, id).await
        })
        .await?;
    Ok(with_etag(HttpResponse::Ok(), breach.version, &breach))
}

/// Say that it was no breach, and why.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = bodies::NoBreachBody,
    responses((status = 200, body = BreachView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)),
    security(("session" = []))
)]
#[post("/cases/{id}/breach/none")]
async fn end_breach(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    version: IfMatch,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let breach = db
        .write(async |tx| {
            let work = Work::lock(tx, &by, *id).await?;
            let (why, note) = forms::no_breach(body)?;
            super::end(tx, &vault, &work, (why, &note), version).await?;
            after(tx, *id).await
        })
        .await?;
    Ok(with_etag(HttpResponse::Ok(), breach.version, &breach))
}

/// Keep the assessment of GDPR art. 33; the step is done when nothing is missing.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = bodies::BreachAssessment,
    responses((status = 200, body = AssessedView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)),
    security(("session" = []))
)]
#[put("/cases/{id}/breach/assessment")]
async fn assess_breach(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    version: IfMatch,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let assessed = db
        .write(async |tx| {
            let work = Work::lock(tx, &by, *id).await?;
            let missing = assess::keep(tx, &vault, &work, &forms::assessment(body)?, version).await?;
            Ok::<_, Problem>(AssessedView { breach: after(tx, *id).await?, missing })
        })
        .await?;
    Ok(with_etag(HttpResponse::Ok(), assessed.breach.version, &assessed))
}

/// Write to those whom the breach hurts, or to its author; signed by a person, read in the app.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = bodies::BreachLetter,
    responses((status = 201, body = LettersWritten), (status = 401), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)),
    security(("session" = []))
)]
#[post("/cases/{id}/breach/letters")]
async fn write_breach_letter(
    db: Data<Db>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    version: IfMatch,
    once: Idempotency,
    body: RawBody,
) -> Answer {
    let written = db
        .write(async |tx| {
            let work = Work::lock(tx, &by, *id).await?;
            let bytes = body.bytes().to_vec();
            let items: Vec<Uuid> = match once.begin(tx, by.id, &bytes).await? {
                Once::Repeat(letter) => vec![letter],
                first => {
                    let written = letters::write(tx, &work, &forms::letter(body)?, version).await?;
                    if let Some(letter) = written.first() {
                        first.done(tx, by.id, 201, *letter).await?;
                    }
                    written
                }
            };
            Ok::<_, Problem>(LettersWritten { items, breach: after(tx, *id).await? })
        })
        .await?;
    Ok(with_etag(HttpResponse::Created(), written.breach.version, &written))
}

/// Open what is written about a breach, with a reason, logged: notes, the assessment, and the form of art. 33 in words.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::WithReason,
    responses((status = 200, body = PaperView), (status = 401), (status = 403), (status = 404), (status = 422)), security(("session" = []))
)]
#[post("/cases/{id}/breach/paper")]
async fn open_breach_paper(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    request: HttpRequest,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let lang = Lang::of(&request);
    let paper = db
        .write(async |tx| {
            let work = Work::lock(tx, &by, *id).await?;
            let reason = words(body, "reason")?;
            paper::open(tx, &vault, &work, &reason, lang).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(paper))
}
