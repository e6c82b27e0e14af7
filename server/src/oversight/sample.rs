//! A blind look: a text as its readers see it, without a word of what the program thought.

use uuid::Uuid;

use super::store::{self, SampleRow};
use super::views::SampleView;
use crate::access::Actor;
use crate::casework::{TargetKind, Targets};
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::markdown;

/// What a reviewer may have seen.
pub(super) const VERDICTS: [&str; 6] = ["nothing", "personal_data", "danger", "contact", "hate", "other"];

/// The next text that `by` may look at.
pub(super) async fn next(conn: &mut Conn, targets: &Targets, by: &Actor) -> Result<Option<SampleView>, Problem> {
    for row in store::open(conn).await? {
        if let Some(view) = shown(conn, targets, by, &row).await? {
            return Ok(Some(view));
        }
    }
    Ok(None)
}

/// The text, if it still stands, may be read by `by` and is not their own.
async fn shown(conn: &mut Conn, targets: &Targets, by: &Actor, row: &SampleRow) -> Result<Option<SampleView>, Problem> {
    let Ok(kind) = row.target_kind.parse::<TargetKind>() else { return Ok(None) };
    let target = targets.of(kind)?;
    let Some(facts) = target.facts(conn, row.target_id, false).await? else { return Ok(None) };
    if !facts.state.is_public() || facts.author == Some(by.id) {
        return Ok(None);
    }
    if !target.could_read(conn, row.target_id, Some(by)).await? {
        return Ok(None);
    }
    let Some(text) = target.text(conn, row.target_id, facts.revision).await? else { return Ok(None) };
    Ok(Some(SampleView {
        id: row.id,
        target_kind: row.target_kind.clone(),
        target_id: row.target_id,
        title: text.title.filter(|title| !title.is_empty()),
        body_html: markdown::render(&text.body),
    }))
}

/// Keeps a verdict on a text that `by` may look at.
///
/// # Errors
/// 404 where the sample is not theirs to judge or has its verdict.
pub(super) async fn judge(
    tx: &mut Tx,
    targets: &Targets,
    by: &Actor,
    id: Uuid,
    verdict: impl FnOnce() -> Result<String, Problem>,
) -> Result<(), Problem> {
    let row = store::lock_open(tx, id).await?;
    if shown(tx, targets, by, &row).await?.is_none() {
        return Err(Problem::NotFound);
    }
    let verdict = verdict()?;
    store::judge(tx, id, verdict).await
}
