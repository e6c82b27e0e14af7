//! `PATCH` and `DELETE` of replies and comments; posting and listing stand with the thread and the post.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, patch};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::actions::{self, NewText};
use super::root::RootKind;
use super::views::ReplyItem;
use crate::access::{Member, Writer};
use crate::casework::Targets;
use crate::http::{Answer, RawBody};
use crate::infra::db::Db;
use crate::screening::Screening;

/// Body of `POST /threads/{id}/replies` and `/posts/{id}/comments`.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
pub struct CreateText {
    /// Markdown, up to 10,000 characters.
    body: String,
    /// What it answers; left out: the thread or post itself.
    parent_id: Option<Uuid>,
    /// The author has seen the advice of screening.
    confirmed: Option<bool>,
}

/// Body of `PATCH /replies/{id}` and `/comments/{id}`.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body that RawBody reads")]
struct EditedText {
    /// Markdown, up to 10,000 characters.
    body: String,
    /// The author has seen the advice of screening.
    confirmed: Option<bool>,
}

/// Routes of this module.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(edit_reply).service(delete_reply).service(edit_comment).service(delete_comment);
}

/// Changes an own reply; earlier words stay as a revision that only evidence shows.
#[utoipa::path(tag = "forum", request_body = EditedText, params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 200, body = ReplyItem), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[patch("/replies/{id}")]
async fn edit_reply(
    db: Data<Db>,
    targets: Data<Targets>,
    screening: Data<Screening>,
    by: Writer,
    id: Path<Uuid>,
    body: RawBody,
) -> Answer {
    edit(&db, (&targets, &screening), &by, RootKind::Thread, *id, body).await
}

/// Deletes an own reply; the thread keeps its shape.
#[utoipa::path(tag = "forum", params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
#[delete("/replies/{id}")]
async fn delete_reply(db: Data<Db>, by: Member, id: Path<Uuid>) -> Answer {
    db.write(async |tx| actions::delete(tx, &by, RootKind::Thread, *id).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Changes an own comment; earlier words stay as a revision that only evidence shows.
#[utoipa::path(tag = "blog", request_body = EditedText, params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 200, body = ReplyItem), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[patch("/comments/{id}")]
async fn edit_comment(
    db: Data<Db>,
    targets: Data<Targets>,
    screening: Data<Screening>,
    by: Writer,
    id: Path<Uuid>,
    body: RawBody,
) -> Answer {
    edit(&db, (&targets, &screening), &by, RootKind::Post, *id, body).await
}

/// Deletes an own comment; the discussion keeps its shape.
#[utoipa::path(tag = "blog", params(("id" = Uuid, Path)), security(("session" = [])),
    responses((status = 204), (status = 401), (status = 403), (status = 404)))]
#[delete("/comments/{id}")]
async fn delete_comment(db: Data<Db>, by: Member, id: Path<Uuid>) -> Answer {
    db.write(async |tx| actions::delete(tx, &by, RootKind::Post, *id).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

async fn edit(
    db: &Db,
    (targets, screening): (&Targets, &Screening),
    by: &Writer,
    kind: RootKind,
    id: Uuid,
    body: RawBody,
) -> Answer {
    let input = NewText::parse(body, screening);
    let item = db.write(async |tx| actions::edit(tx, by, targets, kind, id, input).await).await?;
    Ok(HttpResponse::Ok().json(item))
}
