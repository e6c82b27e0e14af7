//! Accounts as the API shows them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::access::{Actor, Role, Roles, capability};

/// An account, in brief.
#[derive(Serialize, ToSchema)]
pub struct AccountView {
    /// Id.
    pub id: Uuid,
    /// Pseudonym.
    pub pseudonym: String,
    /// Roles, lowest first.
    pub roles: Vec<Role>,
}

/// Answer to signing up.
#[derive(Serialize, ToSchema)]
pub struct SignedUpView {
    /// The new account.
    pub account: AccountView,
    /// Shown this once: the way back in without an e-mail.
    pub recovery_code: String,
    /// Bearer token; browsers get a cookie instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
}

/// Answer to signing in.
#[derive(Serialize, ToSchema)]
pub struct SignedInView {
    /// Who it is.
    pub account: AccountView,
    /// Bearer token; browsers get a cookie instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<String>,
    /// Seconds until the token (or the cookie) runs out.
    pub expires_in: i64,
    /// The new recovery code, after a recovery: the old one is used up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery_code: Option<String>,
}

/// Everything about an account.
#[derive(Serialize, ToSchema)]
pub struct ExportView {
    /// As of.
    pub exported_at: DateTime<Utc>,
    /// Whose.
    pub account: Uuid,
    /// Rows by kind of thing, with the names of the columns they are kept in.
    #[schema(value_type = Object)]
    pub data: BTreeMap<String, Vec<serde_json::Value>>,
}

/// Own account.
#[derive(Serialize, ToSchema)]
pub struct MeView {
    /// Id.
    pub id: Uuid,
    /// Pseudonym.
    pub pseudonym: String,
    /// Roles, lowest first.
    pub roles: Vec<Role>,
    /// What the roles allow.
    pub permissions: Vec<&'static str>,
    /// A trusted supporter's posts publish at once.
    pub trusted: bool,
    /// When the consent to writing was given; null: reading only.
    pub consented_at: Option<DateTime<Utc>>,
    /// End of a suspension.
    pub suspended_until: Option<DateTime<Utc>>,
    /// End of a mute.
    pub muted_until: Option<DateTime<Utc>>,
    /// When the pledge of confidentiality was asked for again; until `POST /me/pledge` one may read.
    pub pledge_asked_at: Option<DateTime<Utc>>,
    /// Whether one is counted among those who are in a chat room now.
    pub shows_presence: bool,
    /// Joined at.
    pub created_at: DateTime<Utc>,
    /// Year of birth.
    pub birth_year: i16,
    /// Line on the profile of a supporter.
    pub ask_me_about: Option<String>,
    /// Language of messages.
    pub locale: String,
    /// Training.
    pub certificates: Vec<CertificateView>,
}

impl MeView {
    /// From the actor and what else the account knows.
    #[must_use]
    pub fn new(actor: &Actor, profile: store::ProfileRow, certificates: Vec<store::CertificateRow>) -> Self {
        Self {
            id: actor.id.0,
            pseudonym: actor.name.clone(),
            roles: actor.roles.iter().collect(),
            permissions: capability::permissions(actor),
            trusted: actor.trusted,
            consented_at: actor.consented_at,
            suspended_until: actor.suspended_until,
            muted_until: actor.muted_until,
            pledge_asked_at: actor.pledge_asked_at,
            shows_presence: actor.shows_presence,
            created_at: actor.created_at,
            birth_year: profile.birth_year,
            ask_me_about: profile.ask_me_about,
            locale: profile.locale,
            certificates: certificates.into_iter().map(CertificateView::from).collect(),
        }
    }
}

/// Training in a category.
#[derive(Serialize, ToSchema)]
pub struct CertificateView {
    /// `danger`, `confidentiality` or `grooming`.
    pub category: String,
    /// Recorded at.
    pub granted_at: DateTime<Utc>,
    /// Good until; null: no end.
    pub expires_at: Option<DateTime<Utc>>,
}

impl From<store::CertificateRow> for CertificateView {
    fn from(row: store::CertificateRow) -> Self {
        Self { category: row.category, granted_at: row.granted_at, expires_at: row.expires_at }
    }
}

/// A session of one's own.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    /// Id.
    pub id: Uuid,
    /// `cookie` or `bearer`.
    pub carrier: String,
    /// Signed in at.
    pub created_at: DateTime<Utc>,
    /// Last used at, to the minute. Only its owner sees this.
    pub last_used_at: DateTime<Utc>,
    /// Whether it carries this request.
    pub current: bool,
}

/// An account as a coordinator sees it.
#[derive(Serialize, ToSchema)]
pub struct PersonView {
    /// Id.
    pub id: Uuid,
    /// Pseudonym.
    pub pseudonym: String,
    /// Roles, lowest first.
    pub roles: Vec<Role>,
    /// Trusted supporter.
    pub trusted: bool,
    /// Codes of certificates in force.
    pub certificates: Vec<String>,
    /// When each of them runs out, by code; one without an end is left out.
    pub certificate_ends: BTreeMap<String, DateTime<Utc>>,
    /// Line on the profile.
    pub ask_me_about: Option<String>,
    /// End of a suspension.
    pub suspended_until: Option<DateTime<Utc>>,
    /// Joined at.
    pub created_at: DateTime<Utc>,
}

impl From<store::PersonRow> for PersonView {
    fn from(row: store::PersonRow) -> Self {
        let ends = row.certificates.iter().cloned().zip(row.certificate_ends);
        Self {
            id: row.id.0,
            roles: Roles::from_codes(row.roles.iter().map(String::as_str)).iter().collect(),
            pseudonym: row.pseudonym,
            trusted: row.trusted,
            certificate_ends: ends.filter_map(|(code, end)| Some((code, end?))).collect(),
            certificates: row.certificates,
            ask_me_about: row.ask_me_about,
            suspended_until: row.suspended_until,
            created_at: row.created_at,
        }
    }
}

/// What members see of somebody: nothing else is shown to them.
#[derive(Serialize, ToSchema)]
pub struct ProfileView {
    /// Id.
    pub id: Uuid,
    /// Pseudonym.
    pub pseudonym: String,
    /// The role shown.
    pub role: Role,
    /// Line of a supporter.
    pub ask_me_about: Option<String>,
}

/// Free pseudonyms.
#[derive(Serialize, ToSchema)]
pub struct SuggestionsView {
    /// A few that nobody has and that say nothing about the person.
    pub items: Vec<String>,
}
