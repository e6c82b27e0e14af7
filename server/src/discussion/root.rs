//! What texts hang below: a thread of the forum or a post of the blog.

use uuid::Uuid;

use crate::casework::TargetKind;

/// A kind of root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RootKind {
    /// A thread; below it stand replies.
    Thread,
    /// A post; below it stand comments.
    Post,
}

impl RootKind {
    /// Its code in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Thread => "thread",
            Self::Post => "post",
        }
    }

    /// The kind of text that stands below it.
    #[must_use]
    pub fn child(self) -> TargetKind {
        match self {
            Self::Thread => TargetKind::Reply,
            Self::Post => TargetKind::Comment,
        }
    }
}

/// One root.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Root {
    /// Thread or post.
    pub kind: RootKind,
    /// Which one.
    pub id: Uuid,
}

impl Root {
    /// A thread or post by its id.
    #[must_use]
    pub fn new(kind: RootKind, id: impl Into<Uuid>) -> Self {
        Self { kind, id: id.into() }
    }
}
