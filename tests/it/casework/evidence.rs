use serde_json::json;
use support::TestApp;

use super::{case_about, claim, report};

#[actix_web::test]
async fn evidence_is_for_the_claim_holder_with_a_reason_and_is_logged() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mod1, mod2) = (app.moderator(&[]).await, app.moderator(&[]).await);
    let body = json!({ "target": { "kind": "account", "id": bo.id }, "reason": "harassment", "note": "Han bliver ved med at skrive." });
    anna.post("/reports", body).await.is(201);
    report(&app.visitor(), bo.id, "other").await;
    let case = case_about(&app, bo.id).await;
    let path = format!("{case}/evidence");
    mod1.post(&path, json!({ "reason": "Skal læse det." })).await.is_problem(409, "claim_required");
    claim(&mod1, &case).await;
    mod2.post(&path, json!({ "reason": "Nysgerrig." })).await.is_problem(409, "claim_required");
    assert_eq!(mod1.post(&path, json!({})).await.wrong_fields(), ["reason:required"]);
    assert_eq!(mod1.post(&path, json!({ "reason": " " })).await.wrong_fields(), ["reason:empty"]);
    assert_eq!(app.count("select count(*) from audit_log where act = 'evidence_read'").await, 0);
    let opened = mod1.post(&path, json!({ "reason": "Skal læse det." })).await.is(200).clone();
    assert_eq!(opened["notes"], json!(["Han bliver ved med at skrive."]));
    assert_eq!((opened["body"].as_str(), opened["revision"].as_i64()), (Some(bo.name.as_str()), Some(1)));
    let logged = format!("select count(*) from audit_log where act = 'evidence_read' and actor_id = '{}'", mod1.id);
    assert_eq!(app.count(&logged).await, 1);
    let timeline = mod2.get(&case).await.is(200)["timeline"].clone();
    let line =
        timeline.as_array().unwrap().iter().find(|line| line["kind"] == "evidence_read").expect("a line").clone();
    assert_eq!(
        (line["note"].as_str(), line["actor"]["name"].as_str()),
        (Some("Skal læse det."), Some(mod1.name.as_str()))
    );
}

/// C15: what witnesses wrote, why evidence was read and what was reported stand nowhere in the clear.
#[actix_web::test]
async fn what_is_sealed_is_nowhere_in_the_clear() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    let body = json!({ "target": { "kind": "account", "id": bo.id }, "reason": "spam", "note": "kanariefugl" });
    anna.post("/reports", body).await.is(201);
    let case = case_about(&app, bo.id).await;
    claim(&mod1, &case).await;
    mod1.post(&format!("{case}/evidence"), json!({ "reason": "papegøje" })).await.is(200);
    for table in ["reports", "evidence", "cases", "case_events", "audit_log", "case_keys", "notifications"] {
        let hits = format!(
            "select count(*) from {table} t where position('kanariefugl' in t::text) > 0 or position('papegøje' in t::text) > 0
                or position(encode('kanariefugl', 'hex') in t::text) > 0 or position(encode(convert_to('papegøje', 'UTF8'), 'hex') in t::text) > 0"
        );
        assert_eq!(app.count(&hits).await, 0, "{table}");
    }
    let key = format!(
        "select count(*) from case_keys where length(wrapped_key) = 24 + 32 + 16 and case_id = '{}'",
        case.trim_start_matches("/cases/")
    );
    assert_eq!(app.count(&key).await, 1);
}
