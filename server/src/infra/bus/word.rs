//! What nodes say to each other: small, signed, and in the channel of those whom it concerns.

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;
use uuid::Uuid;

use super::{Signal, Topic};

/// Bytes of the signature before each word.
const MAC_BYTES: usize = 16;
/// Bytes of the id of the node that speaks.
const NODE_BYTES: usize = 16;

/// Something said to those in a room at this moment, and kept nowhere.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Passing {
    /// The room.
    pub room: Uuid,
    /// The frame.
    pub frame: Value,
    /// Those of them whom it is for; none: everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<Uuid>>,
}

/// Who is in a room on one node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// The node that tells; set by the link.
    #[serde(skip)]
    pub node: Uuid,
    /// The room.
    pub room: Uuid,
    /// How many people.
    pub people: u32,
    /// Those of them who hold a role: one of them may be its host.
    pub helpers: Vec<Uuid>,
}

/// One word between nodes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Word {
    /// A signal.
    Signal(Signal),
    /// Something passing, for everybody in the room.
    Passing(Passing),
    /// Something passing for some people in the room. A word of its own, so that a node of an earlier version, which would
    /// tell everybody, does not understand it.
    Aside(Passing),
    /// Who is here.
    Present(Present),
    /// A sign of life to oneself.
    Beat,
}

impl Word {
    /// The room whose nodes it concerns; none: all of them.
    pub(super) fn room(&self) -> Option<Uuid> {
        match self {
            Self::Signal(signal) => matches!(signal.topic, Topic::Sequence | Topic::Place).then_some(signal.id),
            Self::Passing(passing) | Self::Aside(passing) => Some(passing.room),
            Self::Present(present) => Some(present.room),
            Self::Beat => None,
        }
    }

    /// Whether a later word makes it needless: only the newest number of a room counts.
    pub(super) fn is_outdone_by(&self, later: &Self) -> bool {
        match (self, later) {
            (Self::Signal(old), Self::Signal(new)) => {
                old.topic == Topic::Sequence
                    && new.topic == Topic::Sequence
                    && old.id == new.id
                    && old.number <= new.number
            }
            _ => false,
        }
    }
}

/// Signs words and reads those of nodes with the same secret.
pub(super) struct Seal {
    key: Vec<u8>,
    node: Uuid,
}

impl Seal {
    pub(super) fn new(key: &[u8], node: Uuid) -> Self {
        Self { key: key.to_vec(), node }
    }

    /// Part of every channel's name, so that two communities on one Redis do not hear each other.
    pub(super) fn community(&self) -> String {
        self.mac(b"channel").iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    fn mac(&self, bytes: &[u8]) -> Vec<u8> {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return Vec::new() };
        mac.update(bytes);
        mac.finalize().into_bytes().into_iter().take(MAC_BYTES).collect()
    }

    pub(super) fn write(&self, word: &Word) -> Vec<u8> {
        let mut said = self.node.as_bytes().to_vec();
        said.extend(serde_json::to_vec(word).unwrap_or_default());
        let mut bytes = self.mac(&said);
        bytes.extend(said);
        bytes
    }

    /// The node that spoke and what it said; none: it is none of ours.
    pub(super) fn read(&self, bytes: &[u8]) -> Option<(Uuid, Word)> {
        let (mac, said) = bytes.split_at_checked(MAC_BYTES)?;
        let mut whole = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        whole.update(said);
        whole.verify_truncated_left(mac).ok()?;
        let (node, text) = said.split_at_checked(NODE_BYTES)?;
        Some((Uuid::from_slice(node).ok()?, serde_json::from_slice(text).ok()?))
    }

    pub(super) fn node(&self) -> Uuid {
        self.node
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_nodes_with_the_same_secret_are_heard() {
        let (one, two) = (Seal::new(b"a secret", Uuid::from_u128(1)), Seal::new(b"a secret", Uuid::from_u128(2)));
        let stranger = Seal::new(b"another", Uuid::from_u128(3));
        let word = Word::Signal(Signal::new(Topic::Sequence, Uuid::from_u128(9), 42));
        let mut bytes = one.write(&word);
        assert!(
            matches!(two.read(&bytes), Some((node, Word::Signal(signal))) if node == one.node() && signal.number == 42)
        );
        assert!(two.read(&stranger.write(&word)).is_none());
        assert!(two.read(b"short").is_none());
        *bytes.last_mut().unwrap() ^= 1;
        assert!(two.read(&bytes).is_none());
        assert_eq!(one.community(), two.community());
        assert_ne!(one.community(), stranger.community());
    }

    #[test]
    fn only_an_older_number_of_the_same_room_is_outdone() {
        let word = |topic, id, number| Word::Signal(Signal::new(topic, Uuid::from_u128(id), number));
        assert!(word(Topic::Sequence, 1, 3).is_outdone_by(&word(Topic::Sequence, 1, 4)));
        assert!(!word(Topic::Sequence, 1, 5).is_outdone_by(&word(Topic::Sequence, 1, 4)));
        assert!(!word(Topic::Sequence, 1, 3).is_outdone_by(&word(Topic::Sequence, 2, 4)));
        assert!(!word(Topic::Withdrawn, 1, 3).is_outdone_by(&word(Topic::Withdrawn, 1, 4)));
    }
}
