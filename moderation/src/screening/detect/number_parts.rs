//! Numbers that are told in parts, with words or lines between: `min første del 8431, anden del 0977`, `sidste fire:
//! 5521, de første seks: 071189`.

use super::number::is_birth_date;
use super::spelled::Group;
use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::personal_words::Word;

/// How many tokens may stand between two parts.
const BETWEEN_MAX: usize = 9;

/// Finds rows of digits that are said to be parts of one number.
pub(super) fn find(doc: &Doc<'_>, runs: &[Vec<Group>], out: &mut Vec<Raw>) {
    let runs: Vec<&[Group]> = runs.iter().filter_map(|run| figures(run)).collect();
    for at in 0..runs.len() {
        let Some(first) = runs.get(at).copied() else { break };
        let mut digits = joined(first);
        let lengths_first = digits.len();
        if !(2..=7).contains(&lengths_first) {
            continue;
        }
        let mut before = first;
        let mut said =
            announced(doc, first) || first.first().is_some_and(|g| doc.before(g.token, 8, doc.data.cues.phone));
        for more in runs.get(at + 1..(at + 4).min(runs.len())).unwrap_or(&[]).iter().copied() {
            let Some(named) = parted(doc, before, more) else { break };
            said |= named;
            digits.push_str(&joined(more));
            if digits.len() > 12 {
                break;
            }
            if let Some((category, confidence)) = reading(doc, first, more, &digits, lengths_first).filter(|_| said) {
                let (start, end) = (first.first().map_or(0, |g| g.start), more.last().map_or(0, |g| g.end));
                let subject = doc.subject_before(first.first().map_or(0, |g| g.token));
                out.push(Raw::new(category, start, end, confidence).about(subject));
                break;
            }
            before = more;
        }
    }
}

/// A row without the words before its figures: in `sidste fire 5521` the word says how many.
fn figures(run: &[Group]) -> Option<&[Group]> {
    let words = run.iter().take_while(|group| group.spelled).count();
    match (words, run.len()) {
        (1, 1) => None,
        (words, all) if words == all => Some(run),
        (words, _) => run.get(words..),
    }
}

fn joined(run: &[Group]) -> String {
    run.iter().map(|group| group.digits.as_str()).collect()
}

/// Whether the words right before a row say that it is a part.
fn announced(doc: &Doc<'_>, run: &[Group]) -> bool {
    run.first().is_some_and(|group| doc.said_before(group.token, 3, Word::Part))
}

/// Whether only such words stand between two rows as lead from part to part, and whether one of them says so.
fn parted(doc: &Doc<'_>, before: &[Group], after: &[Group]) -> Option<bool> {
    let (last, next) = (before.last()?, after.first()?);
    let first = (last.token + 1..next.token).find(|i| doc.tokens.get(*i).is_some_and(|t| t.start >= last.end))?;
    if next.token - first > BETWEEN_MAX {
        return None;
    }
    let sign = |i: usize| doc.is_sign(i, &[',', ':', '.', '-', '–', '…', ';', '=', '/', '!', '(', ')']);
    let leads = (first..next.token).all(|i| sign(i) || doc.says(i, Word::Part) || doc.says(i, Word::PartLink));
    let named = (first..next.token).any(|i| doc.says(i, Word::Part));
    leads.then_some(named)
}

fn reading(doc: &Doc<'_>, first: &[Group], last: &[Group], digits: &str, lengths_first: usize) -> Option<(Found, u8)> {
    let cues = &doc.data.cues;
    let from = first.first()?.token;
    let to = last.last()?.token;
    let tail = digits.get(lengths_first..)?;
    if doc.is(to + 1, cues.unit) || doc.before(from, 6, cues.not_phone) {
        return None;
    }
    // The four last ones may come first.
    let date = match (lengths_first, tail.len()) {
        (6, 4) => digits.get(..6)?,
        (4, 6) => tail,
        _ => "",
    };
    if digits.len() == 10 && is_birth_date(date) {
        let named = doc.before(from, 8, cues.cpr) || (from..to).any(|i| doc.is(i, cues.cpr));
        let four = (from.saturating_sub(4)..to)
            .any(|i| matches!(doc.tokens.text(i), "sidste" | "fire" | "last" | "four" | "cifre"));
        return (named || four).then_some((Found::Cpr, 90));
    }
    let years = |part: &str| part.len() == 4 && part.parse::<u32>().is_ok_and(|year| (1900..=2099).contains(&year));
    let halves = digits.len() == 8 && !digits.starts_with(['0', '1']) && !(years(digits.get(..4)?) && years(tail));
    let british = digits.len() == 11 && digits.starts_with("07");
    // `starter 20.30 og slutter 22.45`, `starter 2030 og slutter 2245`
    let clock = |part: &str| {
        let two = |from: usize| part.get(from..from + 2).and_then(|d| d.parse::<u32>().ok());
        part.len() == 4 && two(0).is_some_and(|hour| hour < 25) && two(2).is_some_and(|minute| minute < 60)
    };
    let times = clock(digits.get(..4)?) && clock(tail);
    // `først 21-19 og så 30-28`: scores, unless a number is spoken of.
    let signed =
        |signs: &[char]| first.iter().chain(last).any(|group| group.sign_before.is_some_and(|s| signs.contains(&s)));
    let other = signed(&['.', ',']) || signed(&['-', '–', '/']) && !doc.before(from, 8, cues.phone);
    ((halves && !times && !other) || british).then_some((Found::Phone, 80))
}
