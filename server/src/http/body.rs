//! Request bodies: bounded JSON read after the rights are known, with every wrong field named at once.

use std::future::Future;
use std::pin::Pin;

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::CONTENT_TYPE, web::Bytes};
use futures_util::StreamExt;
use serde_json::{Map, Value};

use super::problem::{FieldError, Problem};

const MAX_BYTES: usize = 64 * 1024;
const MAX_BYTES_POST: usize = 256 * 1024;
const MAX_DEPTH: usize = 16;

/// The body as it came. Taking it never fails, so that a handler checks rights first (order 401, 403/404, 400/422).
pub struct RawBody(Result<Bytes, Problem>);

impl RawBody {
    /// The body as an object of fields.
    ///
    /// # Errors
    /// Too large, not JSON by its type or by its text, nested too deep, not an object.
    pub fn form(self) -> Result<Form, Problem> {
        let bytes = self.0?;
        if depth(&bytes) > MAX_DEPTH {
            return Err(Problem::Malformed);
        }
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => Ok(Form { fields, errors: Vec::new() }),
            _ => Err(Problem::Malformed),
        }
    }

    /// Whether nothing was sent.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(&self.0, Ok(bytes) if bytes.is_empty())
    }

    /// The bytes, for the hash of an idempotent request.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

/// Deepest nesting of brackets outside strings; counted before parsing, so that a bomb is never built.
fn depth(bytes: &[u8]) -> usize {
    let (mut now, mut max, mut in_string, mut escaped) = (0_usize, 0, false, false);
    for byte in bytes {
        match (in_string, byte) {
            (true, _) if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => in_string = !in_string,
            (false, b'{' | b'[') => {
                now += 1;
                max = max.max(now);
            }
            (false, b'}' | b']') => now = now.saturating_sub(1),
            _ => {}
        }
    }
    max
}

impl FromRequest for RawBody {
    type Error = actix_web::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Self::Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json =
            request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).is_some_and(|t| {
                t.split(';').next().is_some_and(|t| t.trim().eq_ignore_ascii_case("application/json"))
            });
        let limit = if request.path().starts_with("/api/v1/posts") { MAX_BYTES_POST } else { MAX_BYTES };
        let mut payload = payload.take();
        Box::pin(async move {
            let mut bytes = actix_web::web::BytesMut::new();
            while let Some(chunk) = payload.next().await {
                let Ok(chunk) = chunk else { return Ok(Self(Err(Problem::Malformed))) };
                if bytes.len() + chunk.len() > limit {
                    return Ok(Self(Err(Problem::TooLarge)));
                }
                bytes.extend_from_slice(&chunk);
            }
            Ok(Self(if is_json || bytes.is_empty() { Ok(bytes.freeze()) } else { Err(Problem::NotJson) }))
        })
    }
}

/// Fields of a body, taken one by one; what is wrong is gathered until [`Form::finish`]. Unknown fields are ignored.
pub struct Form {
    fields: Map<String, Value>,
    errors: Vec<FieldError>,
}

/// What a field's parser answers: the value, or the code of what is wrong.
pub type Parsed<T> = Result<T, &'static str>;

impl Form {
    /// The fields of an object inside a body.
    #[must_use]
    pub fn of(fields: Map<String, Value>) -> Self {
        Self { fields, errors: Vec::new() }
    }

    /// A field that must be there. `None` when it is wrong, which [`Form::finish`] reports.
    pub fn required<T>(&mut self, field: &str, parse: impl FnOnce(&Value) -> Parsed<T>) -> Option<T> {
        match self.fields.get(field) {
            None | Some(Value::Null) => {
                self.wrong(field, "required");
                None
            }
            Some(value) => match parse(value) {
                Ok(value) => Some(value),
                Err(code) => {
                    self.wrong(field, code);
                    None
                }
            },
        }
    }

    /// A field that may be left out or null.
    pub fn optional<T>(&mut self, field: &str, parse: impl FnOnce(&Value) -> Parsed<T>) -> Option<T> {
        match self.fields.get(field) {
            None | Some(Value::Null) => None,
            Some(_) => self.required(field, parse),
        }
    }

    /// A field of a PATCH: left out `None`, null `Some(None)`, a value `Some(Some(..))`.
    pub fn patch<T>(&mut self, field: &str, parse: impl FnOnce(&Value) -> Parsed<T>) -> Option<Option<T>> {
        match self.fields.get(field) {
            None => None,
            Some(Value::Null) => Some(None),
            Some(_) => self.required(field, parse).map(Some),
        }
    }

    /// Whether the field was sent at all.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Notes a wrong field.
    pub fn wrong(&mut self, field: &str, code: &'static str) {
        self.errors.push(FieldError::new(field, code));
    }

    /// Notes wrong fields found elsewhere.
    pub fn wrong_all(&mut self, errors: impl IntoIterator<Item = FieldError>) {
        self.errors.extend(errors);
    }

    /// Whether something was wrong so far.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`Problem::Invalid`] with every field that was wrong.
    pub fn finish(self) -> Result<(), Problem> {
        if self.errors.is_empty() { Ok(()) } else { Err(Problem::Invalid(self.errors)) }
    }
}

/// Parsers for plain fields.
pub mod parse {
    use super::Parsed;
    use serde_json::Value;
    use uuid::Uuid;

    /// Text, trimmed at its ends, of `min` to `max` Unicode scalar values, without control characters
    /// other than line breaks and tabs.
    ///
    /// # Errors
    /// `bad_format`, `empty`, `too_short`, `too_long`, `bad_character`.
    pub fn text(min: usize, max: usize) -> impl Fn(&Value) -> Parsed<String> {
        move |value| {
            let raw = value.as_str().ok_or("bad_format")?;
            let text = raw.trim();
            let length = text.chars().count();
            if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
                return Err("bad_character");
            }
            match length {
                0 if min > 0 => Err("empty"),
                n if n < min => Err("too_short"),
                n if n > max => Err("too_long"),
                _ => Ok(text.to_owned()),
            }
        }
    }

    /// A yes or no.
    ///
    /// # Errors
    /// `bad_format`.
    pub fn boolean(value: &Value) -> Parsed<bool> {
        value.as_bool().ok_or("bad_format")
    }

    /// A whole number within bounds.
    ///
    /// # Errors
    /// `bad_format`, `out_of_range`.
    pub fn integer(min: i64, max: i64) -> impl Fn(&Value) -> Parsed<i64> {
        move |value| match value.as_i64() {
            None => Err("bad_format"),
            Some(n) if (min..=max).contains(&n) => Ok(n),
            Some(_) => Err("out_of_range"),
        }
    }

    /// An id.
    ///
    /// # Errors
    /// `bad_format`.
    pub fn id<T: From<Uuid>>(value: &Value) -> Parsed<T> {
        value.as_str().and_then(|s| Uuid::parse_str(s).ok()).map(T::from).ok_or("bad_format")
    }

    /// A moment, RFC 3339.
    ///
    /// # Errors
    /// `bad_format`.
    pub fn time(value: &Value) -> Parsed<chrono::DateTime<chrono::Utc>> {
        value
            .as_str()
            .and_then(|s| chrono::DateTime::parse_from_rfc3339(s).ok())
            .map(|t| t.to_utc())
            .ok_or("bad_format")
    }

    /// A code of a fixed set, by its `FromStr`.
    ///
    /// # Errors
    /// `unknown_value`.
    pub fn code<T: std::str::FromStr>(value: &Value) -> Parsed<T> {
        value.as_str().and_then(|s| s.parse().ok()).ok_or("unknown_value")
    }

    /// An object, to be read with [`super::Form::of`].
    ///
    /// # Errors
    /// `bad_format`.
    pub fn object(value: &Value) -> Parsed<serde_json::Map<String, Value>> {
        value.as_object().cloned().ok_or("bad_format")
    }

    /// A list, each item by `item`, of at most `max`.
    ///
    /// # Errors
    /// `bad_format`, `too_many`, or the first wrong item's code.
    pub fn list<T>(max: usize, item: impl Fn(&Value) -> Parsed<T>) -> impl FnOnce(&Value) -> Parsed<Vec<T>> {
        move |value| {
            let items = value.as_array().ok_or("bad_format")?;
            if items.len() > max {
                return Err("too_many");
            }
            items.iter().map(item).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_ignores_brackets_in_strings() {
        assert_eq!(depth(br#"{"a":"[[[[","b":[1]}"#), 2);
        assert_eq!(depth(br#"{"a":"\"[","b":1}"#), 1);
    }
}
