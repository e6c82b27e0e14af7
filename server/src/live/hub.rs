//! The hub of a node: what its worker threads share.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use bytes::{Bytes, BytesMut};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::conversation::{Conversation, Event, Figures, Watchable};
use super::feeder;
use crate::infra::bus::Signal;
use crate::infra::db::Db;
use crate::infra::ids::AccountId;

/// Sockets that one account may have open.
const SOCKETS_OF_ACCOUNT: u32 = 8;
/// Sockets that one network may have open.
const SOCKETS_OF_NETWORK: u32 = 50;
/// Messages that wait for the feeder or for a worker; senders wait beyond it.
const INBOX: usize = 1024;
/// A run ends when its frames are together as long as this.
const RUN_BYTES: usize = 32 * 1024;

/// A socket of this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SocketId {
    /// Its worker thread.
    pub worker: usize,
    /// Its number on this node.
    pub number: u64,
}

/// Events of one room in a row, encoded once and shared by all who get them.
#[derive(Debug)]
pub struct Run {
    /// The room.
    pub room: Uuid,
    /// The number that the first event follows.
    pub after: i64,
    /// Events, ascending.
    pub events: Vec<Event>,
    /// All frames for everybody, in one.
    pub together: Bytes,
}

impl Run {
    /// A run that follows the event numbered `after`.
    #[must_use]
    pub fn new(room: Uuid, after: i64, events: Vec<Event>) -> Self {
        let together = match events.as_slice() {
            [one] => one.everyone.clone(),
            many => {
                let mut bytes = BytesMut::with_capacity(many.iter().map(|e| e.everyone.len()).sum());
                many.iter().for_each(|event| bytes.extend_from_slice(&event.everyone));
                bytes.freeze()
            }
        };
        Self { room, after, events, together }
    }

    /// The same events as several runs, none much longer than what a connection takes at once.
    #[must_use]
    pub fn in_pieces(room: Uuid, mut after: i64, events: Vec<Event>) -> Vec<Self> {
        let mut runs = Vec::new();
        let mut piece: Vec<Event> = Vec::new();
        let mut bytes = 0;
        for event in events {
            bytes += event.everyone.len();
            piece.push(event);
            if bytes >= RUN_BYTES {
                runs.push(Self::new(room, after, std::mem::take(&mut piece)));
                after = runs.last().map_or(after, Self::last);
                bytes = 0;
            }
        }
        if !piece.is_empty() {
            runs.push(Self::new(room, after, piece));
        }
        runs
    }

    /// Number of the last event.
    #[must_use]
    pub fn last(&self) -> i64 {
        self.events.last().map_or(self.after, |event| event.seq)
    }
}

/// What the feeder is told.
pub(super) enum ToFeeder {
    /// A worker has its first member of a room. Answered when everything above the room's present number will reach it.
    Hold { worker: usize, room: Uuid, ready: oneshot::Sender<bool> },
    /// A worker's last member of a room has left.
    Release { worker: usize, room: Uuid },
    /// The node's own writer has committed.
    Committed { runs: Vec<Run>, answers: Vec<(SocketId, Bytes)> },
    /// Something that is not kept.
    Passing { room: Uuid, except: SocketId, frame: Bytes },
}

/// What a worker thread is told.
pub(super) enum ToWorker {
    /// Frames, in order.
    Deliver(Vec<Delivery>),
    /// Something that happened.
    Signal(Signal),
    /// Signals may have been lost: look at everything anew, then say so.
    Sweep(oneshot::Sender<()>),
    /// The server is going away.
    Stop,
}

#[derive(Clone)]
pub(super) enum Delivery {
    Run(Arc<Run>),
    Answer(u64, Bytes),
    Room { room: Uuid, except: Option<SocketId>, frame: Bytes },
}

impl Delivery {
    /// Bytes that it puts before each socket it goes to.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Run(run) => run.together.len(),
            Self::Answer(_, frame) | Self::Room { frame, .. } => frame.len(),
        }
    }
}

/// What `app.rs` wires in.
pub struct Wiring {
    /// The rooms.
    pub conversation: Arc<dyn Conversation>,
    /// The kinds of page that can be watched.
    pub watchables: Vec<Arc<dyn Watchable>>,
    /// Figures for single people.
    pub figures: Arc<dyn Figures>,
}

/// The live engine of this node.
pub struct Hub {
    pub(super) db: Db,
    pub(super) wiring: Wiring,
    pub(super) rate_limits: bool,
    workers: RwLock<Vec<mpsc::Sender<ToWorker>>>,
    feeder: mpsc::Sender<ToFeeder>,
    feeder_inbox: Mutex<Option<mpsc::Receiver<ToFeeder>>>,
    feeder_task: Mutex<Option<JoinHandle<()>>>,
    accounts: Counts<AccountId>,
    networks: Counts<Vec<u8>>,
    numbers: AtomicU64,
}

impl Hub {
    /// A hub that does nothing before [`Hub::start`]. `rate_limits` false lifts how many and how often, never how large.
    #[must_use]
    pub fn new(db: Db, wiring: Wiring, rate_limits: bool) -> Arc<Self> {
        let (feeder, inbox) = mpsc::channel(INBOX);
        Arc::new(Self {
            db,
            wiring,
            rate_limits,
            workers: RwLock::default(),
            feeder,
            feeder_inbox: Mutex::new(Some(inbox)),
            feeder_task: Mutex::default(),
            accounts: Counts::default(),
            networks: Counts::default(),
            numbers: AtomicU64::new(1),
        })
    }

    /// Starts the feeder on the runtime of the caller, which must outlive the server. A second call does nothing.
    pub fn start(self: &Arc<Self>) {
        let inbox = self.feeder_inbox.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(inbox) = inbox {
            let task = tokio::spawn(feeder::run(self.clone(), inbox, self.db.bus().listen()));
            *self.feeder_task.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
        }
    }

    /// Ends every connection with 1001 and stops the feeder; call it before the HTTP server waits for its connections.
    pub async fn stop(&self) {
        for worker in self.workers() {
            let _ = worker.send(ToWorker::Stop).await;
        }
        if let Some(task) = self.feeder_task.lock().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
    }

    /// Hands over what the node's own writer has committed, in order, with the private frames that go with it.
    pub async fn committed(&self, runs: Vec<Run>, answers: Vec<(SocketId, Bytes)>) {
        let _ = self.feeder.send(ToFeeder::Committed { runs, answers }).await;
    }

    /// Tells the members of a room something that is not kept, except the socket that said it. Dropped under pressure.
    pub fn pass(&self, room: Uuid, except: SocketId, frame: Bytes) {
        let _ = self.feeder.try_send(ToFeeder::Passing { room, except, frame });
    }

    /// Looks at all sessions and watched pages anew, as the server does now and then by itself.
    pub async fn sweep(&self) {
        for worker in self.workers() {
            let (done, wait) = oneshot::channel();
            if worker.send(ToWorker::Sweep(done)).await.is_ok() {
                let _ = wait.await;
            }
        }
    }

    pub(super) async fn hold(&self, worker: usize, room: Uuid) -> bool {
        let (ready, answer) = oneshot::channel();
        self.feeder.send(ToFeeder::Hold { worker, room, ready }).await.is_ok() && answer.await.unwrap_or(false)
    }

    pub(super) fn release(self: &Arc<Self>, worker: usize, room: Uuid) {
        if let Err(mpsc::error::TrySendError::Full(late)) = self.feeder.try_send(ToFeeder::Release { worker, room }) {
            let feeder = self.feeder.clone();
            actix_web::rt::spawn(async move { feeder.send(late).await });
        }
    }

    pub(super) fn enlist(&self, worker: mpsc::Sender<ToWorker>) -> usize {
        let mut workers = self.workers.write().unwrap_or_else(PoisonError::into_inner);
        workers.push(worker);
        workers.len() - 1
    }

    pub(super) fn workers(&self) -> Vec<mpsc::Sender<ToWorker>> {
        self.workers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    /// A place for one more socket, given back when the guard is dropped. `None`: there are too many.
    pub(super) fn seat(self: &Arc<Self>, account: Option<AccountId>, network: Vec<u8>) -> Option<Seat> {
        if !self.networks.enter(network.clone(), self.rate_limits.then_some(SOCKETS_OF_NETWORK)) {
            return None;
        }
        let mut seat = Seat { hub: self.clone(), account: None, network };
        if let Some(account) = account {
            if !self.accounts.enter(account, self.rate_limits.then_some(SOCKETS_OF_ACCOUNT)) {
                return None;
            }
            seat.account = Some(account);
        }
        Some(seat)
    }
}

/// How many of each there are.
struct Counts<K>(Mutex<HashMap<K, u32>>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash> Counts<K> {
    fn enter(&self, key: K, most: Option<u32>) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key).or_default();
        if most.is_some_and(|most| *count >= most) {
            return false;
        }
        *count += 1;
        true
    }

    fn leave(&self, key: &K) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(key) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(key);
            }
        }
    }
}

/// A socket's place in the counts.
pub(super) struct Seat {
    hub: Arc<Hub>,
    account: Option<AccountId>,
    network: Vec<u8>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.hub.networks.leave(&self.network);
        if let Some(account) = &self.account {
            self.hub.accounts.leave(account);
        }
    }
}
