//! Whether the process runs and can serve.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::infra::db::Db;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(3);

/// 200 while the process runs.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

/// 200 while requests can be served; 503 names what is missing. Without the other nodes this one serves all the same,
/// so the link is told of and asked for nothing.
pub async fn ready(db: web::Data<Db>) -> HttpResponse {
    let bus = db.bus().state().code();
    match tokio::time::timeout(PATIENCE, db.ping()).await {
        Ok(Ok(())) => HttpResponse::Ok().json(json!({"status": "ready", "bus": bus})),
        _ => {
            HttpResponse::ServiceUnavailable().json(json!({"status": "not_ready", "missing": ["database"], "bus": bus}))
        }
    }
}
