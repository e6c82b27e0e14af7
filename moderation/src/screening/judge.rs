//! Patterns and model together. A pattern says what and how grave; the model says how likely, and
//! finds what no pattern foresaw. Alone it must be surer than a pattern, surest where no word of a danger stands.

use super::data::evidence_bit;
use super::detect::Doc;
use super::lexicon::Class;
use super::model::{CRISIS, Model, Scores, Sums, THREAT, URGENT, URGENT_CONTACT, head, is_name_like};
use super::{Raw, Subject};
use crate::policy::{FindingCategory as Found, Severity};

/// Tokens that the model reads at a time.
const WINDOW: usize = 40;
/// A text of at most so many tokens is read as a whole as well.
const WHOLE: usize = 60;

/// What the model gives less than this to, it does not know, however few harmless texts reach it.
const FLOOR: f32 = 0.3;
/// An approach is grave and looks like friendliness: the model must give at least this to it, and the second where no word
/// speaks for it.
const APPROACH_FLOOR: f32 = 0.5;
const CERTAIN: f32 = 0.65;
const CRISIS_FLOOR: f32 = 0.3;
/// Where the model gives less than this to what a pattern found, the words rather mean something else.
const UNLIKELY: f32 = 0.2;
/// Where the model calls it less urgent than this, what a pattern calls grave can wait for a person.
const CALM: f32 = 0.15;
/// What the model calls urgent, it must give at least this to.
const SURE: f32 = 0.4;
/// Of fewer words than this the model must be surer: they may mean anything.
const FEW: usize = 5;
/// Of fewer words than this the model alone never says that something is grave: only a pattern may.
const BRIEF: usize = 5;
/// Of fewer words than this only patterns speak.
const FEWEST: usize = 3;

const CRISES: [Found; 5] = [Found::Suicide, Found::SelfHarm, Found::Abuse, Found::Overdose, Found::RunningAway];
const OTHERS: [Found; 6] =
    [Found::Grooming, Found::Harassment, Found::Hate, Found::MethodInfo, Found::ProEd, Found::Spam];

struct Window {
    first: usize,
    end: usize,
    /// Characters of the view.
    from: usize,
    to: usize,
    scores: Scores,
    /// How many of its tokens are words; names do not count.
    words: usize,
    /// The classes that its tokens have, as in [`Marks::bits`](super::pattern::Marks::bits).
    classes: u64,
    /// The categories that its words speak for.
    evidence: u16,
}

impl Window {
    const fn has(&self, class: Class) -> bool {
        self.classes & (1 << (class % 64)) != 0
    }

    fn is_evident(&self, category: Found) -> bool {
        self.evidence & evidence_bit(category) != 0
    }
}

/// What remains of the patterns' findings, with how certain each is, and what the model adds.
pub(crate) fn judge(doc: &Doc<'_>, model: &Model, found: Vec<Raw>) -> Vec<Raw> {
    let (windows, whole) = windows(doc, model);
    let mut kept: Vec<Raw> = Vec::with_capacity(found.len());
    for raw in found {
        let first = windows.partition_point(|window| window.to <= raw.start);
        let behind = windows.partition_point(|window| window.from < raw.end);
        kept.extend(weigh(model, windows.get(first..behind).unwrap_or(&[]), whole.as_ref(), raw));
    }
    let handle = kept.iter().any(|raw| raw.category == Found::Handle);
    for raw in kept.iter_mut().filter(|raw| raw.category == Found::Grooming && handle) {
        // Somebody who gives their own name on a service is told about the name.
        if raw.severity == Severity::Medium {
            raw.severity = Severity::Low;
        }
    }
    let mut covered = Covered::new(&kept);
    let before = kept.len();
    for window in &windows {
        let categories = covered.by(window);
        kept.extend(unforeseen_crisis(doc, model, window, whole.as_ref(), windows.len(), categories));
        kept.extend(OTHERS.iter().filter_map(|category| unforeseen(doc, model, window, *category, categories)));
    }
    if let (Some(scores), true) = (whole, windows.len() > 1) {
        kept.extend(as_a_whole(doc, model, &windows, scores, &kept));
    }
    if handle {
        // Where to find somebody is told of by itself.
        let own = |raw: &Raw| raw.category == Found::Grooming && raw.rule == "model" && raw.severity != Severity::High;
        let mut at = 0;
        kept.retain(|raw| {
            at += 1;
            at <= before || !own(raw)
        });
    }
    kept
}

/// What several sentences say together that none of them says alone. It is told of where it is clearest.
fn as_a_whole(doc: &Doc<'_>, model: &Model, windows: &[Window], scores: Scores, kept: &[Raw]) -> Option<Raw> {
    let bits = |raw: &Raw| evidence_bit(raw.category);
    let categories = kept.iter().fold(0, |all, raw| all | bits(raw));
    let all = Window {
        first: 0,
        end: doc.tokens.len(),
        from: windows.first().map_or(0, |window| window.from),
        to: windows.last().map_or(0, |window| window.to),
        scores,
        words: windows.iter().map(|window| window.words).sum(),
        classes: windows.iter().fold(0, |all, window| all | window.classes),
        evidence: windows.iter().fold(0, |all, window| all | window.evidence),
    };
    let crisis = unforeseen_crisis(doc, model, &all, None, windows.len(), categories);
    let clearest = |raw: Raw| {
        let head = head(raw.category).unwrap_or(CRISIS);
        let window = windows.iter().max_by(|a, b| score(&a.scores, head).total_cmp(&score(&b.scores, head)));
        window.map_or(raw.clone(), |window| Raw { start: window.from, end: window.to, ..raw })
    };
    crisis.map(clearest)
}

/// Which categories are found where, for windows asked for in order.
struct Covered {
    meanings: Vec<(usize, usize, u16)>,
    next: usize,
}

impl Covered {
    fn new(kept: &[Raw]) -> Self {
        let bit = |raw: &Raw| evidence_bit(raw.category);
        let mut meanings: Vec<_> =
            kept.iter().map(|raw| (raw.start, raw.end, bit(raw))).filter(|(_, _, bit)| *bit != 0).collect();
        meanings.sort_unstable();
        Self { meanings, next: 0 }
    }

    fn by(&mut self, window: &Window) -> u16 {
        while self.meanings.get(self.next).is_some_and(|(_, end, _)| *end <= window.from) {
            self.next += 1;
        }
        let rest = self.meanings.get(self.next..).unwrap_or(&[]);
        let here = rest.iter().take_while(|(start, _, _)| *start < window.to);
        here.filter(|(_, end, _)| *end > window.from).fold(0, |bits, (_, _, bit)| bits | bit)
    }
}

/// Sentences, cut where they are long, and what the model says of a short text as a whole.
fn windows(doc: &Doc<'_>, model: &Model) -> (Vec<Window>, Option<Scores>) {
    let mut windows = Vec::new();
    let mut all = Sums::default();
    let mut first = 0;
    while first < doc.tokens.len() {
        let mut end = first + 1;
        while end < doc.tokens.len() && end - first < WINDOW && doc.same_sentence(first, end) {
            end += 1;
        }
        let sums = model.sums(doc, first, end);
        all.add(&sums);
        let classes = (first..end).fold(0, |bits, at| bits | doc.marks.bits(at));
        let evidence =
            (first..end).flat_map(|at| doc.marks.at(at)).fold(0, |bits, class| bits | doc.data.evidence(class));
        let from = doc.tokens.get(first).map_or(0, |token| token.start);
        let to = doc.tokens.get(end - 1).map_or(from, |token| token.end);
        let words = (first..end).filter(|at| doc.word(*at).is_some() && !is_name_like(doc, *at)).count();
        windows.push(Window { first, end, from, to, scores: model.scores(&sums), words, classes, evidence });
        first = end;
    }
    let whole = (doc.tokens.len() <= WHOLE).then(|| model.scores(&all));
    (windows, whole)
}

fn score(scores: &Scores, head: usize) -> f32 {
    scores.get(head).copied().unwrap_or(0.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
fn percent(from: f32, to: f32, score: f32) -> u8 {
    (from + (to - from) * score.clamp(0.0, 1.0)) as u8
}

/// A pattern's finding with the model's word on it; nothing where the pattern was faint and the
/// model does not agree. The windows are those that the finding stands in.
fn weigh(model: &Model, windows: &[Window], whole: Option<&Scores>, mut raw: Raw) -> Option<Raw> {
    let Some(head) = head(raw.category) else { return Some(raw) };
    if raw.rule == "own_words" {
        return Some(raw);
    }
    let heads = if raw.category.is_crisis() { [head, CRISIS] } else { [head, head] };
    let scores = || windows.iter().map(|window| &window.scores).chain(whole);
    let likely = scores().flat_map(|scores| heads.map(|h| score(scores, h))).fold(0.0, f32::max);
    let agrees =
        |rate: usize| scores().any(|scores| heads.iter().any(|h| score(scores, *h) >= model.threshold(*h, rate)));
    let faint = raw.confidence < super::WEAK;
    if faint && !agrees(100) {
        return None;
    }
    // What is faint is grave only where the model is sure of it; what is plain is less grave where it sees nothing at all.
    let doubtful =
        if faint { !agrees(30) } else { likely < if raw.category.is_crisis() { UNLIKELY } else { UNLIKELY / 2.0 } };
    raw.severity = match raw.severity {
        Severity::High if doubtful => Severity::Medium,
        Severity::Medium if doubtful && !faint && raw.category.is_crisis() => Severity::Low,
        severity => severity,
    };
    let calm = raw.category.is_crisis() && scores().all(|scores| score(scores, URGENT) < CALM);
    if raw.severity == Severity::High && calm {
        raw.severity = Severity::Medium;
    }
    raw.confidence = if faint { percent(60.0, 85.0, likely) } else { percent(50.0, 98.0, likely) };
    let grave = match raw.category {
        Found::Grooming => Some(URGENT_CONTACT),
        Found::Harassment => Some(THREAT),
        category if category.is_crisis() => Some(URGENT),
        _ => None,
    };
    let graver = grave.is_some_and(|grave| scores().any(|scores| score(scores, grave) >= model.threshold(grave, 50)));
    if raw.severity == Severity::Medium && graver && !doubtful && !raw.negated && !raw.past {
        raw.severity = Severity::High;
    }
    Some(raw)
}

/// A crisis that no pattern found.
fn unforeseen_crisis(
    doc: &Doc<'_>,
    model: &Model,
    window: &Window,
    whole: Option<&Scores>,
    windows: usize,
    covered: u16,
) -> Option<Raw> {
    let likely = score(&window.scores, CRISIS);
    let evident = CRISES.iter().any(|category| window.is_evident(*category));
    let found = CRISES.iter().any(|category| covered & evidence_bit(*category) != 0);
    // A long text has many sentences that could be taken for something.
    let rate = match (evident, windows) {
        _ if window.words < FEW => 10,
        (true, 0..=2) if window.words < BRIEF => 50,
        (true, 0..=2) => 150,
        (false, 0..=2) => 100,
        (true, 3..=6) => 50,
        (true, _) => 20,
        (false, _) => 0,
    };
    if found || window.words < FEWEST || likely < CRISIS_FLOOR || likely < model.threshold(CRISIS, rate) {
        return None;
    }
    let cues = &doc.data.cues;
    if window.has(cues.play) || window.has(cues.fiction) || (window.has(cues.advice) && !window.has(cues.self_words)) {
        return None;
    }
    let category = CRISES
        .into_iter()
        .max_by(|a, b| of(&window.scores, *a).total_cmp(&of(&window.scores, *b)))
        .unwrap_or(Found::Suicide);
    let softened = window.has(cues.past) || window.has(cues.recovered);
    let urgent = score(&window.scores, URGENT).max(whole.map_or(0.0, |scores| score(scores, URGENT)));
    let sure = evident || likely >= model.threshold(CRISIS, 50);
    let severity = match sure && !softened && !window.has(cues.idiom) {
        true if window.words >= BRIEF
            && likely >= SURE
            && urgent >= model.threshold(URGENT, if evident { 300 } else { 150 })
            && likely >= model.threshold(CRISIS, rate.min(50)) =>
        {
            Severity::High
        }
        // Three or four words, as tags are, mean little by themselves.
        true if window.words >= FEW && likely >= model.threshold(CRISIS, rate.min(50)) => Severity::Medium,
        _ => Severity::Low,
    };
    Some(raw(doc, window, category, severity, percent(20.0, 85.0, likely)))
}

/// What else no pattern found, where few harmless texts look so. Advertising holds most readily, so it must be the surest.
fn unforeseen(doc: &Doc<'_>, model: &Model, window: &Window, category: Found, covered: u16) -> Option<Raw> {
    let head = head(category)?;
    let likely = score(&window.scores, head);
    let floor = match category {
        Found::Grooming if window.is_evident(category) => APPROACH_FLOOR,
        Found::Grooming => CERTAIN,
        _ => FLOOR,
    };
    if window.words < FEWEST || likely < floor || covered & evidence_bit(category) != 0 {
        return None;
    }
    // `hvordan gør I?` is asked about everything.
    if window.words < FEW && !window.is_evident(category) {
        return None;
    }
    let most = if window.words < FEW { 5 } else { usize::MAX };
    let over = |head: usize, rate: usize| score(&window.scores, head) >= model.threshold(head, rate.min(most));
    let supportive = window.has(doc.data.cues.support);
    let grave = window.words >= BRIEF;
    let severity = match category {
        Found::Hate if supportive => return None,
        // Who asks everybody courts nobody, and `er du der?` is asked by friends.
        Found::Grooming if window.words < FEW || !window.has(doc.data.cues.you) => return None,
        Found::Grooming if grave && over(head, 20) && over(URGENT_CONTACT, 200) => Severity::High,
        Found::Grooming if over(head, 20) => Severity::Medium,
        Found::Grooming if over(head, 50) => Severity::Low,
        Found::Harassment if grave && over(head, 50) && over(THREAT, 150) => Severity::High,
        Found::Spam if over(head, 10) => Severity::Medium,
        Found::Harassment | Found::Hate | Found::MethodInfo | Found::ProEd if over(head, 50) => Severity::Medium,
        _ => return None,
    };
    Some(raw(doc, window, category, severity, percent(20.0, 75.0, likely)))
}

fn of(scores: &Scores, category: Found) -> f32 {
    head(category).map_or(0.0, |head| score(scores, head))
}

fn raw(doc: &Doc<'_>, window: &Window, category: Found, severity: Severity, confidence: u8) -> Raw {
    let mut last = window.end.saturating_sub(1);
    while last > window.first && doc.is_sign(last, &['.', '!', '?', ',']) {
        last -= 1;
    }
    let other = window.has(doc.data.cues.someone);
    let subject = if other { Subject::Unknown } else { Subject::SelfAuthor };
    Raw { rule: "model", ..doc.raw(category, window.first, last, confidence) }.with_severity(severity).about(subject)
}
