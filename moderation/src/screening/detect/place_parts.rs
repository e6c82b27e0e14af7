//! The parts of an address around the name of the street: number, floor, flat, postcode and town.

use super::Doc;
use super::spelled;
use crate::screening::token::{Case, Kind};

/// A house number: `58`, `46B`, `12 A`, `12-14`; gives the last token.
pub(super) fn house_number(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let token = doc.tokens.get(at)?;
    let text = doc.tokens.text_of(token);
    let figures = text.bytes().take_while(u8::is_ascii_digit).count();
    let number_ok = (1..=3).contains(&figures) && !text.starts_with('0');
    match token.kind {
        Kind::Number if number_ok => {
            // `88 Old Gannet Street`
            let old = doc.tokens.text(at + 1) == "old" && doc.is_capital(at + 1) && doc.is_capital(at + 2);
            if doc.is(at + 1, doc.data.cues.unit) && !old || doc.is_sign(at + 1, &['%', ':']) {
                return None;
            }
            // `Bøgebjerg, 84 60 19 33`: a row of pairs is a phone number.
            let pair = |i: usize| {
                doc.tokens.get(i).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 2)
                    && doc.same_sentence(at, i)
            };
            if pair(at + 1) && pair(at + 2) {
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
pub(super) fn spoken_number(doc: &Doc<'_>, at: usize) -> Option<usize> {
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
pub(super) fn dwelling(doc: &Doc<'_>, at: usize) -> Option<usize> {
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
pub(super) fn floor(doc: &Doc<'_>, at: usize) -> Option<usize> {
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
pub(super) fn postal(doc: &Doc<'_>, at: usize) -> Option<usize> {
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

/// Where a name of up to three words with capitals begins.
pub(super) fn capitals_before(doc: &Doc<'_>, at: usize) -> usize {
    let mut first = at;
    while first > 0 && at - first < 2 && doc.is_capital(first - 1) && doc.same_sentence(first - 1, at) {
        first -= 1;
    }
    first
}

/// `3. sal tv, Adelgade 12`: the floor first.
pub(super) fn floor_before(doc: &Doc<'_>, first: usize) -> Option<usize> {
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
pub(super) fn postal_before(doc: &Doc<'_>, first: usize) -> Option<usize> {
    (2..=4).filter_map(|back| first.checked_sub(back)).find(|start| {
        doc.tokens.get(*start).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 4)
            && postal(doc, *start)
                .is_some_and(|next| next == first || (next + 1 == first && doc.is_sign(next, &[',', '-'])))
    })
}

/// `, c/o Brix`: whose door it is; gives the next token.
pub(super) fn care_of(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let first = at + usize::from(doc.is_sign(at, &[',']));
    let slash = doc.tokens.text(first) == "c" && doc.is_sign(first + 1, &['/']) && doc.tokens.text(first + 2) == "o";
    let via = doc.tokens.text(first) == "v" && doc.is_sign(first + 1, &['/']);
    let name = match (slash, via) {
        (true, _) => first + 3,
        (_, true) => first + 2,
        _ => return None,
    };
    let name = name + usize::from(doc.is_sign(name, &['.', ':']));
    let last = (name..name + 3).take_while(|i| doc.is_capital(*i) && doc.same_sentence(name, *i)).last()?;
    Some(last + 1)
}

/// `, Øster Tørslevmark`, `, Gl. Hørbylunde, 6990`: a village without a postcode, or with one behind it; gives the next
/// token.
pub(super) fn locality(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let cues = &doc.data.cues;
    if !doc.is_sign(at, &[',']) {
        return None;
    }
    let first = at + 1;
    let adjective = doc.is_capital(first) && doc.is(first, cues.street_adjective);
    let dotted = usize::from(adjective && doc.is_sign(first + 1, &['.']));
    let name = if adjective { first + 1 + dotted } else { first };
    if !doc.is_capital(name)
        || !doc.same_sentence(at, name)
        || doc.data.first_names.flags(doc.tokens.text(name)).is_some()
    {
        return None;
    }
    let further = usize::from(doc.is_capital(name + 1) && doc.same_sentence(name, name + 1));
    let behind = name + further + 1;
    let code = behind + usize::from(doc.is_sign(behind, &[',']));
    let coded = doc.tokens.get(code).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 4)
        && doc.tokens.text(code).parse::<u32>().is_ok_and(|n| (800..=9990).contains(&n))
        && !doc.is(code + 1, cues.unit);
    if coded {
        let town = usize::from(doc.is_capital(code + 1) && doc.same_sentence(code, code + 1));
        return Some(code + 1 + town);
    }
    const ENDINGS: [&str; 12] =
        ["rup", "lev", "inge", "loese", "boelle", "roed", "sted", "mark", "lund", "by", "toft", "aelde"];
    let text = doc.tokens.text(name);
    let village = text.len() >= 6 && ENDINGS.iter().any(|ending| text.ends_with(ending));
    let ends = doc.tokens.get(behind).is_none()
        || !doc.same_sentence(name, behind)
        || doc.is_sign(behind, &[',', '.', '!', ')']);
    (adjective && further == 0 || village && ends && further == 0).then_some(behind)
}
