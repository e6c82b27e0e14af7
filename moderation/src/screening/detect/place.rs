//! Street addresses, Danish and English, in the orders in which people write them.

use super::place_apart::apart;
use super::place_english::english;
use super::place_parts::{
    capitals_before, care_of, dwelling, floor, floor_before, house_number, locality, postal, postal_before,
    spoken_number,
};
use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::personal_words::Word;
use crate::screening::token::{Case, Kind};

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let mut at = 0;
    while at < doc.tokens.len() {
        let found = danish(doc, at).or_else(|| english(doc, at)).or_else(|| room(doc, at)).or_else(|| apart(doc, at));
        if let Some((raw, next)) = found {
            out.push(raw);
            at = next.max(at + 1);
        } else {
            at += 1;
        }
    }
}

/// The first token of a street name whose last token this is, and whether its form alone says
/// that it is one.
pub(super) fn street(doc: &Doc<'_>, last: usize) -> Option<(usize, bool)> {
    let cues = &doc.data.cues;
    let token = doc.word(last)?;
    let suffixed = doc.is(last, cues.street_suffix) && !doc.data.common.has(doc.tokens.text_of(token));
    let soft =
        (doc.is(last, cues.soft_street_suffix) || is_field(doc.tokens.text_of(token))) && token.case != Case::Lower;
    // `Aqq.`, as streets in Greenland are called.
    let aqq = token.case != Case::Lower && doc.tokens.text_of(token).starts_with("aqq");
    let standing = doc.is(last, cues.street_word) || aqq && last > 0 && doc.is_capital(last - 1);
    let lies = last.checked_sub(1).is_some_and(|b| {
        doc.is_capital(b)
            && matches!(
                doc.tokens.text(b),
                "bag"
                    | "ved"
                    | "over"
                    | "under"
                    | "mellem"
                    | "neden"
                    | "oven"
                    | "langs"
                    | "foran"
                    | "paa"
                    | "bagved"
                    | "midt"
            )
    });
    let named = token.case != Case::Lower
        && (!doc.data.common.has(doc.tokens.text_of(token)) || lies)
        && token.end - token.start > 2;
    if named && lies && !(suffixed || soft || standing) {
        return Some((last - 1, false));
    }
    if !(suffixed || soft || standing || named) {
        return None;
    }
    let mut first = last;
    for _ in 0..3 {
        let Some(before) = first.checked_sub(1).filter(|b| doc.same_sentence(*b, last)) else {
            break;
        };
        let dotted = doc.is_sign(before, &['.']) && doc.tokens.touches_next(before.wrapping_sub(1));
        let word = if dotted { before.wrapping_sub(1) } else { before };
        let adjective = doc.is(word, cues.street_adjective);
        let capital = doc.is_capital(word) && !doc.data.common.has(doc.tokens.text(word)) && !doc.begins_sentence(word);
        if !(adjective
            || ((standing || suffixed)
                && (capital || (standing && doc.is_capital(word) && !doc.begins_sentence(word)))))
        {
            break;
        }
        first = word;
    }
    if standing && first == last {
        return None;
    }
    Some((first, suffixed || soft || standing))
}

/// Old words for fields and fences that streets are named after.
fn is_field(text: &str) -> bool {
    const ENDINGS: [&str; 14] = [
        "ledet",
        "lodden",
        "fennen",
        "kobbel",
        "kobbelet",
        "gaerdet",
        "vaengerne",
        "dammen",
        "agrene",
        "kaeret",
        "faelleden",
        "dyssen",
        "hoejene",
        "stykket",
    ];
    text.len() >= 9 && ENDINGS.iter().any(|ending| text.ends_with(ending))
}

fn danish(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let Some((first, is_street)) = street(doc, at) else { return by_what_follows(doc, at) };
    // `kapitel Skoven 4`
    if first > 0 && doc.is(first - 1, cues.month) {
        return None;
    }
    let stays = || (is_street || first < at) && doc.said_before(first, 4, Word::Staying);
    let cued = doc.before(first, 5, cues.place_cue) || stays();
    let short = doc.tokens.text(at) == "aqq" && doc.is_sign(at + 1, &['.']) && doc.tokens.touches_next(at);
    let after = at + 1 + usize::from(short || doc.is_sign(at + 1, &[',']));
    let spoken = usize::from(matches!(doc.tokens.text(after), "nr" | "nummer" | "no"));
    let dotted = usize::from(spoken == 1 && doc.is_sign(after + 1, &['.']));
    let at_number = after + spoken + dotted;
    // `I have to`: the word must be more than a garden.
    let in_words = || {
        let form = is_street
            && (doc.is(at, cues.street_suffix) || doc.is(at, cues.soft_street_suffix))
            && !doc.data.common.has(doc.tokens.text(at));
        spoken_number(doc, at_number).filter(|_| form)
    };
    // `Tinghøj 1207, 1. sal`: in some towns they run into the thousands.
    let long = || {
        let token = doc.tokens.get(at_number).filter(|t| t.kind == Kind::Number && t.end - t.start == 4)?;
        let comma = doc.is_sign(at_number + 1, &[',']) && is_street && token.start > 0;
        let located = comma && (floor(doc, at_number + 1).is_some() || postal(doc, at_number + 1).is_some());
        // No year, and the words around speak of a road.
        let year = doc.tokens.text(at_number).parse::<u32>().is_ok_and(|n| (1400..2200).contains(&n));
        let form = doc.is(at, cues.street_suffix) || first < at;
        let road = cued || (at_number + 1..at_number + 4).any(|i| doc.is(i, cues.place_cue));
        (located || form && !year && road && doc.is_capital(at)).then_some(at_number)
    };
    let Some(number) = house_number(doc, at_number).or_else(in_words).or_else(long) else {
        return apart(doc, at).or_else(|| street_alone(doc, first, at, is_street, cued));
    };
    let mut next = number + 1;
    let mut with_floor = None;
    for _ in 0..3 {
        let Some(further) = floor(doc, next).or_else(|| dwelling(doc, next)) else { break };
        with_floor = Some(further);
        next = further;
    }
    let with_name = care_of(doc, next);
    next = with_name.unwrap_or(next);
    let with_town = postal(doc, next).or_else(|| locality(doc, next)).or(with_name);
    next = with_town.unwrap_or(next);
    let lower = doc.tokens.get(at).is_some_and(|t| t.case == Case::Lower);
    let confidence = match (is_street, with_floor.is_some() || with_town.is_some(), cued) {
        (true, true, _) => 97,
        (true, false, true) => 95,
        (true, false, false) if !lower || doc.is(at, cues.street_suffix) => 86,
        (false, true, _) => 85,
        // `Bag Volden 4`: streets are named after where they lie.
        (false, false, true) if first < at => 76,
        (false, false, false) if first < at && number == at_number && doc.tokens.text(number).len() == 4 => 76,
        (false, false, true) if !doc.data.towns.has(doc.tokens.text(at)) && !doc.is(at, cues.month) => 74,
        _ => return None,
    };
    let named_only = !is_street && first == at && (with_floor.is_some() || with_town.is_some());
    let first = if named_only { capitals_before(doc, first) } else { first };
    let first = postal_before(doc, first).or_else(|| floor_before(doc, first)).unwrap_or(first);
    let subject = doc.subject_before(first);
    Some((doc.raw(Found::Address, first, next - 1, confidence).about(subject), next))
}

/// `Tinsoldatens Kvarter 12, 2. tv, 9210 Aalborg`: any name with a number is a street where a floor or a postcode
/// follows.
fn by_what_follows(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    if !doc.is_capital(at) || doc.is(at, doc.data.cues.month) {
        return None;
    }
    let number = house_number(doc, at + 1)?;
    let with_floor =
        floor(doc, number + 1).filter(|next| doc.is_sign(number + 1, &[',']) && doc.same_sentence(at, *next - 1));
    let next = with_floor.unwrap_or(number + 1);
    let coded = doc.tokens.get(next + 1).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 4);
    let with_town = postal(doc, next).filter(|_| doc.is_sign(next, &[',']) && coded);
    let next = with_town.or(with_floor)?;
    let first = capitals_before(doc, at);
    Some((doc.raw(Found::Address, first, next - 1, 84).about(doc.subject_before(first)), next))
}

/// No number after the street: one may stand before it, or the words around say that somebody
/// lives there.
fn street_alone(doc: &Doc<'_>, first: usize, last: usize, is_street: bool, cued: bool) -> Option<(Raw, usize)> {
    if !is_street {
        return None;
    }
    // `12 Nygade`, as in English.
    let direct =
        first.checked_sub(1).filter(|n| cued && house_number(doc, *n) == Some(*n) && doc.same_sentence(*n, last));
    if let Some(number) = direct {
        let next = postal(doc, last + 1).unwrap_or(last + 1);
        return Some((doc.raw(Found::Address, number, next - 1, 84), next));
    }
    let link = first.checked_sub(1).filter(|i| matches!(doc.tokens.text(*i), "paa" | "i" | "ad" | "on"));
    let number = link.and_then(|link| {
        (1..=2).filter_map(|b| link.checked_sub(b)).find(|n| house_number(doc, *n).is_some_and(|l| l + 1 == link))
    });
    let spoken = number.is_some_and(|n| {
        (1..=2).any(|b| {
            n.checked_sub(b).is_some_and(|i| matches!(doc.tokens.text(i), "nr" | "nummer" | "number" | "hus" | "no"))
        }) || doc.before(n, 3, doc.data.cues.place_cue)
    });
    if let (Some(number), true) = (number, spoken) {
        let number = told_before(doc, number);
        let next = postal(doc, last + 1).unwrap_or(last + 1);
        return Some((doc.raw(Found::Address, number, next - 1, 88), next));
    }
    let hard = doc.is(last, doc.data.cues.street_suffix) || doc.is(last, doc.data.cues.street_word);
    let lives = doc.before(first, 3, doc.data.cues.lives) && link.is_some();
    (cued && lives && hard && doc.is_capital(last)).then(|| {
        let next = postal(doc, last + 1).unwrap_or(last + 1);
        (doc.raw(Found::Address, first, next - 1, 72), next)
    })
}

/// Where an address begins that is told from the inside out: `2. sal til venstre i opgang 7C på Nygade`.
fn told_before(doc: &Doc<'_>, number: usize) -> usize {
    let mut first = number;
    let mut at = number;
    while at > 0 && number - at < 10 && doc.same_sentence(at - 1, number) {
        at -= 1;
        let figure = doc.tokens.get(at).is_some_and(|t| t.kind == Kind::Number && t.end - t.start <= 3);
        let anchor =
            figure || matches!(doc.tokens.text(at), "opgang" | "nr" | "nummer" | "hus" | "number" | "stuen" | "st");
        let link = doc.is_sign(at, &['.', ','])
            || matches!(
                doc.tokens.text(at),
                "i" | "til" | "venstre" | "hoejre" | "sal" | "tv" | "th" | "mf" | "etage" | "doer" | "paa"
            );
        if anchor {
            first = at;
        } else if !link {
            break;
        }
    }
    first
}

/// `værelse 214 på Kollegiet X`.
fn room(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    if !matches!(doc.tokens.text(at), "vaerelse" | "lejlighed" | "vaer" | "room" | "lejl" | "blok") {
        return None;
    }
    let number = at + 1 + usize::from(matches!(doc.tokens.text(at + 1), "nr" | "nummer"));
    let number = number + usize::from(doc.is_sign(number, &['.']));
    doc.tokens.get(number).filter(|t| t.kind == Kind::Number)?;
    let hall = (number + 1..number + 4).find(|i| doc.is(*i, doc.data.cues.hall))?;
    let named = doc.is_capital(hall) || doc.is_capital(hall + 1);
    let last = if doc.is_capital(hall + 1) { hall + 1 } else { hall };
    named.then(|| (doc.raw(Found::Address, at, last, 84), last + 1))
}
