//! When a room or a help line is open. Hours are wall-clock time in the community's time zone; pure, the moment comes as
//! an argument.

use chrono::{DateTime, Datelike, Days, Duration, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::body::Parsed;

/// Stretches that one week may have.
const MAX_WINDOWS: usize = 50;
/// Minutes of a day.
const DAY_MINUTES: u32 = 24 * 60;

/// One stretch of opening hours in a week.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Window {
    /// `monday` to `sunday`: the day on which it begins.
    pub weekday: String,
    /// `HH:MM`.
    pub from: String,
    /// `HH:MM`, at most `24:00`; not later than `from` means on the next day.
    pub to: String,
}

/// A stretch as it is reckoned with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    weekday: Weekday,
    from: u32,
    to: u32,
}

/// What decides whether a room or a help line is open.
#[derive(Clone, Debug)]
pub struct OpeningFacts {
    /// Never closed by hours.
    pub always_open: bool,
    /// Weekly hours.
    pub hours: Vec<Window>,
    /// A host has opened it until then.
    pub opened_until: Option<DateTime<Utc>>,
    /// A host has closed it until then.
    pub closed_until: Option<DateTime<Utc>>,
    /// The community's time zone.
    pub time_zone: Tz,
}

/// How a room stands at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Whether messages can be sent.
    pub is_open: bool,
    /// When it opens, if it is closed and will.
    pub opens_at: Option<DateTime<Utc>>,
    /// When it closes, if it is open and will.
    pub closes_at: Option<DateTime<Utc>>,
    /// Whether a host said so, not the hours.
    pub by_host: bool,
}

impl Opening {
    /// Its state as the API says it.
    #[must_use]
    pub fn state(&self) -> &'static str {
        if self.is_open { "open" } else { "closed" }
    }
}

/// How far ahead the next opening is looked for.
const DAYS_AHEAD: u64 = 8;

impl OpeningFacts {
    /// How the room stands at `now`. What a host said goes before the hours, closing before opening.
    #[must_use]
    pub fn at(&self, now: DateTime<Utc>) -> Opening {
        if let Some(until) = self.closed_until.filter(|until| *until > now) {
            let opens_at = if self.is_within_hours(until) { Some(until) } else { self.next_start(until) };
            return Opening { is_open: false, opens_at, closes_at: None, by_host: true };
        }
        if let Some(until) = self.opened_until.filter(|until| *until > now) {
            let closes_at = if self.always_open { None } else { Some(self.end_of_stretch(until).unwrap_or(until)) };
            return Opening { is_open: true, opens_at: None, closes_at, by_host: !self.always_open };
        }
        if self.is_within_hours(now) {
            return Opening { is_open: true, opens_at: None, closes_at: self.end_of_stretch(now), by_host: false };
        }
        Opening { is_open: false, opens_at: self.next_start(now), closes_at: None, by_host: false }
    }

    /// The end of the local day of `now`: until then a room is closed "for today".
    #[must_use]
    pub fn end_of_day(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let today = now.with_timezone(&self.time_zone).date_naive();
        instant(self.time_zone, today, DAY_MINUTES, Edge::Start).unwrap_or(now + Duration::hours(24))
    }

    fn is_within_hours(&self, at: DateTime<Utc>) -> bool {
        self.always_open || self.stretches(at).iter().any(|(from, to)| *from <= at && at < *to)
    }

    fn next_start(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.stretches(after).iter().map(|(from, _)| *from).filter(|from| *from > after).min()
    }

    /// The end of the hours that `at` lies in; stretches that touch are one.
    fn end_of_stretch(&self, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.always_open {
            return None;
        }
        let stretches = self.stretches(at);
        let mut end = stretches.iter().filter(|(from, to)| *from <= at && at < *to).map(|(_, to)| *to).max()?;
        while let Some(further) =
            stretches.iter().filter(|(from, to)| *from <= end && *to > end).map(|(_, to)| *to).max()
        {
            end = further;
        }
        // Hours that go on for a week never end.
        (end - at < Duration::days(7)).then_some(end)
    }

    /// The stretches around `at` as instants.
    fn stretches(&self, at: DateTime<Utc>) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let spans: Vec<Span> = self.hours.iter().filter_map(|window| parse(window).ok()).collect();
        let first = at.with_timezone(&self.time_zone).date_naive() - Days::new(1);
        (0..=DAYS_AHEAD + 1)
            .filter_map(|days| first.checked_add_days(Days::new(days)))
            .flat_map(|date| {
                spans.iter().filter(move |span| span.weekday == date.weekday()).map(move |span| (date, *span))
            })
            .filter_map(|(date, span)| {
                let from = instant(self.time_zone, date, span.from, Edge::Start)?;
                let to = instant(self.time_zone, date, span.to, Edge::End)?;
                (from < to).then_some((from, to))
            })
            .collect()
    }
}

/// How several rooms stand together: open while one of them is, opening with the first and closing with the last.
#[must_use]
pub fn together(openings: &[Opening]) -> Opening {
    let open: Vec<&Opening> = openings.iter().filter(|one| one.is_open).collect();
    if open.is_empty() {
        let opens_at = openings.iter().filter_map(|one| one.opens_at).min();
        return Opening { is_open: false, opens_at, closes_at: None, by_host: false };
    }
    let closes: Option<Vec<DateTime<Utc>>> = open.iter().map(|one| one.closes_at).collect();
    let closes_at = closes.and_then(|times| times.into_iter().max());
    Opening { is_open: true, opens_at: None, closes_at, by_host: false }
}

/// Hours that somebody entered.
///
/// # Errors
/// The code of what is wrong.
pub fn windows(value: &Value) -> Parsed<Vec<Window>> {
    let windows: Vec<Window> = serde_json::from_value(value.clone()).map_err(|_| "bad_format")?;
    if windows.len() > MAX_WINDOWS {
        return Err("too_many");
    }
    check(&windows)?;
    Ok(windows)
}

fn check(hours: &[Window]) -> Result<(), &'static str> {
    hours.iter().try_for_each(|window| parse(window).map(|_| ()))
}

fn parse(window: &Window) -> Result<Span, &'static str> {
    let weekday = match window.weekday.as_str() {
        "monday" => Weekday::Mon,
        "tuesday" => Weekday::Tue,
        "wednesday" => Weekday::Wed,
        "thursday" => Weekday::Thu,
        "friday" => Weekday::Fri,
        "saturday" => Weekday::Sat,
        "sunday" => Weekday::Sun,
        _ => return Err("unknown_value"),
    };
    let (from, to) = (minutes(&window.from)?, minutes(&window.to)?);
    if from >= DAY_MINUTES {
        return Err("out_of_range");
    }
    Ok(Span { weekday, from, to: if to <= from { to + DAY_MINUTES } else { to } })
}

fn minutes(text: &str) -> Result<u32, &'static str> {
    let (hours, minutes) = text.split_once(':').ok_or("bad_format")?;
    let number =
        |part: &str| if part.len() == 2 { part.parse::<u32>().map_err(|_| "bad_format") } else { Err("bad_format") };
    match (number(hours)?, number(minutes)?) {
        (24, 0) => Ok(DAY_MINUTES),
        (h @ 0..=23, m @ 0..=59) => Ok(h * 60 + m),
        _ => Err("out_of_range"),
    }
}

/// Which end of a stretch a wall-clock time is.
#[derive(Clone, Copy)]
enum Edge {
    Start,
    End,
}

/// The instant of a wall-clock time. In the hour that comes twice a stretch begins with the first and ends with the second;
/// a time in the hour that is left out is the moment at which the clock leaps.
fn instant(zone: Tz, date: NaiveDate, minutes: u32, edge: Edge) -> Option<DateTime<Utc>> {
    let midnight = date.and_hms_opt(0, 0, 0)?;
    let wall: NaiveDateTime = midnight + Duration::minutes(i64::from(minutes));
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) => Some(at.to_utc()),
        LocalResult::Ambiguous(first, second) => Some(match edge {
            Edge::Start => first.to_utc(),
            Edge::End => second.to_utc(),
        }),
        LocalResult::None => (1..=180)
            .find_map(|later| zone.from_local_datetime(&(wall + Duration::minutes(later))).earliest())
            .map(|at| at.to_utc()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(windows: &[(&str, &str, &str)]) -> OpeningFacts {
        OpeningFacts {
            always_open: false,
            hours: windows
                .iter()
                .map(|(day, from, to)| Window { weekday: (*day).into(), from: (*from).into(), to: (*to).into() })
                .collect(),
            opened_until: None,
            closed_until: None,
            time_zone: chrono_tz::Europe::Copenhagen,
        }
    }

    fn utc(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn the_same_wall_clock_hour_moves_with_summer_time() {
        let room = facts(&[("saturday", "19:00", "22:00"), ("sunday", "19:00", "22:00")]);
        // 24 and 25 October 2026: the clock goes back in the night between them.
        assert_eq!(room.at(utc("2026-10-24T16:59:59Z")).opens_at, Some(utc("2026-10-24T17:00:00Z")));
        assert!(room.at(utc("2026-10-24T17:00:00Z")).is_open);
        assert!(!room.at(utc("2026-10-25T17:30:00Z")).is_open);
        let open = room.at(utc("2026-10-25T18:00:00Z"));
        assert!(open.is_open);
        assert_eq!(open.closes_at, Some(utc("2026-10-25T21:00:00Z")));
    }

    #[test]
    fn a_night_across_the_change_is_one_stretch() {
        // In the night to 29 March 2026 the hour from 2 to 3 is left out: eight hours on the wall are seven.
        let room = facts(&[("saturday", "22:00", "06:00")]);
        let open = room.at(utc("2026-03-28T21:00:00Z"));
        assert!(open.is_open);
        assert_eq!(open.closes_at, Some(utc("2026-03-29T04:00:00Z")));
        // A stretch within the hour left out has no length.
        let lost = facts(&[("sunday", "02:10", "02:50")]);
        assert!(!lost.at(utc("2026-03-29T01:00:00Z")).is_open);
        // The hour that comes twice belongs to the stretch both times.
        let twice = facts(&[("sunday", "02:00", "03:00")]);
        assert!(twice.at(utc("2026-10-25T00:30:00Z")).is_open);
        assert!(twice.at(utc("2026-10-25T01:30:00Z")).is_open);
        assert!(!twice.at(utc("2026-10-25T02:00:00Z")).is_open);
    }

    #[test]
    fn stretches_that_touch_are_one_and_24_is_the_end_of_the_day() {
        let room = facts(&[("friday", "20:00", "24:00"), ("saturday", "00:00", "02:00")]);
        assert_eq!(room.at(utc("2026-11-20T20:00:00Z")).closes_at, Some(utc("2026-11-21T01:00:00Z")));
    }

    #[test]
    fn what_a_host_says_goes_before_the_hours() {
        let now = utc("2026-11-23T18:30:00Z");
        let mut room = facts(&[("monday", "19:00", "22:00")]);
        assert!(room.at(now).is_open);
        room.closed_until = Some(room.end_of_day(now));
        assert_eq!(room.closed_until, Some(utc("2026-11-23T23:00:00Z")));
        let closed = room.at(now);
        assert!(!closed.is_open && closed.by_host);
        assert_eq!(closed.opens_at, Some(utc("2026-11-30T18:00:00Z")));
        room.closed_until = None;
        room.opened_until = Some(utc("2026-11-24T12:00:00Z"));
        let opened = room.at(utc("2026-11-24T11:00:00Z"));
        assert!(opened.is_open && opened.by_host);
        assert_eq!(opened.closes_at, Some(utc("2026-11-24T12:00:00Z")));
    }

    #[test]
    fn a_room_without_hours_never_opens_by_itself() {
        let mut room = facts(&[]);
        let never = Opening { is_open: false, opens_at: None, closes_at: None, by_host: false };
        assert_eq!(room.at(utc("2026-11-23T18:30:00Z")), never);
        room.always_open = true;
        assert_eq!(room.at(utc("2026-11-23T18:30:00Z")), Opening { is_open: true, ..never });
    }

    #[test]
    fn rooms_together_open_with_the_first_and_close_with_the_last() {
        let monday = facts(&[("monday", "19:00", "22:00")]);
        let tuesday = facts(&[("monday", "20:00", "23:00"), ("tuesday", "16:00", "18:00")]);
        let mut always = facts(&[]);
        always.always_open = true;
        let at = |text: &str| [monday.at(utc(text)), tuesday.at(utc(text))];
        let before = together(&at("2026-11-23T17:00:00Z"));
        assert_eq!((before.is_open, before.opens_at), (false, Some(utc("2026-11-23T18:00:00Z"))));
        let evening = together(&at("2026-11-23T19:30:00Z"));
        assert_eq!((evening.is_open, evening.closes_at), (true, Some(utc("2026-11-23T22:00:00Z"))));
        let night = together(&at("2026-11-23T22:30:00Z"));
        assert_eq!((night.is_open, night.opens_at), (false, Some(utc("2026-11-24T15:00:00Z"))));
        let with_one_that_never_closes = together(&[evening, always.at(utc("2026-11-23T19:30:00Z"))]);
        assert_eq!((with_one_that_never_closes.is_open, with_one_that_never_closes.closes_at), (true, None));
        assert!(!together(&[]).is_open);
    }

    #[test]
    fn hours_are_checked() {
        let window = |day: &str, from: &str, to: &str| Window { weekday: day.into(), from: from.into(), to: to.into() };
        assert!(check(&[window("monday", "09:00", "24:00")]).is_ok());
        for bad in [
            window("mon", "09:00", "10:00"),
            window("monday", "9:00", "10:00"),
            window("monday", "24:00", "10:00"),
            window("monday", "09:60", "10:00"),
        ] {
            assert!(check(&[bad]).is_err());
        }
    }
}
