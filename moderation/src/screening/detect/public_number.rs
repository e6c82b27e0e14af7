//! Numbers that anybody may pass on: emergency and help lines.

use std::sync::LazyLock;

use crate::screening::lexicon::{WordSet, lines};

static KNOWN: LazyLock<WordSet> = LazyLock::new(|| {
    let mut set = WordSet::default();
    for line in lines(include_str!("../../../data/public_numbers.tsv")) {
        let digits: String = line.split('\t').next().unwrap_or("").chars().filter(char::is_ascii_digit).collect();
        set.insert(&digits);
    }
    set
});

/// Whether these digits are a public number.
pub(crate) fn is_known(digits: &str) -> bool {
    KNOWN.has(digits) || digits.strip_prefix("45").or(digits.strip_prefix("0045")).is_some_and(|rest| KNOWN.has(rest))
}
