//! What requests about the settings send and get.

use std::collections::HashSet;

use moderation::screening::is_common_word;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::store::{OwnWord, Stored};
use super::table::{self, Change, Row, choices};
use crate::http::body::{Form, Parsed, parse};
use crate::http::{FieldError, Problem, RawBody};

/// Most words of a community's own.
const WORDS_MAX: usize = 500;
/// Longest of them.
const WORD_MAX: usize = 60;
/// Fewest letters of one.
const LETTERS_MIN: usize = 3;
/// Most choices: every line of the table.
const CHANGES_MAX: usize = 300;

/// A line of the table.
#[derive(Serialize, ToSchema)]
pub(super) struct PolicyLine {
    /// `post` (blog and forum), `chat` or `staff_copy`.
    pub(super) surface: String,
    /// What was found.
    pub(super) category: String,
    /// `high`, `medium` or `low`.
    pub(super) severity: String,
    /// `allow`, `show_help`, `tell_author`, `hold` or `hide_from_peers`.
    pub(super) action: String,
    /// What may be chosen, mildest first; a single one stands fast.
    pub(super) choices: Vec<String>,
    /// What holds where nobody chooses.
    pub(super) default_action: String,
    /// Whether its author is shown where help is.
    pub(super) help: bool,
    /// Category of the case that is opened.
    pub(super) case_category: Option<String>,
    /// Level of that case, 1 (most grave) to 5.
    pub(super) case_level: Option<u8>,
}

/// A word of the community's own.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnWordView {
    /// `place`, `school`, `staff` or `workplace`.
    pub(super) kind: String,
    /// The word, or up to eight.
    pub(super) word: String,
}

/// The settings of screening, with the whole table as it stands.
#[derive(Serialize, ToSchema)]
pub(super) struct ScreeningSettings {
    /// Goes into `If-Match`; 0: nobody has changed anything.
    pub(super) version: i32,
    /// What each finding leads to.
    pub(super) policy: Vec<PolicyLine>,
    /// Words of the community's own.
    pub(super) words: Vec<OwnWordView>,
}

/// A choice for one line of the table.
#[derive(ToSchema)]
#[expect(dead_code, reason = "read field by field, so that every wrong field is named at once")]
pub(super) struct PolicyChange {
    /// `post` (blog and forum), `chat` or `staff_copy`.
    surface: String,
    /// What was found.
    category: String,
    /// `high`, `medium` or `low`.
    severity: String,
    /// One of the line's `choices`.
    action: String,
}

/// A word of the community's own.
#[derive(ToSchema)]
#[expect(dead_code, reason = "as above")]
pub(super) struct OwnWordBody {
    /// `place`, `school`, `staff` or `workplace`.
    kind: String,
    /// One to eight words, up to 60 characters.
    word: String,
}

/// Body of `PUT /screening/settings`: everything that differs from the default, and all words.
#[derive(ToSchema)]
#[expect(dead_code, reason = "as above")]
pub(super) struct ScreeningSettingsBody {
    /// Choices that differ from the default.
    changes: Vec<PolicyChange>,
    /// At most 500.
    words: Vec<OwnWordBody>,
}

impl From<Row> for PolicyLine {
    fn from(row: Row) -> Self {
        let codes = choices(row.category, row.severity);
        Self {
            surface: row.surface.as_str().to_owned(),
            category: row.category.as_str().to_owned(),
            severity: row.severity.as_str().to_owned(),
            action: row.rule.text.as_str().to_owned(),
            choices: codes.iter().map(|action| action.as_str().to_owned()).collect(),
            default_action: row.default.as_str().to_owned(),
            help: row.rule.help,
            case_category: row.rule.case.map(|case| case.category.as_str().to_owned()),
            case_level: row.rule.case.map(|case| case.level.number()),
        }
    }
}

impl From<Stored> for ScreeningSettings {
    fn from(stored: Stored) -> Self {
        Self {
            version: stored.version,
            policy: table::rows(&table::policy(&stored.changes)).into_iter().map(PolicyLine::from).collect(),
            words: stored
                .words
                .into_iter()
                .map(|own| OwnWordView { kind: own.kind.code().to_owned(), word: own.word })
                .collect(),
        }
    }
}

/// Reads the body of a change.
///
/// # Errors
/// 400, 413, 415; 422 with every wrong field: `not_allowed_here` for a choice that is not to be had, `duplicate` for a
/// second one for the same line, `common_word` for a word that is in nearly every text. A word that stands in the list
/// already may stay: it must not keep anybody from changing something else.
pub(super) fn settings(raw: RawBody, before: &[OwnWord]) -> Result<(Vec<Change>, Vec<OwnWord>), Problem> {
    let mut form = raw.form()?;
    let mut lines = HashSet::new();
    let changes = list(&mut form, "changes", CHANGES_MAX, |item| {
        let change = change(item)?;
        // Two choices for one line: nobody could tell which of them was meant.
        if !lines.insert((change.surface, change.category, change.severity)) {
            item.wrong("action", "duplicate");
        }
        Some(change)
    });
    let mut words = list(&mut form, "words", WORDS_MAX, |item| own_word(item, before));
    form.finish()?;
    let mut seen = HashSet::new();
    words.retain(|own| seen.insert(own.word.to_lowercase()));
    Ok((changes, words))
}

/// The items of a list, each an object; wrong ones are named by their place.
fn list<T>(form: &mut Form, name: &str, max: usize, mut read: impl FnMut(&mut Form) -> Option<T>) -> Vec<T> {
    let items = form.required(name, parse::list(max, parse::object)).unwrap_or_default();
    let mut all = Vec::with_capacity(items.len());
    for (at, fields) in items.into_iter().enumerate() {
        let mut item = Form::of(fields);
        let value = read(&mut item);
        match item.finish() {
            Err(Problem::Invalid(errors)) => {
                form.wrong_all(
                    errors.into_iter().map(|e| FieldError::new(format!("{name}[{at}].{}", e.field), e.code)),
                );
            }
            _ => all.extend(value),
        }
    }
    all
}

fn coded<T: moderation::Coded>(value: &Value) -> Parsed<T> {
    value.as_str().and_then(T::from_code).ok_or("unknown_value")
}

fn change(form: &mut Form) -> Option<Change> {
    let surface = form.required("surface", coded);
    let category = form.required("category", coded);
    let severity = form.required("severity", coded);
    let action = form.required("action", coded);
    let change = Change { surface: surface?, category: category?, severity: severity?, action: action? };
    if !change.is_allowed() {
        form.wrong("action", "not_allowed_here");
    }
    Some(change)
}

/// Whether a word, or words, stand in nearly every text: all of those texts would be kept back.
fn is_everywhere(parts: &[&str]) -> bool {
    parts.iter().all(|part| {
        let letters = part.chars().count();
        letters == 1 || (is_common_word(part) && (parts.len() == 1 || letters <= LETTERS_MIN))
    })
}

fn own_word(form: &mut Form, before: &[OwnWord]) -> Option<OwnWord> {
    let kind = form.required("kind", parse::code);
    let word = form.required("word", |value| {
        let word = parse::text(2, WORD_MAX)(value)?.split_whitespace().collect::<Vec<_>>().join(" ");
        let letters = word.chars().filter(|c| c.is_alphanumeric()).count();
        let parts: Vec<&str> = word.split([' ', '-']).filter(|part| part.chars().any(char::is_alphanumeric)).collect();
        match (letters, parts.len()) {
            _ if before.iter().any(|known| known.word == word) => Ok(word),
            (0..LETTERS_MIN, _) => Err("too_short"),
            (_, 1..=8) if is_everywhere(&parts) => Err("common_word"),
            (_, 1..=8) => Ok(word),
            _ => Err("too_long"),
        }
    });
    Some(OwnWord { kind: kind?, word: word? })
}
