//! Whether a pseudonym is the full name of a person: a known first name beside a known family name, apart
//! (`Maria_Nielsen`, `MariaNielsen`) or in one word (`marianielsen`). A first name alone tells little and is allowed.
//!
//! Most names are words too (*Rose*, *Storm*, *Skov*), and two words from nature make a good pseudonym. So two names that are
//! words are left alone, and so are the words that suggestions are made of.

use std::sync::LazyLock;

use crate::screening::{Names, WordSet, common_words, first_names, fold, last_names};

/// First names that a dictionary has too, but that hardly anybody means as a word.
const GIVEN: &str = "agnes aksel alf alfred alvin anker arne benjamin bent bobby christian dan david ebbe ellen ester gunner \
    hans helle hjalte iver jenny jens jimmy john johnny jon jonas karin karl karsten kim klaus konrad lotte ludvig mads \
    magnus malene maren maria martin mathilde morten niels nick ole palle per peter pia rolf sander sarah sonny stephan \
    svend søren tage tobias tove trine victor victoria";

/// Shortest first and family name that are looked for inside one word: shorter ones are found in ordinary words.
const JOINED_GIVEN: usize = 4;
const JOINED_FAMILY: usize = 5;

/// How surely a word is a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sure {
    /// It is a word as well.
    Half,
    /// It is hardly anything else.
    Whole,
}

struct Known {
    first: Names,
    last: Names,
    common: WordSet,
    nature: WordSet,
    given: WordSet,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut nature = WordSet::default();
    super::FIRST.iter().chain(super::SECOND.iter()).for_each(|word| nature.insert(word));
    let mut given = WordSet::default();
    GIVEN.split_whitespace().for_each(|name| given.insert(name));
    Known { first: first_names(), last: last_names(), common: common_words(), nature, given }
});

impl Known {
    fn given(&self, word: &str) -> Option<Sure> {
        let flags = self.first.flags(word).filter(|_| !self.nature.has(word))?;
        Some(if !flags.word || self.given.has(word) { Sure::Whole } else { Sure::Half })
    }

    fn family(&self, word: &str) -> Option<Sure> {
        let flags = self.last.flags(word)?;
        if word.ends_with("sen") {
            return Some(Sure::Whole);
        }
        // Two first names are no full name.
        if self.given(word) == Some(Sure::Whole) {
            return None;
        }
        Some(if flags.word || self.common.has(word) { Sure::Half } else { Sure::Whole })
    }

    /// Whether two words beside each other are a full name, in either order.
    fn is_pair(&self, one: &str, other: &str) -> bool {
        matches!(
            (self.given(one), self.family(other)),
            (Some(Sure::Whole), Some(_)) | (Some(Sure::Half), Some(Sure::Whole))
        ) || matches!((self.family(one), self.given(other)), (Some(Sure::Whole), Some(Sure::Whole)))
    }

    /// Whether one word is a first name and a family name without anything between them.
    fn is_joined(&self, word: &str) -> bool {
        if self.common.has(word) || self.nature.has(word) {
            return false;
        }
        word.char_indices().any(|(at, _)| {
            let Some((given, family)) = word.split_at_checked(at) else { return false };
            given.len() >= JOINED_GIVEN
                && family.len() >= JOINED_FAMILY
                && self.given(given) == Some(Sure::Whole)
                && (!self.common.has(given) || self.given.has(given))
                && self.family(family) == Some(Sure::Whole)
        })
    }
}

/// Whether this is what a person is called.
pub(super) fn is_full_name(text: &str) -> bool {
    let words = words(text);
    let apart = words.windows(2).any(|pair| matches!(pair, [one, other] if KNOWN.is_pair(one, other)));
    apart || words.iter().any(|word| KNOWN.is_joined(word))
}

/// The words of a pseudonym, folded: parted by signs, digits and a capital after a small letter. Initials are left out.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_small = false;
    for c in text.chars() {
        let begins = after_small && c.is_uppercase();
        after_small = c.is_lowercase();
        if begins || !c.is_alphabetic() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphabetic()) {
            word.push(c);
        }
    }
    words.iter().filter(|word| word.chars().count() > 1).map(|word| fold(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn full_names_of_many_origins_are_seen_however_they_are_written() {
        for name in [
            "marianielsen",
            "MariaNielsen",
            "Maria_Nielsen99",
            "Maria_K_Nielsen",
            "Nielsen-Maria",
            "freja-holm",
            "PeterMøller",
            "Søren_Hansen",
            "SØREN-HANSEN",
            "Ahmed_Hassan",
            "Linh-Nguyen",
            "emmachristensen",
            "emma-larsen-07",
            "Olivia_Smith",
        ] {
            assert!(is_full_name(name), "{name}");
        }
    }

    #[test]
    fn first_names_alone_and_ordinary_words_are_left_alone() {
        for name in [
            "Freja",
            "Mette",
            "JonasK",
            "Anna-Marie",
            "Hans-Peter",
            "Nanna_B",
            "maria2009",
            "Havtorn",
            "Mosekonge",
            "RoligDag",
            "Blå_Mandag",
            "Grå_Ulv",
            "Stille_Mus",
            "Sol_Rose",
            "Rose_Skov",
            "Elle_Skov",
            "Pil_Holm",
            "Aske_Regn",
            "Storm_Nat",
            "Kaffe_Kop",
            "Tom_Kop",
            "Lille_My",
            "Sommerfugl",
        ] {
            assert!(!is_full_name(name), "{name}");
        }
    }

    #[test]
    fn no_common_word_is_taken_for_a_full_name() {
        for word in crate::pseudonym::words(include_str!("../../data/common_words.txt")) {
            assert!(!is_full_name(word), "{word}");
        }
    }

    /// A word from nature as the lists of suggestions hold it.
    fn nature() -> impl Strategy<Value = &'static str> {
        let all: Vec<&str> = super::super::FIRST.iter().chain(super::super::SECOND.iter()).copied().collect();
        prop::sample::select(all)
    }

    fn capital(word: &str) -> String {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
    }

    proptest! {
        #[test]
        fn no_suggestion_is_a_full_name(seed: u64) {
            let name = crate::pseudonym::suggest(seed);
            prop_assert!(!is_full_name(&name), "{}", name);
        }

        #[test]
        fn words_from_nature_are_welcome_in_any_pair_and_spelling(
            one in nature(), other in nature(), sign in prop::sample::select(vec!["", "_", "-"]), number in 0..1000,
        ) {
            let spellings = [
                format!("{one}{sign}{other}"),
                format!("{}{sign}{}", capital(one), capital(other)),
                format!("{}{sign}{}{number}", one.to_lowercase(), other.to_lowercase()),
            ];
            for name in spellings {
                prop_assert!(!is_full_name(&name), "{}", name);
            }
        }
    }
}
