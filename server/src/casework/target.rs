//! What casework needs of a kind of text. Features implement it; `app.rs` wires them together.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use moderation::content::ContentState;
use moderation::triage::Exposure;
use uuid::Uuid;

use crate::access::Actor;
use crate::http::Problem;
use crate::infra::db::{Conn, Tx};
use crate::infra::ids::AccountId;

/// A kind of thing that can be reported and decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TargetKind {
    /// Blog post.
    Post,
    /// Thread of the forum.
    Thread,
    /// Reply in a thread.
    Reply,
    /// Comment under a post.
    Comment,
    /// Chat message.
    Message,
    /// A person's account.
    Account,
    /// What happened outside the platform: there is no text here.
    Outside,
}

impl TargetKind {
    /// Its code in the API and the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Thread => "thread",
            Self::Reply => "reply",
            Self::Comment => "comment",
            Self::Message => "message",
            Self::Account => "account",
            Self::Outside => "outside",
        }
    }
}

impl TargetKind {
    /// Whether it has no text that could be hidden.
    pub(crate) fn is_without_text(self) -> bool {
        matches!(self, Self::Account | Self::Outside)
    }

    /// An address that holds nothing of anybody's words, and so may be kept: the address of a post is made of its title.
    pub(crate) fn lasting_url(self, id: Uuid, url: &str) -> Option<String> {
        match self {
            Self::Post => Some(format!("/blog/{id}")),
            Self::Thread | Self::Reply | Self::Message => Some(url.to_owned()),
            Self::Comment | Self::Account | Self::Outside => None,
        }
    }
}

impl std::str::FromStr for TargetKind {
    type Err = &'static str;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        [Self::Post, Self::Thread, Self::Reply, Self::Comment, Self::Message, Self::Account, Self::Outside]
            .into_iter()
            .find(|kind| kind.code() == code)
            .ok_or("unknown_value")
    }
}

/// How a text stands when a case looks at it.
#[derive(Clone, Debug)]
pub struct TargetFacts {
    /// Who wrote it; none after erasure.
    pub author: Option<AccountId>,
    /// Its state.
    pub state: ContentState,
    /// Its newest revision (for a post: the one that is public, else the draft).
    pub revision: i32,
    /// Who can see it now, beside its author.
    pub exposure: Exposure,
    /// Address of the page it stands on, for the desk.
    pub url: String,
}

/// The text of one revision, as evidence keeps it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TargetText {
    /// Title, where the kind has one.
    pub title: Option<String>,
    /// Markdown.
    pub body: String,
}

/// What a decision does to a text. Each answers the state after it, and announces what open screens must forget.
#[derive(Clone, Debug)]
pub enum Change {
    /// Hide at once, reversibly, until somebody decides.
    HidePending,
    /// Hide by a decision.
    Hide,
    /// Take away. The text and its revisions leave the feature's tables; casework has sealed it as evidence.
    Remove,
    /// Replace the Markdown by this one, drop older revisions; casework has sealed the original as evidence.
    Redact(TargetText),
    /// Bring back what was hidden or held; after a removal or redaction with the text from the evidence.
    Restore(Option<TargetText>),
    /// Publish this revision of a submission (posts only).
    Publish(i32),
    /// Give a submission back to its author (posts only).
    RequestChanges,
}

/// A text beside the one of a case, as readers see it now. The text of the case marks its place; its words are evidence.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// Who wrote it.
    pub author: Option<AccountId>,
    /// By which pseudonym.
    pub name: Option<String>,
    /// Markdown.
    pub body: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Whether this is the text of the case.
    pub is_it: bool,
}

/// A future on this thread.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + 'a>>;

/// A kind of text as casework sees it.
pub trait CaseTarget {
    /// Which kind.
    fn kind(&self) -> TargetKind;

    /// How the text stands; none where there is no such text. Inside a transaction the row is locked for update.
    fn facts<'a>(&'a self, conn: &'a mut Conn, id: Uuid, lock: bool) -> Pending<'a, Option<TargetFacts>>;

    /// Whether `reader` (none: a visitor) can read the text now, or could before it was hidden.
    fn could_read<'a>(&'a self, conn: &'a mut Conn, id: Uuid, reader: Option<&'a Actor>) -> Pending<'a, bool>;

    /// The text of a revision, for evidence and review; none where that revision is gone.
    fn text<'a>(&'a self, conn: &'a mut Conn, id: Uuid, revision: i32) -> Pending<'a, Option<TargetText>>;

    /// The texts around it that readers see now, in their order, with its own place among them. None where nothing stands around.
    fn around<'a>(&'a self, conn: &'a mut Conn, id: Uuid) -> Pending<'a, Vec<Neighbour>> {
        let _ = (conn, id);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// Does `change` in the transaction of the decision and answers the state after it. The feature renders and counts anew,
    /// bumps the versions that open screens compare, and announces.
    fn apply<'a>(&'a self, tx: &'a mut Tx, id: Uuid, change: Change) -> Pending<'a, ContentState>;

    /// Takes copies away from one surface after a redaction or removal (`revisions`, `search` …); may be called again.
    /// The surfaces it has are [`CaseTarget::surfaces`].
    fn erase_copies<'a>(&'a self, tx: &'a mut Tx, id: Uuid, surface: &'a str) -> Pending<'a, ()>;

    /// Surfaces of the feature that may hold copies beside the text itself.
    fn surfaces(&self) -> &'static [&'static str];
}

/// All kinds, wired in `app.rs`.
#[derive(Clone, Default)]
pub struct Targets(Vec<Arc<dyn CaseTarget + Send + Sync>>);

impl Targets {
    /// With the kinds that features hand in.
    #[must_use]
    pub fn new(targets: Vec<Arc<dyn CaseTarget + Send + Sync>>) -> Self {
        Self(targets)
    }

    /// The target of a kind.
    ///
    /// # Errors
    /// 500 when nobody handed that kind in.
    pub fn of(&self, kind: TargetKind) -> Result<&dyn CaseTarget, Problem> {
        self.0
            .iter()
            .find(|t| t.kind() == kind)
            .map(|t| &**t as &dyn CaseTarget)
            .ok_or_else(|| Problem::Internal(anyhow::anyhow!("no case target for {}", kind.code())))
    }
}
