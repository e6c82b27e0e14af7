//! Names on other services: what is written after, before or around the service's own name.

use super::contact::is_strong_ending;
use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::token::Kind;

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let cues = &doc.data.cues;
    for at in 0..doc.tokens.len() {
        let weak = doc.is(at, cues.weak_platform);
        if weak || doc.is(at, cues.platform) {
            out.extend(after_platform(doc, at, weak));
            out.extend(before_platform(doc, at, weak));
            out.extend(told_before(doc, at));
        }
        if doc.is(at, cues.handle_verb) {
            out.extend(after_verb(doc, at));
        }
        out.extend(numbered(doc, at));
    }
}

struct Candidate {
    first: usize,
    next: usize,
    /// Has figures or signs in it, or an `@` before it, as few words have.
    shaped: bool,
    text: String,
}

impl Candidate {
    fn raw(&self, doc: &Doc<'_>, confidence: u8) -> Raw {
        let subject = doc.subject_before(self.first);
        doc.raw(Found::Handle, self.first, self.next - 1, confidence).about(subject)
    }
}

/// Something without a space in it that could be a name on a service.
fn candidate(doc: &Doc<'_>, at: usize) -> Option<Candidate> {
    let marked = doc.is_sign(at, &['@']);
    let start = at + usize::from(marked);
    doc.tokens.get(start).filter(|token| token.kind != Kind::Sign)?;
    if marked && !doc.tokens.touches_next(at) {
        return None;
    }
    let mut text = doc.tokens.text(start).to_owned();
    let mut next = start + 1;
    let mut signs = 0;
    while doc.tokens.touches_next(next - 1) && next < start + 12 {
        let sign = doc.is_sign(next, &['.', '_', '-', '#']);
        let goes_on = !sign
            || (doc.tokens.touches_next(next)
                && doc
                    .tokens
                    .get(next + 1)
                    .is_some_and(|t| t.kind != Kind::Sign || doc.is_sign(next + 1, &['.', '_', '-'])))
            || doc.is_sign(next, &['_']);
        if !goes_on || (!sign && doc.tokens.get(next).is_some_and(|t| t.kind == Kind::Sign)) {
            break;
        }
        signs += usize::from(sign && !doc.is_sign(next, &['-']));
        text.push_str(doc.tokens.text(next));
        next += 1;
    }
    let letters = text.chars().any(char::is_alphabetic);
    let figures = text.chars().any(char::is_numeric);
    let length = text.chars().count();
    let is_host = signs > 0 && text.rsplit('.').next().is_some_and(is_strong_ending) && !marked;
    if !letters || !(3..=40).contains(&length) || is_host || super::number::is_identifier(doc, start) {
        return None;
    }
    Some(Candidate { first: at, next, shaped: marked || figures || signs > 0, text })
}

/// A single word that could only be a name here.
fn is_rare(doc: &Doc<'_>, candidate: &Candidate) -> bool {
    !doc.data.common.has(&candidate.text)
        && !doc.is(candidate.first, doc.data.cues.platform)
        && !doc.is(candidate.first, doc.data.cues.weak_platform)
        && !doc.is(candidate.first, doc.data.cues.filler)
        && candidate.text.len() >= 4
}

fn after_platform(doc: &Doc<'_>, at: usize, weak: bool) -> Option<Raw> {
    let cues = &doc.data.cues;
    let mut next = at + 1;
    let mut naming = false;
    while next < at + 8 {
        let sign = doc.tokens.get(next).is_some_and(|token| token.kind == Kind::Sign) && !doc.is_sign(next, &['@']);
        naming |= doc.is_sign(next, &[':', '=', '>', '→']) || doc.is(next, cues.naming);
        if !(sign || doc.is(next, cues.filler) || doc.is(next, cues.naming)) {
            break;
        }
        next += 1;
    }
    let found = candidate(doc, next)?;
    // `vil du have min snap? mosegris_88`
    let answered = (doc.before(at, 3, cues.my) || next == at + 2) && found.text.contains(['.', '_']);
    if !doc.same_sentence(at, next) && !naming && !answered {
        return None;
    }
    let weak_alone = weak && !(naming || next == at + 1);
    let ordinary = doc.data.common.has(&found.text) && !found.text.contains(['.', '_']);
    if doc.is(next, cues.platform) || doc.is(found.next, cues.unit) {
        return None;
    }
    match (found.shaped, naming, weak_alone) {
        (true, _, false) if !ordinary => Some(found.raw(doc, 93)),
        (false, true, false) if is_rare(doc, &found) => Some(found.raw(doc, 82)),
        (false, false, false) if next == at + 1 && !weak && is_rare(doc, &found) && !is_verb_like(doc, next) => {
            Some(found.raw(doc, 68))
        }
        _ => None,
    }
}

/// A capital or a known name after a service is rather a person than a name on it.
fn is_verb_like(doc: &Doc<'_>, at: usize) -> bool {
    doc.is_capital(at) || doc.tokens.text(at).len() < 6 || doc.data.first_names.flags(doc.tokens.text(at)).is_some()
}

/// `jeg hedder NAVN på snap`, `add NAVN on insta`.
fn before_platform(doc: &Doc<'_>, at: usize, weak: bool) -> Option<Raw> {
    let cues = &doc.data.cues;
    let mut link = at.checked_sub(1)?;
    while matches!(doc.tokens.text(link), "min" | "mit" | "my" | "det" | "the" | "inde" | "ovre") {
        link = link.checked_sub(1)?;
    }
    if !(matches!(doc.tokens.text(link), "paa" | "on" | "via" | "over" | "in" | "fra")
        || doc.is_sign(link, &['(', '/', ',']))
    {
        return None;
    }
    if matches!(doc.tokens.text(link.checked_sub(1)?), "inde" | "ovre" | "oppe" | "nede" | "over") {
        link -= 1;
    }
    // The candidate ends right before the link; walk back over touching tokens.
    let mut first = link.checked_sub(1)?;
    while first > 0 && doc.tokens.touches_next(first - 1) && link - first < 12 {
        first -= 1;
    }
    if first > 0 && doc.is_sign(first - 1, &['@']) && doc.tokens.touches_next(first - 1) {
        first -= 1;
    }
    let found = candidate(doc, first).filter(|found| found.next == link)?;
    let naming = (first.saturating_sub(4)..first).any(|i| doc.is(i, cues.naming) || doc.is(i, cues.handle_verb));
    let ordinary = doc.data.common.has(&found.text);
    // Few words have such a sign in them.
    let signed = found.text.contains(['.', '_']);
    match (found.shaped && !ordinary, naming) {
        (true, true) => Some(found.raw(doc, 93)),
        (true, false) if !weak || signed => Some(found.raw(doc, 82)),
        (false, false) if !weak && is_rare(doc, &found) && doc.tokens.text(first.wrapping_sub(1)) == "i'm" => {
            Some(found.raw(doc, 70))
        }
        (false, true) if !weak && is_rare(doc, &found) && doc.is(first.wrapping_sub(1), cues.naming) => {
            Some(found.raw(doc, 78))
        }
        _ => None,
    }
}

/// `NAVN er min snap`, `NAVN er mit navn på discord`.
fn told_before(doc: &Doc<'_>, at: usize) -> Option<Raw> {
    let mut link = at.checked_sub(1)?;
    if matches!(doc.tokens.text(link), "paa" | "on") {
        link = link.checked_sub(1)?;
        if !doc.is(link, doc.data.cues.naming) {
            return None;
        }
        link = link.checked_sub(1)?;
    }
    let own = doc.is(link, doc.data.cues.my) && matches!(doc.tokens.text(link.checked_sub(1)?), "er" | "is" | "=");
    let last = link.checked_sub(2).filter(|_| own)?;
    let mut first = last;
    while first > 0 && doc.tokens.touches_next(first - 1) && last - first < 12 {
        first -= 1;
    }
    let found = candidate(doc, first).filter(|found| found.next == last + 1)?;
    (found.shaped || is_rare(doc, &found)).then(|| found.raw(doc, 80))
}

/// `følg @navn_12`, `add navn.123`.
fn after_verb(doc: &Doc<'_>, at: usize) -> Option<Raw> {
    let mut next = at + 1;
    while next < at + 5 && (doc.is(next, doc.data.cues.filler) || doc.is_sign(next, &[':', ',', '-'])) {
        next += 1;
    }
    let found = candidate(doc, next)?;
    let figures = found.text.chars().any(char::is_numeric);
    let signs = found.text.contains(['_', '.']);
    let marked = doc.is_sign(found.first, &['@']);
    let in_sentence = doc.same_sentence(at, next);
    let ordinary = found.text.chars().next().is_some_and(char::is_numeric);
    (in_sentence
        && !ordinary
        && ((marked && (figures || signs)) || (figures && signs) || (signs && found.text.contains('_'))))
    .then(|| found.raw(doc, 84))
}

/// `navn#1234`.
fn numbered(doc: &Doc<'_>, at: usize) -> Option<Raw> {
    let hash = at.checked_sub(1)?;
    let token = doc.tokens.get(at)?;
    let four = token.kind == Kind::Number && token.end - token.start == 4;
    if !four || !doc.is_sign(hash, &['#']) || !doc.tokens.touches_next(hash) {
        return None;
    }
    let mut first = hash;
    while first > 0 && doc.tokens.touches_next(first - 1) && hash - first < 8 {
        first -= 1;
    }
    let found = candidate(doc, first).filter(|found| found.next == at + 1)?;
    (first < hash).then(|| found.raw(doc, 90))
}
