//! Somebody who talks in a room, comes back after every break, and remembers everything.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use support::history::{History, Screen, Taken, text_of};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

use super::town::Town;

/// Messages of one resident that may wait for an answer.
const IN_FLIGHT: usize = 4;
/// One in so many messages is changed by its author, taken away again, or seen by somebody who tells the moderators.
const CHANGES: u8 = 6;
const REGRETS: u8 = 10;
const REPORTS: u8 = 8;
/// How often a message that is changed is changed, at most.
const CHANGES_EACH: u8 = 3;
/// A line on which nothing is heard for so long is given up.
const SILENCE: Duration = Duration::from_secs(40);

type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub struct Resident {
    number: usize,
    token: String,
    pub room: Uuid,
    addresses: Rc<RefCell<Vec<String>>>,
    home: Cell<usize>,
    pause: Duration,
    history: Rc<History>,
    hushed: Cell<bool>,
    screen: RefCell<Screen>,
    /// Messages that were sent and when, in the order in which they go again over a new line.
    waiting: RefCell<Vec<(Uuid, Instant)>>,
    /// Messages that the moderators should look at.
    reported: Rc<RefCell<Vec<Uuid>>>,
    /// Messages that are just being changed or taken away.
    acts: Cell<usize>,
    client: reqwest::Client,
}

impl Resident {
    pub fn move_in(town: &Town, number: usize, pause: Duration, history: Rc<History>) -> Rc<Self> {
        let room = town.rooms[number % town.rooms.len()];
        let resident = Rc::new(Self {
            number,
            token: town.tokens[number].clone(),
            room,
            addresses: town.addresses.clone(),
            home: Cell::new(number / town.rooms.len()),
            pause,
            history,
            hushed: Cell::new(false),
            screen: RefCell::new(Screen::new(room, Some(number))),
            waiting: RefCell::default(),
            reported: town.reported.clone(),
            acts: Cell::new(0),
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
        !self.waiting.borrow().is_empty() || self.acts.get() > 0
    }

    pub fn screen(&self) -> Ref<'_, Screen> {
        self.screen.borrow()
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

    async fn connect(self: &Rc<Self>) -> Option<Line> {
        let mut request = format!("ws://{}/api/v1/live", self.address()).into_client_request().expect("an address");
        request.headers_mut().insert("authorization", format!("Bearer {}", self.token).parse().expect("a token"));
        let (mut line, _) = tokio::time::timeout(Duration::from_secs(15), connect_async(request)).await.ok()?.ok()?;
        self.screen.borrow_mut().joins();
        let join = json!({"type": "join", "room": self.room, "after_seq": self.screen.borrow().last()});
        line.send(Message::text(join.to_string())).await.ok()?;
        Some(line)
    }

    /// Until the line breaks.
    async fn talk(self: &Rc<Self>, mut line: Line) {
        // What was sent on an older line may never have arrived: it goes again under the same name, in the same order.
        let again: Vec<Uuid> = self.waiting.borrow().iter().map(|(client_id, _)| *client_id).collect();
        for client_id in again {
            if self.pass(&mut line, client_id).await.is_none() {
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

    /// A new message, or one that was refused.
    async fn send(&self, line: &mut Line, client_id: Uuid) -> Option<()> {
        self.waiting.borrow_mut().push((client_id, Instant::now()));
        self.history.sends(self.number, client_id);
        self.pass(line, client_id).await
    }

    async fn pass(&self, line: &mut Line, client_id: Uuid) -> Option<()> {
        let body = text_of(client_id, 1);
        let frame = json!({"type": "send", "room": self.room, "client_id": client_id, "body": body});
        line.send(Message::text(frame.to_string())).await.ok()
    }

    /// False: the line is of no use.
    async fn heard(self: &Rc<Self>, frame: &Value, line: &mut Line) -> bool {
        match frame["type"].as_str().unwrap_or_default() {
            "ack" => {
                let client_id = id(frame, "client_id");
                self.answered(client_id);
                let message = id(frame, "id");
                self.history.acked(client_id, frame["seq"].as_i64().expect("a number"), message);
                self.history.count(|figures| figures.acked += 1);
                if chance().is_multiple_of(REPORTS) {
                    self.reported.borrow_mut().push(message);
                }
                tokio::task::spawn_local(self.clone().reconsider(client_id, message));
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
            // A program that thinks of help has not kept the message back.
            "advice" if frame["sent"] == true => {}
            "held" | "advice" => self.history.problem(format!("a message was kept back: {frame}")),
            // The room could not be joined now: another line, a moment later.
            "error" => return false,
            "reset" => self.screen.borrow_mut().reset(frame["seq"].as_i64()),
            "message" | "edited" | "restored" | "redacted" => {
                self.history.came(&mut self.screen.borrow_mut(), frame);
            }
            _ => {}
        }
        true
    }

    fn answered(&self, client_id: Uuid) {
        let mut waiting = self.waiting.borrow_mut();
        if let Some(at) = waiting.iter().position(|(known, _)| *known == client_id) {
            let waited = waiting.remove(at).1.elapsed();
            self.history.count(|figures| figures.longest_wait = figures.longest_wait.max(waited));
        }
    }

    /// Changes an own message some times, or not, and takes it away, or not. What is not answered may have been done.
    async fn reconsider(self: Rc<Self>, client_id: Uuid, message: Uuid) {
        self.acts.set(self.acts.get() + 1);
        if chance().is_multiple_of(CHANGES) {
            for _ in 0..=chance() % CHANGES_EACH {
                let (body, version) = self.history.edits(client_id);
                if self.ask(reqwest::Method::PATCH, message, Some(json!({"body": body}))).await != Some(200) {
                    break;
                }
                self.history.edited(client_id, version);
            }
        }
        if chance().is_multiple_of(REGRETS) && self.ask(reqwest::Method::DELETE, message, None).await == Some(204) {
            self.history.taken(message, Taken::Deleted);
        }
        self.acts.set(self.acts.get() - 1);
    }

    async fn ask(&self, method: reqwest::Method, message: Uuid, body: Option<Value>) -> Option<u16> {
        let url = format!("http://{}/api/v1/messages/{message}", self.address());
        let mut request = self.client.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Some(request.send().await.ok()?.status().as_u16())
    }
}

fn id(frame: &Value, name: &str) -> Uuid {
    frame[name].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no {name} in {frame}"))
}

fn chance() -> u8 {
    Uuid::new_v4().as_bytes()[0]
}
