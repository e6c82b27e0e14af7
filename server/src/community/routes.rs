//! The routes of the community.

use actix_web::{HttpRequest, HttpResponse, get, patch, put, web};
use chrono_tz::Tz;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use utoipa_actix_web::service_config::ServiceConfig;

use super::bodies::{CommunityPatch, DocumentBody};
use super::defaults::{self, KINDS};
use super::doors::CommunityDoors;
use super::help_lines;
use super::store::{self, Settings};
use super::views::{self, CommunityView, DocumentView, PageView, RuleView};
use crate::access::Permit;
use crate::access::capability::ManageCommunity;
use crate::audit;
use crate::http::assets::Frame;
use crate::http::body::parse;
use crate::http::page::query_value;
use crate::http::{Answer, FieldError, IfMatch, Lang, Problem, RawBody, with_etag};
use crate::infra::db::{Conn, Db};
use crate::infra::markdown;
use crate::screening::Screening;

/// Registers the routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(help_lines::list_help_lines)
        .service(help_lines::create_help_line)
        .service(help_lines::put_help_line)
        .service(help_lines::delete_help_line)
        .service(get_community)
        .service(patch_community)
        .service(get_page)
        .service(get_document)
        .service(put_document);
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn rules(value: Value) -> Vec<RuleView> {
    serde_json::from_value(value).unwrap_or_default()
}

/// Name, words, rules, help lines and hours of the community, in the reader's language.
/// For everybody, a suspended person too: the help lines are for them as well.
#[utoipa::path(tag = "community", responses((status = 200, body = CommunityView)))]
#[get("/community")]
async fn get_community(
    request: HttpRequest,
    db: web::Data<Db>,
    doors: web::Data<CommunityDoors>,
    frame: web::Data<Frame>,
) -> Answer {
    let lang = Lang::of(&request);
    let mut conn = db.read().await?;
    let community = store::get(&mut conn).await?;
    frame.tell(&community.name, &community.settings.leave_url);
    let document = store::documents(&mut conn, lang).await?;
    let lines: Vec<store::HelpLine> = store::HelpLines {}.load(&mut *conn).await?;
    let now = db.clock().now();
    let mut opening = document("opening");
    if let Some(parts) = opening.as_object_mut() {
        parts.insert("now".to_owned(), json!(doors.0.stand(&mut conn, now).await?));
    }
    let settings = community.settings;
    let help_lines = views::help_lines(lines, lang, settings.zone(), now);
    let view = CommunityView {
        name: community.name,
        version: community.version,
        controller_name: settings.controller_name,
        controller_contact: settings.controller_contact,
        short_name: settings.short_name,
        minimum_age: settings.minimum_age,
        time_zone: settings.time_zone,
        leave_url: settings.leave_url,
        tagline: text(&document("tagline")),
        role_words: document("role_words"),
        role_explanations: document("role_explanations"),
        rules: rules(document("house_rules")),
        rules_note: text(&document("house_rules_note")),
        chat_ground_rules: rules(document("chat_ground_rules")),
        chat_ground_rules_intro: text(&document("chat_ground_rules_intro")),
        consents: document("consents"),
        report_dialog: document("report_dialog"),
        report_reasons: document("report_reasons"),
        decision_texts: document("decision_texts"),
        help_lines,
        opening,
    };
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-cache")).json(view))
}

/// A page of the community: `about`, `safety`, `privacy` or `help`.
#[utoipa::path(tag = "community", params(("page" = String, Path)), responses((status = 200, body = PageView), (status = 404)))]
#[get("/community/pages/{page}")]
async fn get_page(request: HttpRequest, db: web::Data<Db>, page: web::Path<String>) -> Answer {
    let kind = format!("pages/{page}");
    if !KINDS.contains(&kind.as_str()) {
        return Err(Problem::NotFound);
    }
    let mut conn = db.read().await?;
    let view = read_page(&mut conn, &kind, Lang::of(&request)).await?;
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-cache")).json(view))
}

/// A page as people read it.
///
/// # Errors
/// When the database fails.
pub(super) async fn read_page(conn: &mut Conn, kind: &str, lang: Lang) -> Result<PageView, Problem> {
    let settings = store::settings(conn).await?;
    let (document, _) = store::document(conn, lang, kind).await?;
    let blocks: Vec<&str> =
        document.get("blocks").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let body = blocks
        .join("\n\n")
        .replace("{minimum_age}", &settings.minimum_age.to_string())
        .replace("{controller}", &controller(&settings, lang));
    let mut extra = document.clone();
    if let Some(map) = extra.as_object_mut() {
        map.remove("title");
        map.remove("blocks");
    }
    Ok(PageView {
        title: document.get("title").map(text).unwrap_or_default(),
        body_html: markdown::render(&body),
        extra,
    })
}

/// Who is responsible for the data, in words; until it is written, that it is missing.
fn controller(settings: &Settings, lang: Lang) -> String {
    let words = defaults::document(lang, "controller");
    let say = |name: &str| words.get(name).map(text).unwrap_or_default();
    match (&settings.controller_name, &settings.controller_contact) {
        (Some(name), Some(contact)) => {
            say("text_known").replace("{controller_name}", name).replace("{controller_contact}", contact)
        }
        _ => say("text_missing"),
    }
}

/// Changes name and settings within safe bounds.
#[utoipa::path(tag = "community", request_body = CommunityPatch, params(("If-Match" = String, Header)), responses((status = 200, body = Settings), (status = 401), (status = 403), (status = 412), (status = 422), (status = 428)))]
#[patch("/community")]
async fn patch_community(
    db: web::Data<Db>,
    screening: web::Data<Screening>,
    by: Permit<ManageCommunity>,
    if_match: IfMatch,
    body: RawBody,
) -> Answer {
    let mut form = body.form()?;
    let name = form.optional("name", parse::text(1, 60));
    let short_name = form.optional("short_name", parse::text(1, 30));
    let minimum_age = form.optional("minimum_age", parse::integer(13, 25));
    let time_zone = form.optional("time_zone", |v| {
        v.as_str().filter(|z| z.parse::<Tz>().is_ok()).map(str::to_owned).ok_or("unknown_value")
    });
    let leave_url = form.optional("leave_url", |v| {
        let url = parse::text(1, 300)(v)?;
        if url.starts_with("https://") { Ok(url) } else { Err("bad_format") }
    });
    let controller_name = form.patch("controller_name", parse::text(1, 200));
    let controller_contact = form.patch("controller_contact", parse::text(1, 200));
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    form.finish()?;
    let controller = controller_name.as_ref().and_then(Option::as_deref);
    let written = [("name", name.as_deref()), ("short_name", short_name.as_deref()), ("controller_name", controller)];
    screening.advise(written, confirmed)?;
    let (settings, version) = db
        .write(async |tx| {
            let known = store::lock(tx).await?;
            if_match.check(known.version)?;
            let old = known.settings;
            let settings = Settings {
                minimum_age: minimum_age.and_then(|n| n.try_into().ok()).unwrap_or(old.minimum_age),
                short_name: short_name.unwrap_or(old.short_name),
                time_zone: time_zone.unwrap_or(old.time_zone),
                leave_url: leave_url.unwrap_or(old.leave_url),
                controller_name: controller_name.unwrap_or(old.controller_name),
                controller_contact: controller_contact.unwrap_or(old.controller_contact),
            };
            store::update(tx, name.as_deref().unwrap_or(&known.name), &settings).await?;
            audit::append(
                tx,
                Some(by.id),
                "community_changed",
                "community",
                None,
                json!({"version": known.version + 1}),
            )
            .await?;
            Ok::<_, Problem>((settings, known.version + 1))
        })
        .await?;
    Ok(with_etag(HttpResponse::Ok(), version, &settings))
}

fn known_kind(kind: &str) -> Result<(), Problem> {
    if KINDS.contains(&kind) { Ok(()) } else { Err(Problem::NotFound) }
}

/// A document as it stands, in one language (`lang`), for editing.
#[utoipa::path(tag = "community", params(("kind" = String, Path), ("lang" = Option<String>, Query)), responses((status = 200, body = DocumentView), (status = 401), (status = 403), (status = 404)))]
#[get("/community/documents/{kind:.*}")]
async fn get_document(
    request: HttpRequest,
    db: web::Data<Db>,
    _by: Permit<ManageCommunity>,
    kind: web::Path<String>,
) -> Answer {
    known_kind(&kind)?;
    let lang = query_value(&request, "lang")?.as_deref().and_then(Lang::from_code).unwrap_or_default();
    let (body, version) = store::document(&mut *db.read().await?, lang, &kind).await?;
    Ok(with_etag(
        HttpResponse::Ok(),
        version,
        &DocumentView { kind: kind.into_inner(), lang: lang.code().to_owned(), version, body },
    ))
}

/// Changes a document. It must keep the shape of the default, so that no page loses a part.
#[utoipa::path(tag = "community", request_body = DocumentBody, params(("kind" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = DocumentView), (status = 401), (status = 403), (status = 404), (status = 412), (status = 422), (status = 428)))]
#[put("/community/documents/{kind:.*}")]
async fn put_document(
    db: web::Data<Db>,
    screening: web::Data<Screening>,
    by: Permit<ManageCommunity>,
    kind: web::Path<String>,
    if_match: IfMatch,
    body: RawBody,
) -> Answer {
    known_kind(&kind)?;
    let mut form = body.form()?;
    let lang = form.required("lang", |v| v.as_str().and_then(Lang::from_code).ok_or("unknown_value"));
    let document = form.required("body", |v| Ok(v.clone()));
    let lang_or_default = lang.unwrap_or_default();
    if let Some(document) = &document {
        let mut wrong = Vec::new();
        defaults::compare(&defaults::document(lang_or_default, &kind), document, "body", &mut wrong);
        form.wrong_all(wrong.into_iter().map(|(field, code)| FieldError::new(field, code)));
    }
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    form.finish()?;
    let Some(document) = document else { return Err(Problem::Malformed) };
    let mut texts = Vec::new();
    defaults::texts(&document, "body", &mut texts);
    screening.advise(texts.iter().map(|(at, text)| (at.as_str(), Some(*text))), confirmed)?;
    let kind = kind.into_inner();
    let version = db
        .write(async |tx| {
            // The community's row serialises changes of its documents.
            store::lock(tx).await?;
            let (_, current) = store::document(tx, lang_or_default, &kind).await?;
            if_match.check(current)?;
            let now = tx.now();
            let (version, lang) = (current + 1, lang_or_default.code().to_owned());
            store::PutDocument { kind: kind.clone(), lang: lang.clone(), body: document.clone(), version, now }
                .execute(&mut **tx)
                .await?;
            audit::append(
                tx,
                Some(by.id),
                "document_changed",
                "community",
                None,
                json!({"kind": kind, "lang": lang, "version": version}),
            )
            .await?;
            Ok::<_, Problem>(version)
        })
        .await?;
    let view = DocumentView { kind, lang: lang_or_default.code().to_owned(), version, body: document };
    Ok(with_etag(HttpResponse::Ok(), version, &view))
}
