//! A small linear model: what a text is about, learnt from families of invented texts. It reads
//! pieces of words, words, pairs of words and pairs of concepts, hashed into a fixed number of
//! buckets with one signed byte for each head. Deterministic, without memory of any text.

use super::detect::Doc;
use super::lexicon::{SEED, step};
use super::token::{Case, Kind};
use crate::policy::FindingCategory as Found;

/// Number of buckets: with their lanes just under two million bytes.
pub(crate) const BUCKETS: usize = 122_880;
/// Bytes for each bucket: one a head, the rest unused.
pub(crate) const LANES: usize = 16;
/// What the model tells apart.
pub(crate) const HEADS: usize = 15;
/// Rates of alarm on harmless texts that thresholds are kept for, in parts of a thousand.
pub(crate) const RATES: [usize; 9] = [300, 200, 150, 100, 50, 30, 20, 10, 5];

const MAGIC: &[u8; 4] = b"LSM2";
const HEADER: usize = 4 + HEADS * 4 * (2 + RATES.len());

/// Any crisis at all.
pub(crate) const CRISIS: usize = 5;
/// A crisis that cannot wait.
pub(crate) const URGENT: usize = 6;
/// Contact-seeking that cannot wait.
pub(crate) const URGENT_CONTACT: usize = 13;
/// A threat, or a wish that somebody dies.
pub(crate) const THREAT: usize = 14;

/// The head for a category.
pub(crate) const fn head(category: Found) -> Option<usize> {
    Some(match category {
        Found::Suicide => 0,
        Found::SelfHarm => 1,
        Found::Abuse => 2,
        Found::Overdose => 3,
        Found::RunningAway => 4,
        Found::Grooming => 7,
        Found::Hate => 8,
        Found::Harassment => 9,
        Found::MethodInfo => 10,
        Found::ProEd => 11,
        Found::Spam => 12,
        _ => return None,
    })
}

/// What each head says, 0 to 1.
pub(crate) type Scores = [f32; HEADS];

/// Weights and thresholds.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    scale: [f32; HEADS],
    bias: [f32; HEADS],
    thresholds: [[f32; RATES.len()]; HEADS],
    weights: Vec<[i8; LANES]>,
}

/// Kinds of feature; each counts as much as the others, however many there are of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    /// Pieces of words.
    Pieces,
    /// Words and pairs of words.
    Words,
    /// Concepts and pairs of concepts.
    Concepts,
}

impl Group {
    pub(crate) const ALL: [Self; 3] = [Self::Pieces, Self::Words, Self::Concepts];
}

impl Model {
    /// Reads a model file.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let (head, body) = bytes.split_at_checked(HEADER)?;
        let mut numbers = head
            .strip_prefix(MAGIC.as_slice())?
            .chunks_exact(4)
            .map(|chunk| f32::from_le_bytes(chunk.try_into().unwrap_or_default()));
        let mut row = || -> Option<[f32; HEADS]> {
            let mut row = [0.0; HEADS];
            for slot in &mut row {
                *slot = numbers.next().filter(|n| n.is_finite())?;
            }
            Some(row)
        };
        let (scale, bias) = (row()?, row()?);
        let mut thresholds = [[0.0; RATES.len()]; HEADS];
        for rate in 0..RATES.len() {
            for (slots, value) in thresholds.iter_mut().zip(row()?) {
                *slots.get_mut(rate)? = value;
            }
        }
        let weights: Vec<[i8; LANES]> = body
            .chunks_exact(LANES)
            .map(|chunk| std::array::from_fn(|lane| chunk.get(lane).map_or(0, |b| i8::from_le_bytes([*b]))))
            .collect();
        (weights.len() == BUCKETS).then_some(Self { scale, bias, thresholds, weights })
    }

    /// Writes a model file.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let rates = (0..RATES.len())
            .flat_map(|rate| self.thresholds.iter().map(move |row| row.get(rate).copied().unwrap_or(1.0)));
        for number in self.scale.iter().chain(&self.bias).copied().chain(rates) {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.weights.iter().flatten().map(|weight| weight.to_le_bytes()[0]));
        bytes
    }

    /// Rounds trained weights to bytes.
    pub(crate) fn quantised(
        weights: &[[f32; HEADS]],
        bias: [f32; HEADS],
        thresholds: [[f32; RATES.len()]; HEADS],
    ) -> Self {
        let largest =
            |head: usize| weights.iter().filter_map(|row| row.get(head)).fold(1e-6_f32, |most, w| most.max(w.abs()));
        let scale: [f32; HEADS] = std::array::from_fn(|head| largest(head) / 127.0);
        let weights = weights
            .iter()
            .map(|row| {
                std::array::from_fn(|lane| match (row.get(lane), scale.get(lane)) {
                    (Some(weight), Some(scale)) => round(weight / scale),
                    _ => 0,
                })
            })
            .collect();
        Self { scale, bias, thresholds, weights }
    }

    /// The score that so many in a thousand harmless texts reach.
    pub(crate) fn threshold(&self, head: usize, rate: usize) -> f32 {
        let at = RATES.iter().position(|known| *known == rate);
        let row = self.thresholds.get(head);
        row.and_then(|row| at.and_then(|at| row.get(at))).copied().unwrap_or(1.0)
    }

    /// Adds up what the features of a range of tokens weigh.
    pub(crate) fn sums(&self, doc: &Doc<'_>, first: usize, end: usize) -> Sums {
        let mut sums = Sums::default();
        features(doc, first, end, |group, bucket| {
            if let (Some(weights), Some((of, count))) = (self.weights.get(bucket), sums.of.get_mut(group as usize)) {
                *count += 1;
                of.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(*weight));
            }
        });
        sums
    }

    /// What each head says.
    pub(crate) fn scores(&self, sums: &Sums) -> Scores {
        std::array::from_fn(|head| {
            let raw: f32 =
                sums.of.iter().map(|(of, count)| of.get(head).map_or(0.0, |sum| *sum as f32) * share(*count)).sum();
            let scale = self.scale.get(head).copied().unwrap_or(0.0);
            logistic(raw * scale + self.bias.get(head).copied().unwrap_or(0.0))
        })
    }
}

/// What features weigh together, and how many there are, for each group of them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sums {
    of: [([i32; LANES], u32); Group::ALL.len()],
}

impl Sums {
    /// Together with those of another range.
    pub(crate) fn add(&mut self, other: &Self) {
        for ((sums, count), (more, of_more)) in self.of.iter_mut().zip(&other.of) {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            *count += of_more;
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounded and within the range of a byte")]
fn round(weight: f32) -> i8 {
    weight.round().clamp(-127.0, 127.0) as i8
}

/// What one feature of so many weighs.
pub(crate) fn share(count: u32) -> f32 {
    1.0 / (count.max(1) as f32).sqrt()
}

/// The logistic function.
pub(crate) fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

/// Calls `feature` with the bucket of each feature of a range of tokens.
pub(crate) fn features(doc: &Doc<'_>, first: usize, end: usize, mut feature: impl FnMut(Group, usize)) {
    let mut before = [SEED; 2];
    let mut concepts: Vec<(usize, u64)> = Vec::new();
    for at in first..end.min(doc.tokens.len()) {
        let Some(token) = doc.tokens.get(at) else { break };
        let text = doc.tokens.text_of(token);
        if (token.kind == Kind::Sign && text != "?") || is_name_like(doc, at) {
            continue;
        }
        let word = match token.kind {
            Kind::Number => step(SEED, b'0'),
            Kind::Word | Kind::Sign => text.bytes().fold(SEED, step),
        };
        if token.kind == Kind::Word {
            pieces(text, |hash| feature(Group::Pieces, bucket(hash, 1)));
        }
        feature(Group::Words, bucket(word, 2));
        for (distance, earlier) in (3..).zip(before) {
            feature(Group::Words, bucket(earlier.rotate_left(7) ^ word, distance));
        }
        before = [word, before[0]];
        let begin = concepts.len();
        concepts.extend(doc.data.patterns.meanings(doc.marks, at).map(|name| (at, name)));
        for (_, name) in concepts.get(begin..).unwrap_or(&[]) {
            feature(Group::Concepts, bucket(*name, 5));
            let near = concepts.get(..begin).unwrap_or(&[]).iter().rev().take(24);
            for (_, earlier) in near.filter(|(place, _)| at - place <= 8) {
                feature(Group::Concepts, bucket(earlier.rotate_left(9) ^ name, 6));
            }
        }
    }
}

/// A word with a capital that is neither common nor says anything: a name, of which the model would only hear noise.
pub(crate) fn is_name_like(doc: &Doc<'_>, at: usize) -> bool {
    doc.tokens.get(at).is_some_and(|token| {
        token.kind == Kind::Word
            && token.case == Case::Capital
            && doc.marks.bits(at) == 0
            && !doc.data.common.has_key(token.keys.0)
    })
}

/// Pieces of two to five letters of a word with its edges.
fn pieces(text: &str, mut piece: impl FnMut(u64)) {
    let mut window = [b' '; 5];
    let mut length = 1;
    for byte in text.bytes().take(40).chain(std::iter::once(b' ')) {
        window.rotate_left(1);
        window[4] = byte;
        length = (length + 1).min(5);
        let mut hash = SEED;
        for (size, byte) in (1..=length).zip(window.iter().rev()) {
            hash = step(hash, *byte);
            if size >= 2 {
                piece(hash);
            }
        }
    }
}

fn bucket(hash: u64, kind: u64) -> usize {
    let mixed = (hash ^ kind.wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    usize::try_from(mixed >> 40).unwrap_or(0) % BUCKETS
}
