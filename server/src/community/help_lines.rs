//! Help lines: shown only when a coordinator has checked them within six months.

use actix_web::{HttpResponse, delete, get, post, put, web};
use chrono::NaiveDate;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use uuid::Uuid;

use super::bodies::HelpLineBody;
use super::hours;
use super::store::{self, HelpLine};
use super::views::HelpLineEdit;
use crate::access::Permit;
use crate::access::capability::ManageCommunity;
use crate::audit;
use crate::http::body::{Form, Parsed, parse};
use crate::http::{Answer, Page, Problem, RawBody};
use crate::infra::db::Db;
use crate::infra::ids;
use crate::screening::Screening;

fn day(value: &Value) -> Parsed<NaiveDate> {
    value.as_str().and_then(|s| s.parse().ok()).ok_or("bad_format")
}

fn https(value: &Value) -> Parsed<String> {
    let url = parse::text(1, 300)(value)?;
    if url.starts_with("https://") && !url.contains(char::is_whitespace) { Ok(url) } else { Err("bad_format") }
}

fn read(form: &mut Form, id: Uuid) -> HelpLine {
    HelpLine {
        id,
        always_shown: false,
        about_da: form.required("about_da", parse::text(1, 300)).unwrap_or_default(),
        about_en: form.required("about_en", parse::text(1, 300)).unwrap_or_default(),
        name: form.required("name", parse::text(1, 80)).unwrap_or_default(),
        number: form.optional("number", parse::text(1, 30)),
        url: form.optional("url", https),
        hours: form.optional("hours", parse::text(1, 200)),
        ages: form.optional("ages", parse::text(1, 60)),
        checked_on: form.optional("checked_on", day),
        always_open: form.optional("always_open", parse::boolean).unwrap_or(false),
        open_hours: json!(form.optional("open_hours", hours::windows).unwrap_or_default()),
        hours_source: form.optional("hours_source", https),
    }
}

/// Reads a help line.
///
/// # Errors
/// 400, 413, 415; 422 with every wrong field, then `advice` on words.
fn parse_line(body: RawBody, id: Uuid, screening: &Screening) -> Result<HelpLine, Problem> {
    let mut form = body.form()?;
    let line = read(&mut form, id);
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    form.finish()?;
    let written = [
        ("about_da", Some(line.about_da.as_str())),
        ("about_en", Some(line.about_en.as_str())),
        ("name", Some(line.name.as_str())),
        ("hours", line.hours.as_deref()),
        ("ages", line.ages.as_deref()),
    ];
    screening.advise(written, confirmed)?;
    Ok(line)
}

/// Every help line, checked or not.
#[utoipa::path(tag = "community", responses((status = 200, body = Page<HelpLineEdit>), (status = 401), (status = 403)))]
#[get("/community/help-lines")]
pub async fn list_help_lines(db: web::Data<Db>, _by: Permit<ManageCommunity>) -> Answer {
    let lines: Vec<HelpLine> = store::HelpLines {}.load(&mut *db.read().await?).await?;
    Ok(HttpResponse::Ok().json(Page { items: lines.into_iter().map(HelpLineEdit::from).collect(), next: None }))
}

/// Adds a help line.
#[utoipa::path(tag = "community", request_body = HelpLineBody, responses((status = 201, body = HelpLineEdit), (status = 401), (status = 403), (status = 422)))]
#[post("/community/help-lines")]
pub async fn create_help_line(
    db: web::Data<Db>,
    screening: web::Data<Screening>,
    by: Permit<ManageCommunity>,
    body: RawBody,
) -> Answer {
    let line = parse_line(body, ids::ordered(), &screening)?;
    let (id, view) = (line.id, HelpLineEdit::from(line.clone()));
    db.write(async |tx| {
        store::insert_help_line(tx, 1000, line).await?;
        audit::append(tx, Some(by.id), "help_line_added", "help_line", Some(id), json!({})).await
    })
    .await?;
    Ok(HttpResponse::Created().json(view))
}

/// Changes a help line; every field as it shall be.
#[utoipa::path(tag = "community", request_body = HelpLineBody, params(("id" = Uuid, Path)), responses((status = 200, body = HelpLineEdit), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[put("/community/help-lines/{id}")]
pub async fn put_help_line(
    db: web::Data<Db>,
    screening: web::Data<Screening>,
    by: Permit<ManageCommunity>,
    id: web::Path<Uuid>,
    body: RawBody,
) -> Answer {
    let known: Vec<HelpLine> = store::HelpLines {}.load(&mut *db.read().await?).await?;
    let Some(known) = known.into_iter().find(|line| line.id == *id) else { return Err(Problem::NotFound) };
    let mut line = parse_line(body, *id, &screening)?;
    line.always_shown = known.always_shown;
    // 112 answers at every hour, whatever a form leaves out.
    line.always_open |= known.always_shown;
    let view = HelpLineEdit::from(line.clone());
    db.write(async |tx| {
        let now = tx.now();
        store::UpdateHelpLine {
            id: line.id,
            about_da: line.about_da,
            about_en: line.about_en,
            name: line.name,
            number: line.number,
            url: line.url,
            hours: line.hours,
            ages: line.ages,
            checked_on: line.checked_on,
            now,
            always_open: line.always_open,
            open_hours: line.open_hours,
            hours_source: line.hours_source,
        }
        .execute(&mut **tx)
        .await?;
        audit::append(tx, Some(by.id), "help_line_changed", "help_line", Some(*id), json!({})).await
    })
    .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Takes a help line away; 112 stays.
#[utoipa::path(tag = "community", params(("id" = Uuid, Path)), responses((status = 204), (status = 401), (status = 403), (status = 404)))]
#[delete("/community/help-lines/{id}")]
pub async fn delete_help_line(db: web::Data<Db>, by: Permit<ManageCommunity>, id: web::Path<Uuid>) -> Answer {
    db.write(async |tx| {
        if (store::DeleteHelpLine { id: *id }).execute(&mut **tx).await? == 0 {
            return Err(Problem::NotFound);
        }
        audit::append(tx, Some(by.id), "help_line_removed", "help_line", Some(*id), json!({})).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
