//! What waits to leave for one socket: a bounded queue of encoded frames that go straight to the kernel.
//!
//! A delivery costs one write and no task that has to be woken. Where the kernel takes no more, a task waits until it does.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::os::fd::{AsRawFd, BorrowedFd, RawFd};
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use actix_web::rt;
use actix_web::rt::net::TcpStream;
use bytes::{Bytes, BytesMut};
use socket2::SockRef;
use tokio::time::{Instant, timeout_at};

/// Frames that may wait.
pub(super) const MAX_FRAMES: usize = 256;
/// Bytes that may wait.
pub(super) const MAX_WAITING_BYTES: usize = 512 * 1024;
/// Frames that wait together leave in one chunk up to this size.
const CHUNK_BYTES: usize = 64 * 1024;
/// What waits must have left within this time, or the next: a reader who takes a byte now and then keeps no connection.
const PATIENCE: Duration = Duration::from_secs(60);
/// A queue that once grew gives its memory back.
const KEPT_CAPACITY: usize = 32;

/// An outbox and who shares it: its socket, and a task that waits for the kernel.
pub(super) type Shared = Rc<RefCell<Outbox>>;

/// The queue. Frames are shared bytes, never copies.
#[derive(Default)]
pub(super) struct Outbox {
    frames: VecDeque<Bytes>,
    bytes: usize,
    /// Half of the first frame has left already.
    is_cut: bool,
    /// The connection, once it has been handed over.
    line: Option<Line>,
    flow: Flow,
    /// The reading half, which wants to know when the connection ends.
    reader: Option<Waker>,
    /// Who waits until nothing waits any more.
    drained: Option<Waker>,
    ended: bool,
    gone: bool,
}

/// A connection and its number, which spares each delivery a look into the connection.
#[derive(Clone)]
struct Line {
    fd: RawFd,
    stream: Rc<TcpStream>,
}

impl Line {
    fn new(stream: Rc<TcpStream>) -> Self {
        Self { fd: stream.as_raw_fd(), stream }
    }

    /// Straight to the kernel, without a look at what the runtime knows of the connection: that would cost each delivery as
    /// much again as all else here. Where the kernel takes no more, [`wait_for_kernel`] asks the runtime.
    fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: `stream`, which is kept beside it, keeps it open.
        let fd = unsafe { BorrowedFd::borrow_raw(self.fd) };
        SockRef::from(&fd).send(bytes)
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Flow {
    /// The connection has not been handed over yet.
    #[default]
    Upgrading,
    Open,
    /// The kernel takes no more; a task waits for it.
    Full,
}

impl Outbox {
    /// Queues a frame; false when the bound is reached (nothing is queued then).
    #[must_use]
    pub(super) fn push(&mut self, frame: Bytes) -> bool {
        if self.ended {
            return true;
        }
        if self.frames.len() >= MAX_FRAMES || self.bytes + frame.len() > MAX_WAITING_BYTES {
            return false;
        }
        self.append(frame);
        true
    }

    /// Queues a frame beyond the bound: for what the caller paces itself by [`Outbox::poll_drained`].
    pub(super) fn append(&mut self, frame: Bytes) {
        if self.ended || frame.is_empty() {
            return;
        }
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    /// Sends `last` and ends the connection. `drop_waiting`: the reader is too slow to get what waits.
    pub(super) fn end(&mut self, last: Bytes, drop_waiting: bool) {
        if self.ended {
            return;
        }
        if drop_waiting {
            self.frames.truncate(usize::from(self.is_cut));
            self.bytes = self.frames.iter().map(Bytes::len).sum();
        }
        self.append(last);
        self.ended = true;
        self.wake_all();
    }

    /// Whether nothing more will be sent.
    #[must_use]
    pub(super) fn is_over(&self) -> bool {
        self.ended || self.gone
    }

    /// Wakes the reading half when the connection ends.
    pub(super) fn watch_end(&mut self, waker: &Waker) {
        if !self.reader.as_ref().is_some_and(|known| known.will_wake(waker)) {
            self.reader = Some(waker.clone());
        }
    }

    /// Ready when nothing waits any more, or nothing will be sent.
    pub(super) fn poll_drained(&mut self, waker: &Waker) -> Poll<()> {
        if self.frames.is_empty() || self.is_over() {
            return Poll::Ready(());
        }
        self.drained = Some(waker.clone());
        Poll::Pending
    }

    /// Hands what waits to `write` until all has left or no more is taken; false where somebody must wait for the kernel.
    fn write_out(&mut self, mut write: impl FnMut(&[u8]) -> io::Result<usize>) -> bool {
        while let Some(chunk) = self.take_chunk() {
            match write(&chunk) {
                Ok(taken) if taken == chunk.len() => self.is_cut = false,
                Ok(taken) => {
                    self.is_cut = true;
                    self.put_back(chunk.slice(taken..));
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => self.put_back(chunk),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.put_back(chunk);
                    return false;
                }
                Err(_) => self.lose(),
            }
        }
        true
    }

    fn put_back(&mut self, chunk: Bytes) {
        self.bytes += chunk.len();
        self.frames.push_front(chunk);
    }

    /// The peer is gone: nothing will be sent any more.
    pub(super) fn lose(&mut self) {
        self.gone = true;
        self.line = None;
        self.frames = VecDeque::new();
        self.bytes = 0;
        self.wake_all();
    }

    fn wake_all(&mut self) {
        for waker in [self.reader.take(), self.drained.take()].into_iter().flatten() {
            waker.wake();
        }
    }

    fn take_chunk(&mut self) -> Option<Bytes> {
        let first = self.frames.pop_front()?;
        let mut chunk = first;
        if let Some(next) = self.frames.front()
            && chunk.len() + next.len() <= CHUNK_BYTES
        {
            let mut joined = BytesMut::with_capacity(self.bytes.min(CHUNK_BYTES));
            joined.extend_from_slice(&chunk);
            while self.frames.front().is_some_and(|next| joined.len() + next.len() <= CHUNK_BYTES) {
                if let Some(next) = self.frames.pop_front() {
                    joined.extend_from_slice(&next);
                }
            }
            chunk = joined.freeze();
        }
        self.bytes = self.bytes.saturating_sub(chunk.len());
        if self.frames.is_empty() {
            if self.frames.capacity() > KEPT_CAPACITY {
                self.frames = VecDeque::new();
            }
            if let Some(waker) = self.drained.take() {
                waker.wake();
            }
        }
        Some(chunk)
    }
}

/// The upgrade has been answered on `line`: what has waited leaves, and what comes from now on leaves at once.
pub(super) fn open(outbox: &Shared, line: Rc<TcpStream>) {
    {
        let mut out = outbox.borrow_mut();
        out.line = Some(Line::new(line));
        out.flow = Flow::Open;
    }
    flush(outbox);
}

/// The connection, where a frame may go straight to it: it is open, and nothing waits before the frame.
pub(super) fn free_line(outbox: &Shared) -> Option<BorrowedFd<'_>> {
    let out = outbox.borrow();
    let line = out.line.as_ref().filter(|_| out.flow == Flow::Open && out.frames.is_empty() && !out.ended)?;
    // SAFETY: its socket keeps the connection open until its task ends, and no other task runs before the thread waits again.
    Some(unsafe { BorrowedFd::borrow_raw(line.fd) })
}

/// Notes how much of a frame the kernel took at the [`free_line`]; the rest leaves when it can.
pub(super) fn note_sent(outbox: &Shared, frame: &Bytes, taken: io::Result<usize>) {
    let taken = match taken {
        Ok(taken) if taken == frame.len() => return,
        Ok(taken) => taken,
        Err(_) => 0,
    };
    let mut out = outbox.borrow_mut();
    out.is_cut = taken > 0;
    out.append(frame.slice(taken..));
    drop(out);
    flush(outbox);
}

/// Lets what waits leave now.
pub(super) fn flush(outbox: &Shared) {
    let mut out = outbox.borrow_mut();
    if out.flow != Flow::Open {
        return;
    }
    let Some(line) = out.line.clone() else { return };
    if !out.write_out(|bytes| line.send(bytes)) {
        out.flow = Flow::Full;
        rt::spawn(wait_for_kernel(outbox.clone(), line.stream, PATIENCE));
    }
}

/// Writes whenever the kernel takes more, until nothing waits. A peer that takes nothing is ended by the kernel
/// ([`super::connection::settle`]), and one that takes too little here.
async fn wait_for_kernel(outbox: Shared, line: Rc<TcpStream>, patience: Duration) {
    let mut until = Instant::now() + patience;
    let mut due = outbox.borrow().bytes;
    loop {
        if let Ok(Err(_)) = timeout_at(until, line.writable()).await {
            break;
        }
        let mut out = outbox.borrow_mut();
        let all_left = out.write_out(|bytes| {
            let taken = line.try_write(bytes)?;
            due = due.saturating_sub(taken);
            Ok(taken)
        });
        if all_left {
            out.flow = Flow::Open;
            return;
        }
        if Instant::now() >= until {
            if due > 0 {
                break;
            }
            (until, due) = (Instant::now() + patience, out.bytes);
        }
    }
    outbox.borrow_mut().lose();
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[test]
    fn frames_waiting_together_leave_together() {
        let mut out = Outbox::default();
        for byte in 0..10_u8 {
            assert!(out.push(Bytes::copy_from_slice(&[byte])));
        }
        assert_eq!(out.take_chunk().unwrap().as_ref(), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert!(out.take_chunk().is_none());
        assert_eq!(out.bytes, 0);
    }

    #[test]
    fn the_queue_is_bounded_and_an_ending_passes_the_bound() {
        let mut out = Outbox::default();
        while out.push(Bytes::from_static(b"x")) {}
        assert_eq!(out.frames.len(), MAX_FRAMES);
        out.end(Bytes::from_static(b"end"), true);
        assert!(out.push(Bytes::from_static(b"late")), "late frames vanish without an alarm");
        assert_eq!(out.take_chunk().unwrap().as_ref(), b"end");
    }

    #[actix_web::test]
    async fn a_reader_who_takes_a_byte_now_and_then_is_let_go_and_a_slow_one_is_not() {
        const PATIENCE: Duration = Duration::from_millis(300);
        for is_dripping in [true, false] {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let near = Rc::new(TcpStream::connect(listener.local_addr().unwrap()).await.unwrap());
            let (mut far, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 64 * 1024];
            for _ in 0..3 {
                near.writable().await.unwrap();
                while near.try_write(&bytes).is_ok() {}
                rt::time::sleep(Duration::from_millis(20)).await;
                if timeout_at(Instant::now(), near.writable()).await.is_err() {
                    break;
                }
            }
            let outbox = Shared::default();
            while outbox.borrow_mut().push(Bytes::from(vec![7; 10_000])) {}
            let reading = async {
                let most = if is_dripping { 1 } else { bytes.len() };
                while far.read(&mut bytes[..most]).await.unwrap() > 0 {
                    rt::time::sleep(Duration::from_millis(1)).await;
                }
            };
            tokio::select! {
                () = wait_for_kernel(outbox.clone(), near, PATIENCE) => {}
                () = reading => {}
                () = rt::time::sleep(PATIENCE * 10) => panic!("it waits for ever"),
            }
            assert_eq!((outbox.borrow().is_over(), outbox.borrow().flow == Flow::Open), (is_dripping, !is_dripping));
        }
    }

    #[actix_web::test]
    async fn what_the_kernel_does_not_take_leaves_later_and_in_order() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (mut far, _) = listener.accept().await.unwrap();
        let outbox = Shared::default();
        let mut taken = 0_u32;
        let mut send = |outbox: &Shared| {
            let frame = Bytes::from(taken.to_be_bytes().repeat(250));
            let line = free_line(outbox).filter(|_| !taken.is_multiple_of(3));
            let is_taken = match line.map(|line| SockRef::from(&line).send(&frame)) {
                Some(taken) => {
                    note_sent(outbox, &frame, taken);
                    true
                }
                None => {
                    let is_taken = outbox.borrow_mut().push(frame);
                    flush(outbox);
                    is_taken
                }
            };
            taken += u32::from(is_taken);
            is_taken
        };
        assert!(send(&outbox) && send(&outbox), "what comes before the connection waits");
        open(&outbox, Rc::new(near));
        // Nobody reads: the kernel fills, then the queue.
        while send(&outbox) {}
        assert!(outbox.borrow().frames.len() >= MAX_FRAMES - 1);
        let mut next = 0_u32;
        let mut bytes = vec![0; 1000];
        for _ in 0..2 {
            while outbox.borrow().bytes > 0 {
                far.read_exact(&mut bytes).await.unwrap();
                assert_eq!(bytes, next.to_be_bytes().repeat(250));
                next += 1;
                rt::task::yield_now().await;
            }
            while send(&outbox) {}
        }
        outbox.borrow_mut().end(Bytes::from_static(b"end"), false);
        flush(&outbox);
        let reading = async {
            for next in next..taken {
                far.read_exact(&mut bytes).await.unwrap();
                assert_eq!(bytes, next.to_be_bytes().repeat(250));
            }
            far.read_exact(&mut bytes[..3]).await.unwrap();
            assert_eq!(&bytes[..3], b"end");
        };
        tokio::time::timeout(Duration::from_secs(10), reading).await.expect("all that was taken comes");
    }
}
