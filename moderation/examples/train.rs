//! Trains the linear model from the corpus of invented texts and says how well it does on
//! families it never saw.
//!
//! `cargo run --release -p moderation --example train` writes `moderation/data/model.bin`.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a command for developers: it prints, and stops at bad input"
)]

use std::collections::BTreeMap;

use moderation::policy::{Policy, ScreenAction, Surface, default_rule};
use moderation::screening::training::{Example, Learnt, Thresholds, Trainer, corpus, thresholds};
use moderation::screening::{Finding, Input, Screener};

const FOLDS: usize = 8;
const HEADS: [&str; 15] = [
    "suicide",
    "self_harm",
    "abuse",
    "overdose",
    "running_away",
    "any crisis",
    "urgent",
    "grooming",
    "hate",
    "harassment",
    "method_info",
    "pro_ed",
    "spam",
    "urgent contact",
    "threat",
];

fn main() {
    let examples = corpus().expect("the corpus is well formed");
    let trainer = Trainer::new().expect("the lexicon is well formed");
    let families = examples.iter().map(|e| e.family).max().map_or(0, |last| last + 1);
    println!("{} texts of {families} families", examples.len());

    if std::env::args().any(|a| a == "--quick") {
        let folds = 4;
        let without = trainer.without_each(&examples, folds);
        let scores = trainer.held_out_scores(&examples, &without);
        // by family means
        let fams = families;
        let mut mean = vec![[0.0f32; 15]; fams];
        let mut n = vec![0.0f32; fams];
        let mut label = vec![None; fams];
        for (e, s) in examples.iter().zip(&scores) {
            for h in 0..15 { mean[e.family][h] += s[h]; }
            n[e.family] += 1.0; label[e.family] = e.label;
        }
        for (m, n) in mean.iter_mut().zip(&n) { for v in m.iter_mut() { *v /= n.max(1.0); } }
        let auc = |h: usize, pos: &dyn Fn(usize) -> bool, neg: &dyn Fn(usize) -> bool| {
            let mut all: Vec<(f32, bool)> = (0..fams).filter(|f| n[*f] > 0.0 && (pos(*f) || neg(*f))).map(|f| (mean[f][h], pos(f))).collect();
            all.sort_by(|a, b| b.0.total_cmp(&a.0));
            let negs = all.iter().filter(|a| !a.1).count(); let poss = all.len() - negs;
            let (mut seen, mut area) = (0usize, 0usize); let mut r = [0usize; 3];
            for (_, p) in &all { if *p { area += negs - seen; for (k, c) in [20, 50, 100].iter().enumerate() { if seen * 1000 <= negs * c { r[k] += 1; } } } else { seen += 1; } }
            println!("  head {:13} auc {:.3} recall at 2/5/10%: {:.3} {:.3} {:.3} (n {poss}/{negs})", HEADS[h], area as f32 / (poss * negs) as f32, r[0] as f32 / poss as f32, r[1] as f32 / poss as f32, r[2] as f32 / poss as f32);
        };
        let ben = |f: usize| label[f].is_none();
        let cri = |f: usize| label[f].is_some_and(|(c, _): (moderation::policy::FindingCategory, moderation::policy::Severity)| c.is_crisis());
        let high = |f: usize| label[f].is_some_and(|(_, s)| s.as_str() == "high");
        auc(5, &cri, &ben);
        auc(6, &|f| cri(f) && high(f), &ben);
        auc(6, &|f| cri(f) && high(f), &|f| cri(f) && !high(f));
        for (h, name) in [(7, "grooming"), (8, "hate"), (9, "harassment"), (10, "method_info"), (11, "pro_ed"), (12, "spam")] {
            auc(h, &|f| label[f].is_some_and(|(c, _)| c.as_str() == name), &ben);
        }
        auc(13, &|f| high(f) && label[f].is_some_and(|(c, _)| c.as_str() == "grooming"), &|f| !high(f) && label[f].is_some_and(|(c, _)| c.as_str() == "grooming"));
        return;
    }
    let without = trainer.without_each(&examples, FOLDS);
    let scores = trainer.held_out_scores(&examples, &without);
    println!("recall on families held out, at 1, 2, 5 and 10 % alarms on harmless texts");
    for (head, name) in HEADS.iter().enumerate() {
        let wanted = |i: usize| {
            examples[i].label.is_some_and(|(category, severity)| match *name {
                "any crisis" => category.is_crisis(),
                "urgent" => category.is_crisis() && severity.as_str() == "high",
                "urgent contact" => category.as_str() == "grooming" && severity.as_str() == "high",
                "threat" => category.as_str() == "harassment" && severity.as_str() == "high",
                other => category.as_str() == other,
            })
        };
        let mut harmless: Vec<f32> =
            (0..examples.len()).filter(|i| examples[*i].label.is_none()).map(|i| scores[i][head]).collect();
        harmless.sort_unstable_by(|a, b| b.total_cmp(a));
        let positive: Vec<f32> = (0..examples.len()).filter(|i| wanted(*i)).map(|i| scores[i][head]).collect();
        let recall = |rate: usize| {
            let cut = harmless[harmless.len() * rate / 100];
            positive.iter().filter(|score| **score > cut).count() as f32 / positive.len().max(1) as f32
        };
        println!(
            "{name:14} n {:4}: {:.2} {:.2} {:.2} {:.2}",
            positive.len(),
            recall(1),
            recall(2),
            recall(5),
            recall(10)
        );
    }

    let thresholds = thresholds(&examples, &scores);
    validate(&without, &examples, thresholds);

    let bytes = Trainer::quantised(&trainer.learn(&examples), thresholds);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/model.bin");
    std::fs::write(path, &bytes).expect("a writable file");
    println!("{} bytes written", bytes.len());
}

/// The whole screener, patterns and model, on families that the model never saw.
fn validate(without: &[Learnt], examples: &[Example], thresholds: Thresholds) {
    let mut counts: BTreeMap<(ScreenAction, ScreenAction), u32> = BTreeMap::new();
    let mut wrong: BTreeMap<usize, (u32, u32, String)> = BTreeMap::new();
    for (fold, learnt) in without.iter().enumerate() {
        let model = Trainer::quantised(learnt, thresholds);
        let screener = Screener::builder().model(model).build().expect("a sound model");
        for example in examples.iter().filter(|example| example.family % FOLDS == fold) {
            let input = Input { text: &example.text, lang: None, surface: Surface::Chat };
            let found = screener.screen(&input).findings;
            let meaning = found.iter().filter(|finding| !finding.category.is_personal());
            let given = Policy::default().verdict(Surface::Chat, meaning.map(Finding::facts)).action;
            let wanted = example.label.map_or(ScreenAction::Allow, |(category, severity)| {
                let facts = moderation::policy::Facts { category, severity, certain: false, about_other: false };
                default_rule(&facts).action
            });
            *counts.entry((wanted, given)).or_default() += 1;
            let entry = wrong.entry(example.family).or_insert((0, 0, String::new()));
            entry.1 += 1;
            if given != wanted {
                entry.0 += 1;
                let surest = found.iter().map(|finding| finding.confidence).max().unwrap_or(0);
                entry.2 = format!("{wanted} came out as {given} ({surest}): {}", example.text);
            }
        }
    }
    println!("patterns and model on families held out: wanted, given, texts");
    for ((wanted, given), count) in &counts {
        println!("  {wanted:13} {given:13} {count}");
    }
    if std::env::args().any(|arg| arg == "--misses") {
        for (errors, all, example) in wrong.into_values().filter(|(errors, _, _)| *errors > 0) {
            println!("  {errors:2} of {all:2} {example}");
        }
    }
}
