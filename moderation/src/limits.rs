//! Lengths that the product allows, in Unicode scalar values unless said otherwise.

/// Title of a post or thread.
pub const TITLE_MAX: usize = 120;
/// Markdown body of a post.
pub const POST_MAX: usize = 40_000;
/// Body of a thread, a reply or a comment.
pub const REPLY_MAX: usize = 10_000;
/// Body of a chat message.
pub const CHAT_MAX: usize = 2_000;
/// Note of a reporter, statement of a decision, text of an appeal.
pub const NOTE_MAX: usize = 4_000;
/// Tags on one post.
pub const TAGS_MAX: usize = 5;
/// Length of one tag.
pub const TAG_MAX: usize = 30;
/// Shortest password.
pub const PASSWORD_MIN: usize = 10;
/// Longest password.
pub const PASSWORD_MAX: usize = 200;
/// Shortest pseudonym.
pub const PSEUDONYM_MIN: usize = 3;
/// Longest pseudonym.
pub const PSEUDONYM_MAX: usize = 24;
/// What a moderator puts in place of one redacted span.
pub const REPLACEMENT_MAX: usize = 200;
/// Redacted spans in one decision: more than this is a removal.
pub const REDACTIONS_MAX: usize = 500;
