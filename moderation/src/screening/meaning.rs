//! What a text says: patterns over concepts, softened or dropped by what stands around them.

use super::detect::Doc;
use super::lexicon::Class;
use super::pattern::Hit;
use super::thread::{GROWN_UP, Signal, Signals};
use super::{Explanation, Raw, Subject};
use crate::coded::Coded;
use crate::policy::{FindingCategory as Found, Severity, Surface};

/// Finds what the patterns describe. What counts only with the model's agreement is left with a
/// confidence below [`super::WEAK`].
/// Returns what the text does in a conversation.
pub(crate) fn find(doc: &Doc<'_>, surface: Surface, out: &mut Vec<Raw>) -> Signals {
    let mut signals = ages(doc);
    for hit in doc.data.patterns.hits(doc.tokens, doc.marks) {
        let Some(raw) = read(doc, surface, hit) else { continue };
        let rule = doc.data.rules.get(hit.rule);
        if let Some(signal) = rule.and_then(|rule| rule.signal) {
            signals.insert(signal);
        }
        if rule.is_some_and(|rule| !rule.flags.contains('c')) {
            out.push(raw);
        }
    }
    signals
}

/// The ages that the author says to have: `jeg er 14`, `i'm 24`.
fn ages(doc: &Doc<'_>) -> Signals {
    let mut signals = Signals::default();
    for at in 1..doc.tokens.len() {
        let Some(age) = doc.tokens.text(at).parse::<u32>().ok().filter(|age| (8..=99).contains(age)) else { continue };
        let before = |back: usize| at.checked_sub(back).map_or("", |at| doc.tokens.text(at));
        let own = matches!((before(2), before(1)), ("jeg" | "jg" | "jeg'", "er") | ("i", "am"))
            || matches!(before(1), "i'm" | "im" | "i’m");
        let counted = matches!(
            doc.tokens.text(at + 1),
            "kg" | "kilo" | "cm" | "minutes" | "minutter" | "percent" | "days" | "dage" | "procent"
        );
        if own && !counted {
            signals.insert(if age < GROWN_UP { Signal::SaysChild } else { Signal::SaysAdult });
        }
    }
    signals
}

/// The rules that found something, for running their examples.
#[cfg(test)]
pub(crate) fn hits(doc: &Doc<'_>, surface: Surface) -> Vec<usize> {
    let hits = doc.data.patterns.hits(doc.tokens, doc.marks);
    hits.into_iter().filter(|hit| read(doc, surface, *hit).is_some()).map(|hit| hit.rule).collect()
}

fn read(doc: &Doc<'_>, surface: Surface, hit: Hit) -> Option<Raw> {
    let rule = doc.data.rules.get(hit.rule)?;
    let has = |flag: char| rule.flags.contains(flag);
    if (rule.category == Found::Stigma) != (surface == Surface::StaffCopy) && !rule.category.is_personal() {
        return None;
    }
    let context = Context::new(doc, hit);
    let weak = has('w');
    let mut raw = doc.raw(rule.category, hit.first, hit.last, if weak { 40 } else { 88 });
    raw.severity = rule.severity;
    raw.subject = context.subject;
    raw.rule = match rule.category {
        _ if rule.id == "own_words" => "own_words",
        Found::Stigma => Explanation::from_code(&rule.id).unwrap_or(Explanation::Stigma).as_str(),
        category => category.as_str(),
    };
    let explained = (context.play && !has('s')) || (context.idiom && !has('s') && !has('i'));
    let advice = rule.category.is_crisis() && context.advice;
    if (explained || advice) && rule.category != Found::Stigma {
        return None;
    }
    // `matematik tager livet af mig`, `min mor slår mig ihjel`: somebody or something else does it.
    if rule.category == Found::Suicide && is_done_to_me(doc, hit) {
        let by_people = (clause_of(doc, hit).0..=hit.last).any(|at| doc.is(at, doc.data.cues.someone));
        raw.severity = if by_people { raw.severity.min(Severity::Medium) } else { return None };
    }
    if rule.category == Found::Suicide && is_about_a_thing(doc, hit) {
        raw.severity = Severity::Low;
    }
    let crisis = rule.category.is_crisis();
    raw.negated = context.negated && !has('n');
    raw.past = context.past && !has('p');
    match (crisis, raw.negated, raw.past) {
        (true, true, _) | (true, _, true) => raw.severity = Severity::Low,
        (false, true, _) if !rule.category.is_personal() && rule.category != Found::Stigma => {
            return None;
        }
        _ => {}
    }
    Some(raw)
}

/// Whether what is said is done to the author by something that is named before it.
fn is_done_to_me(doc: &Doc<'_>, hit: Hit) -> bool {
    let text = |at: usize| doc.tokens.text(at);
    let clause = clause_of(doc, hit);
    let done = |at: usize| {
        matches!(text(at), "tager" | "taget" | "tog" | "slaar" | "draeber" | "myrder" | "kills" | "killing" | "kill")
    };
    let Some(verb) = (hit.first..=hit.last).find(|at| done(*at)) else { return false };
    let to_me = (verb..=hit.last + 1).any(|at| matches!(text(at), "mig" | "me"));
    let by_me =
        |at: usize| matches!(text(at), "jeg" | "i" | "i'm" | "i'll" | "vi" | "selv" | "myself" | "vil" | "skal");
    to_me && verb > clause.0 && !(clause.0..=hit.last + 2).any(by_me) && doc.word(verb - 1).is_some()
}

/// `jeg vil ikke leve uden ost`: without whom would be another matter.
fn is_about_a_thing(doc: &Doc<'_>, hit: Hit) -> bool {
    let cues = &doc.data.cues;
    let at = hit.last + 1;
    let without = |at: usize| matches!(doc.tokens.text(at), "uden" | "without");
    let somebody = |at: usize| doc.is(at, cues.someone) || doc.is(at, cues.you);
    without(at) && doc.same_sentence(at, hit.last) && !(at + 1..=at + 3).any(somebody)
}

struct Context {
    negated: bool,
    past: bool,
    play: bool,
    idiom: bool,
    /// Told to somebody else as advice, not about oneself.
    advice: bool,
    subject: Subject,
}

impl Context {
    fn new(doc: &Doc<'_>, hit: Hit) -> Self {
        let cues = &doc.data.cues;
        let clause = clause_of(doc, hit);
        let any = |class: Class, from: usize, to: usize| (from..=to).any(|at| doc.is(at, class));
        let before = hit.first.saturating_sub(3).max(clause.0);
        // `jeg skærer mig ikke`: the word may follow at once.
        let after = hit.last + 1 + usize::from(matches!(doc.tokens.text(hit.last + 1), "selv" | "myself"));
        let sentence = sentence_of(doc, hit);
        let negated = any(cues.negation, before, after.min(clause.1)) || is_denied(doc, hit, sentence.0);
        // `her er jeg ikke længere` says what it says itself; only what stands beside it can take it back.
        let recovered = (sentence.0..=sentence.1 + 12)
            .any(|at| !(hit.first..=hit.last).contains(&at) && doc.is(at, cues.recovered));
        let past = any(cues.past, sentence.0, sentence.1) || recovered;
        let near = (hit.first.saturating_sub(7).max(sentence.0), (hit.last + 7).min(sentence.1 + 2));
        // `ingen joke` is none.
        let plays = |at: usize| doc.is(at, cues.play) && !doc.before(at, 2, cues.negation);
        let play = (near.0..=near.1).any(plays) || any(cues.fiction, sentence.0, sentence.1);
        let idiom = any(cues.idiom, hit.first.saturating_sub(2), hit.last + 4);
        let advice = any(cues.advice, sentence.0, sentence.1) && !any(cues.self_words, sentence.0, sentence.1);
        let other = any(cues.someone, clause.0, hit.last);
        let subject = if other { Subject::Other } else { Subject::SelfAuthor };
        Self { negated, past, play, idiom, advice, subject }
    }
}

/// `jeg kunne aldrig finde på at …`, `jeg går ikke rundt og …`: the words between carry the negation to what follows.
fn is_denied(doc: &Doc<'_>, hit: Hit, sentence: usize) -> bool {
    let cues = &doc.data.cues;
    let carried =
        |at: usize| doc.is(at, cues.denial) && doc.before(at, at.saturating_sub(sentence).min(2), cues.negation);
    (hit.first.saturating_sub(4).max(sentence)..hit.first).any(carried)
}

/// First and last token of the sentence that the hit stands in.
fn sentence_of(doc: &Doc<'_>, hit: Hit) -> (usize, usize) {
    bounds(doc, hit, |_| false)
}

/// First and last token of the clause: commas and conjunctions end it as well.
fn clause_of(doc: &Doc<'_>, hit: Hit) -> (usize, usize) {
    bounds(doc, hit, |at| {
        doc.is_sign(at, &[',', ';', ':', '(', ')'])
            || matches!(doc.tokens.text(at), "men" | "but" | "og" | "and" | "fordi" | "because")
    })
}

fn bounds(doc: &Doc<'_>, hit: Hit, ends: impl Fn(usize) -> bool) -> (usize, usize) {
    const FAR: usize = 24;
    let mut first = hit.first;
    while first > 0 && hit.first - first < FAR && doc.same_sentence(first - 1, hit.first) && !ends(first - 1) {
        first -= 1;
    }
    let mut last = hit.last;
    while last - hit.last < FAR && doc.same_sentence(last + 1, hit.last) && !ends(last + 1) {
        last += 1;
    }
    (first, last)
}
