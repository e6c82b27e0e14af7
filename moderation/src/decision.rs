//! Decisions: what may be decided where, what it must say, and what it makes of the text.

use chrono::{DateTime, Utc};

use crate::FieldError;
use crate::case::Source;
use crate::coded::coded_enum;
use crate::content::ContentState;
use crate::limits;
use crate::redaction::{self, RedactionSpan};
use crate::sanction::Sanction;

coded_enum! {
    /// What a decision does.
    pub enum Action {
        /// Nothing is wrong; lifts automatic hiding only.
        Dismiss = "dismiss",
        /// The text stays as it is; a sanction may go with it.
        Keep = "keep",
        /// Spans of the text are replaced.
        Redact = "redact",
        /// The text is hidden and can come back.
        Hide = "hide",
        /// The text is taken away.
        Remove = "remove",
        /// The text comes back.
        Restore = "restore",
        /// A coordinator is asked.
        Escalate = "escalate",
        /// A submission is published.
        Approve = "approve",
        /// A submission goes back to its author with a word.
        RequestChanges = "request_changes",
        /// An appealed decision stands.
        Uphold = "uphold",
        /// An appealed decision is undone.
        Overturn = "overturn",
    }
}

/// What may be decided in a case from this source about a text in this state; `None` stands for
/// a case about an account.
#[must_use]
pub const fn allowed_actions(source: Source, state: Option<ContentState>) -> &'static [Action] {
    use Action::{Approve, Dismiss, Escalate, Hide, Keep, Overturn, Redact, Remove, RequestChanges, Restore, Uphold};
    use ContentState as State;
    match (source, state) {
        (Source::Appeal, _) => &[Uphold, Overturn, Escalate],
        // The edit of a published post is a submission while the post itself stays live.
        (Source::Submission, Some(State::Submitted | State::InReview | State::Live | State::Redacted)) => {
            &[Approve, RequestChanges, Escalate]
        }
        (Source::Submission, Some(State::HiddenPending | State::Hidden)) => &[RequestChanges, Escalate],
        (Source::Submission, _) => &[Escalate],
        (Source::Report | Source::Screening, Some(State::Live)) => &[Dismiss, Keep, Redact, Hide, Remove, Escalate],
        (Source::Report | Source::Screening, Some(State::HiddenPending | State::Redacted)) => {
            &[Dismiss, Keep, Redact, Hide, Remove, Restore, Escalate]
        }
        (Source::Report | Source::Screening, Some(State::Hidden)) => {
            &[Dismiss, Keep, Redact, Remove, Restore, Escalate]
        }
        (Source::Report | Source::Screening, Some(State::Removed)) => &[Dismiss, Keep, Restore, Escalate],
        (
            Source::Report | Source::Screening,
            None | Some(State::Draft | State::Submitted | State::InReview | State::Deleted | State::Purged),
        ) => &[Dismiss, Keep, Escalate],
    }
}

impl Action {
    /// Whether the statement may do without the rule that was broken.
    #[must_use]
    pub const fn may_omit_rule(self) -> bool {
        matches!(self, Self::Dismiss | Self::Keep | Self::Approve)
    }

    /// Whether a sanction may go with it.
    #[must_use]
    pub const fn may_sanction(self) -> bool {
        matches!(self, Self::Keep | Self::Redact | Self::Hide | Self::Remove)
    }

    /// What it makes of a text in this state. Overturning is not answered here: it brings back
    /// the state before the appealed decision, which the caller knows.
    #[must_use]
    pub const fn state_after(self, state: ContentState) -> ContentState {
        match (self, state) {
            (Self::Dismiss | Self::Keep, ContentState::HiddenPending) | (Self::Restore, _) | (Self::Approve, _) => {
                ContentState::Live
            }
            (Self::Redact, _) => ContentState::Redacted,
            (Self::Hide, _) => ContentState::Hidden,
            (Self::Remove, _) => ContentState::Removed,
            (Self::RequestChanges, ContentState::Submitted | ContentState::InReview) => ContentState::Draft,
            (
                Self::Dismiss | Self::Keep | Self::Escalate | Self::RequestChanges | Self::Uphold | Self::Overturn,
                state,
            ) => state,
        }
    }
}

/// A decision as asked for.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// What it does.
    pub action: Action,
    /// What it lays on the author.
    pub sanction: Option<Sanction>,
    /// The rule that was broken.
    pub rule: Option<&'a str>,
    /// What the person reads: facts and reasons.
    pub statement: &'a str,
    /// Which spans are replaced.
    pub redactions: &'a [RedactionSpan],
}

/// What the decision is about.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// What the case came from.
    pub source: Source,
    /// State of the text; `None` for an account.
    pub state: Option<ContentState>,
    /// Length of the current Markdown in Unicode scalar values.
    pub text_len: usize,
    /// Ids of the house rules.
    pub rules: &'a [&'a str],
    /// The moment of the decision.
    pub now: DateTime<Utc>,
}

/// Everything that is wrong with a decision, at once; empty when it may stand.
#[must_use]
pub fn validate_decision(draft: &Draft<'_>, about: &Circumstances<'_>) -> Vec<FieldError> {
    let mut errors = Vec::new();
    if !allowed_actions(about.source, about.state).contains(&draft.action) {
        errors.push(FieldError::new("action", "not_allowed_here"));
    }
    errors.extend(rule_problem(draft, about.rules));
    errors.extend(statement_problem(draft.statement));
    if let Some(sanction) = draft.sanction {
        if !draft.action.may_sanction() {
            errors.push(FieldError::new("sanction", "not_with_this_action"));
        }
        errors.extend(sanction.problem(about.now));
    }
    match (draft.action, draft.redactions) {
        (Action::Redact, []) => errors.push(FieldError::new("redactions", "required")),
        (Action::Redact, spans) => errors.extend(redaction::problems(spans, about.text_len)),
        (_, []) => {}
        (_, _) => errors.push(FieldError::new("redactions", "only_for_redact")),
    }
    errors
}

/// What is wrong with the words of a decision of which something else cannot be read; none: that is the statement.
#[must_use]
pub fn words_problems(rule: Option<&str>, statement: Option<&str>, rules: &[&str]) -> Vec<FieldError> {
    let rule = rule.filter(|rule| !rules.contains(rule)).map(|_| FieldError::new("rule", "unknown"));
    rule.into_iter().chain(statement.and_then(statement_problem)).collect()
}

fn rule_problem(draft: &Draft<'_>, rules: &[&str]) -> Option<FieldError> {
    match draft.rule {
        None if draft.action.may_omit_rule() => None,
        None => Some(FieldError::new("rule", "required")),
        Some(rule) if rules.contains(&rule) => None,
        Some(_) => Some(FieldError::new("rule", "unknown")),
    }
}

fn statement_problem(statement: &str) -> Option<FieldError> {
    match statement.trim().chars().count() {
        0 => Some(FieldError::new("statement", "empty")),
        1..=limits::NOTE_MAX => None,
        _ => Some(FieldError::new("statement", "too_long")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Coded;
    use crate::sanction::SanctionKind;
    use chrono::TimeDelta;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_268_800, 0).unwrap()
    }

    fn about_live() -> Circumstances<'static> {
        Circumstances {
            source: Source::Report,
            state: Some(ContentState::Live),
            text_len: 20,
            rules: &["privacy", "kindness"],
            now: noon(),
        }
    }

    fn hiding() -> Draft<'static> {
        Draft {
            action: Action::Hide,
            sanction: None,
            rule: Some("privacy"),
            statement: "Teksten nævner en anden ved navn.",
            redactions: &[],
        }
    }

    fn errors(draft: &Draft<'_>, about: &Circumstances<'_>) -> Vec<(String, &'static str)> {
        validate_decision(draft, about).into_iter().map(|error| (error.field.into_owned(), error.code)).collect()
    }

    #[test]
    fn a_complete_decision_stands() {
        assert_eq!(errors(&hiding(), &about_live()), []);
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let span = RedactionSpan { start: 0, end: 1, replacement: None };
        let draft = Draft {
            action: Action::Approve,
            sanction: Some(Sanction { kind: SanctionKind::Mute, until: Some(noon()) }),
            rule: Some("nonsense"),
            statement: " ",
            redactions: &[span],
        };
        let expected = [
            ("action", "not_allowed_here"),
            ("rule", "unknown"),
            ("statement", "empty"),
            ("sanction", "not_with_this_action"),
            ("sanction.until", "not_in_future"),
            ("redactions", "only_for_redact"),
        ];
        let expected: Vec<_> = expected.into_iter().map(|(f, c)| (f.to_owned(), c)).collect();
        assert_eq!(errors(&draft, &about_live()), expected);
    }

    #[test]
    fn the_rule_may_be_left_out_for_dismiss_keep_and_approve_only() {
        for &action in Action::ALL {
            let draft = Draft { action, rule: None, ..hiding() };
            let missing = validate_decision(&draft, &about_live()).contains(&FieldError::new("rule", "required"));
            let optional = matches!(action, Action::Dismiss | Action::Keep | Action::Approve);
            assert_eq!(missing, !optional, "{action}");
        }
    }

    #[test]
    fn a_statement_of_four_thousand_characters_is_the_longest() {
        let long = "ø".repeat(4_000);
        assert_eq!(errors(&Draft { statement: &long, ..hiding() }, &about_live()), []);
        let longer = "ø".repeat(4_001);
        let found = errors(&Draft { statement: &longer, ..hiding() }, &about_live());
        assert_eq!(found, [("statement".to_owned(), "too_long")]);
    }

    #[test]
    fn redacting_needs_spans_within_the_text() {
        let draft = Draft { action: Action::Redact, ..hiding() };
        assert_eq!(errors(&draft, &about_live()), [("redactions".to_owned(), "required")]);
        let span = RedactionSpan { start: 3, end: 20, replacement: None };
        assert_eq!(errors(&Draft { redactions: &[span], ..draft }, &about_live()), []);
    }

    #[test]
    fn a_sanction_goes_with_keep_but_not_with_dismiss() {
        let until = Some(noon() + TimeDelta::days(3));
        let sanction = Some(Sanction { kind: SanctionKind::Mute, until });
        let keep = Draft { action: Action::Keep, sanction, ..hiding() };
        assert_eq!(errors(&keep, &about_live()), []);
        let dismiss = Draft { action: Action::Dismiss, ..keep };
        assert_eq!(errors(&dismiss, &about_live()), [("sanction".to_owned(), "not_with_this_action")]);
    }

    #[test]
    fn each_source_offers_its_own_actions() {
        let live = Some(ContentState::Live);
        assert!(allowed_actions(Source::Submission, Some(ContentState::Submitted)).contains(&Action::Approve));
        assert!(!allowed_actions(Source::Report, live).contains(&Action::Approve));
        assert!(!allowed_actions(Source::Report, live).contains(&Action::Restore));
        assert!(allowed_actions(Source::Screening, Some(ContentState::Hidden)).contains(&Action::Restore));
        assert!(!allowed_actions(Source::Report, None).contains(&Action::Hide));
        assert!(!allowed_actions(Source::Report, Some(ContentState::Purged)).contains(&Action::Restore));
        for &source in Source::ALL {
            for state in ContentState::ALL.iter().copied().map(Some).chain([None]) {
                let actions = allowed_actions(source, state);
                assert!(actions.contains(&Action::Escalate), "{source} {state:?}");
                assert_eq!(actions.contains(&Action::Overturn), source == Source::Appeal);
            }
        }
    }

    #[test]
    fn dismissing_lifts_automatic_hiding_only() {
        assert_eq!(Action::Dismiss.state_after(ContentState::HiddenPending), ContentState::Live);
        assert_eq!(Action::Dismiss.state_after(ContentState::Hidden), ContentState::Hidden);
        assert_eq!(Action::Escalate.state_after(ContentState::HiddenPending), ContentState::HiddenPending);
        assert_eq!(Action::RequestChanges.state_after(ContentState::Live), ContentState::Live);
        assert_eq!(Action::RequestChanges.state_after(ContentState::InReview), ContentState::Draft);
    }
}
