//! Where a request comes from, and the headers that every answer carries.

use std::net::IpAddr;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, web};

use super::assets::SCRIPT_HASHES;
use super::problem::Problem;

/// The cookie that carries a browser's session.
pub const SESSION_COOKIE: &str = "ligesind_session";

/// Where this site stands.
#[derive(Clone, Debug)]
pub struct Place {
    /// `PUBLIC_URL`'s origin (scheme, host, port); none: whatever loopback address the browser used.
    pub origin: Option<String>,
    /// The proxy whose `X-Forwarded-For` is believed.
    pub trusted_proxy: Option<IpAddr>,
}

impl Place {
    /// Whether cookies must travel over TLS only.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.origin.as_ref().is_some_and(|o| o.starts_with("https://"))
    }

    /// Whether `Origin` is this site's own. Without `PUBLIC_URL` only loopback names count,
    /// and they must be the host that was asked, so that no rebound name passes.
    #[must_use]
    pub fn is_own(&self, headers: &HeaderMap) -> bool {
        let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
        let Some(origin) = text(header::ORIGIN) else { return false };
        if origin == "null" {
            return headers.get("sec-fetch-site").is_some_and(|v| v == "same-origin");
        }
        match &self.origin {
            Some(own) => origin.eq_ignore_ascii_case(own),
            None => {
                let Some(authority) = origin.strip_prefix("http://") else { return false };
                let name = authority.rsplit_once(':').map_or(authority, |(name, _)| name);
                matches!(name, "localhost" | "127.0.0.1" | "[::1]") && text(header::HOST) == Some(authority)
            }
        }
    }

    /// The address of the caller: the peer's, or what the trusted proxy says.
    #[must_use]
    pub fn address(&self, request: &HttpRequest) -> IpAddr {
        let peer = request.peer_addr().map_or(IpAddr::from([127, 0, 0, 1]), |a| a.ip());
        if Some(peer) != self.trusted_proxy {
            return peer;
        }
        // The last entry is the one our proxy wrote; those before it are the caller's own claim.
        request
            .headers()
            .get("x-forwarded-for")
            .and_then(|v| v.to_str().ok())
            .and_then(|v| v.rsplit(',').next())
            .and_then(|v| v.trim().parse().ok())
            .unwrap_or(peer)
    }
}

/// Middleware: an address with a NUL in it leads nowhere. PostgreSQL keeps no such text, so nothing can be found by it.
///
/// # Errors
/// 404.
pub async fn no_nul<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().contains("%00")) {
        return Ok(request.error_response(Problem::NotFound).map_into_right_body());
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// Middleware: refuses changing requests from other sites.
///
/// # Errors
/// 403 `foreign_origin`.
pub async fn same_origin<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    if !request.method().is_safe() {
        let place = request.app_data::<web::Data<Place>>().cloned();
        let has_origin = request.headers().contains_key(header::ORIGIN);
        let has_cookie = request.cookie(SESSION_COOKIE).is_some();
        let own = place.is_some_and(|p| p.is_own(request.headers()));
        if (has_origin || has_cookie) && !own {
            return Ok(request.error_response(Problem::Refused("foreign_origin")).map_into_right_body());
        }
    }
    Ok(next.call(request).await?.map_into_left_body())
}

/// Middleware: the headers of every answer. What says nothing of caching is personal until proven otherwise.
///
/// # Errors
/// None of its own.
pub async fn headers<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let secure = request.app_data::<web::Data<Place>>().is_some_and(|p| p.is_secure());
    let visitor = request.cookie(SESSION_COOKIE).is_none();
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    set(
        "content-security-policy",
        &format!(
            "default-src 'none'; script-src 'self'{}; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; \
         manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            *SCRIPT_HASHES
        ),
    );
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "no-referrer");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), microphone=(), geolocation=(), interest-cohort=()");
    if visitor {
        // A page can read this header of its own and no other: the app then need not ask who is signed in.
        set("server-timing", "visitor");
    }
    if secure {
        set("strict-transport-security", "max-age=31536000");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    Ok(response)
}
