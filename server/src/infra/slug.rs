//! Addresses made from titles.

use unicode_normalization::UnicodeNormalization;

/// `title` as lower-case ASCII words joined by `-`, cut to `max` bytes; empty where nothing is left.
/// Danish letters become what people type without them: ae, oe, aa.
#[must_use]
pub fn slug_of(title: &str, max: usize) -> String {
    let mut slug = String::new();
    for c in title.nfc().flat_map(char::to_lowercase) {
        match c {
            '\u{e6}' => slug.push_str("ae"),
            '\u{f8}' | '\u{f6}' => slug.push_str("oe"),
            '\u{e5}' => slug.push_str("aa"),
            '\u{df}' => slug.push_str("ss"),
            _ => slug.extend(std::iter::once(c).nfd().map(|c| if c.is_alphanumeric() { c } else { mark_or_gap(c) })),
        }
    }
    let words: Vec<String> = slug
        .split(GAP)
        .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    let joined = words.join("-");
    if joined.len() <= max {
        return joined;
    }
    let cut: String = joined.chars().take(max).collect();
    cut.rsplit_once('-').map_or(cut.clone(), |(whole, _)| whole.to_owned())
}

const GAP: char = ' ';

/// Combining marks vanish with their letter's accent; everything else between words is a gap.
fn mark_or_gap(c: char) -> char {
    if unicode_normalization::char::is_combining_mark(c) { '\u{301}' } else { GAP }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn danish_letters_are_spelt_out_and_accents_fall_away() {
        assert_eq!(slug_of("Når æblet falder, øver jeg mig", 60), "naar-aeblet-falder-oever-jeg-mig");
        assert_eq!(slug_of("  Café & vènner!  ", 60), "cafe-venner");
        assert_eq!(slug_of("日本", 60), "");
    }

    #[test]
    fn a_long_title_is_cut_at_a_word() {
        assert_eq!(slug_of("en to tre fire", 8), "en-to");
        assert_eq!(slug_of("uafbrudtlangt", 5), "uafbr");
    }
}
