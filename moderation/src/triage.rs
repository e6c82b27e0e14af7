//! The order of the queue: lexicographic, total, and explained in reasons. Never from the client,
//! never a score.

use std::cmp::{Ordering, Reverse};

use chrono::{DateTime, TimeDelta, Utc};

use crate::coded::coded_enum;
use crate::{Category, Level};

/// A case is due soon when less than this is left.
pub const DUE_SOON: TimeDelta = TimeDelta::minutes(15);

coded_enum! {
    /// Who can still see the text that a case is about, fewest first.
    pub enum Exposure {
        /// Nobody but its author.
        Nobody = "nobody",
        /// The people of a closed room or conversation.
        Room = "room",
        /// Every signed-in person.
        Members = "members",
        /// Everybody, signed in or not.
        Visitors = "visitors",
    }
}

impl Exposure {
    /// A number that orders as the enum does, for an index in the database.
    #[must_use]
    pub const fn rank(self) -> i16 {
        match self {
            Self::Nobody => 0,
            Self::Room => 1,
            Self::Members => 2,
            Self::Visitors => 3,
        }
    }
}

/// All that decides where a case stands in the queue. The smaller comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standing {
    /// How grave.
    pub level: Level,
    /// First report + the category's period.
    pub due_at: DateTime<Utc>,
    /// Who can still see the text.
    pub exposure: Exposure,
    /// Reporters who are signed in and independent of each other.
    pub independent_reporters: u32,
    /// Reports of the first reporter that were right, less those that were wrong; a tie-break.
    pub reporter_record: i32,
    /// When the case came up.
    pub created_at: DateTime<Utc>,
    /// Id of the case as a number, so that no two are equal.
    pub id: u128,
}

impl Standing {
    fn key(&self) -> impl Ord {
        (
            self.level,
            self.due_at,
            Reverse(self.exposure),
            Reverse(self.independent_reporters),
            Reverse(self.reporter_record),
            self.created_at,
            self.id,
        )
    }
}

impl Ord for Standing {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Standing {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

coded_enum! {
    /// Why a case stands where it stands; put into words for the moderator.
    pub enum ReasonCode {
        /// A life is in danger.
        DangerToLife = "danger_to_life",
        /// Personal data, or somebody's story, got out.
        BreachOfConfidentiality = "breach_of_confidentiality",
        /// Somebody seeks contact to use a young person.
        Grooming = "grooming",
        /// Methods, or praise of eating disorders.
        HarmfulContent = "harmful_content",
        /// Harassment or a threat.
        ThreatOrHarassment = "threat_or_harassment",
        /// Contempt for a group of people.
        Hate = "hate",
        /// A person asks that a decision be looked at again.
        AppealWaits = "appeal_waits",
        /// An author waits for an answer.
        AuthorWaits = "author_waits",
        /// Advertising or fraud.
        Spam = "spam",
        /// Something else in the rules.
        OtherReason = "other_reason",
        /// It is decided; steps of its checklist are left.
        StepsLeft = "steps_left",
        /// Personal data was caught before anybody saw it.
        CaughtBeforehand = "caught_beforehand",
        /// A coordinator was asked.
        Escalated = "escalated",
        /// Its due time has passed.
        Overdue = "overdue",
        /// It is due within minutes.
        DueSoon = "due_soon",
        /// Visitors can still see it.
        SeenByVisitors = "seen_by_visitors",
        /// Signed-in people can still see it.
        SeenByMembers = "seen_by_members",
        /// The people of one room can still see it.
        SeenInRoom = "seen_in_room",
        /// It is hidden from others already.
        HiddenAlready = "hidden_already",
        /// Several people told us, independently.
        SeveralReporters = "several_reporters",
        /// Whoever told us has been right before.
        ReporterOftenRight = "reporter_often_right",
    }
}

/// Why a decided case is still listed: nobody waits for a decision any more, and nobody sees what was decided about.
#[must_use]
pub fn settled_reasons(standing: &Standing, category: Category) -> Vec<ReasonCode> {
    vec![category_reason(category, standing.level), ReasonCode::StepsLeft]
}

/// Why a case stands where it stands, in the order in which the reasons weigh.
#[must_use]
pub fn order_reasons(standing: &Standing, category: Category, escalated: bool, now: DateTime<Utc>) -> Vec<ReasonCode> {
    let mut reasons = vec![category_reason(category, standing.level)];
    if escalated {
        reasons.push(ReasonCode::Escalated);
    }
    if standing.due_at <= now {
        reasons.push(ReasonCode::Overdue);
    } else if standing.due_at - now <= DUE_SOON {
        reasons.push(ReasonCode::DueSoon);
    }
    let waits_unseen = matches!(category, Category::Submission | Category::Appeal);
    match standing.exposure {
        Exposure::Visitors => reasons.push(ReasonCode::SeenByVisitors),
        Exposure::Members => reasons.push(ReasonCode::SeenByMembers),
        Exposure::Room => reasons.push(ReasonCode::SeenInRoom),
        Exposure::Nobody if waits_unseen => {}
        Exposure::Nobody => reasons.push(ReasonCode::HiddenAlready),
    }
    if standing.independent_reporters > 1 {
        reasons.push(ReasonCode::SeveralReporters);
    }
    if standing.reporter_record > 2 {
        reasons.push(ReasonCode::ReporterOftenRight);
    }
    reasons
}

fn category_reason(category: Category, level: Level) -> ReasonCode {
    match category {
        Category::Danger => ReasonCode::DangerToLife,
        Category::Confidentiality if level > category.level() => ReasonCode::CaughtBeforehand,
        Category::Confidentiality => ReasonCode::BreachOfConfidentiality,
        Category::Grooming => ReasonCode::Grooming,
        Category::SelfHarmContent => ReasonCode::HarmfulContent,
        Category::Harassment => ReasonCode::ThreatOrHarassment,
        Category::Hate => ReasonCode::Hate,
        Category::Appeal => ReasonCode::AppealWaits,
        Category::Submission => ReasonCode::AuthorWaits,
        Category::Spam => ReasonCode::Spam,
        Category::Other => ReasonCode::OtherReason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Coded;
    use proptest::prelude::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_268_800 + seconds, 0).unwrap()
    }

    fn plain() -> Standing {
        Standing {
            level: Level::THREE,
            due_at: at(3_600),
            exposure: Exposure::Members,
            independent_reporters: 1,
            reporter_record: 0,
            created_at: at(0),
            id: 7,
        }
    }

    #[test]
    fn each_part_decides_only_when_all_before_it_are_equal() {
        let a = plain();
        // Each of these comes before `a` by one part and after it by every later part.
        let worse = Standing { due_at: at(9_999), exposure: Exposure::Nobody, ..a };
        assert!(Standing { level: Level::TWO, ..worse } < a);
        assert!(Standing { due_at: at(3_599), exposure: Exposure::Nobody, ..a } < a);
        assert!(Standing { exposure: Exposure::Visitors, independent_reporters: 0, ..a } < a);
        assert!(Standing { independent_reporters: 2, reporter_record: -9, ..a } < a);
        assert!(Standing { reporter_record: 1, created_at: at(9), ..a } < a);
        assert!(Standing { created_at: at(-1), id: 9, ..a } < a);
        assert!(Standing { id: 6, ..a } < a);
    }

    #[test]
    fn reasons_stand_in_the_order_in_which_they_weigh() {
        let standing = Standing {
            level: Level::ONE,
            due_at: at(0),
            exposure: Exposure::Visitors,
            independent_reporters: 3,
            ..plain()
        };
        assert_eq!(
            order_reasons(&standing, Category::Danger, false, at(0)),
            [ReasonCode::DangerToLife, ReasonCode::Overdue, ReasonCode::SeenByVisitors, ReasonCode::SeveralReporters]
        );
    }

    #[test]
    fn held_personal_data_and_submissions_say_that_nobody_saw_them() {
        let held = Standing { level: Level::FOUR, exposure: Exposure::Nobody, ..plain() };
        assert_eq!(
            order_reasons(&held, Category::Confidentiality, false, at(0)),
            [ReasonCode::CaughtBeforehand, ReasonCode::HiddenAlready]
        );
        assert_eq!(order_reasons(&held, Category::Submission, false, at(0)), [ReasonCode::AuthorWaits]);
    }

    #[test]
    fn the_rank_of_an_exposure_orders_as_the_exposure_does() {
        let ranks: Vec<i16> = Exposure::ALL.iter().map(|exposure| exposure.rank()).collect();
        assert!(ranks.is_sorted());
    }

    fn any_standing() -> impl Strategy<Value = Standing> {
        (1u8..=5, 0i64..3, 0usize..4, 0u32..3, -1i32..2, 0i64..3, 0u128..3).prop_map(
            |(level, due, exposure, reporters, record, created, id)| Standing {
                level: Level::new(level).unwrap(),
                due_at: at(due),
                exposure: Exposure::ALL[exposure],
                independent_reporters: reporters,
                reporter_record: record,
                created_at: at(created),
                id,
            },
        )
    }

    proptest! {
        #[test]
        fn the_order_is_total_antisymmetric_and_transitive(
            a in any_standing(), b in any_standing(), c in any_standing()
        ) {
            prop_assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
            prop_assert_eq!(a.cmp(&b) == Ordering::Equal, a == b);
            if a <= b && b <= c {
                prop_assert!(a <= c);
            }
        }
    }
}
