//! Texts without what tells of a person: for colleagues who are asked, and for the texts around a case.

use crate::screening::Screening;

/// The text with personal data masked and each name replaced by a word; none where that cannot be promised.
pub(crate) fn masked(screening: &Screening, text: &str, names: &[(&str, &str)]) -> Option<String> {
    let masked = screening.masked(text)?;
    Some(names.iter().fold(masked, |text, (name, word)| without(&text, name, word)))
}

/// The text with a word in place of a name, however its letters are written.
fn without(text: &str, name: &str, word: &str) -> String {
    let name: Vec<char> = name.chars().collect();
    let letters: Vec<char> = text.chars().collect();
    let same = |a: &char, b: &char| a.to_lowercase().eq(b.to_lowercase());
    let mut out = String::new();
    let mut rest: &[char] = &letters;
    while let Some((first, tail)) = rest.split_first() {
        let hit = !name.is_empty() && rest.len() >= name.len() && rest.iter().zip(&name).all(|(a, b)| same(a, b));
        if hit {
            out.push_str(word);
            rest = rest.get(name.len()..).unwrap_or_default();
        } else {
            out.push(*first);
            rest = tail;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_however_it_is_written() {
        assert_eq!(without("Spurgte MÅGE, og måge svarede måg", "Måge", "A"), "Spurgte A, og A svarede måg");
        assert_eq!(without("intet", "", "A"), "intet");
    }
}
