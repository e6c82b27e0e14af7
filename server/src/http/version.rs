//! Optimistic concurrency: `ETag` on what has a version, `If-Match` on what changes it (RFC 9110, 13.1.1).

use actix_web::http::header::{ETAG, HeaderValue, IF_MATCH};
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload};
use serde::Serialize;

use super::problem::Problem;

/// The version that the caller has read.
#[derive(Clone, Copy, Debug)]
pub struct IfMatch(Option<i32>);

impl IfMatch {
    /// Compares with the version as it is now, the row being locked.
    ///
    /// # Errors
    /// 428 without a version, 412 with another one.
    pub fn check(self, current: i32) -> Result<(), Problem> {
        match self.0 {
            None => Err(Problem::VersionMissing),
            Some(version) if version != current => Err(Problem::Stale(current)),
            Some(_) => Ok(()),
        }
    }
}

impl FromRequest for IfMatch {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // An If-Match that is not one of our versions can match nothing: it is stale, not missing.
        let version = request.headers().get(IF_MATCH).map(|value| {
            value
                .to_str()
                .ok()
                .and_then(|text| text.trim().trim_start_matches("W/").trim_matches('"').parse().ok())
                .unwrap_or(-1)
        });
        std::future::ready(Ok(Self(version)))
    }
}

/// An answer with its version as `ETag`.
pub fn with_etag(mut answer: actix_web::HttpResponseBuilder, version: i32, body: &impl Serialize) -> HttpResponse {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        answer.insert_header((ETAG, tag));
    }
    answer.json(body)
}
