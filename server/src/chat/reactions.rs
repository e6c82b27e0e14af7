//! Quiet nods at a message: that one knows it, or is glad that it was said. No counts for others; its author is told kindly.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, delete, put};
use serde_json::json;
use uuid::Uuid;

use super::frames;
use super::gate::OthersMessage;
use super::store::reactions::{self, Nods};
use crate::access::{Actor, Member, Writer};
use crate::http::limits::{Limited, Limits};
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

/// A nod that changed: what the person's own screens are told after the commit.
type Changed = (RoomId, MessageId, Nods);

async fn nod(tx: &mut Tx, at: &OthersMessage, by: &Actor, kind: &str) -> Result<Option<Changed>, Problem> {
    let message = &at.0;
    let added = reactions::add(tx, message.id, by.id, kind).await?;
    if let Some(author) = message.author_id.filter(|_| added.is_first) {
        let url = format!("/chat/{}", message.room_slug);
        notify::tell_once(tx, author, "nod", json!({"url": url})).await?;
    }
    if !added.is_new {
        return Ok(None);
    }
    Ok(Some((message.room_id, message.id, reactions::after_change(tx, message.id, by.id).await?)))
}

/// Shows a person's own nods on their screens. Where nothing changed, nobody is told.
fn tell(hub: &Hub, changed: Option<Changed>, by: AccountId) {
    if let Some((room, message, nods)) = changed {
        hub.pass_to(room.0, vec![by.0], None, frames::own_nods(room, message, &nods));
    }
}

/// Nods at somebody else's message: `know_it` ("I know that") or `thanks` ("thank you for sharing"). Its author alone
/// sees how many did, never who.
#[utoipa::path(
    tag = "chat",
    params(("id" = Uuid, Path, description = "Message"), ("kind" = String, Path, description = "`know_it` or `thanks`")),
    responses((status = 204, description = "Noted"), (status = 401, description = "Signed out"), (status = 403, description = "One's own, or no right to write"),
        (status = 404, description = "No such message"), (status = 422, description = "Another kind"), (status = 429, description = "Too many")),
    security(("session" = []))
)]
#[put("/messages/{id}/reactions/{kind}")]
pub(super) async fn add_reaction(
    db: Data<Db>,
    hub: Data<Hub>,
    limits: Data<Limits>,
    by: Writer,
    at: Path<(Uuid, String)>,
) -> Answer {
    let (id, kind) = at.into_inner();
    let changed = db
        .write(async |tx| {
            let message = OthersMessage::lock(tx, &by, MessageId(id)).await?;
            let kind = kind_of(&kind)?;
            limits.count_account(Limited::Nod, by.id.0)?;
            nod(tx, &message, &by, kind).await
        })
        .await?;
    tell(&hub, changed, by.id);
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a nod back.
#[utoipa::path(
    tag = "chat",
    params(("id" = Uuid, Path, description = "Message"), ("kind" = String, Path, description = "`know_it` or `thanks`")),
    responses((status = 204, description = "Taken back, or never there"), (status = 401, description = "Signed out"), (status = 403, description = "Suspended"),
        (status = 422, description = "Another kind"), (status = 429, description = "Too many")),
    security(("session" = []))
)]
#[delete("/messages/{id}/reactions/{kind}")]
pub(super) async fn remove_reaction(
    db: Data<Db>,
    hub: Data<Hub>,
    limits: Data<Limits>,
    by: Member,
    at: Path<(Uuid, String)>,
) -> Answer {
    let (id, kind) = at.into_inner();
    let (id, kind) = (MessageId(id), kind_of(&kind)?);
    limits.count_account(Limited::Nod, by.id.0)?;
    let changed = db
        .write(async |tx| match reactions::remove(tx, id, by.id, kind).await? {
            Some(room) => Ok::<_, Problem>(Some((room, id, reactions::after_change(tx, id, by.id).await?))),
            None => Ok(None),
        })
        .await?;
    tell(&hub, changed, by.id);
    Ok(HttpResponse::NoContent().finish())
}
