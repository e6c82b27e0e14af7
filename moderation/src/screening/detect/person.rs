//! Names of people: known first and last names of many origins, the shape of surnames, and the
//! words that introduce a name. A first name alone tells little and counts only where somebody
//! introduces themselves; a member of staff is found by title.

use super::person_name::{Name, full_name, part};
use super::person_staff::{is_met_at_work, staff, staff_found};
use super::person_told::told;
use super::{Doc, Raw};
use crate::policy::{FindingCategory as Found, Severity};
use crate::screening::Subject;
use crate::screening::personal_words::Word;
use crate::screening::token::{Case, Kind};

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
            .or_else(|| full_name(doc, at, false).and_then(|name| plain(doc, at, name)))
            .or_else(|| told(doc, at));
        match found {
            Some((raw, next)) => {
                out.push(raw);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
}

/// A full name without an introduction: unless it is a well-known person's.
fn plain(doc: &Doc<'_>, at: usize, name: Name) -> Option<(Raw, usize)> {
    let known = is_public(doc, name);
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

/// Whether the name is a well-known person's.
pub(super) fn is_public(doc: &Doc<'_>, name: Name) -> bool {
    let known = |text: &str| {
        let text = text.trim_end_matches("'s");
        let figures = &doc.data.public_figures;
        figures.has(text) || text.strip_suffix('s').is_some_and(|stem| figures.has(stem))
    };
    let last = doc.tokens.text(name.last);
    if !name.is_full() {
        return known(last);
    }
    let first = doc.tokens.text(name.first);
    // `Leonardo da Vinci`, `Jean-Claude Van Damme`: with what stands between, and without.
    let whole: Vec<&str> = (name.first..=name.last).map(|i| doc.tokens.text(i)).filter(|text| text.len() > 1).collect();
    known(&format!("{first} {last}")) || whole.len() > 2 && known(&whole.join(" "))
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
    let here = is_here(doc, at) && (doc.before(at, 3, cues.greeting) || doc.said_before(at, 3, Word::Greeting));
    let aged = before != link
        && (doc.is(link, cues.greeting) || doc.says(link, Word::Greeting))
        && doc.is_capital(at)
        && is_aged(doc, at + 1);
    if !(own || signed || other || here || aged) {
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
    if !(own || signed || here || aged) {
        return None;
    }
    let alone = first_name_alone(doc, at, own || aged)?;
    Some((alone.with_severity(Severity::Low).about(Subject::SelfAuthor), at + 1))
}

/// `hej, NAVN 17 år`, `hey, NAME, 16 years`.
fn is_aged(doc: &Doc<'_>, at: usize) -> bool {
    let age = at + usize::from(doc.is_sign(at, &[',']));
    let years = doc.tokens.get(age).is_some_and(|t| t.kind == Kind::Number && t.end - t.start == 2);
    let since = matches!(doc.tokens.text(age + 2), "siden" | "ago" | "i");
    let unit = matches!(doc.tokens.text(age + 1), "aar" | "years" | "year" | "yo" | "yrs");
    years && unit && !since && doc.same_sentence(at, age)
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
