//! What a post is made of, parsed.

use moderation::limits::{POST_MAX, TAG_MAX, TAGS_MAX, TITLE_MAX};
use serde_json::Value;
use uuid::Uuid;

use crate::http::body::parse;
use crate::http::{Form, Problem, RawBody};
use crate::infra::markdown;
use crate::infra::slug::slug_of;
use crate::screening::{Screening, Surface, Verdict};

/// Longest content note.
const CONTENT_NOTE_MAX: usize = 200;
const SLUG_WORDS_MAX: usize = 60;

/// The words of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    pub(super) title: String,
    pub(super) body: String,
    pub(super) tags: Vec<String>,
    pub(super) content_note: Option<String>,
}

impl Words {
    /// The body as sanitised HTML.
    pub(super) fn html(&self) -> String {
        markdown::render(&self.body)
    }

    /// Screens everything that people wrote.
    ///
    /// # Errors
    /// 422 `advice`.
    pub(super) fn screen(&self, screening: &Screening, confirmed: bool) -> Result<Verdict, Problem> {
        let note = self.content_note.as_deref().unwrap_or_default();
        let tags = self.tags.join(" ");
        let fields = [("body", self.body.as_str()), ("title", &self.title), ("content_note", note), ("tags", &tags)];
        screening.read_fields(Surface::Post, &fields, confirmed)
    }
}

/// A post as its author sent it.
pub(super) struct NewPost {
    pub(super) words: Words,
    pub(super) request: Vec<u8>,
}

impl NewPost {
    /// Reads `{title, body, tags?, content_note?}`.
    ///
    /// # Errors
    /// 400, 413, 415; 422 with every wrong field.
    pub(super) fn parse(raw: RawBody) -> Result<Self, Problem> {
        let request = raw.bytes().to_vec();
        let mut form = raw.form()?;
        let title = form.required("title", title).unwrap_or_default();
        let body = form.required("body", parse::text(1, POST_MAX)).unwrap_or_default();
        let tags = read_tags(&mut form).unwrap_or_default();
        let content_note = form.optional("content_note", content_note).flatten();
        form.finish()?;
        Ok(Self { words: Words { title, body, tags, content_note }, request })
    }
}

/// What an author changes of a post; what was left out stays.
pub(super) struct PostChange {
    title: Option<String>,
    body: Option<String>,
    tags: Option<Vec<String>>,
    content_note: Option<Option<String>>,
    pub(super) confirmed: bool,
}

impl PostChange {
    /// Reads `{title?, body?, tags?, content_note?, confirmed?}`.
    ///
    /// # Errors
    /// 400, 413, 415; 422 with every wrong field.
    pub(super) fn parse(raw: RawBody) -> Result<Self, Problem> {
        let mut form = raw.form()?;
        let title = form.optional("title", title);
        let body = form.optional("body", parse::text(1, POST_MAX));
        let tags = read_tags(&mut form);
        let content_note = form.patch("content_note", content_note).map(Option::flatten);
        let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
        form.finish()?;
        Ok(Self { title, body, tags, content_note, confirmed })
    }

    /// The words after this change.
    pub(super) fn apply_to(self, old: &Words) -> Words {
        Words {
            title: self.title.unwrap_or_else(|| old.title.clone()),
            body: self.body.unwrap_or_else(|| old.body.clone()),
            tags: self.tags.unwrap_or_else(|| old.tags.clone()),
            content_note: self.content_note.unwrap_or_else(|| old.content_note.clone()),
        }
    }
}

/// Reads the optional body `{confirmed?}` of a submission.
///
/// # Errors
/// 400, 413, 415, 422.
pub(super) fn parse_confirmed(raw: RawBody) -> Result<bool, Problem> {
    if raw.is_empty() {
        return Ok(false);
    }
    let mut form = raw.form()?;
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    form.finish()?;
    Ok(confirmed)
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn title(value: &Value) -> Result<String, &'static str> {
    parse::text(1, TITLE_MAX)(value).map(|text| on_one_line(&text))
}

fn content_note(value: &Value) -> Result<Option<String>, &'static str> {
    let note = parse::text(0, CONTENT_NOTE_MAX)(value).map(|text| on_one_line(&text))?;
    Ok((!note.is_empty()).then_some(note))
}

/// Tags as one writes them become lower case, words joined by `-`; the same one twice counts once.
/// A wrong tag is named by its place.
fn read_tags(form: &mut Form) -> Option<Vec<String>> {
    let raw = form.optional("tags", |value| value.as_array().cloned().ok_or("bad_format"))?;
    let mut tags: Vec<String> = Vec::new();
    for (at, value) in raw.iter().enumerate() {
        match tag(value) {
            Ok(tag) if !tags.contains(&tag) => tags.push(tag),
            Ok(_) => {}
            Err(code) => form.wrong(&format!("tags[{at}]"), code),
        }
    }
    if tags.len() > TAGS_MAX {
        form.wrong("tags", "too_many");
    }
    Some(tags)
}

fn tag(value: &Value) -> Result<String, &'static str> {
    let raw = value.as_str().ok_or("bad_format")?.trim().trim_start_matches('#').to_lowercase();
    let words: Vec<&str> =
        raw.split(|c: char| c.is_whitespace() || c == '-' || c == '_').filter(|word| !word.is_empty()).collect();
    let tag = words.join("-");
    match tag.chars().count() {
        0 => Err("empty"),
        n if n > TAG_MAX => Err("too_long"),
        _ if tag.chars().all(|c| c.is_alphanumeric() || c == '-') => Ok(tag),
        _ => Err("bad_character"),
    }
}

/// Address of a post: words of its title and the end of its id, so that it tells nothing of other posts, hidden ones among them.
pub(super) fn slug(title: &str, id: Uuid) -> String {
    let id = id.simple().to_string();
    let end = id.get(id.len().saturating_sub(8)..).unwrap_or(&id);
    let words = slug_of(title, SLUG_WORDS_MAX);
    if words.is_empty() { format!("{end}-{}", id.get(..4).unwrap_or_default()) } else { format!("{words}-{end}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tags_are_written_in_one_way() {
        assert_eq!(tag(&json!(" #Svære  Dage ")), Ok("svære-dage".to_owned()));
        assert_eq!(tag(&json!("##")), Err("empty"));
        assert_eq!(tag(&json!("a<b")), Err("bad_character"));
        assert_eq!(tag(&json!(3)), Err("bad_format"));
    }

    #[test]
    fn slugs_of_one_title_differ() {
        let (a, b) = (slug("Min første dag", Uuid::now_v7()), slug("Min første dag", Uuid::now_v7()));
        assert!(a.starts_with("min-foerste-dag-"), "{a}");
        assert_ne!(a, b);
    }
}
