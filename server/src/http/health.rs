//! Whether the process runs and can serve, and its figures.

use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::problem::Problem;
use crate::infra::db::Db;
use crate::infra::telemetry::Secret;

/// `METRICS_TOKEN`, if there is one.
#[derive(Clone)]
pub struct MetricsToken(pub Option<Secret<String>>);

/// 200 while the process runs.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

/// 200 while requests can be served; 503 names what is missing.
pub async fn ready(db: web::Data<Db>) -> HttpResponse {
    match db.ping().await {
        Ok(()) => HttpResponse::Ok().json(json!({"status": "ready"})),
        Err(_) => HttpResponse::ServiceUnavailable().json(json!({"status": "not_ready", "missing": ["database"]})),
    }
}

/// Prometheus text, with the token only.
///
/// # Errors
/// 404 without a token set, 401 with a wrong one.
pub async fn metrics(
    request: HttpRequest,
    token: web::Data<MetricsToken>,
    db: web::Data<Db>,
) -> Result<HttpResponse, Problem> {
    let Some(token) = &token.0 else { return Err(Problem::NotFound) };
    let given =
        request.headers().get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    if given != Some(token.reveal().as_str()) {
        return Err(Problem::SignedOut);
    }
    let (size, idle) = db.connections();
    let text = format!(
        "# TYPE ligesind_database_connections gauge\nligesind_database_connections{{state=\"open\"}} {size}\nligesind_database_connections{{state=\"idle\"}} {idle}\n"
    );
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}
