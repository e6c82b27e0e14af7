//! Events of a room on their way to its members.

use bytes::{Bytes, BytesMut};
use uuid::Uuid;

use super::conversation::Event;

/// A run ends when its frames are together as long as this.
const RUN_BYTES: usize = 32 * 1024;

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
