//! What a reporter and the person decided on are shown: never who told us, never who decided.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::decisions::DecisionRow;
use super::store::letters::LetterRow;
use super::views::{SanctionView, TargetRef, sanction, text_state};
use crate::infra::ids::DecisionId;

/// Answer to a report, the same for every one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Receipt {
    /// Random; tells nothing later.
    pub receipt: Uuid,
    /// When it came in.
    pub received_at: DateTime<Utc>,
}

/// How an appeal stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppealView {
    /// `waiting`, `upheld` or `overturned`.
    pub state: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The answer.
    pub statement: Option<String>,
}

/// A decision as its subject sees it: never who decided, never who told us.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnDecision {
    /// The decision.
    pub id: DecisionId,
    /// What was done.
    pub action: String,
    /// House rule.
    pub rule: Option<String>,
    /// Why.
    pub statement: String,
    /// What it lays on the person.
    pub sanction: Option<SanctionView>,
    /// The text it is about.
    pub target: TargetRef,
    /// State of the text after it; null for the account.
    pub target_state: Option<String>,
    /// Whether a program decided. Never, today.
    pub automated: bool,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Until when it can be appealed; null where there is nothing to appeal or it was done.
    pub appeal_until: Option<DateTime<Utc>>,
    /// The appeal, if one was made.
    pub appeal: Option<AppealView>,
}

/// A letter from the team, signed by a person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LetterView {
    /// The letter.
    pub id: Uuid,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
    /// Pseudonym under it; null: signed with the role alone.
    pub signed_name: Option<String>,
    /// Role under it.
    pub signed_role: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

impl From<LetterRow> for LetterView {
    fn from(row: LetterRow) -> Self {
        Self {
            id: row.id,
            title: row.title,
            body: row.body,
            signed_name: row.signed_name,
            signed_role: row.signed_role,
            created_at: row.created_at,
        }
    }
}

/// Answer to an appeal.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppealMade {
    /// The appeal.
    pub id: Uuid,
    /// `waiting`.
    pub state: String,
}

impl OwnDecision {
    pub(crate) fn of(row: DecisionRow, now: DateTime<Utc>) -> Self {
        let appeal = row.appealed_at.map(|created_at| AppealView {
            state: match row.appeal_outcome.as_deref() {
                Some("overturn") => "overturned",
                Some(_) => "upheld",
                None => "waiting",
            }
            .to_owned(),
            created_at,
            statement: row.appeal_statement.clone(),
        });
        let open = appeal.is_none() && row.overturned_at.is_none();
        Self {
            id: row.id,
            sanction: sanction(&row),
            target_state: text_state(&row.target_kind, &row.target_state),
            target: TargetRef { kind: row.target_kind, id: row.target_id, revision: row.target_revision },
            action: row.action,
            rule: row.rule,
            statement: row.statement,
            automated: row.automated,
            created_at: row.created_at,
            appeal_until: row.appeal_until.filter(|until| open && *until > now),
            appeal,
        }
    }
}
