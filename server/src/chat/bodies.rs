//! What callers send, as types.

use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::actions::{Furnishing, NewRoom, RoomChange};
use super::talk::MAX_BODY;
use crate::community::hours::{self, Window};
use crate::http::body::{Form, Parsed, parse};
use crate::http::{Problem, RawBody};
use crate::screening::Screening;

/// How long a host can open a room beyond its hours.
const MAX_OPENING: Duration = Duration::hours(24);
const MAX_HOSTS: usize = 50;
const MAX_SLOW_S: i64 = 3600;

/// Changes to a message by its author.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "the schema of a body that `Form` reads, so that every wrong field is named at once")]
pub struct MessageBody {
    /// Markdown, at most 2000 characters.
    body: String,
    /// The advice was seen.
    confirmed: Option<bool>,
}

/// Changes to a room. Hosts: the first three; coordinators: all.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "as above")]
pub struct RoomPatch {
    /// Open until then, at most 24 hours ahead; null takes it back.
    open_until: Option<DateTime<Utc>>,
    /// Close for the rest of the day; false takes it back.
    close_for_today: Option<bool>,
    /// Seconds between two messages of one person, 0 to 3600.
    slow_mode_s: Option<i32>,
    /// Name, 1 to 60 characters.
    name: Option<String>,
    /// What it is for.
    description: Option<String>,
    /// Never closed by hours.
    always_open: Option<bool>,
    /// Weekly hours on the community's clock.
    hours: Option<Vec<Window>>,
    /// `whole` or `from_entry`.
    history: Option<String>,
    /// Place in the list.
    position: Option<i32>,
    /// Its hosts, all of them.
    hosts: Option<Vec<uuid::Uuid>>,
    /// The advice on words was seen.
    confirmed: Option<bool>,
}

/// A new room.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "as above")]
pub struct RoomBody {
    /// Its part of the address: `a-z`, `0-9`, `-`.
    slug: String,
    /// Name, 1 to 60 characters.
    name: String,
    /// What it is for.
    description: Option<String>,
    /// Never closed by hours.
    always_open: Option<bool>,
    /// Weekly hours on the community's clock.
    hours: Option<Vec<Window>>,
    /// `whole` or `from_entry`.
    history: Option<String>,
    /// Seconds between two messages of one person, 0 to 3600.
    slow_mode_s: Option<i32>,
    /// Place in the list.
    position: Option<i32>,
    /// Its hosts.
    hosts: Option<Vec<uuid::Uuid>>,
    /// The advice on words was seen.
    confirmed: Option<bool>,
}

/// Text and whether the advice was seen.
pub(super) fn message(body: RawBody) -> Result<(String, bool), Problem> {
    let mut form = body.form()?;
    let text = form.required("body", parse::text(1, MAX_BODY));
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    form.finish()?;
    Ok((text.unwrap_or_default(), confirmed))
}

/// Changes to a room.
pub(super) fn room_change(body: RawBody, screening: &Screening, now: DateTime<Utc>) -> Result<RoomChange, Problem> {
    let mut form = body.form()?;
    let open_until = form.patch("open_until", |value| match parse::time(value)? {
        until if until <= now => Err("in_past"),
        until if until > now + MAX_OPENING => Err("out_of_range"),
        until => Ok(until),
    });
    let close_for_today = form.optional("close_for_today", parse::boolean);
    let slow_mode_s = slow_mode(&mut form);
    let name = form.optional("name", parse::text(1, 60));
    let furnishing = Furnishing { name, ..furnishing(&mut form) };
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    form.finish()?;
    advise(screening, furnishing.name.as_deref(), &furnishing, confirmed)?;
    Ok(RoomChange { open_until, close_for_today, slow_mode_s, furnishing })
}

/// A new room.
pub(super) fn new_room(body: RawBody, screening: &Screening) -> Result<NewRoom, Problem> {
    let mut form = body.form()?;
    let slug = form.required("slug", slug);
    let name = form.required("name", parse::text(1, 60));
    let slow_mode_s = slow_mode(&mut form).unwrap_or(0);
    let furnishing = furnishing(&mut form);
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    form.finish()?;
    advise(screening, name.as_deref(), &furnishing, confirmed)?;
    Ok(NewRoom { slug: slug.unwrap_or_default(), name: name.unwrap_or_default(), furnishing, slow_mode_s })
}

/// What stands over a room is read by everybody: words that put people off are told once.
fn advise(screening: &Screening, name: Option<&str>, rest: &Furnishing, confirmed: bool) -> Result<(), Problem> {
    screening.advise([("name", name), ("description", rest.description.as_deref())], confirmed)
}

fn slow_mode(form: &mut Form) -> Option<i32> {
    form.optional("slow_mode_s", parse::integer(0, MAX_SLOW_S)).and_then(|seconds| i32::try_from(seconds).ok())
}

fn furnishing(form: &mut Form) -> Furnishing {
    Furnishing {
        name: None,
        description: form.optional("description", parse::text(0, 500)),
        always_open: form.optional("always_open", parse::boolean),
        hours: form.optional("hours", hours::windows),
        history: form.optional("history", |value| match value.as_str() {
            Some(known @ ("whole" | "from_entry")) => Ok(known.to_owned()),
            _ => Err("unknown_value"),
        }),
        position: form.optional("position", parse::integer(0, 10_000)).and_then(|n| i32::try_from(n).ok()),
        hosts: form.optional("hosts", parse::list(MAX_HOSTS, parse::id)),
    }
}

fn slug(value: &Value) -> Parsed<String> {
    let slug = parse::text(1, 60)(value)?;
    if slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
        Ok(slug)
    } else {
        Err("bad_character")
    }
}
