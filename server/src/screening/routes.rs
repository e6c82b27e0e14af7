//! `POST /screen`: what the program sees while somebody writes. Nothing is stored.

use actix_web::{HttpResponse, post, web};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::reader::{self, Screening};
use super::settings;
use super::{Finding, Surface};
use crate::access::Member;
use crate::http::body::parse;
use crate::http::limits::{Limited, Limits};
use crate::http::{Answer, Problem, RawBody};

/// Longest text that is read: that of a post.
const TEXT_MAX: usize = moderation::limits::POST_MAX;

/// Registers the routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(screen_text).service(settings::get_settings).service(settings::put_settings);
}

/// What a text leads to.
#[derive(Serialize, ToSchema)]
struct ScreenView {
    /// What was found, in the order of the text.
    findings: Vec<Finding>,
    /// `allow`, `show_help`, `warn_author`, `hold_review` or `urgent_case`.
    action: String,
    /// The text with the suggested redactions.
    redacted_text: String,
}

/// Text and where it is to stand.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read field by field, so that every wrong field is named at once")]
struct ScreenBody {
    /// The text.
    text: String,
    /// Where it is written.
    context: ScreenContext,
}

/// Where a text is written.
#[derive(ToSchema)]
#[expect(dead_code, reason = "as above")]
struct ScreenContext {
    /// `post`, `forum`, `chat`, `profile`, `nickname` or `staff_copy`.
    surface: String,
    /// `da` or `en`.
    lang: Option<String>,
}

/// Reads a text as it would be read when sent.
#[utoipa::path(tag = "screening", request_body = ScreenBody, responses((status = 200, body = ScreenView), (status = 401), (status = 422), (status = 429)))]
#[post("/screen")]
async fn screen_text(limits: web::Data<Limits>, screening: web::Data<Screening>, by: Member, body: RawBody) -> Answer {
    limits.count_account(Limited::Preview, by.id.0)?;
    let mut form = body.form()?;
    let text = form.required("text", |v| match v.as_str() {
        None => Err("bad_format"),
        Some(text) if text.chars().count() > TEXT_MAX => Err("too_long"),
        Some(text) => Ok(text.to_owned()),
    });
    let surface = form.required("context", |v| v.get("surface").ok_or("required").and_then(parse::code::<Surface>));
    form.finish()?;
    let (Some(text), Some(surface)) = (text, surface) else { return Err(Problem::Malformed) };
    let seen = screening.see(surface, &text).ok_or(Problem::Unavailable("unavailable"))?;
    Ok(HttpResponse::Ok().json(ScreenView {
        action: seen.rule.action.as_str().to_owned(),
        findings: seen.findings(),
        redacted_text: reader::redacted(&text, &seen.report),
    }))
}
