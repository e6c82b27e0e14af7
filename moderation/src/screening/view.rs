//! The text as the detectors see it: look-alike letters, invisible characters and other forms of
//! the same letter are evened out, and every character knows where it came from.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{compose, is_combining_mark};

use super::Span;

/// The evened-out text with a map back to the original's Unicode scalars.
#[derive(Debug, Default)]
pub(crate) struct View {
    cased: Vec<char>,
    lower: Vec<char>,
    start: Vec<u32>,
    end: Vec<u32>,
}

impl View {
    /// Reads a text once, from front to back.
    pub(crate) fn new(text: &str) -> Self {
        let mut view = Self::default();
        view.reserve(text.len());
        for (at, c) in (0_u32..).zip(text.chars()) {
            if c.is_ascii() {
                view.push(c, at);
            } else {
                view.push_special(c, at);
            }
        }
        view.even_out_scripts();
        view
    }

    fn reserve(&mut self, bytes: usize) {
        self.cased.reserve(bytes);
        self.lower.reserve(bytes);
        self.start.reserve(bytes);
        self.end.reserve(bytes);
    }

    /// Number of characters in the view.
    pub(crate) fn len(&self) -> usize {
        self.cased.len()
    }

    /// The character there, in its own case; NUL outside.
    pub(crate) fn cased(&self, at: usize) -> char {
        self.cased.get(at).copied().unwrap_or('\0')
    }

    /// The character there, in lower case; NUL outside.
    pub(crate) fn lower(&self, at: usize) -> char {
        #[cfg(test)]
        super::work::step();
        self.lower.get(at).copied().unwrap_or('\0')
    }

    /// The lower-case characters of a range.
    pub(crate) fn lower_range(&self, start: usize, end: usize) -> &[char] {
        self.lower.get(start..end.min(self.lower.len())).unwrap_or(&[])
    }

    /// The span in the original of a range in the view.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        let first = self.start.get(start).copied().unwrap_or(0);
        let last = end.checked_sub(1).and_then(|last| self.end.get(last)).copied();
        Span { start: first, end: last.unwrap_or(first).max(first) }
    }

    fn push(&mut self, c: char, at: u32) {
        self.cased.push(c);
        self.lower.push(lower_case(c));
        self.start.push(at);
        self.end.push(at + 1);
    }

    fn push_special(&mut self, c: char, at: u32) {
        if matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{20e3}') {
            self.extend_last(at);
        } else if is_invisible(c) {
            // Nothing: what cannot be seen does not part a word.
        } else if is_combining_mark(c) {
            self.join_mark(c, at);
        } else if matches!(c, '\u{c0}'..='\u{17f}') {
            self.push(c, at);
        } else {
            let mut plain = std::iter::once(c).nfkc().peekable();
            while let Some(part) = plain.next() {
                // A compatibility form may unfold into anything; a bound keeps the view linear.
                if is_combining_mark(part) && plain.peek().is_none() {
                    self.join_mark(part, at);
                } else {
                    self.push(part, at);
                }
                if self.start.iter().rev().take(8).all(|s| *s == at) && self.len() > 8 {
                    break;
                }
            }
        }
    }

    fn extend_last(&mut self, at: u32) {
        if let Some(end) = self.end.last_mut()
            && *end == at
        {
            *end = at + 1;
        }
    }

    fn join_mark(&mut self, mark: char, at: u32) {
        self.extend_last(at);
        if let (Some(base), Some(small)) = (self.cased.last_mut(), self.lower.last_mut())
            && let Some(joined) = compose(*base, mark)
        {
            *base = joined;
            *small = lower_case(joined);
        }
    }

    /// Within a word that mixes Latin with letters that only look Latin, takes them as Latin; and in a
    /// short word of nothing else, where the text has Latin letters.
    fn even_out_scripts(&mut self) {
        let any_latin = self.cased.iter().any(char::is_ascii_alphabetic);
        let mut at = 0;
        while at < self.len() {
            let begin = at;
            let (mut latin, mut alike) = (false, false);
            while self.cased(at).is_alphabetic() {
                latin |= self.cased(at).is_ascii_alphabetic();
                alike |= latin_look(self.lower(at)).is_some();
                at += 1;
            }
            let short = any_latin && at - begin <= 3 && (begin..at).all(|i| latin_look(self.lower(i)).is_some());
            if alike && (latin || short) {
                for i in begin..at {
                    if let (Some(plain), Some(cased), Some(lower)) =
                        (latin_look(self.lower(i)), self.cased.get_mut(i), self.lower.get_mut(i))
                    {
                        *cased = if cased.is_uppercase() { plain.to_ascii_uppercase() } else { plain };
                        *lower = plain;
                    }
                }
            }
            at += 1;
        }
    }
}

fn lower_case(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{e0000}'..='\u{e01ef}'
    )
}

/// The Latin letter that a Cyrillic or Greek small letter looks like.
const fn latin_look(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ё' | 'ε' => 'e',
        'һ' | 'н' => 'h',
        'і' | 'ι' | 'ї' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' => 'm',
        'о' | 'ο' | 'σ' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'ѡ' | 'ω' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lower(text: &str) -> String {
        let view = View::new(text);
        (0..view.len()).map(|at| view.lower(at)).collect()
    }

    #[test]
    fn other_forms_of_the_same_letters_become_one() {
        assert_eq!(lower("Ｈｅｊ 𝟖𝟑 8️⃣4⃣"), "hej 83 84");
        assert_eq!(lower("s\u{200b}e\u{ad}lv"), "selv");
        assert_eq!(lower("A\u{30a}se"), "åse");
        assert_eq!(lower("sеlvmоrd"), "selvmord");
        assert_eq!(lower("привет"), "привет");
    }

    #[test]
    fn spans_lead_back_to_the_original() {
        let view = View::new("x8\u{fe0f}\u{20e3}y");
        assert_eq!(view.span(1, 2), Span { start: 1, end: 4 });
        assert_eq!(view.span(2, 3), Span { start: 4, end: 5 });
    }

    proptest! {
        #[test]
        fn every_range_maps_into_the_text(text in any::<String>()) {
            let view = View::new(&text);
            let count = u32::try_from(text.chars().count()).unwrap();
            for at in 0..view.len() {
                let span = view.span(at, at + 1);
                prop_assert!(span.start < span.end && span.end <= count);
            }
        }
    }
}
