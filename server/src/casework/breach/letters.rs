//! Telling people of a breach: letters from a template, signed by a person, read in the app.

use serde_json::json;
use uuid::Uuid;

use super::{Work, store};
use crate::access::Actor;
use crate::casework::store::letters::{self, NewLetter};
use crate::http::{IfMatch, Problem};
use crate::infra::db::Tx;
use crate::infra::ids::AccountId;
use crate::notify;
use moderation::breach::{Outcome, Step};

/// Whom a letter is to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum About {
    /// Somebody whom the breach hurts.
    Affected,
    /// Who wrote what got out.
    Author,
}

impl About {
    fn code(self) -> &'static str {
        match self {
            Self::Affected => "breach_affected",
            Self::Author => "breach_author",
        }
    }

    fn step(self) -> Step {
        match self {
            Self::Affected => Step::TellAffected,
            Self::Author => Step::TellAuthor,
        }
    }
}

impl std::str::FromStr for About {
    type Err = &'static str;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        [Self::Affected, Self::Author].into_iter().find(|about| about.code() == code).ok_or("unknown_value")
    }
}

/// A letter as asked for.
pub(crate) struct Letter {
    pub(crate) about: About,
    /// One of those affected; none: all who were not told yet.
    pub(crate) to: Option<AccountId>,
    pub(crate) title: String,
    pub(crate) body: String,
    /// Signed with the writer's pseudonym; otherwise with the role alone.
    pub(crate) by_name: bool,
}

/// Writes a letter and tells its receivers that it is there. Answers the letters.
///
/// # Errors
/// 422 where nobody is left to be told, 428, 412, 409.
pub(crate) async fn write(
    tx: &mut Tx,
    work: &Work<'_>,
    letter: &Letter,
    version: IfMatch,
) -> Result<Vec<Uuid>, Problem> {
    let id = work.case.id;
    let receivers: Vec<AccountId> = match letter.about {
        About::Author => store::author(tx, id).await?.into_iter().map(|author| author.id).collect(),
        About::Affected => store::people(tx, id)
            .await?
            .into_iter()
            .filter(|one| letter.to.map_or(one.told_at.is_none(), |to| to == one.id))
            .map(|one| one.id)
            .collect(),
    };
    if receivers.is_empty() {
        return Err(Problem::field("to", "not_found"));
    }
    work.writable(version)?;
    let mut written = Vec::with_capacity(receivers.len());
    for to in receivers {
        let new = NewLetter {
            to,
            case: id,
            about: letter.about.code(),
            title: &letter.title,
            body: &letter.body,
            by: work.by.id,
            name: letter.by_name.then_some(work.by.name.as_str()),
            role: signed_role(work.by),
        };
        let made = letters::insert(tx, &new).await?;
        notify::tell(tx, to, "letter", json!({ "url": format!("/mig/brev/{made}") })).await?;
        if letter.about == About::Affected {
            store::told(tx, id, to).await?;
        }
        written.push(made);
    }
    if letter.about == About::Author || store::everyone_told(tx, id).await? {
        store::mark(tx, id, letter.about.step(), Outcome::Done, Some(work.by.id), None).await?;
    }
    let codes = json!({ "about": letter.about.code(), "letters": written.clone() });
    work.wrote(tx, "letter", codes).await?;
    Ok(written)
}

/// The role that looks after cases, as it stands below the letter.
fn signed_role(by: &Actor) -> &'static str {
    by.roles.shown().code()
}
