//! Whether the process runs and can serve.

use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::infra::db::Db;
use crate::infra::meter::Meter;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(3);

/// 200 while the process runs.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

/// 200 while requests can be served; 503 names what is missing: `database`, or `live` while the live engine begins anew after a
/// fault. Without the other nodes this one serves all the same, so the link is told of and asked for nothing.
pub async fn ready(db: web::Data<Db>, meter: web::Data<Meter>) -> HttpResponse {
    let bus = db.bus().state().code();
    let has_database = matches!(tokio::time::timeout(PATIENCE, db.ping()).await, Ok(Ok(())));
    let is_there = [("database", has_database), ("live", meter.down.get() == 0)];
    let missing: Vec<&str> = is_there.iter().filter(|(_, is_there)| !is_there).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return HttpResponse::Ok().json(json!({"status": "ready", "bus": bus}));
    }
    HttpResponse::ServiceUnavailable().json(json!({"status": "not_ready", "missing": missing, "bus": bus}))
}
