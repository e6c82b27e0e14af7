//! Lists are read page by page, by key and never by offset: nothing is skipped or doubled while others write.

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::problem::{FieldError, Problem};

const DEFAULT_LIMIT: i64 = 30;
const MAX_LIMIT: i64 = 100;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// Give it as `after` for the next page; null at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page from `limit + 1` rows: the extra row only says that there is more. `key` is where the next page begins.
    pub fn from_rows<K: Serialize>(mut items: Vec<T>, query: &PageQuery, key: impl Fn(&T) -> K) -> Self {
        let limit = query.size();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = if more { items.last().map(|item| cursor(&key(item))) } else { None };
        Self { items, next }
    }

    /// The same page with each item turned into something else.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}

/// `?limit=` and `?after=` of a list.
#[derive(Clone, Debug)]
pub struct PageQuery {
    limit: i64,
    after: Option<String>,
}

impl PageQuery {
    /// A page of `limit` items after a cursor, for pages that the server writes itself.
    #[must_use]
    pub fn of(limit: i64, after: Option<String>) -> Self {
        Self { limit: limit.clamp(1, MAX_LIMIT), after }
    }

    /// The cursor as it was given.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.after.as_deref()
    }

    /// Rows to ask the database for: one more than the page, to know whether there is a next one.
    #[must_use]
    pub fn fetch(&self) -> i64 {
        self.limit + 1
    }

    /// Items on the page.
    #[must_use]
    pub fn size(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(0)
    }

    /// The key after which the page begins.
    ///
    /// # Errors
    /// 422 on `after` for a cursor that is not one of this list's.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<K>, Problem> {
        let Some(raw) = &self.after else { return Ok(None) };
        URL_SAFE_NO_PAD
            .decode(raw)
            .ok()
            // PostgreSQL keeps no text with a NUL: no list of ours has handed out such a cursor.
            .filter(|bytes| !bytes.windows(6).any(|six| six == br"\u0000"))
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .map(Some)
            .ok_or_else(|| Problem::field("after", "bad_format"))
    }
}

/// The opaque text of a key.
pub fn cursor<K: Serialize>(key: &K) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default())
}

impl FromRequest for PageQuery {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(read(request))
    }
}

fn read(request: &HttpRequest) -> Result<PageQuery, Problem> {
    let mut query = PageQuery { limit: DEFAULT_LIMIT, after: None };
    let mut errors = Vec::new();
    for (name, value) in query_pairs(request)? {
        match name.as_str() {
            "limit" => match value.parse::<i64>() {
                Ok(n) if (1..=MAX_LIMIT).contains(&n) => query.limit = n,
                Ok(_) => errors.push(FieldError::new("limit", "out_of_range")),
                Err(_) => errors.push(FieldError::new("limit", "bad_format")),
            },
            "after" => query.after = Some(value),
            _ => {}
        }
    }
    if errors.is_empty() { Ok(query) } else { Err(Problem::Invalid(errors)) }
}

/// The query string as pairs.
///
/// # Errors
/// 400 when it cannot be read.
pub fn query_pairs(request: &HttpRequest) -> Result<Vec<(String, String)>, Problem> {
    actix_web::web::Query::<Vec<(String, String)>>::from_query(request.query_string())
        .map(actix_web::web::Query::into_inner)
        .map_err(|_| Problem::Malformed)
}

/// The first value of `name` in the query string.
///
/// # Errors
/// 400 when the query string cannot be read.
pub fn query_value(request: &HttpRequest, name: &str) -> Result<Option<String>, Problem> {
    Ok(query_pairs(request)?.into_iter().find_map(|(n, v)| (n == name && !v.is_empty()).then_some(v)))
}
