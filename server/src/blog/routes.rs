//! Routes of the blog: parse, gate, act, answer.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use moderation::limits::POST_MAX;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::actions;
use super::gate::{OwnPost, may_write};
use super::post::{NewPost, PostChange, parse_confirmed};
use super::store;
use super::views::{OwnPostSummary, PostPage, PostView, Preview, Submitted, TagView};
use crate::access::capability::WritePosts;
use crate::access::{Member, Permit, Visitor, Writer};
use crate::audit::Idempotency;
use crate::casework::Targets;
use crate::discussion::{self, CreateText, NewText, Posted, ReplyItem, Root, RootKind};
use crate::http::body::parse;
use crate::http::limits::{Limited, Limits};
use crate::http::page::query_value;
use crate::http::{Answer, IfMatch, Page, PageQuery, RawBody, with_etag};
use crate::infra::db::Db;
use crate::infra::markdown;
use crate::screening::Screening;

/// Body of `POST /posts`.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
struct CreatePost {
    /// Up to 120 characters.
    title: String,
    /// Markdown, up to 40,000 characters.
    body: String,
    /// At most 5, of 30 characters each.
    tags: Option<Vec<String>>,
    /// What to know before reading, up to 200 characters.
    content_note: Option<String>,
}

/// Body of `PATCH /posts/{id}`; what is left out stays, a null note is taken away.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
struct EditPost {
    /// Up to 120 characters.
    title: Option<String>,
    /// Markdown, up to 40,000 characters.
    body: Option<String>,
    /// At most 5, of 30 characters each.
    tags: Option<Vec<String>>,
    /// Up to 200 characters.
    content_note: Option<String>,
    /// The author has seen the advice of screening.
    confirmed: Option<bool>,
}

/// Body of `POST /posts/{id}/submit`; may be left out.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
struct SubmitPost {
    /// The author has seen the advice of screening.
    confirmed: Option<bool>,
}

/// Body of `POST /preview`.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
struct PreviewText {
    /// Markdown, up to 40,000 characters.
    body: String,
}

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_posts)
        .service(list_tags)
        .service(get_post)
        .service(list_own_posts)
        .service(create_post)
        .service(edit_post)
        .service(submit_post)
        .service(withdraw_post)
        .service(delete_post)
        .service(list_comments)
        .service(create_comment)
        .service(preview_text);
}

/// Published posts, newest first, of one tag or all.
#[utoipa::path(tag = "blog",
    params(("tag" = Option<String>, Query), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = PostPage), (status = 422)))]
#[get("/posts")]
async fn list_posts(db: Data<Db>, _by: Visitor, request: HttpRequest, page: PageQuery) -> Answer {
    let tag = query_value(&request, "tag")?.map(|tag| tag.trim().to_lowercase());
    let mut conn = db.read().await?;
    // The version is read first: a post that comes between the two makes the reader look again, never miss it.
    let version = store::front_version(&mut conn).await?;
    let Page { items, next } = store::list_published(&mut conn, tag, &page).await?;
    Ok(HttpResponse::Ok().json(PostPage { items, next, version }))
}

/// The tags most in use among published posts, at most 30.
#[utoipa::path(tag = "blog", responses((status = 200, body = Page<TagView>)))]
#[get("/tags")]
async fn list_tags(db: Data<Db>, _by: Visitor) -> Answer {
    let mut conn = db.read().await?;
    let items = store::list_tags(&mut conn).await?;
    Ok(HttpResponse::Ok().json(Page { items, next: None }))
}

/// One post by its id or address; its author also gets drafts, the submission and what the reviewer said.
#[utoipa::path(tag = "blog", params(("id" = String, Path, description = "Id or address")),
    responses((status = 200, body = PostView), (status = 404)))]
#[get("/posts/{id}")]
async fn get_post(db: Data<Db>, by: Visitor, id: Path<String>) -> Answer {
    let mut conn = db.read().await?;
    let post = store::get_post(&mut conn, &id, by.id(), db.clock().now()).await?;
    Ok(with_etag(HttpResponse::Ok(), post.version, &post))
}

/// The caller's own posts, the last one worked on first.
#[utoipa::path(tag = "blog", params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)), security(("session" = [])),
    responses((status = 200, body = Page<OwnPostSummary>), (status = 401), (status = 422)))]
#[get("/me/posts")]
async fn list_own_posts(db: Data<Db>, by: crate::access::SignedIn, page: PageQuery) -> Answer {
    let mut conn = db.read().await?;
    Ok(HttpResponse::Ok().json(store::list_own(&mut conn, by.id, &page).await?))
}

/// Begins a draft.
#[utoipa::path(tag = "blog", request_body = CreatePost, security(("session" = [])),
    responses((status = 201, body = PostView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/posts")]
async fn create_post(db: Data<Db>, by: Permit<WritePosts>, key: Idempotency, body: RawBody) -> Answer {
    may_write(&by)?;
    let new = NewPost::parse(body)?;
    let post = db.write(async |tx| actions::create_post(tx, &by, key, &new).await).await?;
    Ok(with_etag(HttpResponse::Created(), post.version, &post))
}

/// Changes an own post. The edit of a published post by a new supporter waits for review; the public text stays.
#[utoipa::path(tag = "blog", request_body = EditPost, params(("id" = Uuid, Path), ("If-Match" = String, Header)), security(("session" = [])),
    responses((status = 200, body = PostView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 412), (status = 422), (status = 428)))]
#[patch("/posts/{id}")]
async fn edit_post(
    db: Data<Db>,
    targets: Data<Targets>,
    screening: Data<Screening>,
    by: Permit<WritePosts>,
    id: Path<Uuid>,
    version: IfMatch,
    body: RawBody,
) -> Answer {
    may_write(&by)?;
    let change = PostChange::parse(body);
    let post = db
        .write(async |tx| {
            let own = OwnPost::lock(tx, &by, *id).await?;
            let change = change?;
            version.check(own.0.version)?;
            actions::edit_post(tx, &by, (&targets, &screening), own, change).await
        })
        .await?;
    Ok(with_etag(HttpResponse::Ok(), post.version, &post))
}

/// Hands an own post in: a trusted author's is published at once, any other waits for a reviewer.
#[utoipa::path(tag = "blog", request_body(content = Option<SubmitPost>), params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 202, body = Submitted), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[post("/posts/{id}/submit")]
async fn submit_post(
    db: Data<Db>,
    targets: Data<Targets>,
    screening: Data<Screening>,
    by: Permit<WritePosts>,
    id: Path<Uuid>,
    body: RawBody,
) -> Answer {
    may_write(&by)?;
    let confirmed = parse_confirmed(body);
    let answer = db
        .write(async |tx| {
            let own = OwnPost::lock(tx, &by, *id).await?;
            actions::submit_post(tx, &by, (&targets, &screening), &own, confirmed?).await
        })
        .await?;
    Ok(with_etag(HttpResponse::Accepted(), answer.submission.version, &answer))
}

/// Takes an own submission back.
#[utoipa::path(tag = "blog", params(("id" = Uuid, Path), ("If-Match" = String, Header)), security(("session" = [])),
    responses((status = 200, body = PostView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 412), (status = 428)))]
#[post("/posts/{id}/withdraw")]
async fn withdraw_post(db: Data<Db>, by: Member, id: Path<Uuid>, version: IfMatch) -> Answer {
    let post = db
        .write(async |tx| {
            let own = OwnPost::lock(tx, &by, *id).await?;
            version.check(own.0.version)?;
            actions::withdraw_post(tx, &by, &own).await
        })
        .await?;
    Ok(with_etag(HttpResponse::Ok(), post.version, &post))
}

/// Deletes an own post.
#[utoipa::path(tag = "blog", params(("id" = Uuid, Path), ("If-Match" = String, Header)), security(("session" = [])),
    responses((status = 204), (status = 401), (status = 403), (status = 404), (status = 412), (status = 428)))]
#[delete("/posts/{id}")]
async fn delete_post(db: Data<Db>, by: Member, id: Path<Uuid>, version: IfMatch) -> Answer {
    db.write(async |tx| {
        let own = OwnPost::lock(tx, &by, *id).await?;
        version.check(own.0.version)?;
        actions::delete_post(tx, &own).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Comments in thread order.
#[utoipa::path(tag = "blog", params(("id" = Uuid, Path), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = Page<ReplyItem>), (status = 404), (status = 422)))]
#[get("/posts/{id}/comments")]
async fn list_comments(db: Data<Db>, by: Visitor, id: Path<Uuid>, page: PageQuery) -> Answer {
    let page = discussion::list_texts(&db, Root::new(RootKind::Post, *id), by.id(), &page).await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(page))
}

/// Comments on a post or answers a comment.
#[utoipa::path(tag = "blog", request_body = CreateText, params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 201, body = ReplyItem), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422), (status = 429)))]
#[post("/posts/{id}/comments")]
#[expect(clippy::too_many_arguments, reason = "what a handler needs is in its signature")]
async fn create_comment(
    db: Data<Db>,
    limits: Data<Limits>,
    targets: Data<Targets>,
    screening: Data<Screening>,
    by: Writer,
    id: Path<Uuid>,
    idempotency: Idempotency,
    body: RawBody,
) -> Answer {
    let input = NewText::parse(body, &screening);
    let root = Root::new(RootKind::Post, *id);
    let request = Posted { by: &by, root, limits: &limits, targets: &targets, idempotency };
    let item = db.write(async |tx| discussion::post_text(tx, request, input).await).await?;
    Ok(HttpResponse::Created().json(item))
}

/// Renders Markdown as it would be published; nothing is stored.
#[utoipa::path(tag = "blog", request_body = PreviewText, security(("session" = [])),
    responses((status = 200, body = Preview), (status = 401), (status = 403), (status = 422), (status = 429)))]
#[post("/preview")]
async fn preview_text(limits: Data<Limits>, by: Member, body: RawBody) -> Answer {
    let mut form = body.form()?;
    let text = form.required("body", parse::text(0, POST_MAX));
    form.finish()?;
    limits.count_account(Limited::Preview, by.id.0)?;
    Ok(HttpResponse::Ok().json(Preview { body_html: markdown::render(&text.unwrap_or_default()) }))
}
