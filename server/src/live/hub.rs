//! The hub of a node: what its worker threads (`super::threads`) share.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::conversation::{Conversation, Figures, Watchable};
use super::pace::Pace;
use super::presence::Presence;
use super::resume::Resumes;
use super::run::Run;
use super::seats::Seats;
use super::{feeder, frame};
use crate::infra::bus::{Passing, Signal};
use crate::infra::db::Db;
use crate::infra::meter::Meter;

/// Messages that wait for the feeder or for a worker; senders wait beyond it.
const INBOX: usize = 1024;

/// How long a server that stops waits for its sockets, and how often it looks.
pub(super) const FAREWELL: Duration = Duration::from_secs(2);
pub(super) const LOOK: Duration = Duration::from_millis(10);

/// A socket of this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SocketId {
    /// Its worker thread.
    pub worker: usize,
    /// Its number on this node.
    pub number: u64,
}

/// What the feeder is asked by worker threads, in order: at most a few for each socket, so nothing bounds it but them.
pub(super) enum Control {
    /// A worker has a new member of a room. Answered when everything above the room's present number will reach it.
    Hold { worker: usize, room: Uuid, ready: oneshot::Sender<bool> },
    /// A worker's last member of a room has left.
    Release { worker: usize, room: Uuid },
}

/// The accounts that something passing is for; none: everybody in the room.
pub(super) type Audience = Option<Arc<[Uuid]>>;

/// What the feeder is told.
pub(super) enum ToFeeder {
    /// The node's own writer has committed.
    Committed { runs: Vec<Run>, answers: Vec<(SocketId, Bytes)> },
    /// Something that is not kept.
    Passing { room: Uuid, except: Option<SocketId>, to: Audience, frame: Bytes },
}

/// What a worker thread is told.
pub(super) enum ToWorker {
    /// Frames, in order.
    Deliver(Vec<Delivery>),
    /// Something that happened.
    Signal(Signal),
    /// Signals may have been lost: look at everything anew, then say so.
    Sweep(oneshot::Sender<()>),
    /// Every connection ends: the server is going away, or begins anew.
    Stop,
}

#[derive(Clone)]
pub(super) enum Delivery {
    Run(Arc<Run>),
    Answer(u64, Bytes),
    Room { room: Uuid, except: Option<SocketId>, to: Audience, frame: Bytes },
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
    control: mpsc::UnboundedSender<Control>,
    inboxes: Mutex<Option<(mpsc::Receiver<ToFeeder>, mpsc::UnboundedReceiver<Control>)>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    pub(super) seats: Arc<Seats>,
    pub(super) pace: Pace,
    pub(super) meter: Arc<Meter>,
    pub(super) resumes: Resumes,
    pub(super) presence: Presence,
    numbers: AtomicU64,
    is_stopping: AtomicBool,
}

impl Hub {
    /// A hub that does nothing before [`Hub::start`]. `rate_limits` false lifts how many and how often, never how large.
    #[must_use]
    pub fn new(db: Db, wiring: Wiring, rate_limits: bool, pace: Pace, meter: Arc<Meter>) -> Arc<Self> {
        let (feeder, inbox) = mpsc::channel(INBOX);
        let (control, asked) = mpsc::unbounded_channel();
        Arc::new(Self {
            db,
            wiring,
            rate_limits,
            workers: RwLock::default(),
            feeder,
            control,
            inboxes: Mutex::new(Some((inbox, asked))),
            tasks: Mutex::default(),
            seats: Arc::new(Seats::new(rate_limits)),
            pace,
            meter,
            resumes: Resumes::default(),
            presence: Presence::default(),
            numbers: AtomicU64::new(1),
            is_stopping: AtomicBool::new(false),
        })
    }

    /// Starts the feeder on the runtime of the caller, which must outlive the server. A second call does nothing.
    pub fn start(self: &Arc<Self>) {
        let inboxes = self.inboxes.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some((told, asked)) = inboxes {
            let (hub, inboxes) = (self.clone(), Arc::new(feeder::Inboxes::new(told, asked)));
            let task = tokio::spawn(async move {
                hub.keep_up("feeder", || feeder::run(hub.clone(), inboxes.clone())).await;
            });
            let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.push(task);
            tasks.extend(self.db.bus().start());
        }
    }

    /// Ends every connection with 1001, waits a moment until they have been told, and stops the feeder; call it before the
    /// HTTP server stops, which knows nothing of the connections that it has handed over.
    pub async fn stop(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
        self.send_away().await;
        let until = Instant::now() + FAREWELL;
        while self.meter.sockets.get() > 0 && Instant::now() < until {
            sleep(LOOK).await;
        }
        for task in self.tasks.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            task.abort();
        }
    }

    /// Whether connections are being ended: one that comes now has missed the word.
    pub(super) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::SeqCst)
    }

    /// Hands over what the node's own writer has committed, in order, with the private frames that go with it.
    pub async fn committed(&self, runs: Vec<Run>, answers: Vec<(SocketId, Bytes)>) {
        let _ = self.feeder.send(ToFeeder::Committed { runs, answers }).await;
    }

    /// Tells the members of a room something that is not kept, except the socket that said it. Dropped under pressure.
    pub fn pass(&self, room: Uuid, except: SocketId, frame: Value) {
        let told = ToFeeder::Passing { room, except: Some(except), to: None, frame: frame::text(&frame) };
        let _ = self.feeder.try_send(told);
        self.db.bus().pass(Passing { room, frame, to: None });
    }

    /// The same for some people in the room, on every screen on which they have it open. Never a text that somebody wrote:
    /// who needs that reads it, under the rights of that moment.
    pub fn pass_to(&self, room: Uuid, to: Vec<Uuid>, except: Option<SocketId>, frame: Value) {
        let audience = Some(Arc::from(to.as_slice()));
        let _ = self.feeder.try_send(ToFeeder::Passing { room, except, to: audience, frame: frame::text(&frame) });
        self.db.bus().pass(Passing { room, frame, to: Some(to) });
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

    /// Figures of this node.
    #[must_use]
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    pub(super) async fn hold(&self, worker: usize, room: Uuid) -> bool {
        let (ready, answer) = oneshot::channel();
        self.control.send(Control::Hold { worker, room, ready }).is_ok() && answer.await.unwrap_or(false)
    }

    pub(super) fn release(&self, worker: usize, room: Uuid) {
        let _ = self.control.send(Control::Release { worker, room });
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
}
