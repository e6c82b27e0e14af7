//! Scores the screener on labelled texts: precision, recall and F1 for each category and
//! language, the actions, and the speed.
//!
//! `cargo run --release -p moderation --example score -- TEXTS.jsonl [--write FINDINGS.jsonl] [--misses]`
//!
//! One JSON object a line: `id`, `lang`, `surface`, `text`, `labels: [{category, start, end, severity?}]`,
//! `expected_action`, `kind` (`neg` for hard negatives). Offsets count Unicode scalar values.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a command for developers: it prints, and stops at bad input"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use moderation::Coded;
use moderation::policy::{FindingCategory, ScreenAction, Surface};
use moderation::screening::{Finding, Input, Lang, Screener, Span};
use serde::Deserialize;

#[derive(Deserialize)]
struct Label {
    category: FindingCategory,
    #[serde(flatten)]
    span: Span,
}

#[derive(Deserialize)]
struct Text {
    id: String,
    lang: Lang,
    surface: Surface,
    text: String,
    labels: Vec<Label>,
    expected_action: ScreenAction,
    kind: String,
}

#[derive(Default, Clone, Copy)]
struct Count {
    hit: u32,
    extra: u32,
    missed: u32,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.hit += other.hit;
        self.extra += other.extra;
        self.missed += other.missed;
    }

    fn row(self) -> String {
        let ratio = |a: u32, b: u32| {
            if b == 0 { f64::NAN } else { f64::from(a) / f64::from(b) }
        };
        let precision = ratio(self.hit, self.hit + self.extra);
        let recall = ratio(self.hit, self.hit + self.missed);
        let f1 = ratio(2 * self.hit, 2 * self.hit + self.extra + self.missed);
        format!("{precision:.2} {recall:.2} {f1:.2}")
    }
}

/// How well two spans cover each other, 0 to 1.
fn overlap(a: Span, b: Span) -> f64 {
    let shared = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    let whole = a.end.max(b.end) - a.start.min(b.start);
    f64::from(shared) / f64::from(whole.max(1))
}

fn by_span(labels: &[Label], found: &[Finding], category: FindingCategory) -> Count {
    let mut left: Vec<Span> = labels.iter().filter(|l| l.category == category).map(|l| l.span).collect();
    let mut count = Count::default();
    for finding in found.iter().filter(|f| f.category == category) {
        let best = (0..left.len())
            .filter(|i| overlap(left[*i], finding.span) >= 0.5)
            .max_by(|a, b| overlap(left[*a], finding.span).total_cmp(&overlap(left[*b], finding.span)));
        match best {
            Some(i) => {
                left.swap_remove(i);
                count.hit += 1;
            }
            None => count.extra += 1,
        }
    }
    count.missed = u32::try_from(left.len()).expect("few labels");
    count
}

fn by_text(labels: &[Label], found: &[Finding], category: FindingCategory) -> Count {
    let wanted = labels.iter().any(|l| l.category == category);
    let got = found.iter().any(|f| f.category == category);
    Count { hit: u32::from(wanted && got), extra: u32::from(!wanted && got), missed: u32::from(wanted && !got) }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let path = args.next().expect("a file of labelled texts");
    let rest: Vec<String> = args.collect();
    let screener = &Screener::builder().build().expect("the data of the crate is sound");
    let lines = std::fs::read_to_string(&path).expect("a readable file");
    let texts: Vec<Text> = lines.lines().map(|l| serde_json::from_str(l).expect("a labelled text")).collect();
    let reports: Vec<Vec<Finding>> = texts.iter().map(|text| screen(screener, text)).collect();

    for lang in [None, Some(Lang::Da), Some(Lang::En)] {
        table(&texts, &reports, lang);
    }
    if rest.iter().any(|arg| arg == "--misses") {
        misses(&texts, &reports);
    }
    if let Some(at) = rest.iter().position(|arg| arg == "--write") {
        write_findings(&rest[at + 1], &texts, &reports);
    }
    speed(screener, &texts);
}

fn screen(screener: &Screener, text: &Text) -> Vec<Finding> {
    let input = Input { text: &text.text, lang: Some(text.lang), surface: text.surface };
    screener.screen(&input).findings
}

fn action(text: &Text, found: &[Finding]) -> ScreenAction {
    let policy = moderation::policy::Policy::default();
    policy.verdict(text.surface, found.iter().map(Finding::facts)).action
}

fn table(texts: &[Text], reports: &[Vec<Finding>], lang: Option<Lang>) {
    let chosen = || texts.iter().zip(reports).filter(|(text, _)| lang.is_none_or(|l| l == text.lang));
    println!("\n## {} · span P R F1 · text P R F1", lang.map_or("all", Lang::as_str));
    let mut groups: BTreeMap<&str, (Count, Count)> = BTreeMap::new();
    for &category in FindingCategory::ALL {
        let (mut spans, mut whole) = (Count::default(), Count::default());
        for (text, found) in chosen() {
            spans.add(by_span(&text.labels, found, category));
            whole.add(by_text(&text.labels, found, category));
        }
        if whole.hit + whole.missed + whole.extra > 0 {
            let n = whole.hit + whole.missed;
            println!(
                "{:14} n {n:3} · {} · {} · +{} -{}",
                category.as_str(),
                spans.row(),
                whole.row(),
                whole.extra,
                whole.missed
            );
        }
        let group = if category.is_personal() {
            "personal data"
        } else if category.is_crisis() {
            "crisis"
        } else {
            "other"
        };
        let sums = groups.entry(group).or_default();
        sums.0.add(spans);
        sums.1.add(whole);
    }
    for (name, (spans, whole)) in groups {
        println!("= {name:17} · {} · {}", spans.row(), whole.row());
    }
    let mut exact = [0_u32; 5];
    for (text, found) in chosen() {
        let given = action(text, found);
        exact[0] += u32::from(given == text.expected_action);
        exact[1] += u32::from(given < text.expected_action);
        exact[2] += u32::from(given > text.expected_action);
        exact[3] += u32::from(text.kind == "neg" && given != ScreenAction::Allow);
        exact[4] += u32::from(text.expected_action == ScreenAction::UrgentCase && given == ScreenAction::UrgentCase);
    }
    let urgent = chosen().filter(|(t, _)| t.expected_action == ScreenAction::UrgentCase).count();
    let called = chosen().filter(|(t, f)| action(t, f) == ScreenAction::UrgentCase).count();
    let negatives = chosen().filter(|(text, _)| text.kind == "neg").count();
    println!(
        "actions: exact {} of {}, too weak {}, too strong {}; urgent found {} of {urgent}, called {called}; hard negatives flagged {} of {negatives}",
        exact[0],
        chosen().count(),
        exact[1],
        exact[2],
        exact[4],
        exact[3]
    );
}

fn misses(texts: &[Text], reports: &[Vec<Finding>]) {
    println!("\n## what differs");
    for (text, found) in texts.iter().zip(reports) {
        let scalars: Vec<char> = text.text.chars().collect();
        let cut = |span: Span| scalars[span.start as usize..span.end as usize].iter().collect::<String>();
        let mut line = String::new();
        for label in &text.labels {
            if !found.iter().any(|f| f.category == label.category && overlap(f.span, label.span) >= 0.5) {
                write!(line, "  -{} «{}»", label.category, cut(label.span)).expect("a string takes it");
            }
        }
        for finding in found {
            if !text.labels.iter().any(|l| l.category == finding.category && overlap(finding.span, l.span) >= 0.5) {
                write!(
                    line,
                    "  +{} {} {} «{}»",
                    finding.category,
                    finding.severity,
                    finding.confidence,
                    cut(finding.span)
                )
                .expect("a string takes it");
            }
        }
        let given = action(text, found);
        if given != text.expected_action {
            write!(line, "  {given} for {}", text.expected_action).expect("a string takes it");
        }
        if !line.is_empty() {
            println!("{} | {} |{line}", text.id, text.text);
        }
    }
}

fn write_findings(path: &str, texts: &[Text], reports: &[Vec<Finding>]) {
    let mut out = String::new();
    for (text, found) in texts.iter().zip(reports) {
        let line = serde_json::json!({ "id": text.id, "findings": found });
        writeln!(out, "{line}").expect("a string takes it");
    }
    std::fs::write(path, out).expect("a writable file");
}

/// Messages and bytes a second at several lengths, and the slowest of a hundred.
fn speed(screener: &Screener, texts: &[Text]) {
    let joined: String = texts.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(". ");
    println!("\n## speed, one thread");
    for size in [34, 500, 5_000, 100_000] {
        let samples: Vec<String> = (0..64).map(|i| joined.chars().cycle().skip(i * 311).take(size).collect()).collect();
        let rounds = (2_000_000 / size).clamp(64, 20_000);
        let mut times = Vec::with_capacity(rounds);
        let begin = Instant::now();
        for round in 0..rounds {
            let one = Instant::now();
            let input = Input { text: &samples[round % samples.len()], lang: None, surface: Surface::Chat };
            std::hint::black_box(screener.screen(&input));
            times.push(one.elapsed());
        }
        let total = begin.elapsed().as_secs_f64();
        times.sort_unstable();
        let micros = |share: f64| {
            let at = ((times.len() - 1) as f64 * share) as usize;
            times[at].as_secs_f64() * 1e6
        };
        let bytes: usize = samples.iter().map(String::len).sum::<usize>() / samples.len() * rounds;
        println!(
            "{size:6} characters: {:8.0} texts/s {:6.2} MB/s p50 {:8.1} µs p99 {:8.1} µs",
            rounds as f64 / total,
            bytes as f64 / total / 1e6,
            micros(0.5),
            micros(0.99)
        );
    }
}
