//! What requests of community send, for the OpenAPI document.
#![expect(
    dead_code,
    reason = "bodies are read field by field, so that every wrong field is named at once; these types only describe them"
)]

use chrono::NaiveDate;
use serde_json::Value;
use utoipa::ToSchema;

use super::hours::Window;

/// Body of changing a document.
#[derive(ToSchema)]
pub struct DocumentBody {
    /// `da` or `en`.
    pub lang: String,
    /// The document, in the shape of the default.
    #[schema(value_type = Object)]
    pub body: Value,
    /// The advice on words was seen.
    pub confirmed: Option<bool>,
}

/// Body of changing name and settings; what is left out stays.
#[derive(ToSchema)]
pub struct CommunityPatch {
    /// Name, 1–60.
    pub name: Option<String>,
    /// Neutral name, 1–30.
    pub short_name: Option<String>,
    /// 13–25.
    pub minimum_age: Option<u8>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// An https address.
    pub leave_url: Option<String>,
    /// Who is responsible for the data.
    pub controller_name: Option<String>,
    /// How to reach them.
    pub controller_contact: Option<String>,
    /// The advice on words was seen.
    pub confirmed: Option<bool>,
}

/// A help line as it shall be.
#[derive(ToSchema)]
pub struct HelpLineBody {
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
    pub always_open: Option<bool>,
    /// Weekly hours on the community's clock; none: not known.
    pub open_hours: Option<Vec<Window>>,
    /// Public page where the hours were read.
    pub hours_source: Option<String>,
    /// The advice on words was seen.
    pub confirmed: Option<bool>,
}
