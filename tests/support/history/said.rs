//! What people say while a checker reads along: a text that tells whose message it is of, which of its texts, and whether
//! what a moderator took out of it is still there.

use uuid::Uuid;

/// Words of four letters, so that the place of the secret is the same in all messages.
const WORDS: [&str; 16] = [
    "sten", "regn", "blad", "fugl", "gren", "stol", "bord", "mælk", "skab", "dyne", "sofa", "avis", "brød", "smør",
    "saft", "pude",
];
const REST: &str =
    "Jeg kender det godt. Hos mig hjalp det at tage en dag ad gangen og ringe til min storesøster bagefter";
/// Length of a secret in Unicode scalar values; it stands at the beginning.
pub const SECRET: usize = 14;
/// What a moderator puts in its place.
pub const MASK: &str = "(taget ud)";

/// Three words that are the message's own.
pub fn secret_of(client_id: Uuid) -> String {
    let bytes = client_id.as_bytes();
    [bytes[0], bytes[1], bytes[2]].map(|byte| WORDS[usize::from(byte % 16)]).join(" ")
}

/// The text of a message, before and after changes of its author.
pub fn text_of(client_id: Uuid, version: u32) -> String {
    format!("{} – {REST} – {version}. udgave", secret_of(client_id))
}

/// Which text of its message this is.
pub fn version_of(html: &str) -> Option<u32> {
    html.rsplit_once("– ")?.1.split_once('.')?.0.parse().ok()
}

/// Whether all of it is there.
pub fn is_whole(html: &str) -> bool {
    !html.contains(MASK)
}
