//! Routes of the figures and of the blind look.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, get, post, put};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde_json::json;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::sample::{self, VERDICTS};
use super::store;
use super::views::{Drawn, MissedView, NextSample, ScreeningFigures, VerdictBody};
use super::wilson;
use crate::access::Permit;
use crate::access::capability::ManageCommunity;
use crate::audit;
use crate::casework::Targets;
use crate::http::page::query_value;
use crate::http::{Answer, Problem, RawBody};
use crate::infra::db::Db;

/// Texts drawn at a time.
const DRAW: i64 = 20;
/// How far back texts are drawn from, and the period of the figures unless told.
const DAYS: TimeDelta = TimeDelta::days(30);

/// Registers the routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.configure(super::year_routes::routes);
    config.service(get_figures).service(draw_samples).service(next_sample).service(judge_sample);
}

fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}

fn day(request: &HttpRequest, name: &'static str) -> Result<Option<NaiveDate>, Problem> {
    let Some(text) = query_value(request, name)? else { return Ok(None) };
    text.parse().map(Some).map_err(|_| Problem::field(name, "bad_format"))
}

/// What screening held and what became of it, and what it missed as far as the blind look shows.
#[utoipa::path(tag = "screening", params(("from" = Option<NaiveDate>, Query), ("to" = Option<NaiveDate>, Query)),
    responses((status = 200, body = ScreeningFigures), (status = 401), (status = 403), (status = 422)), security(("session" = [])))]
#[get("/screening/figures")]
async fn get_figures(request: HttpRequest, db: Data<Db>, _by: Permit<ManageCommunity>) -> Answer {
    let today = db.clock().now().date_naive();
    let to = day(&request, "to")?.unwrap_or(today);
    let from = day(&request, "from")?.unwrap_or(to - DAYS);
    if from > to {
        return Err(Problem::field("from", "out_of_range"));
    }
    let (since, until) = (start_of(from), start_of(to) + TimeDelta::days(1));
    let mut conn = db.read().await?;
    let caught = store::caught(&mut conn, since, until).await?;
    let mut missed = MissedView {
        reviewed: 0,
        waiting: 0,
        by_verdict: Default::default(),
        missed: 0,
        rate: None,
        low: None,
        high: None,
    };
    for row in store::verdicts(&mut conn, since, until).await? {
        match row.verdict {
            None => missed.waiting = row.n,
            Some(verdict) => {
                missed.reviewed += row.n;
                missed.missed += if verdict == "nothing" { 0 } else { row.n };
                missed.by_verdict.insert(verdict, row.n);
            }
        }
    }
    if let Some((low, high)) = wilson::interval(missed.missed, missed.reviewed) {
        let count = |n: i64| f64::from(i32::try_from(n).unwrap_or(i32::MAX));
        missed.rate = Some(count(missed.missed) / count(missed.reviewed));
        (missed.low, missed.high) = (Some(low), Some(high));
    }
    Ok(HttpResponse::Ok().json(ScreeningFigures { from, to, caught, missed }))
}

/// Draws up to 20 texts of the last 30 days, by chance, that screening let through.
#[utoipa::path(tag = "screening", responses((status = 201, body = Drawn), (status = 401), (status = 403)), security(("session" = [])))]
#[post("/screening/samples")]
async fn draw_samples(db: Data<Db>, by: Permit<ManageCommunity>) -> Answer {
    let drawn = db
        .write(async |tx| {
            let since = tx.now() - DAYS;
            let drawn = store::draw(tx, since, DRAW).await?;
            audit::append(tx, Some(by.id), "samples_drawn", "community", None, json!({ "drawn": drawn })).await?;
            Ok::<_, Problem>(drawn)
        })
        .await?;
    Ok(HttpResponse::Created().json(Drawn { drawn }))
}

/// The next text to look at: never one's own, and only what one may read anyway.
#[utoipa::path(tag = "screening", responses((status = 200, body = NextSample), (status = 401), (status = 403)), security(("session" = [])))]
#[get("/screening/samples/next")]
async fn next_sample(db: Data<Db>, targets: Data<Targets>, by: Permit<ManageCommunity>) -> Answer {
    let sample = sample::next(&mut *db.read().await?, &targets, &by).await?;
    Ok(HttpResponse::Ok().json(NextSample { sample }))
}

/// Says what the program missed in a text, or that it missed nothing. Who said so is not kept.
#[utoipa::path(tag = "screening", params(("id" = Uuid, Path)), request_body = VerdictBody,
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 422)), security(("session" = [])))]
#[put("/screening/samples/{id}")]
async fn judge_sample(
    db: Data<Db>,
    targets: Data<Targets>,
    by: Permit<ManageCommunity>,
    id: Path<Uuid>,
    body: RawBody,
) -> Answer {
    let verdict = || {
        let mut form = body.form()?;
        let verdict = form.required("verdict", |value| {
            value.as_str().filter(|code| VERDICTS.contains(code)).map(str::to_owned).ok_or("unknown_value")
        });
        form.finish()?;
        verdict.ok_or(Problem::Malformed)
    };
    db.write(async |tx| sample::judge(tx, &targets, &by, *id, verdict).await).await?;
    Ok(HttpResponse::NoContent().finish())
}
