//! What changes an account. Rights are checked before; here nothing refuses the person any more.

use chrono::{DateTime, Utc};
use diesel_async::RunQueryDsl;
use moderation::pseudonym::Pseudonym;
use serde_json::json;

use super::credentials::{self, Password};
use super::{recovery_code, store};
use crate::audit;
use crate::http::{Lang, Problem};
use crate::infra::db::Tx;
use crate::infra::ids::{self, AccountId};

/// How an account came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Somebody signed up.
    SignUp,
    /// `ligesind account add`.
    Command,
    /// The demo community.
    Demo,
    /// `ligesind fixture`.
    Fixture,
}

impl Origin {
    fn code(self) -> &'static str {
        match self {
            Self::SignUp => "sign_up",
            Self::Command => "command",
            Self::Demo => "demo",
            Self::Fixture => "fixture",
        }
    }
}

/// An account to be made.
pub struct NewAccount {
    /// Name to be known by.
    pub pseudonym: Pseudonym,
    /// Argon2id hash of the password.
    pub password_hash: String,
    /// Argon2id hash of the recovery code.
    pub recovery_hash: String,
    /// Year of birth.
    pub birth_year: i16,
    /// Explicit consent (GDPR art. 9(2)(a)) to what one writes about oneself being handled.
    pub consented: bool,
    /// Where the person heard of us.
    pub heard_from: Option<String>,
    /// Language of messages.
    pub lang: Lang,
    /// How it came to be.
    pub origin: Origin,
    /// Joined at.
    pub created_at: DateTime<Utc>,
}

/// A password and a fresh recovery code, hashed.
pub struct Secrets {
    /// Hash of the password.
    pub password_hash: String,
    /// Hash of the code.
    pub recovery_hash: String,
    /// The code, to be shown once.
    pub recovery_code: String,
}

impl Secrets {
    /// Hashes `password` and a new recovery code.
    ///
    /// # Errors
    /// 500 when hashing fails.
    pub async fn make(password: &Password) -> Result<Self, Problem> {
        let code = recovery_code::new();
        let (password_hash, recovery_hash) =
            futures_util::future::try_join(password.hash(), credentials::hash(recovery_code::normalise(&code))).await?;
        Ok(Self { password_hash, recovery_hash, recovery_code: code })
    }
}

/// Makes an account.
///
/// # Errors
/// 409 `pseudonym_taken`.
pub async fn create(tx: &mut Tx, new: NewAccount) -> Result<AccountId, Problem> {
    let id = AccountId(ids::random());
    let now = new.created_at;
    let row = store::InsertAccount {
        id,
        skeleton: new.pseudonym.skeleton(),
        pseudonym: new.pseudonym.as_str().to_owned(),
        password_hash: new.password_hash,
        recovery_hash: new.recovery_hash,
        birth_year: new.birth_year,
        trusted: false,
        heard_from: new.heard_from,
        locale: new.lang.code().to_owned(),
        origin: new.origin.code().to_owned(),
        consented_at: new.consented.then_some(now),
        now,
    };
    store::insert_account(tx, row).await?;
    if new.consented {
        record_consent(tx, id, true).await?;
    }
    audit::append(tx, Some(id), "account_created", "account", Some(id.0), json!({"origin": new.origin.code()})).await?;
    Ok(id)
}

/// Gives the consent of GDPR art. 9(2)(a), or takes it back: reading goes on, writing does not.
///
/// # Errors
/// When the database fails.
pub async fn set_consent(tx: &mut Tx, account: AccountId, given: bool) -> Result<(), Problem> {
    let at = given.then_some(tx.now());
    store::SetConsent { id: account, at }.execute(&mut **tx).await?;
    record_consent(tx, account, given).await
}

async fn record_consent(tx: &mut Tx, account: AccountId, given: bool) -> Result<(), Problem> {
    let at = tx.now();
    store::RecordConsent { id: ids::ordered(), account, purpose: "sensitive".to_owned(), given, at }
        .execute(&mut **tx)
        .await?;
    Ok(())
}
