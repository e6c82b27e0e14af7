//! Signals between tasks and, with Redis, between nodes. A hint, never the truth:
//! every listener can find what it missed in PostgreSQL by a sequence or a version.
//! No text that anybody wrote travels here: a signal names a room and a number, and who needs the text reads it.

mod link;
mod word;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use uuid::Uuid;

use link::Link;
pub use link::LinkState;
use word::Word;
pub use word::{Passing, Present};

/// The addresses in a list with commas between them; there is always a first.
pub fn each_address(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim)
}

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
    /// What screening goes by changed: `number` is its new version.
    Rules,
    /// The facts of room or place `id` changed (opening, name, mode).
    Place,
    /// Signals of other nodes may have been lost: whoever holds something looks at it anew.
    Lost,
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

/// What listeners in this process hear. A slow one loses the oldest and is told so (`Lagged`).
#[derive(Clone, Debug)]
pub(in crate::infra::bus) struct Ears {
    signals: broadcast::Sender<Signal>,
    passing: broadcast::Sender<Arc<Passing>>,
    present: broadcast::Sender<Arc<Present>>,
}

/// The bus of one node. Within the process it always works; [`Bus::linked`] also tells the other nodes.
#[derive(Clone)]
pub struct Bus {
    ears: Ears,
    link: Option<Arc<Link>>,
}

impl Default for Bus {
    fn default() -> Self {
        let ears = Ears {
            signals: broadcast::channel(4096).0,
            passing: broadcast::channel(1024).0,
            present: broadcast::channel(1024).0,
        };
        Self { ears, link: None }
    }
}

impl Bus {
    /// A bus that also reaches the other nodes over Redis, at one or more `addresses` ([`each_address`]) of the same Redis or
    /// Redis Cluster: where one is gone, the next is tried. `key` keeps communities on one Redis apart, and lets nobody
    /// else put in a word. Nothing is connected before [`Bus::start`].
    ///
    /// # Errors
    /// When an address cannot be read.
    pub fn linked(addresses: &str, key: &[u8]) -> Result<Self, String> {
        Ok(Self { link: Some(Arc::new(Link::new(addresses, key)?)), ..Self::default() })
    }

    /// Starts the link on the caller's runtime, which must outlive the server. Without one, or a second time, nothing.
    pub fn start(&self) -> Option<JoinHandle<()>> {
        let link = self.link.clone()?;
        let inbox = link.take_inbox()?;
        Some(tokio::spawn(link::run(link, inbox, self.ears.clone())))
    }

    /// Says `signal` to every listener here and on the other nodes. Never waits; under pressure the far ones lose it.
    pub fn publish(&self, signal: Signal) {
        let _ = self.ears.signals.send(signal);
        if let Some(link) = &self.link {
            link.say(Word::Signal(signal));
        }
    }

    /// Tells the other nodes something passing of a room.
    pub fn pass(&self, passing: Passing) {
        if let Some(link) = &self.link {
            link.say(if passing.to.is_some() { Word::Aside(passing) } else { Word::Passing(passing) });
        }
    }

    /// Tells the other nodes who is in a room here.
    pub fn present(&self, present: Present) {
        if let Some(link) = &self.link {
            link.say(Word::Present(present));
        }
    }

    /// Listens to signals from now on, own ones too.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Signal> {
        self.ears.signals.subscribe()
    }

    /// Listens to what other nodes pass on.
    #[must_use]
    pub fn listen_passing(&self) -> broadcast::Receiver<Arc<Passing>> {
        self.ears.passing.subscribe()
    }

    /// Listens to who is in rooms on other nodes.
    #[must_use]
    pub fn listen_present(&self) -> broadcast::Receiver<Arc<Present>> {
        self.ears.present.subscribe()
    }

    /// From now on this node takes in what other nodes say of `room`.
    pub fn follow(&self, room: Uuid) {
        if let Some(link) = &self.link {
            link.follow(room);
        }
    }

    /// And from now on no longer.
    pub fn unfollow(&self, room: Uuid) {
        if let Some(link) = &self.link {
            link.unfollow(room);
        }
    }

    /// How the link to the other nodes stands.
    #[must_use]
    pub fn state(&self) -> LinkState {
        self.link.as_ref().map_or(LinkState::Alone, |link| link.state())
    }

    /// Words for other nodes that were dropped because the link was slow or away.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.link.as_ref().map_or(0, |link| link.dropped())
    }
}
