//! What the desk is shown.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use moderation::Level;
use moderation::triage::{self, Exposure, Standing};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::cases::Case;
use super::store::decisions::DecisionRow;
use super::store::queue::CountsRow;
use crate::infra::ids::{AccountId, CaseId, DecisionId};

/// What a case is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TargetRef {
    /// `post`, `thread`, `reply`, `comment`, `message`, `account` or `outside`.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// The revision that was first reported or handed in.
    pub revision: i32,
}

/// A person by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Named {
    /// The account.
    pub id: AccountId,
    /// Its pseudonym.
    pub name: String,
}

/// A live claim.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClaimView {
    /// Who has the case.
    pub holder: Named,
    /// End of the lease.
    pub until: DateTime<Utc>,
}

/// A case in the queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseView {
    /// The case.
    pub id: CaseId,
    /// Goes into `If-Match`.
    pub version: i32,
    /// `new`, `claimed`, `decided`, `closed`, `waiting`, `escalated` or `reopened`.
    pub state: String,
    /// `report`, `screening`, `submission` or `appeal`.
    pub source: String,
    /// Category code.
    pub category: String,
    /// 1 (most grave) to 5.
    pub level: u8,
    /// When a decision is due.
    pub due_at: DateTime<Utc>,
    /// Why it stands where it stands, the weightiest first.
    pub order_reasons: Vec<String>,
    /// What it is about.
    pub target: TargetRef,
    /// Reports so far.
    pub report_count: i64,
    /// Who has it.
    pub claim: Option<ClaimView>,
    /// Certificate that claiming takes; null for none.
    pub certificate_required: Option<String>,
    /// Colleague whom its last holder handed it on to; anybody may take it all the same.
    pub handed_to: Option<Named>,
    /// Until when an answer from outside is waited for.
    pub waiting_until: Option<DateTime<Utc>>,
    /// How many moderators have it open right now.
    pub looking: i64,
    /// `nobody`, `room`, `members` or `visitors`: who can still see the text.
    pub exposure: String,
    /// When it came up.
    pub created_at: DateTime<Utc>,
}

/// One report, without who and without their words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportView {
    /// Reason code.
    pub reason: String,
    /// When it came in.
    pub created_at: DateTime<Utc>,
}

/// What a decision laid on its subject.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SanctionView {
    /// `warn`, `mute` or `suspend`.
    pub kind: String,
    /// End; null for a warning.
    pub until: Option<DateTime<Utc>>,
    /// When it was lifted early.
    pub lifted_at: Option<DateTime<Utc>>,
}

/// A decision as the desk sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionView {
    /// The decision.
    pub id: DecisionId,
    /// What was done.
    pub action: String,
    /// House rule.
    pub rule: Option<String>,
    /// What the person was told.
    pub statement: String,
    /// Sanction with it.
    pub sanction: Option<SanctionView>,
    /// State of the text after it.
    pub target_state: String,
    /// Who decided.
    pub decided_by: Option<Named>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When an appeal undid it.
    pub overturned_at: Option<DateTime<Utc>>,
}

/// A line of the timeline.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventView {
    /// When.
    pub at: DateTime<Utc>,
    /// Who, where it was a moderator.
    pub actor: Option<Named>,
    /// Code of what happened.
    pub kind: String,
    /// Codes that go with it.
    #[schema(value_type = Object)]
    pub codes: Value,
    /// The reason a moderator gave. Notes themselves are opened with a reason.
    pub note: Option<String>,
    /// Colleague whom it went to, where somebody handed it on or asked.
    pub to: Option<Named>,
}

/// A submission's text, for the holder of its claim.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SubmissionText {
    /// Title.
    pub title: Option<String>,
    /// Markdown.
    pub body: String,
    /// As readers would see it.
    pub body_html: String,
    /// The revision that an approval publishes.
    pub revision: i32,
}

/// A case in full.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CaseDetail {
    /// As in the queue.
    #[serde(flatten)]
    pub case: CaseView,
    /// State of the text now; null for an account.
    pub target_state: Option<String>,
    /// Page that the text stands on.
    pub target_url: Option<String>,
    /// Newest revision of the text; what redactions count in.
    pub current_revision: Option<i32>,
    /// Who wrote it, or whose account it is; null after erasure.
    pub author: Option<Named>,
    /// Actions that fit source and state.
    pub allowed_actions: Vec<String>,
    /// Reports, oldest first.
    pub reports: Vec<ReportView>,
    /// Decisions in this case, oldest first; for an appeal the appealed one comes before them.
    pub decisions: Vec<DecisionView>,
    /// What happened, oldest first.
    pub timeline: Vec<EventView>,
    /// Why and until when the case is kept longer than its period; null where it is not.
    pub hold: Option<HoldView>,
    /// Surfaces that still hold copies.
    pub tasks_left: i64,
    /// Markdown of a submission, for the claim holder only.
    pub body: Option<String>,
    /// The submission in full, for the claim holder only.
    pub submission: Option<SubmissionText>,
}

/// A hold on what belongs to a case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HoldView {
    /// Why.
    pub reason: Option<String>,
    /// Its end.
    pub until: DateTime<Utc>,
    /// Who put it.
    pub held_by: Option<Named>,
    /// When.
    pub held_at: DateTime<Utc>,
}

/// The queue in numbers, without cases that concern the reader.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct CaseCounts {
    /// Cases that wait for a decision.
    pub open: i64,
    /// Of these, claimed by nobody.
    pub unclaimed: i64,
    /// Claimed by the reader.
    pub mine: i64,
    /// Past their due time.
    pub overdue: i64,
    /// Handed to a coordinator.
    pub escalated: i64,
    /// By level, `1` to `5`.
    pub by_level: BTreeMap<String, i64>,
    /// By source.
    pub by_source: BTreeMap<String, i64>,
}

/// Evidence that was opened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EvidenceView {
    /// Which revision this is.
    pub revision: i32,
    /// Title, where it has one.
    pub title: Option<String>,
    /// Markdown.
    pub body: String,
    /// What witnesses wrote, oldest first; in an appeal the person's own words come first.
    pub notes: Vec<String>,
    /// Revisions that can be opened.
    pub revisions: Vec<i32>,
    /// The newest one, where the text still stands; what redactions count in.
    pub current_revision: Option<i32>,
}

/// The case after a decision.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecidedCase {
    /// The case.
    pub id: CaseId,
    /// Its state.
    pub state: String,
    /// Its version.
    pub version: i32,
}

/// Answer to a decision.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DecisionMade {
    /// The decision.
    pub id: DecisionId,
    /// The case after it.
    pub case: DecidedCase,
    /// State of the text after it; null for an account.
    pub target_state: Option<String>,
    /// Surfaces that still hold copies.
    pub tasks_left: i64,
}

impl CaseView {
    /// The case at a moment.
    pub(crate) fn of(case: &Case, now: DateTime<Utc>) -> Self {
        let claim = case.claim.as_ref().map(|claim| ClaimView {
            holder: Named { id: claim.holder, name: case.holder_name.clone().unwrap_or_default() },
            until: claim.until,
        });
        let reasons = if case.state.is_open() {
            triage::order_reasons(&standing(case), case.category, case.escalated, now)
        } else {
            triage::settled_reasons(&standing(case), case.category)
        };
        Self {
            id: case.id,
            version: case.version,
            state: case.state.as_str().to_owned(),
            source: case.source.as_str().to_owned(),
            category: case.category.as_str().to_owned(),
            level: case.level.number(),
            due_at: case.due_at,
            order_reasons: reasons.into_iter().map(|reason| reason.as_str().to_owned()).collect(),
            target: TargetRef { kind: case.kind.code().to_owned(), id: case.target, revision: case.revision },
            report_count: case.report_count,
            claim,
            certificate_required: case.certificate.map(|c| c.as_str().to_owned()),
            handed_to: case.handed_to.clone().map(|(id, name)| Named { id, name }),
            waiting_until: case.waiting_until,
            looking: case.looking,
            exposure: exposure(case).as_str().to_owned(),
            created_at: case.created_at,
        }
    }
}

/// Who can still see the text.
fn exposure(case: &Case) -> Exposure {
    use moderation::Coded;
    let known = Exposure::ALL.iter().copied().find(|e| i32::from(e.rank()) == case.exposure);
    known.unwrap_or(Exposure::Nobody)
}

/// Where a case stands in the queue, for the pure rules.
fn standing(case: &Case) -> Standing {
    Standing {
        level: case.level,
        due_at: case.due_at,
        exposure: exposure(case),
        independent_reporters: u32::try_from(case.reporters).unwrap_or(0),
        reporter_record: case.reporter_record,
        created_at: case.created_at,
        id: case.id.0.as_u128(),
    }
}

impl From<CountsRow> for CaseCounts {
    fn from(row: CountsRow) -> Self {
        let levels = (1..=5).filter_map(Level::new).map(|level| level.number().to_string());
        let sources = ["report", "screening", "submission", "appeal"].map(str::to_owned);
        Self {
            open: row.open,
            unclaimed: row.unclaimed,
            mine: row.mine,
            overdue: row.overdue,
            escalated: row.escalated,
            by_level: levels.zip(row.by_level).collect(),
            by_source: sources.into_iter().zip(row.by_source).collect(),
        }
    }
}

pub(super) fn sanction(row: &DecisionRow) -> Option<SanctionView> {
    row.sanction_kind.as_ref().map(|kind| SanctionView {
        kind: kind.clone(),
        until: row.sanction_until,
        lifted_at: row.sanction_lifted_at,
    })
}

/// State of a text; an account has none, nor what happened outside.
pub(crate) fn text_state(kind: &str, state: &str) -> Option<String> {
    (!matches!(kind, "account" | "outside")).then(|| state.to_owned())
}

impl From<DecisionRow> for DecisionView {
    fn from(row: DecisionRow) -> Self {
        Self {
            id: row.id,
            sanction: sanction(&row),
            decided_by: row.decided_by.zip(row.decided_by_name).map(|(id, name)| Named { id, name }),
            action: row.action,
            rule: row.rule,
            statement: row.statement,
            target_state: row.target_state,
            created_at: row.created_at,
            overturned_at: row.overturned_at,
        }
    }
}
