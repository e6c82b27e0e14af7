//! What a moderator reads: a case in full, evidence, counts.

use chrono::{DateTime, Utc};
use moderation::case::Source;
use moderation::decision::allowed_actions;
use serde_json::{Map, Value, json};

use super::evidence;
use super::gate;
use super::hold;
use super::store::cases::{self, Case};
use super::store::changes;
use super::store::{appeals, decisions, holds, people, queue, reports, tasks};
use super::target::{TargetFacts, TargetText, Targets};
use super::views::{
    CaseCounts, CaseDetail, CaseView, DecisionView, EventView, EvidenceView, Named, ReportView, SubmissionText,
    text_state,
};
use crate::audit;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::{AccountId, CaseId};
use crate::infra::markdown;
use crate::privacy::{CaseKey, Vault};

/// The queue in numbers, without cases that concern `viewer`. Also what `queue` frames carry.
///
/// # Errors
/// When the database fails.
pub async fn counts(conn: &mut Conn, now: DateTime<Utc>, viewer: AccountId) -> Result<CaseCounts, Problem> {
    Ok(queue::counts(conn, now, viewer).await?.into())
}

/// The counts as fields of a `queue` frame, with a mark that differs after any change of a case that `viewer` may see.
///
/// # Errors
/// When the database fails.
pub async fn queue_fields(
    conn: &mut Conn,
    viewer: AccountId,
    now: DateTime<Utc>,
) -> Result<Map<String, Value>, Problem> {
    let row = queue::counts(conn, now, viewer).await?;
    let mark = row.mark;
    let mut fields = match serde_json::to_value(CaseCounts::from(row)) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    fields.insert("mark".to_owned(), mark.into());
    Ok(fields)
}

/// A case in full for one moderator.
pub(crate) async fn detail(
    conn: &mut Conn,
    targets: &Targets,
    vault: &Vault,
    viewer: AccountId,
    id: CaseId,
    now: DateTime<Utc>,
) -> Result<CaseDetail, Problem> {
    let case = cases::get_visible(conn, now, id, viewer).await?;
    let target = targets.of(case.kind)?;
    let facts = target.facts(conn, case.target, false).await?;
    let submission = match (case.source, gate::holds_claim(viewer, &case)) {
        (Source::Submission, Ok(())) => {
            target.text(conn, case.target, case.revision).await?.map(|text| submission(text, case.revision))
        }
        _ => None,
    };
    let author = facts.as_ref().map_or(case.subject, |facts| facts.author);
    let author = match author {
        Some(author) => people::find_name(conn, author).await?.map(|name| Named { id: author, name }),
        None => None,
    };
    let key = evidence::known_key(conn, vault, case.id).await?;
    let held = holds::find(conn, case.id, now).await?.map(|row| hold::view(row, key.as_ref())).transpose()?;
    let reports = reports::of_case(conn, case.id).await?;
    let state = facts.as_ref().map(|facts| facts.state);
    let about = if case.kind.is_without_text() { None } else { state };
    Ok(CaseDetail {
        target_state: facts.as_ref().and_then(|facts| text_state(case.kind.code(), facts.state.as_str())),
        target_url: facts
            .as_ref()
            .filter(|facts| shows_address(facts, submission.is_some()))
            .map(|facts| facts.url.clone()),
        current_revision: facts.as_ref().map(|facts| facts.revision),
        author,
        allowed_actions: allowed_actions(case.source, about).iter().map(|action| action.as_str().to_owned()).collect(),
        reports: reports.into_iter().map(|r| ReportView { reason: r.reason, created_at: r.created_at }).collect(),
        decisions: decisions_of(conn, &case).await?,
        timeline: timeline(conn, &case, key.as_ref()).await?,
        hold: held,
        tasks_left: tasks::left(conn, case.id).await?,
        body: submission.as_ref().map(|text| text.body.clone()),
        submission,
        case: CaseView::of(&case, now),
    })
}

/// The address of a post is made of its title: it is shown to whoever may read that.
fn shows_address(facts: &TargetFacts, is_reviewer: bool) -> bool {
    !facts.url.is_empty() && (facts.state.is_public() || is_reviewer)
}

fn submission(text: TargetText, revision: i32) -> SubmissionText {
    SubmissionText { body_html: markdown::render(&text.body), title: text.title, body: text.body, revision }
}

async fn decisions_of(conn: &mut Conn, case: &Case) -> Result<Vec<DecisionView>, Problem> {
    let appealed = match case.appealed {
        Some(first) => decisions::find(conn, first).await?,
        None => None,
    };
    let own = decisions::of_case(conn, case.id).await?;
    Ok(appealed.into_iter().chain(own).map(DecisionView::from).collect())
}

/// Lines whose words are a reason for something logged, and so stand in the timeline. All other words are notes.
const REASONS: [&str; 5] = ["take_over", "evidence_read", "notes_read", "breach_read", "hold"];

async fn timeline(conn: &mut Conn, case: &Case, key: Option<&CaseKey>) -> Result<Vec<EventView>, Problem> {
    let rows = queue::timeline(conn, case.id).await?;
    rows.into_iter()
        .map(|row| {
            let note = match (key, row.note_sealed) {
                (Some(key), Some(sealed)) if REASONS.contains(&row.kind.as_str()) => {
                    Some(key.open_text(&sealed, evidence::NOTE)?)
                }
                _ => None,
            };
            let actor = row.actor_id.zip(row.actor_name).map(|(id, name)| Named { id, name });
            let to = row.to_id.zip(row.to_name).map(|(id, name)| Named { id, name });
            Ok(EventView { at: row.at, actor, kind: row.kind, codes: row.codes, note, to })
        })
        .collect()
}

/// Opens evidence for the claim holder. That it was opened, and why, is written down in the same transaction.
pub(crate) async fn open_evidence(
    tx: &mut Tx,
    targets: &Targets,
    vault: &Vault,
    by: AccountId,
    id: CaseId,
    body: impl FnOnce() -> Result<(String, Option<i32>), Problem>,
) -> Result<EvidenceView, Problem> {
    let case = cases::lock_visible(tx, id, by).await?;
    gate::trained_for(tx, by, &case).await?;
    let (reason, revision) = body()?;
    gate::holds_claim(by, &case)?;
    let facts = targets.of(case.kind)?.facts(tx, case.target, false).await?;
    let kept = kept(tx, vault, &case).await?;
    let revision = revision.unwrap_or(case.revision);
    let text = match kept.iter().find(|(kept, _)| *kept == revision) {
        Some((_, text)) => text.clone(),
        None => targets
            .of(case.kind)?
            .text(tx, case.target, revision)
            .await?
            .ok_or(Problem::field("revision", "not_found"))?,
    };
    let notes = notes(tx, vault, &case).await?;
    let key = evidence::key(tx, vault, case.id).await?;
    let note = key.seal(reason.as_bytes(), evidence::NOTE)?;
    changes::note_event(tx, case.id, Some(by), "evidence_read", json!({ "revision": revision }), Some(note)).await?;
    audit::append(tx, Some(by), "evidence_read", "case", Some(case.id.0), json!({ "revision": revision })).await?;
    let revisions = revisions(&kept, facts.as_ref());
    Ok(EvidenceView {
        revision,
        title: text.title,
        body: text.body,
        notes,
        revisions,
        current_revision: facts.map(|f| f.revision),
    })
}

/// Sealed revisions of this case, and for an appeal those of the case it is about.
async fn kept(tx: &mut Tx, vault: &Vault, case: &Case) -> Result<Vec<(i32, TargetText)>, Problem> {
    let now = tx.now();
    let mut kept = evidence::kept(tx, vault, case.id, (case.kind, case.target), now).await?;
    if let Some(first) = case.appealed
        && let Some(decision) = decisions::find(tx, first).await?
    {
        kept.extend(evidence::kept(tx, vault, decision.case_id, (case.kind, case.target), now).await?);
    }
    Ok(kept)
}

fn revisions(kept: &[(i32, TargetText)], facts: Option<&TargetFacts>) -> Vec<i32> {
    let mut all: Vec<i32> =
        kept.iter().map(|(revision, _)| *revision).chain(facts.map(|facts| facts.revision)).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Words of an appeal, then of witnesses.
async fn notes(conn: &mut Conn, vault: &Vault, case: &Case) -> Result<Vec<String>, Problem> {
    let Some(key) = evidence::known_key(conn, vault, case.id).await? else { return Ok(Vec::new()) };
    let appeal = appeals::words_of(conn, case.id).await?;
    let witnesses = reports::of_case(conn, case.id).await?.into_iter().filter_map(|report| report.note_sealed);
    appeal.into_iter().chain(witnesses).map(|sealed| key.open_text(&sealed, evidence::NOTE)).collect()
}
