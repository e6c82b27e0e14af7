//! What the API shows of rooms and messages.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::frames::Author;
use super::store::messages::HeldRow;
use super::store::{EntryRow, HostRow, MessageRow, RoomRow};
use crate::access::Actor;
use crate::community::hours::Window;
use crate::infra::ids::{AccountId, MessageId, RoomId};
use crate::screening::Finding;

/// A room as one person sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomView {
    /// Id.
    pub id: RoomId,
    /// Its part of the address `/chat/{slug}`.
    pub slug: String,
    /// Name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// `open` or `closed`.
    #[schema(value_type = String)]
    pub state: &'static str,
    /// When it opens, if it is closed and will.
    pub opens_at: Option<DateTime<Utc>>,
    /// When it closes, if it is open and will.
    pub closes_at: Option<DateTime<Utc>>,
    /// Whether a host opened it beyond its hours, or closed it for today.
    pub by_host: bool,
    /// Whether it never closes by hours.
    pub always_open: bool,
    /// Weekly hours on the community's clock.
    #[schema(value_type = Vec<Window>)]
    pub hours: serde_json::Value,
    /// `whole` or `from_entry`.
    pub history: String,
    /// Seconds between two messages of one person; 0: no slow mode.
    pub slow_mode_s: i32,
    /// Its hosts.
    pub hosts: Vec<Author>,
    /// Newest number of its sequence.
    pub last_seq: i64,
    /// How far the reader has read; nobody else sees it.
    pub read_seq: i64,
    /// Whether the reader has accepted its ground rules.
    pub entered: bool,
    /// Whether the reader may write in it now.
    pub may_send: bool,
    /// Whether the reader may open, close and slow it.
    pub may_host: bool,
}

/// The rooms with hosts and the reader's own marks.
#[must_use]
pub fn rooms(
    rows: Vec<RoomRow>,
    hosts: Vec<HostRow>,
    entries: Vec<EntryRow>,
    by: &Actor,
    now: DateTime<Utc>,
) -> Vec<RoomView> {
    let mut hosts_of: HashMap<RoomId, Vec<Author>> = HashMap::new();
    for host in hosts {
        hosts_of.entry(host.room_id).or_default().push(Author {
            id: host.account_id,
            name: host.name,
            role: host.role,
        });
    }
    let marks: HashMap<RoomId, EntryRow> = entries.into_iter().map(|entry| (entry.room_id, entry)).collect();
    rows.into_iter().map(|row| room(row, &mut hosts_of, &marks, by, now)).collect()
}

fn room(
    row: RoomRow,
    hosts: &mut HashMap<RoomId, Vec<Author>>,
    marks: &HashMap<RoomId, EntryRow>,
    by: &Actor,
    now: DateTime<Utc>,
) -> RoomView {
    let opening = row.opening_facts().at(now);
    let hosts = hosts.remove(&row.id).unwrap_or_default();
    let mark = marks.get(&row.id);
    let is_host = hosts.iter().any(|host| host.id == by.id);
    RoomView {
        id: row.id,
        slug: row.slug,
        name: row.name,
        description: row.description,
        state: opening.state(),
        opens_at: opening.opens_at,
        closes_at: opening.closes_at,
        by_host: opening.by_host,
        always_open: row.always_open,
        hours: row.hours,
        history: row.history,
        slow_mode_s: row.slow_mode_s,
        last_seq: row.last_seq,
        read_seq: mark.map_or(0, |mark| mark.read_seq),
        entered: mark.is_some_and(|mark| mark.has_accepted),
        may_send: opening.is_open && by.may_write().is_ok(),
        may_host: by.roles.is_staff() || is_host,
        hosts,
    }
}

/// A message in the history.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    /// Id.
    pub id: MessageId,
    /// Its number in the room.
    pub seq: i64,
    /// Who wrote it; null after erasure.
    pub author: Option<Author>,
    /// The Markdown, for its author only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Rendered.
    pub body_html: String,
    /// State of the text.
    pub state: String,
    /// Raised by each edit.
    pub revision: i32,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When its author last changed it.
    pub edited_at: Option<DateTime<Utc>>,
    /// The message that it answers, if the reader may read that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteView>,
    /// The reader's own nods at it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub my_reactions: Vec<String>,
    /// Nods at it, for its author only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reactions: Option<ReactionCounts>,
}

/// What a message answers, as its reader may read it today.
#[derive(Debug, Serialize, ToSchema)]
pub struct QuoteView {
    /// Id.
    pub id: uuid::Uuid,
    /// Who wrote it; null after erasure.
    pub author_name: Option<String>,
    /// Rendered.
    pub body_html: String,
}

/// Quiet nods at an own message.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReactionCounts {
    /// "I know that."
    pub know_it: i64,
    /// "Thank you for sharing."
    pub thanks: i64,
}

impl MessageView {
    /// As `reader` sees it.
    #[must_use]
    pub fn new(row: MessageRow, reader: AccountId) -> Self {
        let author = match (row.author_id, row.author_name, row.author_role) {
            (Some(id), Some(name), Some(role)) => Some(Author { id, name, role }),
            _ => None,
        };
        let is_own = author.as_ref().is_some_and(|author| author.id == reader);
        Self {
            id: row.id,
            seq: row.seq,
            author,
            body: is_own.then_some(row.body),
            body_html: row.body_html,
            state: row.state,
            revision: row.revision,
            created_at: row.created_at,
            edited_at: row.edited_at,
            quote: row.quote_id.zip(row.quote_html).map(|(id, body_html)| QuoteView {
                id,
                author_name: row.quote_author,
                body_html,
            }),
            my_reactions: row.nods_by_reader.unwrap_or_default(),
            reactions: is_own.then_some(ReactionCounts { know_it: row.know_it, thanks: row.thanks }),
        }
    }
}

/// One room with the reader's own messages that wait for a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomDetail {
    /// The room.
    #[serde(flatten)]
    pub room: RoomView,
    /// Own messages that screening held.
    pub held: Vec<HeldView>,
}

/// An own message that waits for a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldView {
    /// Id.
    pub id: MessageId,
    /// Chosen by the author's client.
    pub client_id: uuid::Uuid,
    /// The Markdown.
    pub body: String,
    /// Rendered.
    pub body_html: String,
    /// `hidden_pending` or `hidden`.
    pub state: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// The message that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<uuid::Uuid>,
}

impl From<HeldRow> for HeldView {
    fn from(row: HeldRow) -> Self {
        let HeldRow { id, client_id, body, body_html, state, created_at, reply_to } = row;
        Self { id, client_id, body, body_html, state, created_at, reply_to }
    }
}

/// A message after its author changed it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EditedMessage {
    /// The message.
    #[serde(flatten)]
    pub message: MessageView,
    /// What screening found, for the author.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Finding>,
}
