//! Digits in every disguise: figures, number words, letters that look like figures.

use super::Doc;
use crate::screening::personal_words::Word;
use crate::screening::token::{Kind, Token};

/// Digits that belong together, in the view.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) digits: String,
    /// Written in words.
    pub(crate) spelled: bool,
    /// First token.
    pub(crate) token: usize,
    /// What stands between it and the group before: `None` when nothing but space does.
    pub(crate) sign_before: Option<char>,
    /// Whether anything at all stands between.
    pub(crate) touches_before: bool,
}

/// Rows of groups with nothing between them but space and a sign.
pub(crate) fn runs(doc: &Doc<'_>) -> Vec<Vec<Group>> {
    let mut runs: Vec<Vec<Group>> = Vec::new();
    let mut at = 0;
    while at < doc.tokens.len() {
        let Some((mut group, next)) = group_at(doc, at) else {
            at += 1;
            continue;
        };
        let joined = runs.last_mut().filter(|run| {
            run.last().is_some_and(|before| {
                let next_to = between(doc, before.end, group.start).or_else(|| stacked(doc, before, &group));
                match next_to.or_else(|| told(doc, before, at)) {
                    Some((sign, touches)) => {
                        group.sign_before = sign;
                        group.touches_before = touches;
                        true
                    }
                    None => false,
                }
            })
        });
        match joined {
            Some(run) => run.push(group),
            None => runs.push(vec![group]),
        }
        at = next;
    }
    runs
}

/// Words that lead from one group to the next: `8 3 så 4 4 og så 1 0 til sidst 5 8`. Only between groups of at most
/// two digits, as somebody reads a number aloud.
fn told(doc: &Doc<'_>, before: &Group, at: usize) -> Option<(Option<char>, bool)> {
    // `ni ni ni syv og så 0008126055`: a number read aloud may end in a row of figures.
    let row = |token: usize| {
        before.spelled
            && doc.tokens.get(token).is_some_and(|t| (7..=10).contains(&(t.end - t.start)) && t.kind == Kind::Number)
    };
    let short = |token: usize| row(token) || doc.tokens.get(token).is_some_and(|t| t.end - t.start <= 2);
    if before.digits.len() > 2 || !short(at) || at > before.token + 5 {
        return None;
    }
    let first = (before.token + 1..at).find(|i| doc.tokens.get(*i).is_some_and(|t| t.start >= before.end))?;
    let separator = |i: usize| doc.says(i, Word::Separator);
    let leads = |i: usize| {
        let word = matches!(
            doc.tokens.text(i),
            "og" | "saa" | "til" | "sidst" | "derefter" | "and" | "then" | "finally" | "lastly" | ","
        );
        word || separator(i) || doc.is_sign(i, &['-', '–', '.'])
    };
    let said = (first..at).any(|i| {
        let text = doc.tokens.text(i);
        let spoken = separator(i) && !matches!(text, "og" | "and" | "plus" | "minus");
        spoken || matches!(text, "saa" | "sidst" | "derefter" | "then" | "finally")
    });
    // `84 og 22 og 19 og 03`: where a number is spoken of.
    let counted =
        || doc.before(before.token, 10, doc.data.cues.phone) || doc.before(before.token, 10, doc.data.cues.cpr);
    ((first..at).all(leads) && (said || counted())).then_some((None, false))
}

/// One group a line, to be read downwards: nothing else stands on the lines.
fn stacked(doc: &Doc<'_>, before: &Group, group: &Group) -> Option<(Option<char>, bool)> {
    let gap = doc.view.lower_range(before.end, group.start);
    let breaks = gap.iter().filter(|c| **c == '\n').count() == 1 && gap.len() <= 4;
    if !breaks || !gap.iter().all(|c| matches!(c, '\n' | ' ' | '.' | ',' | '-' | '\r')) {
        return None;
    }
    let line = |at: usize| at == 0 || doc.view.lower_range(at - 1, at).contains(&'\n');
    let pair = |group: &Group| group.digits.len() == 2 && !group.spelled;
    // `nul syv syv / nul ni`: read aloud over two lines.
    let aloud = before.spelled && group.spelled;
    // `84 17 / 30 92`, `8431 / 0977`: where a number is spoken of.
    let even = |group: &Group| !group.spelled && matches!(group.digits.len(), 2..=4);
    let spoken_of = || doc.before(before.token, 10, doc.data.cues.phone);
    let stands = pair(before) && pair(group) && line(before.start) && line(group.start);
    (stands || aloud || even(before) && even(group) && spoken_of()).then_some((None, false))
}

/// What stands between two groups of one row: at most three characters, at most one kind of sign.
fn between(doc: &Doc<'_>, start: usize, end: usize) -> Option<(Option<char>, bool)> {
    let gap = doc.view.lower_range(start, end);
    if gap.len() > 6 {
        return None;
    }
    let mut sign = None;
    for c in gap {
        match c {
            ' ' | '\u{a0}' | '(' | ')' => {}
            '-' | '–' | '.' | '/' | '*' | '★' | '·' | '_' | ',' | '•' | '|' | '~' | '=' | '☆' | '♥' | '❤' | '‐'
            | '—' | '\\' => {
                if sign.is_some_and(|s| s != *c) {
                    return None;
                }
                sign = Some(*c);
            }
            // `84🌸22🌸19🌸03`: any picture, as long as it is the same.
            c if is_picture(*c) => {
                if sign.is_some_and(|s| s != *c) {
                    return None;
                }
                sign = Some(*c);
            }
            _ => return None,
        }
    }
    Some((sign, gap.is_empty()))
}

/// A picture or an ornament, no sign that numbers are counted, measured or paid with.
pub(super) const fn is_picture(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}' | '×' | '†' | '‡' | '§' | '¤' | '¨' | '⋅' | '∙' | '●' | '○' | '■' | '□' | '◦')
}

fn group_at(doc: &Doc<'_>, at: usize) -> Option<(Group, usize)> {
    let token = doc.tokens.get(at)?;
    match token.kind {
        Kind::Number => {
            let digits: String = (token.start..token.end)
                .filter_map(|i| doc.view.lower(i).to_digit(10))
                .filter_map(|d| char::from_digit(d, 10))
                .collect();
            (!digits.is_empty()).then(|| (group(token, token.end, digits, false, at), at + 1))
        }
        Kind::Word => look_alike(doc, at)
            .or_else(|| interleaved(doc, at))
            .map(|digits| (group(token, token.end, digits, false, at), at + 1))
            .or_else(|| half_spelled(doc, at).map(|digits| (group(token, token.end, digits, true, at), at + 1)))
            .or_else(|| spelled(doc, at)),
        Kind::Sign => None,
    }
}

fn group(token: &Token, end: usize, digits: String, spelled: bool, at: usize) -> Group {
    Group { start: token.start, end, digits, spelled, token: at, sign_before: None, touches_before: false }
}

/// `8O` and `4l`: figures with an O or an l among them; beside other figures they may be few.
fn look_alike(doc: &Doc<'_>, at: usize) -> Option<String> {
    let token = doc.tokens.get(at)?;
    let length = token.end - token.start;
    if !(1..=12).contains(&length) {
        return None;
    }
    let mut figures = 0;
    let mut round = 0;
    let mut digits = String::with_capacity(length);
    for i in token.start..token.end {
        digits.push(match doc.view.lower(i) {
            c @ '0'..='9' => {
                figures += 1;
                c
            }
            'o' => {
                round += 1;
                '0'
            }
            'l' | 'i' => '1',
            _ => return None,
        });
    }
    let beside = |i: usize| {
        doc.tokens
            .get(i)
            .is_some_and(|t| doc.view.lower(t.start).is_ascii_digit() || doc.view.lower(t.end - 1).is_ascii_digit())
    };
    // `9oo 388`, `8 4 o 2`
    let few = || match figures {
        0 => round == length && length <= 2 && at > 0 && beside(at - 1) && beside(at + 1),
        // `o77oo 9oo 318`
        _ if length == 5 => figures > 1 && beside(at + 1),
        _ => length <= 4 && (beside(at + 1) || at > 0 && beside(at - 1)),
    };
    (length > 1 && figures * 2 >= length || few()).then_some(digits)
}

/// `8tre`, `fem4`: one figure and one word for a figure.
fn half_spelled(doc: &Doc<'_>, at: usize) -> Option<String> {
    let text = doc.tokens.text(at);
    let figure = |c: char| c.is_ascii_digit();
    let (digit, word, first) = match (text.strip_prefix(figure), text.strip_suffix(figure)) {
        (Some(word), None) => (text.chars().next()?, word, true),
        (None, Some(word)) => (text.chars().next_back()?, word, false),
        _ => return None,
    };
    let one = ones(word)?;
    Some(if first { format!("{digit}{one}") } else { format!("{one}{digit}") })
}

/// `8x4x1x9x0x2x7x7`, `84og22og19og03`: the same letters between all figures. Other letters (`83a12b90c44`) only where
/// a number is spoken of, or that there are letters in it.
fn interleaved(doc: &Doc<'_>, at: usize) -> Option<String> {
    let token = doc.tokens.get(at)?;
    let length = token.end - token.start;
    let figure = |i: usize| doc.view.lower(i).is_ascii_digit();
    if !(10..=40).contains(&length) || !figure(token.start) || !figure(token.end - 1) {
        return None;
    }
    let mut digits = String::with_capacity(12);
    let (mut letters, mut separators, mut alike, mut longest) = (String::new(), 0, true, 0);
    let mut common: Option<String> = None;
    for i in token.start..token.end {
        let c = doc.view.lower(i);
        if !c.is_ascii_digit() {
            letters.push(c);
            continue;
        }
        digits.push(c);
        if !letters.is_empty() {
            separators += 1;
            longest = longest.max(letters.len());
            alike &= common.as_ref().is_none_or(|known| *known == letters);
            common = Some(std::mem::take(&mut letters));
        }
    }
    let spoken_of = || {
        doc.before(at, 8, doc.data.cues.phone)
            || (at + 1..at + 7).any(|i| {
                let text = doc.tokens.text(i);
                text.starts_with("bogstav") || text.starts_with("letter") || doc.is(i, doc.data.cues.phone)
            })
    };
    let fits = matches!(digits.len(), 8 | 10 | 11) && separators >= 3 && longest <= 3;
    (fits && (alike || longest == 1 && spoken_of())).then_some(digits)
}

/// One number in words, `to`, `femogtyve`, `fem og tyve`, `twenty-three`, `dobbelt fem`.
pub(super) fn spelled(doc: &Doc<'_>, at: usize) -> Option<(Group, usize)> {
    let token = doc.tokens.get(at)?;
    let text = doc.tokens.text(at);
    if matches!(text, "dobbelt" | "double") {
        let one = ones(doc.tokens.text(at + 1))?;
        let end = doc.tokens.get(at + 1)?.end;
        return Some((group(token, end, format!("{one}{one}"), true, at), at + 2));
    }
    if let Some(one) = ones(text) {
        let joined = matches!(doc.tokens.text(at + 1), "og")
            .then(|| tens(doc.tokens.text(at + 2)))
            .flatten()
            .filter(|_| one > 0);
        if let (Some(ten), Some(last)) = (joined, doc.tokens.get(at + 2)) {
            return Some((group(token, last.end, format!("{}", ten + one), true, at), at + 3));
        }
        if let ("hundred", Some(last)) = (doc.tokens.text(at + 1), doc.tokens.get(at + 1)) {
            return Some((group(token, last.end, format!("{one}00"), true, at), at + 2));
        }
        return Some((group(token, token.end, format!("{one}"), true, at), at + 1));
    }
    if let Some(ten) = tens(text) {
        let english =
            matches!(text, "twenty" | "thirty" | "forty" | "fifty" | "sixty" | "seventy" | "eighty" | "ninety");
        let next = if doc.is_sign(at + 1, &['-']) { at + 2 } else { at + 1 };
        if let (true, Some(one), Some(last)) =
            (english, ones(doc.tokens.text(next)).filter(|one| *one > 0), doc.tokens.get(next))
        {
            return Some((group(token, last.end, format!("{}", ten + one), true, at), next + 1));
        }
        return Some((group(token, token.end, format!("{ten}"), true, at), at + 1));
    }
    let number = teens(text).or_else(|| {
        // `fireogfirs`, and as thumbs write it `fireofirs`.
        let joined = |(one, ten): (&str, &str)| Some(tens(ten)? + ones(one).filter(|one| *one > 0)?);
        text.split_once("og").and_then(joined).or_else(|| text.split_once('o').and_then(joined))
    })?;
    Some((group(token, token.end, format!("{number}"), true, at), at + 1))
}

fn ones(word: &str) -> Option<u32> {
    Some(match word {
        "nul" | "zero" | "oh" | "nil" | "null" | "noll" => 0,
        "en" | "et" | "een" | "eet" | "one" => 1,
        "to" | "two" => 2,
        "tre" | "three" => 3,
        "fire" | "fyra" | "four" => 4,
        "fem" | "five" => 5,
        "seks" | "six" => 6,
        "syv" | "sju" | "seven" => 7,
        "otte" | "aatte" | "aatta" | "eight" => 8,
        "ni" | "nio" | "nine" => 9,
        _ => return None,
    })
}

fn teens(word: &str) -> Option<u32> {
    Some(match word {
        "ti" | "ten" => 10,
        "elleve" | "eleven" => 11,
        "tolv" | "twelve" => 12,
        "tretten" | "thirteen" => 13,
        "fjorten" | "fourteen" => 14,
        "femten" | "fifteen" => 15,
        "seksten" | "sixteen" => 16,
        "sytten" | "seventeen" => 17,
        "atten" | "eighteen" => 18,
        "nitten" | "nineteen" => 19,
        _ => return None,
    })
}

fn tens(word: &str) -> Option<u32> {
    Some(match word {
        "tyve" | "twenty" => 20,
        "tredive" | "tredve" | "thirty" => 30,
        "fyrre" | "fyrretyve" | "forty" => 40,
        "halvtreds" | "halvtres" | "halftreds" | "halftres" | "halvtredsindstyve" | "fifty" => 50,
        "tres" | "tresindstyve" | "sixty" => 60,
        "halvfjerds" | "halvfjers" | "halfjers" | "halfjerds" | "halvfjerts" | "halvfjerdsindstyve" | "seventy" => 70,
        "firs" | "fiers" | "firsindstyve" | "eighty" => 80,
        "halvfems" | "halfems" | "halvfemsindstyve" | "ninety" => 90,
        _ => return None,
    })
}
