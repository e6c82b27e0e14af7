//! Patterns and model together. A pattern says what and how grave; the model says how likely, and
//! finds what no pattern foresaw. What only the model sees never holds a text.

use super::detect::Doc;
use super::model::{CRISIS, Model, Scores, URGENT, head};
use super::{Raw, Subject};
use crate::policy::{FindingCategory as Found, Severity};

/// Tokens that the model reads at a time.
const WINDOW: usize = 40;
/// A text of at most so many tokens is read as a whole as well.
const WHOLE: usize = 60;

const CRISES: [Found; 5] = [Found::Suicide, Found::SelfHarm, Found::Abuse, Found::Overdose, Found::RunningAway];
const OTHERS: [Found; 6] =
    [Found::Grooming, Found::Harassment, Found::Hate, Found::MethodInfo, Found::ProEd, Found::Spam];

struct Window {
    first: usize,
    end: usize,
    scores: Scores,
}

/// What remains of the patterns' findings, with how certain each is, and what the model adds.
pub(crate) fn judge(doc: &Doc<'_>, model: &Model, found: Vec<Raw>) -> Vec<Raw> {
    let windows = windows(doc, model);
    let whole = match windows.as_slice() {
        [only] => Some(only.scores),
        _ if doc.tokens.len() <= WHOLE => Some(model.scores(doc, 0, doc.tokens.len())),
        _ => None,
    };
    let mut kept: Vec<Raw> = Vec::with_capacity(found.len());
    for raw in found {
        kept.extend(weigh(doc, model, &windows, whole.as_ref(), raw));
    }
    let handle = kept.iter().any(|raw| raw.category == Found::Handle);
    for raw in kept.iter_mut().filter(|raw| raw.category == Found::Grooming && handle) {
        // Somebody who gives their own name on a service is told about the name.
        if raw.severity == Severity::Medium {
            raw.severity = Severity::Low;
        }
    }
    for window in &windows {
        add_crisis(doc, model, window, whole.as_ref(), &mut kept);
        add_other(doc, model, window, &mut kept);
    }
    kept
}

/// Sentences, cut where they are long.
fn windows(doc: &Doc<'_>, model: &Model) -> Vec<Window> {
    let mut windows = Vec::new();
    let mut first = 0;
    while first < doc.tokens.len() {
        let mut end = first + 1;
        while end < doc.tokens.len() && end - first < WINDOW && doc.same_sentence(first, end) {
            end += 1;
        }
        windows.push(Window { first, end, scores: model.scores(doc, first, end) });
        first = end;
    }
    windows
}

fn score(scores: &Scores, head: usize) -> f32 {
    scores.get(head).copied().unwrap_or(0.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(from: f32, to: f32, score: f32) -> u8 {
    (from + (to - from) * score.clamp(0.0, 1.0)) as u8
}

/// A pattern's finding with the model's word on it; nothing where the pattern was faint and the
/// model does not agree.
fn weigh(doc: &Doc<'_>, model: &Model, windows: &[Window], whole: Option<&Scores>, mut raw: Raw) -> Option<Raw> {
    let Some(head) = head(raw.category) else { return Some(raw) };
    if raw.rule == "own_words" {
        return Some(raw);
    }
    let at = |window: &&Window| {
        let start = doc.tokens.get(window.first).map_or(0, |t| t.start);
        let end = doc.tokens.get(window.end - 1).map_or(0, |t| t.end);
        start < raw.end && raw.start < end
    };
    let heads = if raw.category.is_crisis() { [head, CRISIS] } else { [head, head] };
    let over = |rate: usize| {
        let reaches = |scores: &Scores| heads.iter().any(|h| score(scores, *h) >= model.threshold(*h, rate));
        windows.iter().filter(at).any(|w| reaches(&w.scores)) || whole.is_some_and(reaches)
    };
    let likely = windows
        .iter()
        .filter(at)
        .map(|w| &w.scores)
        .chain(whole)
        .flat_map(|scores| heads.map(|h| score(scores, h)))
        .fold(0.0, f32::max);
    if raw.confidence < super::WEAK {
        if !over(100) {
            return None;
        }
        raw.confidence = percent(60.0, 85.0, likely);
    } else {
        raw.confidence = percent(70.0, 98.0, likely);
    }
    Some(raw)
}

/// A crisis that no pattern found.
fn add_crisis(doc: &Doc<'_>, model: &Model, window: &Window, whole: Option<&Scores>, kept: &mut Vec<Raw>) {
    let likely = score(&window.scores, CRISIS);
    let evident = CRISES.iter().any(|category| has_evidence(doc, window, *category));
    let rate = if evident { 100 } else { 50 };
    if likely < model.threshold(CRISIS, rate) || covered(doc, window, kept, Found::is_crisis) {
        return;
    }
    let cues = &doc.data.cues;
    let any = |class| (window.first..window.end).any(|at| doc.is(at, class));
    if any(cues.play) || any(cues.fiction) || (any(cues.advice) && !any(cues.self_words)) {
        return;
    }
    let category = CRISES
        .into_iter()
        .max_by(|a, b| of(&window.scores, *a).total_cmp(&of(&window.scores, *b)))
        .unwrap_or(Found::Suicide);
    let softened = any(cues.past) || any(cues.recovered);
    let urgent = score(&window.scores, URGENT).max(whole.map_or(0.0, |scores| score(scores, URGENT)));
    let severity = match has_evidence(doc, window, category) && !softened {
        true if urgent >= model.threshold(URGENT, 20) && likely >= model.threshold(CRISIS, 20) => Severity::High,
        true if likely >= model.threshold(CRISIS, 20) => Severity::Medium,
        _ => Severity::Low,
    };
    kept.push(raw(doc, window, category, severity, percent(20.0, 75.0, likely)));
}

/// What else no pattern found. These hold a text, so the model must be sure and the words must be
/// there.
fn add_other(doc: &Doc<'_>, model: &Model, window: &Window, kept: &mut Vec<Raw>) {
    for category in OTHERS {
        let Some(head) = head(category) else { continue };
        let likely = score(&window.scores, head);
        let evident = has_evidence(doc, window, category);
        let sure = likely >= model.threshold(head, 5);
        let supportive = (window.first..window.end).any(|at| doc.is(at, doc.data.cues.support));
        let enough = match category {
            Found::Hate => evident && !supportive && likely >= model.threshold(head, 20),
            Found::Spam => evident && sure,
            _ => evident && likely >= model.threshold(head, 20),
        };
        if !enough || covered(doc, window, kept, |other| other == category) {
            continue;
        }
        let severity = match category {
            Found::Grooming if !sure => Severity::Low,
            _ => Severity::Medium,
        };
        kept.push(raw(doc, window, category, severity, percent(20.0, 75.0, likely)));
    }
}

fn of(scores: &Scores, category: Found) -> f32 {
    head(category).map_or(0.0, |head| score(scores, head))
}

/// Whether a word in the window speaks for this category by itself.
fn has_evidence(doc: &Doc<'_>, window: &Window, category: Found) -> bool {
    let classes = doc.data.evidence(category);
    (window.first..window.end).any(|at| doc.marks.at(at).any(|class| classes.contains(&class)))
}

fn covered(doc: &Doc<'_>, window: &Window, kept: &[Raw], is: impl Fn(Found) -> bool) -> bool {
    let start = doc.tokens.get(window.first).map_or(0, |t| t.start);
    let end = doc.tokens.get(window.end.saturating_sub(1)).map_or(0, |t| t.end);
    kept.iter().any(|raw| is(raw.category) && raw.start < end && start < raw.end)
}

fn raw(doc: &Doc<'_>, window: &Window, category: Found, severity: Severity, confidence: u8) -> Raw {
    let mut last = window.end.saturating_sub(1);
    while last > window.first && doc.is_sign(last, &['.', '!', '?', ',']) {
        last -= 1;
    }
    let other = (window.first..window.end).any(|at| doc.is(at, doc.data.cues.someone));
    let subject = if other { Subject::Unknown } else { Subject::SelfAuthor };
    Raw { rule: "model", ..doc.raw(category, window.first, last, confidence) }.with_severity(severity).about(subject)
}
