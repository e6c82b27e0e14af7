//! The one writer of messages on this node. While a commit is in flight the next batch gathers; one database function
//! checks rights, drops doubles, numbers and inserts; receipts leave after the commit. A second writer would halve the
//! batches, and PostgreSQL would need half as much again for each message.
//!
//! A batch that fails is tried again in parts, a room that somebody else keeps locked is set aside,
//! and a message that waits too long is given back to its author, who sends it again under the same client id.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use moderation::screening::Signals;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::conversations::Ear;
use super::store::{self, Written};
use super::teller::{Teller, refused};
use crate::community::hours::OpeningFacts;
use crate::http::Problem;
use crate::infra::db::{self, Conn, Db};
use crate::infra::ids::AccountId;
use crate::live::{Hub, Refusal, SocketId};

/// Messages that may wait; beyond it senders are told that the server is busy.
const INBOX: usize = 4096;
/// Messages in one commit: few enough that the node reads the next ones while PostgreSQL writes these.
const BATCH: usize = 128;
/// Batches that are committed and wait to be told.
const TELLING: usize = 2;
/// How long a message may wait in all; its author is told to try again, and the client does under the same id.
const DEADLINE: Duration = Duration::from_secs(5);
/// How long the database may take for one call. A call that was given up may have been carried out all the same: the
/// client id finds it.
const CALL: Duration = Duration::from_secs(3);
/// How long a batch waits for a room that somebody else has locked, and one of a room that was set aside.
const LOCK_MS: i32 = 250;
const LOCK_ASIDE_MS: i32 = 50;
/// When a room that was set aside, or a database that was away, is tried again.
const PAUSE: Duration = Duration::from_millis(200);
/// Failures of a message on its own before its author is told.
const MAX_FAILURES: u8 = 3;
/// Rooms whose facts are remembered.
const MAX_FACTS: usize = 10_000;

/// A message on its way to the database.
#[derive(Debug)]
pub struct Item {
    /// Its id, if it is new.
    pub id: Uuid,
    /// The room.
    pub room: Uuid,
    /// Chosen by the author's client; the same one again means the same message.
    pub client_id: Uuid,
    /// Who writes.
    pub author: AccountId,
    /// Markdown.
    pub body: String,
    /// Rendered.
    pub html: String,
    /// The message that it answers.
    pub reply_to: Option<Uuid>,
    /// What it does in a conversation.
    pub signals: Signals,
    /// Where the receipt goes.
    pub from: SocketId,
    /// When it came in.
    pub since: Instant,
    /// How often it failed on its own.
    pub failures: u8,
}

/// The way to the writer.
pub type Inbox = mpsc::Sender<Item>;

/// The writer's end; give it to [`run`].
pub type Mailbox = mpsc::Receiver<Item>;

/// A bounded inbox.
#[must_use]
pub fn channel() -> (Inbox, Mailbox) {
    mpsc::channel(INBOX)
}

/// Writes until every sender of the inbox is gone or the task is aborted.
pub async fn run(mut mailbox: Mailbox, hub: Arc<Hub>, db: Db, database_url: Arc<str>, ear: Ear) {
    let (committed, to_tell) = mpsc::channel(TELLING);
    let teller = Teller { hub: hub.clone(), db: db.clone(), ear };
    tokio::spawn(teller.run(to_tell));
    let mut writer = Writer {
        hub,
        db,
        database_url,
        conn: None,
        facts: HashMap::new(),
        aside: HashMap::new(),
        again: Vec::new(),
        refusals: Vec::new(),
        committed,
    };
    let mut batch = Vec::new();
    loop {
        let waits = !writer.again.is_empty() || !writer.aside.is_empty();
        tokio::select! {
            taken = mailbox.recv_many(&mut batch, BATCH) => if taken == 0 { return },
            () = tokio::time::sleep(PAUSE), if waits => {}
        }
        writer.hub.meter().inbox.set(mailbox.len());
        writer.round(std::mem::take(&mut batch)).await;
    }
}

struct Facts {
    version: i64,
    opening: OpeningFacts,
}

struct Aside {
    items: Vec<Item>,
    until: Instant,
}

enum Failed {
    /// Somebody else keeps a room locked.
    Locked,
    /// The database is away or does not answer.
    Away,
    /// The call was refused.
    Refused(diesel::result::Error),
}

struct Writer {
    hub: Arc<Hub>,
    db: Db,
    database_url: Arc<str>,
    conn: Option<Conn>,
    facts: HashMap<Uuid, Facts>,
    aside: HashMap<Uuid, Aside>,
    again: Vec<Item>,
    refusals: Vec<(SocketId, Bytes)>,
    committed: mpsc::Sender<Vec<(Item, Written)>>,
}

impl Writer {
    async fn round(&mut self, new: Vec<Item>) {
        let mut batch = std::mem::take(&mut self.again);
        batch.extend(new);
        let batch = self.without_late(batch);
        let batch = self.without_aside(batch);
        let batch = self.without_twins(batch);
        self.write(batch, LOCK_MS).await;
        self.retry_aside().await;
        self.tell_refusals().await;
    }

    fn without_late(&mut self, items: Vec<Item>) -> Vec<Item> {
        let (late, items): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| item.since.elapsed() > DEADLINE);
        late.iter().for_each(|item| self.refuse(item, &Refusal::new("busy")));
        items
    }

    /// Messages of a room that is set aside wait with it, so that their order stays.
    fn without_aside(&mut self, items: Vec<Item>) -> Vec<Item> {
        let mut others = Vec::with_capacity(items.len());
        for item in items {
            match self.aside.get_mut(&item.room) {
                Some(aside) if aside.items.len() < BATCH => aside.items.push(item),
                Some(_) => self.refuse(&item, &Refusal::new("busy")),
                None => others.push(item),
            }
        }
        others
    }

    /// The same message twice waits for the next batch, which finds the first.
    fn without_twins(&mut self, items: Vec<Item>) -> Vec<Item> {
        let mut known = HashSet::with_capacity(items.len());
        let (items, twins) = items.into_iter().partition(|item| known.insert((item.room, item.author, item.client_id)));
        self.again.extend::<Vec<Item>>(twins);
        items
    }

    async fn retry_aside(&mut self) {
        let due: Vec<Uuid> =
            self.aside.iter().filter(|(_, aside)| aside.until <= Instant::now()).map(|(room, _)| *room).collect();
        for room in due {
            if let Some(aside) = self.aside.remove(&room) {
                let items = self.without_late(aside.items);
                let items = self.without_twins(items);
                self.write(items, LOCK_ASIDE_MS).await;
            }
        }
    }

    /// Writes a batch; what fails is tried by room, then one by one. What follows in a room in which something waits, waits
    /// with it, so that their order stays.
    async fn write(&mut self, items: Vec<Item>, lock_ms: i32) {
        let mut parts = vec![items];
        while let Some(items) = parts.pop() {
            let Some(room) = items.first().map(|item| item.room) else { continue };
            let is_of_one_room = items.iter().all(|item| item.room == room);
            if is_of_one_room && self.aside.contains_key(&room) {
                self.put_aside(room, items);
                continue;
            }
            match self.call(&items, lock_ms).await {
                Ok(rows) => self.settle(items, rows).await,
                Err(Failed::Away) => {
                    self.again.extend(items);
                    self.again.extend(parts.drain(..).rev().flatten());
                }
                Err(Failed::Locked) if is_of_one_room => self.put_aside(room, items),
                Err(Failed::Locked) => parts.extend(by_room(items)),
                Err(Failed::Refused(error)) if items.len() == 1 => self.failed(items, &error),
                // Popped from the end: the last room and the last message come first on the list.
                Err(Failed::Refused(_)) => parts.extend(items.into_iter().rev().map(|item| vec![item])),
            }
        }
    }

    fn put_aside(&mut self, room: Uuid, items: Vec<Item>) {
        let aside =
            self.aside.entry(room).or_insert_with(|| Aside { items: Vec::new(), until: Instant::now() + PAUSE });
        aside.items.extend(items);
    }

    fn failed(&mut self, items: Vec<Item>, error: &diesel::result::Error) {
        for mut item in items {
            item.failures += 1;
            if item.failures >= MAX_FAILURES {
                tracing::error!(message.id = %item.id, room.id = %item.room, error = %error, "a message cannot be stored");
                self.refuse(&item, &Refusal::new("busy"));
            } else {
                self.put_aside(item.room, vec![item]);
            }
        }
    }

    async fn call(&mut self, items: &[Item], lock_ms: i32) -> Result<Vec<Written>, Failed> {
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => db::connect_alone(&self.database_url).await.map_err(|_| Failed::Away)?,
        };
        let begun = Instant::now();
        let done = tokio::time::timeout(CALL, self.call_on(&mut conn, items, lock_ms)).await;
        match done {
            Ok(Ok(rows)) => {
                self.conn = Some(conn);
                let meter = self.hub.meter();
                meter.batches.add(1);
                meter.batched.add(u64::try_from(items.len()).unwrap_or(0));
                meter.batch_us.add_time(begun.elapsed());
                Ok(rows)
            }
            // After a failure the connection is not trusted any more; whether it was the lock is told by the time it took.
            Ok(Err(Problem::Internal(error))) => match error.downcast::<diesel::result::Error>() {
                Ok(_) if begun.elapsed() >= Duration::from_millis(u64::try_from(lock_ms).unwrap_or(0)) => {
                    Err(Failed::Locked)
                }
                Ok(error) => Err(Failed::Refused(error)),
                Err(_) => Err(Failed::Away),
            },
            Ok(Err(_)) | Err(_) => Err(Failed::Away),
        }
    }

    async fn call_on(&mut self, conn: &mut Conn, items: &[Item], lock_ms: i32) -> Result<Vec<Written>, Problem> {
        let now = self.db.clock().now();
        self.know_rooms(conn, items).await?;
        let facts = |item: &Item| self.facts.get(&item.room);
        let mut open: HashMap<Uuid, bool> = HashMap::new();
        let call = store::Ingest {
            ids: items.iter().map(|i| i.id).collect(),
            rooms: items.iter().map(|i| i.room).collect(),
            clients: items.iter().map(|i| i.client_id).collect(),
            authors: items.iter().map(|i| i.author).collect(),
            bodies: items.iter().map(|i| i.body.clone()).collect(),
            htmls: items.iter().map(|i| i.html.clone()).collect(),
            open: items
                .iter()
                .map(|i| *open.entry(i.room).or_insert_with(|| facts(i).is_some_and(|f| f.opening.at(now).is_open)))
                .collect(),
            versions: items.iter().map(|i| facts(i).map_or(0, |f| f.version)).collect(),
            now,
            lock_ms,
            replies: items.iter().map(|i| i.reply_to).collect(),
        };
        store::ingest(conn, call).await
    }

    async fn know_rooms(&mut self, conn: &mut Conn, items: &[Item]) -> Result<(), Problem> {
        if self.facts.len() > MAX_FACTS {
            self.facts.clear();
        }
        let unknown: Vec<Uuid> = items.iter().map(|i| i.room).filter(|room| !self.facts.contains_key(room)).collect();
        if !unknown.is_empty() {
            for row in store::list_rooms(conn, Some(unknown)).await? {
                self.facts.insert(row.id.0, Facts { version: row.version, opening: row.opening_facts() });
            }
        }
        Ok(())
    }

    /// Hands over what was committed or refused; what the node knew too little of is written again.
    async fn settle(&mut self, items: Vec<Item>, rows: Vec<Written>) {
        let mut items: Vec<Option<Item>> = items.into_iter().map(Some).collect();
        let mut done = Vec::with_capacity(rows.len());
        for row in rows {
            let at = usize::try_from(row.ord - 1).unwrap_or(usize::MAX);
            let Some(item) = items.get_mut(at).and_then(Option::take) else { continue };
            if row.status == "stale" {
                self.facts.remove(&item.room);
                self.again.push(item);
            } else {
                done.push((item, row));
            }
        }
        let _ = self.committed.send(done).await;
    }

    fn refuse(&mut self, item: &Item, refusal: &Refusal) {
        if refusal.code == "busy" {
            self.hub.meter().busy.add(1);
        }
        self.refusals.push(refused(item, refusal));
    }

    async fn tell_refusals(&mut self) {
        if !self.refusals.is_empty() {
            self.hub.committed(Vec::new(), std::mem::take(&mut self.refusals)).await;
        }
    }
}

fn by_room(items: Vec<Item>) -> Vec<Vec<Item>> {
    let mut rooms: HashMap<Uuid, Vec<Item>> = HashMap::new();
    for item in items {
        rooms.entry(item.room).or_default().push(item);
    }
    rooms.into_values().collect()
}
