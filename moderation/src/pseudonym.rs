//! Pseudonyms: what one may be called, when two are too alike, and suggestions that say nothing
//! about the person.

mod person;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::coded::coded_enum;
use crate::limits;

coded_enum! {
    /// What is wrong with a pseudonym.
    pub enum PseudonymError {
        /// Nothing was written.
        Empty = "empty",
        /// Fewer than three characters.
        TooShort = "too_short",
        /// More than twenty-four characters.
        TooLong = "too_long",
        /// Something else than letters, digits, `_` and `-`.
        BadCharacter = "bad_character",
        /// One could be phoned by it.
        LooksLikePhone = "looks_like_phone",
        /// One could be written to by it.
        LooksLikeEmail = "looks_like_email",
        /// It is the full name of a person.
        LooksLikeName = "looks_like_name",
        /// It could be taken for somebody who is responsible here, or for an authority.
        Reserved = "reserved",
    }
}

/// A pseudonym that may be used, in Unicode normal form C.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pseudonym(String);

impl Pseudonym {
    /// Trims and normalises, then refuses whatever is too short or long, holds other characters
    /// than letters, digits, `_` and `-`, could tell who somebody is, or reads as somebody in charge.
    pub fn parse(raw: &str) -> Result<Self, PseudonymError> {
        let name = Self::parse_for_team(raw)?;
        if is_reserved(&name.0) { Err(PseudonymError::Reserved) } else { Ok(name) }
    }

    /// The same for those who are in charge: names such as `moderator1` are theirs to take.
    pub fn parse_for_team(raw: &str) -> Result<Self, PseudonymError> {
        let text: String = raw.trim().nfc().take(limits::PSEUDONYM_MAX + 60).collect();
        let length = text.chars().count();
        if length == 0 {
            return Err(PseudonymError::Empty);
        }
        if looks_like_email(&text) {
            return Err(PseudonymError::LooksLikeEmail);
        }
        if length > limits::PSEUDONYM_MAX {
            return Err(PseudonymError::TooLong);
        }
        if looks_like_phone(&text) {
            return Err(PseudonymError::LooksLikePhone);
        }
        if !has_good_characters(&text) {
            return Err(PseudonymError::BadCharacter);
        }
        if length < limits::PSEUDONYM_MIN {
            return Err(PseudonymError::TooShort);
        }
        if person::is_full_name(&text) {
            return Err(PseudonymError::LooksLikeName);
        }
        Ok(Self(text))
    }

    /// The pseudonym as shown.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What two pseudonyms share when one could be taken for the other.
    #[must_use]
    pub fn skeleton(&self) -> String {
        skeleton(&self.0)
    }
}

impl TryFrom<String> for Pseudonym {
    type Error = &'static str;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::parse(&raw).map_err(PseudonymError::as_str)
    }
}

impl From<Pseudonym> for String {
    fn from(pseudonym: Pseudonym) -> Self {
        pseudonym.0
    }
}

/// The confusable skeleton of Unicode TR 39, blind to case. Letters that are only alike in one of
/// their cases (`I`, `l`, `i`) count as alike: a refused sign-up costs less than an impostor.
#[must_use]
pub fn skeleton(text: &str) -> String {
    let mut current = text.nfc().collect::<String>();
    // The mapping is not closed under lower-casing; three rounds reach the fixed point.
    for _ in 0..3 {
        let confusable: String = unicode_security::skeleton(&current).collect();
        current = confusable.to_lowercase();
    }
    current.chars().map(|c| if c == 'i' || c == '1' { 'l' } else { c }).collect()
}

fn has_good_characters(text: &str) -> bool {
    let mut after_letter = false;
    text.chars().all(|c| {
        let mark = is_combining_mark(c) && after_letter;
        let letter = c.is_alphanumeric() && is_plain(c);
        after_letter = letter || mark;
        letter || mark || c == '_' || c == '-'
    }) && text.chars().any(char::is_alphabetic)
}

/// Neither a compatibility form (ｆｕｌｌ width, superscripts, fractions) nor an invisible filler.
fn is_plain(c: char) -> bool {
    !matches!(c, '\u{115f}' | '\u{1160}') && std::iter::once(c).nfkc().eq(std::iter::once(c).nfc())
}

fn looks_like_email(text: &str) -> bool {
    const MAIL_HOSTS: [&str; 9] =
        ["gmail", "hotmail", "outlook", "icloud", "yahoo", "protonmail", "live", "jubii", "mail"];
    const ENDINGS: [&str; 4] = ["com", "dk", "net", "org"];
    if text.contains('@') && text.contains('.') {
        return true;
    }
    let lower = text.to_lowercase();
    let parts: Vec<&str> = lower.split(['_', '-', '.']).collect();
    let by_parts = parts.windows(2).any(|pair| {
        matches!(pair, [host, ending] if MAIL_HOSTS.iter().any(|m| host.ends_with(m)) && ENDINGS.contains(ending))
    });
    by_parts
        || MAIL_HOSTS.iter().take(6).any(|host| {
            ENDINGS.iter().any(|ending| lower.strip_suffix(ending).is_some_and(|rest| rest.ends_with(host)))
        })
}

/// A reserved word: by itself, at the beginning of a longer word, or anywhere in one.
enum Reserved {
    Whole(String),
    Begins(String),
    Inside(String),
}

impl Reserved {
    fn is_in(&self, word: &str) -> bool {
        match self {
            Self::Whole(known) => word == known,
            Self::Begins(known) => word.starts_with(known.as_str()),
            Self::Inside(known) => word.contains(known.as_str()),
        }
    }
}

static RESERVED: LazyLock<Vec<Reserved>> = LazyLock::new(|| {
    let word = |line: &str| {
        let bare = skeleton(line.trim_matches('*'));
        match (line.starts_with('*'), line.ends_with('*')) {
            (true, _) => Reserved::Inside(bare),
            (false, true) => Reserved::Begins(bare),
            (false, false) => Reserved::Whole(bare),
        }
    };
    words(include_str!("../data/pseudonym_reserved.txt")).into_iter().map(word).collect()
});

/// Whether a pseudonym, or a part of it between signs, reads as a word that only the community or an authority may go by.
/// Digits around it and letters that look alike make no difference.
fn is_reserved(text: &str) -> bool {
    let parts = text.split(['_', '-']).map(str::to_owned);
    parts.chain([text.replace(['_', '-'], "")]).any(|part| {
        let bare = part.trim_matches(char::is_numeric);
        [bare, part.as_str()].iter().chain(camel_parts(bare).iter()).any(|word| {
            let word = skeleton(word);
            RESERVED.iter().any(|known| known.is_in(&word))
        })
    })
}

/// The parts that begin with a capital after a small letter; none where there is only one.
fn camel_parts(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut begin, mut after_small) = (0, false);
    for (at, c) in word.char_indices() {
        if after_small && c.is_uppercase() {
            parts.extend(word.get(begin..at));
            begin = at;
        }
        after_small = c.is_lowercase();
    }
    if begin > 0 {
        parts.extend(word.get(begin..));
    }
    parts
}

/// Seven digits or more, with nothing but separators between them.
fn looks_like_phone(text: &str) -> bool {
    let mut run = 0_usize;
    text.chars().any(|c| {
        if c.is_numeric() {
            run += 1;
        } else if !matches!(c, '_' | '-' | '.' | ' ' | '+' | '(' | ')') {
            run = 0;
        }
        run >= 7
    })
}

static FIRST: LazyLock<Vec<&str>> = LazyLock::new(|| words(include_str!("../data/pseudonym_first.txt")));
static SECOND: LazyLock<Vec<&str>> = LazyLock::new(|| words(include_str!("../data/pseudonym_second.txt")));

fn words(data: &str) -> Vec<&str> {
    data.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// A pseudonym that says nothing about the person, another for each seed: two words from nature
/// and a number, about ten million in all. Whether it is free is for the caller to look up.
#[must_use]
pub fn suggest(seed: u64) -> String {
    let mixed = mix(seed);
    let first = pick(&FIRST, mixed);
    let second = pick(&SECOND, mixed >> 20);
    let number = 10 + (mixed >> 40) % 990;
    format!("{first}{second}{number}")
}

fn pick<'a>(list: &[&'a str], at: u64) -> &'a str {
    let index = usize::try_from(at & 0xf_ffff).unwrap_or(0);
    list.get(index % list.len().max(1)).copied().unwrap_or("Havtorn")
}

/// The finaliser of splitmix64: neighbouring seeds land far apart.
const fn mix(seed: u64) -> u64 {
    let a = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    fn error(raw: &str) -> Option<PseudonymError> {
        Pseudonym::parse(raw).err()
    }

    #[test]
    fn letters_of_any_script_are_welcome() {
        for name in ["Havtorn", "mose_konge-7", "Åsø", "Żółw", "звезда", "نجمة", "ᓄᓇᑦ", "नमस्ते", "星空です"]
        {
            assert_eq!(error(name), None, "{name}");
        }
    }

    #[test]
    fn each_thing_that_can_be_wrong_has_its_code() {
        for (raw, expected) in [
            ("  ", PseudonymError::Empty),
            ("ab", PseudonymError::TooShort),
            ("abcdefghijklmnopqrstuvwxy", PseudonymError::TooLong),
            ("to ord", PseudonymError::BadCharacter),
            ("smil🙂", PseudonymError::BadCharacter),
            ("ｆｕｌｌ", PseudonymError::BadCharacter),
            ("a\u{200b}bcd", PseudonymError::BadCharacter),
            ("ㅤㅤㅤ", PseudonymError::BadCharacter),
            ("---", PseudonymError::BadCharacter),
            ("maria20304050", PseudonymError::LooksLikePhone),
            ("20-30-40-50", PseudonymError::LooksLikePhone),
            ("freja@example.com", PseudonymError::LooksLikeEmail),
            ("freja_gmail_com", PseudonymError::LooksLikeEmail),
            ("frejahotmaildk", PseudonymError::LooksLikeEmail),
            ("Freja_Nielsen", PseudonymError::LooksLikeName),
            ("frejanielsen", PseudonymError::LooksLikeName),
            ("moderator", PseudonymError::Reserved),
            ("Admin", PseudonymError::Reserved),
        ] {
            assert_eq!(error(raw), Some(expected), "{raw}");
        }
    }

    #[test]
    fn nobody_is_taken_for_the_community_or_an_authority() {
        for name in [
            "ligesind-team",
            "Ligesind_DK",
            "LIGESIND",
            "Team-Ligesind",
            "koordinator",
            "Koordinator_Anna",
            "Moderatoren",
            "M0derator",
            "m\u{43e}derator",
            "moderator7",
            "m-o-d-e-r-a-t-o-r",
            "adm1n",
            "Admin2",
            "AdminBo",
            "politiet",
            "Politi-Kim",
            "112-politi",
            "Kommunen",
        ] {
            assert_eq!(error(name), Some(PseudonymError::Reserved), "{name}");
        }
        for name in
            ["Nyt_Mod", "Modvind", "Politiker_Ko", "Ligesindet", "Adminton", "Holdspiller", "Moderne", "Teamånd"]
        {
            assert_eq!(error(name), None, "{name}");
        }
    }

    #[test]
    fn length_counts_characters_after_normalising() {
        assert_eq!(error(&"å".repeat(24)), None);
        assert_eq!(error(&"a\u{30a}".repeat(24)), None);
        assert_eq!(Pseudonym::parse("A\u{30a}se").unwrap().as_str(), "Åse");
    }

    #[test]
    fn look_alikes_share_a_skeleton() {
        for (a, b) in [
            ("Havtorn", "HAVTORN"),
            ("Havtorn", "Hаvtоrn"),
            ("Ibsen", "lbsen"),
            ("Ibsen", "ibsen"),
            ("Sol0", "Solo"),
            ("modern", "rnodern"),
        ] {
            assert_eq!(skeleton(a), skeleton(b), "{a} {b}");
        }
        assert_ne!(skeleton("Havtorn"), skeleton("Havtjørn"));
        assert_ne!(skeleton("Maja"), skeleton("Maya"));
    }

    #[test]
    fn every_pair_of_words_makes_a_pseudonym() {
        for first in FIRST.iter() {
            for second in SECOND.iter() {
                let name = format!("{first}{second}999");
                assert!(Pseudonym::parse(&name).is_ok(), "{name}");
            }
        }
    }

    #[test]
    fn suggestions_rarely_repeat() {
        let names: HashSet<String> = (0..2_000).map(suggest).collect();
        assert!(names.len() > 1_990, "{}", names.len());
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_is_stable(raw in "\\PC{0,40}") {
            if let Ok(name) = Pseudonym::parse(&raw) {
                prop_assert_eq!(Pseudonym::parse(name.as_str()), Ok(name.clone()));
                prop_assert_eq!(skeleton(&name.skeleton()), name.skeleton());
            }
        }
    }
}
