//! Bodies of requests as the OpenAPI document shows them; `forms` reads them.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What a report is about.
#[derive(Deserialize, ToSchema)]
pub struct ReportedTarget {
    /// `post`, `thread`, `reply`, `comment`, `message` or `account`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// The revision that was on the screen.
    pub revision: Option<i32>,
}

/// Body of a report.
#[derive(Deserialize, ToSchema)]
pub struct NewReport {
    /// What it is about.
    pub target: ReportedTarget,
    /// Reason code.
    pub reason: String,
    /// In the reporter's own words, up to 4,000 characters.
    pub note: Option<String>,
}

/// Body of a claim.
#[derive(Deserialize, ToSchema)]
pub struct NewClaim {
    /// Why a live claim of somebody else is taken over.
    pub take_over_reason: Option<String>,
}

/// Body of a request for evidence.
#[derive(Deserialize, ToSchema)]
pub struct EvidenceRequest {
    /// Why it must be read.
    pub reason: String,
    /// Which revision; the one first reported when left out.
    pub revision: Option<i32>,
}

/// A sanction to go with a decision.
#[derive(Deserialize, ToSchema)]
pub struct NewSanction {
    /// `warn`, `mute` or `suspend`.
    pub kind: String,
    /// End, for mute and suspend.
    pub until: Option<chrono::DateTime<chrono::Utc>>,
}

/// A span to be replaced, in Unicode scalar values of the current Markdown.
#[derive(Deserialize, ToSchema)]
pub struct NewRedaction {
    /// First that goes.
    pub start: u32,
    /// First that stays again.
    pub end: u32,
    /// What stands there instead.
    pub replacement: Option<String>,
}

/// Body of a decision.
#[derive(Deserialize, ToSchema)]
pub struct NewDecision {
    /// Action code.
    pub action: String,
    /// Sanction with it.
    pub sanction: Option<NewSanction>,
    /// House rule that was broken.
    pub rule: Option<String>,
    /// What the person is told: facts and reasons.
    pub statement: String,
    /// Spans, for `redact`.
    pub redactions: Option<Vec<NewRedaction>>,
}

/// Body of an appeal.
#[derive(Deserialize, ToSchema)]
pub struct NewAppeal {
    /// What should be looked at again, and why.
    pub text: String,
}

/// Body of a note.
#[derive(Deserialize, ToSchema)]
pub struct NewNote {
    /// The words, up to 4,000 characters.
    pub note: String,
}

/// Body of a request that must say why.
#[derive(Deserialize, ToSchema)]
pub struct WithReason {
    /// Why it must be read.
    pub reason: String,
}

/// Body of handing a case on.
#[derive(Deserialize, ToSchema)]
pub struct NewHandover {
    /// Colleague with the training; left out: whoever comes first.
    pub to: Option<Uuid>,
    /// What they should know.
    pub note: String,
}

/// Body of a wait.
#[derive(Deserialize, ToSchema)]
pub struct NewWait {
    /// Until when, at most 14 days.
    pub until: chrono::DateTime<chrono::Utc>,
    /// What is waited for.
    pub note: String,
}

/// Body of a question to a colleague.
#[derive(Deserialize, ToSchema)]
pub struct NewConsult {
    /// The colleague.
    pub to: Uuid,
    /// The question, without what tells of a person.
    pub question: String,
    /// Send the text along, with everything that tells of a person taken out.
    pub with_text: Option<bool>,
    /// The question names somebody, and that is meant.
    pub confirmed: Option<bool>,
}

/// Body of an answer to a colleague.
#[derive(Deserialize, ToSchema)]
pub struct NewAnswer {
    /// The words.
    pub answer: String,
}
