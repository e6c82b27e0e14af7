//! Signals between tasks (and, with Redis, between nodes). A hint, never the truth:
//! every listener can find what it missed in PostgreSQL by a sequence or a version.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use uuid::Uuid;

/// What a signal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A sequence grew: `id` names it, `number` is its newest entry.
    Sequence,
    /// A surface that people watch changed: `id` names it, `number` is its new version.
    Surface,
    /// The text behind a surface was taken away: as `Surface`, and the screen must forget at once.
    Withdrawn,
    /// Sessions of account `id` may have ended, or its rights changed.
    Access,
    /// Account `id` has something new to be told.
    Notice,
    /// The work queue changed.
    Queue,
    /// The facts of room or place `id` changed (opening, name, mode).
    Place,
}

/// A small fact said after a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// What it is about.
    pub topic: Topic,
    /// Which one.
    pub id: Uuid,
    /// Sequence or version, 0 where there is none.
    pub number: i64,
    /// The text on the surface that was taken away; none: the surface itself, or nothing was.
    #[serde(default)]
    pub part: Option<Uuid>,
}

impl Signal {
    /// A signal about `id` with a sequence or version number.
    #[must_use]
    pub fn new(topic: Topic, id: impl Into<Uuid>, number: i64) -> Self {
        Self { topic, id: id.into(), number, part: None }
    }

    /// The same signal about one text of a surface.
    #[must_use]
    pub fn of_part(self, part: impl Into<Uuid>) -> Self {
        Self { part: Some(part.into()), ..self }
    }
}

/// The in-process form of the bus. A slow listener loses the oldest signals and is told so (`Lagged`).
#[derive(Clone)]
pub struct Bus {
    sender: broadcast::Sender<Signal>,
}

impl Default for Bus {
    fn default() -> Self {
        Self { sender: broadcast::channel(4096).0 }
    }
}

impl Bus {
    /// Says `signal` to every listener; without listeners it is dropped.
    pub fn publish(&self, signal: Signal) {
        let _ = self.sender.send(signal);
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Signal> {
        self.sender.subscribe()
    }
}
