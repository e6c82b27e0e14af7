//! The desk: reports, queue, claims, decisions, appeals.

mod appeals;
mod breach;
mod care;
mod claims;
mod decisions;
mod evidence;
mod forgetting;
mod holds;
mod queue;
mod reports;
mod teamwork;

use serde_json::{Value, json};
use support::{Person, TestApp};
use uuid::Uuid;

/// Reports an account and gives the answer.
pub async fn report(by: &Person, target: Uuid, reason: &str) -> Value {
    report_text(by, "account", target, reason).await
}

pub async fn report_text(by: &Person, kind: &str, target: Uuid, reason: &str) -> Value {
    by.post("/reports", json!({ "target": { "kind": kind, "id": target }, "reason": reason })).await.is(201).clone()
}

/// Path of the newest case about a target, whoever may see it.
pub async fn case_about(app: &TestApp, target: Uuid) -> String {
    let id = app
        .text(&format!("select id from cases where target_id = '{target}' order by created_at desc, id desc limit 1"))
        .await;
    assert!(!id.is_empty(), "no case about {target}");
    format!("/cases/{id}")
}

/// Claims a case and gives its version.
pub async fn claim(by: &Person, case: &str) -> i64 {
    by.post(&format!("{case}/claim"), json!({})).await.is(200)["version"].as_i64().expect("a version")
}

/// Claims and decides a case.
pub async fn decide(by: &Person, case: &str, decision: Value) -> Value {
    let version = claim(by, case).await;
    by.post_if(&format!("{case}/decisions"), version, decision).await.is(201).clone()
}

/// A case about nothing that exists, for what does not look at the text.
pub async fn bare_case(app: &TestApp) -> String {
    let id = Uuid::now_v7();
    app.sql(&format!(
        "insert into cases (id, lane, source, category, level, target_kind, target_id, due_at)
         values ('{id}', 'report', 'report', 'other', 5, 'account', gen_random_uuid(), now() + interval '1 day')"
    ))
    .await;
    format!("/cases/{id}")
}

/// Ids of the queue's first page.
pub async fn listed(by: &Person) -> Vec<String> {
    let queue = by.get("/cases").await;
    let items = queue.is(200)["items"].as_array().expect("items");
    items.iter().map(|case| format!("/cases/{}", case["id"].as_str().expect("an id"))).collect()
}
