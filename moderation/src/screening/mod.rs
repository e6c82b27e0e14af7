//! The program that reads first. It finds what can tell who somebody is, and what says that
//! somebody is in danger, is being used or is being hurt, and says where, how grave, how certain
//! and why. People decide.
//!
//! [`Screener::screen`] is total: it never panics, does nothing but read its input, and its cost
//! grows linearly with the text. Rules find structured data; a lexicon of concepts gives meaning
//! its severity; a small linear model finds what no phrase foresaw, and never holds a text alone.

mod data;
mod detect;
mod explain;
mod judge;
mod lexicon;
mod meaning;
mod model;
mod names;
mod pattern;
mod personal_words;
mod resolve;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_metamorphic;
mod thread;
mod token;
pub mod training;
mod view;
#[cfg(test)]
mod work;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::coded::coded_enum;
use crate::policy::{Facts, FindingCategory, Policy, Rule, ScreenAction, Severity, Surface};
use crate::redaction::RedactionSpan;
use data::Data;
use detect::Doc;
use model::Model;
use token::Tokens;
use view::View;

pub use data::is_common_word;
pub(crate) use data::{common_words, first_names, last_names};
pub use explain::{Explanation, Replacement};
pub(crate) use lexicon::WordSet;
pub(crate) use names::Names;
pub use pattern::LexiconError;
pub use thread::{Circumstance, Message, Signal, Signals, ThreadFinding, ThreadLevel, ThreadState};
pub(crate) use token::fold;

/// Version of the rules and data; goes with every report.
pub const RULES_VERSION: &str = "2026.1";

/// Findings below this are dropped unless something else agrees with them.
const WEAK: u8 = 60;

/// At least this confidence is called certain.
const CERTAIN: u8 = 95;

coded_enum! {
    /// The language a text is said to be in. Both are always looked for.
    pub enum Lang {
        /// Danish.
        Da = "da",
        /// English.
        En = "en",
    }
}

coded_enum! {
    /// Whom a finding is about.
    pub enum Subject {
        /// The author.
        SelfAuthor = "self",
        /// Somebody else.
        Other = "other",
        /// Whoever is written to.
        Addressee = "addressee",
        /// It is not said.
        Unknown = "unknown",
    }
}

/// A text to be read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The text as written.
    pub text: &'a str,
    /// What language it is said to be in.
    pub lang: Option<Lang>,
    /// Where it is written.
    pub surface: Surface,
}

/// A range of Unicode scalar values of the text as written; `end` is exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// First scalar.
    pub start: u32,
    /// First scalar behind it.
    pub end: u32,
}

/// One thing found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was found.
    pub category: FindingCategory,
    /// Where.
    #[serde(flatten)]
    pub span: Span,
    /// How grave.
    pub severity: Severity,
    /// How certain, 0 to 100.
    pub confidence: u8,
    /// Whom it is about.
    pub subject: Subject,
    /// Whether it is told of as past.
    pub past: bool,
    /// Whether it is denied.
    pub negated: bool,
    /// Why it is told, as a key for words.
    pub explanation: Explanation,
    /// What may stand in its place, as a key for words; for what can be taken out.
    pub replacement: Option<Replacement>,
}

impl Finding {
    /// What policy looks at.
    #[must_use]
    pub const fn facts(&self) -> Facts {
        Facts {
            category: self.category,
            severity: self.severity,
            certain: self.confidence >= CERTAIN,
            about_other: matches!(self.subject, Subject::Other),
        }
    }
}

/// What was found in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// In the order of the text.
    pub findings: Vec<Finding>,
    /// How many separate things together could tell who the author is.
    pub identifiability: u8,
    /// What the text does in a conversation; for [`ThreadState`].
    pub signals: Signals,
    /// Which rules read it.
    pub rules_version: &'static str,
}

impl Report {
    /// What it leads to by this policy.
    #[must_use]
    pub fn verdict(&self, policy: &Policy, surface: Surface) -> Rule {
        policy.verdict(surface, self.findings.iter().map(Finding::facts))
    }

    /// The one word for it by the default policy.
    #[must_use]
    pub fn action(&self, surface: Surface) -> ScreenAction {
        self.verdict(&Policy::default(), surface).action
    }

    /// The spans that a suggested redaction replaces; `words` puts a replacement into words.
    pub fn redactions(&self, words: impl Fn(Replacement) -> String) -> Vec<RedactionSpan> {
        self.findings
            .iter()
            .filter_map(|finding| {
                Some(RedactionSpan {
                    start: finding.span.start as usize,
                    end: finding.span.end as usize,
                    replacement: Some(words(finding.replacement?)),
                })
            })
            .collect()
    }
}

/// Something found, in positions of the view.
#[derive(Debug, Clone)]
struct Raw {
    category: FindingCategory,
    start: usize,
    end: usize,
    severity: Severity,
    confidence: u8,
    subject: Subject,
    rule: &'static str,
    negated: bool,
    past: bool,
}

/// Compiled rules and data. Build once, use from everywhere.
#[derive(Debug, Clone)]
pub struct Screener {
    data: Data,
    model: Model,
}

static STANDARD: LazyLock<Option<Screener>> = LazyLock::new(|| Screener::builder().build().ok());

/// Collects what a community adds.
#[derive(Debug, Clone, Default)]
pub struct ScreenerBuilder {
    own: Vec<(FindingCategory, String)>,
    methods: Vec<String>,
    model: Option<Vec<u8>>,
}

impl ScreenerBuilder {
    /// Words of the community's own (a place, a school, a member of staff) and what they are.
    #[must_use]
    pub fn own_words(mut self, category: FindingCategory, words: impl IntoIterator<Item = String>) -> Self {
        self.own.extend(words.into_iter().map(|words| (category, words)));
        self
    }

    /// Words and phrases (one to eight words) that tell of methods. They are curated by clinical staff
    /// outside the repository and passed in at start-up; whatever holds one of them waits for a person.
    #[must_use]
    pub fn methods(mut self, phrases: impl IntoIterator<Item = String>) -> Self {
        self.methods.extend(phrases);
        self
    }

    /// The same from a file: one phrase a line, `#` comments, what follows a tab is left out.
    #[must_use]
    pub fn methods_file(self, file: &str) -> Self {
        let phrases: Vec<String> =
            lexicon::lines(file).map(|line| line.split('\t').next().unwrap_or(line).trim().to_owned()).collect();
        self.methods(phrases)
    }

    /// Another linear model than the one that comes with the crate, as [`training`] makes it.
    #[must_use]
    pub fn model(mut self, bytes: Vec<u8>) -> Self {
        self.model = Some(bytes);
        self
    }

    /// Compiles everything; takes tens of milliseconds.
    pub fn build(self) -> Result<Screener, LexiconError> {
        let bytes = self.model.as_deref().unwrap_or(include_bytes!("../../data/model.bin"));
        let model =
            Model::parse(bytes).ok_or(LexiconError { line: "model".to_owned(), problem: "not a model file" })?;
        let mut own = self.own;
        own.extend(self.methods.into_iter().map(|phrase| (FindingCategory::MethodInfo, phrase)));
        Ok(Screener { data: Data::load(&own)?, model })
    }
}

impl Screener {
    /// Starts with the data that comes with the crate.
    #[must_use]
    pub fn builder() -> ScreenerBuilder {
        ScreenerBuilder::default()
    }

    /// The screener without a community's own words, built at first use. `None` only if the data
    /// that comes with the crate is broken, which its tests rule out.
    #[must_use]
    pub fn standard() -> Option<&'static Self> {
        STANDARD.as_ref()
    }

    /// Reads a text.
    #[must_use]
    pub fn screen(&self, input: &Input<'_>) -> Report {
        let view = View::new(input.text);
        let tokens = Tokens::new(&view);
        let marks = pattern::Marks::new(&self.data.patterns, &tokens);
        let doc = Doc { view: &view, tokens: &tokens, marks: &marks, data: &self.data };
        let mut found = Vec::new();
        if input.surface != Surface::StaffCopy {
            find_personal(&doc, &mut found);
        }
        found.retain(|raw| raw.confidence >= WEAK);
        let signals = meaning::find(&doc, input.surface, &mut found);
        if input.surface != Surface::StaffCopy {
            found = judge::judge(&doc, &self.model, found);
        }
        let kept = resolve::resolve(found);
        let findings: Vec<Finding> = kept.iter().map(|raw| finding(&view, raw)).collect();
        let identifiability = identifiability(&findings);
        Report { findings, identifiability, signals, rules_version: RULES_VERSION }
    }
}

fn find_personal(doc: &Doc<'_>, found: &mut Vec<Raw>) {
    detect::contact::find(doc, found);
    detect::handle::find(doc, found);
    detect::number::find(doc, found);
    detect::position::find(doc, found);
    detect::place::find(doc, found);
    detect::school::find(doc, found);
    detect::work::find(doc, found);
    detect::person::find(doc, found);
}

fn finding(view: &View, raw: &Raw) -> Finding {
    Finding {
        category: raw.category,
        span: view.span(raw.start, raw.end),
        severity: raw.severity,
        confidence: raw.confidence,
        subject: raw.subject,
        past: raw.past,
        negated: raw.negated,
        explanation: explain::explanation(raw),
        replacement: explain::replacement(raw.category),
    }
}

fn identifiability(findings: &[Finding]) -> u8 {
    let mut kinds: Vec<FindingCategory> =
        findings.iter().map(|finding| finding.category).filter(|category| category.is_personal()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    u8::try_from(kinds.len()).unwrap_or(u8::MAX)
}
