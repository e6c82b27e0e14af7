//! How many sockets an account and a network have open on this node.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

use crate::infra::ids::AccountId;

/// Sockets that one account may have open.
const SOCKETS_OF_ACCOUNT: u32 = 8;
/// Sockets that one network may have open.
const SOCKETS_OF_NETWORK: u32 = 50;

/// The counts.
pub(super) struct Seats {
    limited: bool,
    accounts: Counts<AccountId>,
    networks: Counts<Vec<u8>>,
}

impl Seats {
    pub(super) fn new(limited: bool) -> Self {
        Self { limited, accounts: Counts::default(), networks: Counts::default() }
    }

    /// A place for one more socket, given back when the guard is dropped. `None`: there are too many.
    pub(super) fn take(self: &Arc<Self>, account: Option<AccountId>, network: Vec<u8>) -> Option<Seat> {
        if !self.networks.enter(network.clone(), self.limited.then_some(SOCKETS_OF_NETWORK)) {
            return None;
        }
        let mut seat = Seat { seats: self.clone(), account: None, network };
        if let Some(account) = account {
            if !self.accounts.enter(account, self.limited.then_some(SOCKETS_OF_ACCOUNT)) {
                return None;
            }
            seat.account = Some(account);
        }
        Some(seat)
    }
}

/// How many of each there are.
struct Counts<K>(Mutex<HashMap<K, u32>>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash> Counts<K> {
    fn enter(&self, key: K, most: Option<u32>) -> bool {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key).or_default();
        if most.is_some_and(|most| *count >= most) {
            return false;
        }
        *count += 1;
        true
    }

    fn leave(&self, key: &K) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(key) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(key);
            }
        }
    }
}

/// A socket's place in the counts.
pub(super) struct Seat {
    seats: Arc<Seats>,
    account: Option<AccountId>,
    network: Vec<u8>,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.networks.leave(&self.network);
        if let Some(account) = &self.account {
            self.seats.accounts.leave(account);
        }
    }
}
