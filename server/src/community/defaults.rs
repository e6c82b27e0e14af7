//! The texts that a community starts with, in both languages.

use std::sync::LazyLock;

use serde_json::Value;

use crate::http::Lang;

static DANISH: LazyLock<Value> =
    LazyLock::new(|| load(include_str!("../../community/da.json"), include_str!("../../community/courses.da.json")));
static ENGLISH: LazyLock<Value> =
    LazyLock::new(|| load(include_str!("../../community/en.json"), include_str!("../../community/courses.en.json")));

/// The texts of a language with its courses. A broken file is found by the tests.
fn load(texts: &str, courses: &str) -> Value {
    let mut all: Value = serde_json::from_str(texts).unwrap_or_default();
    if let Some(parts) = all.as_object_mut() {
        parts.insert("courses".to_owned(), serde_json::from_str(courses).unwrap_or_default());
    }
    all
}

/// Documents that a coordinator may change, by kind; `pages/…` are pages of their own.
pub const KINDS: &[&str] = &[
    "tagline",
    "role_words",
    "role_explanations",
    "house_rules",
    "house_rules_note",
    "chat_ground_rules",
    "chat_ground_rules_intro",
    "confidentiality_pledge",
    "moderation_guidance",
    "consents",
    "report_dialog",
    "report_reasons",
    "decision_texts",
    "opening",
    "pages/about",
    "pages/safety",
    "pages/privacy",
    "pages/help",
    "courses/danger",
    "courses/confidentiality",
    "courses/grooming",
];

/// All defaults of a language.
pub fn all(lang: Lang) -> &'static Value {
    match lang {
        Lang::Da => &DANISH,
        Lang::En => &ENGLISH,
    }
}

/// The default document of a kind.
pub fn document(lang: Lang, kind: &str) -> Value {
    all(lang).pointer(&format!("/{kind}")).cloned().unwrap_or_default()
}

/// Longest single text in a document.
const TEXT_MAX: usize = 10_000;
/// Most items of a list in a document.
const ITEMS_MAX: usize = 60;

/// What is wrong with a changed document: it must have the shape of the default, so that no page loses a part.
/// Each entry is the place (`house_rules[2].text`) and a code.
pub fn compare(default: &Value, changed: &Value, at: &str, wrong: &mut Vec<(String, &'static str)>) {
    match (default, changed) {
        (Value::String(_), Value::String(text)) => {
            if text.trim().is_empty() {
                wrong.push((at.to_owned(), "empty"));
            } else if text.chars().count() > TEXT_MAX {
                wrong.push((at.to_owned(), "too_long"));
            }
        }
        (Value::Null, Value::Null | Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_)) => {}
        (Value::Object(parts), Value::Object(given)) => {
            for (name, part) in parts {
                let place = format!("{at}.{name}");
                match given.get(name) {
                    Some(value) => compare(part, value, &place, wrong),
                    None => wrong.push((place, "required")),
                }
            }
            for name in given.keys().filter(|name| !parts.contains_key(*name)) {
                wrong.push((format!("{at}.{name}"), "unknown_field"));
            }
        }
        (Value::Array(items), Value::Array(given)) => {
            if given.len() > ITEMS_MAX {
                wrong.push((at.to_owned(), "too_many"));
            }
            for (n, value) in given.iter().enumerate() {
                if let Some(item) = items.first() {
                    compare(item, value, &format!("{at}[{n}]"), wrong);
                }
            }
        }
        _ => wrong.push((at.to_owned(), "bad_format")),
    }
}

/// Every text of a document with its place (`body[2].text`).
pub fn texts<'d>(document: &'d Value, at: &str, found: &mut Vec<(String, &'d str)>) {
    match document {
        Value::String(text) => found.push((at.to_owned(), text)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| texts(item, &format!("{at}[{n}]"), found)),
        Value::Object(parts) => parts.iter().for_each(|(name, part)| texts(part, &format!("{at}.{name}"), found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_have_every_document_in_the_same_shape() {
        for kind in KINDS {
            let (da, en) = (document(Lang::Da, kind), document(Lang::En, kind));
            assert!(!da.is_null(), "{kind}");
            let mut wrong = Vec::new();
            compare(&da, &en, kind, &mut wrong);
            assert!(wrong.is_empty(), "{wrong:?}");
        }
    }

    #[test]
    fn a_changed_document_keeps_the_shape_of_the_default() {
        let default = serde_json::json!([{"id": "a", "text": "A"}]);
        let mut wrong = Vec::new();
        compare(&default, &serde_json::json!([{"id": "b", "text": " "}, {"id": "c", "x": 1}]), "rules", &mut wrong);
        assert_eq!(
            wrong,
            [
                ("rules[0].text".to_owned(), "empty"),
                ("rules[1].text".to_owned(), "required"),
                ("rules[1].x".to_owned(), "unknown_field"),
            ]
        );
    }
}
