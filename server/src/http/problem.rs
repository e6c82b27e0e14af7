//! The one error type: what went wrong by meaning, rendered as `application/problem+json` (RFC 9457).

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpResponse, ResponseError};
use serde::Serialize;
use serde_json::json;

use super::text::Lang;
use crate::infra::db::DbError;

/// A field of the input that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Name of the field in the body; `a.b` inside objects, `a[0]` inside lists.
    pub field: String,
    /// Stable code; `field.<code>` is its text.
    pub code: &'static str,
}

impl FieldError {
    /// A wrong field.
    pub fn new(field: impl Into<String>, code: &'static str) -> Self {
        Self { field: field.into(), code }
    }
}

/// Why a request was not done.
#[derive(Debug)]
pub enum Problem {
    /// 422: fields of the input, all at once.
    Invalid(Vec<FieldError>),
    /// 422 with a code of its own and facts beside it (advice of screening, a reused key).
    Unprocessable(&'static str, serde_json::Value),
    /// 400: not JSON, too deep, not UTF-8.
    Malformed,
    /// 401: nobody is signed in.
    SignedOut,
    /// 401: pseudonym and password do not fit.
    BadCredentials,
    /// 403 with the reason's code.
    Refused(&'static str),
    /// 404: not there, or not for this reader. The two look alike.
    NotFound,
    /// 409 with the reason's code and facts beside it.
    Conflict(&'static str, serde_json::Value),
    /// 412: the thing was changed meanwhile; its version now.
    Stale(i32),
    /// 426: a websocket of another version than 13.
    UpgradeRequired,
    /// 428: `If-Match` is missing.
    VersionMissing,
    /// 413.
    TooLarge,
    /// 415: the body is not JSON.
    NotJson,
    /// 429 with seconds to wait.
    TooMany(u64),
    /// 429 with the reason's code and seconds to wait.
    TooSoon(&'static str, u64),
    /// 503 with the reason's code: try again later.
    Unavailable(&'static str),
    /// 500: our fault. Its chain goes to the log once; nobody else hears of it.
    Internal(anyhow::Error),
}

impl Problem {
    /// One wrong field.
    pub fn field(field: &str, code: &'static str) -> Self {
        Self::Invalid(vec![FieldError::new(field, code)])
    }

    /// The stable code that programs read.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::Unprocessable(code, _)
            | Self::Refused(code)
            | Self::Conflict(code, _)
            | Self::TooSoon(code, _)
            | Self::Unavailable(code) => code,
            Self::Malformed => "malformed_json",
            Self::SignedOut => "signed_out",
            Self::BadCredentials => "bad_credentials",
            Self::NotFound => "not_found",
            Self::Stale(_) => "stale",
            Self::UpgradeRequired => "upgrade_required",
            Self::VersionMissing => "version_missing",
            Self::TooLarge => "too_large",
            Self::NotJson => "unsupported_media_type",
            Self::TooMany(_) => "too_many",
            Self::Internal(_) => "internal",
        }
    }

    /// The problem in words, as it stands in answers and in `error` frames.
    #[must_use]
    pub fn describe(&self, lang: Lang, request_id: &str) -> serde_json::Value {
        let code = self.code();
        let mut body = json!({
            "type": format!("/problems/{code}"),
            "title": lang.say(&format!("problem.{code}.title"), &[]),
            "status": self.status_code().as_u16(),
            "detail": lang.say(&format!("problem.{code}.detail"), &[]),
            "code": code,
            "request_id": request_id,
        });
        let mut add = |name: &str, value: serde_json::Value| {
            if let Some(map) = body.as_object_mut() {
                map.insert(name.to_owned(), value);
            }
        };
        match self {
            Self::Invalid(errors) => add(
                "errors",
                errors
                    .iter()
                    .map(|e| {
                        json!({
                            "field": e.field, "code": e.code, "message": lang.say(&format!("field.{}", e.code), &[]),
                        })
                    })
                    .collect(),
            ),
            Self::Conflict(_, serde_json::Value::Object(facts))
            | Self::Unprocessable(_, serde_json::Value::Object(facts)) => {
                for (name, value) in facts {
                    add(name, value.clone());
                }
            }
            Self::Stale(current) => add("current", json!(current)),
            _ => {}
        }
        body
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(reason) => {
                tracing::error!(%reason, "the database cannot be reached");
                Self::Unavailable("unavailable")
            }
            DbError::Query(error) => error.into(),
        }
    }
}

impl From<diesel::result::Error> for Problem {
    fn from(error: diesel::result::Error) -> Self {
        match error {
            diesel::result::Error::NotFound => Self::NotFound,
            other => Self::Internal(other.into()),
        }
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Invalid(_) | Self::Unprocessable(..) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::SignedOut | Self::BadCredentials => StatusCode::UNAUTHORIZED,
            Self::Refused(_) => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict(..) => StatusCode::CONFLICT,
            Self::Stale(_) => StatusCode::PRECONDITION_FAILED,
            Self::UpgradeRequired => StatusCode::UPGRADE_REQUIRED,
            Self::VersionMissing => StatusCode::PRECONDITION_REQUIRED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany(_) | Self::TooSoon(..) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    // Only the bare status: the words need the request's language, which `in_words` has.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

/// The id that a request has in the log and in its problem.
#[derive(Clone)]
pub struct RequestId(pub String);

/// Middleware: writes each error as problem+json in the caller's language, and logs our own faults once.
/// Services below answer their errors as responses, so an `Err` from them is not expected. A page of the site is
/// left as it is, whatever its status: the app has its own words for what is not there.
///
/// # Errors
/// None of its own.
pub async fn in_words<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let lang = Lang::of(request.request());
    let id = RequestId(uuid::Uuid::now_v7().simple().to_string());
    request.extensions_mut().insert(id.clone());
    let mut response = lang.during(next.call(request)).await?.map_into_left_body();
    let status = response.status();
    let needs_words = (status.is_client_error() || status.is_server_error())
        && response.headers().get(header::CONTENT_TYPE).is_none_or(|kind| {
            !["application/problem+json", "application/json", "text/html"]
                .iter()
                .any(|own| kind.as_bytes().starts_with(own.as_bytes()))
        });
    if needs_words {
        let own = response.response().error().and_then(|e| e.as_error::<Problem>());
        if let Some(Problem::Internal(error)) = own {
            tracing::error!(request_id = %id.0, error = format!("{error:#}"), "a request failed");
        }
        let generic = by_status(status);
        let problem = own.unwrap_or(&generic);
        let words = problem.describe(lang, &id.0);
        let mut answer = HttpResponse::build(problem.status_code())
            .content_type("application/problem+json")
            .insert_header((header::CACHE_CONTROL, "private, no-store"))
            .insert_header((header::CONTENT_LANGUAGE, lang.code()))
            .json(words);
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match problem {
            Problem::TooMany(seconds) | Problem::TooSoon(_, seconds) => {
                answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
            }
            // RFC 6455, 4.4, and RFC 9110, 15.5.22: what it should have asked for.
            Problem::UpgradeRequired => {
                answer.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
                answer.headers_mut().insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
            }
            _ => {}
        }
        response = response.into_response(answer).map_into_right_body();
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(header::HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

/// Errors that the web framework made itself: routing, bad paths, body limits.
fn by_status(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
        StatusCode::UNAUTHORIZED => Problem::SignedOut,
        StatusCode::FORBIDDEN => Problem::Refused("forbidden"),
        s if s.is_client_error() => Problem::Malformed,
        _ => Problem::Internal(anyhow::anyhow!("answered {status}")),
    }
}
