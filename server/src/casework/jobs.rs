//! Background work of casework, started by `app.rs` once for each process. Several nodes may run it at the same time.

use std::time::Duration;

use super::breach;
use super::claim;
use super::redaction;
use super::store::{reports, teamwork as team_store};
use super::target::Targets;
use super::teamwork;
use crate::http::Problem;
use crate::infra::bus::Topic;
use crate::infra::db::Db;
use crate::infra::lasting::outlived;
use crate::privacy::PERIODS;

/// How often due times are looked at.
const SWEEP: Duration = Duration::from_secs(30);
/// Who has not looked for this long has closed the case.
const GONE: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

/// Starts the redaction worker and the sweep.
pub fn start(db: &Db, targets: &Targets) {
    let (worker_db, targets) = (db.clone(), targets.clone());
    actix_web::rt::spawn(async move {
        let mut signals = worker_db.bus().listen();
        loop {
            if let Some(Err(problem)) = outlived("redaction", redaction::finish_due(&worker_db, &targets)).await {
                tracing::warn!(cause = %problem, "the redaction worker waits");
            }
            // A decision wakes the worker; tasks that failed come due by the clock.
            let woken = async { while !matches!(signals.recv().await, Ok(signal) if signal.topic == Topic::Queue) {} };
            let _ = actix_web::rt::time::timeout(redaction::IDLE, woken).await;
        }
    });
    let db = db.clone();
    actix_web::rt::spawn(async move {
        loop {
            if let Some(Err(problem)) = outlived("looking at due times", sweep(&db)).await {
                tracing::warn!(cause = %problem, "due times were not looked at");
            }
            actix_web::rt::time::sleep(SWEEP).await;
        }
    });
}

/// Escalates overdue cases, ends waits, and forgets who looked and old network hashes.
///
/// # Errors
/// When the database fails.
pub async fn sweep(db: &Db) -> Result<(), Problem> {
    while db.write(async |tx| claim::escalate_overdue(tx).await).await? > 0 {}
    while db.write(async |tx| teamwork::end_waits(tx).await).await? > 0 {}
    while db.write(async |tx| breach::warn(tx).await).await? > 0 {}
    let gone = db.clock().now() - GONE;
    db.write(async |tx| team_store::forget_presence(tx, gone).await).await?;
    let before = db.clock().now() - PERIODS.networks;
    db.write(async |tx| reports::forget_networks(tx, before).await).await?;
    Ok(())
}
