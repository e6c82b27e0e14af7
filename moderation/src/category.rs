//! What a case is about, how grave it is, how soon it is due and who may handle it.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use crate::coded::coded_enum;

coded_enum! {
    /// What a case is about.
    pub enum Category {
        /// A life is in danger.
        Danger = "danger",
        /// Personal data, or somebody's story, got out.
        Confidentiality = "confidentiality",
        /// An adult or stranger seeks contact with a young person to use them.
        Grooming = "grooming",
        /// Harassment or a threat.
        Harassment = "harassment",
        /// Contempt for a group of people.
        Hate = "hate",
        /// Methods of self-harm, or praise of eating disorders.
        SelfHarmContent = "self_harm_content",
        /// A text that waits to be published.
        Submission = "submission",
        /// Advertising and fraud.
        Spam = "spam",
        /// What fits nowhere else.
        Other = "other",
        /// Somebody asks that a decision about them be looked at again.
        Appeal = "appeal",
    }
}

coded_enum! {
    /// What a person may give as the reason of a report.
    pub enum ReportReason {
        /// A life is in danger.
        Danger = "danger",
        /// Personal data, or somebody's story, got out.
        Confidentiality = "confidentiality",
        /// Somebody seeks contact in a way that is not right.
        Grooming = "grooming",
        /// Harassment or a threat.
        Harassment = "harassment",
        /// Contempt for a group of people.
        Hate = "hate",
        /// Methods of self-harm, or praise of eating disorders.
        SelfHarmContent = "self_harm_content",
        /// Advertising and fraud.
        Spam = "spam",
        /// What fits nowhere else.
        Other = "other",
    }
}

coded_enum! {
    /// A proof of training that some categories ask of whoever handles them.
    pub enum Certificate {
        /// Life in danger and self-harm.
        Danger = "danger",
        /// Breaches of confidentiality.
        Confidentiality = "confidentiality",
        /// Grooming.
        Grooming = "grooming",
    }
}

/// How grave a case is, 1 (a life is in danger) to 5; smaller comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Level(u8);

impl Level {
    /// A life is in danger.
    pub const ONE: Self = Self(1);
    /// Breach of confidentiality, grooming, harmful content.
    pub const TWO: Self = Self(2);
    /// Threats, harassment, hate, appeals.
    pub const THREE: Self = Self(3);
    /// Submissions, spam, held personal data.
    pub const FOUR: Self = Self(4);
    /// Everything else.
    pub const FIVE: Self = Self(5);

    /// The level with this number, 1 to 5.
    #[must_use]
    pub const fn new(number: u8) -> Option<Self> {
        match number {
            1..=5 => Some(Self(number)),
            _ => None,
        }
    }

    /// The number, 1 to 5.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Level {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        Self::new(number).ok_or("a level is 1 to 5")
    }
}

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        level.number()
    }
}

impl Category {
    /// The queue's level; one of the community's defaults.
    #[must_use]
    pub const fn level(self) -> Level {
        match self {
            Self::Danger => Level::ONE,
            Self::Confidentiality | Self::Grooming | Self::SelfHarmContent => Level::TWO,
            Self::Harassment | Self::Hate | Self::Appeal => Level::THREE,
            Self::Submission | Self::Spam => Level::FOUR,
            Self::Other => Level::FIVE,
        }
    }

    /// How long after the first report a decision is due; a default that a community may change.
    #[must_use]
    pub const fn due_after(self) -> TimeDelta {
        TimeDelta::minutes(match self {
            Self::Danger => 15,
            Self::Confidentiality | Self::Grooming | Self::SelfHarmContent => 60,
            Self::Harassment | Self::Hate => 4 * 60,
            Self::Submission | Self::Spam => 24 * 60,
            Self::Other | Self::Appeal => 72 * 60,
        })
    }

    /// The certificate that handling such a case takes. An appeal takes that of the decision it is
    /// about, which the caller passes on; by itself it takes none.
    #[must_use]
    pub const fn certificate(self) -> Option<Certificate> {
        match self {
            Self::Danger | Self::SelfHarmContent => Some(Certificate::Danger),
            Self::Confidentiality => Some(Certificate::Confidentiality),
            Self::Grooming => Some(Certificate::Grooming),
            Self::Harassment | Self::Hate | Self::Submission | Self::Spam | Self::Other | Self::Appeal => None,
        }
    }

    /// Whether a report from somebody in good standing hides such a text at once.
    #[must_use]
    pub const fn hides_on_report(self) -> bool {
        matches!(self, Self::Danger | Self::Confidentiality | Self::Grooming)
    }

    /// Whether a certain finding of screening hides such a text at once.
    #[must_use]
    pub const fn hides_on_certain_finding(self) -> bool {
        self.hides_on_report() || matches!(self, Self::SelfHarmContent)
    }

    /// How close to the top this category stands among others of its level.
    const fn weight(self) -> u8 {
        match self {
            Self::Danger => 0,
            Self::Confidentiality => 1,
            Self::Grooming => 2,
            Self::SelfHarmContent => 3,
            Self::Harassment => 4,
            Self::Hate => 5,
            Self::Appeal => 6,
            Self::Submission => 7,
            Self::Spam => 8,
            Self::Other => 9,
        }
    }
}

impl From<ReportReason> for Category {
    fn from(reason: ReportReason) -> Self {
        match reason {
            ReportReason::Danger => Self::Danger,
            ReportReason::Confidentiality => Self::Confidentiality,
            ReportReason::Grooming => Self::Grooming,
            ReportReason::Harassment => Self::Harassment,
            ReportReason::Hate => Self::Hate,
            ReportReason::SelfHarmContent => Self::SelfHarmContent,
            ReportReason::Spam => Self::Spam,
            ReportReason::Other => Self::Other,
        }
    }
}

/// The graver of two categories: what a case becomes when a further report names another reason.
#[must_use]
pub const fn graver(a: Category, b: Category) -> Category {
    if b.weight() < a.weight() { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Coded;

    #[test]
    fn defaults_are_those_of_the_rights_table() {
        let table = [
            (Category::Danger, 1, 15, Some(Certificate::Danger), true, true),
            (Category::Confidentiality, 2, 60, Some(Certificate::Confidentiality), true, true),
            (Category::Grooming, 2, 60, Some(Certificate::Grooming), true, true),
            (Category::Harassment, 3, 240, None, false, false),
            (Category::Hate, 3, 240, None, false, false),
            (Category::SelfHarmContent, 2, 60, Some(Certificate::Danger), false, true),
            (Category::Submission, 4, 1440, None, false, false),
            (Category::Spam, 4, 1440, None, false, false),
            (Category::Other, 5, 4320, None, false, false),
            (Category::Appeal, 3, 4320, None, false, false),
        ];
        assert_eq!(table.len(), Category::ALL.len());
        for (category, level, minutes, certificate, on_report, on_finding) in table {
            assert_eq!(category.level().number(), level, "{category}");
            assert_eq!(category.due_after().num_minutes(), minutes, "{category}");
            assert_eq!(category.certificate(), certificate, "{category}");
            assert_eq!(category.hides_on_report(), on_report, "{category}");
            assert_eq!(category.hides_on_certain_finding(), on_finding, "{category}");
        }
    }

    #[test]
    fn the_graver_category_never_has_the_higher_level_number() {
        for &a in Category::ALL {
            for &b in Category::ALL {
                let result = graver(a, b);
                assert_eq!(result, graver(b, a));
                assert_eq!(result.level(), a.level().min(b.level()));
            }
        }
    }

    #[test]
    fn a_level_outside_one_to_five_is_refused() {
        assert_eq!(Level::new(0), None);
        assert_eq!(Level::new(6), None);
        assert_eq!(serde_json::from_str::<Level>("3").unwrap(), Level::THREE);
        assert!(serde_json::from_str::<Level>("9").is_err());
    }
}
