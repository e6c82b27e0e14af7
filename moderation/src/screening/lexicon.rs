//! Which classes (concepts) a word belongs to: whole forms, beginnings (`selvmord*`), endings
//! (`*paedagog`) and forms of two or three words (`slaa_ihjel`, six words at most). One pass over the word's bytes,
//! whatever the size of the lexicon.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::token::{Tokens, fold, long_form};

/// A class of words.
pub(crate) type Class = u16;

/// Keys are well mixed already.
#[derive(Debug, Default, Clone)]
pub(crate) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| step(hash, *byte));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// A table by mixed keys.
pub(crate) type Table<V> = HashMap<u64, V, BuildHasherDefault<Identity>>;

pub(crate) const SEED: u64 = 0xcbf2_9ce4_8422_2325;

/// One step of FNV-1a with a stronger mix, so that the hash of a longer word continues that of
/// its beginning.
pub(crate) const fn step(hash: u64, byte: u8) -> u64 {
    let mixed = (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3);
    mixed ^ (mixed >> 29)
}

/// The key of a folded word.
pub(crate) fn key(folded: &str) -> u64 {
    folded.bytes().fold(SEED, step)
}

#[derive(Debug, Default, Clone)]
struct Entry {
    whole: Vec<Class>,
    beginning: Vec<Class>,
    starts_longer_form: bool,
}

/// A quick no: most beginnings of most words begin nothing.
#[derive(Debug, Clone)]
struct Sieve(Vec<u64>);

impl Default for Sieve {
    fn default() -> Self {
        Self(vec![0; 1 << 11])
    }
}

impl Sieve {
    const fn place(key: u64) -> (usize, u64) {
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 47;
        ((mixed >> 6) as usize, 1 << (mixed & 63))
    }

    fn add(&mut self, key: u64) {
        let (at, bit) = Self::place(key);
        if let Some(word) = self.0.get_mut(at) {
            *word |= bit;
        }
    }

    fn may_have(&self, key: u64) -> bool {
        let (at, bit) = Self::place(key);
        self.0.get(at).is_some_and(|word| word & bit != 0)
    }
}

/// Words and their classes.
#[derive(Debug, Default, Clone)]
pub(crate) struct Lexicon {
    forward: Table<Entry>,
    backward: Table<Vec<Class>>,
    forward_sieve: Sieve,
    backward_sieve: Sieve,
    /// Long words with one letter left out, for words that are mistyped.
    slips: Table<Vec<Class>>,
    common: WordSet,
}

/// A word this long is still itself with one letter wrong.
const LONG: usize = 7;

/// The keys of an ASCII word with one letter left out, in turn.
fn with_one_left_out(word: &str) -> impl Iterator<Item = u64> + '_ {
    (0..word.len()).map(|out| {
        let rest = word.bytes().enumerate().filter(move |(at, _)| *at != out);
        rest.fold(SEED, |key, (_, byte)| step(key, byte))
    })
}

impl Lexicon {
    /// Adds a form: `word`, `begin*`, `*end`, `two_words`.
    pub(crate) fn add(&mut self, form: &str, class: Class) {
        if let Some(ending) = form.strip_prefix('*') {
            let reversed = fold(ending).bytes().rev().fold(SEED, step);
            self.backward_sieve.add(reversed);
            self.backward.entry(reversed).or_default().push(class);
        } else if let Some(beginning) = form.strip_suffix('*') {
            self.entry(&fold(beginning)).beginning.push(class);
        } else {
            // A hyphen is a token of its own.
            let folded = fold(form).replace('-', "_-_");
            // As the tokens are read.
            let parts: Vec<&str> = folded.split('_').map(|part| long_form(part).unwrap_or(part)).collect();
            let folded = parts.join("_");
            for (at, _) in folded.match_indices('_') {
                let start = folded.get(..at).unwrap_or("");
                self.entry(start).starts_longer_form = true;
            }
            self.entry(&folded).whole.push(class);
            if folded.len() >= LONG && folded.bytes().all(|b| b.is_ascii_alphabetic()) {
                for key in with_one_left_out(&folded).chain([key(&folded)]) {
                    let classes = self.slips.entry(key).or_default();
                    if !classes.contains(&class) {
                        classes.push(class);
                    }
                }
            }
        }
    }

    /// Takes note of the words that are no slips of others.
    pub(crate) fn set_common(&mut self, common: &WordSet) {
        self.common = common.clone();
    }

    /// The classes of the long word that this one is with one letter too many, too few or wrong, or
    /// with two letters in each other's place. Only for words that are not known as they are.
    fn slip(&self, text: &str, key: u64, mut found: impl FnMut(Class)) {
        let candidate = (LONG - 1..=24).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_lowercase());
        if !candidate || self.common.has_key(key) {
            return;
        }
        let mut classes: Vec<Class> = Vec::new();
        for key in with_one_left_out(text).chain([key]) {
            for class in self.slips.get(&key).into_iter().flatten() {
                if !classes.contains(class) {
                    classes.push(*class);
                    found(*class);
                }
            }
        }
    }

    fn entry(&mut self, folded: &str) -> &mut Entry {
        let key = key(folded);
        self.forward_sieve.add(key);
        self.forward.entry(key).or_default()
    }

    /// Calls `found` with each class of the word at a place and the last token of the form.
    pub(crate) fn classes(&self, tokens: &Tokens, at: usize, mut found: impl FnMut(Class, usize)) {
        let text = tokens.text(at);
        let mut hash = SEED;
        let mut left = text.len();
        let mut longer = false;
        let mut known = false;
        for byte in text.bytes() {
            hash = step(hash, byte);
            left -= 1;
            if self.forward_sieve.may_have(hash)
                && let Some(entry) = self.forward.get(&hash)
            {
                known |= !entry.beginning.is_empty();
                entry.beginning.iter().for_each(|class| found(*class, at));
                if left == 0 {
                    entry.whole.iter().for_each(|class| found(*class, at));
                    longer = entry.starts_longer_form;
                    known |= longer || !entry.whole.is_empty();
                }
            }
        }
        if text.len() > 3 {
            let mut reversed = SEED;
            for byte in text.bytes().rev() {
                reversed = step(reversed, byte);
                if self.backward_sieve.may_have(reversed)
                    && let Some(classes) = self.backward.get(&reversed)
                {
                    known = true;
                    classes.iter().for_each(|class| found(*class, at));
                }
            }
        }
        if !known {
            self.slip(text, hash, |class| found(class, at));
        }
        let mut last = at;
        while longer && last < at + 5 {
            last += 1;
            let Some(entry) = tokens.get(last).and_then(|_| {
                hash = tokens.text(last).bytes().fold(step(hash, b'_'), step);
                self.forward.get(&hash)
            }) else {
                break;
            };
            entry.whole.iter().for_each(|class| found(*class, last));
            longer = entry.starts_longer_form;
        }
    }
}

/// A plain set of folded words.
#[derive(Debug, Default, Clone)]
pub(crate) struct WordSet(Table<()>);

impl WordSet {
    /// The words of a data file: one a line, `#` comments; what follows a tab is left out.
    pub(crate) fn from_lines(data: &str) -> Self {
        let mut set = Self::default();
        lines(data).for_each(|line| set.insert(line.split('\t').next().unwrap_or(line)));
        set
    }

    /// Adds a word.
    pub(crate) fn insert(&mut self, word: &str) {
        self.0.insert(key(&fold(word)), ());
    }

    /// Whether the word of this key is in it.
    pub(crate) fn has_key(&self, key: u64) -> bool {
        self.0.contains_key(&key)
    }

    /// Whether a folded word is in it.
    pub(crate) fn has(&self, folded: &str) -> bool {
        self.0.contains_key(&key(folded))
    }
}

/// The lines of a data file without comments and empty ones.
pub(crate) fn lines(data: &str) -> impl Iterator<Item = &str> {
    data.lines().map(|l| l.trim_end_matches('\r')).filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::view::View;

    fn found(forms: &[&str], text: &str) -> Vec<(Class, usize)> {
        let mut lexicon = Lexicon::default();
        for (class, form) in (0..).zip(forms) {
            lexicon.add(form, class);
        }
        let tokens = Tokens::new(&View::new(text));
        let mut hits = Vec::new();
        for at in 0..tokens.len() {
            lexicon.classes(&tokens, at, |class, last| hits.push((class, last)));
        }
        hits
    }

    #[test]
    fn whole_beginning_ending_and_longer_forms() {
        let forms = ["dø", "selvmord*", "*pædagog", "slå_ihjel", "slå_sig_selv_ihjel"];
        assert_eq!(found(&forms, "at doe"), [(0, 1)]);
        assert_eq!(found(&forms, "selvmordstanker"), [(1, 0)]);
        assert_eq!(found(&forms, "min støttepædagog"), [(2, 1)]);
        assert_eq!(found(&forms, "vil slå ihjel"), [(3, 2)]);
        assert_eq!(found(&forms, "slå sig selv ihjel"), [(4, 3)]);
        assert_eq!(found(&forms, "døren slå sig"), []);
    }
}
