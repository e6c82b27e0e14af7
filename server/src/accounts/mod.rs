//! Accounts: signing up without an e-mail, signing in, recovery, roles, one's own settings.
//! Knows no text that people write but the profile line.

mod actions;
mod bodies;
mod credentials;
mod leaving;
mod people;
mod personal_data;
mod pledge;
mod recovery_code;
mod retired;
mod routes;
mod sessions;
mod store;
mod views;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::http::Problem;
use crate::infra::db::Tx;
use crate::infra::ids::AccountId;

pub use actions::{NewAccount, Origin, Secrets, create};
pub use credentials::Password;
pub use leaving::erase;
pub use people::{earn_certificate, grant_certificate, set_roles};
pub use personal_data::AccountData;
pub use pledge::{ask_pledge, pledge_of_case};
pub use recovery_code::{as_written, new as new_code};
pub use routes::routes;

/// What other features do in the transaction in which an account's roles or sanctions change.
pub trait RightsHook {
    /// Called after the change, before the commit.
    fn rights_changed<'a>(
        &'a self,
        tx: &'a mut Tx,
        account: AccountId,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + 'a>>;
}

/// All hooks, wired in `app.rs`.
#[derive(Clone, Default)]
pub struct RightsHooks(pub Vec<Arc<dyn RightsHook + Send + Sync>>);

impl RightsHooks {
    async fn run(&self, tx: &mut Tx, account: AccountId) -> Result<(), Problem> {
        for hook in &self.0 {
            hook.rights_changed(tx, account).await?;
        }
        Ok(())
    }
}
