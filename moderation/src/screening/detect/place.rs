//! Street addresses, Danish and English, in the orders in which people write them.

use super::spelled;
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

/// A house number in words, `femten`, `toogtyve`: only after what can only be a street.
fn spoken_number(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let (group, next) = spelled::spelled(doc, at)?;
    let mut value: u32 = group.digits.parse().ok()?;
    let mut next = next;
    // `fire hundrede og to`
    if matches!(doc.tokens.text(next), "hundrede" | "hundred") && value < 10 {
        value *= 100;
        next += 1;
        let rest = next + usize::from(matches!(doc.tokens.text(next), "og" | "and"));
        if let Some((group, after)) = spelled::spelled(doc, rest) {
            value += group.digits.parse::<u32>().ok().filter(|rest| *rest < 100)?;
            next = after;
        }
    }
    let counted = doc.is(next, doc.data.cues.unit)
        || matches!(doc.tokens.text(next), "gange" | "times" | "og" | "and" | "to" | "veje");
    let whole = doc.same_sentence(at, next.saturating_sub(1));
    ((2..1000).contains(&value) && !counted && whole).then(|| next - 1)
}

/// `, opgang B`, `lejl. 12`, `vær. 14`, `tredje sal`; gives the next token.
fn dwelling(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let word = at + usize::from(doc.is_sign(at, &[',']));
    let text = doc.tokens.text(word);
    let ordinal = matches!(
        text,
        "foerste"
            | "anden"
            | "tredje"
            | "fjerde"
            | "femte"
            | "sjette"
            | "syvende"
            | "nederste"
            | "oeverste"
            | "first"
            | "second"
            | "third"
    );
    if ordinal && matches!(doc.tokens.text(word + 1), "sal" | "etage" | "floor") {
        return Some(word + 2);
    }
    if !matches!(
        text,
        "opgang"
            | "lejlighed"
            | "lejl"
            | "vaerelse"
            | "vaer"
            | "bolig"
            | "doer"
            | "door"
            | "bell"
            | "blok"
            | "hus"
            | "afdeling"
            | "afd"
            | "flat"
            | "room"
            | "apartment"
    ) {
        return None;
    }
    let inner = word + 1 + usize::from(doc.is_sign(word + 1, &['.']));
    let inner = inner + usize::from(matches!(doc.tokens.text(inner), "nr" | "nummer"));
    let token = doc.tokens.get(inner)?;
    let short = token.kind == Kind::Number && token.end - token.start <= 4
        || token.kind == Kind::Word && token.end - token.start <= 2 && token.case != Case::Lower;
    short.then_some(inner + 1)
}

/// `, 2. tv`, `st. th.`, `1. sal`, `kl. tv`, `dør 3`; gives the next token.
fn floor(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let mut next = at + usize::from(doc.is_sign(at, &[',']));
    if matches!(doc.tokens.text(next), "1st" | "2nd" | "3rd" | "4th" | "5th" | "ground" | "top")
        && matches!(doc.tokens.text(next + 1), "floor")
    {
        return Some(next + 2);
    }
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
    // `, Nørre Havrum, 7700 Thisted`: the village before the postcode.
    let village = (next..next + 3).take_while(|i| doc.is_capital(*i)).last().map(|last| last + 1);
    if let Some(behind) = village.filter(|behind| {
        let code = behind + 1;
        comma
            && doc.is_sign(*behind, &[','])
            && doc.same_sentence(at, code)
            && doc.tokens.get(code).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 4)
            && doc.is_capital(code + 1)
    }) {
        next = behind + 1;
    }
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

fn danish(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let Some((first, is_street)) = street(doc, at) else { return by_what_follows(doc, at) };
    // `kapitel Skoven 4`
    if first > 0 && doc.is(first - 1, cues.month) {
        return None;
    }
    let cued = doc.before(first, 5, cues.place_cue);
    let after = at + 1 + usize::from(doc.is_sign(at + 1, &[',']));
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
        return street_alone(doc, first, at, is_street, cued);
    };
    let mut next = number + 1;
    let mut with_floor = None;
    for _ in 0..3 {
        let Some(further) = floor(doc, next).or_else(|| dwelling(doc, next)) else { break };
        with_floor = Some(further);
        next = further;
    }
    let with_town = postal(doc, next);
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

/// Where a name of up to three words with capitals begins.
fn capitals_before(doc: &Doc<'_>, at: usize) -> usize {
    let mut first = at;
    while first > 0 && at - first < 2 && doc.is_capital(first - 1) && doc.same_sentence(first - 1, at) {
        first -= 1;
    }
    first
}

/// `3. sal tv, Adelgade 12`: the floor first.
fn floor_before(doc: &Doc<'_>, first: usize) -> Option<usize> {
    let comma = first.checked_sub(1).filter(|i| doc.is_sign(*i, &[',']))?;
    let side = |i: usize| matches!(doc.tokens.text(i), "tv" | "th" | "mf" | "sal" | "venstre" | "hoejre");
    let number = |i: usize| doc.tokens.get(i).is_some_and(|t| t.kind == Kind::Number && t.end - t.start <= 2);
    let last = comma.checked_sub(1).filter(|i| side(*i))?;
    let start = (1..=4)
        .map_while(|back| last.checked_sub(back))
        .take_while(|i| side(*i) || number(*i) || doc.is_sign(*i, &['.']))
        .last()?;
    (start..last).any(number).then_some(start)
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

/// `14 Hawthorn Avenue, Leeds LS6 2AB`, `flat 3, 7 Mill Lane`.
fn english(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    if doc.is(at, cues.street_en) {
        return None;
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
        (four && !year && street && doc.is(at + 2, cues.street_en)).then_some(at)
    };
    let number = house_number(doc, at).or_else(long)?;
    let cued = doc.before(at, 6, cues.place_cue);
    let number = if doc.is_sign(number + 1, &[',']) { number + 1 } else { number };
    if let Some(found) = english_without_street(doc, at, number) {
        return Some(found);
    }
    let last = (number + 2..=number + 4).find(|i| doc.is(*i, cues.street_en) && doc.same_sentence(*i, at))?;
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
fn english_street_first(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let last = (at + 1..at + 3).find(|i| doc.is(*i, cues.street_en) && doc.is_capital(*i))?;
    let next = last + 1 + usize::from(doc.is_sign(last + 1, &[',']));
    let said = matches!(doc.tokens.text(next), "number" | "no" | "nr" | "nummer" | "flat" | "house");
    let at_number = next + usize::from(said) + usize::from(said && doc.is_sign(next + 1, &['.']));
    let number = house_number(doc, at_number)?;
    (said && doc.same_sentence(at, last)).then(|| (doc.raw(Found::Address, at, number, 86), number + 1))
}

/// `we live at 5 The Paddocks`: no word for a street in it, but somebody lives there.
fn english_without_street(doc: &Doc<'_>, at: usize, number: usize) -> Option<(Raw, usize)> {
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
