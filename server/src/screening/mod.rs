//! Every text passes here before it is stored: a program reads first, people decide.
//! Runs the pure rules of `moderation`; keeps nothing.

mod routes;
mod tally;

use moderation::policy::{Policy, TextAction};
use moderation::screening::{self as engine, Report, Screener};
use moderation::{Category, Level, redaction};
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::http::{Lang, Problem};

pub use routes::routes;
pub use tally::verdicts;

/// Where a text is written; policy may differ by surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Blog post.
    Post,
    /// Thread, reply or comment.
    Forum,
    /// Chat message.
    Chat,
    /// Profile text.
    Profile,
    /// Public copy that staff write.
    StaffCopy,
}

impl Surface {
    fn engine(self) -> moderation::policy::Surface {
        match self {
            Self::Post | Self::Forum | Self::Profile => moderation::policy::Surface::Post,
            Self::Chat => moderation::policy::Surface::Chat,
            Self::StaffCopy => moderation::policy::Surface::StaffCopy,
        }
    }
}

impl std::str::FromStr for Surface {
    type Err = &'static str;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        match code {
            "post" => Ok(Self::Post),
            "forum" => Ok(Self::Forum),
            "chat" => Ok(Self::Chat),
            "profile" => Ok(Self::Profile),
            "staff_copy" => Ok(Self::StaffCopy),
            _ => Err("unknown_value"),
        }
    }
}

/// What was found in a text, for its author.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Finding {
    /// Code of what was found.
    pub category: String,
    /// First Unicode scalar value of the span.
    pub start: u32,
    /// One past the last Unicode scalar value.
    pub end: u32,
    /// `high`, `medium` or `low`.
    pub severity: String,
    /// 0 to 100.
    pub confidence: u8,
    /// Why, in the reader's language.
    pub reason: String,
    /// What could stand instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
}

impl From<&engine::Finding> for Finding {
    fn from(finding: &engine::Finding) -> Self {
        let lang = Lang::current();
        Self {
            category: finding.category.as_str().to_owned(),
            start: finding.span.start,
            end: finding.span.end,
            severity: finding.severity.as_str().to_owned(),
            confidence: finding.confidence,
            reason: lang.say(&format!("finding.{}", finding.explanation.as_str()), &[]),
            replacement: finding.replacement.map(|r| lang.say(&format!("replacement.{}", r.as_str()), &[])),
        }
    }
}

/// What policy says of a text.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Publish it.
    Publish,
    /// Publish it and show its author where help is.
    PublishWithHelp(Vec<Finding>),
    /// Keep it from everybody but its author until a person has looked.
    Hold {
        /// Why, for the author.
        advice: Vec<Finding>,
        /// Category of the case to open.
        category: Category,
        /// Level of that case.
        level: Level,
    },
}

impl Verdict {
    /// Whether the text must wait for a person.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(self, Self::Hold { .. })
    }

    /// What the author is told beside the answer.
    #[must_use]
    pub fn advice(&self) -> &[Finding] {
        match self {
            Self::Publish => &[],
            Self::PublishWithHelp(advice) | Self::Hold { advice, .. } => advice,
        }
    }
}

/// Reads `text` by the rules. `confirmed`: the author has seen the advice and sends all the same.
/// Should the reader itself be broken, the text waits for a person: never the other way.
///
/// # Errors
/// 422 `advice` with `findings` and `redacted_text` where policy says *tell the author* and `confirmed` is false.
pub fn read(surface: Surface, text: &str, confirmed: bool) -> Result<Verdict, Problem> {
    let verdict = judge(surface, text, confirmed);
    tally::count(&verdict);
    verdict
}

fn judge(surface: Surface, text: &str, confirmed: bool) -> Result<Verdict, Problem> {
    let Some(report) = report(surface, text) else {
        return Ok(Verdict::Hold { advice: Vec::new(), category: Category::Other, level: Category::Other.level() });
    };
    let rule = report.verdict(&Policy::default(), surface.engine());
    if rule.text == TextAction::TellAuthor && !confirmed {
        return Err(Problem::Unprocessable(
            "advice",
            json!({"findings": findings(&report), "redacted_text": redacted(text, &report)}),
        ));
    }
    match (rule.text, rule.case) {
        (TextAction::Allow, _) => Ok(Verdict::Publish),
        (TextAction::ShowHelp, _) => Ok(Verdict::PublishWithHelp(findings(&report))),
        // Words that put people off, in staff copy: told once, then theirs to decide.
        (TextAction::TellAuthor, None) => Ok(Verdict::Publish),
        (_, case) => {
            let (category, level) = case.map_or((Category::Other, Category::Other.level()), |c| (c.category, c.level));
            Ok(Verdict::Hold { advice: findings(&report), category, level })
        }
    }
}

fn report(surface: Surface, text: &str) -> Option<Report> {
    Some(Screener::standard()?.screen(&engine::Input { text, lang: None, surface: surface.engine() }))
}

fn findings(report: &Report) -> Vec<Finding> {
    report.findings.iter().map(Finding::from).collect()
}

/// The text with everything that tells of a person replaced by words for it; none where the reader is broken, since then
/// nothing can be promised. Equal to `text` where nothing was found.
#[must_use]
pub fn masked(text: &str) -> Option<String> {
    Some(redacted(text, &report(Surface::Forum, text)?))
}

/// The text with everything that can be taken out replaced by words for it.
fn redacted(text: &str, report: &Report) -> String {
    let lang = Lang::current();
    let spans = report.redactions(|r| lang.say(&format!("replacement.{}", r.as_str()), &[]));
    redaction::apply(text, &spans, "…").unwrap_or_else(|_| text.to_owned())
}
