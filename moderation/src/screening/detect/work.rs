//! Places of work that point to one place: an employer together with where it is.

use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::personal_words::Word;

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let mut at = 0;
    while at < doc.tokens.len() {
        let found =
            workplace(doc, at).or_else(|| told_first(doc, at)).or_else(|| visited(doc, at)).or_else(|| owned(doc, at));
        let found = found.or_else(|| care_home(doc, at));
        match found {
            Some((raw, next)) => {
                out.push(raw);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
}

fn is_link(text: &str) -> bool {
    matches!(text, "i" | "hos" | "paa" | "ved" | "for" | "at" | "in" | "with" | "inde" | "nede" | "ovre" | "oppe")
}

fn is_place_link(text: &str) -> bool {
    matches!(text, "i" | "paa" | "ved" | "in" | "on" | "at" | "near")
}

/// `arbejder i Netto på Abrikosvej i Herning`.
fn workplace(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    // `saturdays at the Greggs on …`, `mum is a carer at …`
    let by_time = doc.says(at, Word::JobTime) && is_link(doc.tokens.text(at + 1));
    let by_job = doc.says(at, Word::Job) && (is_link(doc.tokens.text(at + 1)) || is_link(doc.tokens.text(at + 2)));
    let by_verb = doc.says(at, Word::WorkVerb) && is_link(doc.tokens.text(at + 1));
    if !(doc.is(at, cues.work) || by_time || by_job || by_verb) {
        return None;
    }
    // `fik jobbet! Bageriet Kringlen i Skive`: the name right behind, after a sign.
    let signs = (at + 1..at + 4).take_while(|i| doc.is_sign(*i, &['!', ':', ',', '-', '–'])).last();
    let named = signs.filter(|sign| doc.is_capital(sign + 1) && doc.is(sign + 1, cues.trade));
    let link =
        named.or_else(|| (at + 1..at + 6).find(|i| is_link(doc.tokens.text(*i)) && doc.same_sentence(at, *i)))?;
    let mut first = link + 1;
    while is_link(doc.tokens.text(first))
        || matches!(doc.tokens.text(first), "den" | "det" | "en" | "et" | "the" | "a" | "lokale" | "local")
    {
        first += 1;
    }
    let last = employer(doc, first)?;
    // A weekday says little: there it takes the name of a shop, or a trade with a name of its own.
    let trade = (first..=last).any(|i| doc.is(i, cues.chain) || doc.is(i, cues.trade));
    if by_time && !doc.is(at, cues.work) && !trade {
        return None;
    }
    // `cleans at …` says little, too: there it takes the name of an institution.
    let home = trade || doc.says(last, Word::Institution) && doc.is_capital(last) && last > first;
    if by_verb && !doc.is(at, cues.work) && !by_job && !home {
        return None;
    }
    let (end, places) = place_after(doc, last);
    // `et sygehus i Jylland` could be any.
    let unnamed = first == last && !doc.is_capital(first) && !doc.is(first, cues.chain);
    if unnamed && (last + 1..=end).any(|i| doc.says(i, Word::Region)) {
        return None;
    }
    // `Silvan Herlev`: the town is part of the name.
    let places = places + usize::from(last > first && doc.data.towns.has(doc.tokens.text(last)));
    if places == 0 {
        return None;
    }
    let subject = doc.subject_before(at);
    Some((doc.raw(Found::Workplace, first, end, 88).about(subject), end + 1))
}

/// `Netto på Torvegade er hvor jeg arbejder`: the place first.
fn told_first(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    if !(doc.is(at, cues.chain) || doc.is(at, cues.trade)) {
        return None;
    }
    let last = employer(doc, at)?;
    let (end, places) = place_after(doc, last);
    let works = (end + 1..end + 8).any(|i| doc.is(i, cues.work) && doc.same_sentence(at, i));
    let own =
        (end + 1..end + 8).any(|i| doc.is(i, cues.my) || matches!(doc.tokens.text(i), "jeg" | "i" | "han" | "hun"));
    (places > 0 && works && own).then(|| (doc.raw(Found::Workplace, at, end, 80), end + 1))
}

/// `stedmor leder børnehaven Solstrålen i Vejle`, `bostøtte NAVN på Botilbuddet Egebo i Skive`: an institution with its
/// name and its town, where the words before say that somebody works there.
fn care_home(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let cues = &doc.data.cues;
    if !doc.says(at, Word::CareHome) || !doc.is_capital(at + 1) || !doc.same_sentence(at, at + 1) {
        return None;
    }
    let before = at.saturating_sub(8)..at;
    let works = |i: usize| {
        doc.is(i, cues.work) || doc.is(i, cues.title) || doc.says(i, Word::WorkVerb) || doc.says(i, Word::Job)
    };
    let near = before.clone().any(|i| works(i) && doc.same_sentence(i, at));
    let lives = before.clone().any(|i| doc.is(i, cues.lives));
    let mut last = at + 1;
    while last < at + 3 && doc.is_capital(last + 1) && doc.same_sentence(at, last + 1) {
        last += 1;
    }
    let (end, places) = place_after(doc, last);
    let region = (last + 1..=end).any(|i| doc.says(i, Word::Region));
    (near && !lives && places > 0 && !region && doc.same_sentence(at, end))
        .then(|| (doc.raw(Found::Workplace, at, end, 80).about(doc.subject_before(at)), end + 1))
}

/// `find me at Biscuit & Bolt cycle repair in Odense`: somebody can be met there. The name must say that it is a trade.
fn visited(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    let asked = matches!(doc.tokens.text(at), "find" | "see" | "visit" | "besoeg" | "meet" | "moed")
        && matches!(doc.tokens.text(at + 1), "me" | "mig" | "us" | "os");
    let first = at + 2 + usize::from(is_link(doc.tokens.text(at + 2)));
    if !asked || !doc.is_capital(first) {
        return None;
    }
    let last = employer(doc, first)?;
    let trade = (first..=last).any(|i| doc.is(i, doc.data.cues.trade) || doc.is(i, doc.data.cues.chain));
    let (end, places) = place_after(doc, last);
    (trade && places > 0).then(|| (doc.raw(Found::Workplace, first, end, 78), end + 1))
}

/// `far har et autoværksted, Knuds Biler i Grindsted`: somebody's own business, with its name and its town.
fn owned(doc: &Doc<'_>, at: usize) -> Option<(Raw, usize)> {
    const KINDS: [&str; 16] = [
        "vaerksted",
        "butik",
        "salon",
        "klinik",
        "forretning",
        "firma",
        "restaurant",
        "cafe",
        "pizzeria",
        "kiosk",
        "bageri",
        "gartneri",
        "shop",
        "garage",
        "business",
        "company",
    ];
    let text = doc.word(at).map(|token| doc.tokens.text_of(token)).filter(|text| text.len() >= 4)?;
    if !KINDS.iter().any(|kind| text.ends_with(kind)) || !doc.said_before(at, 4, Word::Owns) {
        return None;
    }
    let link = |i: usize| {
        doc.is_sign(i, &[',', ':', '-', '–', '(', '"'])
            || matches!(doc.tokens.text(i), "der" | "som" | "hedder" | "called" | "named" | "kaldet" | "det" | "er")
    };
    let first = (at + 1..at + 5).find(|i| !link(*i)).filter(|first| *first > at + 1 && doc.is_capital(*first))?;
    let last = employer(doc, first)?;
    let (end, places) = place_after(doc, last);
    (places > 0 && doc.same_sentence(at, end))
        .then(|| (doc.raw(Found::Workplace, first, end, 82).about(doc.subject_before(at)), end + 1))
}

/// The last token of an employer's name.
fn employer(doc: &Doc<'_>, first: usize) -> Option<usize> {
    let cues = &doc.data.cues;
    let mut last = first;
    let mut named = false;
    let trade = doc.is(first, cues.trade);
    for at in first..first + 5 {
        let text = doc.tokens.text(at);
        let sign = doc.is_sign(at, &['&', '-', '.', '\'', '’']) && at > first;
        let name = doc.is_capital(at) || doc.is(at, cues.chain);
        let part = name
            || sign
            || (at == first && trade)
            || (at > first
                && (doc.tokens.get(at).is_some_and(|t| t.kind == crate::screening::token::Kind::Number)
                    || matches!(text, "og" | "and"))
                && (doc.is_capital(at + 1) || named && !matches!(text, "og" | "and")));
        if !part || !doc.same_sentence(first, at) {
            break;
        }
        if !sign {
            last = at;
        }
        named |= name;
    }
    // `Biscuit & Bolt cycle repair`
    if let Some(trade) = (last + 1..last + 3).find(|i| named && doc.is(*i, cues.trade) && doc.same_sentence(first, *i))
        && (last + 1..=trade).all(|i| doc.word(i).is_some() && !is_link(doc.tokens.text(i)))
    {
        last = trade;
    }
    let is_town = last == first && doc.data.towns.has(doc.tokens.text(first));
    ((named || trade) && !is_town).then_some(last)
}

/// Places that every town has one of.
fn is_landmark(text: &str) -> bool {
    const STEMS: [&str; 14] = [
        "havnen",
        "stationen",
        "banegaarden",
        "afkoersel",
        "torvet",
        "gaagaden",
        "stroeget",
        "centret",
        "centeret",
        "stranden",
        "harbour",
        "station",
        "exit",
        "square",
    ];
    STEMS.contains(&text)
}

/// Where the place that follows ends, and how many parts it has.
fn place_after(doc: &Doc<'_>, employer: usize) -> (usize, usize) {
    let cues = &doc.data.cues;
    let mut end = employer;
    let mut places = 0;
    let mut skipped = 0;
    while places < 3 {
        let mut at = end + 1 + usize::from(doc.is_sign(end + 1, &[',']));
        // `Tandklinikken, Hobro`
        if at > end + 1 && doc.is_capital(at) && doc.data.towns.has(doc.tokens.text(at)) && doc.same_sentence(end, at) {
            end = at;
            places += 1;
            continue;
        }
        // `Frisør Sakseline, Algade i Holbæk`
        if at > end + 1 && doc.is_capital(at) && doc.is(at, cues.street_suffix) && doc.same_sentence(end, at) {
            end = at;
            places += 1;
            continue;
        }
        if !(is_place_link(doc.tokens.text(at)) || doc.tokens.text(at) == "centrum") {
            break;
        }
        at += 1;
        at += usize::from(matches!(doc.tokens.text(at), "the" | "det" | "den"));
        // `på havnen`, `ved afkørsel 31`: says where in a town, no town itself.
        if is_landmark(doc.tokens.text(at)) && doc.same_sentence(employer, at) && is_place_link(doc.tokens.text(at - 1))
        {
            let number = doc.tokens.get(at + 1).is_some_and(|t| t.kind == crate::screening::token::Kind::Number);
            let behind = at + 1 + usize::from(number);
            if is_place_link(doc.tokens.text(behind)) && doc.same_sentence(employer, behind) {
                end = behind - 1;
                skipped += 1;
                if skipped < 3 {
                    continue;
                }
            }
        }
        let mut last = None;
        for i in at..at + 3 {
            let text = doc.tokens.text(i);
            let placed =
                doc.is_capital(i) && !doc.is(i, cues.weekday) && doc.word(i).is_some_and(|t| t.end - t.start > 1);
            if placed
                || doc.data.towns.has(text)
                || doc.is(i, cues.street_suffix)
                || (last.is_some() && doc.is(i, cues.street_en))
            {
                last = Some(i);
            } else {
                break;
            }
        }
        let Some(last) = last.filter(|last| doc.same_sentence(employer, *last)) else {
            break;
        };
        end = last;
        places += 1;
    }
    (end, places)
}
