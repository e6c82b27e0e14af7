//! What the desk sees of a breach.

use chrono::{DateTime, Utc};
use moderation::breach::{CLOCK, Step};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::assess::AssessmentForm;
use crate::casework::store::breaches::{self as store, BreachRow, PersonRow};
use crate::casework::store::cases::Case;
use crate::casework::target::TargetKind;
use crate::casework::views::Named;
use crate::http::{Lang, Problem};
use crate::infra::db::Conn;
use crate::infra::ids::{AccountId, CaseId};

/// One step of the work on a breach.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StepView {
    /// `contain`, `affected`, `left_space`, `decide`, `tell_affected`, `tell_author`, `repair`, `pledge`, `assess` or `close`.
    pub step: String,
    /// `done`, `not_needed` or `not_possible`; null while it is open.
    pub outcome: Option<String>,
    /// When.
    pub done_at: Option<DateTime<Utc>>,
    /// Who; null where the program found it out.
    pub done_by: Option<Named>,
    /// Outcomes that somebody may say; none where the program finds it out or it is written elsewhere.
    pub outcomes: Vec<String>,
}

/// What shows that nobody can see the text any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContainedView {
    /// When it was hidden; open screens were told with the same commit.
    pub hidden_at: Option<DateTime<Utc>>,
    /// Surfaces with copies.
    pub tasks_all: i64,
    /// Of these, cleared.
    pub tasks_done: i64,
}

/// Somebody who is to be told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonToTell {
    /// The account.
    pub id: AccountId,
    /// Its pseudonym.
    pub name: String,
    /// Language of messages to the person.
    pub locale: String,
    /// When they were told.
    pub told_at: Option<DateTime<Utc>>,
}

/// Words to begin a letter with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LetterTemplate {
    /// `breach_affected` or `breach_author`.
    pub about: String,
    /// `da` or `en`.
    pub lang: String,
    /// Title.
    pub title: String,
    /// Text.
    pub body: String,
}

/// A breach of confidentiality, step by step.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BreachView {
    /// The case; its version goes into `If-Match`.
    pub case: CaseId,
    /// Version of the case.
    pub version: i32,
    /// When we learnt of it.
    pub aware_at: DateTime<Utc>,
    /// When the 72 hours of GDPR art. 33 are over.
    pub notify_by: DateTime<Utc>,
    /// Why it was none: `dismissed`, `nobody_saw`, `own_data`, `not_confidential` or `overturned`.
    pub no_breach: Option<String>,
    /// It happened outside: there is no text here.
    pub outside: bool,
    /// That nobody can see it any more.
    pub contained: ContainedView,
    /// The steps, in their order.
    pub steps: Vec<StepView>,
    /// Members affected.
    pub people: Vec<PersonToTell>,
    /// How many others are affected.
    pub affected_outside: i32,
    /// Codes of what left the space.
    pub left_kinds: Vec<String>,
    /// `nobody`, `few`, `many`, `outside` or `unknown`.
    pub reach: Option<String>,
    /// Who wrote it; null after erasure or where it happened outside.
    pub author: Option<PersonToTell>,
    /// When the author was asked to sign the pledge again, and whether they did.
    pub pledge: Option<PledgeView>,
    /// `risk_unlikely`, `notify` or `notify_and_tell`.
    pub verdict: Option<String>,
    /// When the authority was told.
    pub notified_at: Option<DateTime<Utc>>,
    /// Words to begin letters with, in both languages.
    pub templates: Vec<LetterTemplate>,
}

/// How the pledge of the author stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PledgeView {
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it was given; null: the author reads but does not write.
    pub signed_at: Option<DateTime<Utc>>,
}

/// A breach after its assessment was kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssessedView {
    /// The breach.
    pub breach: BreachView,
    /// Fields that the law asks for and that are still empty.
    pub missing: Vec<String>,
}

/// What is written about a breach, opened with a reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PaperView {
    /// Notes by step.
    #[schema(value_type = Object)]
    pub notes: Map<String, Value>,
    /// The assessment as far as it was written.
    pub form: AssessmentForm,
    /// The form of GDPR art. 33(3) in words, to be kept or sent.
    pub text: String,
    /// The same as data.
    #[schema(value_type = Object)]
    pub data: Value,
}

/// Letters that were written.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LettersWritten {
    /// Their ids.
    pub items: Vec<Uuid>,
    /// The breach after it.
    pub breach: BreachView,
}

impl From<PersonRow> for PersonToTell {
    fn from(row: PersonRow) -> Self {
        Self { id: row.id, name: row.name, locale: row.locale, told_at: row.told_at }
    }
}

/// The breach of a case as the desk sees it.
pub(super) async fn view(conn: &mut Conn, case: &Case, row: BreachRow) -> Result<BreachView, Problem> {
    let outside = case.kind == TargetKind::Outside;
    let proof = store::proof(conn, case.id).await?;
    let steps = store::steps(conn, case.id).await?;
    let pledge = crate::accounts::pledge_of_case(conn, case.id).await?;
    Ok(BreachView {
        case: case.id,
        version: case.version,
        aware_at: row.aware_at,
        notify_by: row.aware_at + CLOCK,
        no_breach: row.no_breach,
        outside,
        contained: ContainedView {
            hidden_at: proof.hidden_at,
            tasks_all: proof.tasks_all,
            tasks_done: proof.tasks_done,
        },
        steps: steps
            .into_iter()
            .map(|row| StepView {
                outcomes: row.step.parse::<Step>().map_or_else(
                    |_| Vec::new(),
                    |step| step.outcomes(outside).iter().map(|o| o.as_str().to_owned()).collect(),
                ),
                step: row.step,
                outcome: row.outcome,
                done_at: row.done_at,
                done_by: row.done_by.zip(row.done_by_name).map(|(id, name)| Named { id, name }),
            })
            .collect(),
        people: store::people(conn, case.id).await?.into_iter().map(PersonToTell::from).collect(),
        affected_outside: row.affected_outside,
        left_kinds: row.left_kinds,
        reach: row.reach,
        author: store::author(conn, case.id).await?.map(PersonToTell::from),
        pledge: pledge.map(|(asked_at, signed_at)| PledgeView { asked_at, signed_at }),
        verdict: row.verdict,
        notified_at: row.notified_at,
        templates: templates(),
    })
}

fn templates() -> Vec<LetterTemplate> {
    ["breach_affected", "breach_author"]
        .into_iter()
        .flat_map(|about| [Lang::Da, Lang::En].map(|lang| (about, lang)))
        .map(|(about, lang)| LetterTemplate {
            about: about.to_owned(),
            lang: lang.code().to_owned(),
            title: lang.say(&format!("letter.{about}.title"), &[]),
            body: lang.say(&format!("letter.{about}.body"), &[]),
        })
        .collect()
}
