//! Names on other services: what is written after, before or around the service's own name.

use super::contact::is_strong_ending;
use super::{Doc, Raw, handle_service};
use crate::policy::FindingCategory as Found;
use crate::screening::token::Kind;

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let cues = &doc.data.cues;
    for at in 0..doc.tokens.len() {
        // `min profil`, `my alt`: only somebody's own.
        let own = doc.is(at, cues.account) && at > 0 && (doc.is(at - 1, cues.my) || doc.is(at - 1, cues.their));
        let weak = doc.is(at, cues.weak_platform) || own;
        if weak || doc.is(at, cues.platform) || doc.is(at, cues.user_name) {
            out.extend(after_platform(doc, at, weak));
            out.extend(before_platform(doc, at, weak));
            out.extend(told_before(doc, at));
        }
        if let Some((first, last)) = handle_service::disguised(doc, at) {
            out.extend(after_platform(doc, last, false));
            out.extend(before_platform(doc, first, false));
            out.extend(handle_service::is_me(doc, first));
        }
        if doc.is(at, cues.platform) || weak {
            out.extend(handle_service::is_me(doc, at));
        }
        out.extend(handle_service::reddit_user(doc, at));
        out.extend(handle_service::several_words(doc, at));
        if doc.is(at, cues.handle_verb) {
            out.extend(after_verb(doc, at));
        }
        out.extend(numbered(doc, at));
        out.extend(standing_alone(doc, at));
    }
}

/// `jeg er den_blaa_ko alle steder`, `skriv til mig, @navn`: the form alone says that it is a name, where somebody
/// speaks of themselves.
fn standing_alone(doc: &Doc<'_>, at: usize) -> Option<Raw> {
    let cues = &doc.data.cues;
    let before = at.checked_sub(1)?;
    let marked = doc.is_sign(at, &['@']);
    let under = doc.is_sign(at, &['_']) && at > 0;
    if !(marked || under) {
        return figures_within(doc, at);
    }
    let first = if marked { at } else { beginning(doc, at) };
    let outer = first.checked_sub(1);
    if (marked && doc.tokens.touches_next(before))
        || outer.is_some_and(|i| doc.is_sign(i, &['#', '/', '.', ':', '\\', '@']) && doc.tokens.touches_next(i))
    {
        return None;
    }
    let found = candidate(doc, first)?;
    let from = first.saturating_sub(6);
    let to_me = doc.before(first, 6, cues.my);
    let asked = to_me && (doc.before(first, 8, cues.mail) || doc.before(first, 8, cues.handle_verb));
    if marked {
        return (asked && doc.same_sentence(from.max(before.saturating_sub(1)), before)).then(|| found.raw(doc, 76));
    }
    let given = doc.is_sign(before, &['=', ':', ',']) || doc.is_sign(first.wrapping_sub(1), &['=', ':', ',']);
    let service = given && doc.before(first, 16, cues.platform) || doc.is_sign(first.wrapping_sub(1), &['=']);
    let inner = found.text.trim_matches(['_', '.']).len() >= 4 && found.text.contains('_');
    let file = found.text.rsplit('.').next().is_some_and(|end| {
        matches!(
            end,
            "png" | "jpg" | "jpeg" | "pdf" | "txt" | "doc" | "docx" | "mp4" | "mp3" | "rs" | "py" | "js" | "css"
        )
    });
    let naming = (from..first).any(|i| {
        doc.is(i, cues.naming)
            || doc.is(i, cues.own_name_cue)
            || doc.is(i, cues.handle_verb)
            || doc.is(i, cues.user_name)
    });
    let own = naming && (to_me || doc.before(first, 8, cues.self_words) || asked);
    (inner && !file && (own || service)).then(|| found.raw(doc, 78))
}

/// `hedder det samme overalt, kvist0mat, også på steam`: figures in the middle of a word, where names on services are
/// spoken of.
fn figures_within(doc: &Doc<'_>, at: usize) -> Option<Raw> {
    let cues = &doc.data.cues;
    let token = doc.word(at).filter(|t| t.end - t.start >= 6)?;
    let letter = |i: usize| doc.view.lower(i).is_alphabetic();
    let figure = |i: usize| doc.view.lower(i).is_ascii_digit();
    let mixed = letter(token.start) && letter(token.end - 1) && (token.start..token.end).any(figure);
    let named = mixed
        && doc.before(at, 8, cues.naming)
        && (doc.near(at, 8, 8, cues.platform) || doc.near(at, 8, 8, cues.weak_platform));
    let found = candidate(doc, at).filter(|_| named)?;
    Some(found.raw(doc, 76))
}

pub(super) struct Candidate {
    pub(super) first: usize,
    pub(super) next: usize,
    /// Has figures or signs in it, or an `@` before it, as few words have.
    pub(super) shaped: bool,
    pub(super) text: String,
}

impl Candidate {
    pub(super) fn raw(&self, doc: &Doc<'_>, confidence: u8) -> Raw {
        let subject = doc.subject_before(self.first);
        doc.raw(Found::Handle, self.first, self.next - 1, confidence).about(subject)
    }
}

/// The sign that a word stands for, as names are read aloud: `sol punktum ni`, `luna underscore 12`.
fn spoken_sign(doc: &Doc<'_>, at: usize) -> Option<char> {
    Some(match doc.tokens.text(at) {
        "underscore" | "understreg" | "underscor" | "bundstreg" | "understregning" => '_',
        "punktum" | "dot" | "prik" => '.',
        "bindestreg" | "dash" | "hyphen" => '-',
        _ => return None,
    })
}

/// Something without a space in it that could be a name on a service.
pub(super) fn candidate(doc: &Doc<'_>, at: usize) -> Option<Candidate> {
    let is_sign = |i: usize| doc.tokens.get(i).is_some_and(|token| token.kind == Kind::Sign);
    let marked = doc.is_sign(at, &['@']);
    let mut start = at + usize::from(marked);
    if marked && !doc.tokens.touches_next(at) {
        return None;
    }
    let mut text = String::new();
    let grown = start > 0 && doc.tokens.touches_next(start - 1) && !marked;
    while !grown && doc.is_sign(start, &['_', '.']) && doc.tokens.touches_next(start) && start < at + 4 {
        text.push_str(doc.tokens.text(start));
        start += 1;
    }
    let opening = start;
    doc.tokens.get(start).filter(|token| token.kind != Kind::Sign)?;
    text.push_str(doc.tokens.text(start));
    let mut next = start + 1;
    let mut signs = text.chars().filter(|c| *c == '_').count();
    while next < start + 12 {
        let spoken = spoken_sign(doc, next).filter(|_| !is_sign(next + 1) && doc.same_sentence(next - 1, next + 1));
        if let Some(sign) = spoken.filter(|_| doc.tokens.get(next + 1).is_some()) {
            text.push(sign);
            text.push_str(doc.tokens.text(next + 1));
            signs += 1;
            next += 2;
            continue;
        }
        if !doc.tokens.touches_next(next - 1) {
            break;
        }
        let sign = doc.is_sign(next, &['.', '_', '-', '#']);
        let goes_on = !sign
            || (doc.tokens.touches_next(next)
                && doc
                    .tokens
                    .get(next + 1)
                    .is_some_and(|t| t.kind != Kind::Sign || doc.is_sign(next + 1, &['.', '_', '-'])))
            || doc.is_sign(next, &['_']);
        if !goes_on || (!sign && is_sign(next)) {
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
    if !letters || !(3..=40).contains(&length) || is_host || super::number::is_identifier(doc, opening) {
        return None;
    }
    // `.moonling`: a full stop before a word, and none behind the word before it.
    let led = text.len() > 5 && text.starts_with('.') && at > 0 && !doc.tokens.touches_next(at - 1);
    let shaped = marked || figures || signs > 0 || led || has_inner_capital(doc, opening);
    Some(Candidate { first: at, next, shaped, text })
}

/// `BamseBo`: a capital after a small letter, as few words have.
pub(super) fn has_inner_capital(doc: &Doc<'_>, at: usize) -> bool {
    doc.word(at).is_some_and(|token| {
        let capital = |i: usize| doc.view.cased(i) != doc.view.lower(i);
        token.end - token.start >= 6 && (token.start + 2..token.end).any(|i| capital(i) && !capital(i - 1))
    })
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
    let (mut naming, mut set_off) = (false, false);
    while next < at + 8 {
        let opens = doc.is_sign(next, &['@'])
            || doc.is_sign(next, &['_', '.']) && doc.tokens.touches_next(next) && !doc.tokens.touches_next(next - 1);
        let sign = doc.tokens.get(next).is_some_and(|token| token.kind == Kind::Sign) && !opens;
        naming |= doc.is_sign(next, &[':', '=', '>', '→']) || doc.is(next, cues.naming);
        set_off |= doc.is_sign(next, &['-', '–', '—', '(', '👉', '➡']) && !doc.tokens.touches_next(next - 1);
        let both = matches!(doc.tokens.text(next), "both" | "begge" | "samme" | "same") && doc.same_sentence(at, next);
        if !(sign || both || doc.is(next, cues.filler) || doc.is(next, cues.naming)) {
            break;
        }
        next += 1;
    }
    if let Some(spaced) = handle_service::spaced_out(doc, next).filter(|_| naming || next == at + 1) {
        return Some(spaced);
    }
    let mut found = candidate(doc, next)?;
    if naming && !found.shaped && !is_rare(doc, &found) {
        // `insta er mit navn bagfra, sol.ni`: words stand between.
        let later = (next + 1..next + 4)
            .filter(|i| doc.same_sentence(at, *i))
            .find_map(|i| candidate(doc, i).filter(|c| c.text.contains(['.', '_']) && c.first == i));
        if let Some(later) = later {
            next = later.first;
            found = later;
        }
    }
    // `vil du have min snap? mosegris_88`
    let near_by = next <= at + 4 && !doc.is_capital(next);
    let answered = (doc.before(at, 3, cues.my) || near_by) && found.text.contains(['.', '_']);
    if !doc.same_sentence(at, next) && !naming && !answered {
        return None;
    }
    let weak_alone = weak && !(naming || set_off || next == at + 1);
    let enclosed = next == at + 2 && doc.is_sign(at + 1, &['(']) && doc.is_sign(found.next, &[')']);
    let bare = found.text.strip_prefix('.').unwrap_or(&found.text);
    let ordinary = doc.data.common.has(bare) && !bare.contains(['.', '_']);
    if doc.is(next, cues.platform) || doc.is(found.next, cues.unit) {
        return None;
    }
    match (found.shaped, naming, weak_alone) {
        (true, _, false) if !ordinary => Some(found.raw(doc, 93)),
        (false, true, false) if is_rare(doc, &found) => Some(found.raw(doc, 82)),
        (false, false, false) if enclosed && is_rare(doc, &found) => Some(found.raw(doc, 74)),
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

/// Where the name begins that ends with this token: back over what touches it or is read aloud as a sign.
pub(super) fn beginning(doc: &Doc<'_>, last: usize) -> usize {
    let mut first = last;
    while first > 0 && last - first < 12 {
        if doc.tokens.touches_next(first - 1) {
            first -= 1;
        } else if first > 1 && spoken_sign(doc, first - 1).is_some() {
            first -= 2;
        } else {
            break;
        }
    }
    first
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
    let first = beginning(doc, link.checked_sub(1)?);
    let found = candidate(doc, first).filter(|found| found.next == link)?;
    let naming = (first.saturating_sub(4)..first).any(|i| doc.is(i, cues.naming) || doc.is(i, cues.handle_verb));
    let looked_for = doc.before(first, 4, cues.handle_verb)
        && matches!(doc.tokens.text(first.wrapping_sub(1)), "som" | "under" | "paa" | "as" | "by" | "efter" | "navnet");
    let ordinary = doc.data.common.has(&found.text);
    // Few words have such a sign in them.
    let signed = found.text.contains(['.', '_']);
    match (found.shaped && !ordinary, naming) {
        (true, true) => Some(found.raw(doc, 93)),
        (true, false) if !weak || signed || doc.is_sign(first, &['@']) => Some(found.raw(doc, 82)),
        (false, false) if !weak && is_rare(doc, &found) && doc.tokens.text(first.wrapping_sub(1)) == "i'm" => {
            Some(found.raw(doc, 70))
        }
        (false, true) if looked_for && is_rare(doc, &found) => Some(found.raw(doc, 78)),
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
    let own = (doc.is(link, doc.data.cues.my) || doc.is(link, doc.data.cues.their))
        && matches!(doc.tokens.text(link.checked_sub(1)?), "er" | "is" | "=");
    let last = link.checked_sub(2).filter(|_| own)?;
    let first = beginning(doc, last);
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
