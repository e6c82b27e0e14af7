//! Patterns over classes of words. A pattern is a row of elements in order, each at most a few
//! words after the one before (`jeg @WANT @DIE`), or a bag within a window
//! (`{6} @PARENT @HIT @ME`). Windows of 64 tokens are matched with one bit for each token, so the
//! cost grows with the text and not with what matches.

use std::collections::HashMap;

use super::lexicon::{Class, Lexicon, WordSet, key};
use super::token::{Kind, Token, Tokens};

const WINDOW: usize = 64;
const STRIDE: usize = 44;
const DEFAULT_GAP: u32 = 2;

/// Words so common that a pattern is better looked for by another of its elements.
const COMMON: [&str; 14] =
    ["SELF", "ME", "MY", "YOU", "NEG", "BE", "HAVE", "WANT", "OTHER", "THEY", "AND", "TO", "NOW", "MORE"];

#[derive(Debug, Clone)]
struct Element {
    classes: Vec<Class>,
    gap: u32,
}

#[derive(Debug, Clone)]
enum Shape {
    Ordered,
    Bag(u32),
}

/// A compiled pattern.
#[derive(Debug, Clone)]
struct Pattern {
    rule: usize,
    shape: Shape,
    elements: Vec<Element>,
    forbidden: Vec<Class>,
    anchor: usize,
}

/// A place where a rule matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Which rule.
    pub(crate) rule: usize,
    /// First token.
    pub(crate) first: usize,
    /// Last token.
    pub(crate) last: usize,
}

/// What is wrong with a line of a lexicon or pattern file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexiconError {
    /// The line as written.
    pub line: String,
    /// What is wrong with it.
    pub problem: &'static str,
}

/// Concepts and patterns.
#[derive(Debug, Default, Clone)]
pub(crate) struct Patterns {
    lexicon: Lexicon,
    names: HashMap<String, Class>,
    class_count: Class,
    meanings: Vec<Option<u64>>,
    patterns: Vec<Pattern>,
    by_anchor: Vec<Vec<usize>>,
}

impl Patterns {
    /// Adds the forms of a concept, known in patterns as `@NAME`.
    pub(crate) fn add_concept<'a>(&mut self, name: &str, forms: impl Iterator<Item = &'a str>) {
        let class = self.class(name);
        if let Some(slot) = self.meanings.get_mut(usize::from(class)) {
            *slot = Some(key(name));
        }
        forms.for_each(|form| self.lexicon.add(form, class));
    }

    /// Adds a pattern that stands for rule number `rule`.
    pub(crate) fn add_pattern(&mut self, rule: usize, source: &str) -> Result<(), LexiconError> {
        let error = |problem| LexiconError { line: source.to_owned(), problem };
        let mut shape = Shape::Ordered;
        let mut gap = DEFAULT_GAP;
        let mut forbidden = Vec::new();
        let mut variants: Vec<Vec<Element>> = vec![Vec::new()];
        for part in source.split_whitespace() {
            if let Some(size) = part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
                shape = Shape::Bag(size.parse().map_err(|_| error("no size"))?);
            } else if let Some(size) = part.strip_prefix('_') {
                gap = size.parse().map_err(|_| error("no gap"))?;
            } else if let Some(part) = part.strip_prefix('!').filter(|part| !part.is_empty()) {
                forbidden.extend(self.element(part, 0).map_err(error)?.classes);
            } else {
                let optional = part.strip_prefix('?').filter(|part| !part.is_empty() && !part.starts_with('|'));
                let element = self.element(optional.unwrap_or(part), gap).map_err(error)?;
                gap = DEFAULT_GAP;
                let without = if optional.is_some() { variants.clone() } else { Vec::new() };
                variants.iter_mut().for_each(|variant| variant.push(element.clone()));
                variants.extend(without);
            }
        }
        for elements in variants {
            if elements.is_empty() {
                return Err(error("empty"));
            }
            let anchor = self.anchor(&elements);
            let pattern = Pattern { rule, shape: shape.clone(), elements, forbidden: forbidden.clone(), anchor };
            self.patterns.push(pattern);
        }
        Ok(())
    }

    /// Prepares the look-up by anchor; call after the last pattern. Common words are never taken for
    /// slips of others.
    pub(crate) fn finish(&mut self, common: &WordSet) {
        self.lexicon.set_common(common);
        let mut by_anchor = vec![Vec::new(); usize::from(self.class_count)];
        for (index, pattern) in self.patterns.iter().enumerate() {
            for class in pattern.elements.get(pattern.anchor).map_or(&[][..], |e| &e.classes) {
                if let Some(list) = by_anchor.get_mut(usize::from(*class)) {
                    list.push(index);
                }
            }
        }
        self.by_anchor = by_anchor;
    }

    /// The class of this name, made if it is new.
    pub(crate) fn class(&mut self, name: &str) -> Class {
        if let Some(class) = self.names.get(name) {
            return *class;
        }
        let class = self.class_count;
        self.class_count += 1;
        self.names.insert(name.to_owned(), class);
        self.meanings.push(None);
        class
    }

    /// How many classes there are.
    pub(crate) fn classes(&self) -> usize {
        usize::from(self.class_count)
    }

    /// The class of a concept, if there is one of this name.
    pub(crate) fn concept(&self, name: &str) -> Option<Class> {
        self.names.get(name).copied()
    }

    /// The concepts of a token, by keys that stay the same whatever else is in the lexicon.
    pub(crate) fn meanings<'a>(&'a self, marks: &'a Marks, token: usize) -> impl Iterator<Item = u64> + 'a {
        marks.at(token).filter_map(|class| self.meanings.get(usize::from(class)).copied().flatten())
    }

    fn element(&mut self, source: &str, gap: u32) -> Result<Element, &'static str> {
        let mut classes = Vec::new();
        let mut literals = Vec::new();
        for form in source.split('|') {
            match form.strip_prefix('@') {
                Some(name) => classes.push(self.names.get(name).copied().ok_or("unknown concept")?),
                None if form.is_empty() => return Err("empty form"),
                None => literals.push(form),
            }
        }
        if !literals.is_empty() {
            let class = self.class(&literals.join("|"));
            literals.iter().for_each(|form| self.lexicon.add(form, class));
            classes.push(class);
        }
        Ok(Element { classes, gap })
    }

    fn anchor(&self, elements: &[Element]) -> usize {
        let is_common = |element: &Element| {
            COMMON.iter().any(|name| self.names.get(*name).is_some_and(|class| element.classes.contains(class)))
        };
        elements.iter().position(|element| !is_common(element)).unwrap_or(0)
    }

    /// Every place where a rule matches.
    pub(crate) fn hits(&self, tokens: &Tokens, marks: &Marks) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut masks = Masks::new(usize::from(self.class_count));
        let mut first = 0;
        loop {
            masks.load(marks, first);
            for class in &masks.touched {
                let class = *class;
                for index in self.by_anchor.get(usize::from(class)).map_or(&[][..], Vec::as_slice) {
                    if let Some(pattern) = self.patterns.get(*index) {
                        pattern.hits(&masks, class, |from, to| {
                            let hit = pattern.whole(marks, first + from as usize, first + to as usize);
                            if !pattern.is_forbidden(&masks, &hit, first) {
                                hits.push(hit);
                            }
                        });
                    }
                }
            }
            first += STRIDE;
            if first + (WINDOW - STRIDE) >= tokens.len() {
                break;
            }
        }
        hits
    }
}

/// That a token belongs to a form of a class, and where that form begins and ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    token: u32,
    class: Class,
    first: u32,
    last: u32,
}

/// The classes of each token.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    of: Vec<Mark>,
    starts: Vec<u32>,
    /// For each token one bit for each of the first 64 classes, which are those that detectors ask for.
    bits: Vec<u64>,
}

impl Marks {
    /// Looks every word up once.
    pub(crate) fn new(patterns: &Patterns, tokens: &Tokens) -> Self {
        let mut of = Vec::with_capacity(tokens.len());
        for (at, token) in tokens.iter().enumerate() {
            if is_read(token) {
                patterns.lexicon.classes(tokens, at, |class, last| {
                    let (first, last) = (small(at), small(last));
                    of.extend((first..=last).map(|token| Mark { token, class, first, last }));
                });
            }
        }
        of.sort_unstable();
        of.dedup_by(|next, kept| {
            let same = (next.token, next.class) == (kept.token, kept.class);
            if same {
                kept.last = kept.last.max(next.last);
            }
            same
        });
        let mut bits = vec![0; tokens.len()];
        for mark in of.iter().filter(|mark| mark.class < 64) {
            if let Some(bits) = bits.get_mut(mark.token as usize) {
                *bits |= 1 << mark.class;
            }
        }
        let mut starts = Vec::with_capacity(tokens.len() + 1);
        let mut next = 0;
        for at in 0..=tokens.len() {
            while of.get(next).is_some_and(|mark| (mark.token as usize) < at) {
                next += 1;
            }
            starts.push(small(next));
        }
        Self { of, starts, bits }
    }

    fn marks(&self, token: usize) -> &[Mark] {
        let begin = self.starts.get(token).copied().unwrap_or(0) as usize;
        let end = self.starts.get(token + 1).map_or(begin, |end| *end as usize);
        self.of.get(begin..end).unwrap_or(&[])
    }

    /// The classes of one token.
    pub(crate) fn at(&self, token: usize) -> impl Iterator<Item = Class> + '_ {
        self.marks(token).iter().map(|mark| mark.class)
    }

    /// Where the forms of these classes that a token belongs to begin and end.
    fn form(&self, token: usize, classes: &[Class]) -> (usize, usize) {
        let here = self.marks(token).iter().filter(|mark| classes.contains(&mark.class));
        here.fold((token, token), |(first, last), mark| (first.min(mark.first as usize), last.max(mark.last as usize)))
    }

    /// One bit for each of the first 64 classes that a token has.
    pub(crate) fn bits(&self, token: usize) -> u64 {
        self.bits.get(token).copied().unwrap_or(0)
    }

    /// Whether a token has a class.
    pub(crate) fn has(&self, token: usize, class: Class) -> bool {
        #[cfg(test)]
        super::work::step();
        match self.bits.get(token) {
            Some(bits) if class < 64 => bits & (1 << class) != 0,
            Some(_) => self.at(token).any(|c| c == class),
            None => false,
        }
    }
}

fn small(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_read(token: &Token) -> bool {
    token.kind != Kind::Sign || token.end - token.start == 1
}

struct Masks {
    bits: Vec<u64>,
    touched: Vec<Class>,
}

impl Masks {
    fn new(classes: usize) -> Self {
        Self { bits: vec![0; classes], touched: Vec::new() }
    }

    fn load(&mut self, marks: &Marks, first: usize) {
        for class in self.touched.drain(..) {
            if let Some(bits) = self.bits.get_mut(usize::from(class)) {
                *bits = 0;
            }
        }
        for offset in 0..WINDOW {
            for class in marks.at(first + offset) {
                if let Some(bits) = self.bits.get_mut(usize::from(class)) {
                    if *bits == 0 {
                        self.touched.push(class);
                    }
                    *bits |= 1 << offset;
                }
            }
        }
    }

    fn any(&self, classes: &[Class]) -> u64 {
        #[cfg(test)]
        super::work::step();
        classes.iter().fold(0, |bits, class| bits | self.bits.get(usize::from(*class)).copied().unwrap_or(0))
    }
}

/// Bits up to `gap + 1` places above each bit.
fn reach(bits: u64, gap: u32) -> u64 {
    (1..=(gap + 1).min(63)).fold(0, |all, by| all | (bits << by))
}

fn reach_back(bits: u64, gap: u32) -> u64 {
    (1..=(gap + 1).min(63)).fold(0, |all, by| all | (bits >> by))
}

impl Pattern {
    /// Calls `found` with each place in the window, from front to back.
    fn hits(&self, masks: &Masks, anchor: Class, mut found: impl FnMut(u32, u32)) {
        // A class shared by two anchors must not report the same place twice.
        let first_of_anchor = self
            .elements
            .get(self.anchor)
            .and_then(|e| e.classes.iter().find(|c| masks.any(&[**c]) != 0))
            .is_some_and(|class| *class == anchor);
        if !first_of_anchor {
            return;
        }
        let mut left = u64::MAX;
        while let Some((first, last)) = match self.shape {
            Shape::Ordered => self.ordered(masks, left),
            Shape::Bag(size) => self.bag(masks, size, left),
        } {
            found(first, last);
            if last >= 63 {
                break;
            }
            left = u64::MAX << (last + 1);
        }
    }

    /// Whether a word stands near that says it is something else; `window` is the first token of
    /// the masks.
    fn is_forbidden(&self, masks: &Masks, hit: &Hit, window: usize) -> bool {
        let from = hit.first.saturating_sub(window + 4).min(63);
        let to = (hit.last + 3).saturating_sub(window).min(63);
        let width = to.saturating_sub(from) + 1;
        let around = if width >= 64 { u64::MAX } else { ((1_u64 << width) - 1) << from };
        masks.any(&self.forbidden) & around != 0
    }

    /// The hit with the whole of the forms at its ends.
    fn whole(&self, marks: &Marks, first: usize, last: usize) -> Hit {
        let classes: Vec<Class> = self.elements.iter().flat_map(|e| e.classes.iter().copied()).collect();
        let (begin, _) = marks.form(first, &classes);
        let (_, end) = marks.form(last, &classes);
        Hit { rule: self.rule, first: begin, last: end }
    }

    /// The first place among the tokens of `left` where the elements follow one another.
    fn ordered(&self, masks: &Masks, left: u64) -> Option<(u32, u32)> {
        let mut reached = [0_u64; 16];
        let mut current = 0;
        for (slot, (index, element)) in reached.iter_mut().zip(self.elements.iter().enumerate()) {
            let here = masks.any(&element.classes) & left;
            current = if index == 0 { here } else { reach(current, element.gap) & here };
            if current == 0 {
                return None;
            }
            *slot = current;
        }
        let last = current.trailing_zeros();
        // Back from the first end to the nearest start that leads there.
        let mut bits = 1_u64 << last;
        for (index, element) in self.elements.iter().enumerate().skip(1).rev() {
            bits = reach_back(bits, element.gap) & reached.get(index - 1).copied().unwrap_or(0);
        }
        let first = 63 - bits.leading_zeros().min(63);
        Some((first, last))
    }

    /// The first anchor among the tokens of `within` that has every other element within `size` tokens.
    fn bag(&self, masks: &Masks, size: u32, within: u64) -> Option<(u32, u32)> {
        let anchors = masks.any(&self.elements.get(self.anchor)?.classes) & within;
        let mut left = anchors;
        while left != 0 {
            let at = left.trailing_zeros();
            left &= left - 1;
            let near = reach(1 << at, size.saturating_sub(1)) | reach_back(1 << at, size.saturating_sub(1)) | (1 << at);
            let (mut first, mut last) = (at, at);
            let all = self.elements.iter().enumerate().all(|(index, element)| {
                let here = masks.any(&element.classes) & near & within;
                if index == self.anchor {
                    return true;
                }
                let below = here & ((1_u64 << at) | ((1_u64 << at) - 1));
                let above = here & !((1_u64 << at) - 1);
                let (low, high) = (63_u32.wrapping_sub(below.leading_zeros()), above.trailing_zeros());
                match (below != 0, above != 0) {
                    (true, true) if at - low <= high - at => first = first.min(low),
                    (_, true) => last = last.max(high),
                    (true, false) => first = first.min(low),
                    (false, false) => return false,
                }
                true
            });
            if all {
                return Some((first, last));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screening::view::View;

    fn hits(pattern: &str, text: &str) -> Vec<(usize, usize)> {
        let mut patterns = Patterns::default();
        patterns.add_concept("SELF", ["jeg", "i"].into_iter());
        patterns.add_concept("DIE", ["dø", "slå_mig_ihjel"].into_iter());
        patterns.add_pattern(0, pattern).unwrap();
        patterns.finish(&WordSet::default());
        let tokens = Tokens::new(&View::new(text));
        let marks = Marks::new(&patterns, &tokens);
        patterns.hits(&tokens, &marks).into_iter().map(|hit| (hit.first, hit.last)).collect()
    }

    #[test]
    fn elements_follow_one_another_within_a_gap() {
        assert_eq!(hits("@SELF vil @DIE", "i dag vil jeg ikke, men jeg vil bare gerne dø nu"), [(7, 11)]);
        assert_eq!(hits("@SELF vil _0 @DIE", "jeg vil bare dø"), []);
        assert_eq!(hits("@SELF vil @DIE", "jeg vil bare slå mig ihjel"), [(0, 5)]);
        assert_eq!(hits("?@SELF vil @DIE", "vil dø"), [(0, 1)]);
    }

    #[test]
    fn a_bag_takes_any_order() {
        assert_eq!(hits("{4} @DIE @SELF", "dø vil jeg"), [(0, 2)]);
        assert_eq!(hits("{2} @DIE @SELF", "dø det vil faktisk jeg"), []);
    }

    #[test]
    fn a_forbidden_place_does_not_hide_a_later_one() {
        assert_eq!(hits("@SELF vil @DIE !grin", "jeg vil dø af grin, det var bare sjovt, men jeg vil dø"), [(12, 14)]);
        assert_eq!(hits("{3} @DIE vil", "vil dø. så var det det. vil dø"), [(0, 1), (8, 9)]);
    }

    #[test]
    fn forbidden_words_near_by_end_it() {
        assert_eq!(hits("@SELF vil @DIE !grin", "jeg vil dø af grin"), []);
    }

    #[test]
    fn one_wrong_letter_in_a_long_word_does_no_harm() {
        let found = |text: &str| {
            let mut patterns = Patterns::default();
            patterns.add_concept("KILL", ["selvmord", "slår_ihjel", "forsvinde"].into_iter());
            patterns.add_pattern(0, "@KILL").unwrap();
            let mut common = WordSet::default();
            common.insert("forsvinder");
            patterns.finish(&common);
            let tokens = Tokens::new(&View::new(text));
            let marks = Marks::new(&patterns, &tokens);
            patterns.hits(&tokens, &marks).len()
        };
        for text in ["selvmord", "slevmord", "selvmrd", "selvmoord", "selvmurd", "forsvnide"] {
            assert_eq!(found(text), 1, "{text}");
        }
        for text in ["selvom", "mord", "forsvinder", "selvmadras"] {
            assert_eq!(found(text), 0, "{text}");
        }
    }

    #[test]
    fn long_texts_are_matched_all_the_way() {
        let text = format!("{} jeg vil dø", "ord ".repeat(500));
        assert_eq!(hits("@SELF vil @DIE", &text).first(), Some(&(500, 502)));
    }
}
