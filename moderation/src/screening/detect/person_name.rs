//! The shape of a name: known first and last names of many origins, endings of surnames, particles, initials.

use super::Doc;
use crate::screening::names::Flags;
use crate::screening::token::Case;

/// A name from one token to another.
#[derive(Clone, Copy)]
pub(super) struct Name {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) confidence: u8,
}

impl Name {
    pub(super) const fn is_full(self) -> bool {
        self.last > self.first
    }
}

/// What is known about one word as part of a name.
pub(super) struct Part<'a> {
    pub(super) text: &'a str,
    pub(super) case: Case,
    pub(super) first_name: Option<Flags>,
    pub(super) last_name: Option<Flags>,
    pub(super) common: bool,
}

pub(super) fn part<'a>(doc: &'a Doc<'_>, at: usize) -> Option<Part<'a>> {
    let token = doc.word(at)?;
    let text = doc.tokens.text_of(token);
    let letters = text.chars().all(|c| c.is_alphabetic() || c == '\'');
    if !letters || text.chars().count() < 2 {
        return None;
    }
    let (key, stem) = token.keys;
    let genitive = text.ends_with('s');
    let known = |names: &crate::screening::names::Names| {
        names.by_key(key).or_else(|| genitive.then(|| names.by_key(stem)).flatten())
    };
    Some(Part {
        text,
        case: token.case,
        first_name: known(&doc.data.first_names),
        last_name: known(&doc.data.last_names).or_else(|| has_surname_shape(text).then_some(Flags::default())),
        common: doc.data.common.has_key(key),
    })
}

/// Endings that are found in surnames and hardly anywhere else.
pub(super) fn has_surname_shape(text: &str) -> bool {
    // By the last letter: a text asks this of each of its words, many times.
    let endings: &[&str] = match text.as_bytes().last().copied().unwrap_or_default() {
        b'a' => &["ska"],
        b'c' => &["ovic", "evic"],
        b'd' => &["gaard", "lund"],
        b'e' => &["kilde"],
        b'g' => &["bjerg", "borg", "vang", "berg"],
        b'h' => &["zadeh", "ullah"],
        b'i' => &["ovski", "ewski", "owski"],
        b'j' => &["hoej"],
        b'k' => &["chuk", "baek"],
        b'l' => &["dahl"],
        b'm' => &["holm", "stroem"],
        b'n' => &["ssen", "sson", "ian", "gren", "stein", "sen"],
        b'o' => &["enko"],
        b'p' => &["strup"],
        b'r' => &["sdottir", "pour", "agger"],
        b's' => &["idis", "poulos"],
        b't' => &["holt", "qvist", "kvist", "toft", "feldt", "doust", "doost"],
        b'u' => &["oglu", "escu"],
        b'v' => &["skov"],
        _ => &[],
    };
    text.len() >= 7 && endings.iter().any(|ending| text.ends_with(ending))
}

/// A full name that begins here; `cued` where the words before announce a name.
pub(super) fn full_name(doc: &Doc<'_>, at: usize, cued: bool) -> Option<Name> {
    let given = part(doc, at)?;
    let capital = given.case != Case::Lower;
    if doc.is(at, doc.data.cues.not_name) || (capital && given.common && given.first_name.is_none() && !cued) {
        return None;
    }
    let mut last = surname_place(doc, at)?;
    let family = part(doc, last)?;
    let bound = last > at + 1
        && (last > at + 2 && (doc.is_sign(last - 1, &['-']) || is_particle(doc.tokens.text(last - 1)))
            || is_short_particle(doc, last - 1)
            || doc.is_sign(last - 1, &['.']) && is_short_particle(doc, last - 2));
    if !doc.same_sentence(at, last) || (doc.is(last, doc.data.cues.not_name) && !bound) {
        return None;
    }
    let both_capital = capital && family.case != Case::Lower;
    let plain_first =
        given.first_name.is_some_and(|flags| !flags.word) || (given.first_name.is_some() && !given.common);
    let plain_last = family.last_name.is_some() && !family.common;
    let place = doc.data.towns.has(given.text) && given.first_name.is_none();
    let confidence = match (both_capital, given.first_name.is_some(), family.last_name.is_some()) {
        _ if place => return None,
        (true, true, true) if plain_first || plain_last || cued => 93,
        (true, true, _) if bound => 86,
        (true, false, _) if bound && !given.common && !family.common => 80,
        (true, true, true) if !doc.begins_sentence(at) => 80,
        (true, true, false) if !family.common && (plain_first || cued) => 82,
        (true, true, _) if cued && plain_first && family.case == Case::Capital => 80,
        (true, false, true)
            if !given.common && plain_last && (cued || !doc.begins_sentence(at) || doc.tokens.text(last).len() > 5) =>
        {
            76
        }
        (true, false, false) if cued && !given.common && !family.common => 80,
        (true, _, _) if cued && family.case == Case::Capital && (!given.common || given.first_name.is_some()) => 74,
        (true, false, false) if is_on_the_door(doc, last) && !given.common && !family.common => 80,
        (true, false, false) if announced(doc, at) && !given.common && !family.common => 76,
        // `jeg er kærester med Lærke Storm`: both are words, but not here.
        (true, true, _) if family.case == Case::Capital && announced(doc, at) => 76,
        // Family name first, as in Vietnam.
        (true, false, false) if given.last_name.is_some() && !given.common && family.first_name.is_some() => 78,
        (false, true, true) if given.case == family.case && plain_first && plain_last => 84,
        (false, true, true) if given.case == family.case && cued && !(given.common && family.common) => 82,
        (false, true, false) if given.case == family.case && cued && !family.common && family.text.len() > 3 => 76,
        (false, false, true) if given.case == family.case && cued && !given.common && plain_last => 76,
        _ => return None,
    };
    last = further_names(doc, last, both_capital);
    Some(Name { first: at, last, confidence })
}

/// Where the surname stands: next, or after an initial, a particle or a hyphen.
pub(super) fn surname_place(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let mut next = at + 1;
    if doc.is_sign(next, &['-']) && doc.tokens.touches_next(at) && doc.word(next + 1).is_some() {
        next += 2;
    }
    for _ in 0..2 {
        if !is_initial(doc, next) {
            break;
        }
        next += 1 + usize::from(doc.is_sign(next + 1, &['.']));
    }
    for _ in 0..2 {
        let named = |i: usize| doc.is_capital(i) || is_particle(doc.tokens.text(i));
        // `nadia el-amrani`
        let bound = || doc.tokens.touches_next(next) && doc.tokens.touches_next(next + 1) && !doc.is_capital(at);
        // `Anne-Sofie v. Holst`, `Bárður á Lakjuni`
        let short =
            doc.word(next).is_some_and(|t| t.end - t.start == 1 && matches!(doc.view.cased(t.start), 'v' | 'á' | 'à'));
        let behind = next + 1 + usize::from(doc.is_sign(next + 1, &['.']));
        if short && doc.is_capital(at) && doc.is_capital(behind) && doc.same_sentence(next, behind) {
            next = behind;
        } else if !is_particle(doc.tokens.text(next)) {
            break;
        } else if named(next + 1) && doc.same_sentence(next, next + 1) {
            next += 1;
        } else if doc.is_sign(next + 1, &['-']) && (named(next + 2) || bound() && doc.word(next + 2).is_some()) {
            next += 2;
        } else {
            break;
        }
    }
    doc.word(next).map(|_| next)
}

/// One capital letter, perhaps with a full stop behind it.
pub(super) fn is_initial(doc: &Doc<'_>, at: usize) -> bool {
    doc.word(at).is_some_and(|t| t.end - t.start == 1) && doc.is_capital(at)
}

/// `v.` for `von`, `á` as in Faroese names.
fn is_short_particle(doc: &Doc<'_>, at: usize) -> bool {
    doc.word(at).is_some_and(|t| t.end - t.start == 1 && matches!(doc.view.cased(t.start), 'v' | 'á' | 'à'))
}

/// `M. K. Thorsagermann`: initials and a surname that is no ordinary word.
pub(super) fn initials(doc: &Doc<'_>, at: usize) -> Option<Name> {
    let mut next = at;
    while next < at + 6 && is_initial(doc, next) && doc.is_sign(next + 1, &['.']) {
        next += 2;
    }
    let family = part(doc, next).filter(|family| family.case == Case::Capital && !family.common)?;
    let fits =
        next > at && family.text.len() >= 4 && doc.same_sentence(at, next) && !doc.is(next, doc.data.cues.not_name);
    fits.then(|| Name { first: at, last: further_names(doc, next, true), confidence: 80 })
}

/// Small words within names: `van der`, `de la`, `bin`, `al-`.
pub(super) fn is_particle(text: &str) -> bool {
    const PARTICLES: [&str; 28] = [
        "von", "van", "de", "af", "al", "el", "bin", "bint", "ibn", "der", "den", "da", "dos", "das", "di", "del",
        "la", "le", "abu", "ter", "ten", "zu", "ben", "ould", "zur", "vom", "nic", "het",
    ];
    PARTICLES.contains(&text)
}

/// Whether the words right before say that a person is named.
pub(super) fn announced(doc: &Doc<'_>, at: usize) -> bool {
    let cues = &doc.data.cues;
    at > 0 && (doc.is(at - 1, cues.person_cue) || doc.is(at - 1, cues.relation))
}

/// `NAVN på dørtelefonen`, `NAVN on the bell`: what stands at the door is a name.
pub(super) fn is_on_the_door(doc: &Doc<'_>, last: usize) -> bool {
    let what = last + 2 + usize::from(matches!(doc.tokens.text(last + 2), "the" | "min" | "my" | "vores"));
    matches!(doc.tokens.text(last + 1), "paa" | "on" | "ved")
        && ["doer", "postkasse", "brevkasse", "ringeklokke", "navneskilt", "bell", "buzzer", "letterbox", "intercom"]
            .iter()
            .any(|stem| doc.tokens.text(what).starts_with(stem))
}

/// Third and fourth names, and the second half after a hyphen.
pub(super) fn further_names(doc: &Doc<'_>, last: usize, capital: bool) -> usize {
    let mut end = last;
    for _ in 0..2 {
        let hyphen = doc.is_sign(end + 1, &['-']) && doc.tokens.touches_next(end) && doc.tokens.touches_next(end + 1);
        let next = end + 1 + usize::from(hyphen);
        let Some(more) = part(doc, next).filter(|_| doc.same_sentence(last, next)) else {
            break;
        };
        let fits = (more.case != Case::Lower) == capital
            && (more.last_name.is_some() || hyphen || (capital && more.first_name.is_some()))
            && (!more.common || hyphen)
            && !doc.is(next, doc.data.cues.not_name);
        if !fits {
            break;
        }
        end = next;
    }
    end
}
