//! How often somebody may do something: one table of quotas, kept in memory on each node.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::problem::Problem;

/// What is counted. The numbers stand in [`quota`] alone (RIGHTS.md, "Limits").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limited {
    /// Chat messages of an account.
    Chat,
    /// Nods of an account at messages, put or taken back.
    Nod,
    /// Replies and comments of an account.
    Reply,
    /// New threads of an account.
    Thread,
    /// Reports of an account or network.
    Report,
    /// New accounts of a network.
    SignUp,
    /// Sign-in and recovery for an account from one network.
    SignInAccount,
    /// Sign-in and recovery for an account from wherever; beyond it tries are slowed, not refused.
    SignInAnywhere,
    /// Sign-in and recovery for a network.
    SignInNetwork,
    /// Searches of an account or network.
    Search,
    /// Previews and screenings of an account.
    Preview,
    /// Frames of one socket.
    Frame,
}

/// At most so many in the period, after which the count regrows evenly.
fn quota(what: Limited) -> (u32, Duration) {
    const MINUTE: Duration = Duration::from_secs(60);
    const HOUR: Duration = Duration::from_secs(3600);
    match what {
        Limited::Chat => (20, MINUTE),
        Limited::Reply => (10, MINUTE),
        Limited::Thread => (5, HOUR),
        Limited::Report => (20, HOUR),
        Limited::SignUp => (5, HOUR),
        Limited::SignInAccount | Limited::SignInAnywhere => (10, MINUTE * 10),
        Limited::SignInNetwork => (30, MINUTE * 10),
        Limited::Search => (30, MINUTE),
        Limited::Preview | Limited::Nod => (60, MINUTE),
        Limited::Frame => (20, Duration::from_secs(1)),
    }
}

const ALL: [Limited; 12] = [
    Limited::Chat,
    Limited::Nod,
    Limited::Reply,
    Limited::Thread,
    Limited::Report,
    Limited::SignUp,
    Limited::SignInAccount,
    Limited::SignInAnywhere,
    Limited::SignInNetwork,
    Limited::Search,
    Limited::Preview,
    Limited::Frame,
];

/// Counters for every limit. Switched off only for measuring.
pub struct Limits {
    counters: Option<Vec<(Limited, DefaultKeyedRateLimiter<Vec<u8>>)>>,
    key: Vec<u8>,
}

impl Limits {
    /// Fresh counters; `key` makes the hashes of addresses useless to anybody else.
    #[must_use]
    pub fn new(on: bool, key: &[u8]) -> Self {
        let counters = on.then(|| ALL.map(|what| (what, RateLimiter::keyed(governor_quota(what)))).into());
        Self { counters, key: key.to_vec() }
    }

    /// Counts one act of `who`.
    ///
    /// # Errors
    /// [`Problem::TooMany`] with the seconds to wait.
    pub fn count(&self, what: Limited, who: &[u8]) -> Result<(), Problem> {
        let Some(counters) = &self.counters else { return Ok(()) };
        let Some((_, counter)) = counters.iter().find(|(w, _)| *w == what) else { return Ok(()) };
        counter.check_key(&who.to_vec()).map(|_| ()).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            Problem::TooMany(wait.as_secs() + 1)
        })
    }

    /// Counts one act of an account.
    ///
    /// # Errors
    /// As [`Limits::count`].
    pub fn count_account(&self, what: Limited, account: Uuid) -> Result<(), Problem> {
        self.count(what, account.as_bytes())
    }

    /// A keyed hash of the network an address belongs to: IPv4 whole, IPv6 by its /64. Kept 24 hours where stored.
    #[must_use]
    pub fn network(&self, address: IpAddr) -> Vec<u8> {
        let bytes = match address.to_canonical() {
            IpAddr::V4(v4) => v4.octets().to_vec(),
            IpAddr::V6(v6) => v6.octets().into_iter().take(8).collect(),
        };
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return Vec::new() };
        mac.update(b"network");
        mac.update(&bytes);
        mac.finalize().into_bytes().into_iter().take(16).collect()
    }

    /// Forgets keys that are fresh again; called now and then so that memory stays bounded.
    pub fn sweep(&self) {
        for (_, counter) in self.counters.iter().flatten() {
            counter.retain_recent();
        }
    }
}

fn governor_quota(what: Limited) -> Quota {
    let (most, period) = quota(what);
    let most = NonZeroU32::new(most).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(period / most.get()).unwrap_or_else(|| Quota::per_second(most)).allow_burst(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_after_the_last_allowed_is_refused_with_a_wait() {
        let limits = Limits::new(true, b"key");
        for _ in 0..5 {
            assert!(limits.count(Limited::SignUp, b"a").is_ok());
        }
        assert!(matches!(limits.count(Limited::SignUp, b"a"), Err(Problem::TooMany(s)) if s > 0));
        assert!(limits.count(Limited::SignUp, b"b").is_ok());
    }
}
