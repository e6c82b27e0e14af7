//! What helps to decide beside the text itself: what stands around it, what was decided about its author before, and what the
//! community advises for the category. Names and personal data of everybody else are taken out: they are not needed.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::deidentify::masked;
use super::store::cases::Case;
use super::store::history as store;
use super::target::{Neighbour, Targets};
use crate::community;
use crate::http::{Lang, Problem};
use crate::infra::db::Conn;
use crate::infra::ids::AccountId;
use crate::screening::Screening;

/// A text around the one of the case.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AroundView {
    /// `author` for who wrote the text of the case; a letter for each of the others.
    pub who: String,
    /// The words with names and personal data taken out; null where the text of the case stands.
    pub body: Option<String>,
    /// Whether the text of the case stands here.
    pub is_it: bool,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A decision about the author before: never the text it was about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PastView {
    /// What was done.
    pub action: String,
    /// Category of the case.
    pub category: String,
    /// House rule.
    pub rule: Option<String>,
    /// `warn`, `mute` or `suspend`.
    pub sanction: Option<String>,
    /// Whether an appeal undid it.
    pub overturned: bool,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// What the community advises for a category.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct GuidanceView {
    /// What to look for.
    pub signs: String,
    /// What to say.
    pub say: String,
    /// When to ask for help.
    pub escalate: String,
}

/// What helps to decide.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContextView {
    /// In the order in which they stand.
    pub around: Vec<AroundView>,
    /// The newest first, at most 20.
    pub history: Vec<PastView>,
    /// Null where the community has none for this category.
    pub guidance: Option<GuidanceView>,
}

/// What helps to decide this case, for its holder.
pub(crate) async fn of(
    conn: &mut Conn,
    (targets, screening): (&Targets, &Screening),
    case: &Case,
    lang: Lang,
) -> Result<ContextView, Problem> {
    let around = targets.of(case.kind)?.around(conn, case.target).await?;
    let history = match case.subject {
        Some(subject) => store::about(conn, subject, case.id).await?,
        None => Vec::new(),
    };
    let (advice, _) = community::document(conn, lang, "moderation_guidance").await?;
    Ok(ContextView {
        around: views(screening, &around, case.subject),
        history: history
            .into_iter()
            .map(|row| PastView {
                action: row.action,
                category: row.category,
                rule: row.rule,
                sanction: row.sanction,
                overturned: row.overturned,
                created_at: row.created_at,
            })
            .collect(),
        guidance: guidance(&advice, case.category.as_str()),
    })
}

fn guidance(advice: &Value, category: &str) -> Option<GuidanceView> {
    let card = advice.as_array()?.iter().find(|card| card.get("id").and_then(Value::as_str) == Some(category))?;
    let text = |part: &str| card.get(part).and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(GuidanceView { signs: text("signs"), say: text("say"), escalate: text("escalate") })
}

/// Letters for the others, in the order in which they speak.
fn views(screening: &Screening, around: &[Neighbour], author: Option<AccountId>) -> Vec<AroundView> {
    let mut letters: HashMap<Option<AccountId>, String> = HashMap::new();
    for one in around {
        let next = u8::try_from(letters.len()).unwrap_or(u8::MAX).min(25);
        let is_author = author.is_some() && one.author == author;
        letters
            .entry(one.author)
            .or_insert_with(|| if is_author { "author".to_owned() } else { char::from(b'A' + next).to_string() });
    }
    let names: Vec<(&str, &str)> =
        around.iter().filter_map(|one| one.name.as_deref().zip(letters.get(&one.author).map(String::as_str))).collect();
    around
        .iter()
        .map(|one| AroundView {
            who: letters.get(&one.author).cloned().unwrap_or_default(),
            body: if one.is_it { None } else { masked(screening, &one.body, &names) },
            is_it: one.is_it,
            created_at: one.created_at,
        })
        .collect()
}
