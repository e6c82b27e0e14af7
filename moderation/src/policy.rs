//! What a finding of screening leads to: a table, as data, that a community may change for each
//! kind of place.

use serde::{Deserialize, Serialize};

use crate::coded::coded_enum;
use crate::{Category, Level};

coded_enum! {
    /// What a program may find in a text.
    pub enum FindingCategory {
        /// Danish civil registration number.
        Cpr = "cpr",
        /// Account or card number.
        BankAccount = "bank_account",
        /// Phone number.
        Phone = "phone",
        /// E-mail address.
        Email = "email",
        /// Street address.
        Address = "address",
        /// Name on another service.
        Handle = "handle",
        /// Name of a person.
        PersonName = "person_name",
        /// Name of somebody who works with the author.
        Caseworker = "caseworker",
        /// School or class.
        School = "school",
        /// Place of work.
        Workplace = "workplace",
        /// Licence plate.
        LicencePlate = "licence_plate",
        /// Web address.
        Url = "url",
        /// Geographical position.
        Coordinates = "coordinates",
        /// Thoughts or plans of taking one's life.
        Suicide = "suicide",
        /// Hurting oneself.
        SelfHarm = "self_harm",
        /// Being hurt or used by somebody.
        Abuse = "abuse",
        /// Having taken too much of something.
        Overdose = "overdose",
        /// Running away, or having nowhere to sleep.
        RunningAway = "running_away",
        /// Contact-seeking that is not right.
        Grooming = "grooming",
        /// Contempt for a group of people.
        Hate = "hate",
        /// Harassment or a threat.
        Harassment = "harassment",
        /// Advertising and fraud.
        Spam = "spam",
        /// Details of methods.
        MethodInfo = "method_info",
        /// Praise of eating disorders.
        ProEd = "pro_ed",
        /// Words that put people off, in copy that staff write.
        Stigma = "stigma",
    }
}

impl FindingCategory {
    /// Whether it can tell who somebody is.
    #[must_use]
    pub const fn is_personal(self) -> bool {
        matches!(
            self,
            Self::Cpr
                | Self::BankAccount
                | Self::Phone
                | Self::Email
                | Self::Address
                | Self::Handle
                | Self::PersonName
                | Self::Caseworker
                | Self::School
                | Self::Workplace
                | Self::LicencePlate
                | Self::Url
                | Self::Coordinates
        )
    }

    /// Whether one can reach or find somebody by it, without asking anybody.
    #[must_use]
    pub const fn is_way_to_somebody(self) -> bool {
        matches!(
            self,
            Self::Phone | Self::Email | Self::Address | Self::Handle | Self::LicencePlate | Self::Coordinates
        )
    }

    /// Whether it is about somebody who may be in danger.
    #[must_use]
    pub const fn is_crisis(self) -> bool {
        matches!(self, Self::Suicide | Self::SelfHarm | Self::Abuse | Self::Overdose | Self::RunningAway)
    }
}

coded_enum! {
    /// How grave a finding is.
    pub enum Severity {
        /// Worth a word.
        Low = "low",
        /// Worth a look before others read it.
        Medium = "medium",
        /// Worth a person at once.
        High = "high",
    }
}

coded_enum! {
    /// Where a text is written.
    pub enum Surface {
        /// Posts, threads, replies, comments.
        Post = "post",
        /// Chat messages.
        Chat = "chat",
        /// Pseudonyms.
        Nickname = "nickname",
        /// Public words of staff: rules, pages, room names.
        StaffCopy = "staff_copy",
        /// Captions of pictures.
        ImageCaption = "image_caption",
    }
}

coded_enum! {
    /// What happens to the text, mildest first.
    pub enum TextAction {
        /// It is published.
        Allow = "allow",
        /// It is published, and its author sees where to find help.
        ShowHelp = "show_help",
        /// Its author is told before it is sent, with a suggestion.
        TellAuthor = "tell_author",
        /// It waits for a person, hidden from others.
        Hold = "hold",
        /// It is hidden from peers, not from its author, and a person is called at once.
        HideFromPeers = "hide_from_peers",
    }
}

coded_enum! {
    /// The one word for what a text leads to, mildest first.
    pub enum ScreenAction {
        /// Nothing.
        Allow = "allow",
        /// Help is shown.
        ShowHelp = "show_help",
        /// The author is told.
        WarnAuthor = "warn_author",
        /// A person looks before others read it.
        HoldReview = "hold_review",
        /// A person is called at once.
        UrgentCase = "urgent_case",
    }
}

/// The case that a finding opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRule {
    /// What the case is about.
    pub category: Category,
    /// How grave it is.
    pub level: Level,
}

/// What a finding leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// What happens to the text.
    pub text: TextAction,
    /// Whether the author sees where to find help.
    #[serde(default)]
    pub help: bool,
    /// The case that is opened, if any.
    #[serde(default)]
    pub case: Option<CaseRule>,
    /// The one word for it.
    pub action: ScreenAction,
}

/// Where a rule differs from the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Only there; everywhere when left out.
    #[serde(default)]
    pub surface: Option<Surface>,
    /// For findings of this category.
    pub category: FindingCategory,
    /// Only of this severity; of each when left out.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// What holds instead.
    pub rule: Rule,
}

/// The facts about one finding that policy looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// What was found.
    pub category: FindingCategory,
    /// How grave.
    pub severity: Severity,
    /// Whether the finding is certain.
    pub certain: bool,
    /// Whether it is clearly about somebody else than the author.
    pub about_other: bool,
}

/// The defaults together with what a community has changed; the last override that fits counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Policy {
    overrides: Vec<Override>,
}

impl Policy {
    /// The defaults with these changes.
    #[must_use]
    pub const fn new(overrides: Vec<Override>) -> Self {
        Self { overrides }
    }

    /// What this finding leads to there.
    #[must_use]
    pub fn rule(&self, surface: Surface, facts: &Facts) -> Rule {
        let fits = |change: &&Override| {
            change.category == facts.category
                && change.surface.is_none_or(|only| only == surface)
                && change.severity.is_none_or(|only| only == facts.severity)
        };
        let changed = self.overrides.iter().rev().find(fits);
        changed.map_or_else(|| default_rule(facts), |change| change.rule)
    }

    /// What all findings of a text lead to together: the strongest of each part.
    #[must_use]
    pub fn verdict(&self, surface: Surface, findings: impl IntoIterator<Item = Facts>) -> Rule {
        findings.into_iter().map(|facts| self.rule(surface, &facts)).fold(ALLOW, Rule::joined)
    }
}

/// Nothing happens.
pub const ALLOW: Rule = Rule { text: TextAction::Allow, help: false, case: None, action: ScreenAction::Allow };

impl Rule {
    const fn new(text: TextAction, action: ScreenAction) -> Self {
        Self { text, help: false, case: None, action }
    }

    const fn with_help(self) -> Self {
        Self { help: true, ..self }
    }

    const fn with_case(self, category: Category, level: Level) -> Self {
        Self { case: Some(CaseRule { category, level }), ..self }
    }

    /// Both rules at once: the stronger of each part, and of two cases the graver.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let case = match (self.case, other.case) {
            (Some(a), Some(b)) if b.level < a.level => Some(b),
            (Some(a), Some(b)) if b.level == a.level => {
                Some(CaseRule { category: crate::category::graver(a.category, b.category), ..a })
            }
            (a, b) => a.or(b),
        };
        Self {
            text: self.text.max(other.text),
            help: self.help || other.help,
            case,
            action: self.action.max(other.action),
        }
    }

    /// What holds when the author was told and sends the text unchanged all the same: held where
    /// the rule knows a case for it, published where it was only advice on wording.
    #[must_use]
    pub fn after_confirmation(self) -> Self {
        match (self.text, self.case) {
            (TextAction::TellAuthor, Some(_)) => {
                Self { text: TextAction::Hold, action: ScreenAction::HoldReview, ..self }
            }
            (TextAction::TellAuthor, None) if self.help => {
                Self { text: TextAction::ShowHelp, action: ScreenAction::ShowHelp, ..self }
            }
            (TextAction::TellAuthor, None) => Self { text: TextAction::Allow, action: ScreenAction::Allow, ..self },
            _ => self,
        }
    }
}

/// The default of every community.
#[must_use]
pub fn default_rule(facts: &Facts) -> Rule {
    use FindingCategory as Found;
    let tell = Rule::new(TextAction::TellAuthor, ScreenAction::WarnAuthor);
    let hold = Rule::new(TextAction::Hold, ScreenAction::HoldReview);
    let urgent = Rule::new(TextAction::Hold, ScreenAction::UrgentCase);
    match facts.category {
        Found::Cpr | Found::BankAccount => hold.with_case(Category::Confidentiality, Level::TWO),
        // Held, for it is not the author's to give; the author is told all the same.
        _ if facts.category.is_way_to_somebody() && facts.about_other && facts.certain => {
            Rule::new(TextAction::Hold, ScreenAction::WarnAuthor).with_case(Category::Confidentiality, Level::TWO)
        }
        Found::Phone
        | Found::Email
        | Found::Address
        | Found::Handle
        | Found::PersonName
        | Found::Caseworker
        | Found::School
        | Found::Workplace
        | Found::LicencePlate
        | Found::Url
        | Found::Coordinates => tell.with_case(Category::Confidentiality, Level::FOUR),
        Found::Suicide | Found::SelfHarm | Found::Abuse | Found::Overdose | Found::RunningAway => {
            match facts.severity {
                Severity::High => Rule::new(TextAction::HideFromPeers, ScreenAction::UrgentCase)
                    .with_help()
                    .with_case(Category::Danger, Level::ONE),
                Severity::Medium => hold.with_help().with_case(Category::Danger, Level::TWO),
                Severity::Low => Rule::new(TextAction::ShowHelp, ScreenAction::ShowHelp).with_help(),
            }
        }
        Found::Grooming => match facts.severity {
            Severity::High => urgent,
            Severity::Medium => hold,
            Severity::Low => tell,
        }
        .with_case(Category::Grooming, Level::TWO),
        Found::Harassment => {
            if facts.severity == Severity::High { urgent } else { hold }.with_case(Category::Harassment, Level::THREE)
        }
        Found::Hate => hold.with_case(Category::Hate, Level::THREE),
        Found::Spam => hold.with_case(Category::Spam, Level::FOUR),
        Found::MethodInfo if facts.severity == Severity::High => {
            urgent.with_help().with_case(Category::SelfHarmContent, Level::TWO)
        }
        Found::MethodInfo | Found::ProEd => hold.with_help().with_case(Category::SelfHarmContent, Level::TWO),
        Found::Stigma => tell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Coded;

    fn facts(category: FindingCategory, severity: Severity) -> Facts {
        Facts { category, severity, certain: false, about_other: false }
    }

    fn case(rule: Rule) -> Option<(Category, u8)> {
        rule.case.map(|case| (case.category, case.level.number()))
    }

    #[test]
    fn defaults_are_those_of_the_findings_table() {
        use FindingCategory as Found;
        use Severity::{High, Low, Medium};
        use TextAction::{HideFromPeers, Hold, ShowHelp, TellAuthor};
        let table = [
            (Found::Phone, Medium, TellAuthor, false, Some((Category::Confidentiality, 4))),
            (Found::Cpr, Medium, Hold, false, Some((Category::Confidentiality, 2))),
            (Found::BankAccount, Low, Hold, false, Some((Category::Confidentiality, 2))),
            (Found::Suicide, High, HideFromPeers, true, Some((Category::Danger, 1))),
            (Found::Abuse, Medium, Hold, true, Some((Category::Danger, 2))),
            (Found::SelfHarm, Low, ShowHelp, true, None),
            (Found::Grooming, High, Hold, false, Some((Category::Grooming, 2))),
            (Found::Grooming, Medium, Hold, false, Some((Category::Grooming, 2))),
            (Found::Grooming, Low, TellAuthor, false, Some((Category::Grooming, 2))),
            (Found::Harassment, High, Hold, false, Some((Category::Harassment, 3))),
            (Found::Hate, Medium, Hold, false, Some((Category::Hate, 3))),
            (Found::Spam, Medium, Hold, false, Some((Category::Spam, 4))),
            (Found::MethodInfo, Medium, Hold, true, Some((Category::SelfHarmContent, 2))),
            (Found::ProEd, Medium, Hold, true, Some((Category::SelfHarmContent, 2))),
            (Found::Stigma, Low, TellAuthor, false, None),
        ];
        for (category, severity, text, help, expected) in table {
            let rule = default_rule(&facts(category, severity));
            assert_eq!((rule.text, rule.help, case(rule)), (text, help, expected), "{category} {severity}");
        }
    }

    #[test]
    fn data_that_is_certainly_somebody_elses_is_held() {
        let theirs = Facts { certain: true, about_other: true, ..facts(FindingCategory::Phone, Severity::Medium) };
        let rule = default_rule(&theirs);
        assert_eq!((rule.text, case(rule)), (TextAction::Hold, Some((Category::Confidentiality, 2))));
    }

    #[test]
    fn what_is_sent_again_unchanged_is_held_unless_it_was_advice_on_words() {
        let phone = default_rule(&facts(FindingCategory::Phone, Severity::Medium));
        assert_eq!(phone.after_confirmation().text, TextAction::Hold);
        assert_eq!(phone.after_confirmation().action, ScreenAction::HoldReview);
        let stigma = default_rule(&facts(FindingCategory::Stigma, Severity::Low));
        assert_eq!(stigma.after_confirmation().text, TextAction::Allow);
        let high = default_rule(&facts(FindingCategory::Suicide, Severity::High));
        assert_eq!(high.after_confirmation(), high);
    }

    #[test]
    fn danger_is_never_without_help() {
        for &category in FindingCategory::ALL.iter().filter(|category| category.is_crisis()) {
            for &severity in Severity::ALL {
                assert!(default_rule(&facts(category, severity)).help, "{category} {severity}");
            }
        }
    }

    #[test]
    fn a_verdict_takes_the_strongest_of_each_part() {
        let found = [
            facts(FindingCategory::SelfHarm, Severity::Low),
            facts(FindingCategory::Phone, Severity::Medium),
            facts(FindingCategory::Spam, Severity::Medium),
        ];
        let verdict = Policy::default().verdict(Surface::Post, found);
        assert_eq!(verdict.text, TextAction::Hold);
        assert!(verdict.help);
        assert_eq!(case(verdict), Some((Category::Confidentiality, 4)));
        assert_eq!(Policy::default().verdict(Surface::Post, []), ALLOW);
    }

    #[test]
    fn the_last_change_that_fits_counts_and_survives_json() {
        let change = |surface, rule| Override { surface, category: FindingCategory::Url, severity: None, rule };
        let hold = Rule { text: TextAction::Hold, ..ALLOW };
        let policy = Policy::new(vec![change(None, ALLOW), change(Some(Surface::Chat), hold)]);
        let json = serde_json::to_string(&policy).unwrap();
        let policy: Policy = serde_json::from_str(&json).unwrap();
        let url = facts(FindingCategory::Url, Severity::Medium);
        assert_eq!(policy.rule(Surface::Chat, &url), hold);
        assert_eq!(policy.rule(Surface::Post, &url), ALLOW);
    }
}
