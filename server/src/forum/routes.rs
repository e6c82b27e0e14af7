//! Routes of the forum: parse, gate, act, answer.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, get, patch, post};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::actions;
use super::board::{BoardChange, NewBoard};
use super::gate::{OpenBoard, OwnThread};
use super::store;
use super::thread::{NewThread, ThreadChange};
use super::views::{BoardView, ThreadPage, ThreadView};
use crate::access::capability::{DecideCases, ManageCommunity};
use crate::access::{Member, Permit, Visitor, Writer};
use crate::audit::Idempotency;
use crate::casework::Targets;
use crate::discussion::{self, CreateText, NewText, Posted, ReplyItem, Root, RootKind};
use crate::http::limits::Limits;
use crate::http::{Answer, Page, PageQuery, RawBody};
use crate::infra::db::Db;
use crate::screening::Screening;

/// Body of `POST /boards`.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
struct CreateBoard {
    /// Name, up to 120 characters.
    title: String,
    /// Address; made from the title where it is left out.
    slug: Option<String>,
    /// Up to 500 characters.
    description: Option<String>,
    /// Only signed-in people read it.
    members_only: Option<bool>,
    /// Place among the boards; last where it is left out.
    position: Option<i32>,
    /// The advice on words was seen.
    confirmed: Option<bool>,
}

/// Body of `PATCH /boards/{slug}`; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
struct ChangeBoard {
    /// Name.
    title: Option<String>,
    /// Up to 500 characters.
    description: Option<String>,
    /// Only signed-in people read it.
    members_only: Option<bool>,
    /// Place among the boards.
    position: Option<i32>,
    /// The advice on words was seen.
    confirmed: Option<bool>,
}

/// Body of `POST /boards/{slug}/threads`.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
struct CreateThread {
    /// Up to 120 characters.
    title: String,
    /// Markdown, up to 10,000 characters.
    body: String,
    /// `listen`, `share` or `advice`.
    reply_wish: Option<String>,
    /// What to know before reading, up to 200 characters.
    content_note: Option<String>,
    /// The author has seen the advice of screening.
    confirmed: Option<bool>,
}

/// Body of `PATCH /threads/{id}`; what is left out stays, null takes away.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
struct EditThread {
    /// Up to 120 characters.
    title: Option<String>,
    /// Markdown, up to 10,000 characters.
    body: Option<String>,
    /// `listen`, `share` or `advice`.
    reply_wish: Option<String>,
    /// Up to 200 characters.
    content_note: Option<String>,
    /// The author has seen the advice of screening.
    confirmed: Option<bool>,
}

/// Routes of this feature.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_boards)
        .service(get_board)
        .service(create_board)
        .service(change_board)
        .service(list_threads)
        .service(create_thread)
        .service(get_thread)
        .service(edit_thread)
        .service(delete_thread)
        .service(lock_thread)
        .service(unlock_thread)
        .service(list_replies)
        .service(create_reply);
}

/// Boards that the reader may enter.
#[utoipa::path(tag = "forum", responses((status = 200, body = Page<BoardView>)))]
#[get("/boards")]
async fn list_boards(db: Data<Db>, by: Visitor) -> Answer {
    let mut conn = db.read().await?;
    let items = store::list_boards(&mut conn, by.id()).await?;
    Ok(HttpResponse::Ok().json(Page { items, next: None }))
}

/// One board.
#[utoipa::path(tag = "forum", params(("slug" = String, Path)), responses((status = 200, body = BoardView), (status = 404)))]
#[get("/boards/{slug}")]
async fn get_board(db: Data<Db>, by: Visitor, slug: Path<String>) -> Answer {
    let mut conn = db.read().await?;
    Ok(HttpResponse::Ok().json(store::get_board(&mut conn, by.id(), &slug).await?))
}

/// Makes a board (coordinator).
#[utoipa::path(tag = "forum", request_body = CreateBoard, security(("session" = [])),
    responses((status = 201, body = BoardView), (status = 401), (status = 403), (status = 409), (status = 422)))]
#[post("/boards")]
async fn create_board(
    db: Data<Db>,
    screening: Data<Screening>,
    by: Permit<ManageCommunity>,
    key: Idempotency,
    body: RawBody,
) -> Answer {
    let board = NewBoard::parse(body, &screening)?;
    let view = db.write(async |tx| actions::create_board(tx, &by, key, &board).await).await?;
    Ok(HttpResponse::Created().json(view))
}

/// Changes a board (coordinator).
#[utoipa::path(tag = "forum", request_body = ChangeBoard, params(("slug" = String, Path)), security(("session" = [])),
    responses((status = 200, body = BoardView), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[patch("/boards/{slug}")]
async fn change_board(
    db: Data<Db>,
    screening: Data<Screening>,
    by: Permit<ManageCommunity>,
    slug: Path<String>,
    body: RawBody,
) -> Answer {
    let change = BoardChange::parse(body, &screening);
    let view = db
        .write(async |tx| {
            OpenBoard::find(tx, &by, &slug).await?;
            actions::change_board(tx, &by, &slug, &change?).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Threads of a board, newest activity first.
#[utoipa::path(tag = "forum", params(("slug" = String, Path), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = ThreadPage), (status = 404), (status = 422)))]
#[get("/boards/{slug}/threads")]
async fn list_threads(db: Data<Db>, by: Visitor, slug: Path<String>, page: PageQuery) -> Answer {
    let mut conn = db.read().await?;
    let board = store::get_board(&mut conn, by.id(), &slug).await?;
    let Page { items, next } = store::list_threads(&mut conn, board.id, by.id(), &page).await?;
    Ok(HttpResponse::Ok().json(ThreadPage { items, next, version: board.version }))
}

/// Opens a thread.
#[utoipa::path(tag = "forum", request_body = CreateThread, params(("slug" = String, Path)), security(("session" = [])),
    responses((status = 201, body = ThreadView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422), (status = 429)))]
#[post("/boards/{slug}/threads")]
#[expect(clippy::too_many_arguments, reason = "what a handler needs is in its signature")]
async fn create_thread(
    db: Data<Db>,
    limits: Data<Limits>,
    targets: Data<Targets>,
    screening: Data<Screening>,
    by: Writer,
    slug: Path<String>,
    key: Idempotency,
    body: RawBody,
) -> Answer {
    let thread = NewThread::parse(body, &screening);
    let view = db
        .write(async |tx| {
            let board = OpenBoard::find(tx, &by, &slug).await?;
            actions::open_thread(tx, &by, &board, thread?, (&limits, &targets, key)).await
        })
        .await?;
    Ok(HttpResponse::Created().json(view))
}

/// One thread without its replies; `version` is what `watch` sends.
#[utoipa::path(tag = "forum", params(("id" = Uuid, Path)), responses((status = 200, body = ThreadView), (status = 404)))]
#[get("/threads/{id}")]
async fn get_thread(db: Data<Db>, by: Visitor, id: Path<Uuid>) -> Answer {
    let mut conn = db.read().await?;
    Ok(HttpResponse::Ok().json(store::get_thread(&mut conn, *id, by.id()).await?))
}

/// Changes an own thread; earlier words stay as a revision that only evidence shows.
#[utoipa::path(tag = "forum", request_body = EditThread, params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 200, body = ThreadView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[patch("/threads/{id}")]
async fn edit_thread(
    db: Data<Db>,
    targets: Data<Targets>,
    screening: Data<Screening>,
    by: Writer,
    id: Path<Uuid>,
    body: RawBody,
) -> Answer {
    let change = ThreadChange::parse(body);
    let view = db
        .write(async |tx| {
            let own = OwnThread::lock(tx, &by, *id).await?;
            actions::edit_thread(tx, &by, &own, change?, (&targets, &screening)).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Deletes an own thread.
#[utoipa::path(tag = "forum", params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
#[delete("/threads/{id}")]
async fn delete_thread(db: Data<Db>, by: Member, id: Path<Uuid>) -> Answer {
    db.write(async |tx| {
        let own = OwnThread::lock(tx, &by, *id).await?;
        actions::delete_thread(tx, &own).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Closes a thread for new replies (moderator).
#[utoipa::path(tag = "forum", params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 200, body = ThreadView), (status = 401), (status = 403), (status = 404)))]
#[post("/threads/{id}/lock")]
async fn lock_thread(db: Data<Db>, by: Permit<DecideCases>, id: Path<Uuid>) -> Answer {
    let view = db.write(async |tx| actions::lock_thread(tx, &by, *id, true).await).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Opens a closed thread again (moderator).
#[utoipa::path(tag = "forum", params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 200, body = ThreadView), (status = 401), (status = 403), (status = 404)))]
#[delete("/threads/{id}/lock")]
async fn unlock_thread(db: Data<Db>, by: Permit<DecideCases>, id: Path<Uuid>) -> Answer {
    let view = db.write(async |tx| actions::lock_thread(tx, &by, *id, false).await).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Replies in thread order.
#[utoipa::path(tag = "forum", params(("id" = Uuid, Path), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = Page<ReplyItem>), (status = 404), (status = 422)))]
#[get("/threads/{id}/replies")]
async fn list_replies(db: Data<Db>, by: Visitor, id: Path<Uuid>, page: PageQuery) -> Answer {
    let page = discussion::list_texts(&db, Root::new(RootKind::Thread, *id), by.id(), &page).await?;
    Ok(HttpResponse::Ok().content_type("application/json").body(page))
}

/// Answers a thread or a reply in it.
#[utoipa::path(tag = "forum", request_body = CreateText, params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 201, body = ReplyItem), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422), (status = 429)))]
#[post("/threads/{id}/replies")]
#[expect(clippy::too_many_arguments, reason = "what a handler needs is in its signature")]
async fn create_reply(
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
    let root = Root::new(RootKind::Thread, *id);
    let request = Posted { by: &by, root, limits: &limits, targets: &targets, idempotency };
    let item = db.write(async |tx| discussion::post_text(tx, request, input).await).await?;
    Ok(HttpResponse::Created().json(item))
}
