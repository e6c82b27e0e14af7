//! Frames of chat, made of rows and encoded once.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::store::reactions::Nods;
use crate::infra::ids::{AccountId, MessageId, RoomId};
use crate::live::{Event, frame};
use crate::screening::Finding;

/// The author as frames and answers show one; null after erasure.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Author {
    /// Account.
    pub id: AccountId,
    /// Pseudonym.
    pub name: String,
    /// The role shown.
    pub role: String,
}

/// One entry of a room's sequence with the message that it is about, in today's state.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The room.
    pub room: Uuid,
    /// Number of the entry.
    pub seq: i64,
    /// `message`, `edited`, `redacted`, `restored`.
    pub kind: &'static str,
    /// The message.
    pub id: Uuid,
    /// Number of the message itself.
    pub item_seq: i64,
    /// Chosen by the author's client.
    pub client_id: Uuid,
    /// The message that it answers; its text is wherever the reader has it, never here.
    pub reply_to: Option<Uuid>,
    /// Who wrote it.
    pub author: Option<Author>,
    /// Rendered text.
    pub body_html: String,
    /// State of the text.
    pub state: String,
    /// Whether everybody in the room may read it.
    pub is_public: bool,
    /// Whether its author may still read it.
    pub author_reads: bool,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When its author last changed it.
    pub edited_at: Option<DateTime<Utc>>,
}

#[derive(Serialize)]
struct MessageFrame<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    room: Uuid,
    seq: i64,
    id: Uuid,
    /// The message's own number, where this is not it.
    #[serde(skip_serializing_if = "Option::is_none")]
    item_seq: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<Uuid>,
    author: Option<&'a Author>,
    body_html: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'a str>,
    created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    edited_at: Option<DateTime<Utc>>,
}

impl Entry {
    fn with_text(&self, for_author: bool) -> Bytes {
        frame::text(&MessageFrame {
            kind: self.kind,
            room: self.room,
            seq: self.seq,
            id: self.id,
            item_seq: (self.item_seq != self.seq).then_some(self.item_seq),
            client_id: for_author.then_some(self.client_id),
            reply_to: self.reply_to,
            author: self.author.as_ref(),
            body_html: &self.body_html,
            state: (self.state != "live").then_some(&self.state),
            created_at: self.created_at,
            edited_at: self.edited_at,
        })
    }

    /// The event of this entry: who may read the text gets it, everybody else its number and id.
    #[must_use]
    pub fn encode(&self) -> Event {
        let takes_away = self.kind == "redacted";
        let everyone = if self.is_public && !takes_away {
            self.with_text(false)
        } else {
            redacted(self.room, self.seq, self.id, self.gone_state())
        };
        let own = (self.author_reads && !takes_away).then(|| self.with_text(true));
        Event {
            seq: self.seq,
            item: self.id,
            item_seq: self.item_seq,
            author: self.author.as_ref().map(|a| a.id),
            everyone,
            own,
        }
    }

    /// A message that is back by now was away when this entry was written.
    fn gone_state(&self) -> &str {
        if self.state == "live" { "hidden" } else { &self.state }
    }
}

/// The frame that takes a text off the screen: ids only.
#[must_use]
pub fn redacted(room: Uuid, seq: i64, id: Uuid, state: &str) -> Bytes {
    frame::text(&json!({"type": "redacted", "room": room, "seq": seq, "id": id, "state": state}))
}

/// The receipt for a message that is committed.
#[must_use]
pub fn ack(room: Uuid, client_id: Uuid, seq: i64, id: Uuid) -> Bytes {
    frame::text(&json!({"type": "ack", "room": room, "client_id": client_id, "seq": seq, "id": id}))
}

/// Tells an author that a message waits for a person to look at it.
#[must_use]
pub fn held(room: Uuid, client_id: Uuid, advice: &[Finding]) -> Bytes {
    frame::text(
        &json!({"type": "held", "room": room, "client_id": client_id, "state": "hidden_pending", "advice": advice}),
    )
}

/// Tells an author what was found in a message. With `sent` it went through all the same.
#[must_use]
pub fn advice(room: Uuid, client_id: Uuid, facts: &serde_json::Value) -> Bytes {
    let mut frame = json!({"type": "advice", "room": room, "client_id": client_id});
    if let (Some(frame), Some(facts)) = (frame.as_object_mut(), facts.as_object()) {
        frame.extend(facts.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
    frame::text(&frame)
}

/// Tells the other screens of a person that what waits of theirs in this room is not what they show: they read it anew.
#[must_use]
pub fn own_held(room: RoomId) -> serde_json::Value {
    json!({"type": "own_held", "room": room})
}

/// Tells the screens of a person how they nod at a message now. Two of these may come out of order: the one with the greater
/// `number` is the later, and a screen that has heard of a greater one for this message leaves it aside.
#[must_use]
pub fn own_nods(room: RoomId, message: MessageId, nods: &Nods) -> serde_json::Value {
    json!({"type": "own_nods", "room": room, "id": message, "my_reactions": nods.kinds, "number": nods.number})
}

/// Tells those who run a room that there is another note, or one less: they read them anew.
#[must_use]
pub fn notes(room: RoomId) -> serde_json::Value {
    json!({"type": "notes", "room": room})
}
