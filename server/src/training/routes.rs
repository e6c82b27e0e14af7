//! Handlers of courses, diplomas and practice: parse, gate, act, answer.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use moderation::{Certificate, Coded};
use utoipa_actix_web::service_config::ServiceConfig;

use super::course::Course;
use super::practice_views::{PracticeCaseView, PracticeFigures, PracticeView};
use super::views::{CheckView, CourseDetail, CourseList, DiplomaView, ResultView};
use super::{actions, bodies, diploma, practice};
use crate::access::Permit;
use crate::access::capability::{DecideCases, ManagePeople};
use crate::http::{Answer, Lang, Problem, RawBody};
use crate::infra::db::Db;

/// Routes of training, for `app.rs`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_courses)
        .service(get_course)
        .service(read_module)
        .service(begin_check)
        .service(answer_question)
        .service(finish_check)
        .service(get_diploma)
        .service(get_practice)
        .service(get_practice_figures)
        .service(answer_practice);
}

fn certificate(code: &str) -> Result<Certificate, Problem> {
    code.parse().map_err(|_| Problem::NotFound)
}

/// The courses, and how far I am.
#[utoipa::path(tag = "training", responses((status = 200, body = CourseList), (status = 401), (status = 403)), security(("session" = [])))]
#[get("/courses")]
async fn list_courses(request: HttpRequest, db: Data<Db>, by: Permit<DecideCases>) -> Answer {
    let (lang, now) = (Lang::of(&request), db.clock().now());
    let mut conn = db.read().await?;
    let mut items = Vec::new();
    for code in Certificate::ALL {
        let course = Course::load(&mut conn, *code, lang).await?;
        items.push(actions::standing(&mut conn, by.id, &course, now).await?.0);
    }
    Ok(HttpResponse::Ok().json(CourseList { items }))
}

/// A course: what to read, the check that was begun, how the last one went.
#[utoipa::path(tag = "training", params(("course" = String, Path)),
    responses((status = 200, body = CourseDetail), (status = 401), (status = 403), (status = 404)), security(("session" = [])))]
#[get("/courses/{course}")]
async fn get_course(request: HttpRequest, db: Data<Db>, by: Permit<DecideCases>, course: Path<String>) -> Answer {
    let code = certificate(&course)?;
    let detail = actions::detail(&mut *db.read().await?, by.id, code, Lang::of(&request), db.clock().now()).await?;
    Ok(HttpResponse::Ok().json(detail))
}

/// I have read a part.
#[utoipa::path(tag = "training", params(("course" = String, Path), ("module" = String, Path)),
    responses((status = 204), (status = 401), (status = 403), (status = 404)), security(("session" = [])))]
#[put("/courses/{course}/modules/{module}")]
async fn read_module(
    request: HttpRequest,
    db: Data<Db>,
    by: Permit<DecideCases>,
    path: Path<(String, String)>,
) -> Answer {
    let (course, module) = path.into_inner();
    let (code, lang) = (certificate(&course)?, Lang::of(&request));
    db.write(async |tx| actions::read(tx, by.id, code, lang, &module).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Begin the check, or go on with the one that was begun.
#[utoipa::path(tag = "training", params(("course" = String, Path)),
    responses((status = 200, body = CheckView), (status = 401), (status = 403), (status = 404), (status = 409)), security(("session" = [])))]
#[post("/courses/{course}/check")]
async fn begin_check(request: HttpRequest, db: Data<Db>, by: Permit<DecideCases>, course: Path<String>) -> Answer {
    let (code, lang) = (certificate(&course)?, Lang::of(&request));
    let check = db.write(async |tx| actions::begin(tx, by.id, code, lang).await).await?;
    Ok(HttpResponse::Ok().json(check))
}

/// Answer a question; it may be changed until the check is finished.
#[utoipa::path(tag = "training", params(("course" = String, Path), ("number" = usize, Path)), request_body = bodies::CheckAnswer,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)), security(("session" = [])))]
#[put("/courses/{course}/check/answers/{number}")]
async fn answer_question(db: Data<Db>, by: Permit<DecideCases>, path: Path<(String, String)>, body: RawBody) -> Answer {
    let (course, number) = path.into_inner();
    let code = certificate(&course)?;
    let number: usize = number.parse().map_err(|_| Problem::NotFound)?;
    db.write(async |tx| actions::answer(tx, by.id, code, number, || bodies::answer(body)).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Finish the check. It is graded here; who passes has the certificate from now on.
#[utoipa::path(tag = "training", params(("course" = String, Path)),
    responses((status = 200, body = ResultView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)), security(("session" = [])))]
#[post("/courses/{course}/check/result")]
async fn finish_check(db: Data<Db>, by: Permit<DecideCases>, course: Path<String>) -> Answer {
    let code = certificate(&course)?;
    let result = db.write(async |tx| actions::finish(tx, by.id, code).await).await?;
    Ok(HttpResponse::Ok().json(result))
}

/// Whether a diploma is real, for anybody who has its code.
#[utoipa::path(tag = "training", params(("code" = String, Path)), responses((status = 200, body = DiplomaView), (status = 404)))]
#[get("/diplomas/{code}")]
async fn get_diploma(request: HttpRequest, db: Data<Db>, code: Path<String>) -> Answer {
    let (lang, now) = (Lang::of(&request), db.clock().now());
    let view = diploma::verify(&mut *db.read().await?, &code, lang, now).await?;
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-store")).json(view))
}

/// This month's practice cases. What others answered comes with the cases that I have answered.
#[utoipa::path(tag = "training", responses((status = 200, body = PracticeView), (status = 401), (status = 403)), security(("session" = [])))]
#[get("/practice")]
async fn get_practice(request: HttpRequest, db: Data<Db>, by: Permit<DecideCases>) -> Answer {
    let (lang, now) = (Lang::of(&request), db.clock().now());
    let view: PracticeView = practice::this_month(&mut *db.read().await?, by.id, lang, now).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// How much the team agrees, month by month. Never who answered what.
#[utoipa::path(tag = "training", responses((status = 200, body = PracticeFigures), (status = 401), (status = 403)), security(("session" = [])))]
#[get("/practice/figures")]
async fn get_practice_figures(request: HttpRequest, db: Data<Db>, by: Permit<ManagePeople>) -> Answer {
    let (lang, now) = (Lang::of(&request), db.clock().now());
    let months = practice::figures(&mut *db.read().await?, by.id, lang, now).await?;
    Ok(HttpResponse::Ok().json(PracticeFigures { months }))
}

/// Judge a practice case, once.
#[utoipa::path(tag = "training", params(("case" = String, Path)), request_body = bodies::NewJudgement,
    responses((status = 200, body = PracticeCaseView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)), security(("session" = [])))]
#[put("/practice/{case}")]
async fn answer_practice(
    request: HttpRequest,
    db: Data<Db>,
    by: Permit<DecideCases>,
    case: Path<String>,
    body: RawBody,
) -> Answer {
    let lang = Lang::of(&request);
    let view = db.write(async |tx| practice::answer(tx, by.id, lang, &case, || bodies::judgement(body)).await).await?;
    Ok(HttpResponse::Ok().json(view))
}
