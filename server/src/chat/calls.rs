//! A second pair of eyes: a host asks a moderator into a room, and the desk sees it at once.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::gate::HostedRoom;
use super::store::calls::{self, CallRow};
use crate::access::capability::{DecideCases, HostRooms};
use crate::access::{Actor, Permit};
use crate::http::body::parse;
use crate::http::{Answer, Page, Problem, RawBody};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::{Db, Tx};
use crate::infra::ids::{AccountId, RoomId};
use crate::{audit, notify};

/// What a host writes to the moderators.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of a body that `Form` reads")]
pub(super) struct CallBody {
    /// What it is about, at most 500 characters.
    note: Option<String>,
}

/// A call that waits.
#[derive(Serialize, ToSchema)]
pub(super) struct CallView {
    id: Uuid,
    /// The room.
    room: RoomId,
    /// Its part of the address.
    room_slug: String,
    /// Its name.
    room_name: String,
    /// The host who asked; null after erasure.
    asked_by: Option<AskedBy>,
    /// What the host wrote.
    note: String,
    /// When.
    created_at: DateTime<Utc>,
}

/// A host.
#[derive(Serialize, ToSchema)]
pub(super) struct AskedBy {
    id: AccountId,
    name: String,
}

impl From<CallRow> for CallView {
    fn from(row: CallRow) -> Self {
        let asked_by = row.asked_by.zip(row.asked_by_name).map(|(id, name)| AskedBy { id, name });
        Self {
            id: row.id,
            room: row.room_id,
            room_slug: row.room_slug,
            room_name: row.room_name,
            asked_by,
            note: row.note,
            created_at: row.created_at,
        }
    }
}

async fn call(tx: &mut Tx, hosted: &HostedRoom, by: &Actor, note: String) -> Result<(), Problem> {
    let room = &hosted.room;
    if !calls::ask(tx, room.id, by.id, note).await? {
        // One call is enough: whoever is on the way comes to this room.
        return Ok(());
    }
    for moderator in calls::moderators(tx, by.id).await? {
        notify::tell(tx, moderator, "room_call", json!({"url": format!("/chat/{}", room.slug)})).await?;
    }
    audit::append(tx, Some(by.id), "moderator_called", "room", Some(room.id.0), json!({})).await?;
    tx.announce(Signal::new(Topic::Queue, Uuid::nil(), 0));
    Ok(())
}

/// A host asks a moderator to look into a room. Asked again while nobody has come: the same call.
#[utoipa::path(
    tag = "chat",
    params(("id" = String, Path, description = "Id or slug")),
    request_body = CallBody,
    responses((status = 202, description = "The moderators are told"), (status = 401, description = "Signed out"), (status = 403, description = "Not a host of it"),
        (status = 404, description = "No such room"), (status = 422, description = "A wrong field")),
    security(("session" = []))
)]
#[post("/rooms/{id}/calls")]
pub(super) async fn call_moderator(db: Data<Db>, by: Permit<HostRooms>, id: Path<String>, body: RawBody) -> Answer {
    db.write(async |tx| {
        let hosted = HostedRoom::lock(tx, &by, &id).await?;
        let note = if body.is_empty() {
            None
        } else {
            let mut form = body.form()?;
            let note = form.optional("note", parse::text(0, 500));
            form.finish()?;
            note
        };
        call(tx, &hosted, &by, note.unwrap_or_default()).await
    })
    .await?;
    Ok(HttpResponse::Accepted().finish())
}

/// Hosts who wait for a moderator, the longest first.
#[utoipa::path(
    tag = "chat",
    responses((status = 200, body = Page<CallView>), (status = 401, description = "Signed out"), (status = 403, description = "Not a moderator")),
    security(("session" = []))
)]
#[get("/room-calls")]
pub(super) async fn list_room_calls(db: Data<Db>, _by: Permit<DecideCases>) -> Answer<Json<Page<CallView>>> {
    let mut conn = db.read().await?;
    let items = calls::open(&mut conn).await?.into_iter().map(CallView::from).collect();
    Ok(Json(Page { items, next: None }))
}

/// A moderator goes there; the host is told that somebody comes, not who.
#[utoipa::path(
    tag = "chat",
    params(("id" = Uuid, Path, description = "Call")),
    responses((status = 200, body = CallView), (status = 401, description = "Signed out"), (status = 403, description = "Not a moderator"),
        (status = 404, description = "No such call, or somebody has gone already")),
    security(("session" = []))
)]
#[post("/room-calls/{id}/answer")]
pub(super) async fn answer_room_call(db: Data<Db>, by: Permit<DecideCases>, id: Path<Uuid>) -> Answer<Json<CallView>> {
    let row = db
        .write(async |tx| {
            let row = calls::answer(tx, *id, by.id).await?.ok_or(Problem::NotFound)?;
            if let Some(host) = row.asked_by.filter(|host| *host != by.id) {
                notify::tell(tx, host, "room_call_answered", json!({"url": format!("/chat/{}", row.room_slug)}))
                    .await?;
            }
            audit::append(tx, Some(by.id), "room_call_answered", "room", Some(row.room_id.0), json!({})).await?;
            tx.announce(Signal::new(Topic::Queue, Uuid::nil(), 0));
            Ok::<_, Problem>(row)
        })
        .await?;
    Ok(Json(row.into()))
}
