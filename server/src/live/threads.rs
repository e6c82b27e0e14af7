//! The threads that sockets live on, apart from those that answer requests.
//!
//! Fewer than the machine has cores: what a room gets is mostly the kernel's work, one thread of it keeps a core busy, and
//! the database and the pages need the others. Two such threads on two cores deliver a fifth less than one.

use std::io;
use std::net::TcpStream as StdTcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use actix_web::rt::net::TcpStream;
use bytes::BytesMut;
use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio::task::{LocalSet, spawn_local};
use tokio::time::{Instant, sleep};

use super::frame::Ending;
use super::hub::{FAREWELL, Hub, LOOK};
use super::seats::Seat;
use super::socket::Socket;
use super::worker::Worker;
use crate::access::Actor;
use crate::http::Lang;

/// Somebody whose upgrade was granted.
pub(super) struct Guest {
    pub(super) actor: Option<Actor>,
    /// `None`: too many are here already.
    pub(super) seat: Option<Seat>,
    pub(super) lang: Lang,
}

/// A connection on its way to its thread.
struct Arrival {
    guest: Guest,
    line: StdTcpStream,
    first: BytesMut,
}

/// The threads. They end when this is dropped.
pub struct Threads {
    doors: Vec<mpsc::UnboundedSender<Arrival>>,
    next: AtomicUsize,
}

impl Threads {
    /// Half as many as there are cores.
    #[must_use]
    pub fn usual() -> usize {
        thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
    }

    /// Starts `count` of them, at least one.
    ///
    /// # Errors
    /// When the machine gives no more threads.
    pub fn start(hub: &Arc<Hub>, count: usize) -> io::Result<Arc<Self>> {
        let start = |number| {
            let (door, arrivals) = mpsc::unbounded_channel();
            let (hub, runtime) = (hub.clone(), Builder::new_current_thread().enable_all().build()?);
            let name = format!("live-{number}");
            thread::Builder::new()
                .name(name)
                .spawn(move || LocalSet::new().block_on(&runtime, welcome(hub, arrivals)))?;
            Ok(door)
        };
        let doors = (0..count.max(1)).map(start).collect::<io::Result<_>>()?;
        Ok(Arc::new(Self { doors, next: AtomicUsize::new(0) }))
    }

    /// Hands a connection to one of them, which serves it until it ends. `first`: what the client sent right behind its
    /// request.
    pub(super) fn take(&self, guest: Guest, line: TcpStream, first: BytesMut) -> io::Result<()> {
        let arrival = Arrival { guest, line: line.into_std()?, first };
        let at = self.next.fetch_add(1, Ordering::Relaxed) % self.doors.len();
        self.doors.get(at).and_then(|door| door.send(arrival).ok()).ok_or(io::ErrorKind::NotConnected.into())
    }
}

async fn welcome(hub: Arc<Hub>, mut arrivals: mpsc::UnboundedReceiver<Arrival>) {
    let worker = Worker::new(hub);
    while let Some(Arrival { guest, line, first }) = arrivals.recv().await {
        match TcpStream::from_std(line) {
            Ok(line) => {
                let is_full = guest.seat.is_none();
                let socket = Socket::new(worker.clone(), guest.actor, guest.seat);
                if is_full {
                    socket.end(Ending::TooMany);
                }
                spawn_local(guest.lang.during(socket.run(line, first)));
            }
            Err(error) => tracing::warn!(%error, "a connection was lost on the way to its thread"),
        }
    }
    // Who came last is told too.
    let until = Instant::now() + FAREWELL;
    sleep(LOOK).await;
    while !worker.sockets.borrow().is_empty() && Instant::now() < until {
        sleep(LOOK).await;
    }
}
