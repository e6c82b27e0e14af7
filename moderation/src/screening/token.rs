//! Words, numbers and signs of a view, in sentences.

use unicode_normalization::char::decompose_canonical;

use super::lexicon::{SEED, step};
use super::view::View;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Letters, perhaps with digits among them.
    Word,
    /// Digits only.
    Number,
    /// One sign.
    Sign,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    /// Small letters.
    Lower,
    /// A capital first.
    Capital,
    /// Capitals only, two or more.
    Upper,
}

/// A word, a number or a sign.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    /// First character in the view.
    pub(crate) start: usize,
    /// First character behind it.
    pub(crate) end: usize,
    /// What it is made of.
    pub(crate) kind: Kind,
    /// How it is written.
    pub(crate) case: Case,
    /// Which sentence it stands in, counted from 0.
    pub(crate) sentence: u32,
    /// The key of the folded text, and of the folded text without its last letter.
    pub(crate) keys: (u64, u64),
    text: (u32, u32),
}

/// The tokens of a view.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    list: Vec<Token>,
    folded: String,
}

impl Tokens {
    /// Reads a view once.
    pub(crate) fn new(view: &View) -> Self {
        let mut tokens =
            Self { list: Vec::with_capacity(view.len() / 4 + 1), folded: String::with_capacity(view.len() + 8) };
        let (mut at, mut sentence) = (0, 0);
        while at < view.len() {
            let c = view.lower(at);
            if c.is_whitespace() {
                if c == '\n' {
                    sentence += 1;
                }
                at += 1;
                continue;
            }
            let end = token_end(view, at);
            tokens.push(view, at, end, sentence);
            if ends_sentence(view, at, c) {
                sentence += 1;
            }
            at = end;
        }
        tokens
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.list.len()
    }

    /// The token at a place.
    pub(crate) fn get(&self, at: usize) -> Option<&Token> {
        #[cfg(test)]
        super::work::step();
        self.list.get(at)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Token> {
        self.list.iter()
    }

    /// The folded text of the token at a place: small letters, `æ ø å` as `ae oe aa`, no accents.
    pub(crate) fn text(&self, at: usize) -> &str {
        self.list.get(at).map_or("", |token| self.text_of(token))
    }

    /// The folded text of a token.
    pub(crate) fn text_of(&self, token: &Token) -> &str {
        self.folded.get(token.text.0 as usize..token.text.1 as usize).unwrap_or("")
    }

    /// Whether the two tokens after one another touch.
    pub(crate) fn touches_next(&self, at: usize) -> bool {
        match (self.get(at), self.get(at.wrapping_add(1))) {
            (Some(a), Some(b)) => a.end == b.start,
            _ => false,
        }
    }

    fn push(&mut self, view: &View, start: usize, end: usize, sentence: u32) {
        let begin = self.folded.len();
        let (mut letters, mut upper, mut digits) = (0_u32, 0_u32, 0_u32);
        let mut run = ('\0', 0_u32);
        for at in start..end {
            let c = view.lower(at);
            letters += u32::from(c.is_alphabetic());
            digits += u32::from(c.is_numeric());
            upper += u32::from(view.cased(at) != c);
            run = if run.0 == c { (c, run.1 + 1) } else { (c, 1) };
            fold_into(&mut self.folded, c);
            if run.1 >= 3 && c.is_alphabetic() {
                // Drawn out as in speech: three of the same letter or more say no more than one.
                let mut one = String::with_capacity(2);
                fold_into(&mut one, c);
                let times = if run.1 == 3 { 2 } else { 1 };
                self.folded.truncate(self.folded.len() - one.len() * times);
            }
        }
        let kind = match (letters, digits) {
            (0, 0) => Kind::Sign,
            (0, _) => Kind::Number,
            _ => Kind::Word,
        };
        let first_upper = view.cased(start) != view.lower(start);
        let case = match (first_upper, upper) {
            (_, n) if n >= 2 && n == letters => Case::Upper,
            (true, _) => Case::Capital,
            _ => Case::Lower,
        };
        if case == Case::Lower
            && end - start <= LONGEST_SHORT
            && let Some(long) = self.folded.get(begin..).and_then(long_form)
        {
            self.folded.truncate(begin);
            self.folded.push_str(long);
        }
        let folded = self.folded.as_bytes().get(begin..).unwrap_or(&[]);
        let keys = folded.iter().fold((SEED, SEED), |(key, _), byte| (step(key, *byte), key));
        let text = (index(begin), index(self.folded.len()));
        self.list.push(Token { start, end, kind, case, sentence, keys, text });
    }
}

/// Letters of the longest of them.
const LONGEST_SHORT: usize = 8;

/// The word that thumbs write short, where the short form means nothing else.
pub(crate) fn long_form(short: &str) -> Option<&'static str> {
    Some(match short {
        "jg" | "jge" | "jeh" | "jegg" => "jeg",
        "ik" | "ikk" | "ikek" | "ikket" => "ikke",
        "ka" => "kan",
        "ska" => "skal",
        "mej" => "mig",
        "dej" => "dig",
        "sej" => "sig",
        "hva" => "hvad",
        "noe" => "noget",
        "mer" => "mere",
        "aldri" => "aldrig",
        "blir" => "bliver",
        "gidr" => "gider",
        "orkr" => "orker",
        "im" => "i'm",
        "ive" => "i've",
        "imma" | "finna" => "gonna",
        "dont" => "don't",
        "cant" => "can't",
        "wont" => "won't",
        "didnt" => "didn't",
        "doesnt" => "doesn't",
        "isnt" => "isn't",
        "wasnt" => "wasn't",
        "havent" => "haven't",
        "cuz" | "cos" | "bcs" => "because",
        "tonite" | "2nite" => "tonight",
        "tmrw" | "tmr" | "2morrow" => "tomorrow",
        "rn" => "now",
        "pls" | "plz" => "please",
        "ppl" => "people",
        "abt" => "about",
        "smth" => "something",
        "sum1" | "sm1" => "someone",
        "ur" => "your",
        _ => return None,
    })
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn token_end(view: &View, start: usize) -> usize {
    let is_inner = |at: usize| {
        let c = view.lower(at);
        c.is_alphanumeric()
            || (matches!(c, '\'' | '’')
                && view.lower(at.wrapping_sub(1)).is_alphabetic()
                && view.lower(at + 1).is_alphabetic())
    };
    let mut end = start + 1;
    if view.lower(start).is_alphanumeric() {
        while end < view.len() && is_inner(end) {
            end += 1;
        }
    }
    end
}

/// A full stop ends a sentence only before white space, so that `8.b` and `3.14` stay whole.
fn ends_sentence(view: &View, at: usize, c: char) -> bool {
    let next = view.lower(at + 1);
    match c {
        '!' | '?' | '…' => true,
        '.' => {
            (next.is_whitespace() || next == '\0')
                && !view.lower(at.wrapping_sub(1)).is_numeric()
                && view.lower(at.wrapping_sub(2)).is_alphanumeric()
                && !is_abbreviated(view, at)
        }
        _ => false,
    }
}

/// Whether the word before this full stop is one that is written short: `Ndr.`, `dr.`, `tlf.`.
fn is_abbreviated(view: &View, stop: usize) -> bool {
    const SHORT: [&str; 43] = [
        "gl", "ndr", "sdr", "sct", "skt", "st", "dr", "nr", "tlf", "kl", "ca", "hr", "fr", "mr", "mrs", "ms", "prof",
        "chr", "reg", "evt", "bl", "jf", "th", "tv", "mf", "mob", "adr", "afd", "vs", "tel", "brdr", "fa", "jr", "sr",
        "sn", "kontonr", "tlfnr", "pnr", "kh", "mvh", "vh", "bh", "aqq",
    ];
    let mut start = stop;
    while start > 0 && view.lower(start - 1).is_alphabetic() && stop - start < 5 {
        start -= 1;
    }
    let word = view.lower_range(start, stop);
    SHORT.iter().any(|short| short.chars().eq(word.iter().copied()))
}

/// Appends a character in its folded form.
pub(crate) fn fold_into(out: &mut String, c: char) {
    match c {
        'a'..='z' | '0'..='9' => out.push(c),
        'æ' | 'ä' => out.push_str("ae"),
        'ø' | 'ö' => out.push_str("oe"),
        'å' => out.push_str("aa"),
        'ü' | 'ú' | 'ù' | 'û' | 'ū' => out.push('u'),
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ė' | 'ē' | 'ě' => out.push('e'),
        'á' | 'à' | 'â' | 'ã' | 'ą' | 'ā' | 'ă' => out.push('a'),
        'í' | 'ì' | 'î' | 'ï' | 'ı' | 'ī' => out.push('i'),
        'ó' | 'ò' | 'ô' | 'õ' | 'ő' | 'ō' => out.push('o'),
        'ç' | 'ć' | 'č' => out.push('c'),
        'ş' | 'ś' | 'š' | 'ș' => out.push('s'),
        'ž' | 'ź' | 'ż' => out.push('z'),
        'ğ' => out.push('g'),
        'ł' => out.push('l'),
        'ñ' | 'ń' => out.push('n'),
        'ð' => out.push('d'),
        'đ' => out.push('d'),
        'þ' => out.push_str("th"),
        'ý' => out.push('y'),
        'ß' => out.push_str("ss"),
        'ț' | 'ţ' => out.push('t'),
        'ř' => out.push('r'),
        '’' => out.push('\''),
        '\u{100}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
            let mut base = c;
            decompose_canonical(c, |part| {
                if part.is_ascii() {
                    base = part.to_ascii_lowercase();
                }
            });
            out.push(base);
        }
        other => out.push(other),
    }
}

/// A word in its folded form, as lexicons are looked up by.
pub(crate) fn fold(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 2);
    for c in word.chars().flat_map(char::to_lowercase) {
        fold_into(&mut out, c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let tokens = Tokens::new(&View::new(text));
        (0..tokens.len()).map(|at| tokens.text(at).to_owned()).collect()
    }

    #[test]
    fn words_numbers_and_signs_part() {
        assert_eq!(
            texts("Jeg går i 8.b, tlf: 12 34"),
            ["jeg", "gaar", "i", "8", ".", "b", ",", "tlf", ":", "12", "34"]
        );
        assert_eq!(texts("don't neeeej Søren's"), ["don't", "nej", "soeren's"]);
        assert_eq!(texts("jg ka ikk mer Ka"), ["jeg", "kan", "ikke", "mere", "ka"]);
    }

    #[test]
    fn sentences_end_at_marks_and_lines() {
        let tokens = Tokens::new(&View::new("Hej du. Kl. 10 går vi!\nOk"));
        let last = tokens.get(tokens.len() - 1).unwrap().sentence;
        assert!(last >= 3, "{last}");
    }

    #[test]
    fn case_is_known() {
        let tokens = Tokens::new(&View::new("jeg Mads NE"));
        let cases: Vec<Case> = tokens.iter().map(|t| t.case).collect();
        assert_eq!(cases, [Case::Lower, Case::Capital, Case::Upper]);
    }
}
