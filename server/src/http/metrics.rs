//! `GET /metrics`: figures of this node as Prometheus text. Routes and codes only, never an id or a name.

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use crate::infra::telemetry::Secret;

/// `METRICS_TOKEN`, if there is one.
#[derive(Clone)]
pub struct MetricsToken(pub Option<Secret<String>>);

/// Writes its figures into the text.
pub type Source = Arc<dyn Fn(&mut Exposition) + Send + Sync>;

/// Everything that has figures, wired in `app.rs`.
#[derive(Clone)]
pub struct Sources(pub Vec<Source>);

/// The text as it grows.
#[derive(Default)]
pub struct Exposition(String);

impl Exposition {
    /// One figure, or one for each set of labels. `kind`: `counter` or `gauge`.
    pub fn add(&mut self, name: &str, kind: &str, help: &str, figures: &[(&str, f64)]) {
        let _ = writeln!(self.0, "# HELP ligesind_{name} {help}\n# TYPE ligesind_{name} {kind}");
        for (labels, figure) in figures {
            let labels = if labels.is_empty() { String::new() } else { format!("{{{labels}}}") };
            let _ = writeln!(self.0, "ligesind_{name}{labels} {figure}");
        }
    }
}

/// Requests so far, by method, route and status.
#[derive(Default)]
pub struct Requests(Mutex<HashMap<String, Vec<Answered>>>);

struct Answered {
    method: String,
    status: u16,
    count: u64,
    time: Duration,
}

impl Requests {
    fn count(&self, route: String, method: &str, status: u16, time: Duration) {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answered = routes.entry(route).or_default();
        match answered.iter_mut().find(|known| known.method == method && known.status == status) {
            Some(known) => {
                known.count += 1;
                known.time += time;
            }
            None => answered.push(Answered { method: method.to_owned(), status, count: 1, time }),
        }
    }

    /// Writes them out.
    pub fn write(&self, out: &mut Exposition) {
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut counts, mut times) = (Vec::new(), Vec::new());
        for (route, answered) in routes.iter() {
            for one in answered {
                let labels = format!("method=\"{}\",route=\"{route}\",status=\"{}\"", one.method, one.status);
                #[expect(clippy::cast_precision_loss, reason = "a count of requests fits 52 bits")]
                counts.push((labels.clone(), one.count as f64));
                times.push((labels, one.time.as_secs_f64()));
            }
        }
        for (name, help, mut figures) in [
            ("http_requests_total", "Requests by route and status.", counts),
            ("http_request_seconds_total", "Time until the head of the answer.", times),
        ] {
            figures.sort_by(|a, b| a.0.cmp(&b.0));
            let figures: Vec<(&str, f64)> = figures.iter().map(|(labels, figure)| (labels.as_str(), *figure)).collect();
            out.add(name, "counter", help, &figures);
        }
    }
}

/// Middleware: counts what was answered. Routes are those of the code, so nobody can make new ones.
///
/// # Errors
/// None of its own.
pub async fn count<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let requests = request.app_data::<web::Data<Requests>>().cloned();
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known.to_owned(),
        _ => "other".to_owned(),
    };
    let begun = Instant::now();
    let response = next.call(request).await?;
    if let Some(requests) = requests {
        let route = response.request().match_pattern().unwrap_or_else(|| "other".to_owned());
        requests.count(route, &method, response.status().as_u16(), begun.elapsed());
    }
    Ok(response)
}

/// The figures, with the token only.
///
/// # Errors
/// 404 without a token set, 401 with a wrong one.
pub async fn metrics(
    request: HttpRequest,
    token: web::Data<MetricsToken>,
    sources: web::Data<Sources>,
) -> Result<HttpResponse, Problem> {
    let Some(token) = &token.0 else { return Err(Problem::NotFound) };
    let given =
        request.headers().get(AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    if given != Some(token.reveal().as_str()) {
        return Err(Problem::SignedOut);
    }
    let mut out = Exposition::default();
    sources.0.iter().for_each(|source| source(&mut out));
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(out.0))
}
