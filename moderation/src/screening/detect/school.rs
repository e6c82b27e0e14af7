//! Schools by their own name. The kind of school alone (`folkeskolen`, `min efterskole`) tells
//! nobody apart and is left alone.

use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::personal_words::Word;
use crate::screening::token::Case;

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let mut at = 0;
    while at < doc.tokens.len() {
        match named_before(doc, at)
            .or_else(|| compound(doc, at))
            .or_else(|| named_after(doc, at))
            .or_else(|| english_short(doc, at))
            .or_else(|| kind_behind(doc, at))
        {
            Some((raw, next)) => {
                out.push(raw);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
}

/// `Birkevangskolen`: the name and the kind in one word.
fn compound(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let token = doc.word(at).filter(|_| doc.is(at, cues.school_suffix))?;
    let text = doc.tokens.text_of(token);
    let kind = doc.is(at, cues.school_generic) || doc.is(at, cues.school_word) || doc.says(at, Word::SchoolKind);
    if kind || doc.data.common.has(text) {
        return None;
    }
    let capital = token.case != Case::Lower;
    let placed = at.checked_sub(1).is_some_and(|b| {
        matches!(doc.tokens.text(b), "paa" | "i" | "fra" | "til" | "ved" | "hedder" | "er" | "at" | "from")
    });
    if !(capital || placed) || text.len() < 8 {
        return None;
    }
    let mut first = at;
    while first > 0 && doc.is(first - 1, cues.street_adjective) && doc.is_capital(first - 1) {
        first -= 1;
    }
    let confidence = match (capital, doc.near(at, 8, 3, cues.school_cue)) {
        (true, _) => 92,
        (false, true) => 84,
        (false, false) => 74,
    };
    Some((doc.raw(Found::School, first, at, confidence), at + 1))
}

/// `Kløvermarkens Skole`, `Oakwood High School`: the kind after the name.
fn named_before(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    // `Rudolf Steiner-Skolen`
    let hyphened =
        at > 1 && doc.is_sign(at - 1, &['-']) && doc.tokens.touches_next(at - 1) && doc.tokens.touches_next(at - 2);
    if hyphened && doc.is(at, cues.school_suffix) && doc.is_capital(at - 2) {
        let further = at > 2 && doc.is_capital(at - 3) && !doc.begins_sentence(at - 3);
        return Some((doc.raw(Found::School, at - 2 - usize::from(further), at, 88), at + 1));
    }
    if !doc.is(at, cues.school_word) {
        return None;
    }
    let kind_capital = doc.is_capital(at);
    let mut first = at;
    let mut named = false;
    for _ in 0..4 {
        let Some(before) = first.checked_sub(1).filter(|b| doc.same_sentence(*b, at)) else {
            break;
        };
        let dotted = doc.is_sign(before, &['.']) && before > 0 && doc.tokens.touches_next(before - 1);
        // `Thornwick Girls' School`
        let genitive = doc.is_sign(before, &['\'', '’'])
            && before > 0
            && doc.tokens.touches_next(before - 1)
            && doc.tokens.text(before - 1).ends_with('s');
        let word = if dotted || genitive { before - 1 } else { before };
        let text = doc.tokens.text(word);
        let grade = doc.is(word, cues.school_word)
            || doc.is(word, cues.school_level)
            || matches!(text, "girls" | "boys" | "girls'" | "boys'");
        let common = doc.data.common.has(text) && !doc.data.towns.has(text);
        let stops = !doc.is_capital(word) && !grade
            || (common && doc.begins_sentence(word))
            || doc.is(word, cues.place_cue)
            || is_function_word(text);
        if stops {
            break;
        }
        named |= !grade;
        first = word;
    }
    let lower_name = first.checked_sub(1).filter(|_| first == at && !kind_capital).filter(|b| {
        let text = doc.tokens.text(*b);
        doc.word(*b).is_some()
            && text.ends_with('s')
            && text.len() > 5
            && !doc.data.common.has(text)
            && doc.data.first_names.flags(text.trim_end_matches('s')).is_none()
    });
    if let Some(lower) = lower_name {
        return Some((doc.raw(Found::School, lower, at, 72), at + 1));
    }
    let confidence = if kind_capital { 93 } else { 80 };
    named.then(|| (doc.raw(Found::School, first, at, confidence), at + 1))
}

fn is_function_word(text: &str) -> bool {
    matches!(
        text,
        "jeg" | "min" | "mit" | "vi" | "han" | "hun" | "i" | "the" | "my" | "our" | "en" | "et" | "a" | "and" | "og"
    )
}

/// `VUC Vestegnen`, `HTX Rybners`, `skolen Solbakken`.
fn named_after(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let plain_next = doc.tokens.text(at) == "next" && !doc.is_capital(at);
    if !(doc.is(at, cues.school_prefix) || doc.says(at, Word::SchoolThe))
        || plain_next
        || doc.is(at + 1, cues.weekday)
        || !doc.is_capital(at + 1)
        || !doc.same_sentence(at, at + 1)
    {
        return None;
    }
    let name = doc.tokens.text(at + 1);
    let acronym = doc.tokens.get(at).is_some_and(|t| t.case == Case::Upper);
    if doc.data.common.has(name) && !acronym && !doc.data.towns.has(name) || doc.data.first_names.flags(name).is_some()
    {
        return None;
    }
    let last = if doc.is_capital(at + 2) && !doc.data.common.has(doc.tokens.text(at + 2)) { at + 2 } else { at + 1 };
    Some((doc.raw(Found::School, at, last, 84), last + 1))
}

/// `St Wilfreda's RC High`, `Oakwood Primary`: the word for the school is left out.
fn english_short(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    if !doc.says(at, Word::SchoolLast) || !doc.is_capital(at) || doc.is(at + 1, cues.school_word) {
        return None;
    }
    let mut first = at;
    let mut named = false;
    while first > 0 && at - first < 5 && doc.is_capital(first - 1) && doc.same_sentence(first - 1, at) {
        first -= 1;
        let text = doc.tokens.text(first);
        named |= text.len() > 2
            && !doc.is(first, cues.school_level)
            && !doc.says(first, Word::SchoolLast)
            && !doc.data.common.has(text);
    }
    let led = first > 0
        && matches!(
            doc.tokens.text(first - 1),
            "at" | "from" | "to" | "attend" | "in" | "paa" | "fra" | "left" | "goes"
        );
    let saint = matches!(doc.tokens.text(first), "st" | "saint");
    let spoken_of = doc.near(at, 10, 6, cues.school_cue);
    (named && first < at && (led || saint) && (spoken_of || saint))
        .then(|| (doc.raw(Found::School, first, at, 82), at + 1))
}

/// `Limbjerg VUC`, `Havdrup Nyskole`: the kind as a word of its own behind the name.
fn kind_behind(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    if !doc.says(at, Word::SchoolBehind) || !doc.is_capital(at) {
        return None;
    }
    let mut first = at;
    while first > 0 && at - first < 3 && doc.is_capital(first - 1) && doc.same_sentence(first - 1, at) {
        let text = doc.tokens.text(first - 1);
        let word = doc.data.common.has(text) && !doc.data.towns.has(text) && !doc.is(first - 1, cues.street_adjective);
        if word || doc.is(first - 1, cues.weekday) || is_function_word(text) {
            break;
        }
        first -= 1;
    }
    let led = first > 0 && matches!(doc.tokens.text(first - 1), "paa" | "fra" | "i" | "ved" | "til" | "hos" | "at");
    let behind =
        doc.is_capital(at + 1) && doc.is(at, cues.school_prefix) && !doc.data.towns.has(doc.tokens.text(first));
    (first < at && (led || doc.near(at, 8, 5, cues.school_cue)) && !behind)
        .then(|| (doc.raw(Found::School, first, at, 86), at + 1))
}
