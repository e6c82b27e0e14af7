//! Known names of people, of many origins.

use super::lexicon::{Table, key, lines};
use super::token::fold;

/// What is known about a name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// It is a word as well.
    pub(crate) word: bool,
}

/// Names and what is known about them.
#[derive(Debug, Default, Clone)]
pub(crate) struct Names(Table<Flags>);

impl Names {
    /// The names of a data file: name, origin, flags.
    pub(crate) fn from_lines(data: &str) -> Self {
        let mut names = Self::default();
        for line in lines(data) {
            let mut fields = line.split('\t');
            let name = fold(fields.next().unwrap_or(""));
            let word = fields.nth(1).is_some_and(|flags| flags.contains('w'));
            // The same folded form may come from two names; a word stays a word.
            let flags = names.0.entry(key(&name)).or_default();
            flags.word |= word;
        }
        names
    }

    /// What is known about the word of this key as a name.
    pub(crate) fn by_key(&self, key: u64) -> Option<Flags> {
        self.0.get(&key).copied()
    }

    /// What is known about a folded word as a name.
    pub(crate) fn flags(&self, folded: &str) -> Option<Flags> {
        self.0.get(&key(folded)).copied()
    }
}
