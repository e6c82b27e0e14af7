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
