//! Street addresses, Danish and English, in the orders in which people write them.

use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::token::{Case, Kind};

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let mut at = 0;
    while at < doc.tokens.len() {
        let found = danish(doc, at).or_else(|| english(doc, at)).or_else(|| room(doc, at));
        if let Some((raw, next)) = found {
            out.push(raw);
            at = next.max(at + 1);
        } else {
            at += 1;
        }
    }
}

/// A house number: `58`, `46B`, `12 A`, `12-14`; gives the last token.
fn house_number(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let token = doc.tokens.get(at)?;
    let text = doc.tokens.text_of(token);
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let number_ok = (1..=3).contains(&figures) && !text.starts_with('0');
    match token.kind {
        Kind::Number if number_ok => {
            if doc.is(at + 1, doc.data.cues.unit) || doc.is_sign(at + 1, &['%', ':']) {
                return None;
            }
            let letter = |i: usize| {
                doc.word(i).is_some_and(|t| t.end - t.start == 1 && doc.view.lower(t.start).is_ascii_alphabetic())
                    && (doc.tokens.touches_next(i - 1) || doc.is_capital(i))
                    && doc.tokens.text(i) != "i"
            };
            Some(if letter(at + 1) { at + 1 } else { at })
        }
        Kind::Word if number_ok && text.len() == figures + 1 => Some(at),
        _ => None,
    }
}

/// `, 2. tv`, `st. th.`, `1. sal`, `kl. tv`, `dør 3`; gives the next token.
fn floor(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let mut next = at + usize::from(doc.is_sign(at, &[',']));
    let storey = doc.tokens.text(next);
    let number = doc.tokens.get(next).is_some_and(|t| t.kind == Kind::Number && t.end - t.start <= 2);
    let side =
        |i: usize| matches!(doc.tokens.text(i), "tv" | "th" | "mf" | "midt" | "sal" | "doer" | "venstre" | "hoejre");
    if number || matches!(storey, "st" | "stuen" | "kl" | "kld" | "kaelder" | "kaelderen") {
        let dotted = next + 1 + usize::from(doc.is_sign(next + 1, &['.']));
        if side(dotted) {
            next = dotted;
        } else if !number && doc.is_sign(next + 1, &['.']) && !side(dotted) {
            return Some(next + 1);
        } else {
            return None;
        }
    } else if !side(next) {
        return None;
    }
    let mut after = next + 1;
    while after < at + 9 {
        let dot = doc.is_sign(after, &['.']) && doc.tokens.touches_next(after - 1);
        let goes_on = side(after) || doc.is_sign(after, &[',']) && side(after + 1);
        let door =
            doc.tokens.text(after - 1) == "doer" && doc.tokens.get(after).is_some_and(|t| t.kind == Kind::Number);
        if !(dot || goes_on || door) {
            break;
        }
        after += 1;
    }
    Some(after)
}

/// `4700 Næstved`, `2400 København NV`, `, Herning`; gives the next token.
fn postal(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let comma = doc.is_sign(at, &[',']);
    let mut next = at + usize::from(comma);
    let prefix = doc.tokens.text(next) == "dk" && doc.is_sign(next + 1, &['-']);
    next += if prefix { 2 } else { 0 };
    let code = doc.tokens.get(next).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 4);
    let postcode = code && doc.tokens.text(next).parse::<u32>().is_ok_and(|n| (800..=9990).contains(&n));
    let town = next + usize::from(postcode);
    let known = doc.data.towns.has(doc.tokens.text(town));
    let capital = doc.is_capital(town) && doc.same_sentence(at, town);
    if !(postcode && (known || capital) || comma && known) {
        return None;
    }
    let mut after = town + 1;
    while after < town + 3
        && doc.is_capital(after)
        && doc.same_sentence(town, after)
        && (matches!(doc.tokens.text(after), "k" | "v" | "n" | "oe" | "s" | "nv" | "sv" | "c" | "sj" | "m" | "b")
            || postcode && doc.tokens.text(after).len() > 2 && !doc.data.common.has(doc.tokens.text(after)))
    {
        after += 1;
    }
    Some(after)
}

/// The first token of a street name whose last token this is, and whether its form alone says
/// that it is one.
fn street(doc: &Doc<'_>, last: usize) -> Option<(usize, bool)> {
    let cues = &doc.data.cues;
    let token = doc.word(last)?;
    let suffixed = doc.is(last, cues.street_suffix) && !doc.data.common.has(doc.tokens.text_of(token));
    let soft = doc.is(last, cues.soft_street_suffix) && token.case != Case::Lower;
    let standing = doc.is(last, cues.street_word);
    let named =
        token.case != Case::Lower && !doc.data.common.has(doc.tokens.text_of(token)) && token.end - token.start > 2;
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

fn danish(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let (first, is_street) = street(doc, at)?;
    let cued = doc.before(first, 5, cues.place_cue);
    let after = at + 1 + usize::from(doc.is_sign(at + 1, &[',']));
    let spoken = usize::from(matches!(doc.tokens.text(after), "nr" | "nummer" | "no"));
    let dotted = usize::from(spoken == 1 && doc.is_sign(after + 1, &['.']));
    let Some(number) = house_number(doc, after + spoken + dotted) else {
        return street_alone(doc, first, at, is_street, cued);
    };
    let mut next = number + 1;
    let with_floor = floor(doc, next);
    next = with_floor.unwrap_or(next);
    let with_town = postal(doc, next);
    next = with_town.unwrap_or(next);
    let lower = doc.tokens.get(at).is_some_and(|t| t.case == Case::Lower);
    let confidence = match (is_street, with_floor.is_some() || with_town.is_some(), cued) {
        (true, true, _) => 97,
        (true, false, true) => 95,
        (true, false, false) if !lower || doc.is(at, cues.street_suffix) => 86,
        (false, true, _) => 85,
        (false, false, true) if !doc.data.towns.has(doc.tokens.text(at)) && !doc.is(at, cues.month) => 74,
        _ => return None,
    };
    let first = postal_before(doc, first).unwrap_or(first);
    let subject = doc.subject_before(first);
    Some((doc.raw(Found::Address, first, next - 1, confidence).about(subject), next))
}

/// `4700 Næstved, Adelgade 12`: the postcode first.
fn postal_before(doc: &Doc<'_>, first: usize) -> Option<usize> {
    (2..=4).filter_map(|back| first.checked_sub(back)).find(|start| {
        doc.tokens.get(*start).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 4)
            && postal(doc, *start)
                .is_some_and(|next| next == first || (next + 1 == first && doc.is_sign(next, &[',', '-'])))
    })
}

/// No number after the street: one may stand before it, or the words around say that somebody
/// lives there.
fn street_alone(doc: &Doc<'_>, first: usize, last: usize, is_street: bool, cued: bool) -> Option<(Raw, usize)> {
    if !is_street {
        return None;
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

/// `14 Hawthorn Avenue, Leeds LS6 2AB`, `flat 3, 7 Mill Lane`.
fn english(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    if doc.is(at, cues.street_en) {
        return None;
    }
    let number = house_number(doc, at)?;
    let cued = doc.before(at, 6, cues.place_cue);
    let last = (number + 2..=number + 4).find(|i| doc.is(*i, cues.street_en) && doc.same_sentence(*i, at))?;
    let named = (number + 1..last).all(|i| {
        doc.word(i).is_some_and(|t| t.case != Case::Lower || cued || !doc.data.common.has(doc.tokens.text_of(t)))
            && !doc.is(i, cues.unit)
    });
    let capital = (number + 1..=last).all(|i| doc.is_capital(i));
    if !named || !(capital || cued) {
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

/// `LS6 2AB`; gives the next token.
fn british_postcode(doc: &Doc<'_>, at: usize) -> Option<usize> {
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

/// `værelse 214 på Kollegiet X`.
fn room(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    if !matches!(doc.tokens.text(at), "vaerelse" | "lejlighed" | "vaer" | "room") {
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
