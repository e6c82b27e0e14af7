//! What moderators see of what colleagues wrote.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::Named;
use crate::infra::ids::{AccountId, ConsultId};

/// A colleague whom the case does not concern.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ColleagueView {
    /// The account.
    pub id: AccountId,
    /// Its pseudonym.
    pub name: String,
    /// Whether they have the training that the case takes.
    pub trained: bool,
}

/// Colleagues whom the case does not concern, the trained ones first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Colleagues {
    /// All of them.
    pub items: Vec<ColleagueView>,
}

/// Who else has the case open.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Lookers {
    /// Without the reader.
    pub others: Vec<Named>,
}

/// Something that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    pub id: Uuid,
}

/// Words that a moderator wrote on a case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoteView {
    /// The note.
    pub id: Uuid,
    /// `note`, `handover`, `wait` or `debrief`.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: Option<Named>,
    /// The words.
    pub text: String,
}

/// A question to a colleague, as who asked sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsultView {
    /// The question.
    pub id: ConsultId,
    /// Who was asked.
    pub to: Option<Named>,
    /// The words.
    pub question: String,
    /// Whether the text went along, de-identified.
    pub with_text: bool,
    /// The answer; null while it waits.
    pub answer: Option<String>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
}

/// Everything that moderators wrote on a case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotesView {
    /// Oldest first.
    pub items: Vec<NoteView>,
    /// Questions to colleagues, oldest first.
    pub consults: Vec<ConsultView>,
}

/// A question from a colleague, as who is asked sees it: never whose text, who told us or which case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskedView {
    /// The question.
    pub id: ConsultId,
    /// Who asks.
    pub by: Option<Named>,
    /// Category code of the case.
    pub category: String,
    /// 1 (most grave) to 5.
    pub level: u8,
    /// The words.
    pub question: String,
    /// The text with everything that tells of a person taken out; null where it did not go along.
    pub text: Option<String>,
    /// When it was asked.
    pub created_at: DateTime<Utc>,
}

/// Questions that wait for the reader.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AskedList {
    /// Oldest first.
    pub items: Vec<AskedView>,
}
