//! Words around personal data that only its detectors read. The model reads the classes of `cues.tsv`; these it does
//! not, so they may change without training it again.

use super::lexicon::{Table, key, lines};
use super::token::{fold, long_form};

/// Declares the classes by their names in the data file.
macro_rules! classes {
    ($($(#[$doc:meta])* $class:ident = $name:literal),+ $(,)?) => {
        /// A class of words in `data/personal.tsv`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Word { $($(#[$doc])* $class),+ }

        impl Word {
            const ALL: &'static [(&'static str, Self)] = &[$(($name, Self::$class)),+];

            const fn bit(self) -> u64 {
                1 << self as u64
            }
        }
    };
}

classes! {
    /// Names of services, all letters joined.
    Service = "SERVICE",
    /// How names of services begin that are written in two.
    ServiceHead = "SERVICE_HEAD",
    /// Names of services with letters left out.
    ServiceShort = "SERVICE_SHORT",
    /// The name of a player.
    Gamertag = "GAMERTAG",
    /// Services for games, where names may have spaces.
    Game = "GAME",
    /// Parts of a number that is told in parts.
    Part = "PART",
    /// Words between such parts.
    PartLink = "PART_LINK",
    /// Signs and letters between digits, as read aloud.
    Separator = "SEPARATOR",
    /// Numbers of cases, tickets, models.
    NotNumber = "NOT_NUMBER",
    /// Accounts by what they are for.
    Savings = "SAVINGS",
    /// Where vehicles are spoken of.
    PlateNear = "PLATE_NEAR",
    /// The plate itself.
    Plate = "PLATE_WORD",
    /// `gaden`, `the street`.
    StreetNoun = "STREET_NOUN",
    /// What stands before the number of a house.
    HouseNumber = "HOUSE_WORD",
    /// Words between the street and the number.
    ApartLink = "APART_LINK",
    /// Somewhere that people stay.
    Staying = "PLACE_WORD",
    /// `hr.`, `Mrs`.
    Honorific = "HONORIFIC",
    /// Titles written short, with a full stop.
    TitleShort = "TITLE_SHORT",
    /// Titles beside those in `cues.tsv`.
    TitleMore = "TITLE_MORE",
    /// The last word of the name of an institution.
    Institution = "INSTITUTION",
    /// Relations beside those in `cues.tsv`.
    Relation = "MORE_RELATION",
    /// What people do to one another.
    Deed = "DEED",
    /// What follows a name that begins a sentence.
    PersonVerb = "PERSON_VERB",
    /// The author.
    Me = "ME",
    /// Papers and lists in which names stand.
    Document = "DOCUMENT",
    /// Greetings beside those in `cues.tsv`.
    Greeting = "GREETING_MORE",
    /// Work that somebody does.
    Job = "JOB",
    /// Days on which somebody works.
    JobTime = "JOB_TIME",
    /// Having a business.
    Owns = "OWNS",
    /// Parts of a country and countries.
    Region = "REGION",
    /// The kind of school before its name.
    SchoolThe = "SCHOOL_THE",
    /// The kind of school as the last word of an English name.
    SchoolLast = "SCHOOL_LAST",
    /// Where somebody keeps a phone number.
    PhoneMore = "PHONE_MORE",
    /// What money is given for, and how.
    Money = "MONEY",
    /// Words for the number of a person beside those in `cues.tsv`.
    IdNumber = "ID_NUMBER",
    /// Kinds of schools and courses that tell nobody apart.
    SchoolKind = "SCHOOL_KIND",
    /// The kind of school as the last word of a Danish name.
    SchoolBehind = "SCHOOL_BEHIND",
    /// The last word of the name of an English street beside those in `cues.tsv`.
    StreetMore = "STREET_MORE",
    /// What people do where they work, beside the words of `cues.tsv`.
    WorkVerb = "WORK_VERB",
    /// Institutions before their names.
    CareHome = "CARE_HOME",
}

/// All of these words with their classes.
#[derive(Debug, Default, Clone)]
pub(crate) struct PersonalWords(Table<u64>);

impl PersonalWords {
    /// The words of the data file.
    pub(crate) fn from_lines(data: &str) -> Self {
        let mut words = Self::default();
        for (name, forms) in lines(data).filter_map(|line| line.split_once('\t')) {
            let Some((_, class)) = Word::ALL.iter().find(|(known, _)| *known == name) else { continue };
            for form in forms.split_whitespace().map(fold) {
                *words.0.entry(key(long_form(&form).unwrap_or(&form))).or_default() |= class.bit();
            }
        }
        words
    }

    /// Whether the word of this key is of the class.
    pub(crate) fn has_key(&self, key: u64, class: Word) -> bool {
        self.0.get(&key).is_some_and(|bits| bits & class.bit() != 0)
    }

    /// Whether a folded word is of the class.
    pub(crate) fn has(&self, folded: &str, class: Word) -> bool {
        self.has_key(key(folded), class)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_has_words_and_every_line_is_a_class() {
        let file = include_str!("../../data/personal.tsv");
        let names: Vec<&str> = lines(file).filter_map(|line| line.split('\t').next()).collect();
        let known: Vec<&str> = Word::ALL.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, known);
        assert!(PersonalWords::from_lines(file).has("bestie", Word::Relation));
    }
}
