//! Addresses of which the street and the number are named apart: `gaden hedder Tværkærsvej og vi har nummer 212`,
//! `hus nummer 87, når du drejer ned ad Ravnsbjerggade`.

use super::place::street;
use super::place_parts::house_number;
use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::personal_words::Word;
use crate::screening::token::Kind;

/// How many tokens may stand between the street and the number.
const BETWEEN_MAX: usize = 9;

/// Finds an address that begins, or whose street ends, with this token.
pub(super) fn apart(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    doc.word(at)?;
    if doc.says(at, Word::StreetNoun)
        && let Some(found) = noun_first(doc, at)
    {
        return Some(found);
    }
    if doc.says(at, Word::HouseNumber)
        && let Some(found) = number_first(doc, at)
    {
        return Some(found);
    }
    if !doc.is_capital(at) || !is_street(doc, at) {
        return None;
    }
    let first = street(doc, at).map_or(at, |(first, _)| first);
    let number = number_behind(doc, at)?;
    // `bussen holder ved Vibevej og nummer 12 er forsinket`: nobody is said to live there.
    let home = doc.before(first, 6, doc.data.cues.place_cue)
        || doc.said_before(first, 5, Word::Staying)
        || (at + 1..number).any(|i| {
            matches!(
                doc.tokens.text(i),
                "vi" | "jeg" | "we" | "i" | "vores" | "our" | "min" | "my" | "huset" | "house" | "bor"
            )
        });
    home.then(|| (doc.raw(Found::Address, first, number, 84).about(doc.subject_before(first)), number + 1))
}

/// Whether the form of the word alone says that it is a street.
fn is_street(doc: &Doc<'_>, at: usize) -> bool {
    doc.is(at, doc.data.cues.street_suffix) && !doc.data.common.has(doc.tokens.text(at))
}

/// `vejen Bispelodden, hus 62`, `the street is Pebblewick Row and the house is 97`
fn noun_first(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let link = |i: usize| {
        doc.is_sign(i, &[':', '='])
            || matches!(doc.tokens.text(i), "hedder" | "er" | "is" | "called" | "named" | "kaldes" | "hed" | "it's")
    };
    let first = (at + 1..at + 4).find(|i| !link(*i))?;
    let last = (first..first + 4).take_while(|i| doc.is_capital(*i) && doc.same_sentence(at, *i)).last()?;
    let number = number_behind(doc, last)?;
    // `postnr 4930, vejen …`
    let code = (2..=3).filter_map(|back| at.checked_sub(back)).find(|i| {
        doc.tokens.get(*i).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 4)
            && doc.said_before(*i, 2, Word::Staying)
    });
    let first = code.unwrap_or(first);
    Some((doc.raw(Found::Address, first, number, 86).about(doc.subject_before(first)), number + 1))
}

/// The last token of the number of a house that is told behind a street.
fn number_behind(doc: &Doc<'_>, street: usize) -> Option<usize> {
    let mut said = false;
    for at in street + 1..=street + BETWEEN_MAX {
        if doc.tokens.get(at)?.kind == Kind::Number
            || doc.word(at).is_some_and(|t| doc.view.lower(t.start).is_ascii_digit())
        {
            return house_number(doc, at).filter(|_| said);
        }
        let house = doc.says(at, Word::HouseNumber);
        said |= house;
        let link = house || doc.says(at, Word::ApartLink) || doc.is_sign(at, &[',', '.', '-', '–', ':', '(']);
        if !link {
            return None;
        }
    }
    None
}

/// `hus nummer 87 hvis du drejer ned ad Ravnsbjerggade`
fn number_first(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let at_number = (at + 1..at + 4).find(|i| doc.tokens.get(*i).is_some_and(|t| t.kind == Kind::Number))?;
    let led = (at + 1..at_number)
        .all(|i| doc.says(i, Word::HouseNumber) || doc.is_sign(i, &['.', ':']) || doc.tokens.text(i) == "er");
    let number = house_number(doc, at_number).filter(|_| led)?;
    let home = (at.saturating_sub(3)..at_number).any(|i| {
        doc.is(i, cues.lives)
            || matches!(doc.tokens.text(i), "hus" | "huset" | "house" | "husnummer" | "husnr" | "husnummeret")
    });
    if !home {
        return None;
    }
    for street in number + 2..=number + BETWEEN_MAX {
        let token = doc.word(street)?;
        if token.sentence != doc.tokens.get(number)?.sentence {
            return None;
        }
        let led = matches!(
            doc.tokens.text(street - 1),
            "ad" | "paa" | "af" | "i" | "on" | "of" | "down" | "til" | "from" | "fra"
        );
        if !led || !doc.is_capital(street) {
            continue;
        }
        let english = (street + 1..street + 3).find(|i| doc.is(*i, cues.street_en) && doc.is_capital(*i));
        if let Some(last) = english.or_else(|| is_street(doc, street).then_some(street)) {
            let word = at_number - 1;
            let first = if doc.says(word, Word::HouseNumber) { word } else { at };
            return Some((doc.raw(Found::Address, first, last, 84).about(doc.subject_before(first)), last + 1));
        }
    }
    None
}
