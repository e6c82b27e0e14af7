//! Somebody at the desk while things break: hides one message that was reported, and takes something out of the next.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use support::history::{History, MASK, SECRET, Taken};
use uuid::Uuid;

use super::town::Town;

/// Reports taken in before a look at the queue.
const AT_ONCE: usize = 4;
/// Between two looks at the queue.
const PAUSE: Duration = Duration::from_millis(200);

pub struct Moderator {
    token: String,
    /// Somebody who reports what should be looked at.
    neighbour: String,
    reported: Rc<RefCell<Vec<Uuid>>>,
    addresses: Rc<RefCell<Vec<String>>>,
    home: Cell<usize>,
    history: Rc<History>,
    hushed: Cell<bool>,
    is_at_work: Cell<bool>,
    decided: Cell<usize>,
    client: reqwest::Client,
}

impl Moderator {
    pub fn moves_in(town: &Town, history: Rc<History>) -> Rc<Self> {
        let moderator = Rc::new(Self {
            token: town.tokens.last().expect("a moderator").clone(),
            neighbour: town.tokens[0].clone(),
            reported: town.reported.clone(),
            addresses: town.addresses.clone(),
            home: Cell::new(0),
            history,
            hushed: Cell::new(false),
            is_at_work: Cell::new(false),
            decided: Cell::new(0),
            client: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().expect("a client"),
        });
        tokio::task::spawn_local(moderator.clone().works());
        moderator
    }

    /// Begins nothing new.
    pub fn hush(&self, is_hushed: bool) {
        self.hushed.set(is_hushed);
    }

    pub fn is_at_work(&self) -> bool {
        self.is_at_work.get()
    }

    async fn works(self: Rc<Self>) {
        loop {
            tokio::time::sleep(PAUSE).await;
            if self.hushed.get() {
                continue;
            }
            self.is_at_work.set(true);
            // A few at a time: what is not looked at is forgotten, so that nobody waits for the desk.
            for message in self.reported.take().into_iter().take(AT_ONCE) {
                let report = json!({"target": {"kind": "message", "id": message}, "reason": "other"});
                self.ask(&self.neighbour, Method::POST, "/reports", None, Some(report)).await;
            }
            if self.clear_queue().await.is_none() {
                // The node may be away: the next one.
                self.home.set(self.home.get() + 1);
            }
            self.is_at_work.set(false);
        }
    }

    /// Decides what nobody has taken; what fails on the way stays where it is.
    async fn clear_queue(&self) -> Option<()> {
        let rule = self.ask(&self.token, Method::GET, "/community", None, None).await?["rules"][0]["id"].clone();
        let page = self.ask(&self.token, Method::GET, "/cases?state=new&limit=5", None, None).await?;
        for case in page["items"].as_array().into_iter().flatten() {
            let (Some(id), Some(message)) = (case["id"].as_str(), case["target"]["id"].as_str()) else { continue };
            let claim = format!("/cases/{id}/claim");
            let Some(claimed) = self.ask(&self.token, Method::POST, &claim, None, Some(json!({}))).await else {
                continue;
            };
            let (how, decision) = self.next_decision(&rule);
            let path = format!("/cases/{id}/decisions");
            // An author's change meanwhile makes it stale, and a deleted message cannot be decided on: then it stays.
            let done = self.ask(&self.token, Method::POST, &path, claimed["version"].as_i64(), Some(decision)).await;
            if let (Some(_), Ok(message)) = (done, message.parse()) {
                self.history.taken(message, how);
            }
        }
        Some(())
    }

    fn next_decision(&self, rule: &Value) -> (Taken, Value) {
        self.decided.set(self.decided.get() + 1);
        if self.decided.get().is_multiple_of(2) {
            let spans = json!([{"start": 0, "end": SECRET, "replacement": MASK}]);
            (Taken::Redacted, json!({"action": "redact", "rule": rule, "statement": "Prøve.", "redactions": spans}))
        } else {
            (Taken::Hidden, json!({"action": "hide", "rule": rule, "statement": "Prøve."}))
        }
    }

    /// The answer, where it is a good one.
    async fn ask(
        &self,
        token: &str,
        method: Method,
        path: &str,
        version: Option<i64>,
        body: Option<Value>,
    ) -> Option<Value> {
        let address = {
            let addresses = self.addresses.borrow();
            addresses[self.home.get() % addresses.len()].clone()
        };
        let mut request = self.client.request(method, format!("http://{address}/api/v1{path}")).bearer_auth(token);
        if let Some(version) = version {
            request = request.header("if-match", format!("\"{version}\""));
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        answer.json().await.ok()
    }
}
