//! The data files that the detectors read, compiled once.

use super::lexicon::{Class, WordSet, lines};
use super::names::Names;
use super::pattern::{LexiconError, Patterns};
use super::personal_words::PersonalWords;
use super::thread::Signal;
use crate::coded::Coded;
use crate::policy::{FindingCategory, Severity};

/// Declares the cue classes that detectors ask for by name.
macro_rules! cues {
    ($($field:ident = $name:literal),+ $(,)?) => {
        /// Classes of words around personal data, as in `data/cues.tsv`.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct Cues { $(pub(crate) $field: Class),+ }

        impl Cues {
            #[cfg(test)]
            pub(crate) const NAMES: &'static [&'static str] = &[$($name),+];

            fn new(patterns: &mut Patterns) -> Self {
                Self { $($field: patterns.class($name)),+ }
            }
        }
    };
}

cues! {
    my = "MY",
    their = "THEIR",
    relation = "RELATION",
    phone = "PHONE_CUE",
    not_phone = "NOT_PHONE",
    unit = "UNIT",
    cpr = "CPR_CUE",
    bank = "BANK_CUE",
    registration = "REGISTRATION",
    pay = "PAY",
    plate = "PLATE_CUE",
    place_cue = "PLACE_CUE",
    lives = "LIVES",
    mail = "MAIL_CUE",
    mail_host = "MAIL_HOST",
    platform = "PLATFORM",
    weak_platform = "WEAK_PLATFORM",
    user_name = "USER_NAME",
    account = "ACCOUNT",
    naming = "NAMING",
    filler = "FILLER",
    handle_verb = "HANDLE_VERB",
    name_cue = "NAME_CUE",
    own_name_cue = "OWN_NAME_CUE",
    sign_off = "SIGN_OFF",
    greeting = "GREETING",
    not_name = "NOT_NAME",
    title = "TITLE",
    agency = "AGENCY",
    person_cue = "PERSON_CUE",
    private = "PRIVATE",
    figure = "FIGURE_CUE",
    street_suffix = "STREET_SUFFIX",
    soft_street_suffix = "SOFT_STREET_SUFFIX",
    street_word = "STREET_WORD",
    street_adjective = "STREET_ADJECTIVE",
    street_en = "STREET_EN",
    hall = "HALL",
    month = "MONTH",
    school_suffix = "SCHOOL_SUFFIX",
    school_word = "SCHOOL_WORD",
    school_level = "SCHOOL_LEVEL",
    school_prefix = "SCHOOL_PREFIX",
    school_generic = "SCHOOL_GENERIC",
    school_cue = "SCHOOL_CUE",
    work = "WORK",
    trade = "TRADE",
    chain = "CHAIN",
    weekday = "WEEKDAY",
    negation = "NEG",
    denial = "DENIAL",
    past = "PAST",
    recovered = "RECOVERED",
    someone = "OTHER",
    play = "PLAY",
    fiction = "FICTION",
    idiom = "IDIOM",
    advice = "ADVICE",
    support = "SUPPORT",
    self_words = "SELFDA",
    you = "YOU",
}

/// Known first names of many origins.
pub(crate) fn first_names() -> Names {
    Names::from_lines(include_str!("../../data/names_first.tsv"))
}

/// Known family names of many origins.
pub(crate) fn last_names() -> Names {
    Names::from_lines(include_str!("../../data/names_last.tsv"))
}

/// Common Danish and English words.
pub(crate) fn common_words() -> WordSet {
    WordSet::from_lines(include_str!("../../data/common_words.txt"))
}

/// Whether this is a common Danish or English word: it tells nobody's place or name, and is found in nearly every text.
#[must_use]
pub fn is_common_word(word: &str) -> bool {
    static COMMON: std::sync::LazyLock<WordSet> = std::sync::LazyLock::new(common_words);
    COMMON.has(&super::fold(word))
}

/// What a pattern stands for.
#[derive(Debug, Clone)]
pub(crate) struct MeaningRule {
    /// Its name in the data file.
    pub(crate) id: String,
    /// What it finds.
    pub(crate) category: FindingCategory,
    /// How grave, before the context is looked at.
    pub(crate) severity: Severity,
    /// `n`: a negation belongs to it. `p`: the past does not soften it. `s`: no game, story or
    /// saying explains it away. `i`: no saying does. `w`: it counts only where the model agrees.
    /// `c`: it only says what a message does in a conversation.
    pub(crate) flags: String,
    /// What a message that matches does in a conversation; written behind the flags as `>signal`.
    pub(crate) signal: Option<Signal>,
    /// A text that it must find, and one that it must leave alone.
    #[cfg_attr(not(test), expect(dead_code, reason = "the examples are run as tests"))]
    pub(crate) examples: (String, String),
}

/// Everything that detectors look up.
#[derive(Debug, Clone)]
pub(crate) struct Data {
    pub(crate) patterns: Patterns,
    pub(crate) rules: Vec<MeaningRule>,
    pub(crate) cues: Cues,
    pub(crate) first_names: Names,
    pub(crate) last_names: Names,
    pub(crate) common: WordSet,
    pub(crate) towns: WordSet,
    pub(crate) public_figures: WordSet,
    pub(crate) safe_hosts: WordSet,
    pub(crate) personal: PersonalWords,
    /// For each class the categories it speaks for by itself, one bit each.
    evidence: Vec<u16>,
}

impl Data {
    /// The files that come with the crate, together with a community's own words.
    pub(crate) fn load(own: &[(FindingCategory, String)]) -> Result<Self, LexiconError> {
        let mut patterns = Patterns::default();
        // First, so that their numbers fit into one word of bits for each token.
        let cues = Cues::new(&mut patterns);
        for file in [
            include_str!("../../data/cues.tsv"),
            include_str!("../../data/concepts.tsv"),
            include_str!("../../data/topics.tsv"),
        ] {
            add_concepts(&mut patterns, file);
        }
        let mut rules = Vec::new();
        for file in [
            include_str!("../../data/patterns_crisis.tsv"),
            include_str!("../../data/patterns_other.tsv"),
            include_str!("../../data/stigma.tsv"),
        ] {
            add_rules(&mut patterns, &mut rules, file)?;
        }
        for (category, words) in own {
            add_own(&mut patterns, &mut rules, *category, words)?;
        }
        let common = common_words();
        patterns.finish(&common);
        let evidence = evidence_classes(&patterns);
        Ok(Self {
            patterns,
            rules,
            cues,
            first_names: first_names(),
            last_names: last_names(),
            common,
            towns: WordSet::from_lines(include_str!("../../data/towns.tsv")),
            public_figures: WordSet::from_lines(include_str!("../../data/public_figures.txt")),
            safe_hosts: WordSet::from_lines(include_str!("../../data/safe_hosts.txt")),
            personal: PersonalWords::from_lines(include_str!("../../data/personal.tsv")),
            evidence,
        })
    }

    /// The categories that a class of words speaks for by itself, as bits of [`evidence_bit`].
    pub(crate) fn evidence(&self, class: Class) -> u16 {
        self.evidence.get(usize::from(class)).copied().unwrap_or(0)
    }
}

/// The bit of a category among those that words speak for.
pub(crate) fn evidence_bit(category: FindingCategory) -> u16 {
    EVIDENCE.iter().position(|(known, _)| *known == category).map_or(0, |at| 1 << at)
}

/// Without one of these words, what only the model sees stays a faint finding.
const EVIDENCE: [(FindingCategory, &[&str]); 11] = [
    (
        FindingCategory::Suicide,
        &[
            "T_DEATH",
            "T_DESPAIR",
            "T_FAREWELL",
            "T_HEIGHT",
            "T_NOOSE",
            "T_GONE",
            "T_END",
            "T_BURDEN",
            "T_MISS",
            "T_EXIST",
            "DIE",
            "NOTLIVE",
            "KILLSELF",
            "SUICIDEWORD",
            "METHODPLACE",
            "GOODBYE",
            "BURDEN",
            "BETTERWITHOUT",
            "NOPOINT",
            "DARKTHOUGHTS",
            "LASTMSG",
            "VOICES",
            "HOPE",
            "EMPTY",
            "TIREDOF",
            "GIVEUP",
            "PLAN",
            "SLEEPFOREVER",
            "THANKALL",
            "ENDVERB",
            "KILLVERB",
        ],
    ),
    (
        FindingCategory::SelfHarm,
        &[
            "T_CUT",
            "T_BLEED",
            "T_BLADE",
            "T_SELFHURT",
            "HURTSELF",
            "BLADE",
            "BLOOD",
            "SCARS",
            "CUTVERB",
            "BODYPART",
            "SLEEVES",
        ],
    ),
    (
        FindingCategory::Abuse,
        &[
            "T_HIT",
            "T_BRUISE",
            "T_TOUCH",
            "T_SEX",
            "T_FORCE",
            "T_LOCK",
            "HIT",
            "TOUCH",
            "RAPE",
            "FORCE",
            "NUDES",
            "LOCKED",
            "NOFOOD",
            "AFRAIDHOME",
            "MISUSE",
            "BRUISE",
            "AFRAID",
            "HITOBJ",
            "CONTROLV",
            "HUMILIATE",
        ],
    ),
    (FindingCategory::Overdose, &["T_PILL", "T_DRUG", "T_FAINT", "PILLS", "OVERDOSE"]),
    (
        FindingCategory::RunningAway,
        &[
            "T_LEAVE",
            "T_STREET",
            "T_NOWHERE",
            "RUNAWAY",
            "RANAWAY",
            "NOPLACE",
            "PACKED",
            "NOTFINDME",
            "NOWHERE",
            "NOTBACK",
        ],
    ),
    (
        FindingCategory::Grooming,
        &[
            "T_PIC",
            "T_LOOKS",
            "T_MATURE",
            "T_AGEASK",
            "T_ALONEQ",
            "T_MEET",
            "T_GIFT",
            "T_PRIVATE",
            "T_SECRET",
            "T_SEX",
            "T_APP",
            "T_TOUCH",
            "PICTURE",
            "BODY",
            "NOCLOTHES",
            "CLOTHES",
            "ALONE",
            "SECRET",
            "DONTTELL",
            "TELLIMP",
            "DELETE",
            "MEETV",
            "ONLYUS",
            "COMPLIMENT",
            "GIFT",
            "MOVEV",
            "CAM",
            "KISS",
            "NUDES",
        ],
    ),
    (
        FindingCategory::Harassment,
        &[
            "T_INSULT",
            "T_HATEYOU",
            "T_THREATYOU",
            "T_DEATH",
            "T_GONE",
            "T_HIT",
            "INSULT",
            "NOBODYLIKES",
            "THREATV",
            "GODIE",
        ],
    ),
    (FindingCategory::Hate, &["T_GROUPS", "GROUP", "GROUPSLUR"]),
    (
        FindingCategory::MethodInfo,
        &[
            "T_PAINLESS",
            "T_CUT",
            "T_PILL",
            "T_HEIGHT",
            "T_DEATH",
            "T_NOOSE",
            "DIEWAY",
            "SELFHARMWAY",
            "PILLS",
            "BLADE",
            "SCARS",
        ],
    ),
    (FindingCategory::ProEd, &["T_FAST", "T_WEIGHT", "T_PURGE", "NOEAT", "PROANA", "SLIM", "WITHOUTFOOD"]),
    (FindingCategory::Spam, &["T_MONEYFAST", "T_OFFER", "SPAMMONEY", "SPAMACT", "SPAMTIME", "SPAMSELL"]),
];

fn evidence_classes(patterns: &Patterns) -> Vec<u16> {
    let mut bits = vec![0; patterns.classes()];
    for (category, names) in &EVIDENCE {
        for class in names.iter().filter_map(|name| patterns.concept(name)) {
            if let Some(slot) = bits.get_mut(usize::from(class)) {
                *slot |= evidence_bit(*category);
            }
        }
    }
    bits
}

fn add_concepts(patterns: &mut Patterns, file: &str) {
    for line in lines(file) {
        if let Some((name, forms)) = line.split_once('\t') {
            patterns.add_concept(name, forms.split_whitespace());
        }
    }
}

fn add_rules(patterns: &mut Patterns, rules: &mut Vec<MeaningRule>, file: &str) -> Result<(), LexiconError> {
    for line in lines(file) {
        let error = |problem| LexiconError { line: line.to_owned(), problem };
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, category, severity, flags, pattern, hit, miss] = fields.as_slice() else {
            return Err(error("seven fields are needed"));
        };
        let (flags, signal) = match flags.split_once('>') {
            Some((flags, signal)) => (flags, Some(Signal::from_code(signal).ok_or_else(|| error("unknown signal"))?)),
            None => (*flags, None),
        };
        let rule = MeaningRule {
            id: (*id).to_owned(),
            category: FindingCategory::from_code(category).ok_or_else(|| error("unknown category"))?,
            severity: Severity::from_code(severity).ok_or_else(|| error("unknown severity"))?,
            flags: flags.to_owned(),
            signal,
            examples: ((*hit).to_owned(), (*miss).to_owned()),
        };
        for variant in pattern.split(" / ") {
            patterns.add_pattern(rules.len(), variant)?;
        }
        rules.push(rule);
    }
    Ok(())
}

/// A community's own words: the name of a place, a school, a member of staff.
fn add_own(
    patterns: &mut Patterns,
    rules: &mut Vec<MeaningRule>,
    category: FindingCategory,
    words: &str,
) -> Result<(), LexiconError> {
    let plain: Vec<String> = words
        .split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect::<String>())
        .flat_map(|word| word.split('-').map(str::to_owned).collect::<Vec<_>>())
        .filter(|word| !word.is_empty())
        .collect();
    if plain.is_empty() || plain.len() > 8 {
        return Err(LexiconError { line: words.to_owned(), problem: "one to eight words" });
    }
    patterns.add_pattern(rules.len(), &plain.join(" _1 "))?;
    rules.push(MeaningRule {
        id: "own_words".to_owned(),
        category,
        severity: Severity::Medium,
        flags: "nps".to_owned(),
        signal: None,
        examples: (words.to_owned(), String::new()),
    });
    Ok(())
}
