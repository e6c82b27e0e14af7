//! Numbers that belong to somebody: CPR numbers, phone numbers, accounts and cards. One scanner
//! finds rows of digits; what a row is follows from its shape, the words around it and whether
//! it could be something else (a date, a score, a price, an order).

use super::spelled::{Group, is_picture, runs};
use super::{Doc, Raw, account, number_parts, public_number};
use crate::policy::FindingCategory as Found;
use crate::screening::lexicon::Class;
use crate::screening::personal_words::Word;
use crate::screening::token::Kind;

/// How many groups one number may be written in.
const GROUPS_MAX: usize = 11;

/// Finds all of them.
pub(crate) fn find(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    account::iban(doc, out);
    parted_cpr(doc, out);
    account::registration_and_account(doc, out);
    let runs = runs(doc);
    number_parts::find(doc, &runs, out);
    for run in runs {
        if run.first().is_some_and(|group| is_identifier(doc, group.token)) {
            continue;
        }
        let mut at = 0;
        while at < run.len() {
            let rest = run.get(at..).unwrap_or(&[]);
            if let Some(groups) = public(rest) {
                at += groups;
                continue;
            }
            match best(doc, rest) {
                Some((raw, groups)) => {
                    out.push(raw);
                    at += groups;
                }
                None => at += 1,
            }
        }
    }
    account::join(doc, out);
}

/// Whether a token is part of a long identifier of a machine, `7f3c9a1e-22b4-4d0f-…`.
pub(super) fn is_identifier(doc: &Doc<'_>, at: usize) -> bool {
    let is_hex = |i: usize| {
        let text = doc.tokens.text(i);
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit())
    };
    let hyphen =
        |i: usize| doc.is_sign(i, &['-']) && doc.tokens.touches_next(i) && i > 0 && doc.tokens.touches_next(i - 1);
    let mut first = at;
    while first >= 2 && at - first < 8 && hyphen(first - 1) && is_hex(first - 2) {
        first -= 2;
    }
    let lengths = (0..5).map(|part| first + part * 2).take_while(|i| is_hex(*i) && (*i == first || hyphen(*i - 1)));
    lengths.map(|i| doc.tokens.text(i).len()).eq([8, 4, 4, 4, 12])
}

/// How many of these groups make up a public number.
fn public(groups: &[Group]) -> Option<usize> {
    let mut digits = String::new();
    groups.iter().take(GROUPS_MAX).enumerate().find_map(|(at, group)| {
        digits.push_str(&group.digits);
        let ends = groups.get(at + 1).is_none_or(|next| !next.touches_before);
        (ends && digits.len() >= 3 && public_number::is_known(&digits)).then_some(at + 1)
    })
}

/// The most certain reading of a number that begins with the first of these groups.
fn best(doc: &Doc<'_>, groups: &[Group]) -> Option<(Raw, usize)> {
    let mut best: Option<(Raw, usize)> = None;
    for count in 1..=groups.len().min(GROUPS_MAX) {
        let Some(part) = groups.get(..count) else {
            break;
        };
        let number = Number::new(doc, part);
        if number.digits.len() > 19 {
            break;
        }
        let cut = groups.get(count).is_some_and(|next| next.touches_before) || takes_a_word(part);
        for reading in [number.card(), number.cpr(), number.account(), number.phone()] {
            let Some((category, confidence)) = reading.filter(|_| !cut) else {
                continue;
            };
            let better = best.as_ref().is_none_or(|(raw, _)| confidence >= raw.confidence);
            if better && confidence > 0 {
                let subject = doc.subject_before(number.token);
                let raw = Raw::new(category, number.start, number.end, confidence).about(subject);
                best = Some((raw, count));
            }
        }
    }
    best
}

/// `070644 5920 et …`: figures that are a whole number already, and a word behind them that counts something else.
fn takes_a_word(groups: &[Group]) -> bool {
    let Some((last, rest)) = groups.split_last() else { return false };
    let whole = matches!(rest.iter().map(|group| group.digits.len()).sum::<usize>(), 8 | 10..);
    last.spelled && whole && rest.iter().all(|group| !group.spelled)
}

struct Number<'a> {
    doc: &'a Doc<'a>,
    digits: String,
    lengths: Vec<usize>,
    signs: Vec<Option<char>>,
    spelled: bool,
    plus: bool,
    /// Whether the first group stands in brackets by itself, `(45)`.
    bracketed: bool,
    start: usize,
    end: usize,
    token: usize,
    last_token: usize,
}

impl<'a> Number<'a> {
    fn new(doc: &'a Doc<'a>, groups: &[Group]) -> Self {
        let start = groups.first().map_or(0, |group| group.start);
        let token = groups.first().map_or(0, |group| group.token);
        let plus = start > 0 && doc.view.lower(start - 1) == '+';
        let plus_at = if plus { start - 1 } else { start };
        let bracketed = plus_at > 0
            && doc.view.lower(plus_at - 1) == '('
            && groups.len() > 1
            && groups.first().is_some_and(|group| doc.view.lower(group.end) == ')');
        Self {
            doc,
            digits: groups.iter().map(|group| group.digits.as_str()).collect(),
            lengths: groups.iter().map(|group| group.digits.len()).collect(),
            signs: groups.iter().skip(1).map(|group| group.sign_before).collect(),
            spelled: groups.iter().any(|group| group.spelled),
            plus,
            bracketed,
            start: if bracketed { plus_at - 1 } else { plus_at },
            end: groups.last().map_or(start, |group| group.end),
            token,
            last_token: groups.last().map_or(token, |group| group.token),
        }
    }

    fn cue(&self, class: Class, back: usize) -> bool {
        self.doc.before(self.token, back, class)
    }

    fn near(&self, class: Class) -> bool {
        self.doc.before(self.token, 7, class)
            || (self.last_token + 1..=self.last_token + 4).any(|at| self.doc.is(at, class))
    }

    fn near_word(&self, class: Word) -> bool {
        self.doc.said_before(self.token, 7, class)
            || (self.last_token + 1..=self.last_token + 4).any(|at| self.doc.says(at, class))
    }

    /// Whether all groups are parted alike.
    fn is_uniform(&self) -> bool {
        self.signs.windows(2).all(|pair| matches!(pair, [a, b] if a == b))
    }

    /// A price, an order, a score, a version: said to be something else.
    fn is_something_else(&self) -> bool {
        let cues = &self.doc.data.cues;
        let after = self.last_token + 1;
        self.doc.before(self.token, 5, cues.not_phone)
            || self.doc.said_before(self.token, 4, Word::NotNumber)
            || self.is_of_a_case()
            || (after..after + 3).any(|at| {
                self.doc.is(at, cues.not_phone) && self.doc.same_sentence(at, self.token) && !self.is_time_to_call(at)
            })
            || self.doc.is(after, cues.unit)
            || self.doc.is_sign(self.token.wrapping_sub(1), &['$', '£', '€', '#'])
    }

    /// `… efter kl 20`: when somebody may be rung up.
    fn is_time_to_call(&self, at: usize) -> bool {
        let clock = matches!(self.doc.tokens.text(at), "kl" | "klokken");
        let when = at.checked_sub(1).map_or("", |before| self.doc.tokens.text(before));
        clock && matches!(when, "efter" | "foer" | "fra" | "mellem" | "indtil" | "omkring")
    }

    /// `j.nr. 2401158833`
    fn is_of_a_case(&self) -> bool {
        (2..=4).any(|back| {
            let text = |further: usize| self.token.checked_sub(back + further).map_or("", |i| self.doc.tokens.text(i));
            text(0) == "nr" && (text(1) == "." && text(2) == "j" || matches!(text(1), "sags" | "sag" | "journal"))
        })
    }

    fn cpr(&self) -> Option<(Found, u8)> {
        let shape = self.lengths.as_slice();
        let fits = matches!(shape, [10] | [6, 4] | [2, 2, 2, 4] | [6, 2, 2] | [6, 1, 1, 1, 1])
            || (shape.iter().all(|n| *n <= 2) && shape.len() >= 5);
        if self.digits.len() != 10 || !fits || self.plus || !is_birth_date(&self.digits) {
            return None;
        }
        let cues = &self.doc.data.cues;
        let hyphen = self.signs.last().copied().flatten().is_some_and(|c| matches!(c, '-' | '–' | '‐'));
        let certain = if passes_mod_11(&self.digits) { 2 } else { 0 };
        let dots = self.is_uniform() && self.signs.first().copied().flatten().is_some_and(|c| matches!(c, '.' | '/'));
        let other = self.is_something_else();
        let counted = self.is_something_else_before() || self.doc.is(self.last_token + 1, cues.unit);
        let confidence = match (shape, self.near(cues.cpr) || self.is_told_as_id()) {
            (_, true) => 96,
            // As on the card: a bank may ask for it, and a word behind it counts nothing.
            ([6, 4], false) if hyphen && is_day(&self.digits) && !counted => 92,
            // Written as on the card, whatever else is spoken of.
            ([2, 2, 2, 4], false) if hyphen && !self.cue(cues.bank, 5) => 80,
            ([6, 4], false) if is_day(&self.digits) && !counted && !self.cue(cues.bank, 5) => 82,
            (_, false) if other || self.cue(cues.bank, 5) => return None,
            ([6, 4], false) if hyphen => 92,
            ([2, 2, 2, 4], false) if dots && is_day(&self.digits) => 82,
            // A birthday and four more, read aloud in pairs.
            ([1 | 2, 1 | 2, 1 | 2, 1 | 2, 1 | 2], false) if self.spelled && is_day(&self.digits) => 88,
            // Digit by digit, as a number in ten figures that opens with a day and a month is told.
            (singles, false) if singles.iter().all(|n| *n == 1) && is_day(&self.digits) && is_varied(&self.digits) => {
                84
            }
            ([10], false) => 74,
            ([6, 4], false) => 82,
            _ => return None,
        };
        Some((Found::Cpr, confidence + certain))
    }

    /// `my student id number is …`: of whatever it is.
    fn is_id(&self) -> bool {
        (self.token.saturating_sub(6)..self.token).any(|at| self.doc.tokens.text(at) == "id")
    }

    /// `id number here is …`, `mit danske id: …`
    fn is_told_as_id(&self) -> bool {
        const KINDS: [&str; 12] = [
            "number", "nummer", "no", "nr", "danish", "dansk", "danske", "national", "civil", "personal", "card",
            "numbers",
        ];
        let text = |at: usize| self.doc.tokens.text(at);
        let kind = |at: usize| KINDS.contains(&text(at));
        let told = (self.token.saturating_sub(7)..self.token).filter(|at| self.doc.same_sentence(*at, self.token));
        let mut told = told.filter(|at| match text(*at) {
            "id" => {
                let behind = at + 1 + usize::from(self.doc.is_sign(at + 1, &['-']));
                let whose = at.checked_sub(1).map_or("", text);
                let of_account = matches!(
                    whose,
                    "student"
                        | "steam"
                        | "game"
                        | "user"
                        | "player"
                        | "order"
                        | "customer"
                        | "kunde"
                        | "elev"
                        | "apple"
                );
                (kind(behind) || kind(at.wrapping_sub(1))) && !of_account
            }
            "identity" | "identification" => kind(at + 1),
            _ => self.doc.says(*at, Word::IdNumber),
        });
        told.next().is_some() && !self.is_something_else_before()
    }

    /// Whether the words right before say that it is an order, a ticket or a case.
    fn is_something_else_before(&self) -> bool {
        let other = |at: usize| self.doc.is(at, self.doc.data.cues.not_phone) && self.doc.tokens.text(at) != "is";
        (self.token.saturating_sub(4)..self.token).any(other)
            || self.doc.said_before(self.token, 4, Word::NotNumber)
            || self.is_of_a_case()
    }

    fn card(&self) -> Option<(Found, u8)> {
        let fits = matches!(self.lengths.as_slice(), [16] | [4, 4, 4, 4]);
        (fits && passes_luhn(&self.digits)).then_some((Found::BankAccount, 92))
    }

    fn account(&self) -> Option<(Found, u8)> {
        let cues = &self.doc.data.cues;
        // `0127-0009914436`: four figures and ten, with a sign between.
        let by_shape = matches!(self.lengths.as_slice(), [4, 10])
            && self.signs.iter().all(|sign| matches!(sign, Some('-' | '/' | '–')))
            && !self.is_something_else();
        let savings = self.doc.said_before(self.token, 6, Word::Savings)
            || (self.last_token + 1..self.last_token + 5).any(|at| self.doc.says(at, Word::Savings));
        if savings && !self.near(cues.bank) && self.digits.len() >= 10 && !self.is_something_else() {
            return matches!(self.digits.len(), 10..=14).then_some((Found::BankAccount, 92));
        }
        // `0567 0001284455`: where money is spoken of.
        let paid = matches!(self.lengths.as_slice(), [4, 10])
            && !self.is_something_else()
            && (self.near_word(Word::Money) || self.near(cues.pay));
        if paid {
            return Some((Found::BankAccount, if self.near(cues.bank) { 97 } else { 88 }));
        }
        if by_shape {
            return Some((Found::BankAccount, if self.near(cues.bank) { 97 } else { 82 }));
        }
        let cpr = matches!(self.lengths.as_slice(), [6, 4])
            && matches!(self.signs.first(), Some(Some('-' | '–' | '‐')))
            && is_birth_date(&self.digits);
        if !self.near(cues.bank) || self.is_year_or_date() || cpr {
            return None;
        }
        match (self.lengths.as_slice(), self.digits.len()) {
            ([4, ..], 10..=14) => Some((Found::BankAccount, 97)),
            (_, 10..=14) => Some((Found::BankAccount, 94)),
            ([4], 4) if self.cue(cues.registration, 4) => Some((Found::BankAccount, 85)),
            (_, 7..=9) if self.cue(cues.bank, 4) => Some((Found::BankAccount, 93)),
            ([2, 2, 2], 6) if self.cue(cues.bank, 4) && self.is_uniform() => Some((Found::BankAccount, 80)),
            _ => None,
        }
    }

    fn phone(&self) -> Option<(Found, u8)> {
        let cues = &self.doc.data.cues;
        if public_number::is_known(&self.digits) || self.is_year_or_date() {
            return None;
        }
        let strong = self.near(cues.phone) || self.near_word(Word::PhoneMore);
        if self.is_something_else() && !(strong && self.cue(cues.my, 6)) {
            return None;
        }
        let length = self.digits.len();
        if self.plus || self.digits.starts_with("0045") {
            let known = (9..=15).contains(&length);
            return known.then_some((Found::Phone, 97 - u8::from(length < 10)));
        }
        // Six digits that are a day, and four: that is no phone number.
        if matches!(self.lengths.as_slice(), [6, 4]) && is_birth_date(&self.digits) && is_day(&self.digits) {
            return None;
        }
        if self.looks_like_prefix(length) {
            return Some((Found::Phone, if strong { 96 } else { 82 }));
        }
        if length == 8 {
            return self.danish(strong);
        }
        let abroad = matches!(length, 9..=12) && self.digits.starts_with('0');
        let spread = self.lengths.len() > 1 && self.is_uniform() || self.lengths.len() == 1 || self.spelled;
        match length {
            10 | 11 if abroad && self.digits.starts_with("07") && spread => {
                Some((Found::Phone, if strong { 95 } else { 76 }))
            }
            9..=12
                if strong
                    && spread
                    && (abroad || self.cue(cues.phone, 4))
                    && !self.cue(cues.cpr, 6)
                    && !self.is_id() =>
            {
                Some((Found::Phone, 80))
            }
            6 | 7 if strong && self.cue(cues.phone, 3) && spread && self.lengths.len() <= 3 => Some((Found::Phone, 70)),
            _ => None,
        }
    }

    /// `45` before eight digits, in a group of its own.
    fn looks_like_prefix(&self, length: usize) -> bool {
        length == 10
            && matches!(self.lengths.as_slice(), [2, rest @ ..] if !rest.is_empty())
            && self.digits.starts_with("45")
            && (self.bracketed || !self.is_uniform_pairs_of_five())
    }

    fn is_uniform_pairs_of_five(&self) -> bool {
        self.lengths.iter().all(|n| *n == 2) && !self.near(self.doc.data.cues.phone)
    }

    fn danish(&self, strong: bool) -> Option<(Found, u8)> {
        let shape = self.lengths.as_slice();
        // `mobil 85.774.610`: right behind the word for it no sum.
        let thousands = matches!(shape, [2, 3, 3])
            && self.is_uniform()
            && self.signs.first().is_some_and(|sign| sign.is_some_and(|c| matches!(c, '.' | ',')))
            && (!self.cue(self.doc.data.cues.phone, 3) || self.digits.starts_with(['0', '1']));
        let counting = self.spelled && is_counting(&self.digits);
        if thousands || counting {
            return None;
        }
        let singles = shape.iter().all(|n| *n == 1);
        let mixed = !self.is_uniform() && !singles && !self.is_adorned();
        match (shape, strong) {
            _ if mixed && !(strong || self.spelled) => None,
            (_, true) => Some((Found::Phone, 95)),
            _ if self.digits.starts_with(['0', '1']) => None,
            ([2, 2, 2, 2], _) => Some((Found::Phone, 86)),
            (many, _) if many.iter().all(|n| *n == 1) => Some((Found::Phone, 82)),
            ([8], _) => Some((Found::Phone, 74)),
            ([4, 4] | [2, 3, 3] | [3, 2, 3] | [3, 3, 2] | [2, 6] | [2, 2, 4] | [4, 2, 2], _) => {
                Some((Found::Phone, 72))
            }
            _ if self.spelled => Some((Found::Phone, 76)),
            _ => None,
        }
    }

    /// `83 59 * 27 * 04`: four pairs with the same ornament between some of them.
    fn is_adorned(&self) -> bool {
        let ornament = |sign: char| matches!(sign, '*' | '★' | '☆' | '♥' | '❤' | '~' | '•' | '·') || is_picture(sign);
        let mut signs = self.signs.iter().flatten();
        let first = signs.next();
        matches!(self.lengths.as_slice(), [2, 2, 2, 2])
            && first.is_some_and(|sign| ornament(*sign) && signs.all(|other| other == sign))
    }

    fn is_year_or_date(&self) -> bool {
        let part =
            |at: usize, len: usize| self.digits.get(at..at + len).and_then(|d| d.parse::<u32>().ok()).unwrap_or(0);
        let year = |n: u32| (1900..=2099).contains(&n);
        let day_month = |d: u32, m: u32| (1..=31).contains(&d) && (1..=12).contains(&m);
        let has_cue = self.near(self.doc.data.cues.phone) && self.cue(self.doc.data.cues.my, 6);
        match self.lengths.as_slice() {
            [2, 2, 4] => day_month(part(0, 2), part(2, 2)) && year(part(4, 4)),
            [4, 2, 2] => year(part(0, 4)) && day_month(part(6, 2), part(4, 2)),
            [4, 4] => year(part(0, 4)) && year(part(4, 4)) && !has_cue,
            [8] if !has_cue => {
                (day_month(part(0, 2), part(2, 2)) && year(part(4, 4)))
                    || (year(part(0, 4)) && day_month(part(6, 2), part(4, 2)))
            }
            _ => false,
        }
    }
}

/// The first six digits as day, month, year; a replacement number adds 60 to the day. The century
/// is not judged and the check digit is no proof: valid numbers without it have been given out.
pub(super) fn is_birth_date(digits: &str) -> bool {
    let part = |at: usize| digits.get(at..at + 2).and_then(|d| d.parse::<u32>().ok()).unwrap_or(0);
    let (day, month) = (part(0), part(2));
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day) || (61..=60 + days).contains(&day)
}

/// Whether the first two digits are a plain day of a month.
fn is_day(digits: &str) -> bool {
    digits.get(..2).and_then(|d| d.parse::<u32>().ok()).is_some_and(|day| (1..=31).contains(&day))
}

fn passes_mod_11(digits: &str) -> bool {
    let weights = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
    let sum: u32 = digits.chars().filter_map(|c| c.to_digit(10)).zip(weights).map(|(d, w)| d * w).sum();
    sum.is_multiple_of(11)
}

fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .chars()
        .rev()
        .filter_map(|c| c.to_digit(10))
        .enumerate()
        .map(|(at, d)| match (at % 2, d * 2) {
            (0, _) => d,
            (_, twice) if twice > 9 => twice - 9,
            (_, twice) => twice,
        })
        .sum();
    sum.is_multiple_of(10) && sum > 0
}

/// At least four different digits, and not counted up or down.
fn is_varied(digits: &str) -> bool {
    let different = (b'0'..=b'9').filter(|digit| digits.as_bytes().contains(digit)).count();
    different >= 4 && !is_counting(digits.get(1..).unwrap_or(""))
}

fn is_counting(digits: &str) -> bool {
    digits.as_bytes().windows(2).all(|pair| matches!(pair, [a, b] if *b == a + 1))
        || digits.as_bytes().windows(2).all(|pair| matches!(pair, [a, b] if *a == b + 1))
}

/// `170562 og de sidste fire er 7718`: words stand between the date and the last four.
fn parted_cpr(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let digits = |i: usize, length: usize| {
        doc.tokens.get(i).filter(|t| t.kind == Kind::Number && t.end - t.start == length).map(|_| doc.tokens.text(i))
    };
    for at in 0..doc.tokens.len() {
        if !digits(at, 6).is_some_and(is_birth_date) {
            continue;
        }
        let last = (at + 2..at + 9).find(|i| digits(*i, 4).is_some());
        let cued = doc.before(at, 7, doc.data.cues.cpr);
        let said = |last: usize| {
            cued || (at + 1..last).any(|i| {
                matches!(
                    doc.tokens.text(i),
                    "streg"
                        | "bindestreg"
                        | "dash"
                        | "foedselsdag"
                        | "birthday"
                        | "sidste"
                        | "fire"
                        | "cifre"
                        | "kontrolcifre"
                        | "last"
                        | "four"
                        | "digits"
                )
            })
        };
        if let Some(last) = last.filter(|last| said(*last) && doc.same_sentence(at, *last)) {
            out.push(doc.raw(Found::Cpr, at, last, 94));
        }
    }
}
