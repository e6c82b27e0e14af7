//! One task for each node that brings events to the worker threads that have members of their room:
//! numbers in line are passed on, a hole is read from PostgreSQL. Signals are only a hint, so the newest numbers
//! of all rooms held are compared every few seconds.
//!
//! A fault ends it, and it begins anew with no room ([`Hub::keep_up`]): members come back and are held again.
//!
//! The feeder itself never waits for the database: reads run beside it and come back as [`Done`], one at a time for
//! each room. So a slow room, or a database that hangs, holds up neither other rooms nor answers to senders.

use std::collections::{HashMap, HashSet};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use tokio::sync::{Mutex, broadcast, mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use super::conversation::{Event, RoomFacts};
use super::hub::{Audience, Control, Delivery, Hub, SocketId, ToFeeder, ToWorker};
use super::reads::{self, Done, PAGE};
use super::run::Run;
use crate::http::Problem;
use crate::infra::bus::{Passing, Signal, Topic};

/// A room with members on this node.
struct Held {
    /// Number of the last event that was passed on; none: not read yet.
    last: Option<i64>,
    /// The newest number that somebody has spoken of.
    wanted: i64,
    is_reading: bool,
    waiting: Vec<oneshot::Sender<bool>>,
    workers: HashSet<usize>,
    state: &'static str,
}

struct Feeder {
    hub: Arc<Hub>,
    rooms: HashMap<Uuid, Held>,
    out: HashMap<usize, Vec<Delivery>>,
    reads: JoinSet<Done>,
    is_beginning: bool,
    is_comparing: bool,
    /// Rooms whose facts must be told anew, and whether some are being read.
    untold: HashSet<Uuid>,
    is_telling: bool,
}

/// What the feeder is told and asked; they outlive a fault in it.
pub(super) struct Inboxes {
    told: Mutex<mpsc::Receiver<ToFeeder>>,
    asked: Mutex<mpsc::UnboundedReceiver<Control>>,
}

impl Inboxes {
    pub(super) fn new(told: mpsc::Receiver<ToFeeder>, asked: mpsc::UnboundedReceiver<Control>) -> Self {
        Self { told: Mutex::new(told), asked: Mutex::new(asked) }
    }
}

/// Runs until the hub is stopped.
pub(super) async fn run(hub: Arc<Hub>, inboxes: Arc<Inboxes>) {
    let (mut inbox, mut control) = (inboxes.told.lock().await, inboxes.asked.lock().await);
    let (mut signals, mut passing, mut present) =
        (hub.db.bus().listen(), hub.db.bus().listen_passing(), hub.db.bus().listen_present());
    let mut compare = interval(hub.pace.compare);
    compare.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut feeder = Feeder {
        hub,
        rooms: HashMap::new(),
        out: HashMap::new(),
        reads: JoinSet::new(),
        is_beginning: false,
        is_comparing: false,
        untold: HashSet::new(),
        is_telling: false,
    };
    loop {
        tokio::select! {
            told = inbox.recv() => match told {
                Some(told) => feeder.told(told),
                None => return,
            },
            asked = control.recv() => match asked {
                Some(asked) => feeder.asked(asked),
                None => return,
            },
            Some(done) = feeder.reads.join_next() => match done.map_err(JoinError::try_into_panic) {
                Ok(done) => feeder.done(done),
                // Rooms would wait for it for ever.
                Err(Ok(fault)) => resume_unwind(fault),
                Err(Err(_)) => return,
            },
            signal = signals.recv() => {
                // The writer hands its rows over before it announces them: taken first, they spare a read.
                while let Ok(told) = inbox.try_recv() {
                    feeder.told(told);
                }
                match signal {
                    Ok(signal) => feeder.heard(signal).await,
                    Err(broadcast::error::RecvError::Lagged(_)) => feeder.look_everywhere().await,
                    Err(broadcast::error::RecvError::Closed) => return,
                }
            }
            Ok(word) = passing.recv() => feeder.heard_passing(&word),
            Ok(word) = present.recv() => feeder.hub.presence.heard(&word, Instant::now()),
            _ = compare.tick() => {
                feeder.tell_of_people();
                feeder.compare();
            }
        }
        feeder.flush().await;
    }
}

impl Drop for Feeder {
    /// Who begins anew follows the rooms that it holds then, and no others.
    fn drop(&mut self) {
        for room in self.rooms.keys() {
            self.hub.db.bus().unfollow(*room);
        }
    }
}

impl Feeder {
    fn asked(&mut self, asked: Control) {
        match asked {
            Control::Hold { worker, room, ready } => self.hold(worker, room, ready),
            Control::Release { worker, room } => {
                if let Some(held) = self.rooms.get_mut(&room) {
                    held.workers.remove(&worker);
                    if held.workers.is_empty() {
                        self.let_go(room);
                    }
                }
            }
        }
    }

    fn told(&mut self, told: ToFeeder) {
        match told {
            ToFeeder::Committed { runs, answers } => {
                for run in runs {
                    self.committed(run);
                }
                for (socket, frame) in answers {
                    self.out.entry(socket.worker).or_default().push(Delivery::Answer(socket.number, frame));
                }
            }
            ToFeeder::Passing { room, except, to, frame } => self.tell_room(room, except, &to, &frame),
        }
    }

    fn hold(&mut self, worker: usize, room: Uuid, ready: oneshot::Sender<bool>) {
        let held = self.rooms.entry(room).or_insert_with(|| {
            self.hub.db.bus().follow(room);
            Held { last: None, wanted: 0, is_reading: false, waiting: Vec::new(), workers: HashSet::new(), state: "" }
        });
        held.workers.insert(worker);
        if held.last.is_some() {
            let _ = ready.send(true);
        } else {
            held.waiting.push(ready);
            self.begin();
        }
        self.hub.meter.rooms.set(self.rooms.len());
    }

    fn let_go(&mut self, room: Uuid) {
        self.hub.db.bus().unfollow(room);
        if let Some(nobody) = self.hub.presence.forget(room) {
            self.hub.db.bus().present(nobody);
        }
        self.rooms.remove(&room);
        self.hub.meter.rooms.set(self.rooms.len());
    }

    /// Reads where the rooms stand that were held since the last such read, all at once.
    fn begin(&mut self) {
        if self.is_beginning {
            return;
        }
        let rooms: Vec<Uuid> =
            self.rooms.iter().filter(|(_, held)| held.last.is_none()).map(|(room, _)| *room).collect();
        if !rooms.is_empty() {
            self.is_beginning = true;
            self.reads.spawn(reads::begin(self.hub.clone(), rooms));
        }
    }

    fn done(&mut self, done: Done) {
        match done {
            Done::Began { rooms, newest } => self.began(rooms, newest),
            Done::Hole { room, events } => self.filled(room, events),
            Done::Compared { newest, facts } => self.compared(newest, facts),
            Done::Facts { facts } => {
                self.is_telling = false;
                self.tell(facts, true);
                self.tell_untold();
            }
        }
    }

    fn began(&mut self, rooms: Vec<Uuid>, newest: Result<HashMap<Uuid, i64>, Problem>) {
        self.is_beginning = false;
        let newest = newest.map_err(|problem| {
            tracing::warn!(problem = %problem, "rooms could not be held");
        });
        for room in rooms {
            let Some(held) = self.rooms.get_mut(&room).filter(|held| held.last.is_none()) else { continue };
            let waiting = std::mem::take(&mut held.waiting);
            let is_held = match newest.as_ref().map(|newest| newest.get(&room)) {
                Ok(Some(last)) => {
                    held.last = Some(*last);
                    if held.wanted > *last {
                        self.catch_up(room);
                    }
                    true
                }
                // No such room: whoever joins is told so by the next read.
                Ok(None) => {
                    self.let_go(room);
                    true
                }
                Err(()) => {
                    self.let_go(room);
                    false
                }
            };
            for ready in waiting {
                let _ = ready.send(is_held);
            }
        }
        self.begin();
    }

    /// Own rows: passed on when they are the next ones; otherwise another node's stand between, and all are read.
    fn committed(&mut self, run: Run) {
        let Some(held) = self.rooms.get_mut(&run.room) else { return };
        held.wanted = held.wanted.max(run.last());
        match held.last {
            Some(last) if last < run.last() && run.after == last => self.deliver(run),
            Some(last) if last < run.last() => self.catch_up(run.room),
            _ => {}
        }
    }

    fn deliver(&mut self, run: Run) {
        let Some(held) = self.rooms.get_mut(&run.room) else { return };
        held.last = Some(run.last());
        let run = Arc::new(run);
        for worker in &held.workers {
            self.out.entry(*worker).or_default().push(Delivery::Run(run.clone()));
        }
    }

    /// Reads what follows the last number, unless that is being done.
    fn catch_up(&mut self, room: Uuid) {
        let Some(held) = self.rooms.get_mut(&room).filter(|held| !held.is_reading) else { return };
        let Some(last) = held.last else { return };
        held.is_reading = true;
        self.hub.meter.holes.add(1);
        self.reads.spawn(reads::hole(self.hub.clone(), room, last));
    }

    fn filled(&mut self, room: Uuid, events: Result<Vec<Event>, Problem>) {
        let Some(held) = self.rooms.get_mut(&room) else { return };
        held.is_reading = false;
        let Some(last) = held.last else { return };
        let mut events = match events {
            Ok(events) => events,
            Err(problem) => {
                tracing::warn!(room.id = %room, problem = %problem, "missed events could not be read; the next comparison tries again");
                return;
            }
        };
        let is_full = i64::try_from(events.len()).is_ok_and(|n| n == PAGE);
        // Own rows may have come meanwhile.
        events.retain(|event| event.seq > last);
        if events.is_empty() && !is_full {
            // A number that nobody finds in the store was a rumour.
            held.wanted = last;
            return;
        }
        for run in Run::in_pieces(room, last, events) {
            self.deliver(run);
        }
        let is_behind = self.rooms.get(&room).is_some_and(|held| held.last.is_some_and(|last| last < held.wanted));
        if is_full || is_behind {
            self.catch_up(room);
        }
    }

    async fn heard(&mut self, signal: Signal) {
        match signal.topic {
            Topic::Sequence => self.rumour(signal.id, signal.number),
            Topic::Place => {
                if self.rooms.contains_key(&signal.id) {
                    self.untold.insert(signal.id);
                    self.tell_untold();
                }
            }
            Topic::Lost => self.look_everywhere().await,
            _ => {
                for worker in self.hub.workers() {
                    let _ = worker.send(ToWorker::Signal(signal)).await;
                }
            }
        }
    }

    /// Who came and went since the last time, to the rooms and to the other nodes.
    fn tell_of_people(&mut self) {
        let (changed, to_say) = self.hub.presence.news(Instant::now());
        for present in to_say {
            self.hub.db.bus().present(present);
        }
        self.untold.extend(changed);
        self.tell_untold();
    }

    /// Somebody says that a room has come to this number.
    fn rumour(&mut self, room: Uuid, newest: i64) {
        let Some(held) = self.rooms.get_mut(&room) else { return };
        held.wanted = held.wanted.max(newest);
        if held.last.is_some_and(|last| last < newest) {
            self.catch_up(room);
        }
    }

    /// Signals were lost: everything they could have said is looked at.
    async fn look_everywhere(&mut self) {
        for worker in self.hub.workers() {
            let (done, _) = oneshot::channel();
            let _ = worker.send(ToWorker::Sweep(done)).await;
        }
        self.untold.extend(self.rooms.keys());
        self.tell_untold();
        self.compare();
    }

    fn compare(&mut self) {
        let rooms: Vec<Uuid> = self.rooms.keys().copied().collect();
        if !rooms.is_empty() && !self.is_comparing {
            self.is_comparing = true;
            self.reads.spawn(reads::compare(self.hub.clone(), rooms));
        }
    }

    fn compared(&mut self, newest: Result<HashMap<Uuid, i64>, Problem>, facts: Result<Vec<RoomFacts>, Problem>) {
        self.is_comparing = false;
        match newest {
            Ok(newest) => newest.into_iter().for_each(|(room, newest)| self.rumour(room, newest)),
            Err(problem) => tracing::warn!(problem = %problem, "the newest numbers could not be compared"),
        }
        self.tell(facts, false);
    }

    fn tell_untold(&mut self) {
        if !self.is_telling && !self.untold.is_empty() {
            self.is_telling = true;
            let rooms = self.untold.drain().collect();
            self.reads.spawn(reads::facts(self.hub.clone(), rooms));
        }
    }

    /// Tells the facts of rooms: those that opened or closed by the clock, or all of them.
    fn tell(&mut self, facts: Result<Vec<RoomFacts>, Problem>, all: bool) {
        let facts = match facts {
            Ok(facts) => facts,
            Err(problem) => {
                tracing::warn!(problem = %problem, "the facts of rooms could not be read");
                return;
            }
        };
        for fact in facts {
            let Some(held) = self.rooms.get_mut(&fact.id) else { continue };
            let turned = !held.state.is_empty() && held.state != fact.state;
            held.state = fact.state;
            if all || turned {
                self.tell_room(fact.id, None, &None, &fact.frame);
            }
        }
    }

    fn heard_passing(&mut self, word: &Passing) {
        let to = word.to.as_deref().map(Arc::from);
        self.tell_room(word.room, None, &to, &super::frame::text(&word.frame));
    }

    fn tell_room(&mut self, room: Uuid, except: Option<SocketId>, to: &Audience, frame: &Bytes) {
        let Some(held) = self.rooms.get(&room) else { return };
        for worker in &held.workers {
            self.out.entry(*worker).or_default().push(Delivery::Room {
                room,
                except,
                to: to.clone(),
                frame: frame.clone(),
            });
        }
    }

    /// One message for each worker.
    async fn flush(&mut self) {
        if self.out.is_empty() {
            return;
        }
        let workers = self.hub.workers();
        for (index, deliveries) in self.out.drain() {
            if let Some(worker) = workers.get(index) {
                let _ = worker.send(ToWorker::Deliver(deliveries)).await;
            }
        }
    }
}
