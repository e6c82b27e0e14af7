//! The code that gets somebody back in without an e-mail: shown once, kept as a hash.

use rand::RngExt;

/// No letters that are read for each other (I/1, O/0, U/V).
const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTWXYZ23456789";
const GROUPS: usize = 5;
const GROUP: usize = 4;

/// A new code of 20 characters (98 bits) in groups of four.
#[must_use]
pub fn new() -> String {
    let mut random = rand::rng();
    let groups: Vec<String> = (0..GROUPS)
        .map(|_| {
            (0..GROUP)
                .map(|_| char::from(ALPHABET.get(random.random_range(0..ALPHABET.len())).copied().unwrap_or(b'A')))
                .collect()
        })
        .collect();
    groups.join("-")
}

/// The code as it is hashed: without what people add or lose when they copy by hand.
#[must_use]
pub fn normalise(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// A code as it is written, however it was copied by hand.
#[must_use]
pub fn as_written(typed: &str) -> String {
    let plain: Vec<char> = normalise(typed).chars().collect();
    plain.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_being_copied_by_hand() {
        let code = new();
        assert_eq!(code.len(), 24);
        assert_eq!(normalise(&code.to_lowercase().replace('-', " ")), normalise(&code));
        assert_eq!(as_written(&code.to_lowercase().replace('-', " ")), code);
    }
}
