//! Forgetting: what is older than its period is destroyed, piece by piece, so that no lock is held for long.

use std::collections::BTreeMap;
use std::time::Duration;

use super::periods::Periods;
use super::personal_data::Holders;
use crate::http::Problem;
use crate::infra::db::Db;
use crate::infra::lasting::outlived;

/// How often the server forgets by itself.
const EVERY: Duration = Duration::from_secs(3600);
/// How long after its start it begins: first of all it serves.
const FIRST: Duration = Duration::from_secs(60);

/// How many rows of which kind were destroyed.
pub type Forgotten = BTreeMap<&'static str, usize>;

/// Destroys everything whose time has come. Running it again changes nothing.
///
/// # Errors
/// When the database fails; what was done before stays done.
pub async fn forget_all(db: &Db, holders: &Holders, periods: &Periods) -> Result<Forgotten, Problem> {
    let mut all = Forgotten::new();
    for holder in holders.iter() {
        loop {
            let piece = db.write(async |tx| holder.forget(tx, periods).await).await?;
            let is_done = piece.values().all(|count| *count == 0);
            for (kind, count) in piece {
                *all.entry(kind).or_default() += count;
            }
            if is_done {
                break;
            }
        }
    }
    Ok(all)
}

/// Starts the hourly round, with the application's own rights. Several nodes may run it at the same time.
pub fn start(db: &Db, holders: &Holders, periods: Periods) {
    let (db, holders) = (db.clone(), holders.clone());
    actix_web::rt::spawn(async move {
        actix_web::rt::time::sleep(FIRST).await;
        loop {
            match outlived("forgetting", forget_all(&db, &holders, &periods)).await {
                Some(Ok(forgotten)) => {
                    let rows: usize = forgotten.values().sum();
                    tracing::info!(rows, "forgot what was past its period");
                }
                Some(Err(problem)) => tracing::warn!(cause = %problem, "forgetting stopped; the next round goes on"),
                None => {}
            }
            actix_web::rt::time::sleep(EVERY).await;
        }
    });
}
