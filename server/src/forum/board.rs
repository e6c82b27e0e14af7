//! What a board is made of, parsed.

use moderation::limits::TITLE_MAX;

use super::thread::one_line;
use crate::http::body::parse;
use crate::http::{Problem, RawBody};
use crate::infra::slug::slug_of;
use crate::screening::Screening;

const DESCRIPTION_MAX: usize = 500;
const POSITION_MAX: i64 = 10_000;

/// A new board.
pub(super) struct NewBoard {
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) members_only: bool,
    pub(super) position: Option<i32>,
    pub(super) request: Vec<u8>,
}

impl NewBoard {
    /// Reads `{title, slug?, description?, members_only?, position?, confirmed?}`; without a slug it is made from the title.
    ///
    /// # Errors
    /// 400, 413, 415; 422 with every wrong field, then `advice` on words.
    pub(super) fn parse(raw: RawBody, screening: &Screening) -> Result<Self, Problem> {
        let request = raw.bytes().to_vec();
        let mut form = raw.form()?;
        let title = form.required("title", one_line(1, TITLE_MAX)).unwrap_or_default();
        let given = form.optional("slug", slug);
        let description = form.optional("description", parse::text(0, DESCRIPTION_MAX)).unwrap_or_default();
        let members_only = form.optional("members_only", parse::boolean).unwrap_or(false);
        let position = form.optional("position", position);
        let slug = given.unwrap_or_else(|| slug_of(&title, 60));
        if slug.is_empty() && !title.is_empty() && !form.has("slug") {
            form.wrong("slug", "required");
        }
        let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
        form.finish()?;
        screening.advise([("title", Some(title.as_str())), ("description", Some(description.as_str()))], confirmed)?;
        Ok(Self { slug, title, description, members_only, position, request })
    }
}

/// What a coordinator changes of a board; what was left out stays. The address never changes.
pub(super) struct BoardChange {
    pub(super) title: Option<String>,
    pub(super) description: Option<String>,
    pub(super) members_only: Option<bool>,
    pub(super) position: Option<i32>,
}

impl BoardChange {
    /// Reads `{title?, description?, members_only?, position?, confirmed?}`.
    ///
    /// # Errors
    /// 400, 413, 415; 422 with every wrong field, then `advice` on words.
    pub(super) fn parse(raw: RawBody, screening: &Screening) -> Result<Self, Problem> {
        let mut form = raw.form()?;
        let title = form.optional("title", one_line(1, TITLE_MAX));
        let description = form.optional("description", parse::text(0, DESCRIPTION_MAX));
        let members_only = form.optional("members_only", parse::boolean);
        let position = form.optional("position", position);
        let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
        form.finish()?;
        screening.advise([("title", title.as_deref()), ("description", description.as_deref())], confirmed)?;
        Ok(Self { title, description, members_only, position })
    }
}

fn slug(value: &serde_json::Value) -> Result<String, &'static str> {
    let text = value.as_str().ok_or("bad_format")?;
    let fits = (1..=60).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits { Ok(text.to_owned()) } else { Err("bad_format") }
}

fn position(value: &serde_json::Value) -> Result<i32, &'static str> {
    parse::integer(0, POSITION_MAX)(value).and_then(|n| i32::try_from(n).map_err(|_| "out_of_range"))
}
