//! Tells people some weeks before that a certificate ends.

use std::time::Duration;

use moderation::training::RENEWABLE_FROM;
use serde_json::json;

use super::store;
use crate::http::Problem;
use crate::infra::db::Db;
use crate::infra::lasting::outlived;
use crate::notify;

/// How often it is looked at.
const EVERY: Duration = Duration::from_secs(3600);

/// Starts the reminder. Several nodes may run it: each certificate is told of once.
pub fn start(db: &Db) {
    let db = db.clone();
    actix_web::rt::spawn(async move {
        loop {
            if let Some(Err(problem)) = outlived("reminding of certificates", remind(&db)).await {
                tracing::warn!(cause = %problem, "nobody was told of certificates that end");
            }
            actix_web::rt::time::sleep(EVERY).await;
        }
    });
}

/// Tells everybody whose certificate ends soon, once. Answers how many were told.
///
/// # Errors
/// When the database fails.
pub async fn remind(db: &Db) -> Result<usize, Problem> {
    let mut told = 0;
    loop {
        let now_told = db
            .write(async |tx| {
                let before = tx.now() + RENEWABLE_FROM;
                let ending = store::ending(tx, before).await?;
                for row in &ending {
                    let url = format!("/moderering/kursus/{}", row.category);
                    let params = json!({ "course": row.category, "url": url });
                    notify::tell(tx, row.account_id, "certificate_ends", params).await?;
                }
                Ok::<_, Problem>(ending.len())
            })
            .await?;
        told += now_told;
        if now_told == 0 {
            return Ok(told);
        }
    }
}
