//! Names of people: known first and last names of many origins, the shape of surnames, and the
//! words that introduce a name. A first name alone tells little and counts only where somebody
//! introduces themselves; a member of staff is found by title.

use super::{Doc, Raw};
use crate::policy::{FindingCategory as Found, Severity};
use crate::screening::Subject;
use crate::screening::names::Flags;
use crate::screening::token::Case;

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let mut at = 0;
    while at < doc.tokens.len() {
        if doc.word(at).is_none() {
            at += 1;
            continue;
        }
        let found = staff(doc, at)
            .or_else(|| introduced(doc, at))
            .or_else(|| signature(doc, at))
            .or_else(|| full_name(doc, at, false).and_then(|name| plain(doc, at, name)));
        match found {
            Some((raw, next)) => {
                out.push(raw);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
}

/// A name from one token to another.
#[derive(Clone, Copy)]
struct Name {
    first: usize,
    last: usize,
    confidence: u8,
}

impl Name {
    const fn is_full(self) -> bool {
        self.last > self.first
    }
}

/// What is known about one word as part of a name.
struct Part<'a> {
    text: &'a str,
    case: Case,
    first_name: Option<Flags>,
    last_name: Option<Flags>,
    common: bool,
}

fn part<'a>(doc: &'a Doc<'_>, at: usize) -> Option<Part<'a>> {
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
fn has_surname_shape(text: &str) -> bool {
    const ENDINGS: [&str; 43] = [
        "ssen", "gaard", "sdottir", "sson", "ovic", "evic", "ovski", "ewski", "owski", "ska", "enko", "chuk", "oglu",
        "zadeh", "pour", "ian", "ullah", "escu", "idis", "poulos", "holt", "skov", "lund", "qvist", "kvist", "strup",
        "kilde", "bjerg", "toft", "baek", "holm", "dahl", "stroem", "feldt", "borg", "gren", "hoej", "agger", "vang",
        "berg", "doust", "doost", "stein",
    ];
    text.len() >= 7 && (ENDINGS.iter().any(|ending| text.ends_with(ending)) || text.ends_with("sen") && text.len() >= 6)
}

/// A full name that begins here; `cued` where the words before announce a name.
fn full_name(doc: &Doc<'_>, at: usize, cued: bool) -> Option<Name> {
    let given = part(doc, at)?;
    let capital = given.case != Case::Lower;
    if doc.is(at, doc.data.cues.not_name) || (capital && given.common && given.first_name.is_none() && !cued) {
        return None;
    }
    let mut last = surname_place(doc, at)?;
    let family = part(doc, last)?;
    let bound = last > at + 2 && (doc.is_sign(last - 1, &['-']) || is_particle(doc.tokens.text(last - 1)));
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
fn surname_place(doc: &Doc<'_>, at: usize) -> Option<usize> {
    let mut next = at + 1;
    if doc.is_sign(next, &['-']) && doc.tokens.touches_next(at) && doc.word(next + 1).is_some() {
        next += 2;
    }
    let initial = doc.word(next).is_some_and(|t| t.end - t.start == 1) && doc.is_capital(next);
    if initial {
        next += 1 + usize::from(doc.is_sign(next + 1, &['.']));
    }
    for _ in 0..2 {
        let named = |i: usize| doc.is_capital(i) || is_particle(doc.tokens.text(i));
        if !is_particle(doc.tokens.text(next)) {
            break;
        } else if named(next + 1) && doc.same_sentence(next, next + 1) {
            next += 1;
        } else if doc.is_sign(next + 1, &['-']) && named(next + 2) {
            next += 2;
        } else {
            break;
        }
    }
    doc.word(next).map(|_| next)
}

/// Small words within names: `van der`, `de la`, `bin`, `al-`.
fn is_particle(text: &str) -> bool {
    const PARTICLES: [&str; 24] = [
        "von", "van", "de", "af", "al", "el", "bin", "bint", "ibn", "der", "den", "da", "dos", "das", "di", "del",
        "la", "le", "abu", "ter", "ten", "zu", "ben", "ould",
    ];
    PARTICLES.contains(&text)
}

/// Whether the words right before say that a person is named.
fn announced(doc: &Doc<'_>, at: usize) -> bool {
    let cues = &doc.data.cues;
    at > 0 && (doc.is(at - 1, cues.person_cue) || doc.is(at - 1, cues.relation))
}

/// `NAVN på dørtelefonen`, `NAVN on the bell`: what stands at the door is a name.
fn is_on_the_door(doc: &Doc<'_>, last: usize) -> bool {
    let what = last + 2 + usize::from(matches!(doc.tokens.text(last + 2), "the" | "min" | "my" | "vores"));
    matches!(doc.tokens.text(last + 1), "paa" | "on" | "ved")
        && ["doer", "postkasse", "brevkasse", "ringeklokke", "navneskilt", "bell", "buzzer", "letterbox", "intercom"]
            .iter()
            .any(|stem| doc.tokens.text(what).starts_with(stem))
}

/// Third and fourth names, and the second half after a hyphen.
fn further_names(doc: &Doc<'_>, last: usize, capital: bool) -> usize {
    let mut end = last;
    for _ in 0..2 {
        let hyphen = doc.is_sign(end + 1, &['-']) && doc.tokens.touches_next(end) && doc.tokens.touches_next(end + 1);
        let next = end + 1 + usize::from(hyphen);
        let Some(more) = part(doc, next).filter(|_| doc.same_sentence(last, next)) else {
            break;
        };
        let fits = (more.case != Case::Lower) == capital
            && (more.last_name.is_some() || (hyphen && capital) || (capital && more.first_name.is_some()))
            && (!more.common || hyphen)
            && !doc.is(next, doc.data.cues.not_name);
        if !fits {
            break;
        }
        end = next;
    }
    end
}

/// A full name without an introduction: unless it is a well-known person's.
fn plain(doc: &Doc<'_>, at: usize, name: Name) -> Option<(Raw, usize)> {
    let joined = format!("{} {}", doc.tokens.text(name.first), doc.tokens.text(name.last).trim_end_matches("'s"));
    let known = doc.data.public_figures.has(&joined)
        || joined.strip_suffix('s').is_some_and(|stem| doc.data.public_figures.has(stem));
    let private = doc.near(at, 5, 6, doc.data.cues.private);
    let aged = (name.last + 1..name.last + 4).any(|i| {
        doc.tokens.get(i).is_some_and(|t| t.end - t.start == 2)
            && matches!(doc.tokens.text(i + 1), "aar" | "years" | "klasse")
    });
    let stage = doc.near(at, 6, 8, doc.data.cues.figure) && !aged;
    let own = at > 0 && (doc.is(at - 1, doc.data.cues.relation) || doc.is(at - 1, doc.data.cues.my));
    if (known && !own) || (stage && !private) {
        return None;
    }
    let subject = doc.subject_before(at);
    if is_met_at_work(doc, name) {
        return Some(staff_found(doc, name, name.confidence));
    }
    let raw = doc.raw(Found::PersonName, name.first, name.last, name.confidence);
    Some((raw.about(subject), name.last + 1))
}

/// Whether the name is that of somebody who is met because of their work: `damen fra kommunen, NAVN`, `ny sagsbehandler.
/// nu er det NAVN`, `NAVN, hende der styrer min sag`.
fn is_met_at_work(doc: &Doc<'_>, name: Name) -> bool {
    let cues = &doc.data.cues;
    let Some(before) = name.first.checked_sub(1) else { return after_name(doc, name) };
    let comma = doc.is_sign(before, &[',', ':', '(']);
    let it_is = matches!(doc.tokens.text(before), "det" | "er" | "hedder" | "is" | "called" | "it's" | "hun" | "han");
    let agency = comma && doc.before(name.first, 4, cues.agency);
    let title = (comma || it_is) && doc.before(name.first, 14, cues.title) && !doc.before(name.first, 4, cues.relation);
    agency || title || after_name(doc, name)
}

fn after_name(doc: &Doc<'_>, name: Name) -> bool {
    let cues = &doc.data.cues;
    let pointed = (name.last + 1..name.last + 5).find(|i| {
        matches!(doc.tokens.text(*i), "hende" | "ham" | "som" | "who" | "der") && doc.is_sign(*i - 1, &[',', '(', '-'])
    });
    let pointed = pointed.or_else(|| {
        (name.last + 1..name.last + 4).find(|i| {
            doc.is_sign(*i, &[',', '(']) && matches!(doc.tokens.text(*i + 1), "hende" | "ham" | "som" | "who")
        })
    });
    pointed.is_some_and(|from| {
        (from..from + 7).any(|i| (doc.is(i, cues.agency) || doc.is(i, cues.title)) && doc.same_sentence(from, i))
    })
}

/// A name alone on the last line, after a line that ends with a comma: it signs the text.
fn signature(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let before = at.checked_sub(1)?;
    let left = doc.tokens.len() - at;
    if !(2..=4).contains(&left) || !doc.is_sign(before, &[',']) || !doc.begins_sentence(at) {
        return None;
    }
    let names =
        (at..at + left).all(|i| doc.is_capital(i) && part(doc, i).is_some_and(|p| !p.common || p.first_name.is_some()));
    names.then(|| (doc.raw(Found::PersonName, at, at + left - 1, 80).about(Subject::SelfAuthor), at + left))
}

/// `jeg hedder …`, `mit navn er …`, `mvh …`, `hej, … her`.
fn introduced(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    if doc.begins_sentence(at) && is_here(doc, at) && ends_clause(doc, at + 2) {
        let alone = first_name_alone(doc, at, false)?;
        return Some((alone.with_severity(Severity::Low).about(Subject::SelfAuthor), at + 1));
    }
    // `Goddag i stuen. NAVN fra Thy`
    let from = doc.begins_sentence(at)
        && matches!(doc.tokens.text(at + 1), "fra" | "from")
        && doc.is_capital(at + 2)
        && doc.before(at, 6, cues.greeting);
    if from
        && doc.is_capital(at)
        && let Some(alone) = first_name_alone(doc, at, false)
    {
        return Some((alone.with_severity(Severity::Low).about(Subject::SelfAuthor), at + 1));
    }
    let before = at.checked_sub(1)?;
    let link = if doc.is_sign(before, &[',', ':', '"', '-', '.']) { before.checked_sub(1)? } else { before };
    let own = ends_with(doc, link, cues.own_name_cue);
    let signed = doc.is(link, cues.sign_off)
        || (before != link || !doc.same_sentence(before, at)) && doc.is(link, cues.sign_off);
    let other = doc.is(link, cues.name_cue);
    let here = is_here(doc, at) && doc.before(at, 3, cues.greeting);
    if !(own || signed || other || here) {
        return None;
    }
    if doc.data.public_figures.has(&format!("{} {}", doc.tokens.text(at), doc.tokens.text(at + 1))) {
        return None;
    }
    let initial = (own || signed) && doc.is_capital(at) && doc.word(at).is_some_and(|t| t.end - t.start == 1);
    if initial && doc.is_sign(at + 1, &['.']) && doc.is_capital(at + 2) && part(doc, at + 2).is_some_and(|p| !p.common)
    {
        let raw = doc.raw(Found::PersonName, at, at + 2, 80);
        return Some((raw.about(Subject::SelfAuthor), at + 3));
    }
    if let Some(name) = full_name(doc, at, own || other || signed) {
        let subject = if own || signed { Subject::SelfAuthor } else { Subject::Other };
        let raw = doc.raw(Found::PersonName, name.first, name.last, name.confidence.max(86));
        return Some((raw.about(subject), name.last + 1));
    }
    if !(own || signed || here) {
        return None;
    }
    let alone = first_name_alone(doc, at, own)?;
    Some((alone.with_severity(Severity::Low).about(Subject::SelfAuthor), at + 1))
}

/// `NAVN her`.
fn is_here(doc: &Doc<'_>, at: usize) -> bool {
    matches!(doc.tokens.text(at + 1), "her" | "here")
}

fn ends_clause(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_sign(at, &[',', '.', '!', ':', '-', '–', '('])
        || matches!(doc.tokens.text(at), "" | "igen" | "again" | "fra")
}

/// Whether a cue of one word or several ends with this token.
fn ends_with(doc: &Doc<'_>, at: usize, cue: crate::screening::lexicon::Class) -> bool {
    doc.is(at, cue)
}

fn first_name_alone(doc: &Doc<'_>, at: usize, own: bool) -> Option<Raw> {
    let name = part(doc, at)?;
    let capital = name.case != Case::Lower;
    let handle_next =
        matches!(doc.tokens.text(at + 1), "paa" | "on") || doc.is_sign(at + 1, &['_']) && doc.tokens.touches_next(at);
    let confidence = match (name.first_name, capital) {
        _ if handle_next || doc.is(at, doc.data.cues.not_name) => return None,
        (Some(flags), _) if !flags.word || !name.common => 84,
        (Some(_), true) => 78,
        (None, true) if own && !name.common && !doc.data.towns.has(name.text) => 72,
        _ => return None,
    };
    Some(doc.raw(Found::PersonName, at, at, confidence))
}

/// `min sagsbehandler Signe Jensen`, `psykologen hedder Mona`, `Camilla Dam, min kontaktperson`.
fn staff(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    if doc.is(at, cues.title) {
        return after_title(doc, at);
    }
    let name = full_name(doc, at, true)
        .filter(|name| name.confidence >= 80)
        .or_else(|| lone_first_name(doc, at))
        .or_else(|| opening_first_name(doc, at))?;
    let mut next = name.last + 1;
    let mut placed = false;
    for _ in 0..8 {
        let text = doc.tokens.text(next);
        let preposition =
            matches!(text, "fra" | "i" | "paa" | "from" | "at" | "hos" | "inde" | "ovre" | "nede" | "ude" | "ved");
        let link = preposition
            || doc.is_sign(next, &[',', '(', '-'])
            || matches!(
                text,
                "hun"
                    | "han"
                    | "she"
                    | "he"
                    | "she's"
                    | "he's"
                    | "det"
                    | "hende"
                    | "ham"
                    | "jeg"
                    | "har"
                    | "have"
                    | "has"
                    | "been"
                    | "vaeret"
                    | "blevet"
                    | "was"
                    | "mine"
                    | "i'm"
                    | "som"
                    | "er"
                    | "var"
                    | "min"
                    | "vores"
                    | "hans"
                    | "hendes"
                    | "den"
                    | "is"
                    | "my"
                    | "our"
                    | "as"
                    | "the"
                    | "who"
                    | "der"
                    | "en"
                    | "a"
                    | "fast"
                    | "nye"
                    | "new"
                    | "altsaa"
                    | "nemlig"
                    | "school"
            );
        let place = placed && doc.word(next).is_some() && !doc.is_capital(next);
        if placed && doc.is(next, cues.agency) {
            return Some(staff_found(doc, name, 80));
        }
        if doc.is(next, cues.title) {
            break;
        }
        // `min støtte-kontaktperson`
        if doc.is_sign(next + 1, &['-']) && doc.is(next + 2, cues.title) && doc.tokens.touches_next(next) {
            next += 2;
            break;
        }
        if !(link || place) {
            break;
        }
        placed = preposition;
        next += 1;
    }
    let linked = next > name.last + 1 && doc.is(next, cues.title) && doc.same_sentence(at, next);
    let mut behind = next;
    while behind < next + 4 && doc.is(behind, cues.title) {
        behind += 1;
    }
    // `jeg er Mads, min sagsbehandler Lone siger`: the title goes with the name behind it.
    let another = full_name(doc, behind, true).is_some() || lone_first_name(doc, behind).is_some();
    let own = linked && !(another && doc.same_sentence(next, behind));
    own.then(|| staff_found(doc, name, if name.is_full() { 88 } else { 80 }))
}

fn staff_found(doc: &Doc<'_>, name: Name, confidence: u8) -> (Raw, usize) {
    let raw = doc.raw(Found::Caseworker, name.first, name.last, confidence);
    (raw.about(Subject::Other), name.last + 1)
}

/// Words that may stand between a title and the name.
fn leads_to_name(text: &str) -> bool {
    matches!(
        text,
        "som"
            | "der"
            | "who"
            | "en"
            | "nye"
            | "hun"
            | "han"
            | "she"
            | "he"
            | "nemlig"
            | "altsaa"
            | "mit"
            | "min"
            | "vist"
            | "nok"
            | "bare"
            | "faktisk"
            | "egentlig"
            | "jo"
            | "vistnok"
            | "just"
            | "actually"
            | "tror"
            | "jeg"
            | "dr"
            | "det"
            | "hende"
            | "ham"
            | "her"
            | "it's"
            | "vi"
            | "kalder"
            | "fik"
            | "har"
            | "kaere"
            | "soede"
            | "gamle"
            | "called"
            | "ringede"
            | "af"
            | "for"
            | "of"
            | "dame"
            | "mand"
            | "kvinde"
            | "fyr"
            | "pige"
            | "person"
            | "lady"
            | "woman"
            | "guy"
            | "man"
            | "a"
            | "ny"
            | "ung"
            | "aeldre"
    )
}

fn after_title(doc: &Doc<'_>, title: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    let mut next = title + 1;
    next += usize::from(doc.is_sign(next, &['.']) && doc.tokens.touches_next(title));
    let mut named = false;
    let (mut placed, mut was_placed) = (false, false);
    for _ in 0..8 {
        let text = doc.tokens.text(next);
        let is = matches!(text, "er" | "is" | "var" | "was");
        let naming = doc.is(next, cues.name_cue) || is;
        let preposition = matches!(text, "fra" | "i" | "paa" | "from" | "at" | "hos" | "ved" | "af" | "for" | "of");
        if text.is_empty() {
            break;
        }
        let link = preposition
            || doc.is_sign(next, &[',', ':', '(', '-'])
            || leads_to_name(text)
            || doc.is_sign(next, &['.']) && doc.tokens.text(next - 1) == "dr";
        // One word after a preposition: `på bostedet`, `i Esbjerg hedder`.
        let told = doc.is(next + 1, cues.name_cue) || matches!(doc.tokens.text(next + 1), "er" | "is");
        let place = placed && doc.word(next).is_some() && (!doc.is_capital(next) || told)
            || doc.is(next, cues.title) && !doc.is_capital(next);
        if !(naming || link || place) {
            break;
        }
        named |= (naming && !is) || (is && (was_placed || next > title + 1)) || doc.is_sign(next, &[',']);
        was_placed |= place;
        placed = preposition;
        next += 1;
    }
    if !doc.same_sentence(title, next) {
        return None;
    }
    let adjacent = next <= title + 2;
    if let Some(name) = full_name(doc, next, adjacent || named).filter(|_| adjacent || named || next <= title + 4) {
        return Some(staff_found(doc, name, 92));
    }
    let lower_known = part(doc, next).filter(|p| {
        p.case == Case::Lower && (adjacent || named) && !p.common && p.first_name.is_some_and(|flags| !flags.word)
    });
    let name = lone_first_name(doc, next)
        .filter(|_| adjacent || named || next <= title + 3)
        .or_else(|| lower_known.map(|_| Name { first: next, last: next, confidence: 78 }));
    if let Some(name) = name {
        return Some(staff_found(doc, name, 84));
    }
    let unknown = part(doc, next).filter(|p| p.case == Case::Capital && !p.common && (adjacent || named))?;
    let place = doc.data.towns.has(unknown.text) || doc.is(next, cues.school_suffix);
    (!place).then(|| staff_found(doc, Name { first: next, last: next, confidence: 72 }, 72))
}

/// A known first name that is a word as well and opens a sentence, before a preposition: `Jonas på bostedet`.
fn opening_first_name(doc: &Doc<'_>, at: usize) -> Option<Name> {
    if !doc.is_capital(at) {
        return None;
    }
    let name = part(doc, at).filter(|name| name.first_name.is_some())?;
    let linked =
        matches!(doc.tokens.text(at + 1), "fra" | "paa" | "from" | "at" | "hos") || doc.is_sign(at + 1, &[',']);
    (linked && !name.text.is_empty() && !doc.is(at, doc.data.cues.not_name)).then_some(Name {
        first: at,
        last: at,
        confidence: 76,
    })
}

/// A known first name with a capital.
fn lone_first_name(doc: &Doc<'_>, at: usize) -> Option<Name> {
    if !doc.is_capital(at) {
        return None;
    }
    let name = part(doc, at)?;
    let known = name.first_name.is_some_and(|flags| !flags.word || !name.common || !doc.begins_sentence(at));
    (known && name.case != Case::Lower && !doc.is(at, doc.data.cues.not_name)).then_some(Name {
        first: at,
        last: at,
        confidence: 80,
    })
}
