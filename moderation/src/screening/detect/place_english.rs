//! Street addresses as they are written in English.

use super::place_parts::house_number;
use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::personal_words::Word;
use crate::screening::token::{Case, Kind};

/// `14 Hawthorn Avenue, Leeds LS6 2AB`, `flat 3, 7 Mill Lane`.
pub(super) fn english(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    if doc.is(at, cues.street_en) {
        return None;
    }
    if let Some(found) = before_postcode(doc, at) {
        return Some(found);
    }
    if doc.is_capital(at)
        && let Some(found) = english_street_first(doc, at)
    {
        return Some(found);
    }
    // In four figures only where a whole name of a street follows.
    let long = || {
        let four = doc.tokens.get(at).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 4);
        let year = doc.tokens.text(at).parse::<u32>().is_ok_and(|n| (1400..2200).contains(&n));
        let street = doc.is_capital(at + 1) && !doc.data.common.has(doc.tokens.text(at + 1)) && doc.is_capital(at + 2);
        let named = doc.is(at + 2, cues.street_en) || doc.is_capital(at + 3) && doc.is(at + 3, cues.street_en);
        (four && !year && street && named).then_some(at)
    };
    let number = house_number(doc, at).or_else(long)?;
    let cued = doc.before(at, 6, cues.place_cue);
    let number = if doc.is_sign(number + 1, &[',']) { number + 1 } else { number };
    if let Some(found) = english_without_street(doc, at, number) {
        return Some(found);
    }
    // `year 9 Hollin Road Academy` is a class at a school.
    let grade = at > 0 && matches!(doc.tokens.text(at - 1), "year" | "grade" | "klasse" | "class");
    let street = |i: usize| doc.is(i, cues.street_en) || doc.says(i, Word::StreetMore) && doc.is_capital(i);
    let last = (number + 2..=number + 4).find(|i| street(*i) && doc.same_sentence(*i, at)).filter(|_| !grade)?;
    if doc.is(last + 1, cues.school_word) && doc.is_capital(last + 1) {
        return None;
    }
    let last =
        if doc.is_capital(last + 1) && street(last + 1) && doc.same_sentence(last, last + 1) { last + 1 } else { last };
    let named = (number + 1..last).all(|i| {
        doc.word(i).is_some_and(|t| t.case != Case::Lower || cued || !doc.data.common.has(doc.tokens.text_of(t)))
            && (doc.is_capital(i) || !doc.is(i, cues.unit))
    });
    let capital = (number + 1..=last).all(|i| doc.is_capital(i));
    let rare = (number + 1..last).all(|i| doc.word(i).is_some() && !doc.data.common.has(doc.tokens.text(i)))
        && matches!(
            doc.tokens.text(last),
            "lane"
                | "road"
                | "street"
                | "avenue"
                | "close"
                | "crescent"
                | "terrace"
                | "grove"
                | "gardens"
                | "mews"
                | "drive"
        );
    if !named || !(capital || cued || rare) {
        return None;
    }
    let flat = (2..=3)
        .filter_map(|back| at.checked_sub(back))
        .find(|i| matches!(doc.tokens.text(*i), "flat" | "apartment" | "apt" | "unit" | "room"));
    let mut next = last + 1;
    let town = next + usize::from(doc.is_sign(next, &[',']));
    if doc.is_capital(town) && (doc.is_sign(next, &[',']) || british_postcode(doc, town + 1).is_some()) {
        next = town + 1;
        if doc.is_capital(next) && doc.data.towns.has(doc.tokens.text(next)) {
            next += 1;
        }
    }
    let code = next + usize::from(doc.is_sign(next, &[',']));
    next = british_postcode(doc, code).unwrap_or(next);
    Some((doc.raw(Found::Address, flat.unwrap_or(at), next - 1, 92), next))
}

/// `Sycamore Drive, number 12`
pub(super) fn english_street_first(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let last = (at + 1..at + 3).find(|i| doc.is(*i, cues.street_en) && doc.is_capital(*i))?;
    let next = last + 1 + usize::from(doc.is_sign(last + 1, &[',']));
    let said = matches!(doc.tokens.text(next), "number" | "no" | "nr" | "nummer" | "flat" | "house");
    let at_number = next + usize::from(said) + usize::from(said && doc.is_sign(next + 1, &['.']));
    let number = house_number(doc, at_number)?;
    (said && doc.same_sentence(at, last)).then(|| (doc.raw(Found::Address, at, number, 86), number + 1))
}

/// `we live at 5 The Paddocks`: no word for a street in it, but somebody lives there.
pub(super) fn english_without_street(doc: &Doc<'_>, at: usize, number: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let lives =
        at > 0 && matches!(doc.tokens.text(at - 1), "at" | "on" | "number" | "to") && doc.before(at, 5, cues.lives);
    let street = (number + 1..=number + 4).any(|i| doc.is(i, cues.street_en));
    if !lives || street || doc.is(number + 1, cues.unit) {
        return None;
    }
    let article = usize::from(doc.tokens.text(number + 1) == "the");
    let first = number + 1 + article;
    let mut last = first;
    while last < first + 2 && doc.is_capital(last + 1) && doc.same_sentence(first, last + 1) {
        last += 1;
    }
    let rare = doc.tokens.text(at - 1) == "at"
        && doc.word(first).is_some_and(|t| t.end - t.start >= 5)
        && !doc.data.common.has(doc.tokens.text(first));
    let fits = (doc.is_capital(first) && !doc.is(first, cues.month) || rare) && doc.same_sentence(at, first);
    fits.then(|| (doc.raw(Found::Address, at, last, 76), last + 1))
}

/// `LS6 2AB`; gives the next token.
pub(super) fn british_postcode(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let outward = doc.tokens.text(at);
    let letters = outward.bytes().take_while(u8::is_ascii_alphabetic).count();
    let fits = (1..=2).contains(&letters)
        && (1..=2).contains(&(outward.len() - letters))
        && outward.as_bytes().get(letters).is_some_and(|b| b.is_ascii_digit());
    let inward = doc.tokens.text(at + 1).as_bytes();
    let inward_fits =
        matches!(inward, [d, a, b] if d.is_ascii_digit() && a.is_ascii_alphabetic() && b.is_ascii_alphabetic());
    (fits && inward_fits).then_some(at + 2)
}

/// `Rosebank Cottage, Nether Tolbury, BA9 7ZX`: a house with a name, found by the postcode behind it.
fn before_postcode(doc: &Doc<'_>, code: usize) -> Option<(Raw, usize)> {
    let next = british_postcode(doc, code)?;
    let mut first = code;
    let (mut capitals, mut groups, mut house) = (0, 0, false);
    while first > 0 && code - first < 10 {
        let at = first - 1;
        if doc.is_sign(at, &[',']) && at > 0 && doc.is_capital(at - 1) {
            groups += 1;
        } else if doc.is_capital(at)
            && !(doc.begins_sentence(at) && doc.data.common.has(doc.tokens.text(at)) && capitals == 0)
        {
            capitals += 1;
            house |= matches!(
                doc.tokens.text(at),
                "cottage"
                    | "house"
                    | "farm"
                    | "lodge"
                    | "barn"
                    | "mill"
                    | "court"
                    | "villa"
                    | "manor"
                    | "hall"
                    | "bungalow"
                    | "vicarage"
                    | "rectory"
                    | "farmhouse"
                    | "cottages"
                    | "croft"
                    | "flat"
                    | "caravan"
            );
        } else {
            break;
        }
        first = at;
    }
    // A comma that nothing stands before belongs to the sentence.
    while doc.is_sign(first, &[',']) {
        first += 1;
    }
    let lives = doc.before(first, 5, doc.data.cues.lives) || doc.said_before(first, 4, Word::Staying);
    let named = capitals >= 2 && groups > 0 && (house || groups > 1) || capitals > 0 && lives;
    named.then(|| (doc.raw(Found::Address, first, next - 1, 86), next))
}
