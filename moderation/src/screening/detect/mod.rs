//! Detectors of what can tell who somebody is. Each reads the document once and leaves what it
//! found in view positions; overlaps are settled afterwards.

mod account;
pub(crate) mod contact;
pub(crate) mod handle;
mod handle_service;
pub(crate) mod number;
mod number_parts;
pub(crate) mod person;
mod person_name;
mod person_staff;
mod person_told;
pub(crate) mod place;
mod place_apart;
mod place_english;
mod place_parts;
pub(crate) mod position;
pub(crate) mod public_number;
pub(crate) mod school;
pub(crate) mod spelled;
pub(crate) mod work;

use super::data::Data;
use super::lexicon::Class;
use super::pattern::Marks;
use super::personal_words::Word;
use super::token::{Case, Kind, Token, Tokens};
use super::view::View;
use super::{Raw, Subject};
use crate::policy::{FindingCategory, Severity};

/// A text on its way through the detectors.
pub(crate) struct Doc<'a> {
    pub(crate) view: &'a View,
    pub(crate) tokens: &'a Tokens,
    pub(crate) marks: &'a Marks,
    pub(crate) data: &'a Data,
}

impl Doc<'_> {
    /// Whether a token has a class.
    pub(crate) fn is(&self, at: usize, class: Class) -> bool {
        self.marks.has(at, class)
    }

    /// Whether a token of this class stands within `back` before `at` or `ahead` after it, in the
    /// same sentence.
    pub(crate) fn near(&self, at: usize, back: usize, ahead: usize, class: Class) -> bool {
        let Some(here) = self.tokens.get(at) else {
            return false;
        };
        (at.saturating_sub(back)..=at + ahead)
            .any(|other| self.is(other, class) && self.tokens.get(other).is_some_and(|t| t.sentence == here.sentence))
    }

    /// Whether a token of this class stands within `back` before `at`, in this sentence or the end
    /// of the one before.
    pub(crate) fn before(&self, at: usize, back: usize, class: Class) -> bool {
        (at.saturating_sub(back)..at).any(|other| self.is(other, class))
    }

    /// Whether a token is one of the words that only these detectors read.
    pub(crate) fn says(&self, at: usize, word: Word) -> bool {
        self.tokens.get(at).is_some_and(|token| self.data.personal.has_key(token.keys.0, word))
    }

    /// Whether one of these words stands within `back` before `at`, in this sentence or the end of the one before.
    pub(crate) fn said_before(&self, at: usize, back: usize, word: Word) -> bool {
        (at.saturating_sub(back)..at).any(|other| self.says(other, word))
    }

    /// The token there, if it is a word.
    pub(crate) fn word(&self, at: usize) -> Option<&Token> {
        self.tokens.get(at).filter(|token| token.kind == Kind::Word)
    }

    /// Whether the token is a word with a capital.
    pub(crate) fn is_capital(&self, at: usize) -> bool {
        self.word(at).is_some_and(|token| token.case != Case::Lower)
    }

    /// Whether the token is this sign.
    pub(crate) fn is_sign(&self, at: usize, signs: &[char]) -> bool {
        self.tokens
            .get(at)
            .is_some_and(|token| token.kind == Kind::Sign && signs.contains(&self.view.lower(token.start)))
    }

    /// Whether a sentence begins with this token.
    pub(crate) fn begins_sentence(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else {
            return true;
        };
        at.checked_sub(1)
            .and_then(|before| self.tokens.get(before))
            .is_none_or(|before| before.sentence != token.sentence)
    }

    /// Whether the two tokens stand in the same sentence.
    pub(crate) fn same_sentence(&self, a: usize, b: usize) -> bool {
        match (self.tokens.get(a), self.tokens.get(b)) {
            (Some(a), Some(b)) => a.sentence == b.sentence,
            _ => false,
        }
    }

    /// What was found from one token to another, both included.
    pub(crate) fn raw(&self, category: FindingCategory, first: usize, last: usize, confidence: u8) -> Raw {
        let start = self.tokens.get(first).map_or(0, |token| token.start);
        let end = self.tokens.get(last).map_or(start, |token| token.end);
        Raw::new(category, start, end, confidence)
    }

    /// Whether the possessive before this place says that what follows is somebody else's.
    pub(crate) fn subject_before(&self, at: usize) -> Subject {
        let cues = &self.data.cues;
        let own = self.before(at, 8, cues.my);
        let theirs = self.before(at, 8, cues.their) || self.before(at, 8, cues.relation);
        match (own, theirs) {
            (_, true) => Subject::Other,
            (true, false) => Subject::SelfAuthor,
            (false, false) => Subject::Unknown,
        }
    }
}

impl Raw {
    /// Something found in a range of the view, by default of medium severity.
    pub(crate) fn new(category: FindingCategory, start: usize, end: usize, confidence: u8) -> Self {
        Self {
            category,
            start,
            end,
            severity: Severity::Medium,
            confidence,
            subject: Subject::Unknown,
            rule: category.as_str(),
            negated: false,
            past: false,
        }
    }

    /// The same, with a severity.
    pub(crate) fn with_severity(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }

    /// The same, about somebody.
    pub(crate) fn about(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }
}
