//! Routes of rooms and messages.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::bodies::{MessageBody, RoomBody, RoomPatch};
use super::conversations::Ear;
use super::gate::{HostedRoom, OwnMessage};
use super::store::{self, Edge, RoomRow, messages};
use super::views::{self, EditedMessage, HeldView, MessageView, RoomDetail, RoomView};
use super::{actions, bodies, calls, frames, notes, reactions};
use crate::access::capability::{HostRooms, ManageCommunity};
use crate::access::{Actor, Member, Permit, Writer};
use crate::audit::{Idempotency, Once};
use crate::casework::Targets;
use crate::http::limits::{Limited, Limits};
use crate::http::page::query_value;
use crate::http::{Answer, FieldError, Page, Problem, RawBody};
use crate::infra::db::{Conn, Db};
use crate::infra::ids::{MessageId, RoomId};
use crate::live::Hub;
use crate::screening::Screening;

const DEFAULT_LIMIT: i64 = 50;
const MAX_LIMIT: i64 = 100;

/// Registers the routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(list_rooms)
        .service(get_room)
        .service(list_messages)
        .service(enter_room)
        .service(create_room)
        .service(update_room)
        .service(update_message)
        .service(delete_message)
        .service(reactions::add_reaction)
        .service(reactions::remove_reaction)
        .service(calls::call_moderator)
        .service(calls::list_room_calls)
        .service(calls::answer_room_call)
        .service(notes::list_room_notes)
        .service(notes::create_room_note)
        .service(notes::delete_room_note);
}

async fn as_seen(conn: &mut Conn, rows: Vec<RoomRow>, by: &Actor, db: &Db) -> Result<Vec<RoomView>, Problem> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let hosts = store::list_hosts(conn, ids.clone()).await?;
    let entries = store::list_entries(conn, by.id, ids).await?;
    Ok(views::rooms(rows, hosts, entries, by, db.clock().now()))
}

/// All rooms, with the reader's own marks.
#[utoipa::path(
    tag = "chat",
    responses((status = 200, body = Page<RoomView>), (status = 401, description = "Signed out"), (status = 403, description = "Suspended")),
    security(("session" = []))
)]
#[get("/rooms")]
async fn list_rooms(db: Data<Db>, by: Member) -> Answer<Json<Page<RoomView>>> {
    let mut conn = db.read().await?;
    let rows = store::list_rooms(&mut conn, None).await?;
    Ok(Json(Page { items: as_seen(&mut conn, rows, &by, &db).await?, next: None }))
}

/// One room, by id or slug.
#[utoipa::path(
    tag = "chat",
    params(("id" = String, Path, description = "Id or slug")),
    responses((status = 200, body = RoomDetail), (status = 401, description = "Signed out"), (status = 403, description = "Suspended"), (status = 404, description = "No such room")),
    security(("session" = []))
)]
#[get("/rooms/{id}")]
async fn get_room(db: Data<Db>, by: Member, id: Path<String>) -> Answer<Json<RoomDetail>> {
    let mut conn = db.read().await?;
    let row = store::get_room(&mut conn, &id).await?;
    let held = messages::list_held(&mut conn, row.id, by.id).await?.into_iter().map(HeldView::from).collect();
    let room = as_seen(&mut conn, vec![row], &by, &db).await?.pop().ok_or(Problem::NotFound)?;
    Ok(Json(RoomDetail { room, held }))
}

/// Messages of a room, ascending; gaps in `seq` are normal. Without an edge: the newest ones.
/// `next` is the `before_seq` (or `after_seq`) of the next page.
#[utoipa::path(
    tag = "chat",
    params(
        ("id" = String, Path, description = "Id or slug"),
        ("before_seq" = Option<i64>, Query, description = "The newest messages below this number"),
        ("after_seq" = Option<i64>, Query, description = "The oldest messages above this number"),
        ("limit" = Option<i64>, Query, description = "1 to 100, 50 unless told"),
    ),
    responses((status = 200, body = Page<MessageView>), (status = 401, description = "Signed out"), (status = 403, description = "Suspended"),
        (status = 404, description = "No such room"), (status = 422, description = "A bad number")),
    security(("session" = []))
)]
#[get("/rooms/{id}/messages")]
async fn list_messages(
    request: HttpRequest,
    db: Data<Db>,
    by: Member,
    id: Path<String>,
) -> Answer<Json<Page<MessageView>>> {
    let mut conn = db.read().await?;
    let room = store::get_room(&mut conn, &id).await?;
    let (edge, limit) = page_of(&request)?;
    let floor = if room.history == "from_entry" {
        let entry = store::list_entries(&mut conn, by.id, vec![room.id]).await?.pop();
        entry.map_or(room.last_seq, |entry| entry.entered_seq)
    } else {
        0
    };
    let mut rows = store::history(&mut conn, room.id, by.id, floor, edge, limit + 1).await?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    let next = match edge {
        Edge::Before(_) if has_more => {
            rows.remove(0);
            rows.first().map(|row| row.seq.to_string())
        }
        Edge::After(_) if has_more => {
            rows.pop();
            rows.last().map(|row| row.seq.to_string())
        }
        _ => None,
    };
    Ok(Json(Page { items: rows.into_iter().map(|row| MessageView::new(row, by.id)).collect(), next }))
}

fn page_of(request: &HttpRequest) -> Result<(Edge, i64), Problem> {
    let mut errors = Vec::new();
    let mut number = |name: &'static str, min: i64, max: i64| -> Result<Option<i64>, Problem> {
        Ok(match query_value(request, name)?.map(|value| value.parse::<i64>()) {
            None => None,
            Some(Ok(n)) if (min..=max).contains(&n) => Some(n),
            Some(Ok(_)) => {
                errors.push(FieldError::new(name, "out_of_range"));
                None
            }
            Some(Err(_)) => {
                errors.push(FieldError::new(name, "bad_format"));
                None
            }
        })
    };
    let before = number("before_seq", 0, i64::MAX)?;
    let after = number("after_seq", 0, i64::MAX)?;
    let limit = number("limit", 1, MAX_LIMIT)?.unwrap_or(DEFAULT_LIMIT);
    if before.is_some() && after.is_some() {
        errors.push(FieldError::new("after_seq", "not_allowed_here"));
    }
    if !errors.is_empty() {
        return Err(Problem::Invalid(errors));
    }
    Ok((after.map_or(Edge::Before(before.unwrap_or(i64::MAX)), Edge::After), limit))
}

/// Accepts the ground rules of a room, once.
#[utoipa::path(
    tag = "chat",
    params(("id" = String, Path, description = "Id or slug")),
    responses((status = 200, body = RoomView), (status = 401, description = "Signed out"), (status = 403, description = "Suspended"), (status = 404, description = "No such room")),
    security(("session" = []))
)]
#[post("/rooms/{id}/entry")]
async fn enter_room(db: Data<Db>, by: Member, id: Path<String>) -> Answer<Json<RoomView>> {
    let room = db
        .write(async |tx| {
            let room = store::get_room(tx, &id).await?;
            let now = tx.now();
            store::enter(tx, room.id, by.id, now, true).await?;
            Ok::<_, Problem>(room)
        })
        .await?;
    let mut conn = db.read().await?;
    as_seen(&mut conn, vec![room], &by, &db).await?.pop().map(Json).ok_or(Problem::NotFound)
}

/// A new room.
#[utoipa::path(
    tag = "chat",
    request_body = RoomBody,
    responses((status = 201, body = RoomView), (status = 401, description = "Signed out"), (status = 403, description = "Not a coordinator"), (status = 422, description = "A wrong field")),
    security(("session" = []))
)]
#[post("/rooms")]
async fn create_room(
    db: Data<Db>,
    screening: Data<Screening>,
    by: Permit<ManageCommunity>,
    key: Idempotency,
    body: RawBody,
) -> Answer {
    let bytes = body.bytes().to_vec();
    let new = bodies::new_room(body, &screening)?;
    let id = db
        .write(async |tx| match key.begin(tx, by.id, &bytes).await? {
            Once::Repeat(id) => Ok::<_, Problem>(RoomId(id)),
            first => {
                let id = actions::create_room(tx, &by, new).await?;
                first.done(tx, by.id, 201, id.0).await?;
                Ok(id)
            }
        })
        .await?;
    Ok(HttpResponse::Created().json(seen_by(&db, &by, id).await?))
}

async fn seen_by(db: &Db, by: &Actor, id: RoomId) -> Result<RoomView, Problem> {
    let mut conn = db.read().await?;
    let rows = store::list_rooms(&mut conn, Some(vec![id.0])).await?;
    as_seen(&mut conn, rows, by, db).await?.pop().ok_or(Problem::NotFound)
}

/// A host opens, closes or slows an own room; a coordinator changes anything of any.
#[utoipa::path(
    tag = "chat",
    params(("id" = String, Path, description = "Id or slug")),
    request_body = RoomPatch,
    responses((status = 200, body = RoomView), (status = 401, description = "Signed out"), (status = 403, description = "Not a host of it"),
        (status = 404, description = "No such room"), (status = 422, description = "A wrong field")),
    security(("session" = []))
)]
#[patch("/rooms/{id}")]
async fn update_room(
    db: Data<Db>,
    screening: Data<Screening>,
    by: Permit<HostRooms>,
    id: Path<String>,
    body: RawBody,
) -> Answer<Json<RoomView>> {
    let id = db
        .write(async |tx| {
            let hosted = HostedRoom::lock(tx, &by, &id).await?;
            let change = bodies::room_change(body, &screening, tx.now())?;
            actions::change_room(tx, hosted, &by, change).await
        })
        .await?;
    Ok(Json(seen_by(&db, &by, id).await?))
}

/// Its author changes a message while the room is open; everybody in the room sees the new text.
#[utoipa::path(
    tag = "chat",
    params(("id" = Uuid, Path, description = "Message")),
    request_body = MessageBody,
    responses((status = 200, body = EditedMessage), (status = 401, description = "Signed out"), (status = 403, description = "Somebody else's, no right to write, or the room is closed"),
        (status = 404, description = "No such message"), (status = 409, description = "It was taken away or redacted"), (status = 422, description = "A wrong field, or advice"),
        (status = 429, description = "Too many, or too soon in a slow room")),
    security(("session" = []))
)]
#[patch("/messages/{id}")]
async fn update_message(
    db: Data<Db>,
    targets: Data<Targets>,
    limits: Data<Limits>,
    (screening, ear): (Data<Screening>, Data<Ear>),
    by: Writer,
    id: Path<Uuid>,
    body: RawBody,
) -> Answer<Json<EditedMessage>> {
    let id = MessageId(*id);
    let (advice, room): (_, RoomId) = db
        .write(async |tx| {
            let own = OwnMessage::lock(tx, &by, id).await?.in_open_room(tx).await?;
            let (text, confirmed) = bodies::message(body)?;
            let own = own.after_pause(tx, &by).await?;
            limits.count_account(Limited::Chat, by.id.0)?;
            let advice = actions::edit_message(tx, &own, text, confirmed, (&targets, &screening)).await?;
            Ok::<_, Problem>((advice, own.message.room_id))
        })
        .await?;
    // The conversation is read anew, with the new text in the old one's place.
    let _ = ear.try_send((room.0, Vec::new()));
    let mut conn = db.read().await?;
    let row = messages::get_for(&mut conn, id, by.id).await?;
    Ok(Json(EditedMessage { message: MessageView::new(row, by.id), advice }))
}

/// Its author takes a message back; it leaves every screen.
#[utoipa::path(
    tag = "chat",
    params(("id" = Uuid, Path, description = "Message")),
    responses((status = 204, description = "It is gone"), (status = 401, description = "Signed out"), (status = 403, description = "Somebody else's"),
        (status = 404, description = "No such message")),
    security(("session" = []))
)]
#[delete("/messages/{id}")]
async fn delete_message(db: Data<Db>, hub: Data<Hub>, by: Member, id: Path<Uuid>) -> Answer {
    let own = db
        .write(async |tx| {
            let own = OwnMessage::lock(tx, &by, MessageId(*id)).await?;
            actions::delete_message(tx, &own, &by).await?;
            Ok::<_, Problem>(own.0)
        })
        .await?;
    if own.is_held {
        hub.pass_to(own.room_id.0, vec![by.id.0], None, frames::own_held(own.room_id));
    }
    Ok(HttpResponse::NoContent().finish())
}
