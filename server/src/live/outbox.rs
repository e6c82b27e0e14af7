//! What waits to leave for one socket: a bounded queue of encoded frames, and the response body that drains it.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use actix_web::body::{BodySize, MessageBody};
use bytes::{Bytes, BytesMut};

use super::socket::Socket;

/// Frames that may wait.
pub(super) const MAX_FRAMES: usize = 256;
/// Bytes that may wait.
pub(super) const MAX_WAITING_BYTES: usize = 512 * 1024;
/// Frames that wait together leave in one chunk up to this size.
const CHUNK_BYTES: usize = 64 * 1024;
/// A queue that once grew gives its memory back.
const KEPT_CAPACITY: usize = 32;

/// The queue. Frames are shared bytes, never copies.
#[derive(Default)]
pub(super) struct Outbox {
    frames: VecDeque<Bytes>,
    bytes: usize,
    writer: Option<Waker>,
    reader: Option<Waker>,
    ended: bool,
    gone: bool,
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
        if let Some(waker) = self.writer.take() {
            waker.wake();
        }
    }

    /// Sends `last` and ends the connection. `drop_waiting`: the reader is too slow to get what waits.
    pub(super) fn end(&mut self, last: Bytes, drop_waiting: bool) {
        if self.ended {
            return;
        }
        if drop_waiting {
            self.frames.clear();
            self.bytes = 0;
        }
        self.append(last);
        self.ended = true;
        if let Some(waker) = self.reader.take() {
            waker.wake();
        }
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
        self.watch_end(waker);
        Poll::Pending
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
            if let Some(waker) = self.reader.take() {
                waker.wake();
            }
        }
        Some(chunk)
    }
}

/// The response body of an upgraded connection.
pub(super) struct Body {
    socket: Rc<Socket>,
}

impl Body {
    /// The body that drains `socket`'s outbox.
    #[must_use]
    pub(super) fn new(socket: Rc<Socket>) -> Self {
        Self { socket }
    }
}

impl MessageBody for Body {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let cell: &RefCell<Outbox> = self.socket.outbox();
        let mut out = cell.borrow_mut();
        if let Some(chunk) = out.take_chunk() {
            return Poll::Ready(Some(Ok(chunk)));
        }
        if out.ended {
            return Poll::Ready(None);
        }
        if !out.writer.as_ref().is_some_and(|known| known.will_wake(cx.waker())) {
            out.writer = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

// The server drops the body when the peer has gone away: the reading half must hear of it.
impl Drop for Body {
    fn drop(&mut self) {
        let mut out = self.socket.outbox().borrow_mut();
        out.gone = true;
        out.frames = VecDeque::new();
        out.bytes = 0;
        if let Some(waker) = out.reader.take() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
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
}
