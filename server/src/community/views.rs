//! The community as the API shows it.

use chrono::{DateTime, Months, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::hours::{OpeningFacts, Window};
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
    /// `open` or `closed` at this moment; null where the hours are not known.
    #[schema(value_type = Option<String>)]
    pub state: Option<&'static str>,
    /// When it answers again, if it is closed.
    pub opens_at: Option<DateTime<Utc>>,
    /// When it stops answering, if it is open and will.
    pub closes_at: Option<DateTime<Utc>>,
}

/// Months for which a check of a help line holds.
const CHECK_HOLDS: Months = Months::new(6);

/// The help lines that may be shown today, 112 before all, then those that answer now, then those of which nobody knows.
pub fn help_lines(lines: Vec<store::HelpLine>, lang: Lang, zone: Tz, now: DateTime<Utc>) -> Vec<HelpLineView> {
    let today = now.with_timezone(&zone).date_naive();
    let mut shown: Vec<(bool, HelpLineView)> = lines
        .into_iter()
        .filter(|line| line.always_shown || is_fresh(line, today))
        .map(|line| (line.always_shown, HelpLineView::new(line, lang, zone, now)))
        .collect();
    let rank = |line: &HelpLineView| match line.state {
        Some("open") => 0,
        None => 1,
        Some(_) => 2,
    };
    shown.sort_by_key(|(first, line)| (!first, rank(line), line.opens_at));
    shown.into_iter().map(|(_, line)| line).collect()
}

fn is_fresh(line: &store::HelpLine, today: NaiveDate) -> bool {
    line.checked_on
        .is_some_and(|day| day <= today && day.checked_add_months(CHECK_HOLDS).is_some_and(|end| today <= end))
}

impl HelpLineView {
    fn new(line: store::HelpLine, lang: Lang, zone: Tz, now: DateTime<Utc>) -> Self {
        let hours: Vec<Window> = serde_json::from_value(line.open_hours).unwrap_or_default();
        let is_known = line.always_open || !hours.is_empty();
        let facts = OpeningFacts {
            always_open: line.always_open,
            hours,
            opened_until: None,
            closed_until: None,
            time_zone: zone,
        };
        let opening = is_known.then(|| facts.at(now));
        Self {
            id: line.id,
            about: if lang == Lang::Da { line.about_da } else { line.about_en },
            name: line.name,
            number: line.number,
            url: line.url,
            hours: line.hours,
            ages: line.ages,
            checked_on: line.checked_on,
            state: opening.map(|opening| opening.state()),
            opens_at: opening.and_then(|opening| opening.opens_at),
            closes_at: opening.and_then(|opening| opening.closes_at),
        }
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
    /// Answers at every hour.
    #[serde(default)]
    pub always_open: bool,
    /// Weekly hours on the community's clock; none: not known.
    #[serde(default)]
    pub open_hours: Vec<Window>,
    /// Public page where the hours were read.
    pub hours_source: Option<String>,
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
            always_open: line.always_open,
            open_hours: serde_json::from_value(line.open_hours).unwrap_or_default(),
            hours_source: line.hours_source,
        }
    }
}
