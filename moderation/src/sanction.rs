//! What a decision may lay on a person: a warning, a pause from writing, a pause from everything.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::FieldError;
use crate::coded::coded_enum;

coded_enum! {
    /// The kinds of sanction, mildest first.
    pub enum SanctionKind {
        /// Told in words; nothing is closed.
        Warn = "warn",
        /// May read, may not write, until a time.
        Mute = "mute",
        /// May only see, appeal, export and erase what is one's own, until a time.
        Suspend = "suspend",
    }
}

/// A sanction as laid on or asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sanction {
    /// Which one.
    pub kind: SanctionKind,
    /// When it ends; none for a warning.
    #[serde(default)]
    pub until: Option<DateTime<Utc>>,
}

impl Sanction {
    /// Whether it closes anything to the person at this moment.
    #[must_use]
    pub fn is_effective(&self, now: DateTime<Utc>) -> bool {
        self.kind != SanctionKind::Warn && self.until.is_some_and(|until| now < until)
    }

    /// What is wrong with it when asked for at this moment.
    #[must_use]
    pub fn problem(&self, now: DateTime<Utc>) -> Option<FieldError> {
        let code = match (self.kind, self.until) {
            (SanctionKind::Warn, None) => return None,
            (SanctionKind::Warn, Some(_)) => "not_for_warn",
            (SanctionKind::Mute | SanctionKind::Suspend, None) => "required",
            (SanctionKind::Mute | SanctionKind::Suspend, Some(until)) if until <= now => "not_in_future",
            (SanctionKind::Mute | SanctionKind::Suspend, Some(_)) => return None,
        };
        Some(FieldError::new("sanction.until", code))
    }
}

/// The strictest kind in force at this moment, of all that lie on a person.
pub fn effective<'a>(sanctions: impl IntoIterator<Item = &'a Sanction>, now: DateTime<Utc>) -> Option<SanctionKind> {
    sanctions.into_iter().filter(|sanction| sanction.is_effective(now)).map(|s| s.kind).max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_268_800, 0).unwrap()
    }

    #[test]
    fn a_sanction_ends_at_its_time_to_the_second() {
        let mute = Sanction { kind: SanctionKind::Mute, until: Some(noon()) };
        assert!(mute.is_effective(noon() - TimeDelta::seconds(1)));
        assert!(!mute.is_effective(noon()));
    }

    #[test]
    fn the_strictest_in_force_counts_and_a_warning_closes_nothing() {
        let later = Some(noon() + TimeDelta::days(1));
        let warn = Sanction { kind: SanctionKind::Warn, until: None };
        let mute = Sanction { kind: SanctionKind::Mute, until: later };
        let over = Sanction { kind: SanctionKind::Suspend, until: Some(noon()) };
        assert_eq!(effective(&[warn], noon()), None);
        assert_eq!(effective(&[warn, over, mute], noon()), Some(SanctionKind::Mute));
    }

    #[test]
    fn mute_and_suspend_need_an_end_in_the_future() {
        let code = |kind, until| Sanction { kind, until }.problem(noon()).map(|error| error.code);
        assert_eq!(code(SanctionKind::Mute, None), Some("required"));
        assert_eq!(code(SanctionKind::Suspend, Some(noon())), Some("not_in_future"));
        assert_eq!(code(SanctionKind::Warn, Some(noon())), Some("not_for_warn"));
        assert_eq!(code(SanctionKind::Suspend, Some(noon() + TimeDelta::seconds(1))), None);
    }
}
