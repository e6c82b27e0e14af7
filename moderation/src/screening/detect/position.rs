//! Where somebody is or drives: coordinates, three-word positions and licence plates.

use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::personal_words::Word;
use crate::screening::token::{Case, Kind};

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let mut at = 0;
    while at < doc.tokens.len() {
        if let Some((raw, next)) = coordinates(doc, at).or_else(|| three_words(doc, at)) {
            out.push(raw);
            at = next;
            continue;
        }
        if let Some((raw, next)) = plate(doc, at) {
            out.push(raw);
            at = next;
            continue;
        }
        at += 1;
    }
}

fn digits(doc: &Doc<'_>, at: usize) -> usize {
    doc.tokens.get(at).filter(|t| t.kind == Kind::Number).map_or(0, |t| t.end - t.start)
}

/// Figures with a quarter of the compass grown to them: `N56`, `123N`; gives how many figures, and the number
/// where the letter stands first.
fn letter_grown(doc: &Doc<'_>, at: usize) -> Option<(usize, u32, bool)> {
    let text = doc.word(at).map_or("", |token| doc.tokens.text_of(token));
    let (Some(first), Some(last)) = (text.bytes().next(), text.bytes().next_back()) else { return None };
    if first.is_ascii_digit() == last.is_ascii_digit() {
        return None;
    }
    let quarter = |c: &str| matches!(c, "n" | "s" | "e" | "w" | "v" | "oe" | "o");
    let figures: String = text.chars().filter(char::is_ascii_digit).collect();
    let front = text.strip_suffix(figures.as_str()).is_some_and(quarter);
    let back = text.strip_prefix(figures.as_str()).is_some_and(quarter);
    let value = figures.parse().ok()?;
    (front || back).then_some((figures.len(), value, front))
}

/// One angle: `55.90412`, `55° 54.210`, `55°54'12"`; gives degrees, decimals and the next token.
fn angle(doc: &Doc<'_>, at: usize) -> Option<(u32, usize, usize)> {
    if let Some((length, degrees, true)) = letter_grown(doc, at).filter(|(length, ..)| (1..=3).contains(length)) {
        // `N56 12.345`: degrees, then minutes.
        let whole = doc.is_sign(at + 1, &['.', ',']) && digits(doc, at + 2) >= 2;
        let minutes = digits(doc, at + 1) == 2 && doc.is_sign(at + 2, &['.', ',']) && digits(doc, at + 3) > 0;
        return match (whole, minutes) {
            (true, _) => Some((degrees, digits(doc, at + 2), at + 3)),
            (_, true) => Some((degrees, 2 + digits(doc, at + 3) + length, at + 4)),
            _ => None,
        };
    }
    let degrees: u32 = Some(doc.tokens.text(at)).filter(|_| (1..=3).contains(&digits(doc, at)))?.parse().ok()?;
    if doc.is_sign(at + 1, &['.', ',']) && doc.tokens.touches_next(at) && doc.tokens.touches_next(at + 1) {
        if let Some((decimals, _, false)) = letter_grown(doc, at + 2).filter(|(decimals, ..)| *decimals >= 2) {
            return Some((degrees, decimals.max(3), at + 3));
        }
        let cued = at > 0 && (doc.is_sign(at - 1, &[':', '=']) || compass(doc, at - 1));
        let decimals = digits(doc, at + 2).max(if cued && digits(doc, at + 2) == 2 { 3 } else { 0 });
        let next = if doc.is_sign(at + 3, &['°']) { at + 4 } else { at + 3 };
        return (decimals >= 3).then_some((degrees, decimals, next));
    }
    if !doc.is_sign(at + 1, &['°', 'º', '˚']) && doc.tokens.text(at + 1) != "grader" {
        return None;
    }
    let mut next = at + 2;
    let mut precision = 0;
    while next < at + 11 {
        if digits(doc, next) > 0 {
            precision += digits(doc, next);
        } else if matches!(
            doc.tokens.text(next),
            "minutter" | "minutes" | "min" | "sekunder" | "seconds" | "og" | "and"
        ) {
        } else if !doc.is_sign(next, &['\'', '′', '"', '″', '’', '”', '.', ',', '`', '´']) {
            break;
        }
        next += 1;
    }
    (precision > 0).then_some((degrees, precision, next))
}

fn compass(doc: &Doc<'_>, at: usize) -> bool {
    matches!(
        doc.tokens.text(at),
        "n" | "s"
            | "e"
            | "w"
            | "oe"
            | "v"
            | "nord"
            | "oest"
            | "vest"
            | "syd"
            | "lat"
            | "lon"
            | "lng"
            | "latitude"
            | "longitude"
            | "breddegrad"
            | "laengdegrad"
            | "bredde"
            | "laengde"
            | "north"
            | "south"
            | "east"
            | "west"
            | "geo"
    )
}

fn coordinates(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let minus = |i: usize| i + usize::from(doc.is_sign(i, &['-']));
    let skip_colon = |i: usize| i + usize::from(doc.is_sign(i, &[':', '=']));
    let token = doc.tokens.get(at)?;
    let opens = matches!(
        doc.tokens.text_of(token).bytes().next(),
        Some(b'0'..=b'9' | b'-' | b'n' | b's' | b'e' | b'w' | b'o' | b'v' | b'l' | b'b' | b'g')
    );
    if !opens {
        return None;
    }
    let grown = letter_grown(doc, at).is_some() || letter_grown(doc, at + 2).is_some();
    let lettered = compass(doc, at);
    let first = minus(if lettered { skip_colon(at + 1) } else { at });
    let lettered = lettered || grown;
    let (north, fine, mut next) = angle(doc, first)?;
    next += usize::from(compass(doc, next));
    next += usize::from(doc.is_sign(next, &[',', ';', '/']));
    let mut lettered_east = compass(doc, next);
    if lettered_east {
        next = skip_colon(next + 1);
    }
    let (east, finer, mut end) = angle(doc, minus(next))?;
    if !lettered_east && compass(doc, end) {
        end += 1;
        lettered_east = true;
    }
    let near_enough =
        lettered || lettered_east || (fine >= 4 && finer >= 4) || doc.near(first, 6, 0, doc.data.cues.place_cue);
    (north <= 90 && east <= 180 && near_enough).then(|| (doc.raw(Found::Coordinates, at, end - 1, 93), end))
}

/// `///ord.ord.ord`.
fn three_words(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let slashes = (at..at + 3).all(|i| doc.is_sign(i, &['/']) && doc.tokens.touches_next(i));
    let before = at.checked_sub(1).is_some_and(|b| doc.is_sign(b, &[':', '/']));
    let words = [at + 3, at + 5, at + 7].iter().all(|i| doc.word(*i).is_some());
    let dots = [at + 4, at + 6].iter().all(|i| doc.is_sign(*i, &['.']) && doc.tokens.touches_next(*i));
    if slashes && !before && words && dots {
        return Some((doc.raw(Found::Coordinates, at, at + 7, 90), at + 8));
    }
    // `w3w: ord.ord.ord`
    if !doc.is_sign(at + 1, &['.']) {
        return None;
    }
    let cued = (1..=2).any(|b| {
        at.checked_sub(b).is_some_and(|i| matches!(doc.tokens.text(i), "w3w" | "what3words" | "whatthreewords"))
    });
    let dotted = (1..4).step_by(2).all(|i| doc.is_sign(at + i, &['.']) && doc.tokens.touches_next(at + i));
    let named = [at, at + 2, at + 4].iter().all(|i| doc.word(*i).is_some());
    (cued && dotted && named).then(|| (doc.raw(Found::Coordinates, at, at + 4, 90), at + 5))
}

fn plate(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let token = doc.word(at)?;
    let text = doc.tokens.text_of(token);
    if let Some(found) = british_plate(doc, at, text).or_else(|| plate_with_figure(doc, at, text)) {
        return Some(found);
    }
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let figures = text.len() - letters;
    if !(2..=3).contains(&letters) || (figures == 0 && digits(doc, at + 1) == 0 && !doc.is_sign(at + 1, &['-', '.'])) {
        return None;
    }
    let cued = doc.near(at, 9, 6, doc.data.cues.plate);
    let rest_figures = text.bytes().skip(letters).all(|b| b.is_ascii_digit());
    let written = token.case == Case::Upper || (letters == 2 && figures > 0 && token.case != Case::Lower);
    // `AN-02-388`: what is joined so is no word.
    let joined = doc.is_sign(at + 1, &['-']) && doc.tokens.touches_next(at) && doc.tokens.touches_next(at + 1);
    let common = (doc.data.common.has(text) && !joined) || doc.is(at, doc.data.cues.unit);
    let mut groups = [0_usize; 3];
    let mut next = at + 1;
    for slot in &mut groups {
        let skip = usize::from(doc.is_sign(next, &['-', '.']));
        *slot = digits(doc, next + skip);
        if *slot == 0 {
            break;
        }
        next += skip + 1;
    }
    let danish = letters == 2
        && match (figures, groups) {
            (5, _) if rest_figures => {
                next = at + 1;
                true
            }
            (2, [3, _, _]) if rest_figures => {
                next = at + 2;
                true
            }
            (0, [5, _, _]) => {
                next = at + 2 + usize::from(doc.is_sign(at + 1, &['-', '.']));
                true
            }
            (0, [2, 3, 0] | [3, 2, 0]) | (0, [2, 3, _]) => true,
            // A moped's.
            (0, [4, _, _]) if cued || (token.case == Case::Upper && doc.before(at, 16, doc.data.cues.plate)) => {
                next = at + 2 + usize::from(doc.is_sign(at + 1, &['-', '.']));
                true
            }
            _ => false,
        };
    if danish
        && ((cued && (written || !common || doc.said_before(at, 4, Word::Plate)))
            || doc.before(at, 16, doc.data.cues.plate) && written
            || ((written || is_near_a_car(doc, at)) && !common && !doc.is(next, doc.data.cues.unit)))
    {
        return Some((doc.raw(Found::LicencePlate, at, next - 1, if cued { 95 } else { 84 }), next));
    }
    abroad(doc, at, cued, letters, figures, rest_figures)
}

/// `ab12cde` in one word, where a car or a place it stands at is spoken of.
fn british_plate(doc: &Doc<'_>, at: usize, text: &str) -> Option<(Raw, usize)> {
    let bytes = text.as_bytes();
    let letter =
        |range: std::ops::Range<usize>| range.into_iter().all(|i| bytes.get(i).is_some_and(u8::is_ascii_alphabetic));
    let figure = |i: usize| bytes.get(i).is_some_and(u8::is_ascii_digit);
    if bytes.len() != 7 || !letter(0..2) || !figure(2) || !figure(3) || !letter(4..7) {
        return None;
    }
    is_near_a_car(doc, at).then(|| (doc.raw(Found::LicencePlate, at, at, 88), at + 1))
}

fn is_near_a_car(doc: &Doc<'_>, at: usize) -> bool {
    (at.saturating_sub(9)..at + 7).any(|i| doc.says(i, Word::PlateNear) || doc.is(i, doc.data.cues.plate))
}

/// `plade 0J 4418`: a figure for a letter, right behind the word for a plate.
fn plate_with_figure(doc: &Doc<'_>, at: usize, text: &str) -> Option<(Raw, usize)> {
    let mixed =
        text.len() == 2 && text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().any(|b| b.is_ascii_alphabetic());
    if !mixed || !doc.said_before(at, 4, Word::Plate) {
        return None;
    }
    let sign = |i: usize| i + usize::from(doc.is_sign(i, &['-', '.']));
    let first = sign(at + 1);
    let second = sign(first + 1);
    let last = match (digits(doc, first), digits(doc, second)) {
        (2, 3) => second,
        (4 | 5, _) => first,
        _ => return None,
    };
    Some((doc.raw(Found::LicencePlate, at, last, 86), last + 1))
}

/// Plates of neighbours, only where a plate is spoken of: `AB12 CDE`, `ABC 123`, `HH-AB 1234`.
fn abroad(doc: &Doc<'_>, at: usize, cued: bool, letters: usize, figures: usize, plain: bool) -> Option<(Raw, usize)> {
    if !cued || !plain {
        return None;
    }
    let next_text = doc.tokens.text(at + 1);
    let next_letters = next_text.len() == 3 && next_text.bytes().all(|b| b.is_ascii_alphabetic());
    let fits_british =
        letters == 2 && figures == 2 && next_letters && (doc.is_capital(at + 1) || !doc.data.common.has(next_text));
    let fits_nordic =
        letters == 3 && figures == 0 && digits(doc, at + 1) == 3 && !doc.data.common.has(doc.tokens.text(at));
    let whole = letters == 3 && figures == 3;
    match (fits_british || fits_nordic, whole) {
        (true, _) => Some((doc.raw(Found::LicencePlate, at, at + 1, 88), at + 2)),
        (_, true) => Some((doc.raw(Found::LicencePlate, at, at, 85), at + 1)),
        _ => None,
    }
}
