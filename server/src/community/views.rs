//! The community as the API shows it.

use chrono::{Months, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::http::Lang;

/// What everybody may know of the community.
#[derive(Serialize, ToSchema)]
pub struct CommunityView {
    /// Name.
    pub name: String,
    /// Neutral name for tab titles.
    pub short_name: String,
    /// One line.
    pub tagline: String,
    /// Version of name and settings.
    pub version: i32,
    /// Youngest age that may join.
    pub minimum_age: u8,
    /// IANA time zone.
    pub time_zone: String,
    /// Where "leave the page" goes.
    pub leave_url: String,
    /// Who is responsible for the data (GDPR art. 4(7)); null until a coordinator has written it.
    pub controller_name: Option<String>,
    /// How to reach them.
    pub controller_contact: Option<String>,
    /// For visitor and each role: `one`, `the`, `many`, `the_many`.
    #[schema(value_type = Object)]
    pub role_words: Value,
    /// One line about each role.
    #[schema(value_type = Object)]
    pub role_explanations: Value,
    /// House rules.
    pub rules: Vec<RuleView>,
    /// A line below the rules.
    pub rules_note: String,
    /// What is shown once on entering a chat room.
    pub chat_ground_rules: Vec<RuleView>,
    /// Line above them.
    pub chat_ground_rules_intro: String,
    /// Words of the consents, with versions.
    #[schema(value_type = Object)]
    pub consents: Value,
    /// Words of the dialog for reports.
    #[schema(value_type = Object)]
    pub report_dialog: Value,
    /// Reasons of a report, in order.
    #[schema(value_type = Vec<Object>)]
    pub report_reasons: Value,
    /// Words around a decision.
    #[schema(value_type = Object)]
    pub decision_texts: Value,
    /// Places to get help that were checked within six months, and 112.
    pub help_lines: Vec<HelpLineView>,
    /// Opening hours and what is said beside them; `now` tells whether the chat is open: `{state, opens_at, closes_at}`.
    #[schema(value_type = Object)]
    pub opening: Value,
}

/// A rule.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct RuleView {
    /// Stable id, named by decisions.
    pub id: String,
    /// The rule.
    pub text: String,
}

/// A place to get help.
#[derive(Serialize, ToSchema)]
pub struct HelpLineView {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: String,
    /// What it is.
    pub about: String,
    /// Number.
    pub number: Option<String>,
    /// Page.
    pub url: Option<String>,
    /// When it answers.
    pub hours: Option<String>,
    /// Whom it is for.
    pub ages: Option<String>,
    /// Day of the last check with its owner.
    pub checked_on: Option<NaiveDate>,
}

/// Months for which a check of a help line holds.
const CHECK_HOLDS: Months = Months::new(6);

impl HelpLineView {
    /// The line, if it may be shown today.
    pub fn shown(line: store::HelpLine, lang: Lang, today: NaiveDate) -> Option<Self> {
        let fresh = line
            .checked_on
            .is_some_and(|day| day <= today && day.checked_add_months(CHECK_HOLDS).is_some_and(|end| today <= end));
        (line.always_shown || fresh).then(|| Self {
            id: line.id,
            about: if lang == Lang::Da { line.about_da } else { line.about_en },
            name: line.name,
            number: line.number,
            url: line.url,
            hours: line.hours,
            ages: line.ages,
            checked_on: line.checked_on,
        })
    }
}

/// A page of the community.
#[derive(Serialize, ToSchema)]
pub struct PageView {
    /// Title.
    pub title: String,
    /// Sanitised HTML.
    pub body_html: String,
    /// Questions or anything else the page has beside its text.
    #[schema(value_type = Object)]
    pub extra: Value,
}

/// A document as a coordinator edits it.
#[derive(Serialize, ToSchema)]
pub struct DocumentView {
    /// Kind.
    pub kind: String,
    /// Language.
    pub lang: String,
    /// Version; 0: the default.
    pub version: i32,
    /// The document.
    #[schema(value_type = Object)]
    pub body: Value,
}

/// A help line as a coordinator edits it.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct HelpLineEdit {
    /// Id; left out for a new one.
    pub id: Option<Uuid>,
    /// Shown without a check (112).
    #[serde(default)]
    pub always_shown: bool,
    /// What it is, in Danish.
    pub about_da: String,
    /// What it is, in English.
    pub about_en: String,
    /// Name.
    pub name: String,
    /// Number.
    pub number: Option<String>,
    /// Page.
    pub url: Option<String>,
    /// When it answers.
    pub hours: Option<String>,
    /// Whom it is for.
    pub ages: Option<String>,
    /// Day of the last check; null: not checked, so not shown.
    pub checked_on: Option<NaiveDate>,
}

impl From<store::HelpLine> for HelpLineEdit {
    fn from(line: store::HelpLine) -> Self {
        Self {
            id: Some(line.id),
            always_shown: line.always_shown,
            about_da: line.about_da,
            about_en: line.about_en,
            name: line.name,
            number: line.number,
            url: line.url,
            hours: line.hours,
            ages: line.ages,
            checked_on: line.checked_on,
        }
    }
}
