//! One task for each node that brings events to the worker threads that have members of their room:
//! numbers in line are passed on, a hole is read from PostgreSQL. Signals are only a hint, so the newest numbers
//! of all rooms held are compared every few seconds.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{broadcast, mpsc};
use tokio::time::MissedTickBehavior;
use uuid::Uuid;

use super::hub::{Delivery, Hub, Run, ToFeeder, ToWorker};
use crate::http::Problem;
use crate::infra::bus::{Signal, Topic};

/// How often the newest numbers are compared.
const COMPARE_EVERY: Duration = Duration::from_secs(3);
/// Events read at a time.
const PAGE: i64 = 500;

struct Held {
    last: i64,
    workers: HashSet<usize>,
    state: &'static str,
}

struct Feeder {
    hub: Arc<Hub>,
    rooms: HashMap<Uuid, Held>,
    out: HashMap<usize, Vec<Delivery>>,
}

/// Runs until the hub is stopped.
pub(super) async fn run(hub: Arc<Hub>, mut inbox: mpsc::Receiver<ToFeeder>, mut bus: broadcast::Receiver<Signal>) {
    let mut feeder = Feeder { hub, rooms: HashMap::new(), out: HashMap::new() };
    let mut compare = tokio::time::interval(COMPARE_EVERY);
    compare.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            told = inbox.recv() => match told {
                Some(told) => feeder.told(told).await,
                None => return,
            },
            signal = bus.recv() => {
                // The writer hands its rows over before it announces them: taken first, they spare a read.
                while let Ok(told) = inbox.try_recv() {
                    feeder.told(told).await;
                }
                match signal {
                    Ok(signal) => feeder.heard(signal).await,
                    Err(broadcast::error::RecvError::Lagged(_)) => feeder.look_everywhere().await,
                    Err(broadcast::error::RecvError::Closed) => return,
                }
            }
            _ = compare.tick() => feeder.compare().await,
        }
        feeder.flush().await;
    }
}

impl Feeder {
    async fn told(&mut self, told: ToFeeder) {
        match told {
            ToFeeder::Hold { worker, room, ready } => {
                let held = self.hold(worker, room).await;
                if let Err(problem) = &held {
                    tracing::warn!(room.id = %room, problem = %problem, "a room could not be held");
                }
                let _ = ready.send(held.is_ok());
            }
            ToFeeder::Release { worker, room } => {
                if let Some(held) = self.rooms.get_mut(&room) {
                    held.workers.remove(&worker);
                    if held.workers.is_empty() {
                        self.rooms.remove(&room);
                    }
                }
            }
            ToFeeder::Committed { runs, answers } => {
                for run in runs {
                    self.committed(run).await;
                }
                for (socket, frame) in answers {
                    self.out.entry(socket.worker).or_default().push(Delivery::Answer(socket.number, frame));
                }
            }
            ToFeeder::Passing { room, except, frame } => self.tell_room(room, Some(except), &frame),
        }
        self.flush().await;
    }

    async fn hold(&mut self, worker: usize, room: Uuid) -> Result<(), Problem> {
        if let Some(held) = self.rooms.get_mut(&room) {
            held.workers.insert(worker);
            return Ok(());
        }
        let mut conn = self.hub.db.read().await?;
        let newest = self.hub.wiring.conversation.newest(&mut conn, &[room]).await?;
        let Some((_, last)) = newest.first() else { return Ok(()) };
        self.rooms.insert(room, Held { last: *last, workers: HashSet::from([worker]), state: "" });
        Ok(())
    }

    /// Own rows: passed on when they are the next ones; otherwise another node's stand between, and all are read.
    async fn committed(&mut self, run: Run) {
        let Some(held) = self.rooms.get(&run.room) else { return };
        if run.last() <= held.last {
            return;
        }
        if run.after == held.last { self.deliver(run) } else { self.catch_up(run.room).await }
    }

    fn deliver(&mut self, run: Run) {
        let Some(held) = self.rooms.get_mut(&run.room) else { return };
        held.last = run.last();
        let run = Arc::new(run);
        for worker in &held.workers {
            self.out.entry(*worker).or_default().push(Delivery::Run(run.clone()));
        }
    }

    async fn catch_up(&mut self, room: Uuid) {
        if let Err(problem) = self.read_hole(room).await {
            tracing::warn!(room.id = %room, problem = %problem, "missed events could not be read; the next comparison tries again");
        }
    }

    async fn read_hole(&mut self, room: Uuid) -> Result<(), Problem> {
        while let Some(after) = self.rooms.get(&room).map(|held| held.last) {
            let events = {
                let mut conn = self.hub.db.read().await?;
                self.hub.wiring.conversation.events(&mut conn, room, after, PAGE).await?
            };
            let full = i64::try_from(events.len()).is_ok_and(|n| n == PAGE);
            if events.is_empty() {
                break;
            }
            for run in Run::in_pieces(room, after, events) {
                self.deliver(run);
            }
            self.flush().await;
            if !full {
                break;
            }
        }
        Ok(())
    }

    async fn heard(&mut self, signal: Signal) {
        match signal.topic {
            Topic::Sequence => {
                if self.rooms.get(&signal.id).is_some_and(|held| held.last < signal.number) {
                    self.catch_up(signal.id).await;
                }
            }
            Topic::Place => self.tell_facts(vec![signal.id], true).await,
            _ => {
                for worker in self.hub.workers() {
                    let _ = worker.send(ToWorker::Signal(signal)).await;
                }
            }
        }
    }

    /// Signals were lost: everything they could have said is looked at.
    async fn look_everywhere(&mut self) {
        for worker in self.hub.workers() {
            let (done, _) = tokio::sync::oneshot::channel();
            let _ = worker.send(ToWorker::Sweep(done)).await;
        }
        self.compare().await;
    }

    async fn compare(&mut self) {
        let rooms: Vec<Uuid> = self.rooms.keys().copied().collect();
        if rooms.is_empty() {
            return;
        }
        let newest = async {
            let mut conn = self.hub.db.read().await?;
            self.hub.wiring.conversation.newest(&mut conn, &rooms).await
        };
        match newest.await {
            Ok(newest) => {
                for (room, newest) in newest {
                    if self.rooms.get(&room).is_some_and(|held| held.last < newest) {
                        self.catch_up(room).await;
                    }
                }
            }
            Err(problem) => tracing::warn!(problem = %problem, "the newest numbers could not be compared"),
        }
        self.tell_facts(rooms, false).await;
    }

    /// Tells the facts of rooms: those that opened or closed by the clock, or all of them.
    async fn tell_facts(&mut self, rooms: Vec<Uuid>, all: bool) {
        let rooms: Vec<Uuid> = rooms.into_iter().filter(|room| self.rooms.contains_key(room)).collect();
        if rooms.is_empty() {
            return;
        }
        let now = self.hub.db.clock().now();
        let facts = async {
            let mut conn = self.hub.db.read().await?;
            self.hub.wiring.conversation.facts(&mut conn, &rooms, now).await
        };
        let facts = match facts.await {
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
                self.tell_room(fact.id, None, &fact.frame);
            }
        }
    }

    fn tell_room(&mut self, room: Uuid, except: Option<super::hub::SocketId>, frame: &Bytes) {
        let Some(held) = self.rooms.get(&room) else { return };
        for worker in &held.workers {
            self.out.entry(*worker).or_default().push(Delivery::Room { room, except, frame: frame.clone() });
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
