//! Scores the screener on labelled texts: precision, recall and F1 for each category and
//! language, the actions, and the speed.
//!
//! `cargo run --release -p moderation --example score -- TEXTS.jsonl [--seen DEV.jsonl] [--write FINDINGS.jsonl] [--misses]`
//!
//! Every precision and recall stands with its n and its 95 % interval (Wilson). `--seen` names the
//! texts the rules were made with, and prints how much better they do: over 0.15 is overfitted.
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

    fn f1(self) -> f64 {
        f64::from(2 * self.hit) / f64::from((2 * self.hit + self.extra + self.missed).max(1))
    }

    fn row(self) -> String {
        let precision = share(self.hit, self.hit + self.extra);
        let recall = share(self.hit, self.hit + self.missed);
        format!("P {precision} R {recall} F1 {:.2}", self.f1())
    }
}

/// A share with its 95 % interval by Wilson.
fn share(part: u32, whole: u32) -> String {
    if whole == 0 {
        return "  –  [  –  ]".to_owned();
    }
    let (n, p, z) = (f64::from(whole), f64::from(part) / f64::from(whole), 1.96_f64);
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let reach = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
    format!("{p:.2} [{:.2}–{:.2}]", (middle - reach).max(0.0), (middle + reach).min(1.0))
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
    let texts = read(&path);
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
    if let Some(at) = rest.iter().position(|arg| arg == "--seen") {
        let seen = read(&rest[at + 1]);
        let of_seen: Vec<Vec<Finding>> = seen.iter().map(|text| screen(screener, text)).collect();
        gap(&seen, &of_seen, &texts, &reports);
    }
    sweep(&texts, &reports);
    speed(screener, &texts);
}

fn read(path: &str) -> Vec<Text> {
    let lines = std::fs::read_to_string(path).expect("a readable file");
    lines.lines().map(|l| serde_json::from_str(l).expect("a labelled text")).collect()
}

/// The kinds of category that are summed up.
const GROUPS: [&str; 3] = ["personal data", "crisis", "other"];

fn group_of(category: FindingCategory) -> &'static str {
    match category {
        c if c.is_personal() => GROUPS[0],
        c if c.is_crisis() => GROUPS[1],
        _ => GROUPS[2],
    }
}

/// How much better the texts that the rules were made with do than these.
fn gap(seen: &[Text], of_seen: &[Vec<Finding>], texts: &[Text], reports: &[Vec<Finding>]) {
    println!("\n## gap, F1 by text: seen, these, difference");
    for group in GROUPS {
        let f1 = |texts: &[Text], reports: &[Vec<Finding>]| {
            let mut count = Count::default();
            for (text, found) in texts.iter().zip(reports) {
                for &category in FindingCategory::ALL.iter().filter(|c| group_of(**c) == group) {
                    count.add(by_text(&text.labels, found, category));
                }
            }
            count.f1()
        };
        let (a, b) = (f1(seen, of_seen), f1(texts, reports));
        println!("{group:14} {a:.2} {b:.2} {:+.2}{}", a - b, if a - b > 0.15 { "  overfitted" } else { "" });
    }
    let exact = |texts: &[Text], reports: &[Vec<Finding>]| {
        let right = texts.iter().zip(reports).filter(|(t, f)| action(t, f) == t.expected_action).count();
        right as f64 / texts.len() as f64
    };
    let (a, b) = (exact(seen, of_seen), exact(texts, reports));
    println!("{:14} {a:.2} {b:.2} {:+.2}", "actions", a - b);
}

/// How many crises are found at fixed rates of alarm on texts that are about nothing of the kind.
fn sweep(texts: &[Text], reports: &[Vec<Finding>]) {
    let top = |found: &Vec<Finding>| {
        found.iter().filter(|f| f.category.is_crisis()).map(|f| i32::from(f.confidence)).max().unwrap_or(-1)
    };
    let about = |text: &Text, is: fn(FindingCategory) -> bool| text.labels.iter().any(|l| is(l.category));
    let pairs = || texts.iter().zip(reports);
    let positive: Vec<i32> =
        pairs().filter(|(t, _)| about(t, FindingCategory::is_crisis)).map(|(_, f)| top(f)).collect();
    let benign: Vec<i32> = pairs().filter(|(t, _)| !about(t, |c| !c.is_personal())).map(|(_, f)| top(f)).collect();
    println!("\n## crises found, by rate of alarm on {} texts about nothing of the kind", benign.len());
    for percent in [1, 2, 5, 10] {
        let over = |list: &[i32], cut: i32| list.iter().filter(|c| **c >= cut).count();
        let cut = (0..=101).find(|cut| over(&benign, *cut) * 100 <= benign.len() * percent).unwrap_or(101);
        let found = u32::try_from(over(&positive, cut)).expect("few texts");
        println!(
            "{percent:3} %: {} of {} (certainty {cut} or more)",
            share(found, u32::try_from(positive.len()).expect("few texts")),
            positive.len()
        );
    }
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
    println!("\n## {} · by span · by text", lang.map_or("all", Lang::as_str));
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
        let sums = groups.entry(group_of(category)).or_default();
        sums.0.add(spans);
        sums.1.add(whole);
    }
    for (name, (spans, whole)) in groups {
        println!("= {name:17} n {} · {} · {}", whole.hit + whole.missed, spans.row(), whole.row());
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
    let all = u32::try_from(chosen().count()).expect("few texts");
    let number = |n: usize| u32::try_from(n).expect("few texts");
    println!("actions: n {all} exact {} · too weak {} · too strong {}", share(exact[0], all), exact[1], exact[2]);
    println!(
        "urgent: n {urgent} recall {} precision {} · hard negatives flagged {} of {negatives}",
        share(exact[4], number(urgent)),
        share(exact[4], number(called)),
        share(exact[3], number(negatives))
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
