//! The table of what a finding leads to: what a coordinator may choose, and what stands fast whatever is chosen.

use moderation::policy::{
    ALLOW, CaseRule, Facts, FindingCategory as Found, Override, Policy, Rule, ScreenAction, Severity, Surface,
    TextAction, default_rule,
};
use moderation::{Category, Coded, Level};
use serde::{Deserialize, Serialize};

/// Kinds of space for which a coordinator chooses.
pub(super) const SPACES: [Surface; 3] = [Surface::Post, Surface::Chat, Surface::StaffCopy];

/// One choice of a coordinator that differs from the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Change {
    pub(super) surface: Surface,
    pub(super) category: Found,
    pub(super) severity: Severity,
    pub(super) action: TextAction,
}

impl Change {
    /// Whether it may be chosen at all.
    pub(super) fn is_allowed(&self) -> bool {
        is_looked_for(self.surface, self.category) && choices(self.category, self.severity).contains(&self.action)
    }

    fn to_override(self) -> Override {
        Override {
            surface: Some(self.surface),
            category: self.category,
            severity: Some(self.severity),
            rule: rule_for(self.category, self.severity, self.action),
        }
    }
}

/// Words that put people off are looked for in copy of staff, and only they.
pub(super) fn is_looked_for(surface: Surface, category: Found) -> bool {
    SPACES.contains(&surface) && (surface == Surface::StaffCopy) == (category == Found::Stigma)
}

/// What may be chosen for a finding, mildest first. A single one stands fast.
pub(super) fn choices(category: Found, severity: Severity) -> &'static [TextAction] {
    use TextAction::{Allow, HideFromPeers, Hold, ShowHelp, TellAuthor};
    let high = severity == Severity::High;
    match category {
        Found::Cpr | Found::BankAccount => &[Hold],
        _ if category.is_crisis() => {
            if high {
                &[HideFromPeers]
            } else {
                &[ShowHelp, Hold]
            }
        }
        _ if category.is_way_to_somebody() => &[TellAuthor, Hold],
        _ if category.is_personal() => &[Allow, TellAuthor, Hold],
        Found::Grooming | Found::Harassment | Found::Hate | Found::MethodInfo | Found::ProEd if high => &[Hold],
        Found::Grooming => &[TellAuthor, Hold],
        Found::MethodInfo | Found::ProEd => &[ShowHelp, Hold],
        Found::Stigma => &[Allow, TellAuthor],
        _ => &[Allow, TellAuthor, Hold],
    }
}

fn plain(category: Found, severity: Severity) -> Facts {
    Facts { category, severity, certain: false, about_other: false }
}

/// The whole rule behind a choice: help and case are those of the default, as far as they fit the choice.
fn rule_for(category: Found, severity: Severity, action: TextAction) -> Rule {
    let default = default_rule(&plain(category, severity));
    if action == default.text {
        return default;
    }
    let danger = CaseRule { category: Category::Danger, level: Level::TWO };
    let case = match action {
        TextAction::Allow | TextAction::ShowHelp => None,
        _ if category.is_crisis() => default.case.or(Some(danger)),
        _ => default.case,
    };
    let action_word = match action {
        TextAction::Allow => ScreenAction::Allow,
        TextAction::ShowHelp => ScreenAction::ShowHelp,
        TextAction::TellAuthor => ScreenAction::WarnAuthor,
        TextAction::Hold => ScreenAction::HoldReview,
        TextAction::HideFromPeers => ScreenAction::UrgentCase,
    };
    Rule { text: action, help: default.help, case, action: action_word }
}

/// The policy with these choices; one that is not allowed (any more) is left out.
pub(super) fn policy(changes: &[Change]) -> Policy {
    Policy::new(changes.iter().copied().filter(Change::is_allowed).map(Change::to_override).collect())
}

/// What a finding leads to at least, whatever is chosen: danger shows help, numbers of the state and of banks are held,
/// and so is what certainly is somebody else's.
fn floor(facts: &Facts) -> Rule {
    let is_theirs = facts.category.is_way_to_somebody() && facts.about_other && facts.certain;
    if is_theirs || choices(facts.category, facts.severity).len() == 1 {
        default_rule(facts)
    } else if facts.category.is_crisis() {
        default_rule(&plain(facts.category, Severity::Low))
    } else {
        ALLOW
    }
}

/// What all findings of a text lead to together.
pub(super) fn verdict(policy: &Policy, surface: Surface, findings: impl IntoIterator<Item = Facts>) -> Rule {
    findings.into_iter().map(|facts| policy.rule(surface, &facts).joined(floor(&facts))).fold(ALLOW, Rule::joined)
}

/// A line of the table.
pub(super) struct Row {
    pub(super) surface: Surface,
    pub(super) category: Found,
    pub(super) severity: Severity,
    pub(super) rule: Rule,
    pub(super) default: TextAction,
}

/// Every line, as the policy stands.
pub(super) fn rows(policy: &Policy) -> Vec<Row> {
    let mut rows = Vec::new();
    for surface in SPACES {
        for &category in Found::ALL.iter().filter(|category| is_looked_for(surface, **category)) {
            for &severity in Severity::ALL {
                let facts = plain(category, severity);
                rows.push(Row {
                    surface,
                    category,
                    severity,
                    rule: verdict(policy, surface, [facts]),
                    default: default_rule(&facts).text,
                });
            }
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_default_may_be_chosen() {
        for row in rows(&Policy::default()) {
            assert!(choices(row.category, row.severity).contains(&row.default), "{} {}", row.category, row.severity);
            assert_eq!(row.rule, default_rule(&plain(row.category, row.severity)));
        }
    }

    #[test]
    fn no_choice_takes_help_from_danger_blocks_it_or_lets_a_cpr_number_out() {
        for surface in SPACES {
            for &category in Found::ALL {
                for &severity in Severity::ALL {
                    for &action in TextAction::ALL {
                        let policy = policy(&[Change { surface, category, severity, action }]);
                        let rule = verdict(&policy, surface, [plain(category, severity)]);
                        if category.is_crisis() {
                            assert!(rule.help && rule.text != TextAction::TellAuthor, "{category} {severity} {action}");
                        }
                        if matches!(category, Found::Cpr | Found::BankAccount) {
                            assert!(rule.text >= TextAction::Hold, "{category} {severity} {action}");
                        }
                        // What the author may send all the same goes to somebody, unless it was advice on words.
                        if rule.text == TextAction::TellAuthor && category != Found::Stigma {
                            assert!(rule.case.is_some(), "{category} {severity}");
                        }
                        if rule.text >= TextAction::Hold {
                            assert!(rule.case.is_some(), "{category} {severity}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_certainly_somebody_elses_is_held_whatever_is_chosen() {
        let change = Change {
            surface: Surface::Chat,
            category: Found::Phone,
            severity: Severity::Medium,
            action: TextAction::TellAuthor,
        };
        let theirs = Facts { certain: true, about_other: true, ..plain(Found::Phone, Severity::Medium) };
        assert_eq!(verdict(&policy(&[change]), Surface::Chat, [theirs]).text, TextAction::Hold);
    }
}
