//! What the live engine needs of the feature whose events it carries, and of the surfaces that people watch.
//! Features implement these; `app.rs` wires them.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::presence::Here;
use super::socket::Socket;
use crate::http::Problem;
use crate::infra::db::Conn;
use crate::infra::ids::AccountId;

/// A future that may move between threads.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'a>>;
/// A future on this thread.
pub type Local<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// One numbered event of a room, encoded once for everybody.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its number in the room, from 1, step 1.
    pub seq: i64,
    /// The item that it is about.
    pub item: Uuid,
    /// The number that the item itself has.
    pub item_seq: i64,
    /// Who wrote the item.
    pub author: Option<AccountId>,
    /// The frame for everybody.
    pub everyone: Bytes,
    /// The frame for its author, where it differs.
    pub own: Option<Bytes>,
}

impl Event {
    /// The frame that `reader` gets.
    #[must_use]
    pub fn for_reader(&self, reader: AccountId) -> &Bytes {
        match &self.own {
            Some(own) if self.author == Some(reader) => own,
            _ => &self.everyone,
        }
    }
}

/// How a room stands to everybody who comes in now.
#[derive(Clone, Copy, Debug)]
pub struct Threshold {
    /// Newest number of the room.
    pub newest: i64,
    /// Whether each reader sees texts from the own first entry only.
    pub has_floor: bool,
    /// State of the room, as `joined` says it.
    pub state: &'static str,
}

/// A room and who is in it.
#[derive(Clone, Debug)]
pub struct RoomHere {
    /// Which room.
    pub id: Uuid,
    /// The people.
    pub here: Here,
}

/// The facts of a room as everybody in it is told.
#[derive(Clone, Debug)]
pub struct RoomFacts {
    /// Which room.
    pub id: Uuid,
    /// `open` or `closed`; a change of it is told without being asked.
    pub state: &'static str,
    /// The encoded frame.
    pub frame: Bytes,
}

/// What a frame was refused for.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Stable code.
    pub code: &'static str,
    /// Facts beside it (`seconds`, `max`).
    pub facts: Map<String, Value>,
}

impl Refusal {
    /// A refusal by its code alone.
    #[must_use]
    pub fn new(code: &'static str) -> Self {
        Self { code, facts: Map::new() }
    }

    /// With a number that the words need.
    #[must_use]
    pub fn with(mut self, name: &str, number: i64) -> Self {
        self.facts.insert(name.to_owned(), number.into());
        self
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        match problem {
            Problem::TooMany(seconds) => Self::new("too_many").with("seconds", i64::try_from(seconds).unwrap_or(60)),
            Problem::Internal(error) => {
                tracing::error!(error = format!("{error:#}"), "a frame could not be handled");
                Self::new("busy")
            }
            Problem::Unavailable(_) => Self::new("busy"),
            other => Self::new(other.code()),
        }
    }
}

/// The rooms and what is said in them.
pub trait Conversation: Send + Sync {
    /// How the room stands; the same for all who join it at the same time.
    fn threshold<'a>(&'a self, conn: &'a mut Conn, room: Uuid) -> Pending<'a, Threshold>;

    /// The number above which `reader` sees the texts of a room that has a floor.
    fn floor<'a>(&'a self, conn: &'a mut Conn, reader: AccountId, room: Uuid) -> Pending<'a, i64>;

    /// The newest number of each of these rooms that there is.
    fn newest<'a>(&'a self, conn: &'a mut Conn, rooms: Vec<Uuid>) -> Pending<'a, Vec<(Uuid, i64)>>;

    /// At most `limit` events above `after`, ascending, in today's states.
    fn events<'a>(&'a self, conn: &'a mut Conn, room: Uuid, after: i64, limit: i64) -> Pending<'a, Vec<Event>>;

    /// What everybody in these rooms is told of them.
    fn facts<'a>(&'a self, conn: &'a mut Conn, rooms: Vec<RoomHere>, now: DateTime<Utc>)
    -> Pending<'a, Vec<RoomFacts>>;

    /// The frame that stands for an event whose text the reader may not see.
    fn withheld(&self, room: Uuid, event: &Event) -> Bytes;

    /// Handles a frame of a signed-in person that the engine does not know itself.
    /// Must not wait for what other sockets do: the frames behind it wait too.
    fn heard<'a>(
        &'a self,
        from: &'a Rc<Socket>,
        kind: &'a str,
        fields: &'a Map<String, Value>,
    ) -> Local<'a, Result<(), Refusal>>;

    /// All frames that had come from a socket of this thread have been handled: what they asked for may begin.
    fn settle(&self);
}

/// A kind of page that open screens watch. Its version grows with each change that a reader could see.
pub trait Watchable: Send + Sync {
    /// The kind as frames name it: `thread`, `post`, `board`, `front`.
    fn kind(&self) -> &'static str;

    /// The kind of the texts on such a page, as a `redacted` frame names the one that was taken away.
    fn part_kind(&self) -> &'static str;

    /// The version now, if `reader` (none: a visitor) may read the page.
    fn version<'a>(&'a self, conn: &'a mut Conn, id: Uuid, reader: Option<AccountId>) -> Pending<'a, Option<i64>>;
}

/// The figures that frames carry to one person.
pub trait Figures: Send + Sync {
    /// How much `account` has not read yet.
    fn unread<'a>(&'a self, conn: &'a mut Conn, account: AccountId) -> Pending<'a, i64>;

    /// The work queue as `account` may see it, as fields of a `queue` frame.
    /// Asked only for those who may decide cases.
    fn queue<'a>(
        &'a self,
        conn: &'a mut Conn,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> Pending<'a, Map<String, Value>>;
}
