//! What requests of accounts send, for the OpenAPI document.
#![expect(
    dead_code,
    reason = "bodies are read field by field, so that every wrong field is named at once; these types only describe them"
)]

use chrono::{DateTime, Utc};
use utoipa::ToSchema;

/// Body of signing up.
#[derive(ToSchema)]
pub struct NewAccountBody {
    /// 3–24 letters of any script, digits, `_`, `-`.
    pub pseudonym: String,
    /// 10–200 characters.
    pub password: String,
    /// Year of birth.
    pub birth_year: i32,
    /// The rules were read and accepted: must be true.
    pub accept_rules: bool,
    /// Explicit consent to what one writes about oneself being handled (GDPR art. 9).
    pub accept_sensitive: Option<bool>,
    /// Where the person heard of us.
    pub heard_from: Option<String>,
}

/// Body of signing in.
#[derive(ToSchema)]
pub struct SignInBody {
    /// Pseudonym.
    pub pseudonym: String,
    /// Password.
    pub password: String,
}

/// Body of proving the password again.
#[derive(ToSchema)]
pub struct StepUpBody {
    /// Password.
    pub password: String,
}

/// Body of leaving for good.
#[derive(ToSchema)]
pub struct LeavingBody {
    /// Password, proven once more.
    pub password: String,
    /// `erase`: every text goes; `leave`: what others can read stays, without a name.
    pub texts: String,
}

/// Body of a new password.
#[derive(ToSchema)]
pub struct NewPasswordBody {
    /// The password as it is.
    pub current_password: String,
    /// The password as it shall be.
    pub password: String,
}

/// Body of a recovery.
#[derive(ToSchema)]
pub struct RecoveryBody {
    /// Pseudonym.
    pub pseudonym: String,
    /// The code shown at sign-up.
    pub recovery_code: String,
    /// The new password.
    pub password: String,
}

/// Body of changing one's own account; what is left out stays.
#[derive(ToSchema)]
pub struct MePatch {
    /// Consent given (true) or taken back (false).
    pub accept_sensitive: Option<bool>,
    /// `da` or `en`.
    pub locale: Option<String>,
    /// Whether to be counted among those who are in a chat room now.
    pub shows_presence: Option<bool>,
    /// Line on the profile; null takes it away. Peer supporters only.
    pub ask_me_about: Option<String>,
}

/// Body of setting roles.
#[derive(ToSchema)]
pub struct RolesBody {
    /// All roles that the account shall have; participant goes without saying.
    pub roles: Vec<String>,
    /// Trust in a supporter; left out: as it is.
    pub trusted: Option<bool>,
}

/// Body of setting certificates.
#[derive(ToSchema)]
pub struct CertificatesBody {
    /// All training that the account shall have.
    pub certificates: Vec<CertificateBody>,
}

/// One training.
#[derive(ToSchema)]
pub struct CertificateBody {
    /// `danger`, `confidentiality` or `grooming`.
    pub category: String,
    /// Good until; left out: no end.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Body of the pledge.
#[derive(ToSchema)]
pub struct PledgeBody {
    /// `true`.
    pub accept: bool,
}
