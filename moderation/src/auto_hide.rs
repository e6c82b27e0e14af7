//! Hiding at once: a rule about who reports what, never a sum of votes.

use chrono::TimeDelta;

use crate::Category;
use crate::coded::coded_enum;

/// An account must be older than this to hide by a report, unless it holds a role.
pub const AGE_FOR_HIDING: TimeDelta = TimeDelta::days(3);
/// Hides of one account that may wait for a decision at a time.
pub const UNDECIDED_HIDES_MAX: u32 = 3;
/// Hides that may come from one network within an hour.
pub const NETWORK_HIDES_PER_HOUR: u32 = 5;

coded_enum! {
    /// Why a report counts but does not hide. For staff and statistics, never for the reporter.
    pub enum WhyCounted {
        /// Reports of this category wait for a person.
        CategoryWaits = "category_waits",
        /// Whoever reports is not signed in.
        Visitor = "visitor",
        /// The account is too young.
        AccountTooNew = "account_too_new",
        /// A decision went against the account within 30 days.
        DecisionAgainst = "decision_against",
        /// Its last three hides were all overturned.
        HidesOverturned = "hides_overturned",
        /// As many of its hides as may wait are waiting.
        TooManyUndecided = "too_many_undecided",
        /// As many hides as may come from its network within the hour have come.
        NetworkLimit = "network_limit",
    }
}

/// Who reports, as far as hiding at once is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reporter {
    /// Somebody who is not signed in.
    Visitor,
    /// A signed-in person.
    Account {
        /// Is a supporter, moderator or coordinator.
        holds_role: bool,
        /// How old the account is.
        age: TimeDelta,
        /// Decisions against it within the last 30 days.
        decisions_against: u32,
        /// Whether it has hidden three times or more and the last three were all overturned.
        last_three_hides_overturned: bool,
        /// Its hides that wait for a decision.
        undecided_hides: u32,
    },
}

/// What a report does at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HideDecision {
    /// The text becomes `hidden_pending`.
    Hide,
    /// The report counts, and nothing is hidden.
    Count {
        /// Why not.
        why: WhyCounted,
    },
}

/// Whether a report of this category, from this reporter, whose network hid so many texts within
/// the last hour, hides the text at once.
#[must_use]
pub fn on_report(category: Category, reporter: &Reporter, network_hides: u32) -> HideDecision {
    let why = match *reporter {
        _ if !category.hides_on_report() => WhyCounted::CategoryWaits,
        Reporter::Visitor => WhyCounted::Visitor,
        Reporter::Account { holds_role, age, .. } if !holds_role && age <= AGE_FOR_HIDING => WhyCounted::AccountTooNew,
        Reporter::Account { decisions_against: 1.., .. } => WhyCounted::DecisionAgainst,
        Reporter::Account { last_three_hides_overturned: true, .. } => WhyCounted::HidesOverturned,
        Reporter::Account { undecided_hides: UNDECIDED_HIDES_MAX.., .. } => WhyCounted::TooManyUndecided,
        Reporter::Account { .. } if network_hides >= NETWORK_HIDES_PER_HOUR => WhyCounted::NetworkLimit,
        Reporter::Account { .. } => return HideDecision::Hide,
    };
    HideDecision::Count { why }
}

/// Whether a finding of screening that leads to a case of this category hides the text at once.
#[must_use]
pub const fn on_finding(category: Category, certain: bool) -> bool {
    certain && category.hides_on_certain_finding()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    struct Set {
        holds_role: bool,
        age: TimeDelta,
        against: u32,
        overturned: bool,
        undecided: u32,
    }

    const GOOD: Set = Set { holds_role: false, age: TimeDelta::days(4), against: 0, overturned: false, undecided: 2 };

    fn report(set: Set, network_hides: u32) -> HideDecision {
        let reporter = Reporter::Account {
            holds_role: set.holds_role,
            age: set.age,
            decisions_against: set.against,
            last_three_hides_overturned: set.overturned,
            undecided_hides: set.undecided,
        };
        on_report(Category::Confidentiality, &reporter, network_hides)
    }

    fn counted(why: WhyCounted) -> HideDecision {
        HideDecision::Count { why }
    }

    #[test]
    fn a_member_in_good_standing_hides_at_once() {
        assert_eq!(report(GOOD, 4), HideDecision::Hide);
    }

    #[test]
    fn each_condition_alone_makes_the_report_only_count() {
        let three_days = TimeDelta::days(3);
        assert_eq!(report(Set { age: three_days, ..GOOD }, 0), counted(WhyCounted::AccountTooNew));
        assert_eq!(report(Set { against: 1, ..GOOD }, 0), counted(WhyCounted::DecisionAgainst));
        assert_eq!(report(Set { overturned: true, ..GOOD }, 0), counted(WhyCounted::HidesOverturned));
        assert_eq!(report(Set { undecided: 3, ..GOOD }, 0), counted(WhyCounted::TooManyUndecided));
        assert_eq!(report(GOOD, 5), counted(WhyCounted::NetworkLimit));
    }

    #[test]
    fn a_role_stands_for_age_but_not_for_the_rest() {
        let new_supporter = Set { holds_role: true, age: TimeDelta::zero(), ..GOOD };
        assert_eq!(report(new_supporter, 0), HideDecision::Hide);
        let overturned = Set { overturned: true, ..new_supporter };
        assert_eq!(report(overturned, 0), counted(WhyCounted::HidesOverturned));
    }

    #[test]
    fn visitors_never_hide_and_most_categories_wait() {
        let visitor = on_report(Category::Danger, &Reporter::Visitor, 0);
        assert_eq!(visitor, counted(WhyCounted::Visitor));
        let harassment = on_report(Category::Harassment, &Reporter::Visitor, 0);
        assert_eq!(harassment, counted(WhyCounted::CategoryWaits));
    }

    #[test]
    fn screening_hides_only_when_certain() {
        assert!(on_finding(Category::SelfHarmContent, true));
        assert!(!on_finding(Category::SelfHarmContent, false));
        assert!(!on_finding(Category::Hate, true));
    }
}
