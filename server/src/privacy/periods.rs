//! How long things are kept (RIGHTS.md, "Periods"). The one place for these numbers.

use chrono::{DateTime, Months, TimeDelta, Utc};

/// Periods of a community.
#[derive(Clone, Copy, Debug)]
pub struct Periods {
    /// How long a decision can be appealed.
    pub appeal: Months,
    /// How long hidden and removed texts and evidence outlive the appeal window or the final decision.
    pub evidence: TimeDelta,
    /// Chat messages.
    pub chat: Months,
    /// Drafts and withdrawn submissions, counted from the last touch.
    pub untouched_drafts: TimeDelta,
    /// Words of a text that its author deleted, in case somebody had already told us of it: nobody reads them.
    pub deleted_texts: TimeDelta,
    /// What the hosts of a room tell each other.
    pub room_notes: TimeDelta,
    /// Reports, cases and decisions, without text; sanctions that have ended.
    pub cases: Months,
    /// What people were told.
    pub notifications: Months,
    /// The audit log.
    pub audit: Months,
    /// Longest life of a session that nobody uses.
    pub idle_sessions: TimeDelta,
    /// Idempotency keys.
    pub idempotency_keys: TimeDelta,
    /// Keyed hashes of networks.
    pub networks: TimeDelta,
    /// How long nobody may take the pseudonym of an erased account, so that nobody can pose as that person.
    pub retired_pseudonyms: Months,
}

/// The defaults of RIGHTS.md.
pub const PERIODS: Periods = Periods {
    appeal: Months::new(6),
    evidence: TimeDelta::days(30),
    chat: Months::new(12),
    untouched_drafts: TimeDelta::days(90),
    deleted_texts: TimeDelta::days(30),
    room_notes: TimeDelta::days(30),
    cases: Months::new(36),
    notifications: Months::new(12),
    audit: Months::new(60),
    idle_sessions: TimeDelta::days(14),
    idempotency_keys: TimeDelta::hours(24),
    networks: TimeDelta::hours(24),
    retired_pseudonyms: Months::new(12),
};

impl Periods {
    /// Before which moment a text that was hidden or removed is destroyed.
    #[must_use]
    pub fn hidden_before(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        back(now, self.appeal) - self.evidence
    }
}

/// That many months before `now`.
#[must_use]
pub fn back(now: DateTime<Utc>, months: Months) -> DateTime<Utc> {
    now.checked_sub_months(months).unwrap_or(DateTime::<Utc>::MIN_UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_texts_outlive_the_appeal_window_by_the_days_of_evidence() {
        let now = DateTime::parse_from_rfc3339("2026-08-31T12:00:00Z").unwrap().to_utc();
        assert_eq!(PERIODS.hidden_before(now).to_rfc3339(), "2026-01-29T12:00:00+00:00");
    }
}
