//! What one worker thread keeps: its sockets, who of them is in which room, and what they watch. Never shared between threads.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;
use std::io;
use std::os::fd::BorrowedFd;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::rt::net::TcpStream;
use bytes::{Bytes, BytesMut};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::frame::Ending;
use super::hub::{Audience, Delivery, Hub, SocketId, ToWorker};
use super::mailing::{self, Mailing};
use super::outbox::{self, Shared};
use super::run::Run;
use super::socket::Socket;
use super::upkeep;
use super::watch::Watches;
use crate::access::Role;
use crate::infra::ids::AccountId;
use crate::infra::lasting::outlived;

/// Messages that wait for this thread; the feeder waits beyond it.
const INBOX: usize = 256;
/// Bytes that are handed to each member before they leave.
const BYTES_AT_ONCE: usize = 32 * 1024;
/// Bytes that are read from a connection at once.
const ARRIVING: usize = 16 * 1024;
/// Runs that may wait for a socket that is still reading what it missed.
const MAX_WAITING_RUNS: usize = 4096;

/// A socket in a room.
pub(super) struct Member {
    pub(super) socket: Rc<Socket>,
    /// The socket's: a delivery goes straight to it, since each step on the way is a look into far memory.
    outbox: Shared,
    account: AccountId,
    next: Cell<i64>,
    floor: Cell<i64>,
    waiting: RefCell<Option<Vec<Arc<Run>>>>,
    /// Whether it is counted among the people of the room.
    is_counted: Cell<bool>,
}

impl Member {
    /// A member that takes live events only after [`Member::begin`].
    pub(super) fn new(socket: Rc<Socket>, account: AccountId) -> Rc<Self> {
        Rc::new(Self {
            outbox: socket.outbox().clone(),
            socket,
            account,
            next: Cell::new(1),
            floor: Cell::new(0),
            waiting: RefCell::new(Some(Vec::new())),
            is_counted: Cell::new(false),
        })
    }

    /// Everything below `next` has been sent: what has waited goes out, then live events.
    pub(super) fn begin(&self, room: Uuid, next: i64, floor: i64, worker: &Worker) {
        self.be_counted(room, worker);
        self.next.set(next);
        self.floor.set(floor);
        for run in self.waiting.borrow_mut().take().unwrap_or_default() {
            self.pass(&run, worker);
        }
    }

    /// Counts it, or no longer, as its person wishes now, and by the roles that they hold now.
    fn be_counted(&self, room: Uuid, worker: &Worker) {
        let Some(actor) = self.socket.actor() else { return };
        let was = self.is_counted.replace(actor.shows_presence);
        let is_helper = actor.roles.shown() != Role::Participant;
        match (was, actor.shows_presence) {
            (true, true) => worker.hub.presence.change(room, self.account, is_helper),
            (true, false) => worker.hub.presence.go(room, self.account),
            (false, shows) => worker.hub.presence.come(room, shows.then_some((self.account, is_helper))),
        }
    }

    fn take(&self, run: &Arc<Run>, worker: &Worker) {
        if let Some(waiting) = self.waiting.borrow_mut().as_mut() {
            if waiting.len() < MAX_WAITING_RUNS {
                waiting.push(run.clone());
            } else {
                self.socket.end(Ending::TooSlow);
            }
            return;
        }
        self.pass(run, worker);
    }

    fn pass(&self, run: &Run, worker: &Worker) {
        let next = self.next.get();
        if run.last() < next {
            return;
        }
        if run.after >= next {
            // Cannot happen while the feeder keeps its numbers in line; a cut is better than a silent hole.
            tracing::error!(room.id = %run.room, "a run left a hole for a member");
            self.socket.end(Ending::TooSlow);
            return;
        }
        if self.is_as_for_all(run) {
            self.socket.push(run.together.clone());
        } else {
            for event in run.events.iter().filter(|event| event.seq >= next) {
                let frame = if event.item_seq <= self.floor.get() {
                    worker.hub.wiring.conversation.withheld(run.room, event)
                } else {
                    event.for_reader(self.account).clone()
                };
                self.socket.push(frame);
            }
        }
        self.note_passed(run, worker);
    }

    /// Whether the run is the next for this member, and all of it looks as it does to everybody.
    fn is_as_for_all(&self, run: &Run) -> bool {
        run.after + 1 == self.next.get()
            && self.floor.get() == 0
            && run.events.iter().all(|event| event.own.is_none() || event.author != Some(self.account))
    }

    /// The connection, where the run may go straight to it.
    fn free_line(&self, run: &Run) -> Option<BorrowedFd<'_>> {
        let is_ready = self.waiting.borrow().is_none() && self.is_as_for_all(run);
        is_ready.then(|| outbox::free_line(&self.outbox)).flatten()
    }

    fn note_passed(&self, run: &Run, worker: &Worker) {
        let count = run.last() + 1 - self.next.get();
        worker.delivered.set(worker.delivered.get() + u64::try_from(count).unwrap_or(0));
        self.next.set(run.last() + 1);
    }
}

/// The state of one worker thread.
pub struct Worker {
    pub(super) hub: Arc<Hub>,
    id: OnceCell<usize>,
    pub(super) sockets: RefCell<HashMap<u64, Rc<Socket>>>,
    rooms: RefCell<HashMap<Uuid, Vec<Rc<Member>>>>,
    pub(super) watches: Watches,
    /// Events passed to members since the meter was told.
    delivered: Cell<u64>,
    /// Where bytes are read to before they go to their socket.
    arriving: RefCell<Box<[u8]>>,
    /// While a burst is handed out: outboxes that write when it is over, so that its frames leave together.
    burst: RefCell<Option<Vec<Shared>>>,
    mailing: RefCell<Mailing>,
}

impl Worker {
    /// A worker that enlists with the hub when its first socket comes.
    #[must_use]
    pub fn new(hub: Arc<Hub>) -> Rc<Self> {
        Rc::new(Self {
            hub,
            id: OnceCell::new(),
            sockets: RefCell::default(),
            rooms: RefCell::default(),
            watches: Watches::default(),
            delivered: Cell::new(0),
            arriving: RefCell::new(vec![0; ARRIVING].into_boxed_slice()),
            burst: RefCell::default(),
            mailing: RefCell::new(Mailing::new()),
        })
    }

    /// The id of a new socket on this thread.
    pub(super) fn new_id(self: &Rc<Self>) -> SocketId {
        let worker = *self.id.get_or_init(|| {
            let (sender, inbox) = mpsc::channel(INBOX);
            actix_web::rt::spawn(listen(self.clone(), inbox));
            actix_web::rt::spawn(upkeep::watch_over(self.clone()));
            actix_web::rt::spawn(upkeep::ping(self.clone()));
            self.hub.enlist(sender)
        });
        SocketId { worker, number: self.hub.next_number() }
    }

    /// Reads what has come on `line` to the end of `buffer`. Sockets have no room of their own for it: most are quiet.
    pub(super) fn read(&self, line: &TcpStream, buffer: &mut BytesMut) -> io::Result<usize> {
        let mut arriving = self.arriving.borrow_mut();
        let count = line.try_read(&mut arriving)?;
        buffer.extend_from_slice(arriving.get(..count).unwrap_or_default());
        Ok(count)
    }

    pub(super) fn sockets_of(&self, account: AccountId) -> Vec<Rc<Socket>> {
        self.sockets.borrow().values().filter(|socket| socket.account() == Some(account)).cloned().collect()
    }

    pub(super) fn all_sockets(&self) -> Vec<Rc<Socket>> {
        self.sockets.borrow().values().cloned().collect()
    }

    pub(super) fn add(&self, socket: &Rc<Socket>) {
        self.sockets.borrow_mut().insert(socket.id.number, socket.clone());
        self.hub.meter.sockets.add(1);
    }

    /// Forgets a socket that has ended.
    pub(super) fn remove(&self, socket: &Rc<Socket>) {
        if self.sockets.borrow_mut().remove(&socket.id.number).is_some() {
            self.hub.meter.sockets.add(-1);
        }
        for room in socket.rooms.take() {
            self.drop_member(room, socket.id);
        }
        self.watches.remove_all_of(socket);
    }

    pub(super) fn add_member(&self, room: Uuid, member: Rc<Member>) {
        let socket = member.socket.clone();
        self.rooms.borrow_mut().entry(room).or_default().push(member);
        socket.rooms.borrow_mut().push(room);
    }

    /// Takes a socket out of a room, if it is in it.
    pub(super) fn leave(&self, socket: &Socket, room: Uuid) {
        let was_in = {
            let mut rooms = socket.rooms.borrow_mut();
            let at = rooms.iter().position(|r| *r == room);
            at.map(|at| rooms.swap_remove(at)).is_some()
        };
        if was_in {
            self.drop_member(room, socket.id);
        }
    }

    /// The person of a socket wishes to be counted, or no longer.
    pub(super) fn count_anew(&self, socket: &Socket) {
        let rooms = self.rooms.borrow();
        for room in socket.rooms.borrow().iter() {
            let members = rooms.get(room).into_iter().flatten();
            let ready = |member: &&Rc<Member>| member.socket.id == socket.id && member.waiting.borrow().is_none();
            members.filter(ready).for_each(|member| member.be_counted(*room, self));
        }
    }

    fn drop_member(&self, room: Uuid, socket: SocketId) {
        let mut rooms = self.rooms.borrow_mut();
        let Some(members) = rooms.get_mut(&room) else { return };
        if let Some(at) = members.iter().position(|member| member.socket.id == socket) {
            let member = members.swap_remove(at);
            if member.is_counted.get() {
                self.hub.presence.go(room, member.account);
            }
        }
        if members.is_empty() {
            rooms.remove(&room);
            self.hub.release(socket.worker, room);
        }
    }

    /// Lets what waits in an outbox leave: now, or with the rest of a burst.
    pub(super) fn flush(&self, outbox: &Shared) {
        match self.burst.borrow_mut().as_mut() {
            Some(waiting) => waiting.push(outbox.clone()),
            None => outbox::flush(outbox),
        }
    }

    /// Hands out what came together.
    fn deliver_all(&self, deliveries: &[Delivery]) {
        if deliveries.len() > 1 {
            self.burst.replace(Some(Vec::new()));
        }
        deliveries.iter().for_each(|delivery| self.deliver(delivery));
        // A second look at an outbox finds it empty.
        self.burst.take().iter().flatten().for_each(outbox::flush);
    }

    fn deliver(&self, delivery: &Delivery) {
        match delivery {
            Delivery::Run(run) => self.pass(run),
            Delivery::Answer(number, frame) => {
                if let Some(socket) = self.sockets.borrow().get(number) {
                    socket.push(frame.clone());
                }
            }
            Delivery::Room { room, except, to, frame } => self.tell_room(*room, *except, to, frame),
        }
    }

    /// Passes a run to the members of its room: to many at once, since most get the same bytes.
    fn pass(&self, run: &Arc<Run>) {
        let rooms = self.rooms.borrow();
        let Some(members) = rooms.get(&run.room) else { return };
        for members in members.chunks(mailing::TOGETHER) {
            let (mut ready, mut lines, mut others) =
                (Vec::with_capacity(members.len()), Vec::with_capacity(members.len()), Vec::new());
            for member in members {
                match member.free_line(run) {
                    Some(line) => {
                        ready.push(member);
                        lines.push(line);
                    }
                    None => others.push(member),
                }
            }
            let taken = self.mailing.borrow_mut().send(&run.together, &lines);
            for (member, taken) in ready.into_iter().zip(taken) {
                member.note_passed(run, self);
                outbox::note_sent(&member.outbox, &run.together, taken);
            }
            others.into_iter().for_each(|member| member.take(run, self));
        }
    }

    async fn told(self: &Rc<Self>, told: ToWorker) {
        match told {
            ToWorker::Deliver(deliveries) => {
                for burst in bursts(&deliveries) {
                    self.deliver_all(burst);
                    tokio::task::yield_now().await;
                }
                self.hub.meter.deliveries.add(self.delivered.take());
            }
            ToWorker::Signal(signal) => upkeep::signal(self, signal),
            ToWorker::Sweep(done) => {
                let worker = self.clone();
                actix_web::rt::spawn(async move {
                    upkeep::sweep(&worker).await;
                    let _ = done.send(());
                });
            }
            ToWorker::Stop => self.all_sockets().iter().for_each(|socket| socket.end(Ending::GoingAway)),
        }
    }

    fn tell_room(&self, room: Uuid, except: Option<SocketId>, to: &Audience, frame: &Bytes) {
        for member in self.rooms.borrow().get(&room).into_iter().flatten() {
            let is_meant = to.as_ref().is_none_or(|to| to.contains(&member.account.0));
            if is_meant && Some(member.socket.id) != except && member.waiting.borrow().is_none() {
                member.socket.push(frame.clone());
            }
        }
    }
}

/// Deliveries in pieces of about [`BYTES_AT_ONCE`].
fn bursts(deliveries: &[Delivery]) -> impl Iterator<Item = &[Delivery]> {
    let mut bytes = 0;
    deliveries.chunk_by(move |delivery, _| {
        bytes += delivery.len();
        if bytes < BYTES_AT_ONCE {
            return true;
        }
        bytes = 0;
        false
    })
}

async fn listen(worker: Rc<Worker>, mut inbox: mpsc::Receiver<ToWorker>) {
    while let Some(told) = inbox.recv().await {
        if outlived("telling the sockets of a thread", worker.told(told)).await.is_none() {
            // Nobody knows what was passed on and what was not: clients come back and are told what they missed.
            worker.hub.meter.faults.add(1);
            worker.burst.take();
            worker.all_sockets().iter().for_each(|socket| socket.end(Ending::GoingAway));
        }
    }
}
