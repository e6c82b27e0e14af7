//! Handlers: parse, gate, act, answer.

use std::time::Duration;

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use moderation::case::{CaseState, Source};
use moderation::{Category, Coded};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::decision::{self, Decided};
use super::own_views::{AppealMade, LetterView, OwnDecision, Receipt};
use super::store::decisions as decision_store;
use super::store::letters;
use super::store::queue::{self, Filter, QueueKey};
use super::target::Targets;
use super::views::{CaseCounts, CaseDetail, CaseView, DecidedCase, DecisionMade, EvidenceView, text_state};
use super::{appeal, bodies, claim, desk, forms, report};
use crate::access::capability::DecideCases;
use crate::access::{Keys, Permit, SignedIn, Visitor};
use crate::audit::{Idempotency, Once};
use crate::http::guard::Place;
use crate::http::limits::{Limited, Limits};
use crate::http::page::query_value;
use crate::http::{Answer, FieldError, IfMatch, Page, PageQuery, Problem, RawBody, with_etag};
use crate::infra::db::Db;
use crate::infra::ids::{self, CaseId, DecisionId};
use crate::privacy::Vault;

/// Routes of casework, for `app.rs`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(post_report)
        .service(list_cases)
        .service(get_case_counts)
        .service(get_case)
        .service(claim_case)
        .service(release_case)
        .service(open_evidence)
        .service(decide_case)
        .service(list_own_decisions)
        .service(appeal_decision)
        .configure(super::team_routes::routes)
        .configure(super::care_routes::routes)
        .configure(super::hold_routes::routes)
        .configure(super::breach::routes::routes)
        .service(read_letter);
}

/// Every report is answered at the next of these steps, so that the time tells nothing of what became of it.
const ANSWER_STEP: Duration = Duration::from_millis(200);

/// Tell us that something is not okay. Anybody may; the answer is always the same.
#[utoipa::path(tag = "casework", request_body = bodies::NewReport, responses((status = 201, body = Receipt), (status = 422), (status = 429)))]
#[post("/reports")]
#[expect(clippy::too_many_arguments, reason = "what a handler needs is in its signature")]
async fn post_report(
    db: Data<Db>,
    targets: Data<Targets>,
    keys: Data<Keys>,
    limits: Data<Limits>,
    place: Data<Place>,
    by: Visitor,
    once: Idempotency,
    request: HttpRequest,
    body: RawBody,
) -> Answer {
    let started = std::time::Instant::now();
    let network = limits.network(place.address(&request));
    match by.id() {
        Some(account) => limits.count_account(Limited::Report, account.0)?,
        None => limits.count(Limited::Report, &network)?,
    }
    let bytes = body.bytes().to_vec();
    let report = forms::report(body, network)?;
    let vault = Vault::new(&keys);
    let receipt = db
        .write(async |tx| {
            let Some(actor) = &by.0 else {
                report::take_in(tx, &targets, &vault, None, report).await?;
                return Ok::<_, Problem>(ids::random());
            };
            match once.begin(tx, actor.id, &bytes).await? {
                Once::Repeat(receipt) => Ok(receipt),
                first => {
                    report::take_in(tx, &targets, &vault, Some(actor), report).await?;
                    let receipt = ids::random();
                    first.done(tx, actor.id, 201, receipt).await?;
                    Ok(receipt)
                }
            }
        })
        .await?;
    let steps = u32::try_from(started.elapsed().as_millis() / ANSWER_STEP.as_millis()).unwrap_or(0) + 1;
    actix_web::rt::time::sleep((ANSWER_STEP * steps).saturating_sub(started.elapsed())).await;
    Ok(HttpResponse::Created().json(Receipt { receipt, received_at: db.clock().now() }))
}

fn filter(request: &HttpRequest) -> Result<Filter, Problem> {
    fn known<T: Coded>(
        request: &HttpRequest,
        name: &str,
        wrong: &mut Vec<FieldError>,
    ) -> Result<Option<String>, Problem> {
        let value = query_value(request, name)?;
        if value.as_deref().is_some_and(|code| T::from_code(code).is_none()) {
            wrong.push(FieldError::new(name, "unknown_value"));
        }
        Ok(value)
    }
    let mut wrong = Vec::new();
    let level = query_value(request, "level")?.map(|raw| raw.parse::<i16>().ok().filter(|n| (1..=5).contains(n)));
    if level == Some(None) {
        wrong.push(FieldError::new("level", "out_of_range"));
    }
    let filter = Filter {
        state: known::<CaseState>(request, "state", &mut wrong)?,
        level: level.flatten(),
        source: known::<Source>(request, "source", &mut wrong)?,
        category: known::<Category>(request, "category", &mut wrong)?,
    };
    if wrong.is_empty() { Ok(filter) } else { Err(Problem::Invalid(wrong)) }
}

/// The queue in triage order; closed cases, when asked for, the newest first. Never a case that concerns the reader.
#[utoipa::path(
    tag = "casework",
    params(("state" = Option<String>, Query), ("level" = Option<i32>, Query), ("source" = Option<String>, Query),
           ("category" = Option<String>, Query), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = Page<CaseView>), (status = 401), (status = 403), (status = 422)),
    security(("session" = []))
)]
#[get("/cases")]
async fn list_cases(
    db: Data<Db>,
    by: Permit<DecideCases>,
    page: Result<PageQuery, Problem>,
    request: HttpRequest,
) -> Answer {
    let (page, filter) = (page?, filter(&request)?);
    let now = db.clock().now();
    let mut conn = db.read().await?;
    let page = if filter.state.as_deref() == Some(CaseState::Closed.as_str()) {
        let rows = queue::closed(&mut conn, now, by.id, filter, page.after()?, page.fetch()).await?;
        Page::from_rows(rows, &page, |case| (case.closed_at.unwrap_or(now), case.id.0))
    } else {
        let rows = queue::waiting(&mut conn, now, by.id, filter, page.after::<QueueKey>()?, page.fetch()).await?;
        Page::from_rows(rows, &page, QueueKey::of)
    };
    Ok(HttpResponse::Ok().json(page.map(|case| CaseView::of(&case, now))))
}

/// The queue in numbers.
#[utoipa::path(tag = "casework", responses((status = 200, body = CaseCounts), (status = 401), (status = 403)), security(("session" = [])))]
#[get("/cases/counts")]
async fn get_case_counts(db: Data<Db>, by: Permit<DecideCases>) -> Answer {
    let counts = desk::counts(&mut *db.read().await?, db.clock().now(), by.id).await?;
    Ok(HttpResponse::Ok().json(counts))
}

/// A case in full.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)),
    responses((status = 200, body = CaseDetail), (status = 401), (status = 403), (status = 404)), security(("session" = []))
)]
#[get("/cases/{id}")]
async fn get_case(
    db: Data<Db>,
    targets: Data<Targets>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
) -> Answer {
    let detail =
        desk::detail(&mut *db.read().await?, &targets, &Vault::new(&keys), by.id, *id, db.clock().now()).await?;
    Ok(with_etag(HttpResponse::Ok(), detail.case.version, &detail))
}

/// Take a case, keep it, or take it over with a reason.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::NewClaim,
    responses((status = 200, body = CaseView), (status = 401), (status = 403), (status = 404), (status = 409)), security(("session" = []))
)]
#[post("/cases/{id}/claim")]
async fn claim_case(
    db: Data<Db>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let case = db.write(async |tx| claim::claim(tx, &vault, &by, *id, || forms::claim(body)).await).await?;
    Ok(with_etag(HttpResponse::Ok(), case.version, &CaseView::of(&case, db.clock().now())))
}

/// Give a case back.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)), security(("session" = []))
)]
#[delete("/cases/{id}/claim")]
async fn release_case(db: Data<Db>, by: Permit<DecideCases>, id: Path<CaseId>) -> Answer {
    db.write(async |tx| claim::release(tx, &by, *id).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Open the evidence of a case: the claim holder, with a reason, logged.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::EvidenceRequest,
    responses((status = 200, body = EvidenceView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)),
    security(("session" = []))
)]
#[post("/cases/{id}/evidence")]
async fn open_evidence(
    db: Data<Db>,
    targets: Data<Targets>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let opened = db
        .write(async |tx| desk::open_evidence(tx, &targets, &vault, by.id, *id, || forms::evidence_request(body)).await)
        .await?;
    Ok(HttpResponse::Ok().json(opened))
}

/// Decide a case.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = bodies::NewDecision,
    responses((status = 201, body = DecisionMade), (status = 401), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)),
    security(("session" = []))
)]
#[post("/cases/{id}/decisions")]
#[expect(clippy::too_many_arguments, reason = "what a handler needs is in its signature")]
async fn decide_case(
    db: Data<Db>,
    targets: Data<Targets>,
    keys: Data<Keys>,
    by: Permit<DecideCases>,
    id: Path<CaseId>,
    version: IfMatch,
    once: Idempotency,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let decided = db
        .write(async |tx| {
            let case = decision::begin(tx, &targets, &vault, &by, *id).await?;
            let bytes = body.bytes().to_vec();
            match once.begin(tx, by.id, &bytes).await? {
                Once::Repeat(decision) => decision::again(tx, DecisionId(decision)).await,
                first => {
                    let rules = decision_store::rule_ids(tx).await?;
                    let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
                    let decided = case.decide(tx, &forms::decision(body, &rules)?, version).await?;
                    first.done(tx, by.id, 201, decided.id.0).await?;
                    Ok(decided)
                }
            }
        })
        .await?;
    let Decided { id, case, target_state, tasks_left } = decided;
    let target_state = text_state(case.kind.code(), &target_state);
    let made = DecisionMade {
        id,
        case: DecidedCase { id: case.id, state: case.state.as_str().to_owned(), version: case.version },
        target_state,
        tasks_left,
    };
    Ok(with_etag(HttpResponse::Created(), case.version, &made))
}

/// Decisions about oneself, the newest first.
#[utoipa::path(
    tag = "casework", params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = Page<OwnDecision>), (status = 401)), security(("session" = []))
)]
#[get("/me/decisions")]
async fn list_own_decisions(db: Data<Db>, by: SignedIn, page: Result<PageQuery, Problem>) -> Answer {
    let page = page?;
    let now = db.clock().now();
    let before = page.after()?.unwrap_or((now + chrono::TimeDelta::days(1), Uuid::max()));
    let rows = decision_store::about(&mut *db.read().await?, by.id, before, page.fetch()).await?;
    let page = Page::from_rows(rows, &page, |row| (row.created_at, row.id.0));
    Ok(HttpResponse::Ok().json(page.map(|row| OwnDecision::of(row, now))))
}

/// A letter that the team wrote to me.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)),
    responses((status = 200, body = LetterView), (status = 401), (status = 404)), security(("session" = []))
)]
#[get("/me/letters/{id}")]
async fn read_letter(db: Data<Db>, by: SignedIn, id: Path<Uuid>) -> Answer {
    let letter = letters::own(&mut *db.read().await?, *id, by.id).await?.ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Ok().json(LetterView::from(letter)))
}

/// Ask that a decision about oneself be looked at again by somebody else, once.
#[utoipa::path(
    tag = "casework", params(("id" = Uuid, Path)), request_body = bodies::NewAppeal,
    responses((status = 201, body = AppealMade), (status = 401), (status = 404), (status = 409), (status = 422)), security(("session" = []))
)]
#[post("/decisions/{id}/appeal")]
async fn appeal_decision(
    db: Data<Db>,
    keys: Data<Keys>,
    by: SignedIn,
    id: Path<DecisionId>,
    once: Idempotency,
    body: RawBody,
) -> Answer {
    let vault = Vault::new(&keys);
    let made = db
        .write(async |tx| {
            let first = appeal::own_decision(tx, &by, *id).await?;
            let bytes = body.bytes().to_vec();
            match once.begin(tx, by.id, &bytes).await? {
                Once::Repeat(appeal) => Ok(appeal),
                new => {
                    let appeal = appeal::file(tx, &vault, &by, &first, &forms::appeal(body)?).await?;
                    new.done(tx, by.id, 201, appeal).await?;
                    Ok::<_, Problem>(appeal)
                }
            }
        })
        .await?;
    Ok(HttpResponse::Created().json(AppealMade { id: made, state: "waiting".to_owned() }))
}
