//! The worker that takes copies away: one durable task a surface, tried again until it is done.
//! A case that has an open task is not closed.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::json;

use super::breach;
use super::opening::queue_changed;
use super::store::changes;
use super::store::tasks::{self, Task};
use super::target::{TargetKind, Targets};
use crate::http::Problem;
use crate::infra::db::{Db, Tx};

/// Longest pause between two tries of a task.
const MAX_PAUSE: TimeDelta = TimeDelta::hours(1);

/// Does the tasks that are due, one transaction each. Answers how many were done; failures wait for their next time.
///
/// # Errors
/// When the database cannot be reached.
pub async fn finish_due(db: &Db, targets: &Targets) -> Result<usize, Problem> {
    let mut done = 0;
    loop {
        let now = db.clock().now();
        let Some(task) = tasks::next_due(&mut *db.read().await?, now).await? else { return Ok(done) };
        match db.write(async |tx| run(tx, targets, &task).await).await {
            Ok(true) => done += 1,
            // Another worker has it, and will look for more.
            Ok(false) => return Ok(done),
            Err(problem) => {
                let code = problem.code();
                let cause =
                    if let Problem::Internal(error) = &problem { format!("{error:#}") } else { code.to_owned() };
                tracing::warn!(task.id = %task.id, task.surface, cause, "a copy could not be taken away yet");
                let not_before = now + pause(task.attempts);
                db.write(async |tx| tasks::failed(tx, task.id, code, not_before).await).await?;
            }
        }
    }
}

/// Does one task, if no other worker has it.
async fn run(tx: &mut Tx, targets: &Targets, task: &Task) -> Result<bool, Problem> {
    let kind: TargetKind = task.target_kind.parse().map_err(|code| Problem::Internal(anyhow::anyhow!("{code}")))?;
    let target = targets.of(kind)?;
    // The text first, then the task and the case: the order of every lock in casework.
    target.facts(tx, task.target_id, true).await?;
    let Some(task) = tasks::take(tx, task.id).await? else { return Ok(false) };
    target.erase_copies(tx, task.target_id, &task.surface).await?;
    tasks::done(tx, task.id).await?;
    changes::note_event(tx, task.case_id, None, "surface_done", json!({ "surface": task.surface }), None).await?;
    breach::look_again(tx, task.case_id).await?;
    queue_changed(tx);
    Ok(true)
}

/// Doubles from two seconds.
fn pause(attempts: i32) -> TimeDelta {
    let exponent = u32::try_from(attempts).unwrap_or(0).min(11);
    TimeDelta::seconds(2_i64 << exponent).min(MAX_PAUSE)
}

/// How often the worker looks when nothing wakes it.
pub(crate) const IDLE: Duration = Duration::from_secs(2);
