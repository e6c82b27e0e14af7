//! What the hosts of a room tell each other about its evening, so that the next shift knows. Participants never see it,
//! nor that there is any.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::frames::{self, Author};
use super::gate::{self, HostedRoom, OwnNote};
use super::store;
use super::store::notes::{self, NoteRow};
use crate::access::capability::HostRooms;
use crate::access::{Actor, Permit};
use crate::audit::{self, Idempotency, Once};
use crate::http::body::parse;
use crate::http::limits::{Limited, Limits};
use crate::http::page::PageQuery;
use crate::http::{Answer, Page, Problem, RawBody};
use crate::infra::db::Db;
use crate::infra::ids::{NoteId, RoomId};
use crate::live::Hub;
use crate::screening::Screening;

/// Characters of a note.
const MAX_NOTE: usize = 1000;

/// What a host tells the other hosts.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of a body that `Form` reads")]
pub(super) struct RoomNoteBody {
    /// How the evening went, 1 to 1000 characters. Plain text.
    note: String,
    /// It seems to tell of a person, and that is meant.
    confirmed: Option<bool>,
}

/// A note of a room, for those who run it.
#[derive(Serialize, ToSchema)]
pub(super) struct RoomNoteView {
    id: NoteId,
    /// Who wrote it.
    author: Author,
    /// Plain text.
    note: String,
    /// When.
    created_at: DateTime<Utc>,
    /// Whether the reader may take it away.
    may_delete: bool,
}

impl RoomNoteView {
    fn new(row: NoteRow, reader: &Actor) -> Self {
        let may_delete = gate::may_delete(&row, reader);
        Self {
            id: row.id,
            author: Author { id: row.author_id, name: row.author_name, role: row.author_role },
            note: row.body,
            created_at: row.created_at,
            may_delete,
        }
    }
}

/// The text, which may tell of nobody by what the program that reads knows, unless that is meant.
fn read(body: RawBody, screening: &Screening) -> Result<String, Problem> {
    let mut form = body.form()?;
    let note = form.required("note", parse::text(1, MAX_NOTE));
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    form.finish()?;
    let note = note.unwrap_or_default();
    if !confirmed && screening.masked(&note).is_none_or(|masked| masked != note) {
        return Err(Problem::field("note", "names_somebody"));
    }
    Ok(note)
}

/// Tells those who run the room and have it open. Who is not told reads it all the same, later.
async fn tell(db: &Db, hub: &Hub, room: RoomId) -> Result<(), Problem> {
    let hosts = store::list_all_hosts(&mut *db.read().await?, room).await?;
    hub.pass_to(room.0, hosts, None, frames::notes(room));
    Ok(())
}

/// What the hosts of a room have told each other, the newest first. For those who run it.
#[utoipa::path(
    tag = "chat",
    params(
        ("id" = String, Path, description = "Id or slug"),
        ("limit" = Option<i64>, Query, description = "1 to 100, 30 unless told"),
        ("after" = Option<String>, Query, description = "Cursor of the next page"),
    ),
    responses((status = 200, body = Page<RoomNoteView>), (status = 401, description = "Signed out"), (status = 403, description = "Not a host of it"),
        (status = 404, description = "No such room"), (status = 422, description = "A bad cursor")),
    security(("session" = []))
)]
#[get("/rooms/{id}/notes")]
pub(super) async fn list_room_notes(
    db: Data<Db>,
    by: Permit<HostRooms>,
    id: Path<String>,
    query: PageQuery,
) -> Answer<Json<Page<RoomNoteView>>> {
    let mut conn = db.read().await?;
    let room = store::get_room(&mut conn, &id).await?.id;
    if !store::may_host(&mut conn, room, by.id).await? {
        return Err(Problem::Refused("forbidden"));
    }
    let rows = notes::list(&mut conn, room, by.id, &query).await?;
    Ok(Json(Page::from_rows(rows, &query, |row| row.id).map(|row| RoomNoteView::new(row, &by))))
}

/// A host leaves a note for the other hosts.
#[utoipa::path(
    tag = "chat",
    params(("id" = String, Path, description = "Id or slug")),
    request_body = RoomNoteBody,
    responses((status = 201, body = RoomNoteView), (status = 401, description = "Signed out"), (status = 403, description = "Not a host of it, or no right to write"),
        (status = 404, description = "No such room"), (status = 422, description = "A wrong field, or it seems to tell of somebody"),
        (status = 429, description = "Too many")),
    security(("session" = []))
)]
#[post("/rooms/{id}/notes")]
pub(super) async fn create_room_note(
    (db, hub): (Data<Db>, Data<Hub>),
    (screening, limits): (Data<Screening>, Data<Limits>),
    by: Permit<HostRooms>,
    id: Path<String>,
    key: Idempotency,
    body: RawBody,
) -> Answer {
    let bytes = body.bytes().to_vec();
    let (note, room) = db
        .write(async |tx| {
            let hosted = HostedRoom::lock(tx, &by, &id).await?;
            by.may_write()?;
            let note = match key.begin(tx, by.id, &bytes).await? {
                Once::Repeat(id) => NoteId(id),
                first => {
                    let text = read(body, &screening)?;
                    limits.count_account(Limited::Reply, by.id.0)?;
                    let note = notes::insert(tx, hosted.room.id, by.id, text).await?;
                    first.done(tx, by.id, 201, note.0).await?;
                    note
                }
            };
            Ok::<_, Problem>((note, hosted.room.id))
        })
        .await?;
    tell(&db, &hub, room).await?;
    let row = notes::find(&mut *db.read().await?, note, by.id).await?.ok_or(Problem::NotFound)?;
    Ok(HttpResponse::Created().json(RoomNoteView::new(row, &by)))
}

/// Its author takes a note away, or a coordinator.
#[utoipa::path(
    tag = "chat",
    params(("id" = Uuid, Path, description = "Note")),
    responses((status = 204, description = "It is gone"), (status = 401, description = "Signed out"), (status = 403, description = "Somebody else's, or not a host"),
        (status = 404, description = "No such note in a room of one's own")),
    security(("session" = []))
)]
#[delete("/room-notes/{id}")]
pub(super) async fn delete_room_note(
    (db, hub): (Data<Db>, Data<Hub>),
    by: Permit<HostRooms>,
    id: Path<Uuid>,
) -> Answer {
    let room = db
        .write(async |tx| {
            let note = OwnNote::find(tx, &by, NoteId(*id)).await?.0;
            notes::delete(tx, note.id).await?;
            let codes = json!({"room": note.room_id, "author": note.author_id});
            audit::append(tx, Some(by.id), "room_note_deleted", "room_note", Some(note.id.0), codes).await?;
            Ok::<_, Problem>(note.room_id)
        })
        .await?;
    tell(&db, &hub, room).await?;
    Ok(HttpResponse::NoContent().finish())
}
