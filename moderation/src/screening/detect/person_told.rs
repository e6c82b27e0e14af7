//! Names that the words around them tell: who somebody is to the author, what they did, where a name stands written.
//! The name itself may be in small letters, in none of the lists, or with the family name first.

use super::person::is_public;
use super::person_name::{Name, Part, further_names, initials, is_initial, part, surname_place};
use super::person_staff::is_foster;
use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::Subject;
use crate::screening::personal_words::Word;
use crate::screening::token::Case;

/// Finds a name that begins here by what is told around it.
pub(super) fn told(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    doc.word(at).filter(|token| token.end - token.start >= 2 || is_initial(doc, at))?;
    if doc.is(at, doc.data.cues.not_name) {
        return None;
    }
    let found = surname_first(doc, at).or_else(|| written(doc, at)).or_else(|| {
        let name = initials(doc, at).or_else(|| pair(doc, at))?;
        let fits = strength(doc, name);
        let confidence = match told_by(doc, name)? {
            Told::Relation if fits >= Strength::Known => 80,
            Told::Relation | Told::Met if fits >= Strength::Shaped => 76,
            Told::RelationAfter if fits >= Strength::Shaped => 80,
            Told::Deed if fits >= Strength::Shaped => 76,
            _ => return None,
        };
        Some(Name { confidence, ..name })
    })?;
    let own = doc.before(found.first, 3, doc.data.cues.relation) || doc.said_before(found.first, 3, Word::Relation);
    if is_public(doc, found) && !own {
        return None;
    }
    let raw = doc.raw(Found::PersonName, found.first, found.last, found.confidence);
    let subject = if own { Subject::Other } else { doc.subject_before(found.first) };
    Some((raw.about(subject), found.last + 1))
}

/// What says that a name stands here.
enum Told {
    /// `min ven …`, `my stepdad …`
    Relation,
    /// `har du mødt …`
    Met,
    /// `… er min veninde`
    RelationAfter,
    /// `… har delt mine billeder`
    Deed,
}

/// How much two words are like a name by themselves.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Strength {
    /// Two words that are no common ones.
    Rare,
    /// With capitals, or with letters and endings that only names have.
    Shaped,
    /// At least one of them is a known name.
    Known,
}

fn is_relation(doc: &Doc<'_>, at: usize) -> bool {
    doc.is(at, doc.data.cues.relation) || doc.says(at, Word::Relation) || is_foster(doc, at)
}

fn told_by(doc: &Doc<'_>, name: Name) -> Option<Told> {
    let cues = &doc.data.cues;
    let link = |i: usize| {
        doc.is_sign(i, &[',', ':', '=', '-', '('])
            || matches!(
                doc.tokens.text(i),
                "er" | "is"
                    | "hedder"
                    | "called"
                    | "named"
                    | "var"
                    | "was"
                    | "nemlig"
                    | "altsaa"
                    | "heter"
                    | "hed"
                    | "er's"
            )
    };
    let own = |i: usize| (i.saturating_sub(4)..i).any(|i| doc.is(i, cues.my) || doc.is(i, cues.their));
    if let Some(before) = name.first.checked_sub(1) {
        let cue = if link(before) { before.checked_sub(1) } else { Some(before) };
        let cue = cue.filter(|cue| doc.same_sentence(*cue, name.first));
        if cue.is_some_and(|cue| is_relation(doc, cue) && own(cue)) {
            return Some(Told::Relation);
        }
        if doc.is(before, cues.person_cue) && doc.same_sentence(before, name.first) {
            return Some(Told::Met);
        }
    }
    let behind = name.last + 1;
    let is = matches!(doc.tokens.text(behind), "er" | "is" | "var" | "was" | "som" | "der")
        || doc.is_sign(behind, &[',', '(']);
    let whose = (behind + 1..behind + 3).find(|i| doc.is(*i, cues.my));
    let opens = doc.begins_sentence(name.first)
        || matches!(
            doc.tokens.text(name.first - 1),
            "og" | "and" | "at" | "that" | "but" | "men" | "fordi" | "because" | "so"
        );
    if is
        && opens
        && let Some(whose) = whose
        && (whose + 1..whose + 4).any(|i| is_relation(doc, i) && doc.same_sentence(name.first, i))
    {
        return Some(Told::RelationAfter);
    }
    let deed = (behind..behind + 3).find(|i| doc.says(*i, Word::Deed));
    let to_me = deed.is_some_and(|deed| (deed..deed + 8).any(|i| doc.says(i, Word::Me) && doc.same_sentence(deed, i)));
    let helped = deed.is_some_and(|deed| {
        (behind..deed).all(|i| {
            matches!(
                doc.tokens.text(i),
                "har" | "has" | "er" | "is" | "ogsaa" | "also" | "just" | "lige" | "have" | "keeps" | "som" | "der"
            )
        })
    });
    (opens && to_me && helped).then_some(Told::Deed)
}

/// Two words or more that may be a name: written alike, and neither a common word.
fn pair(doc: &Doc<'_>, at: usize) -> Option<Name> {
    let given = part(doc, at)?;
    let place = surname_place(doc, at)?;
    let family = part(doc, place).filter(|family| fits(doc, place, family))?;
    // `tom bradley`: a first name that is a word, before a surname that is none.
    let named = given.first_name.is_some() && family.last_name.is_some() && !family.common;
    if !(named || fits(doc, at, &given)) {
        return None;
    }
    let alike = (given.case == Case::Lower) == (family.case == Case::Lower);
    if !alike || !doc.same_sentence(at, place) || family.text.len() < 4 {
        return None;
    }
    // A place or a day is nobody.
    let town = given.case != Case::Lower && doc.data.towns.has(given.text) && given.first_name.is_none();
    (!town).then(|| Name { first: at, last: further_names(doc, place, given.case != Case::Lower), confidence: 76 })
}

fn fits(doc: &Doc<'_>, at: usize, part: &Part<'_>) -> bool {
    let cues = &doc.data.cues;
    let other = doc.is(at, cues.not_name)
        || doc.is(at, cues.title)
        || doc.is(at, cues.platform)
        || doc.is(at, cues.chain)
        || doc.is(at, cues.weekday)
        || doc.is(at, cues.school_suffix)
        || is_relation(doc, at);
    let known = part.first_name.is_some_and(|flags| !flags.word) || part.last_name.is_some();
    let plain_first = part.first_name.is_some_and(|flags| !flags.word);
    // Names that are so frequent that they stand among the common words.
    let both = part.first_name.is_some() && part.last_name.is_some();
    (!part.common || plain_first || both) && !other && (part.case != Case::Lower || known || !is_inflected(part.text))
}

fn strength(doc: &Doc<'_>, name: Name) -> Strength {
    let Some(given) = part(doc, name.first) else { return Strength::Shaped };
    let family = part(doc, name.last);
    let known =
        given.first_name.is_some_and(|flags| !flags.word) || family.as_ref().is_some_and(|f| f.last_name.is_some());
    if known {
        return Strength::Known;
    }
    let foreign = |i: usize| has_foreign_letter(doc, i) || has_foreign_shape(doc.tokens.text(i));
    let capital = given.case == Case::Capital && family.is_some_and(|f| f.case == Case::Capital);
    if capital || foreign(name.first) || foreign(name.last) { Strength::Shaped } else { Strength::Rare }
}

/// Endings of verbs, adverbs and adjectives: a word with one of them in small letters is no name.
fn is_inflected(text: &str) -> bool {
    const ENDINGS: [&str; 22] = [
        "er", "ede", "ete", "ende", "te", "tes", "des", "ing", "ed", "ly", "lig", "ligt", "isk", "ene", "erne", "rne",
        "het", "ful", "ness", "tion", "igt", "ret",
    ];
    ENDINGS.iter().any(|ending| text.ends_with(ending)) || matches!(text, "sgu" | "altsaa" | "tit")
}

/// Letters that neither Danish nor English words have.
fn has_foreign_letter(doc: &Doc<'_>, at: usize) -> bool {
    doc.word(at).is_some_and(|token| {
        (token.start..token.end).any(|i| {
            matches!(
                doc.view.lower(i),
                'ğ' | 'ı'
                    | 'ş'
                    | 'ç'
                    | 'ł'
                    | 'ń'
                    | 'ś'
                    | 'ź'
                    | 'ż'
                    | 'č'
                    | 'ć'
                    | 'š'
                    | 'ž'
                    | 'đ'
                    | 'ð'
                    | 'þ'
                    | 'ý'
                    | 'á'
                    | 'í'
                    | 'ó'
                    | 'ú'
                    | 'ñ'
                    | 'ã'
                    | 'õ'
                    | 'ő'
                    | 'ű'
                    | 'ř'
                    | 'ě'
                    | 'ț'
                    | 'ș'
                    | 'ă'
                    | 'ą'
                    | 'ę'
                    | '\u{1ea0}'..='\u{1eff}'
            )
        })
    })
}

/// Endings and clusters of surnames from other languages.
fn has_foreign_shape(text: &str) -> bool {
    const ENDINGS: [&str; 34] = [
        "ski", "sky", "cki", "wicz", "vic", "vich", "ova", "eva", "oglu", "dze", "vili", "yan", "ani", "zadeh", "pour",
        "ullah", "uddin", "oui", "ouni", "aoui", "eddine", "enko", "chuk", "dottir", "escu", "aite", "auskas", "akis",
        "poulos", "idis", "awi", "zai", "khel", "sson",
    ];
    const CLUSTERS: [&str; 9] = ["cz", "sz", "rz", "kh", "zh", "dj", "wsk", "ngu", "tsch"];
    text.len() >= 5
        && (ENDINGS.iter().any(|ending| text.ends_with(ending))
            || CLUSTERS.iter().any(|cluster| text.contains(cluster)))
}

/// `Al-Hamdouni, Rasha - sådan står jeg på listen`: the family name, a comma, the first name, and nothing more in that
/// clause.
fn surname_first(doc: &Doc<'_>, at: usize) -> Option<Name> {
    let opens = doc.begins_sentence(at)
        || at > 0 && doc.is_sign(at - 1, &[':', '"', '(', '-', '–']) && !doc.tokens.touches_next(at - 1);
    if !opens || !doc.is_capital(at) {
        return None;
    }
    let mut family = at;
    while family < at + 4
        && doc.is_sign(family + 1, &['-'])
        && doc.tokens.touches_next(family)
        && doc.is_capital(family + 2)
    {
        family += 2;
    }
    let given = family + 2;
    if !doc.is_sign(family + 1, &[',']) || !doc.is_capital(given) || !doc.same_sentence(at, given) {
        return None;
    }
    let (left, right) = (part(doc, family)?, part(doc, given)?);
    let last = if doc.is_capital(given + 1) && doc.same_sentence(given, given + 1) { given + 1 } else { given };
    let ends = doc.tokens.get(last + 1).is_none()
        || !doc.same_sentence(last, last + 1)
        || doc.is_sign(last + 1, &['.', '-', '–', '(', ':', ';', '—', '?', '!']);
    let place = [left.text, right.text].iter().any(|text| doc.data.towns.has(text));
    let word = left.common || right.common && right.first_name.is_none() || doc.is(family, doc.data.cues.greeting);
    let given_name = left.first_name.is_some() && left.last_name.is_none();
    let known = left.last_name.is_some() && right.first_name.is_some();
    let half =
        (left.last_name.is_some() || right.first_name.is_some() || has_foreign_shape(left.text)) && on_paper(doc, last);
    let named =
        !doc.is(family, doc.data.cues.not_name) && !doc.is(given, doc.data.cues.not_name) && !is_relation(doc, family);
    (ends && !place && !word && !given_name && named && (known || half)).then_some(Name {
        first: at,
        last,
        confidence: if known { 80 } else { 76 },
    })
}

/// Whether the words behind say that the name stands on a paper, or is the author's.
fn on_paper(doc: &Doc<'_>, last: usize) -> bool {
    (last + 1..last + 10).any(|i| doc.says(i, Word::Document))
        && (last + 1..last + 10).any(|i| doc.says(i, Word::Me) || matches!(doc.tokens.text(i), "jeg" | "i"))
}

/// `nguyen thi lan huong står der i mit pas`: a row of names in any order, and behind it where they stand.
fn written(doc: &Doc<'_>, at: usize) -> Option<Name> {
    if !doc.begins_sentence(at) {
        return None;
    }
    let opening = part(doc, at)?;
    let known = |part: &Part<'_>| part.first_name.is_some() || part.last_name.is_some();
    if opening.common || !known(&opening) {
        return None;
    }
    let mut last = at;
    let mut names = 1;
    while last < at + 4 {
        let next = last + 1;
        let Some(more) = part(doc, next).filter(|more| (more.case == Case::Lower) == (opening.case == Case::Lower))
        else {
            break;
        };
        let verb = doc.says(next, Word::PersonVerb) || matches!(more.text, "staar" | "stands" | "hedder" | "saadan");
        if verb || doc.is(next, doc.data.cues.not_name) || more.common && !known(&more) || !doc.same_sentence(at, next)
        {
            break;
        }
        last = next;
        names += 1;
    }
    let said = matches!(
        doc.tokens.text(last + 1),
        "staar" | "stands" | "er" | "is" | "hedder" | "saadan" | "that's" | "thats" | "it"
    ) || doc.is_sign(last + 1, &['-', ',', '.', '–']);
    (names >= 2 && said && on_paper(doc, last)).then_some(Name { first: at, last, confidence: 78 })
}
