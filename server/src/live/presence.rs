//! Who is in which room at this moment. Kept in memory only, told as a number (and, of those who hold a role, by id, so
//! that a room can say which of its hosts are here). Nobody is told when somebody was last here.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::infra::bus::Present;
use crate::infra::ids::AccountId;

/// What another node said counts this long; it says so again well before.
const FAR_COUNTS: Duration = Duration::from_secs(75);
/// How often a node says again what has not changed.
pub(super) const SAY_AGAIN: Duration = Duration::from_secs(25);

/// Who is in a room, on all nodes together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Here {
    /// How many people, without those who do not wish to be counted. Somebody on two nodes counts twice.
    pub people: u32,
    /// Those of them who hold a role beside participant.
    pub helpers: BTreeSet<Uuid>,
}

#[derive(Default)]
struct Room {
    /// Sockets of each account on this node, and whether it holds a role.
    near: HashMap<AccountId, (u32, bool)>,
    far: HashMap<Uuid, (Present, Instant)>,
    is_changed: bool,
    said: Option<Instant>,
}

impl Room {
    fn near(&self) -> Here {
        let helpers = self.near.iter().filter(|(_, (_, helper))| *helper).map(|(account, _)| account.0).collect();
        Here { people: u32::try_from(self.near.len()).unwrap_or(u32::MAX), helpers }
    }
}

/// The rooms of this node.
#[derive(Default)]
pub(super) struct Presence(Mutex<HashMap<Uuid, Room>>);

impl Presence {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Uuid, Room>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody has joined. `account`: none for who does not wish to be counted.
    pub(super) fn come(&self, room: Uuid, account: Option<(AccountId, bool)>) {
        self.with(|rooms| {
            let room = rooms.entry(room).or_default();
            // Who comes in is told who is here, counted or not.
            room.is_changed = true;
            if let Some((account, is_helper)) = account {
                let (sockets, helper) = room.near.entry(account).or_default();
                *sockets += 1;
                *helper = is_helper;
            }
        });
    }

    /// Somebody who is counted may hold a role now, or none any more.
    pub(super) fn change(&self, room: Uuid, account: AccountId, is_helper: bool) {
        self.with(|rooms| {
            let Some(room) = rooms.get_mut(&room) else { return };
            let Some((_, helper)) = room.near.get_mut(&account) else { return };
            room.is_changed |= std::mem::replace(helper, is_helper) != is_helper;
        });
    }

    /// A socket that was counted has left.
    pub(super) fn go(&self, room: Uuid, account: AccountId) {
        self.with(|rooms| {
            let Some(room) = rooms.get_mut(&room) else { return };
            if let Some((sockets, _)) = room.near.get_mut(&account) {
                *sockets -= 1;
                if *sockets == 0 {
                    room.near.remove(&account);
                    room.is_changed = true;
                }
            }
        });
    }

    /// This node has no member in the room any more. Answers what the others must hear.
    pub(super) fn forget(&self, room: Uuid) -> Option<Present> {
        let known = self.with(|rooms| rooms.remove(&room))?;
        known.said.map(|_| Present { node: Uuid::nil(), room, people: 0, helpers: Vec::new() })
    }

    /// Another node says who is there.
    pub(super) fn heard(&self, present: &Present, now: Instant) {
        self.with(|rooms| {
            // A room that nobody here is in any more: whoever joins it hears again.
            let Some(room) = rooms.get_mut(&present.room) else { return };
            let before = room.far.insert(present.node, (present.clone(), now));
            room.is_changed |= before.is_none_or(|(before, _)| before != *present);
        });
    }

    /// Who is in a room.
    pub(super) fn here(&self, room: Uuid) -> Here {
        self.with(|rooms| {
            let Some(room) = rooms.get(&room) else { return Here::default() };
            let mut here = room.near();
            for (present, _) in room.far.values() {
                here.people = here.people.saturating_add(present.people);
                here.helpers.extend(&present.helpers);
            }
            here
        })
    }

    /// Rooms whose people must be told anew, and what the other nodes must hear.
    pub(super) fn news(&self, now: Instant) -> (Vec<Uuid>, Vec<Present>) {
        let (mut changed, mut to_say) = (Vec::new(), Vec::new());
        self.with(|rooms| {
            for (id, room) in rooms.iter_mut() {
                let far = room.far.len();
                room.far.retain(|_, (_, since)| now.duration_since(*since) < FAR_COUNTS);
                let is_changed = std::mem::take(&mut room.is_changed) || room.far.len() < far;
                if is_changed {
                    changed.push(*id);
                }
                if is_changed || room.said.is_none_or(|said| now.duration_since(said) >= SAY_AGAIN) {
                    room.said = Some(now);
                    let Here { people, helpers } = room.near();
                    to_say.push(Present {
                        node: Uuid::nil(),
                        room: *id,
                        people,
                        helpers: helpers.into_iter().collect(),
                    });
                }
            }
        });
        (changed, to_say)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: Uuid = Uuid::from_u128(1);

    fn account(number: u128) -> AccountId {
        AccountId(Uuid::from_u128(number))
    }

    #[test]
    fn a_person_counts_once_however_many_sockets_and_not_at_all_who_does_not_wish_it() {
        let presence = Presence::default();
        presence.come(ROOM, Some((account(7), false)));
        presence.come(ROOM, Some((account(7), false)));
        presence.come(ROOM, Some((account(8), true)));
        presence.come(ROOM, None);
        let here = presence.here(ROOM);
        assert_eq!((here.people, here.helpers), (2, BTreeSet::from([account(8).0])));
        presence.go(ROOM, account(7));
        assert_eq!(presence.here(ROOM).people, 2);
        presence.go(ROOM, account(7));
        assert_eq!(presence.here(ROOM).people, 1);
    }

    #[test]
    fn other_nodes_count_until_they_fall_silent() {
        let (presence, start) = (Presence::default(), Instant::now());
        presence.come(ROOM, Some((account(7), false)));
        let far = Present { node: Uuid::from_u128(2), room: ROOM, people: 3, helpers: vec![Uuid::from_u128(9)] };
        presence.heard(&far, start);
        assert_eq!(presence.here(ROOM).people, 4);
        let (changed, said) = presence.news(start);
        assert_eq!((changed, said.len(), said[0].people), (vec![ROOM], 1, 1), "a node speaks for its own people");
        presence.heard(&far, start);
        assert_eq!(presence.news(start), (Vec::new(), Vec::new()), "nothing new");
        assert_eq!(presence.news(start + SAY_AGAIN).1.len(), 1, "said again for nodes that came later");
        assert_eq!(presence.news(start + FAR_COUNTS).0, [ROOM]);
        assert_eq!(presence.here(ROOM).people, 1);
        assert!(presence.forget(ROOM).is_some());
    }
}
