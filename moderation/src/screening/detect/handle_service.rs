//! Services whose names are written so that no filter knows them, and names on services in forms of their own: `u/name`,
//! names of players in several words, `NAME is me on …`.

use super::handle::{Candidate, beginning, candidate, has_inner_capital};
use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::lexicon::{SEED, key, step};
use crate::screening::personal_words::Word;
use crate::screening::token::Kind;

/// Letters of the longest name of a service.
const SERVICE_MAX: usize = 12;

/// The first and the last token of the name of a service in disguise: `sn4p`, `d1scord`, `tele gram`, `i n s t a`,
/// `s.n.a.p`, `snp`.
pub(super) fn disguised(doc: &Doc<'_>, at: usize) -> Option<(usize, usize)> {
    let token = doc.word(at)?;
    let text = doc.tokens.text_of(token);
    if token.end - token.start == 1 {
        return letter_by_letter(doc, at);
    }
    if !(2..=SERVICE_MAX).contains(&text.len()) {
        return None;
    }
    if doc.says(at, Word::ServiceShort) {
        return Some((at, at));
    }
    if text.bytes().any(|b| b.is_ascii_digit()) && !text.bytes().all(|b| b.is_ascii_digit()) {
        let plain: String = text.chars().map(letter_for).collect();
        return doc.data.personal.has(&plain, Word::Service).then_some((at, at));
    }
    in_two(doc, at).or_else(|| with_sign(doc, at))
}

/// The letter that a figure or a sign stands for.
const fn letter_for(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '!' | '|' => 'i',
        '3' | '€' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        '8' => 'b',
        '9' => 'g',
        c => c,
    }
}

/// `tele gram`, `dis-cord`, `insta.gram`
fn in_two(doc: &Doc<'_>, at: usize) -> Option<(usize, usize)> {
    if !doc.says(at, Word::ServiceHead) {
        return None;
    }
    let sign = usize::from(doc.is_sign(at + 1, &['-', '.', '_', '*', '/']));
    let second = doc.word(at + 1 + sign)?;
    let joined = doc.tokens.text_of(second).bytes().fold(key(doc.tokens.text(at)), step);
    doc.data.personal.has_key(joined, Word::Service).then_some((at, at + 1 + sign))
}

/// `sn@p`, `in$ta`: a sign for a letter.
fn with_sign(doc: &Doc<'_>, at: usize) -> Option<(usize, usize)> {
    let sign = doc.tokens.get(at + 1).filter(|t| t.kind == Kind::Sign && doc.tokens.touches_next(at))?;
    let letter = letter_for(doc.view.lower(sign.start));
    let rest = doc.word(at + 2).filter(|_| doc.tokens.touches_next(at + 1))?;
    if !letter.is_ascii_alphabetic() {
        return None;
    }
    let head = step(key(doc.tokens.text(at)), u8::try_from(letter).unwrap_or(b' '));
    let joined = doc.tokens.text_of(rest).bytes().fold(head, step);
    doc.data.personal.has_key(joined, Word::Service).then_some((at, at + 2))
}

/// `i n s t a`, `s.n.a.p`: the longest name that the single letters from here make.
fn letter_by_letter(doc: &Doc<'_>, at: usize) -> Option<(usize, usize)> {
    let (mut joined, mut next, mut last) = (SEED, at, None);
    for letters in 1..=SERVICE_MAX {
        if doc.tokens.get(next).is_none_or(|t| t.end - t.start != 1 || t.kind == Kind::Sign) {
            break;
        }
        joined = doc.tokens.text(next).bytes().fold(joined, step);
        if letters >= 4 && doc.data.personal.has_key(joined, Word::Service) {
            last = Some(next);
        }
        next += 1 + usize::from(doc.is_sign(next + 1, &['.', '-', '_', '*', '/', ',']));
    }
    last.map(|last| (at, last))
}

/// `t r o l d 4 4`: a name with a space between its letters.
pub(super) fn spaced_out(doc: &Doc<'_>, first: usize) -> Option<Raw> {
    let single = |i: usize| {
        doc.tokens.get(i).is_some_and(|t| t.end - t.start == 1 && (t.kind != Kind::Sign || doc.is_sign(i, &['_'])))
    };
    let mut last = first;
    while last < first + 30 && single(last + 1) && !doc.tokens.touches_next(last) && doc.same_sentence(first, last + 1)
    {
        last += 1;
    }
    let letters = (first..=last).filter(|i| doc.word(*i).is_some()).count();
    (single(first) && last >= first + 4 && letters >= 3).then(|| doc.raw(Found::Handle, first, last, 88))
}

/// `NAME er mig på tiktok`, `NAME hedder jeg på insta`, `NAME is what i'm called on kik`.
pub(super) fn is_me(doc: &Doc<'_>, service: usize) -> Option<Raw> {
    let link = service.checked_sub(1).filter(|i| matches!(doc.tokens.text(*i), "paa" | "on" | "over" | "inde"))?;
    let mut before = link.checked_sub(1)?;
    let mut me = false;
    let mut skipped = 0;
    while skipped < 6 {
        let text = doc.tokens.text(before);
        let words = matches!(
            text,
            "er" | "hedder"
                | "is"
                | "hvad"
                | "what"
                | "called"
                | "am"
                | "navn"
                | "name"
                | "user"
                | "bruger"
                | "det"
                | "that's"
                | "thats"
                | "it's"
                | "navnet"
                | "brugernavn"
                | "username"
                | "kaldes"
                | "der"
                | "inde"
                | "som"
        );
        let own = matches!(text, "mig" | "me" | "jeg" | "i'm" | "my" | "mit" | "min" | "mine" | "im" | "i");
        if !(words || own || doc.is_sign(before, &[','])) {
            break;
        }
        me |= own;
        skipped += 1;
        before = before.checked_sub(1)?;
    }
    let first = beginning(doc, before);
    let found = candidate(doc, first).filter(|found| me && skipped >= 2 && found.next == before + 1 && found.shaped)?;
    let ordinary = doc.data.common.has(&found.text)
        || doc.tokens.get(before).is_some_and(|t| t.kind == Kind::Sign && doc.is_sign(before, &['.', '!', '?']));
    (!ordinary).then(|| found.raw(doc, 84))
}

/// `u/name`, `/u/name`
pub(super) fn reddit_user(doc: &Doc<'_>, at: usize) -> Option<Raw> {
    if doc.tokens.text(at) != "u" || !doc.is_sign(at + 1, &['/']) {
        return None;
    }
    let touching = doc.tokens.touches_next(at) && doc.tokens.touches_next(at + 1);
    let outer = at.checked_sub(1).filter(|before| doc.tokens.touches_next(*before));
    let grown = outer.is_some_and(|before| {
        !doc.is_sign(before, &['/', '(', ':', '"']) || before > 0 && doc.tokens.touches_next(before - 1)
    });
    let found = candidate(doc, at + 2).filter(|_| touching && !grown)?;
    let known = doc.near(at, 10, 12, doc.data.cues.platform);
    (found.shaped || known).then(|| Candidate { first: at, ..found }.raw(doc, 86))
}

/// `gamertag på xbox er Zq KnasTorsk 88`: names of players may have spaces in them.
pub(super) fn several_words(doc: &Doc<'_>, at: usize) -> Option<Raw> {
    let cues = &doc.data.cues;
    let tag = doc.says(at, Word::Gamertag);
    if !tag && !doc.says(at, Word::Game) {
        return None;
    }
    let mut next = at + 1;
    let mut naming = false;
    while next < at + 7 {
        let is = doc.is_sign(next, &[':', '=', '→', '>'])
            || matches!(doc.tokens.text(next), "er" | "is" | "hedder" | "it's");
        naming |= is;
        let links = is
            || matches!(
                doc.tokens.text(next),
                "paa" | "on" | "for" | "mit" | "min" | "my" | "mig" | "me" | "jeg" | "id" | "navn" | "name"
            );
        if !(links || doc.says(next, Word::Game) || doc.is(next, cues.platform) && !doc.is_capital(next)) {
            break;
        }
        next += 1;
    }
    let number = |i: usize| doc.tokens.get(i).is_some_and(|t| t.kind == Kind::Number && t.end - t.start <= 5);
    let mut last = next;
    while last < next + 4 && (doc.is_capital(last + 1) || number(last + 1)) && doc.same_sentence(next, last + 1) {
        last += 1;
    }
    if !naming || !doc.is_capital(next) || last == next || !doc.same_sentence(at, next) {
        return None;
    }
    let shaped = (next..=last).any(|i| has_inner_capital(doc, i)) || tag && (number(last) || last > next);
    let plain = doc.is(next, cues.platform) || doc.says(next, Word::Game) || doc.is(last + 1, cues.unit);
    (shaped && !plain).then(|| doc.raw(Found::Handle, next, last, 82))
}
