//! Reading what one was told.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::store;
use super::views::{NoticePage, NoticeView, ReadNotices, UnreadView};
use crate::access::SignedIn;
use crate::http::body::parse;
use crate::http::{Answer, Lang, Page, PageQuery, Problem, RawBody};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Db;

/// Notifications that one request may mark.
const MARK_MAX: usize = 100;

/// Routes of notifications, for `app.rs`.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_notifications).service(read_notifications);
}

/// What I was told, the newest first.
#[utoipa::path(
    tag = "notify", params(("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = NoticePage), (status = 401, description = "Signed out"), (status = 422, description = "Invalid")),
    security(("session" = []))
)]
#[get("/me/notifications")]
async fn list_notifications(
    db: Data<Db>,
    by: SignedIn,
    page: Result<PageQuery, Problem>,
    request: HttpRequest,
) -> Answer {
    let page = page?;
    let lang = Lang::of(&request);
    let mut conn = db.read().await?;
    let before = page.after()?.unwrap_or((db.clock().now() + chrono::TimeDelta::days(1), Uuid::max()));
    let rows = store::list(&mut conn, by.id, before, page.fetch()).await?;
    let unread = store::unread(&mut conn, by.id).await?;
    let page = Page::from_rows(rows, &page, |row| (row.created_at, row.id)).map(|row| NoticeView::of(row, lang));
    Ok(HttpResponse::Ok().json(NoticePage { items: page.items, next: page.next, unread }))
}

/// I have read these, or all of them.
#[utoipa::path(
    tag = "notify", request_body = ReadNotices,
    responses((status = 200, body = UnreadView), (status = 401, description = "Signed out"), (status = 422, description = "Invalid")),
    security(("session" = []))
)]
#[post("/me/notifications/read")]
async fn read_notifications(db: Data<Db>, by: SignedIn, body: RawBody) -> Answer {
    let ids = if body.is_empty() {
        None
    } else {
        let mut form = body.form()?;
        let ids = form.optional("ids", parse::list(MARK_MAX, parse::id::<Uuid>));
        form.finish()?;
        ids
    };
    let unread = db
        .write(async |tx| {
            store::mark_read(tx, by.id, ids).await?;
            tx.announce(Signal::new(Topic::Notice, by.id, 0));
            store::unread(tx, by.id).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(UnreadView { unread }))
}
