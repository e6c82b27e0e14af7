//! The desk: reports, queue, claims, decisions, appeals.

use serde_json::{Value, json};
use support::{Person, TestApp};

async fn report(by: &Person, kind: &str, id: uuid::Uuid, reason: &str) -> Value {
    by.post("/reports", json!({ "target": { "kind": kind, "id": id }, "reason": reason })).await.is(201).clone()
}

async fn only_case(moderator: &Person) -> Value {
    let queue = moderator.get("/cases").await.is(200).clone();
    assert_eq!(queue["items"].as_array().map(Vec::len), Some(1), "{queue}");
    queue["items"][0].clone()
}

#[actix_web::test]
async fn a_report_becomes_a_case_that_is_claimed_and_decided() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    let receipt = anna.post("/reports", json!({ "target": { "kind": "account", "id": bo.id }, "reason": "harassment", "note": "Han bliver ved." })).await;
    assert!(receipt.is(201)["receipt"].is_string());
    let case = only_case(&mod1).await;
    assert_eq!((case["category"].as_str(), case["level"].as_i64(), case["source"].as_str()), (Some("harassment"), Some(3), Some("report")));
    assert_eq!(case["target"], json!({ "kind": "account", "id": bo.id, "revision": 1 }));
    let path = format!("/cases/{}", case["id"].as_str().unwrap());
    let claimed = mod1.post(&format!("{path}/claim"), json!({})).await.is(200).clone();
    assert_eq!((claimed["version"].as_i64(), claimed["state"].as_str()), (Some(2), Some("claimed")));
    let evidence = mod1.post(&format!("{path}/evidence"), json!({ "reason": "Skal læse det anmeldte" })).await.is(200).clone();
    assert_eq!(evidence["notes"], json!(["Han bliver ved."]));
    let body = json!({ "action": "keep", "statement": "Tal pænt.", "sanction": { "kind": "mute", "until": app.clock().now() + chrono::Duration::days(1) } });
    let made = mod1.post_if(&format!("{path}/decisions"), 2, body).await.is(201).clone();
    assert_eq!(made["case"]["state"], "closed");
    assert_eq!(made["target_state"], Value::Null);
    bo.post("/reports", json!({})).await.wrong_fields();
    let mine = bo.get("/me/decisions").await.is(200).clone();
    assert_eq!(mine["items"][0]["statement"], "Tal pænt.");
    assert_eq!(mine["items"][0]["sanction"]["kind"], "mute");
    assert_eq!(only_closed(&mod1).await["id"], case["id"]);
}

async fn only_closed(moderator: &Person) -> Value {
    assert_eq!(moderator.get("/cases").await.is(200)["items"], json!([]));
    moderator.get("/cases?state=closed").await.is(200)["items"][0].clone()
}

#[actix_web::test]
async fn reports_join_one_case() {
    let app = TestApp::start().await;
    let (bo, mod1) = (app.member().await, app.moderator(&[]).await);
    let (anna, eva) = (app.member().await, app.member().await);
    report(&anna, "account", bo.id, "other").await;
    report(&eva, "account", bo.id, "spam").await;
    report(&app.visitor(), "account", bo.id, "other").await;
    let case = only_case(&mod1).await;
    assert_eq!((case["report_count"].as_i64(), case["category"].as_str()), (Some(3), Some("spam")));
}
