//! What reading a text first costs, on one thread: texts and bytes a second at several lengths beside one pass over the same
//! characters, and the time that it adds to a message beside what it may add (1 ms at the median; 0.5 ms for 99 of 100
//! messages of 500 characters).

use std::hint::black_box;
use std::time::{Duration, Instant};

use moderation::policy::Surface;
use moderation::screening::{Input, Screener};
use serde_json::Value;

use crate::Plan;
use crate::report::Report;

/// Characters of the texts.
const SIZES: [usize; 4] = [34, 500, 5_000, 100_000];
/// Characters of a long message.
const MESSAGE: usize = 500;
/// Different texts of each length.
const TEXTS: usize = 64;
/// What a message may take: at the median, and 99 of 100 of them. In µs.
const MEDIAN_US: f64 = 1_000.0;
const P99_US: f64 = 500.0;

/// Measures on the texts of the crate's own yardstick, joined and cut to length.
pub fn measure(plan: Plan, report: &mut Report) {
    let screener = Screener::standard().expect("the data of the crate is sound");
    let lines = include_str!("../../moderation/data/yardstick/first.jsonl").lines();
    let words: Vec<String> =
        lines.filter_map(|line| Some(serde_json::from_str::<Value>(line).ok()?["text"].as_str()?.to_owned())).collect();
    let joined: Vec<char> = words.join(". ").chars().collect();
    for size in SIZES {
        let cut = |n: usize| joined.iter().cycle().skip(n * 311).take(size).collect::<String>();
        let texts: Vec<String> = (0..TEXTS).map(cut).collect();
        let bytes = texts.iter().map(String::len).sum::<usize>() as f64 / TEXTS as f64;
        let (mut ours, mut limit, mut median, mut p99) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..plan.rounds {
            limit.push(rate(&times(&texts, plan.window / 4, one_pass)));
            let read = |text: &str| {
                black_box(screener.screen(&Input { text, lang: None, surface: Surface::Chat }));
            };
            let taken = times(&texts, plan.window / 4, read);
            ours.push(rate(&taken));
            median.push(share(&taken, 0.5));
            p99.push(share(&taken, 0.99));
        }
        let megabytes = |rates: &[f64]| rates.iter().map(|rate| rate * bytes / 1e6).collect::<Vec<_>>();
        report.add(&format!("screening, {size} characters"), "texts/s", &ours, &limit);
        report.add(&format!("screening, {size} characters"), "MB/s", &megabytes(&ours), &megabytes(&limit));
        if size <= MESSAGE {
            report.add(&format!("screening, {size} characters, median"), "µs", &median, &[MEDIAN_US]);
            report.add(&format!("screening, {size} characters, p99"), "µs", &p99, &[P99_US]);
        }
    }
}

/// The least that a reader does: looks at every character once, in small letters.
fn one_pass(text: &str) {
    let seen = text
        .chars()
        .flat_map(char::to_lowercase)
        .fold(0_u64, |key, c| (key ^ u64::from(c)).wrapping_mul(0x100_0000_01b3));
    black_box(seen);
}

/// How long each text took, in turn, shortest first.
fn times(texts: &[String], window: Duration, read: impl Fn(&str)) -> Vec<Duration> {
    let (begin, mut taken) = (Instant::now(), Vec::new());
    for text in texts.iter().cycle() {
        let one = Instant::now();
        read(text);
        taken.push(one.elapsed());
        if begin.elapsed() >= window {
            break;
        }
    }
    taken.sort_unstable();
    taken
}

fn rate(taken: &[Duration]) -> f64 {
    taken.len() as f64 / taken.iter().sum::<Duration>().as_secs_f64().max(f64::EPSILON)
}

/// The time that this share of the texts stays below, in µs.
fn share(taken: &[Duration], share: f64) -> f64 {
    let at = (taken.len().saturating_sub(1) as f64 * share) as usize;
    taken.get(at).map_or(0.0, |one| one.as_secs_f64() * 1e6)
}
