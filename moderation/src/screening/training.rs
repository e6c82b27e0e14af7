//! How the linear model is made: offline, deterministic, from families of invented texts. Nothing
//! that anybody here wrote ever goes into it.

use std::collections::HashMap;

use super::data::Data;
use super::detect::Doc;
use super::lexicon::lines;
use super::model::{
    BUCKETS, CRISIS, Group, HEADS, Model, RATES, THREAT, URGENT, URGENT_CONTACT, features, head, logistic, share,
};
use super::pattern::{LexiconError, Marks};
use super::token::Tokens;
use super::view::View;
use crate::coded::Coded;
use crate::policy::{FindingCategory, Severity};

/// How many texts one family is spelled out into, at most.
const TEXTS_OF_A_FAMILY: usize = 8;
const ROUNDS: usize = 14;
const RATE: f32 = 0.35;
const DECAY: f32 = 1e-3;
/// What there are fewer families of is learnt more carefully.
const DECAY_OF_THE_RARE: f32 = 4e-3;

/// A text, what it is about, and the family it belongs to.
#[derive(Debug, Clone)]
pub struct Example {
    /// The text.
    pub text: String,
    /// What it is about; `None` for what needs nothing.
    pub label: Option<(FindingCategory, Severity)>,
    /// Texts of one template share a family, and are never on both sides of a validation.
    pub family: usize,
}

/// The corpus that comes with the crate, spelled out.
pub fn corpus() -> Result<Vec<Example>, LexiconError> {
    let files = [
        include_str!("../../data/corpus/crisis.tsv"),
        include_str!("../../data/corpus/contact.tsv"),
        include_str!("../../data/corpus/hostile.tsv"),
        include_str!("../../data/corpus/benign.tsv"),
        include_str!("../../data/corpus/voices.tsv"),
        include_str!("../../data/corpus/prose.tsv"),
        include_str!("../../data/corpus/seen.tsv"),
        include_str!("../../data/corpus/told.tsv"),
        include_str!("../../data/corpus/approach.tsv"),
        include_str!("../../data/corpus/short.tsv"),
    ];
    let mut examples = Vec::new();
    for (family, line) in files.iter().flat_map(|file| lines(file)).enumerate() {
        let error = |problem| LexiconError { line: line.to_owned(), problem };
        let fields: Vec<&str> = line.split('\t').collect();
        let [label, _, template] = fields.as_slice() else { return Err(error("three fields are needed")) };
        let label = match label.split_once('.') {
            Some((category, severity)) => Some((
                FindingCategory::from_code(category).ok_or_else(|| error("unknown category"))?,
                Severity::from_code(severity).ok_or_else(|| error("unknown severity"))?,
            )),
            None => None,
        };
        let mut chance = Chance(family as u64 + 1);
        let count = if template.contains('{') { TEXTS_OF_A_FAMILY } else { 3 };
        let mut texts: Vec<String> = (0..count).map(|_| spell_out(template, &mut chance)).collect();
        let slips: Vec<String> = texts.iter().step_by(3).map(|text| with_slip(text, &mut chance)).collect();
        let shorthand: Vec<String> =
            texts.iter().skip(1).step_by(4).map(|text| in_shorthand(text, &mut chance)).collect();
        texts.extend(slips);
        texts.extend(shorthand);
        texts.sort_unstable();
        texts.dedup();
        examples.extend(texts.into_iter().map(|text| Example { text, label, family }));
    }
    Ok(examples)
}

/// A sequence that looks like chance and is always the same.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from((self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)) >> 33).unwrap_or(0) % limit.max(1)
    }
}

/// One text of a template: of each `{a|b}` one.
fn spell_out(template: &str, chance: &mut Chance) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, choice)) = rest.split_once('{') {
        let (inside, after) = choice.split_once('}').unwrap_or((choice, ""));
        let options: Vec<&str> = inside.split('|').collect();
        text.push_str(before);
        text.push_str(options.get(chance.below(options.len())).copied().unwrap_or(""));
        rest = after;
    }
    text.push_str(rest);
    text
}

/// The text with one letter left out or two letters changed places, as fingers do.
fn with_slip(text: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let at = chance.below(letters.len());
    if chance.below(2) == 0 || at + 1 >= letters.len() {
        letters.remove(at.min(letters.len().saturating_sub(1)));
    } else {
        letters.swap(at, at + 1);
    }
    letters.into_iter().collect()
}

/// The text as thumbs write it: common words cut short, and small letters.
fn in_shorthand(text: &str, chance: &mut Chance) -> String {
    const SHORT: [(&str, &str); 44] = [
        ("jeg", "jg"),
        ("ikke", "ik"),
        ("ikke", "ikk"),
        ("det", "d"),
        ("det", "de"),
        ("også", "os"),
        ("mere", "mer"),
        ("hvad", "hva"),
        ("noget", "noe"),
        ("været", "vært"),
        ("mig", "mej"),
        ("dig", "dej"),
        ("er", "r"),
        ("at", "a"),
        ("og", "å"),
        ("med", "m"),
        ("lige", "lig"),
        ("skal", "ska"),
        ("kan", "ka"),
        ("fordi", "fordi"),
        ("hvordan", "hvrdn"),
        ("virkelig", "vrklig"),
        ("længere", "længer"),
        ("aldrig", "aldri"),
        ("bare", "bar"),
        ("ingen", "ingn"),
        ("you", "u"),
        ("are", "r"),
        ("your", "ur"),
        ("to", "2"),
        ("for", "4"),
        ("don't", "dont"),
        ("can't", "cant"),
        ("won't", "wont"),
        ("i'm", "im"),
        ("i've", "ive"),
        ("because", "cuz"),
        ("tonight", "2nite"),
        ("really", "rly"),
        ("with", "w"),
        ("people", "ppl"),
        ("please", "pls"),
        ("someone", "sum1"),
        ("about", "abt"),
    ];
    let word = |word: &str, chance: &mut Chance| {
        let known: Vec<&str> = SHORT.iter().filter(|(long, _)| *long == word).map(|(_, short)| *short).collect();
        match (known.get(chance.below(known.len())), word.strip_suffix("er")) {
            (Some(short), _) => (*short).to_owned(),
            (None, Some(stem)) if stem.chars().count() > 2 && chance.below(3) == 0 => format!("{stem}r"),
            _ => word.to_owned(),
        }
    };
    text.to_lowercase().split(' ').map(|part| word(part, chance)).collect::<Vec<_>>().join(" ")
}

/// What a text is to each head: 1, 0, or nothing to be learnt.
fn targets(label: Option<(FindingCategory, Severity)>) -> [Option<f32>; HEADS] {
    let Some((category, severity)) = label else { return [Some(0.0); HEADS] };
    let own = head(category);
    std::array::from_fn(|at| {
        let told = severity == Severity::Low && category.is_crisis();
        Some(match at {
            CRISIS => f32::from(category.is_crisis()),
            URGENT => f32::from(severity == Severity::High && category.is_crisis()),
            URGENT_CONTACT => f32::from(severity == Severity::High && category == FindingCategory::Grooming),
            THREAT => f32::from(severity == Severity::High && category == FindingCategory::Harassment),
            // A crisis that is over or denied is about the same thing, and less so.
            _ if Some(at) == own => {
                if told {
                    0.7
                } else {
                    1.0
                }
            }
            _ => 0.0,
        })
    })
}

/// For each head the scores that so many in a thousand harmless texts reach; for the heads that
/// tell how grave something is, so many in a thousand of the less grave.
pub type Thresholds = [[f32; RATES.len()]; HEADS];

/// Thresholds from scores of examples whose families the model never saw.
#[must_use]
pub fn thresholds(examples: &[Example], held_out: &[[f32; HEADS]]) -> Thresholds {
    std::array::from_fn(|head| {
        // How grave something is, is judged among what is about the same thing and is less grave.
        let counts = |label: Option<(FindingCategory, Severity)>| match (head, label) {
            (URGENT, Some((category, severity))) => category.is_crisis() && severity != Severity::High,
            (URGENT_CONTACT, Some((category, severity))) => {
                category == FindingCategory::Grooming && severity != Severity::High
            }
            (THREAT, Some((category, severity))) => {
                category == FindingCategory::Harassment && severity != Severity::High
            }
            (URGENT | URGENT_CONTACT | THREAT, None) => false,
            (_, label) => label.is_none(),
        };
        let mut reached: Vec<f32> = examples
            .iter()
            .zip(held_out)
            .filter(|(example, _)| counts(example.label))
            .filter_map(|(_, scores)| scores.get(head).copied())
            .collect();
        reached.sort_unstable_by(|a, b| b.total_cmp(a));
        RATES.map(|rate| reached.get(reached.len() * rate / 1000).copied().unwrap_or(1.0))
    })
}

/// How much each text counts: those of a large family less, so that it does not drown the others.
fn weights(examples: &[Example]) -> Vec<f32> {
    let mut sizes: HashMap<usize, u32> = HashMap::new();
    for example in examples {
        *sizes.entry(example.family).or_default() += 1;
    }
    let mean = examples.len() as f32 / sizes.len().max(1) as f32;
    examples.iter().map(|e| (mean / sizes.get(&e.family).copied().unwrap_or(1) as f32).sqrt()).collect()
}

/// A text as the model sees it.
struct Row {
    /// How much it counts.
    weight: f32,
    features: Vec<(u32, f32)>,
    targets: [Option<f32>; HEADS],
}

/// Trains on examples; reads concepts from the data of the crate.
#[derive(Debug)]
pub struct Trainer {
    data: Data,
}

/// Weights as they are learnt.
pub struct Learnt {
    weights: Vec<[f32; HEADS]>,
    bias: [f32; HEADS],
}

impl Trainer {
    /// Loads the lexicon.
    pub fn new() -> Result<Self, LexiconError> {
        Ok(Self { data: Data::load(&[])? })
    }

    fn row(&self, example: &Example) -> Row {
        let view = View::new(&example.text);
        let tokens = Tokens::new(&view);
        let marks = Marks::new(&self.data.patterns, &tokens);
        let doc = Doc { view: &view, tokens: &tokens, marks: &marks, data: &self.data };
        let mut found: Vec<(Group, u32)> = Vec::new();
        features(&doc, 0, tokens.len(), |group, bucket| {
            found.push((group, u32::try_from(bucket).unwrap_or(0)));
        });
        let weight = |group: Group| {
            let count = found.iter().filter(|(other, _)| *other == group).count();
            share(u32::try_from(count).unwrap_or(u32::MAX))
        };
        let weights = Group::ALL.map(weight);
        let features = found
            .iter()
            .map(|(group, bucket)| (*bucket, weights.get(*group as usize).copied().unwrap_or(0.0)))
            .collect();
        Row { features, targets: targets(example.label), weight: 1.0 }
    }

    /// Learns from examples in a fixed, mixed order.
    #[must_use]
    pub fn learn(&self, examples: &[Example]) -> Learnt {
        let mut rows: Vec<Row> = examples.iter().map(|example| self.row(example)).collect();
        for (row, weight) in rows.iter_mut().zip(weights(examples)) {
            row.weight = weight;
        }
        let mut chance = Chance(7);
        for at in (1..rows.len()).rev() {
            rows.swap(at, chance.below(at + 1));
        }
        let positive: [f32; HEADS] = std::array::from_fn(|head| {
            rows.iter().filter(|row| row.targets.get(head).copied().flatten().is_some_and(|t| t > 0.5)).count() as f32
        });
        let balance = positive.map(|count| ((rows.len() as f32 - count) / count.max(1.0)).sqrt().clamp(1.0, 6.0));
        let mut learnt = Learnt { weights: vec![[0.0; HEADS]; BUCKETS], bias: [-1.0; HEADS] };
        let mut seen = vec![[1e-3_f32; HEADS]; BUCKETS];
        for round in 0..ROUNDS {
            let rate = RATE / (1.0 + round as f32 * 0.15);
            for row in &rows {
                learnt.step(row, &balance, &mut seen, rate);
            }
        }
        learnt
    }

    /// What the weights say about a text.
    #[must_use]
    pub fn scores(&self, learnt: &Learnt, text: &str) -> [f32; HEADS] {
        let example = Example { text: text.to_owned(), label: None, family: 0 };
        learnt.sums(&self.row(&example)).map(logistic)
    }

    /// A model file of what was learnt.
    #[must_use]
    pub fn quantised(learnt: &Learnt, thresholds: Thresholds) -> Vec<u8> {
        Model::quantised(&learnt.weights, learnt.bias, thresholds).to_bytes()
    }

    /// What is learnt without each fold of the families in turn, two folds at a time.
    #[must_use]
    pub fn without_each(&self, examples: &[Example], folds: usize) -> Vec<Learnt> {
        let learn = |fold: usize| {
            let seen: Vec<Example> =
                examples.iter().filter(|example| example.family % folds != fold).cloned().collect();
            self.learn(&seen)
        };
        let all: Vec<usize> = (0..folds).collect();
        let mut learnt = Vec::with_capacity(folds);
        for pair in all.chunks(2) {
            std::thread::scope(|scope| {
                let running: Vec<_> = pair.iter().map(|fold| scope.spawn(|| learn(*fold))).collect();
                learnt.extend(running.into_iter().filter_map(|running| running.join().ok()));
            });
        }
        learnt
    }

    /// The scores of each example by the model that never saw its family.
    #[must_use]
    pub fn held_out_scores(&self, examples: &[Example], without: &[Learnt]) -> Vec<[f32; HEADS]> {
        let score = |example: &Example| {
            let learnt = without.get(example.family % without.len().max(1));
            learnt.map_or([0.0; HEADS], |learnt| self.scores(learnt, &example.text))
        };
        examples.iter().map(score).collect()
    }
}

impl Learnt {
    fn sums(&self, row: &Row) -> [f32; HEADS] {
        let mut sums = self.bias;
        for (bucket, value) in &row.features {
            if let Some(weights) = self.weights.get(*bucket as usize) {
                sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight * value);
            }
        }
        sums
    }

    /// One step of AdaGrad on the logistic loss of every head.
    fn step(&mut self, row: &Row, balance: &[f32; HEADS], seen: &mut [[f32; HEADS]], rate: f32) {
        let sums = self.sums(row);
        let errors: [f32; HEADS] = std::array::from_fn(|head| {
            let target = row.targets.get(head).copied().flatten();
            let (Some(target), Some(sum), Some(weight)) = (target, sums.get(head), balance.get(head)) else {
                return 0.0;
            };
            (logistic(*sum) - target) * row.weight * if target > 0.5 { *weight } else { 1.0 }
        });
        for (bucket, value) in &row.features {
            let at = *bucket as usize;
            let (Some(weights), Some(seen)) = (self.weights.get_mut(at), seen.get_mut(at)) else { continue };
            for (head, ((weight, seen), error)) in weights.iter_mut().zip(seen).zip(errors).enumerate() {
                let decay = if head <= URGENT { DECAY } else { DECAY_OF_THE_RARE };
                let gradient = error * value + decay * *weight;
                *seen += gradient * gradient;
                *weight -= rate * gradient / seen.sqrt();
            }
        }
        for (bias, error) in self.bias.iter_mut().zip(errors) {
            *bias -= 0.02 * error;
        }
    }
}
