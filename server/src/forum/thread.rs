//! What a thread is made of, parsed.

use std::str::FromStr;

use moderation::limits::{REPLY_MAX, TITLE_MAX};

use crate::http::body::parse;
use crate::http::{Problem, RawBody};
use crate::infra::markdown;
use crate::screening::{Screening, Surface, Verdict};

/// Longest content note.
pub(super) const CONTENT_NOTE_MAX: usize = 200;

/// What an author wishes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplyWish {
    Listen,
    Share,
    Advice,
}

impl ReplyWish {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Listen => "listen",
            Self::Share => "share",
            Self::Advice => "advice",
        }
    }
}

impl FromStr for ReplyWish {
    type Err = &'static str;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        [Self::Listen, Self::Share, Self::Advice].into_iter().find(|wish| wish.code() == code).ok_or("unknown_value")
    }
}

/// A thread as its author sent it.
pub(super) struct NewThread {
    pub(super) title: String,
    pub(super) body: String,
    pub(super) html: String,
    pub(super) reply_wish: Option<ReplyWish>,
    pub(super) content_note: Option<String>,
    pub(super) request: Vec<u8>,
}

impl NewThread {
    /// Reads `{title, body, reply_wish?, content_note?, confirmed?}`, renders and screens it: nothing of this holds
    /// a connection.
    ///
    /// # Errors
    /// 400, 413, 415; 422 with every wrong field.
    pub(super) fn parse(raw: RawBody, screening: &Screening) -> Result<(Self, Result<Verdict, Problem>), Problem> {
        let request = raw.bytes().to_vec();
        let mut form = raw.form()?;
        let title = form.required("title", one_line(1, TITLE_MAX));
        let body = form.required("body", parse::text(1, REPLY_MAX));
        let reply_wish = form.optional("reply_wish", parse::code);
        let content_note = form.optional("content_note", one_line(0, CONTENT_NOTE_MAX)).filter(|note| !note.is_empty());
        let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
        form.finish()?;
        let (title, body) = (title.unwrap_or_default(), body.unwrap_or_default());
        let html = markdown::render(&body);
        let verdict = screen(screening, &title, &body, content_note.as_deref(), confirmed);
        Ok((Self { title, body, html, reply_wish, content_note, request }, verdict))
    }
}

/// Screens everything that people write in a thread.
///
/// # Errors
/// 422 `advice`.
pub(super) fn screen(
    screening: &Screening,
    title: &str,
    body: &str,
    note: Option<&str>,
    confirmed: bool,
) -> Result<Verdict, Problem> {
    let fields = [("body", body), ("title", title), ("content_note", note.unwrap_or_default())];
    screening.read_fields(Surface::Forum, &fields, confirmed)
}

/// What an author changes of a thread; what was left out stays.
pub(super) struct ThreadChange {
    pub(super) title: Option<String>,
    pub(super) body: Option<String>,
    pub(super) reply_wish: Option<Option<ReplyWish>>,
    pub(super) content_note: Option<Option<String>>,
    pub(super) confirmed: bool,
}

impl ThreadChange {
    /// Reads `{title?, body?, reply_wish?, content_note?, confirmed?}`.
    ///
    /// # Errors
    /// 400, 413, 415; 422 with every wrong field.
    pub(super) fn parse(raw: RawBody) -> Result<Self, Problem> {
        let mut form = raw.form()?;
        let title = form.optional("title", one_line(1, TITLE_MAX));
        let body = form.optional("body", parse::text(1, REPLY_MAX));
        let reply_wish = form.patch("reply_wish", parse::code);
        let content_note =
            form.patch("content_note", one_line(0, CONTENT_NOTE_MAX)).map(|note| note.filter(|note| !note.is_empty()));
        let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
        form.finish()?;
        Ok(Self { title, body, reply_wish, content_note, confirmed })
    }
}

/// As [`parse::text`], with line breaks and tabs turned into spaces: titles and notes stand on one line.
pub(super) fn one_line(min: usize, max: usize) -> impl Fn(&serde_json::Value) -> Result<String, &'static str> {
    let text = parse::text(min, max);
    move |value| text(value).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
}
