//! Somebody who talks in a room, comes back after every break, and remembers everything.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::history::History;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

use super::town::Town;
use crate::chat::BODY;

/// Messages of one resident that may wait for an answer.
const IN_FLIGHT: usize = 4;
/// One in so many messages is taken away again by its author.
const REGRETS: u8 = 10;
/// A line on which nothing is heard for so long is given up.
const SILENCE: Duration = Duration::from_secs(40);

type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub struct Resident {
    token: String,
    pub room: Uuid,
    addresses: Rc<RefCell<Vec<String>>>,
    home: Cell<usize>,
    pause: Duration,
    history: Rc<History>,
    hushed: Cell<bool>,
    last: Cell<Option<i64>>,
    /// When the present line asked for what it missed.
    asked: Cell<Instant>,
    /// Messages that were sent, and when.
    waiting: RefCell<HashMap<Uuid, Instant>>,
    redacted: RefCell<HashSet<Uuid>>,
    /// Messages that are just being taken away.
    regrets: Rc<Cell<usize>>,
    client: reqwest::Client,
}

impl Resident {
    pub fn move_in(town: &Town, number: usize, pause: Duration, history: Rc<History>) -> Rc<Self> {
        let resident = Rc::new(Self {
            token: town.tokens[number].clone(),
            room: town.rooms[number % town.rooms.len()],
            addresses: town.addresses.clone(),
            home: Cell::new(number / town.rooms.len()),
            pause,
            history,
            hushed: Cell::new(false),
            last: Cell::new(Some(0)),
            asked: Cell::new(Instant::now()),
            waiting: RefCell::default(),
            redacted: RefCell::default(),
            regrets: Rc::default(),
            client: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().expect("a client"),
        });
        tokio::task::spawn_local(resident.clone().live());
        resident
    }

    /// Says nothing new.
    pub fn hush(&self, is_hushed: bool) {
        self.hushed.set(is_hushed);
    }

    pub fn is_waiting(&self) -> bool {
        !self.waiting.borrow().is_empty() || self.regrets.get() > 0
    }

    pub fn last(&self) -> Option<i64> {
        self.last.get()
    }

    fn address(&self) -> String {
        let addresses = self.addresses.borrow();
        addresses[self.home.get() % addresses.len()].clone()
    }

    async fn live(self: Rc<Self>) {
        loop {
            if let Some(line) = self.connect().await {
                self.history.count(|figures| figures.resumes += 1);
                self.talk(line).await;
            }
            // The next node, after a moment that differs from everybody else's.
            self.home.set(self.home.get() + 1);
            tokio::time::sleep(Duration::from_millis(50 + u64::from(chance()) * 2)).await;
        }
    }

    async fn connect(&self) -> Option<Line> {
        let mut request = format!("ws://{}/api/v1/live", self.address()).into_client_request().expect("an address");
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse().expect("a token"));
        let (mut line, _) = tokio::time::timeout(Duration::from_secs(15), connect_async(request)).await.ok()?.ok()?;
        self.asked.set(Instant::now());
        let join = json!({"type": "join", "room": self.room, "after_seq": self.last.get()});
        line.send(Message::text(join.to_string())).await.ok()?;
        Some(line)
    }

    /// Until the line breaks.
    async fn talk(&self, mut line: Line) {
        // What was sent on an older line may never have arrived: it goes again under the same name.
        let again: Vec<Uuid> = self.waiting.borrow().keys().copied().collect();
        for client_id in again {
            if self.send(&mut line, client_id).await.is_none() {
                return;
            }
        }
        let mut next = Instant::now() + self.pause.mul_f64(f64::from(chance()) / 255.0);
        loop {
            tokio::select! {
                heard = tokio::time::timeout(SILENCE, line.next()) => {
                    let Ok(Some(Ok(message))) = heard else { return };
                    if let Message::Text(text) = message {
                        let frame: Value = serde_json::from_str(&text).expect("frames are JSON");
                        if !self.heard(&frame, &mut line).await {
                            return;
                        }
                    }
                }
                () = tokio::time::sleep_until(next.into()) => {
                    next = Instant::now() + self.pause;
                    if !self.hushed.get() && self.waiting.borrow().len() < IN_FLIGHT
                        && self.send(&mut line, Uuid::new_v4()).await.is_none() {
                        return;
                    }
                }
            }
        }
    }

    async fn send(&self, line: &mut Line, client_id: Uuid) -> Option<()> {
        self.waiting.borrow_mut().insert(client_id, Instant::now());
        let frame = json!({"type": "send", "room": self.room, "client_id": client_id, "body": BODY});
        line.send(Message::text(frame.to_string())).await.ok()
    }

    /// False: the line is of no use.
    async fn heard(&self, frame: &Value, line: &mut Line) -> bool {
        match frame["type"].as_str().unwrap_or_default() {
            "ack" => {
                let client_id = id(frame, "client_id");
                self.answered(client_id);
                let message = id(frame, "id");
                self.history.acked(client_id, frame["seq"].as_i64().expect("a number"), message);
                self.history.count(|figures| figures.acked += 1);
                if chance().is_multiple_of(REGRETS) {
                    self.regret(message);
                }
            }
            "error" if frame["client_id"].is_string() => {
                let client_id = id(frame, "client_id");
                if frame["problem"]["code"] != "busy" {
                    self.history.problem(format!("a message was refused: {frame}"));
                }
                self.answered(client_id);
                self.history.count(|figures| figures.busy += 1);
                tokio::time::sleep(Duration::from_millis(200)).await;
                return self.send(line, client_id).await.is_some();
            }
            "held" | "advice" => self.history.problem(format!("a message was kept back: {frame}")),
            // The room could not be joined now: another line, a moment later.
            "error" => return false,
            "reset" => self.last.set(frame["seq"].as_i64()),
            kind @ ("message" | "edited" | "restored" | "redacted") => self.saw(frame, kind == "redacted"),
            _ => {}
        }
        true
    }

    fn answered(&self, client_id: Uuid) {
        if let Some(since) = self.waiting.borrow_mut().remove(&client_id) {
            let waited = since.elapsed();
            self.history.count(|figures| figures.longest_wait = figures.longest_wait.max(waited));
        }
    }

    fn saw(&self, frame: &Value, is_redacted: bool) {
        let (seq, message) = (frame["seq"].as_i64().expect("a number"), id(frame, "id"));
        if self.last.get().is_some_and(|last| seq != last + 1) {
            self.history.problem(format!("somebody saw {seq} after {:?}", self.last.get()));
        }
        self.last.set(Some(seq));
        self.history.seen(self.room, seq, message);
        if is_redacted {
            self.redacted.borrow_mut().insert(message);
        } else {
            if self.redacted.borrow().contains(&message) {
                self.history.problem(format!("{message} came back after it was taken away"));
            }
            self.history.text_came(message, self.asked.get());
        }
    }

    /// Takes a message away again.
    fn regret(&self, message: Uuid) {
        let url = format!("http://{}/api/v1/messages/{message}", self.address());
        let request = self.client.delete(url).bearer_auth(&self.token);
        let (history, regrets) = (self.history.clone(), self.regrets.clone());
        regrets.set(regrets.get() + 1);
        tokio::task::spawn_local(async move {
            if request.send().await.is_ok_and(|answer| answer.status().as_u16() == 204) {
                history.deleted(message);
            }
            regrets.set(regrets.get() - 1);
        });
    }
}

fn id(frame: &Value, name: &str) -> Uuid {
    frame[name].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no {name} in {frame}"))
}

fn chance() -> u8 {
    Uuid::new_v4().as_bytes()[0]
}
