//! Quiet nods at a message: that one knows it, or is glad that it was said. No counts for others; its author is told kindly.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, put};
use serde_json::json;
use uuid::Uuid;

use super::frames;
use super::gate::OthersMessage;
use super::store::reactions;
use crate::access::{Actor, Member, Writer};
use crate::http::{Answer, FieldError, Problem};
use crate::infra::db::{Db, Tx};
use crate::infra::ids::{AccountId, MessageId, RoomId};
use crate::live::Hub;
use crate::notify;

/// What a nod can say.
const KINDS: [&str; 2] = ["know_it", "thanks"];

fn kind_of(text: &str) -> Result<&'static str, Problem> {
    let known = KINDS.into_iter().find(|kind| *kind == text);
    known.ok_or_else(|| Problem::Invalid(vec![FieldError::new("kind", "unknown_value")]))
}

async fn nod(tx: &mut Tx, at: &OthersMessage, by: &Actor, kind: &str) -> Result<(), Problem> {
    let message = &at.0;
    let is_first = reactions::add(tx, message.id, by.id, kind).await?;
    if let Some(author) = message.author_id.filter(|_| is_first) {
        let url = format!("/chat/{}", message.room_slug);
        notify::tell_once(tx, author, "nod", json!({"url": url})).await?;
    }
    Ok(())
}

/// Shows a person's own nods on their other screens.
async fn tell(db: &Db, hub: &Hub, room: RoomId, message: MessageId, by: AccountId) -> Result<(), Problem> {
    let kinds = reactions::of(&mut *db.read().await?, message, by).await?;
    hub.pass_to(room.0, vec![by.0], None, frames::own_nods(room, message, &kinds));
    Ok(())
}

/// Nods at somebody else's message: `know_it` ("I know that") or `thanks` ("thank you for sharing"). Its author alone
/// sees how many did, never who.
#[utoipa::path(
    tag = "chat",
    params(("id" = Uuid, Path, description = "Message"), ("kind" = String, Path, description = "`know_it` or `thanks`")),
    responses((status = 204, description = "Noted"), (status = 401, description = "Signed out"), (status = 403, description = "One's own, or no right to write"),
        (status = 404, description = "No such message"), (status = 422, description = "Another kind")),
    security(("session" = []))
)]
#[put("/messages/{id}/reactions/{kind}")]
pub(super) async fn add_reaction(db: Data<Db>, hub: Data<Hub>, by: Writer, at: Path<(Uuid, String)>) -> Answer {
    let (id, kind) = at.into_inner();
    let message = db
        .write(async |tx| {
            let message = OthersMessage::lock(tx, &by, MessageId(id)).await?;
            nod(tx, &message, &by, kind_of(&kind)?).await?;
            Ok::<_, Problem>(message.0)
        })
        .await?;
    tell(&db, &hub, message.room_id, message.id, by.id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a nod back.
#[utoipa::path(
    tag = "chat",
    params(("id" = Uuid, Path, description = "Message"), ("kind" = String, Path, description = "`know_it` or `thanks`")),
    responses((status = 204, description = "Taken back, or never there"), (status = 401, description = "Signed out"), (status = 403, description = "Suspended"),
        (status = 422, description = "Another kind")),
    security(("session" = []))
)]
#[delete("/messages/{id}/reactions/{kind}")]
pub(super) async fn remove_reaction(db: Data<Db>, hub: Data<Hub>, by: Member, at: Path<(Uuid, String)>) -> Answer {
    let (id, kind) = at.into_inner();
    let kind = kind_of(&kind)?;
    let room = db.write(async |tx| reactions::remove(tx, MessageId(id), by.id, kind).await).await?;
    if let Some(room) = room {
        tell(&db, &hub, room, MessageId(id), by.id).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}
