//! The claim: a lease on a case with a fencing version, so that a holder who fell asleep cannot
//! write over the one who came after.

use chrono::{DateTime, TimeDelta, Utc};

/// How long a claim lasts unless its holder is active.
pub const LEASE: TimeDelta = TimeDelta::minutes(15);

/// A claim on a case. `H` is whatever names a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim<H> {
    /// Who holds the case.
    pub holder: H,
    /// When the lease ends.
    pub until: DateTime<Utc>,
    /// The version of the case that the claim gave out.
    pub version: i64,
}

/// What asking for a claim amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claiming {
    /// The case is free, or the last lease has lapsed: version + 1.
    Fresh,
    /// By the holder again: the lease is renewed, the version stays.
    Renewal,
    /// A live lease is taken over, with a reason: version + 1.
    TakeOver,
}

/// Why a claim does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fence {
    /// There is none, it lapsed, or somebody else has it.
    ClaimRequired,
    /// The case has moved on since the version that the caller read.
    Stale {
        /// The version that is true now.
        current: i64,
    },
}

impl<H: PartialEq> Claim<H> {
    /// A claim from now on, after the case's version was raised to `version`.
    pub fn new(holder: H, version: i64, now: DateTime<Utc>) -> Self {
        Self { holder, until: now + LEASE, version }
    }

    /// Whether the lease still runs.
    #[must_use]
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        now < self.until
    }

    /// The same claim with a lease from now on. Never shortens it, never raises the version.
    #[must_use]
    pub fn renewed(self, now: DateTime<Utc>) -> Self {
        let until = self.until.max(now + LEASE);
        Self { until, ..self }
    }
}

/// What it amounts to when `by` asks for a case with this claim on it; `Err` gives the holder of
/// a live lease that is not taken over without a reason.
pub fn may_claim<'a, H: PartialEq>(
    claim: Option<&'a Claim<H>>,
    by: &H,
    take_over_reason: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Claiming, &'a H> {
    match claim {
        Some(claim) if claim.is_live(now) && claim.holder == *by => Ok(Claiming::Renewal),
        Some(claim) if claim.is_live(now) => match take_over_reason.map(str::trim) {
            Some(reason) if !reason.is_empty() => Ok(Claiming::TakeOver),
            _ => Err(&claim.holder),
        },
        _ => Ok(Claiming::Fresh),
    }
}

/// Whether `by` may write with the version it read: holds the live lease, and nothing has
/// changed since.
pub fn may_write<H: PartialEq>(
    claim: Option<&Claim<H>>,
    by: &H,
    read_version: i64,
    current_version: i64,
    now: DateTime<Utc>,
) -> Result<(), Fence> {
    if read_version != current_version {
        return Err(Fence::Stale { current: current_version });
    }
    match claim {
        Some(claim) if claim.is_live(now) && claim.holder == *by => Ok(()),
        _ => Err(Fence::ClaimRequired),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_268_800, 0).unwrap()
    }

    #[test]
    fn a_free_or_lapsed_case_can_be_claimed_by_anybody() {
        let claim = Claim::new("m1", 2, noon());
        assert_eq!(may_claim(None, &"m2", None, noon()), Ok(Claiming::Fresh));
        assert_eq!(may_claim(Some(&claim), &"m2", None, noon() + LEASE), Ok(Claiming::Fresh));
    }

    #[test]
    fn a_live_lease_is_taken_over_only_with_a_reason() {
        let claim = Claim::new("m1", 2, noon());
        let later = noon() + LEASE - TimeDelta::seconds(1);
        assert_eq!(may_claim(Some(&claim), &"m2", None, later), Err(&"m1"));
        assert_eq!(may_claim(Some(&claim), &"m2", Some("  "), later), Err(&"m1"));
        assert_eq!(may_claim(Some(&claim), &"m2", Some("syg"), later), Ok(Claiming::TakeOver));
        assert_eq!(may_claim(Some(&claim), &"m1", None, later), Ok(Claiming::Renewal));
    }

    #[test]
    fn renewing_lengthens_the_lease_and_keeps_the_version() {
        let claim = Claim::new("m1", 2, noon()).renewed(noon() + TimeDelta::minutes(5));
        assert_eq!(claim, Claim { holder: "m1", until: noon() + TimeDelta::minutes(20), version: 2 });
        assert_eq!(claim.clone().renewed(noon()), claim);
    }

    #[test]
    fn a_lapsed_or_outrun_holder_cannot_write() {
        let claim = Claim::new("m1", 2, noon());
        assert_eq!(may_write(Some(&claim), &"m1", 2, 2, noon()), Ok(()));
        assert_eq!(may_write(Some(&claim), &"m1", 2, 3, noon()), Err(Fence::Stale { current: 3 }));
        assert_eq!(may_write(Some(&claim), &"m1", 2, 2, noon() + LEASE), Err(Fence::ClaimRequired));
        assert_eq!(may_write(Some(&claim), &"m2", 2, 2, noon()), Err(Fence::ClaimRequired));
        assert_eq!(may_write(None, &"m1", 2, 2, noon()), Err(Fence::ClaimRequired));
    }
}
