//! What is wrong with one field of an input, as a code; the words are put to it elsewhere.

use std::borrow::Cow;

use serde::Serialize;

/// One wrong field: its JSON path (`sanction.until`, `redactions[2].end`) and a stable code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// JSON path of the field.
    pub field: Cow<'static, str>,
    /// Stable `snake_case` code of what is wrong.
    pub code: &'static str,
}

impl FieldError {
    /// A field and what is wrong with it.
    pub fn new(field: impl Into<Cow<'static, str>>, code: &'static str) -> Self {
        Self { field: field.into(), code }
    }
}
