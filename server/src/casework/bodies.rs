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
    /// A break is due after many grave cases: `false` asks for it (409 `rest_first`), `true` puts it off. Left out: nobody is asked.
    pub despite_rest: Option<bool>,
}

/// Body of a pause.
#[derive(Deserialize, ToSchema)]
pub struct PauseBody {
    /// Whether no new cases are taken.
    pub paused: bool,
}

/// Body of a look back on a hard case.
#[derive(Deserialize, ToSchema)]
pub struct NewDebrief {
    /// For oneself; sealed with the case.
    pub note: String,
    /// Whether a coordinator should get in touch.
    pub talk: Option<bool>,
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

/// Body of a breach that happened outside.
#[derive(Deserialize, ToSchema)]
pub struct OutsideBreach {
    /// Where it happened, in a few words.
    pub place: String,
    /// What was told to us.
    pub text: String,
    /// When somebody of us learnt of it; left out: now.
    pub aware_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// Body of a step of a breach.
#[derive(Deserialize, ToSchema)]
pub struct BreachStep {
    /// `done`, `not_needed` or `not_possible`.
    pub outcome: String,
    /// What was done, or why not.
    pub note: Option<String>,
    /// For `affected`: pseudonyms of members.
    pub names: Option<Vec<String>>,
    /// For `affected`: how many others.
    pub outside: Option<i32>,
    /// For `left_space`: `identity`, `contact`, `health`, `story`, `image`, `whereabouts`, `other`.
    pub kinds: Option<Vec<String>>,
    /// For `left_space`: `nobody`, `few`, `many`, `outside` or `unknown`.
    pub reach: Option<String>,
}

/// Body of saying that it was no breach.
#[derive(Deserialize, ToSchema)]
pub struct NoBreachBody {
    /// `nobody_saw`, `own_data` or `not_confidential`.
    pub why: String,
    /// In words.
    pub note: String,
}

/// Body of the assessment of GDPR art. 33; every field may wait.
#[derive(Deserialize, ToSchema)]
pub struct BreachAssessment {
    /// `risk_unlikely`, `notify` or `notify_and_tell`.
    pub verdict: Option<String>,
    /// When the authority was told.
    pub notified_at: Option<chrono::DateTime<chrono::Utc>>,
    /// What happened.
    pub nature: Option<String>,
    /// Which groups of people, and about how many.
    pub people: Option<String>,
    /// Which kinds of data, and about how much.
    pub records: Option<String>,
    /// What it can lead to for people.
    pub consequences: Option<String>,
    /// What was done against it, and will be.
    pub measures: Option<String>,
    /// Whom the authority can ask.
    pub contact: Option<String>,
    /// Why the risk is judged as it is.
    pub reasons: Option<String>,
    /// Why it took longer than 72 hours.
    pub delay: Option<String>,
}

/// Body of a letter about a breach.
#[derive(Deserialize, ToSchema)]
pub struct BreachLetter {
    /// `breach_affected` or `breach_author`.
    pub about: String,
    /// One of those affected; left out: all who were not told yet.
    pub to: Option<Uuid>,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// `role` (left out) or `pseudonym`.
    pub signed_as: Option<String>,
}

/// A hold.
#[derive(Deserialize, ToSchema)]
pub struct NewHold {
    /// Why it must be kept longer. Sealed with the key of the case.
    pub reason: String,
    /// Until when, within a year.
    pub until: chrono::DateTime<chrono::Utc>,
}
