//! One connection: reads the frames of a client one after another and answers through its outbox.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::io::ErrorKind;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use actix_http::ws::{Codec, Frame, Item, Message, ProtocolError};
use actix_web::rt::net::TcpStream;
use bytes::{Bytes, BytesMut};
use tokio::time::timeout;
use tokio_util::codec::Decoder;
use uuid::Uuid;

use super::conversation::Refusal;
use super::frame::{self, Ending, Heard, MAX_BYTES};
use super::hub::{Hub, SocketId};
use super::outbox::{self, Shared};
use super::seats::Seat;
use super::worker::Worker;
use super::{join, upkeep, watch};
use crate::access::Actor;
use crate::infra::ids::AccountId;

/// Frames that a client may send in a second.
const FRAMES_A_SECOND: f32 = 20.0;
/// Bad or too many frames in a row that are answered before the connection ends.
const MAX_BAD: u8 = 5;
const MAX_HURRIED: u8 = 40;
/// Between two passing frames (typing) of a socket.
const PASSING_PAUSE: Duration = Duration::from_secs(2);
/// How long an ended connection waits for the client to say that it has understood.
const GOODBYE: Duration = Duration::from_secs(2);

/// A connection. Lives on one worker thread.
pub struct Socket {
    /// Its id on this node.
    pub id: SocketId,
    worker: Rc<Worker>,
    actor: RefCell<Option<Rc<Actor>>>,
    outbox: Shared,
    pub(super) rooms: RefCell<Vec<Uuid>>,
    pub(super) watching: Cell<usize>,
    pub(super) heard_at: Cell<Instant>,
    pub(super) was_active: Cell<bool>,
    /// The last `queue` frame: the next is sent only when it says something else.
    pub(super) queue_told: RefCell<Option<String>>,
    tokens: Cell<(f32, Instant)>,
    bad: Cell<u8>,
    hurried: Cell<u8>,
    passed_at: Cell<Option<Instant>>,
    _seat: Option<Seat>,
}

impl Socket {
    /// A socket whose connection has not been handed over yet.
    pub(super) fn new(worker: Rc<Worker>, actor: Option<Actor>, seat: Option<Seat>) -> Rc<Self> {
        Rc::new(Self {
            id: worker.new_id(),
            actor: RefCell::new(actor.map(Rc::new)),
            outbox: Shared::default(),
            rooms: RefCell::default(),
            watching: Cell::new(0),
            heard_at: Cell::new(Instant::now()),
            was_active: Cell::new(true),
            queue_told: RefCell::default(),
            tokens: Cell::new((FRAMES_A_SECOND, Instant::now())),
            bad: Cell::new(0),
            hurried: Cell::new(0),
            passed_at: Cell::new(None),
            _seat: seat,
            worker,
        })
    }

    /// The hub that it belongs to.
    #[must_use]
    pub fn hub(&self) -> &Hub {
        &self.worker.hub
    }

    /// Who is signed in on it, as of the last check.
    #[must_use]
    pub fn actor(&self) -> Option<Rc<Actor>> {
        self.actor.borrow().clone()
    }

    pub(super) fn set_actor(&self, actor: Actor) {
        *self.actor.borrow_mut() = Some(Rc::new(actor));
    }

    pub(super) fn account(&self) -> Option<AccountId> {
        self.actor.borrow().as_ref().map(|actor| actor.id)
    }

    /// Whether it has joined `room`.
    #[must_use]
    pub fn is_in(&self, room: Uuid) -> bool {
        self.rooms.borrow().contains(&room)
    }

    /// Whether it may say something passing again; at most once in two seconds.
    #[must_use]
    pub fn may_pass_now(&self) -> bool {
        let is_due = self.passed_at.get().is_none_or(|at| at.elapsed() >= PASSING_PAUSE);
        if is_due {
            self.passed_at.set(Some(Instant::now()));
        }
        is_due
    }

    /// Sends an encoded frame; a reader that lets too much wait is cut off.
    pub fn push(&self, frame: Bytes) {
        if self.outbox.borrow_mut().push(frame) {
            self.worker.flush(&self.outbox);
        } else {
            self.cut_off();
        }
    }

    pub(super) fn outbox(&self) -> &Shared {
        &self.outbox
    }

    /// Ends the connection of a reader who lets too much wait.
    pub(super) fn cut_off(&self) {
        self.hub().meter.cut_off.add(1);
        self.end(Ending::TooSlow);
    }

    /// Sends frames beyond the bound, then waits until the client has taken them.
    pub(super) async fn push_paced(&self, frames: Bytes) {
        self.outbox.borrow_mut().append(frames);
        outbox::flush(&self.outbox);
        poll_fn(|cx| self.outbox.borrow_mut().poll_drained(cx.waker())).await;
    }

    /// Ends the connection.
    pub fn end(&self, ending: Ending) {
        self.outbox.borrow_mut().end(frame::close(ending), ending == Ending::TooSlow);
        outbox::flush(&self.outbox);
    }

    pub(super) fn is_over(&self) -> bool {
        self.outbox.borrow().is_over()
    }

    /// Answers a frame with an error.
    pub(super) fn refuse(&self, refusal: &Refusal, room: Option<Uuid>, client_id: Option<Uuid>) {
        if refusal.code == "bad_frame" {
            self.bad.set(self.bad.get() + 1);
            if self.bad.get() > MAX_BAD {
                return self.end(Ending::BadFrames);
            }
        }
        self.push(frame::error(refusal, room, client_id));
    }

    /// Reads until the connection ends, then forgets it.
    pub(super) async fn run(self: Rc<Self>, line: TcpStream, mut buffer: BytesMut) {
        let line = Rc::new(line);
        self.worker.add(&self);
        outbox::open(&self.outbox, line.clone());
        if self.hub().is_stopping() {
            self.end(Ending::GoingAway);
        }
        // Whoever decides cases begins with how the queue stands, so that later frames tell of changes alone.
        let (worker, told) = (self.worker.clone(), self.clone());
        actix_web::rt::spawn(async move { upkeep::report(upkeep::tell_queue_to(&worker, &told).await) });
        let mut codec = Codec::new().max_size(MAX_BYTES);
        let mut begun = None;
        let (mut is_gone, mut has_said_goodbye) = (false, false);
        while !self.is_over() && !is_gone {
            match codec.decode(&mut buffer) {
                Ok(Some(frame)) => {
                    self.heard_at.set(Instant::now());
                    has_said_goodbye = matches!(frame, Frame::Close(_));
                    if !has_said_goodbye && !self.is_paced() {
                        continue;
                    }
                    if let Some(text) = self.whole_text(frame, &mut begun) {
                        // Apart, so that a quiet socket does not keep the room that answering takes.
                        Box::pin(self.heard(&text)).await;
                    }
                }
                // The codec looks at the length only when all has come: nobody may fill the memory with one frame.
                Ok(None) if announced(&buffer) > MAX_BYTES => self.end(Ending::TooBig),
                Ok(None) => {
                    if buffer.is_empty() {
                        buffer = BytesMut::new();
                    }
                    self.hub().wiring.conversation.settle();
                    is_gone = !poll_fn(|cx| self.poll_more(cx, &line, &mut buffer)).await;
                }
                Err(ProtocolError::Overflow) => self.end(Ending::TooBig),
                Err(_) => self.end(Ending::ProtocolError),
            }
        }
        self.hub().wiring.conversation.settle();
        self.worker.remove(&self);
        if is_gone {
            self.outbox.borrow_mut().lose();
        } else if !has_said_goodbye {
            let _ = timeout(GOODBYE, self.read_away(&line, codec, buffer)).await;
        }
    }

    /// Takes what the client has sent; false when nothing more will come, or the connection has ended.
    fn poll_more(&self, cx: &mut Context<'_>, line: &TcpStream, buffer: &mut BytesMut) -> Poll<bool> {
        loop {
            {
                let mut outbox = self.outbox.borrow_mut();
                if outbox.is_over() {
                    return Poll::Ready(true);
                }
                outbox.watch_end(cx.waker());
            }
            if ready!(line.poll_read_ready(cx)).is_err() {
                return Poll::Ready(false);
            }
            match self.worker.read(line, buffer) {
                Ok(0) => return Poll::Ready(false),
                Ok(_) => return Poll::Ready(true),
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                Err(_) => return Poll::Ready(false),
            }
        }
    }

    /// The text of a whole message; everything else about frames is done here.
    fn whole_text(&self, frame: Frame, begun: &mut Option<BytesMut>) -> Option<String> {
        let bytes = match frame {
            Frame::Text(bytes) => bytes,
            Frame::Continuation(Item::FirstText(bytes)) => {
                *begun = Some(BytesMut::from(bytes.as_ref()));
                return None;
            }
            Frame::Continuation(Item::Continue(bytes) | Item::Last(bytes))
                if begun.as_ref().is_some_and(|b| b.len() + bytes.len() > MAX_BYTES) =>
            {
                self.end(Ending::TooBig);
                return None;
            }
            Frame::Continuation(Item::Continue(bytes)) => {
                begun.as_mut()?.extend_from_slice(&bytes);
                return None;
            }
            Frame::Continuation(Item::Last(bytes)) => {
                let mut whole = begun.take()?;
                whole.extend_from_slice(&bytes);
                whole.freeze()
            }
            Frame::Ping(bytes) => {
                self.push(frame::encode(Message::Pong(bytes)));
                return None;
            }
            Frame::Pong(_) => return None,
            Frame::Close(reason) => {
                self.outbox.borrow_mut().end(frame::encode(Message::Close(reason)), false);
                outbox::flush(&self.outbox);
                return None;
            }
            Frame::Binary(_) | Frame::Continuation(Item::FirstBinary(_)) => {
                self.refuse(&Refusal::new("bad_frame"), None, None);
                return None;
            }
        };
        match std::str::from_utf8(&bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => {
                self.end(Ending::NotUtf8);
                None
            }
        }
    }

    /// Whether this frame is within the pace; where it is not, the client is told, and cut off when it goes on.
    fn is_paced(&self) -> bool {
        if !self.hub().rate_limits {
            return true;
        }
        let (left, since) = self.tokens.get();
        let tokens = (left + since.elapsed().as_secs_f32() * FRAMES_A_SECOND).min(FRAMES_A_SECOND);
        if tokens >= 1.0 {
            self.tokens.set((tokens - 1.0, Instant::now()));
            self.hurried.set(0);
            return true;
        }
        self.hurried.set(self.hurried.get() + 1);
        if self.hurried.get() > MAX_HURRIED {
            self.end(Ending::TooMany);
        } else {
            self.push(frame::error(&Refusal::new("too_many").with("seconds", 1), None, None));
        }
        false
    }

    async fn heard(self: &Rc<Self>, text: &str) {
        self.was_active.set(true);
        let Some(heard) = frame::read(text) else {
            return self.refuse(&Refusal::new("bad_frame"), None, None);
        };
        if !matches!(heard, Heard::Other { .. }) {
            // A join waits for the client to take what it missed: nothing said before it may wait too.
            self.hub().wiring.conversation.settle();
        }
        let (done, room, client_id) = match heard {
            Heard::Join { room, after } => (join::join(self, room, after).await, Some(room), None),
            Heard::Leave { room } => {
                self.worker.leave(self, room);
                (Ok(()), None, None)
            }
            Heard::Watch { kind, id, version } => (watch::watch(self, &kind, id, version).await, None, None),
            Heard::Unwatch { kind, id } => {
                self.worker.watches.remove(self, &kind, id);
                (Ok(()), None, None)
            }
            Heard::Other { kind, fields } => {
                let ids = (frame::id(&fields, "room"), frame::id(&fields, "client_id"));
                let done = if self.account().is_none() {
                    Err(Refusal::new("not_found"))
                } else {
                    self.hub().wiring.conversation.heard(self, &kind, &fields).await
                };
                (done, ids.0, ids.1)
            }
        };
        match done {
            Ok(()) => self.bad.set(0),
            Err(refusal) => self.refuse(&refusal, room, client_id),
        }
    }

    pub(super) fn worker(&self) -> &Rc<Worker> {
        &self.worker
    }

    /// Reads and forgets until the client says goodbye too: a connection that is closed with unread bytes may lose the
    /// frame that says why.
    async fn read_away(&self, line: &TcpStream, mut codec: Codec, mut buffer: BytesMut) {
        let mut is_legible = true;
        while line.readable().await.is_ok() {
            match self.worker.read(line, &mut buffer) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                Err(_) => return,
            }
            while is_legible {
                match codec.decode(&mut buffer) {
                    Ok(Some(Frame::Close(_))) => return,
                    Ok(Some(_)) => {}
                    Ok(None) if announced(&buffer) <= MAX_BYTES => break,
                    Ok(None) | Err(_) => is_legible = false,
                }
            }
            if !is_legible {
                buffer.clear();
            }
        }
    }
}

/// The length that the head of the frame in `bytes` announces (RFC 6455, 5.2); 0 before that much has come.
fn announced(bytes: &[u8]) -> usize {
    let length = match bytes {
        [_, short, ..] if short & 0x7f < 126 => u64::from(short & 0x7f),
        [_, short, a, b, ..] if short & 0x7f == 126 => u64::from(u16::from_be_bytes([*a, *b])),
        [_, _, a, b, c, d, e, f, g, h, ..] => u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]),
        _ => 0,
    };
    usize::try_from(length).unwrap_or(usize::MAX)
}
