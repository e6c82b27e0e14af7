//! What the live engine asks of chat: the rooms as numbered sequences, and the frames that people say in them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Instant;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use moderation::{Category, Level};
use serde_json::{Map, Value, json};
use tokio::sync::mpsc::OwnedPermit;
use uuid::Uuid;

use super::conversations::{Ear, Said};
use super::frames::{self, Author, Entry};
use super::ingest::{self, Inbox, Item, Mailbox};
use super::store::messages::NewHeld;
use super::store::{self, HostRow, messages};
use crate::access::{Actor, session};
use crate::casework::{self, TargetKind, Targets};
use crate::http::Problem;
use crate::http::limits::{Limited, Limits};
use crate::infra::db::{Conn, Db};
use crate::infra::ids::{self, AccountId, RoomId};
use crate::infra::markdown;
use crate::live::{Conversation, Event, Here, Local, Pending, Refusal, RoomFacts, RoomHere, Socket, Threshold, frame};
use crate::screening::{Finding, Screening, Verdict};

/// Characters of a message (RIGHTS.md, "Limits").
pub const MAX_BODY: usize = 2000;

thread_local! {
    /// Messages that came together on this thread, each with its place in the writer's inbox: they go to the writer
    /// together, so that one commit and one write for each member carry them.
    static GATHERED: RefCell<Vec<(OwnedPermit<Item>, Item)>> = const { RefCell::new(Vec::new()) };
}

/// The way to the writer of this node. A writer that begins anew after a fault gets a new one: the old one ended with it.
#[derive(Debug)]
pub struct Way(RwLock<Inbox>);

impl Way {
    /// A way, and its end for the first writer.
    #[must_use]
    pub fn open() -> (Arc<Self>, Mailbox) {
        let (inbox, mailbox) = ingest::channel();
        (Arc::new(Self(RwLock::new(inbox))), mailbox)
    }

    /// Opens it anew; what still waits on the old one is lost.
    #[must_use]
    pub fn open_again(&self) -> Mailbox {
        let (inbox, mailbox) = ingest::channel();
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = inbox;
        mailbox
    }

    fn reserve(&self) -> Option<OwnedPermit<Item>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone().try_reserve_owned().ok()
    }
}

/// Chat as the live engine sees it.
pub struct Talk {
    db: Db,
    limits: actix_web::web::Data<Limits>,
    targets: Targets,
    screening: Screening,
    way: Arc<Way>,
    ear: Ear,
}

impl Talk {
    /// Messages go by `way`; what they do in a conversation, where they are held, to `ear`.
    #[must_use]
    pub fn new(
        db: Db,
        limits: actix_web::web::Data<Limits>,
        targets: Targets,
        screening: Screening,
        (way, ear): (Arc<Way>, Ear),
    ) -> Self {
        Self { db, limits, targets, screening, way, ear }
    }

    async fn send(&self, from: &Socket, by: &Actor, fields: &Map<String, Value>) -> Result<(), Refusal> {
        let (Some(room), Some(client_id), Some(body)) =
            (frame::id(fields, "room"), frame::id(fields, "client_id"), fields.get("body").and_then(Value::as_str))
        else {
            return Err(Refusal::new("bad_frame"));
        };
        let body = check_body(body)?;
        self.limits.count_account(Limited::Chat, by.id.0)?;
        let confirmed = fields.get("confirmed").and_then(Value::as_bool).unwrap_or(false);
        let (verdict, signals) = self.screening.read_message(&body, confirmed);
        if !matches!(verdict, Ok(Verdict::Publish | Verdict::PublishWithHelp(_))) {
            self.settle();
            if let Some((seq, id)) = self.sent_before(room, by.id, client_id).await? {
                from.push(frames::ack(room, client_id, seq, id));
                return Ok(());
            }
        }
        match verdict {
            Ok(Verdict::Publish) => {}
            Ok(Verdict::PublishWithHelp(findings)) => {
                from.push(frames::advice(room, client_id, &json!({"findings": findings, "sent": true})))
            }
            Ok(Verdict::Hold { advice, category, level }) => {
                let html = markdown::render(&body);
                let reply_to = frame::id(fields, "reply_to");
                let held = NewHeld { id: ids::ordered(), room, author: by.id, client_id, body, html, reply_to };
                let said = Said { seq: None, id: held.id, author: by.id, signals };
                if self.hold(from, by, held, &advice, (category, level)).await? {
                    let _ = self.ear.try_send((room, vec![said]));
                }
                return Ok(());
            }
            Err(Problem::Unprocessable("advice", facts)) => {
                from.push(frames::advice(room, client_id, &facts));
                return Ok(());
            }
            Err(problem) => return Err(problem.into()),
        }
        let html = markdown::render(&body);
        let item = Item {
            id: ids::ordered(),
            room,
            client_id,
            author: by.id,
            body,
            html,
            reply_to: frame::id(fields, "reply_to"),
            signals,
            from: from.id,
            since: Instant::now(),
            failures: 0,
        };
        let place = self.way.reserve().ok_or(Refusal::new("busy"))?;
        GATHERED.with_borrow_mut(|gathered| gathered.push((place, item)));
        Ok(())
    }

    /// The number of a message that its author sent under this client id before, or that a person let through since.
    async fn sent_before(&self, room: Uuid, by: AccountId, client_id: Uuid) -> Result<Option<(i64, Uuid)>, Problem> {
        messages::sent_before(&mut *self.db.read().await?, RoomId(room), by, client_id).await
    }

    /// Keeps a message back and opens a case about it; whether it is a new one, not one that was held before under the
    /// same client id. Rare, so it goes its own way and checks the rights itself.
    async fn hold(
        &self,
        from: &Socket,
        by: &Actor,
        held: NewHeld,
        advice: &[Finding],
        found: (Category, Level),
    ) -> Result<bool, Refusal> {
        let (room, client_id) = (held.room, held.client_id);
        let is_new = self
            .db
            .write(async |tx| {
                let now = tx.now();
                let by = session::find_actor(tx, by.session, now).await?.ok_or(Problem::SignedOut)?;
                let row = store::list_rooms(tx, Some(vec![room])).await?.pop().ok_or(Problem::NotFound)?;
                if by.suspended_until.is_some() {
                    return Err(Problem::Refused("suspended"));
                }
                by.may_write()?;
                if !row.opening_facts().at(now).is_open {
                    return Err(Problem::Refused("room_closed"));
                }
                let id = held.id;
                let is_new = messages::insert_held(tx, held).await?;
                if is_new {
                    casework::open_by_screening(tx, &self.targets, TargetKind::Message, id, 1, by.id, found.0, found.1)
                        .await?;
                }
                Ok(is_new)
            })
            .await?;
        from.push(frames::held(room, client_id, advice));
        if is_new {
            from.hub().pass_to(room, vec![by.id.0], Some(from.id), frames::own_held(RoomId(room)));
        }
        Ok(is_new)
    }

    /// Said to those in the room at this moment, and kept nowhere.
    fn typing(from: &Socket, by: &Actor, fields: &Map<String, Value>) -> Result<(), Refusal> {
        let room = frame::id(fields, "room").ok_or(Refusal::new("bad_frame"))?;
        if !from.is_in(room) {
            return Err(Refusal::new("not_found"));
        }
        if by.shows_presence && by.may_write().is_ok() && from.may_pass_now() {
            let frame = json!({"type": "typing", "room": room, "author": {"id": by.id, "name": by.name}});
            from.hub().pass(room, from.id, frame);
        }
        Ok(())
    }

    async fn read(&self, by: &Actor, fields: &Map<String, Value>) -> Result<(), Refusal> {
        let (Some(room), Some(seq)) =
            (frame::id(fields, "room"), fields.get("seq").and_then(Value::as_i64).filter(|seq| *seq >= 0))
        else {
            return Err(Refusal::new("bad_frame"));
        };
        let now = self.db.clock().now();
        let mut conn = self.db.read().await.map_err(Problem::from)?;
        if store::mark_read(&mut conn, RoomId(room), by.id, seq, now).await? {
            Ok(())
        } else {
            Err(Refusal::new("not_found"))
        }
    }
}

/// A message's text, trimmed, or why it cannot be sent.
fn check_body(raw: &str) -> Result<String, Refusal> {
    let body = raw.trim();
    if body.is_empty() || body.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Refusal::new("bad_frame"));
    }
    if body.chars().count() > MAX_BODY {
        return Err(Refusal::new("too_long").with("max", i64::try_from(MAX_BODY).unwrap_or(0)));
    }
    Ok(body.to_owned())
}

/// The hosts of a room who are in it now.
fn hosts_here(hosts: &[HostRow], room: RoomId, here: &Here) -> Vec<Author> {
    let here = |host: &&HostRow| host.room_id == room && here.helpers.contains(&host.account_id.0);
    let author = |host: &HostRow| Author { id: host.account_id, name: host.name.clone(), role: host.role.clone() };
    hosts.iter().filter(here).map(author).collect()
}

impl Conversation for Talk {
    fn threshold<'a>(&'a self, conn: &'a mut Conn, room: Uuid) -> Pending<'a, Threshold> {
        Box::pin(async move {
            let now = self.db.clock().now();
            let row = store::list_rooms(conn, Some(vec![room])).await?.pop().ok_or(Problem::NotFound)?;
            let state = row.opening_facts().at(now).state();
            Ok(Threshold { newest: row.last_seq, has_floor: row.history == "from_entry", state })
        })
    }

    fn floor<'a>(&'a self, conn: &'a mut Conn, reader: AccountId, room: Uuid) -> Pending<'a, i64> {
        Box::pin(async move {
            let now = self.db.clock().now();
            Ok(store::enter(conn, RoomId(room), reader, now, false).await?.entered_seq)
        })
    }

    fn newest<'a>(&'a self, conn: &'a mut Conn, rooms: Vec<Uuid>) -> Pending<'a, Vec<(Uuid, i64)>> {
        Box::pin(store::newest(conn, rooms))
    }

    fn events<'a>(&'a self, conn: &'a mut Conn, room: Uuid, after: i64, limit: i64) -> Pending<'a, Vec<Event>> {
        Box::pin(async move { Ok(store::entries(conn, room, after, limit).await?.iter().map(Entry::encode).collect()) })
    }

    fn facts<'a>(
        &'a self,
        conn: &'a mut Conn,
        rooms: Vec<RoomHere>,
        now: DateTime<Utc>,
    ) -> Pending<'a, Vec<RoomFacts>> {
        Box::pin(async move {
            let rows = store::list_rooms(conn, Some(rooms.iter().map(|room| room.id).collect())).await?;
            let hosts = store::list_hosts(conn, rows.iter().map(|row| row.id).collect()).await?;
            let here: HashMap<Uuid, Here> = rooms.into_iter().map(|room| (room.id, room.here)).collect();
            Ok(rows
                .into_iter()
                .map(|row| {
                    let opening = row.opening_facts().at(now);
                    let here = here.get(&row.id.0).cloned().unwrap_or_default();
                    let frame = frame::text(&json!({
                        "type": "room", "room": row.id, "name": row.name, "state": opening.state(), "opens_at": opening.opens_at,
                        "closes_at": opening.closes_at, "by_host": opening.by_host, "slow_mode_s": row.slow_mode_s,
                        "people": here.people, "hosts_here": hosts_here(&hosts, row.id, &here),
                    }));
                    RoomFacts { id: row.id.0, state: opening.state(), frame }
                })
                .collect())
        })
    }

    fn withheld(&self, room: Uuid, event: &Event) -> Bytes {
        frames::redacted(room, event.seq, event.item, "hidden")
    }

    fn heard<'a>(
        &'a self,
        from: &'a Rc<Socket>,
        kind: &'a str,
        fields: &'a Map<String, Value>,
    ) -> Local<'a, Result<(), Refusal>> {
        Box::pin(async move {
            let Some(by) = from.actor() else { return Err(Refusal::new("not_found")) };
            match kind {
                "send" => self.send(from, &by, fields).await,
                "typing" => Self::typing(from, &by, fields),
                "read" => {
                    self.settle();
                    self.read(&by, fields).await
                }
                _ => Err(Refusal::new("bad_frame")),
            }
        })
    }

    fn settle(&self) {
        for (place, item) in GATHERED.take() {
            place.send(item);
        }
    }
}
