//! What changes rooms and messages, each in the caller's transaction.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::gate::{HostedRoom, OwnMessage, SayableMessage};
use super::store::{self, messages};
use crate::access::Actor;
use crate::audit;
use crate::casework::{self, TargetKind, Targets};
use crate::community::hours::Window;
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Tx;
use crate::infra::ids::{AccountId, RoomId};
use crate::infra::markdown;
use crate::screening::{Finding, Screening, Surface, Verdict};

/// Says after the commit that the room has a new event.
pub fn announce(tx: &mut Tx, room: RoomId, seq: i64) {
    tx.announce(Signal::new(Topic::Sequence, room, seq));
}

/// The author changes a message. Answers what screening has to say.
///
/// # Errors
/// 409 when the message was hidden, redacted or is held; 422 `advice`.
pub async fn edit_message(
    tx: &mut Tx,
    own: &SayableMessage,
    body: String,
    confirmed: bool,
    (targets, screening): (&Targets, &Screening),
) -> Result<Vec<Finding>, Problem> {
    let message = &own.message;
    if message.is_held || message.state != "live" {
        return Err(Problem::Conflict("wrong_state", json!({"state": message.state})));
    }
    let verdict = screening.read(Surface::Chat, &body, confirmed)?;
    let state = if verdict.is_held() { "hidden_pending" } else { "live" };
    let now = tx.now();
    messages::keep_revision(tx, message.id).await?;
    let html = markdown::render(&body);
    messages::set_text(tx, message.id, body, html, state, Some(now)).await?;
    casework::text_edited(tx, TargetKind::Message, message.id.0, message.revision + 1).await?;
    if let (Verdict::Hold { category, level, .. }, Some(author)) = (&verdict, message.author_id) {
        casework::open_by_screening(
            tx,
            targets,
            TargetKind::Message,
            message.id.0,
            message.revision + 1,
            author,
            *category,
            *level,
        )
        .await?;
    }
    let kind = if verdict.is_held() { "redacted" } else { "edited" };
    let seq = messages::add_event(tx, message.room_id, kind, message.id).await?;
    announce(tx, message.room_id, seq);
    Ok(verdict.advice().to_vec())
}

/// The author takes a message back. Its text stays as evidence for a while and is shown to nobody.
///
/// # Errors
/// When the database fails.
pub async fn delete_message(tx: &mut Tx, own: &OwnMessage, by: &Actor) -> Result<(), Problem> {
    let message = &own.0;
    if message.is_held {
        return messages::withdraw_held(tx, message.id, by.id).await;
    }
    messages::keep_revision(tx, message.id).await?;
    messages::set_text(tx, message.id, String::new(), String::new(), "deleted", None).await?;
    let seq = messages::add_event(tx, message.room_id, "redacted", message.id).await?;
    announce(tx, message.room_id, seq);
    Ok(())
}

/// What a host or coordinator changes of a room; none: as it is.
#[derive(Debug, Default)]
pub struct RoomChange {
    /// Open until then, whatever the hours say.
    pub open_until: Option<Option<DateTime<Utc>>>,
    /// Closed for the rest of the day, or that taken back.
    pub close_for_today: Option<bool>,
    /// Seconds between two messages of one person.
    pub slow_mode_s: Option<i32>,
    /// What only a coordinator changes.
    pub furnishing: Furnishing,
}

/// What only a coordinator changes of a room.
#[derive(Debug, Default)]
pub struct Furnishing {
    /// Name.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Never closed by hours.
    pub always_open: Option<bool>,
    /// Weekly hours.
    pub hours: Option<Vec<Window>>,
    /// `whole` or `from_entry`.
    pub history: Option<String>,
    /// Place in the list.
    pub position: Option<i32>,
    /// Its hosts, all of them.
    pub hosts: Option<Vec<AccountId>>,
}

impl Furnishing {
    fn is_empty(&self) -> bool {
        matches!(
            self,
            Self {
                name: None,
                description: None,
                always_open: None,
                hours: None,
                history: None,
                position: None,
                hosts: None
            }
        )
    }
}

/// Changes a room.
///
/// # Errors
/// 403 where only a coordinator may; 422 for a host without an account.
pub async fn change_room(tx: &mut Tx, hosted: HostedRoom, by: &Actor, change: RoomChange) -> Result<RoomId, Problem> {
    let HostedRoom { mut room, may_furnish } = hosted;
    if !change.furnishing.is_empty() && !may_furnish {
        return Err(Problem::Refused("forbidden"));
    }
    let now = tx.now();
    let mut acts = Vec::new();
    if let Some(until) = change.open_until {
        room.opened_until = until;
        if until.is_some() {
            room.closed_until = None;
        }
        acts.push(if until.is_some() { "room_opened" } else { "room_opening_ended" });
    }
    if let Some(closes) = change.close_for_today {
        room.closed_until = closes.then(|| room.opening_facts().end_of_day(now));
        if closes {
            room.opened_until = None;
        }
        acts.push(if closes { "room_closed_for_today" } else { "room_closing_ended" });
    }
    if let Some(seconds) = change.slow_mode_s {
        room.slow_mode_s = seconds;
        acts.push("room_slow_mode_set");
    }
    if !change.furnishing.is_empty() {
        let Furnishing { name, description, always_open, hours, history, position, hosts } = change.furnishing;
        room.name = name.unwrap_or(room.name);
        room.description = description.unwrap_or(room.description);
        room.always_open = always_open.unwrap_or(room.always_open);
        room.history = history.unwrap_or(room.history);
        room.position = position.unwrap_or(room.position);
        room.hours = hours.map_or(room.hours, |hours| json!(hours));
        if let Some(hosts) = hosts {
            store::set_hosts(tx, room.id, hosts).await?;
        }
        acts.push("room_changed");
    }
    let id = room.id;
    store::update_room(tx, room).await?;
    for act in acts {
        audit::append(tx, Some(by.id), act, "room", Some(id.0), json!({})).await?;
    }
    tx.announce(Signal::new(Topic::Place, id, 0));
    Ok(id)
}

/// A room to be made.
#[derive(Debug)]
pub struct NewRoom {
    /// Its part of the address.
    pub slug: String,
    /// Name.
    pub name: String,
    /// The rest.
    pub furnishing: Furnishing,
    /// Seconds between two messages of one person.
    pub slow_mode_s: i32,
}

/// Makes a room.
///
/// # Errors
/// 422 when the slug is taken or a host has no account.
pub async fn create_room(tx: &mut Tx, by: &Actor, new: NewRoom) -> Result<RoomId, Problem> {
    let hosts = new.furnishing.hosts.clone().unwrap_or_default();
    let id = store::insert_room(tx, new).await?;
    store::set_hosts(tx, id, hosts).await?;
    audit::append(tx, Some(by.id), "room_created", "room", Some(id.0), json!({})).await?;
    tx.announce(Signal::new(Topic::Place, id, 0));
    Ok(id)
}
