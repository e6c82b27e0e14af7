//! Asking a colleague about a case, de-identified: the colleague learns the category, the question and, where wished, the text
//! with everything that tells of a person taken out. Never whose text it is, who told us, or which case.

use serde_json::json;

use super::deidentify::masked;
use super::evidence;
use super::gate::Held;
use super::store::cases::Case;
use super::store::changes;
use super::store::people;
use super::store::teamwork::{self as store, ConsultRow, NewConsult};
use super::target::Targets;
use super::team_views::{AskedView, ConsultView};
use super::views::Named;
use crate::access::Actor;
use crate::audit;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{self, AccountId, CaseId, ConsultId};
use crate::notify;
use crate::privacy::{CaseKey, Vault};
use crate::screening::Screening;

/// What stands where a name was.
const SOMEBODY: &str = "[…]";

/// The author's name, and what stands in its place.
fn named(author: Option<&str>) -> Vec<(&str, &'static str)> {
    author.map(|name| (name, SOMEBODY)).into_iter().collect()
}

/// A question as asked for.
pub(crate) struct Question {
    pub(crate) to: AccountId,
    pub(crate) question: String,
    /// The text goes along, with what tells of a person taken out.
    pub(crate) with_text: bool,
    /// The question names somebody, and that is meant.
    pub(crate) confirmed: bool,
}

/// Refuses a question that seems to tell of a person, unless that is meant; and a colleague who cannot be asked.
async fn check(
    tx: &mut Tx,
    screening: &Screening,
    held: &Held,
    asked: &Question,
    author: Option<&str>,
) -> Result<(), Problem> {
    let now = tx.now();
    if !store::colleagues(tx, held.case().id, held.by(), now).await?.iter().any(|one| one.id == asked.to) {
        return Err(Problem::field("to", "not_allowed_here"));
    }
    if !asked.confirmed
        && masked(screening, &asked.question, &named(author)).is_none_or(|masked| masked != asked.question)
    {
        return Err(Problem::field("question", "names_somebody"));
    }
    Ok(())
}

/// Asks a colleague.
pub(crate) async fn ask(
    tx: &mut Tx,
    (targets, screening): (&Targets, &Screening),
    vault: &Vault,
    held: &Held,
    asked: &Question,
) -> Result<ConsultId, Problem> {
    let case = held.case();
    let author = match case.subject {
        Some(subject) => people::find_name(tx, subject).await?,
        None => None,
    };
    check(tx, screening, held, asked, author.as_deref()).await?;
    let key = evidence::key(tx, vault, case.id).await?;
    let text = match (asked.with_text, text_of(tx, targets, vault, case).await?) {
        (true, Some(text)) => masked(screening, &text, &named(author.as_deref())),
        _ => None,
    };
    let id = ConsultId(ids::ordered());
    let new = NewConsult {
        case: case.id,
        by: held.by(),
        of: asked.to,
        category: case.category.as_str(),
        level: case.level.number(),
        question: key.seal(asked.question.as_bytes(), evidence::NOTE)?,
        text: text.map(|text| key.seal(text.as_bytes(), evidence::NOTE)).transpose()?,
    };
    store::insert_consult(tx, id, new).await?;
    let codes = json!({ "colleague": asked.to, "with_text": asked.with_text });
    changes::note_event(tx, case.id, Some(held.by()), "consult", codes, None).await?;
    notify::tell(tx, asked.to, "consult_asked", json!({ "url": "/moderering/sparring" })).await?;
    let codes = json!({ "case": case.id, "of": asked.to, "with_text": asked.with_text });
    audit::append(tx, Some(held.by()), "consult", "consult", Some(id.0), codes).await?;
    Ok(id)
}

/// The text as it was reported, else as it stands.
async fn text_of(tx: &mut Tx, targets: &Targets, vault: &Vault, case: &Case) -> Result<Option<String>, Problem> {
    let now = tx.now();
    let kept = evidence::kept(tx, vault, case.id, (case.kind, case.target), now).await?;
    if let Some((_, text)) = kept.into_iter().find(|(revision, _)| *revision == case.revision) {
        return Ok(Some(text.body));
    }
    Ok(targets.of(case.kind)?.text(tx, case.target, case.revision).await?.map(|text| text.body))
}

/// The questions of a case with their answers.
pub(crate) async fn of_case(conn: &mut Conn, key: &CaseKey, case: CaseId) -> Result<Vec<ConsultView>, Problem> {
    let rows = store::consults_of(conn, case).await?;
    rows.into_iter()
        .map(|row| {
            let answer = row.answer_sealed.as_ref();
            Ok(ConsultView {
                id: row.id,
                to: person(row.asked_of, row.asked_of_name.clone()),
                question: key.open_text(&row.question_sealed, evidence::NOTE)?,
                with_text: row.text_sealed.is_some(),
                answer: answer.map(|sealed| key.open_text(sealed, evidence::NOTE)).transpose()?,
                created_at: row.created_at,
                answered_at: row.answered_at,
            })
        })
        .collect()
}

fn person(id: Option<AccountId>, name: Option<String>) -> Option<Named> {
    id.zip(name).map(|(id, name)| Named { id, name })
}

/// Questions that wait for this colleague. That they were shown is written down once for each reading.
pub(crate) async fn waiting_for(tx: &mut Tx, vault: &Vault, by: &Actor) -> Result<Vec<AskedView>, Problem> {
    let rows = store::consults_for(tx, by.id).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(key) = evidence::known_key(tx, vault, row.case_id).await? else { continue };
        items.push(asked(&key, row)?);
    }
    if !items.is_empty() {
        let codes = json!({ "consults": items.iter().map(|item| item.id).collect::<Vec<_>>() });
        audit::append(tx, Some(by.id), "consults_read", "account", Some(by.id.0), codes).await?;
    }
    Ok(items)
}

fn asked(key: &CaseKey, row: ConsultRow) -> Result<AskedView, Problem> {
    Ok(AskedView {
        id: row.id,
        by: person(row.asked_by, row.asked_by_name),
        level: u8::try_from(row.level).unwrap_or(5),
        question: key.open_text(&row.question_sealed, evidence::NOTE)?,
        text: row.text_sealed.map(|sealed| key.open_text(&sealed, evidence::NOTE)).transpose()?,
        category: row.category,
        created_at: row.created_at,
    })
}

/// Keeps a colleague's answer and tells who asked.
///
/// # Errors
/// 404 where nobody asked this colleague, 409 `already_answered`.
pub(crate) async fn answer(
    tx: &mut Tx,
    vault: &Vault,
    by: &Actor,
    id: ConsultId,
    body: impl FnOnce() -> Result<String, Problem>,
) -> Result<(), Problem> {
    let row = store::lock_consult(tx, id, by.id).await?;
    let text = body()?;
    if row.answered_at.is_some() {
        return Err(Problem::Conflict("already_answered", json!({})));
    }
    let key = evidence::key(tx, vault, row.case_id).await?;
    store::answer_consult(tx, id, key.seal(text.as_bytes(), evidence::NOTE)?).await?;
    changes::note_event(tx, row.case_id, Some(by.id), "consult_answered", json!({}), None).await?;
    if let Some(asker) = row.asked_by {
        notify::tell(tx, asker, "consult_answered", json!({ "case": row.case_id })).await?;
    }
    super::opening::queue_changed(tx);
    audit::append(tx, Some(by.id), "consult_answer", "consult", Some(id.0), json!({ "case": row.case_id })).await
}
