//! Requests to the application within this process, as somebody, at some time.

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::test;
use anyhow::{Context, bail};
use chrono::Duration;
use serde_json::Value;

use crate::access::session::{self, Carrier};
use crate::app::AppState;
use crate::http::Problem;
use crate::infra::ids::AccountId;

/// The application, its clock and the way to sign in.
pub struct Door<'a, S> {
    pub state: &'a AppState,
    app: S,
}

impl<'a, S, B> Door<'a, S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    pub fn new(state: &'a AppState, app: S) -> Self {
        Self { state, app }
    }

    /// Moves the clock to `minutes` before now.
    pub fn set_minutes_ago(&self, minutes: i64) {
        self.state.db.clock().set_back(Duration::minutes(minutes));
    }

    /// Sends a request as `who` (none: a visitor); anything but success is an error.
    pub async fn send(
        &self,
        who: Option<AccountId>,
        method: Method,
        path: &str,
        version: Option<i64>,
        body: Value,
    ) -> anyhow::Result<Value> {
        let mut request =
            test::TestRequest::default().method(method.clone()).uri(&format!("/api/v1{path}")).set_json(&body);
        if let Some(account) = who {
            request = request.insert_header(("authorization", format!("Bearer {}", self.token(account).await?)));
        }
        if let Some(version) = version {
            request = request.insert_header(("if-match", format!("\"{version}\"")));
        }
        let answer = self.app.call(request.to_request()).await.map_err(|error| anyhow::anyhow!("{path}: {error}"))?;
        let status = answer.status();
        let bytes =
            actix_web::body::to_bytes(answer.into_body()).await.map_err(|_| anyhow::anyhow!("{path}: no body"))?;
        if !status.is_success() {
            bail!("{method} {path} answered {status}: {}", String::from_utf8_lossy(&bytes));
        }
        if status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).with_context(|| format!("{path} did not answer JSON"))
    }

    /// A session opened at the clock's time: the demo's people have no browser.
    async fn token(&self, account: AccountId) -> anyhow::Result<String> {
        let until = self.state.db.clock().now() + Duration::minutes(5);
        self.state
            .db
            .write(async |tx| {
                let session = session::open(tx, account, Carrier::Bearer).await?;
                self.state.tokens.sign(session, until)
            })
            .await
            .map_err(|problem: Problem| anyhow::anyhow!("signing in for the demo: {problem:?}"))
    }
}
