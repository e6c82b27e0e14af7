//! Accounts: international numbers, a registration and an account number apart from each other, and halves told one after
//! the other.

use super::{Doc, Raw};
use crate::policy::FindingCategory as Found;
use crate::screening::token::{Case, Kind};

/// `reg 1234 konto 1234567890`: words stand between the two numbers.
pub(super) fn registration_and_account(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let cues = &doc.data.cues;
    for at in 0..doc.tokens.len() {
        if !doc.is(at, cues.registration) {
            continue;
        }
        let digits = |i: usize| doc.tokens.get(i).filter(|t| t.kind == Kind::Number).map_or(0, |t| t.end - t.start);
        let first = (at + 1..at + 5).find(|i| digits(*i) == 4);
        let account = first.and_then(|first| (first + 2..first + 6).find(|i| (5..=10).contains(&digits(*i))));
        if let (Some(first), Some(account)) = (first, account)
            && (first..account).any(|i| doc.is(i, cues.bank))
        {
            out.push(doc.raw(Found::BankAccount, at, account, 97));
        }
    }
}

/// International account numbers, checked by their two check digits.
pub(super) fn iban(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    for (at, token) in doc.tokens.iter().enumerate() {
        let text = doc.tokens.text_of(token);
        let mut head = text.bytes();
        let opens = head.by_ref().take(2).all(|b| b.is_ascii_alphabetic())
            && head.by_ref().take(2).all(|b| b.is_ascii_digit())
            && text.len() >= 4;
        let split = text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic());
        if !opens && !split {
            continue;
        }
        let mut joined = String::with_capacity(34);
        for last in at..(at + 10).min(doc.tokens.len()) {
            // Not the folded text: there `XXXX` is one letter.
            let part: String =
                doc.tokens.get(last).map_or(String::new(), |t| doc.view.lower_range(t.start, t.end).iter().collect());
            if part == "-" {
                continue;
            }
            if joined.len() + part.len() > 34 || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
                break;
            }
            joined.push_str(&part);
            let fits = iban_length(&joined) == Some(joined.len());
            let cued = doc.before(at, 8, doc.data.cues.bank) || doc.before(at, 6, doc.data.cues.pay);
            // Part of it may be hidden, or mistyped.
            let danish_shape =
                (joined.starts_with("dk") && cued) || (last >= at + 4 && cued && token.case == Case::Upper);
            if fits && (passes_mod_97(&joined) || danish_shape) {
                out.push(doc.raw(Found::BankAccount, at, last, 97));
                break;
            }
        }
    }
}

/// How long an account number of this country is.
fn iban_length(iban: &str) -> Option<usize> {
    Some(match iban.get(..2)? {
        "no" => 15,
        "be" => 16,
        "dk" | "fo" | "gl" | "fi" | "nl" => 18,
        "si" => 19,
        "at" | "ee" | "lt" | "lu" | "ba" => 20,
        "ch" | "hr" | "lv" | "li" => 21,
        "de" | "gb" | "ie" | "bg" | "rs" => 22,
        "ua" => 29,
        "ae" | "il" => 23,
        "es" | "se" | "sk" | "cz" | "ro" => 24,
        "pt" => 25,
        "is" | "tr" => 26,
        "fr" | "it" | "gr" => 27,
        "pl" | "hu" | "cy" => 28,
        "mt" => 31,
        _ => return None,
    })
}

fn passes_mod_97(iban: &str) -> bool {
    let (head, body) = iban.split_at_checked(4).unwrap_or(("", ""));
    let valid = head.bytes().take(2).all(|b| b.is_ascii_alphabetic())
        && head.bytes().skip(2).all(|b| b.is_ascii_digit())
        && !body.is_empty();
    let remainder = body
        .chars()
        .chain(head.chars())
        .filter_map(|c| c.to_digit(36))
        .fold(0, |rest, value| if value > 9 { (rest * 100 + value) % 97 } else { (rest * 10 + value) % 97 });
    valid && remainder == 1
}

/// Two halves of one account, `konto 1234567890 reg 1234`, are told as one.
pub(super) fn join(doc: &Doc<'_>, out: &mut Vec<Raw>) {
    let (mut accounts, rest): (Vec<Raw>, Vec<Raw>) =
        std::mem::take(out).into_iter().partition(|raw| raw.category == Found::BankAccount);
    *out = rest;
    accounts.sort_by_key(|raw| (raw.start, raw.end));
    for raw in accounts {
        match out.last_mut().filter(|last| last.category == Found::BankAccount) {
            Some(last) if raw.start <= last.end + 20 && !line_ends(doc, last.end, raw.start) => {
                last.end = last.end.max(raw.end);
                last.confidence = last.confidence.max(raw.confidence);
            }
            _ => out.push(raw),
        }
    }
}

fn line_ends(doc: &Doc<'_>, start: usize, end: usize) -> bool {
    doc.view.lower_range(start, end.max(start)).contains(&'\n')
}
