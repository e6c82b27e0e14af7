//! Every text passes here before it is stored: a program reads first, people decide.
//!
//! Runs the pure rules of `moderation` by the community's own policy and words ([`Screening`]). Owns the table
//! `screening_settings`; keeps nothing of what it reads.

mod bodies;
mod reader;
mod routes;
mod settings;
mod store;
mod table;
mod tally;

use moderation::screening as engine;
use moderation::{Category, Level};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Lang;

pub use reader::{Screening, follow};
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
    /// Pseudonym.
    Nickname,
    /// Public copy that staff write.
    StaffCopy,
}

impl Surface {
    fn engine(self) -> moderation::policy::Surface {
        match self {
            Self::Post | Self::Forum | Self::Profile => moderation::policy::Surface::Post,
            Self::Chat => moderation::policy::Surface::Chat,
            Self::Nickname => moderation::policy::Surface::Nickname,
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
            "nickname" => Ok(Self::Nickname),
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
        let explanation = finding.explanation.as_str();
        // A stigmatising word has a better one beside it, which a person fits into the sentence.
        let better = explanation.starts_with("stigma_").then(|| format!("wording.{explanation}"));
        let instead = finding.replacement.map(|r| format!("replacement.{}", r.as_str())).or(better);
        Self {
            category: finding.category.as_str().to_owned(),
            start: finding.span.start,
            end: finding.span.end,
            severity: finding.severity.as_str().to_owned(),
            confidence: finding.confidence,
            reason: lang.say(&format!("finding.{explanation}"), &[]),
            replacement: instead.map(|key| lang.say(&key, &[])),
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
