//! Members of staff: a name with a title before or behind it, or somebody who is met because of their work.

use super::person::is_public;
use super::person_name::{Name, full_name, initials, part};
use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::Subject;
use crate::screening::personal_words::Word;
use crate::screening::token::Case;

/// Whether this is the title of somebody who is met because of their work. Whoever brings a child up is family,
/// whatever the law calls them.
fn is_title(doc: &Doc<'_>, at: usize) -> bool {
    doc.is(at, doc.data.cues.title) && !is_foster(doc, at)
}

/// `plejemor`, `stedfar`, `foster mum`.
pub(super) fn is_foster(doc: &Doc<'_>, at: usize) -> bool {
    let text = doc.tokens.text(at);
    let parent = |text: &str| matches!(text, "mum" | "dad" | "mother" | "father" | "mom");
    text.starts_with("plejemor")
        || text.starts_with("plejefar")
        || text.starts_with("stedmor")
        || text.starts_with("stedfar")
        || parent(text) && at > 0 && doc.tokens.text(at - 1) == "foster"
        || text == "foster" && parent(doc.tokens.text(at + 1))
}

/// Whether this is an authority or a place that helps: `kommunen`, `ungerådgivningen`, `familieafdelingen`.
fn is_agency(doc: &Doc<'_>, at: usize) -> bool {
    const WHOM: [&str; 15] = [
        "familie",
        "unge",
        "ungdoms",
        "boerne",
        "boern",
        "social",
        "handicap",
        "voksen",
        "doegn",
        "psykiatri",
        "myndigheds",
        "visitations",
        "modtage",
        "beskaeftigelses",
        "integrations",
    ];
    if doc.is(at, doc.data.cues.agency) {
        return true;
    }
    let Some(text) = doc.word(at).map(|token| doc.tokens.text_of(token)) else { return false };
    let stem = ["afdelingen", "sektionen", "teamet", "enheden"].iter().find_map(|end| text.strip_suffix(end));
    text.ends_with("raadgivningen") || stem.is_some_and(|stem| WHOM.iter().any(|whom| stem.starts_with(whom)))
}

/// Whether the name is that of somebody who is met because of their work: `damen fra kommunen, NAVN`, `ny sagsbehandler.
/// nu er det NAVN`, `NAVN, hende der styrer min sag`.
pub(super) fn is_met_at_work(doc: &Doc<'_>, name: Name) -> bool {
    let cues = &doc.data.cues;
    let Some(before) = name.first.checked_sub(1) else { return after_name(doc, name) };
    let comma = doc.is_sign(before, &[',', ':', '(']);
    let it_is = matches!(doc.tokens.text(before), "det" | "er" | "hedder" | "is" | "called" | "it's" | "hun" | "han");
    let agency = comma && (name.first.saturating_sub(4)..name.first).any(|i| is_agency(doc, i));
    let title = (comma || it_is)
        && (name.first.saturating_sub(14)..name.first).any(|i| is_title(doc, i))
        && !doc.before(name.first, 4, cues.relation);
    agency || title || after_name(doc, name)
}

pub(super) fn after_name(doc: &Doc<'_>, name: Name) -> bool {
    let pointed = (name.last + 1..name.last + 5).find(|i| {
        matches!(doc.tokens.text(*i), "hende" | "ham" | "som" | "who" | "der") && doc.is_sign(*i - 1, &[',', '(', '-'])
    });
    let pointed = pointed.or_else(|| {
        (name.last + 1..name.last + 4).find(|i| {
            doc.is_sign(*i, &[',', '(']) && matches!(doc.tokens.text(*i + 1), "hende" | "ham" | "som" | "who")
        })
    });
    pointed.is_some_and(|from| {
        (from..from + 7).any(|i| (is_agency(doc, i) || is_title(doc, i)) && doc.same_sentence(from, i))
    })
}

/// `min sagsbehandler Signe Jensen`, `psykologen hedder Mona`, `Camilla Dam, min kontaktperson`.
pub(super) fn staff(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    if let Some(found) = after_short_title(doc, at) {
        return Some(found);
    }
    if is_title(doc, at) {
        return after_title(doc, at);
    }
    if doc.says(at, Word::TitleMore) {
        return after_title(doc, at).filter(|(raw, _)| raw.confidence >= 88);
    }
    if doc.says(at, Word::Honorific) {
        return after_honorific(doc, at);
    }
    let name = full_name(doc, at, true)
        .filter(|name| name.confidence >= 80)
        .or_else(|| initials(doc, at))
        .or_else(|| lone_first_name(doc, at))
        .or_else(|| opening_first_name(doc, at))?;
    let mut next = name.last + 1;
    let mut placed = false;
    for _ in 0..8 {
        let text = doc.tokens.text(next);
        let preposition =
            matches!(text, "fra" | "i" | "paa" | "from" | "at" | "hos" | "inde" | "ovre" | "nede" | "ude" | "ved");
        let link = preposition || doc.is_sign(next, &[',', '(', '-']) || leads_to_title(text);
        let place = placed && doc.word(next).is_some() && !doc.is_capital(next);
        if placed && is_agency(doc, next) {
            return Some(staff_found(doc, name, 80));
        }
        if is_title(doc, next) || (doc.says(next, Word::TitleMore) && name.is_full()) {
            break;
        }
        // `my CAMHS nurse`, `min søde lærer`: one word between.
        let owned = matches!(
            doc.tokens.text(next.wrapping_sub(1)),
            "min" | "mit" | "my" | "our" | "vores" | "the" | "a" | "an" | "en" | "hans" | "hendes" | "his" | "her"
        );
        if owned && next > name.last + 1 && doc.word(next).is_some() && is_title(doc, next + 1) {
            next += 1;
            break;
        }
        // `min støtte-kontaktperson`
        if doc.is_sign(next + 1, &['-']) && is_title(doc, next + 2) && doc.tokens.touches_next(next) {
            next += 2;
            break;
        }
        if !(link || place) {
            break;
        }
        placed = preposition;
        next += 1;
    }
    let titled = is_title(doc, next) || (doc.says(next, Word::TitleMore) && name.is_full());
    let linked = next > name.last + 1 && titled && doc.same_sentence(at, next);
    let mut behind = next;
    while behind < next + 4 && is_title(doc, behind) {
        behind += 1;
    }
    // `jeg er Mads, min sagsbehandler Lone siger`: the title goes with the name behind it.
    let another = full_name(doc, behind, true).is_some() || lone_first_name(doc, behind).is_some();
    let own = linked && !(another && doc.same_sentence(next, behind));
    own.then(|| staff_found(doc, name, if name.is_full() { 88 } else { 80 }))
}

/// Words that may stand between a name and the title behind it.
fn leads_to_title(text: &str) -> bool {
    matches!(
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
    )
}

pub(super) fn staff_found(doc: &Doc<'_>, name: Name, confidence: u8) -> (Raw, usize) {
    let raw = doc.raw(Found::Caseworker, name.first, name.last, confidence);
    (raw.about(Subject::Other), name.last + 1)
}

/// `sagsbeh. B. Kjær`, `psyk. Merete Lynge`: a title that is written short.
fn after_short_title(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    if !doc.says(at, Word::TitleShort) {
        return None;
    }
    let stop = usize::from(doc.is_sign(at + 1, &['.']) && doc.tokens.touches_next(at));
    let next = at + 1 + stop;
    if stop == 0 && !doc.same_sentence(at, next) || !doc.is_capital(next) {
        return None;
    }
    if let Some(name) = full_name(doc, next, true).or_else(|| initials(doc, next)) {
        return Some(staff_found(doc, name, 92));
    }
    let alone = part(doc, next).filter(|p| p.case == Case::Capital && !p.common && !doc.data.towns.has(p.text))?;
    let known = alone.first_name.is_some() || alone.last_name.is_some();
    (stop == 1 && known).then(|| staff_found(doc, Name { first: next, last: next, confidence: 78 }, 78))
}

/// `hr. Bundgaard`, `fru Kjeldsen`: a surname that is no word, and no well-known person's.
fn after_honorific(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let stop = usize::from(doc.is_sign(at + 1, &['.']) && doc.tokens.touches_next(at));
    let next = at + 1 + stop;
    if doc.tokens.get(at).is_some_and(|t| t.case == Case::Upper) || !doc.same_sentence(at, next) {
        return None;
    }
    let family = part(doc, next).filter(|p| p.case == Case::Capital && !p.common && p.last_name.is_some())?;
    let name = Name { first: next, last: next, confidence: 76 };
    let whole = full_name(doc, next, true).unwrap_or(name);
    (!is_public(doc, name) && !is_public(doc, whole) && family.text.len() > 3).then(|| staff_found(doc, whole, 76))
}

/// Words that may stand between a title and the name.
pub(super) fn leads_to_name(text: &str) -> bool {
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

pub(super) fn after_title(doc: &Doc<'_>, title: usize) -> Option<(Raw, usize)> {
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
            || text == "ud" && doc.tokens.text(next + 1) == "med"
            || text == "med" && doc.tokens.text(next - 1) == "ud"
            || doc.says(next, Word::Honorific) && !(doc.is_capital(next) && is_title(doc, next))
            || doc.is_sign(next, &['.']) && (doc.tokens.text(next - 1) == "dr" || doc.says(next - 1, Word::Honorific));
        // One word after a preposition: `på bostedet`, `i Esbjerg hedder`.
        let told = doc.is(next + 1, cues.name_cue) || matches!(doc.tokens.text(next + 1), "er" | "is");
        let place = placed && doc.word(next).is_some() && (!doc.is_capital(next) || told)
            || is_title(doc, next) && !doc.is_capital(next);
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
    // `a carer at Fernlea Nursing Home`: that is where she works.
    let place = matches!(doc.tokens.text(next - 1), "at" | "hos" | "in" | "i" | "paa" | "ved" | "from" | "fra");
    if place && (next + 1..next + 4).take_while(|i| doc.is_capital(*i)).any(|i| doc.says(i, Word::Institution)) {
        return None;
    }
    if let Some(name) = full_name(doc, next, adjacent || named)
        .or_else(|| initials(doc, next))
        .filter(|_| adjacent || named || next <= title + 4)
    {
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
    let honorific =
        doc.says(next - 1, Word::Honorific) || doc.is_sign(next - 1, &['.']) && doc.says(next - 2, Word::Honorific);
    let another = doc.says(title, Word::Honorific) && (title.saturating_sub(3)..title).any(|i| is_title(doc, i));
    let lower = honorific && (next > title + 2 || another);
    let unknown = part(doc, next).filter(|p| {
        (p.case == Case::Capital || lower && p.text.len() >= 5 && p.case == Case::Lower)
            && !p.common
            && (adjacent || named)
    })?;
    if is_public(doc, Name { first: next, last: next, confidence: 72 }) {
        return None;
    }
    let place = doc.data.towns.has(unknown.text) || doc.is(next, cues.school_suffix);
    (!place).then(|| staff_found(doc, Name { first: next, last: next, confidence: 72 }, 72))
}

/// A known first name that is a word as well and opens a sentence, before a preposition: `Jonas på bostedet`.
pub(super) fn opening_first_name(doc: &Doc<'_>, at: usize) -> Option<Name> {
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
pub(super) fn lone_first_name(doc: &Doc<'_>, at: usize) -> Option<Name> {
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
