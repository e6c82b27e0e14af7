//! E-mail addresses and web addresses, plain and in disguise.

use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::token::Kind;

/// No web address is read further than this, so that a text without a space stays cheap.
const ADDRESS_MAX: usize = 400;

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let mut at = 0;
    while at < doc.tokens.len() {
        if let Some((raw, next)) = email(doc, at) {
            out.push(raw);
            at = next;
        } else if let Some((raw, next)) = url(doc, at) {
            out.push(raw);
            at = next;
        } else {
            at += 1;
        }
    }
}

/// How an at sign is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum AtSign {
    /// `@`, or something that can only mean it.
    Clear,
    /// The word `at`, which may mean something else.
    Word,
}

fn bracketed(doc: &Doc<'_>, at: usize, words: &[&str]) -> Option<usize> {
    if !doc.is_sign(at, &['(', '[', '{', '<', '*', '-', '_', '/']) {
        return None;
    }
    let snabel =
        doc.tokens.text(at + 1) == "snabel" && doc.tokens.text(at + 2) == "-" && doc.tokens.text(at + 3) == "a";
    if snabel && words.contains(&"snabela") {
        return Some(at + 5);
    }
    let closed = doc.is_sign(at + 2, &[')', ']', '}', '>', '*', '-', '_', '/']);
    (closed && words.contains(&doc.tokens.text(at + 1))).then_some(at + 3)
}

fn at_sign(doc: &Doc<'_>, at: usize) -> Option<(AtSign, usize)> {
    const CLEAR: [&str; 11] =
        ["at", "a", "aet", "snabela", "snabel", "alfa", "krolle", "kroelle", "kroellea", "alfakroelle", "apestaart"];
    if doc.is_sign(at, &['@']) {
        return Some((AtSign::Clear, at + 1));
    }
    if let Some(next) = bracketed(doc, at, &CLEAR) {
        return Some((AtSign::Clear, next));
    }
    match doc.tokens.text(at) {
        "snabela" | "snabelaa" | "alfakroelle" | "kroellea" | "kroellealfa" | "atsign" => Some((AtSign::Clear, at + 1)),
        "alfa" if doc.tokens.text(at + 1) == "kroelle" => Some((AtSign::Clear, at + 2)),
        "at" if matches!(doc.tokens.text(at + 1), "sign" | "tegn") => Some((AtSign::Clear, at + 2)),
        "at" if doc.is_sign(at + 1, &['-']) && matches!(doc.tokens.text(at + 2), "sign" | "tegn" | "tegnet") => {
            Some((AtSign::Clear, at + 3))
        }
        "snabel" | "kroelle" | "kroll" | "krolle" => {
            let hyphen = usize::from(doc.is_sign(at + 1, &['-']));
            matches!(doc.tokens.text(at + 1 + hyphen), "a" | "alfa").then_some((AtSign::Clear, at + 2 + hyphen))
        }
        "at" => Some((AtSign::Word, at + 1)),
        _ => None,
    }
}

/// A dot, and whether it is written as a word.
fn dot(doc: &Doc<'_>, at: usize) -> Option<(bool, usize)> {
    const DOTS: [&str; 7] = ["dot", "punktum", "prik", "punkt", "pkt", "period", "."];
    if doc.is_sign(at, &['.']) {
        return Some((false, at + 1));
    }
    if let Some(next) = bracketed(doc, at, &DOTS) {
        return Some((true, next));
    }
    DOTS.contains(&doc.tokens.text(at)).then_some((true, at + 1))
}

fn email(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let (sign, host) = at_sign(doc, at)?;
    let first = local_part(doc, at, sign)?;
    let (last, spelled_dot, ending) = domain(doc, host)?;
    let cue = doc.before(first, 6, doc.data.cues.mail) || doc.near(last, 0, 4, doc.data.cues.mail);
    let provider = (host..=last).any(|i| doc.is(i, doc.data.cues.mail_host));
    let fits = match (sign, ending) {
        (AtSign::Clear, true) => true,
        (AtSign::Clear, false) => provider,
        (AtSign::Word, true) => spelled_dot || cue || provider,
        (AtSign::Word, false) => provider && cue,
    };
    // `ig @navn.xx` is a name on a service: there the sign belongs to what follows.
    let leans_right =
        doc.is_sign(at, &['@']) && !doc.tokens.touches_next(at.wrapping_sub(1)) && doc.tokens.touches_next(at);
    let service = doc.near(at, 3, 8, doc.data.cues.platform);
    let fits = fits && (!leans_right || (is_strong_ending(doc.tokens.text(last)) && !service) || provider);
    let subject = doc.subject_before(first);
    fits.then(|| (doc.raw(Found::Email, first, last, 96).about(subject), last + 1))
}

/// The first token of what stands before the at sign.
fn local_part(doc: &Doc<'_>, at: usize, sign: AtSign) -> Option<usize> {
    let is_part = |i: usize| doc.tokens.get(i).is_some_and(|t| t.kind != Kind::Sign);
    let mut first = at.checked_sub(1).filter(|i| is_part(*i) && doc.same_sentence(*i, at))?;
    for _ in 0..8 {
        let Some(before) = first.checked_sub(1) else {
            break;
        };
        let touching = doc.tokens.touches_next(before);
        let glue = touching && doc.is_sign(before, &['.', '_', '-', '+']);
        let word = matches!(
            doc.tokens.text(before),
            "dot" | "punktum" | "prik" | "underscore" | "understreg" | "bundstreg" | "bindestreg" | "dash"
        );
        match before.checked_sub(1) {
            Some(earlier) if (word || (glue && doc.tokens.touches_next(earlier))) && is_part(earlier) => {
                first = earlier;
            }
            _ if touching && is_part(before) => first = before,
            _ => break,
        }
    }
    let alone = first + 1 == at && doc.tokens.text(first).len() < 2;
    (sign == AtSign::Clear || !alone).then_some(first)
}

/// The last token of a host name, whether a dot of it is a word, and whether it ends as such
/// names do.
fn domain(doc: &Doc<'_>, host: usize) -> Option<(usize, bool, bool)> {
    doc.tokens.get(host).filter(|token| token.kind != Kind::Sign)?;
    let mut last = host;
    let (mut spelled, mut ending) = (false, false);
    for _ in 0..6 {
        let hyphen =
            doc.is_sign(last + 1, &['-']) && doc.tokens.touches_next(last) && doc.tokens.touches_next(last + 1);
        if hyphen && doc.tokens.get(last + 2).is_some_and(|t| t.kind != Kind::Sign) {
            last += 2;
            continue;
        }
        let Some((word, next)) = dot(doc, last + 1) else {
            break;
        };
        let label = doc.tokens.text(next);
        let touching = doc.tokens.touches_next(last) && doc.tokens.touches_next(last + 1);
        let is_ending = is_strong_ending(label) || is_weak_ending(label);
        if label.len() < 2 || !label.bytes().all(|b| b.is_ascii_alphanumeric()) || (!touching && !is_ending) {
            break;
        }
        spelled |= word;
        ending = (touching && label.bytes().all(|b| b.is_ascii_alphabetic()) && label.len() <= 10) || is_ending;
        last = next;
    }
    Some((last, spelled, ending))
}

/// Endings of host names that are no words.
pub(crate) fn is_strong_ending(label: &str) -> bool {
    matches!(
        label,
        "com"
            | "org"
            | "net"
            | "dk"
            | "eu"
            | "io"
            | "gg"
            | "tv"
            | "uk"
            | "info"
            | "app"
            | "dev"
            | "ly"
            | "xyz"
            | "edu"
            | "gov"
            | "link"
            | "site"
            | "online"
            | "shop"
            | "club"
            | "gl"
            | "fo"
            | "biz"
            | "blog"
            | "page"
            | "live"
            | "cc"
            | "chat"
            | "fm"
            | "ee"
            | "bio"
            | "example"
    )
}

/// Endings that are words as well and need more around them.
fn is_weak_ending(label: &str) -> bool {
    matches!(
        label,
        "de" | "se"
            | "no"
            | "nu"
            | "is"
            | "to"
            | "it"
            | "us"
            | "me"
            | "co"
            | "be"
            | "in"
            | "fi"
            | "nl"
            | "fr"
            | "pl"
            | "es"
            | "ru"
            | "ca"
            | "ai"
            | "space"
            | "world"
            | "art"
    )
}

fn url(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let token = doc.word(at)?;
    let start = token.start;
    if start > 0 && matches!(doc.view.lower(start - 1), '@' | '.' | '-' | '_' | '/') {
        return None;
    }
    let scheme = matches!(doc.tokens.text(at), "http" | "https" | "hxxp" | "hxxps") && doc.is_sign(at + 1, &[':']);
    let www = is_www(doc, at) && doc.is_sign(at + 1, &['.']);
    let hyphened = (at + 1..at + 8).step_by(2).take_while(|i| doc.is_sign(*i, &['-', '_'])).count() * 2;
    if !(scheme || doc.is_sign(at + 1 + hyphened, &['.'])) {
        return spelled_url(doc, at);
    }
    let mut end = start;
    while end < (start + ADDRESS_MAX).min(doc.view.len())
        && !doc.view.lower(end).is_whitespace()
        && !matches!(doc.view.lower(end), '<' | '>' | '"' | ']')
    {
        end += 1;
    }
    while end > start && matches!(doc.view.lower(end - 1), '.' | ',' | '!' | '?' | ')' | ';' | ':' | '\'' | '*') {
        end -= 1;
    }
    let text: String = doc.view.lower_range(start, end).iter().collect();
    let plain = text
        .trim_start_matches("https")
        .trim_start_matches("http")
        .trim_start_matches("://")
        .trim_start_matches("www.");
    let host = plain.split(['/', '?', '#', ':']).next().unwrap_or("");
    let is_host = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if doc.data.safe_hosts.has(host) || !host.chars().all(is_host) {
        return None;
    }
    // `Nygade 12 st.tv`: the ground floor to the left.
    if !scheme && matches!(host, "st.tv" | "kl.tv" | "kld.tv" | "stuen.tv" | "sal.tv") {
        return None;
    }
    let ending = host.rsplit('.').next().unwrap_or("");
    let has_path = plain.len() > host.len() + 1;
    let named = host.contains('.')
        && host.len() > ending.len() + if has_path { 1 } else { 2 }
        && host.starts_with(char::is_alphabetic);
    let strong = named && is_strong_ending(ending) && ending.len() >= 2;
    let weak = named && is_weak_ending(ending) && has_path;
    if !(scheme || www || strong || weak) {
        return spelled_url(doc, at);
    }
    let next =
        (at..doc.tokens.len()).find(|i| doc.tokens.get(*i).is_none_or(|t| t.start >= end)).unwrap_or(doc.tokens.len());
    let confidence = if scheme || www || has_path { 96 } else { 88 };
    Some((Raw::new(Found::Url, start, end, confidence), next.max(at + 1)))
}

/// Three of a letter are folded to one.
fn is_www(doc: &Doc<'_>, at: usize) -> bool {
    matches!(doc.tokens.text(at), "w" | "www") && doc.word(at).is_some_and(|t| t.end - t.start == 3)
}

/// `eksempel punktum dk`, `www eksempel dk`.
fn spelled_url(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    if is_www(doc, at) && doc.word(at + 1).is_some() && is_strong_ending(doc.tokens.text(at + 2)) {
        let safe = doc.data.safe_hosts.has(&format!("{}.{}", doc.tokens.text(at + 1), doc.tokens.text(at + 2)));
        return (!safe).then(|| (doc.raw(Found::Url, at, at + 2, 88), at + 3));
    }
    let (word, next) = dot(doc, at + 1)?;
    let ending = doc.tokens.text(next);
    let host = doc.tokens.text(at);
    if !is_strong_ending(ending) {
        return None;
    }
    let safe = doc.data.safe_hosts.has(&format!("{host}.{ending}"));
    let name = at.checked_sub(1).filter(|before| doc.word(*before).is_some());
    if let (true, Some(name), true) = (doc.is(at, doc.data.cues.mail_host), name, is_strong_ending(ending)) {
        // `navn hotmail dot com`: the sign between is left out.
        return Some((doc.raw(Found::Email, name, next, 80), next + 1));
    }
    (word && is_strong_ending(ending) && host.len() > 2 && !safe).then(|| (doc.raw(Found::Url, at, next, 80), next + 1))
}
