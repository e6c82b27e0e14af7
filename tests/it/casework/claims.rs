use chrono::Duration;
use serde_json::json;
use support::TestApp;

use super::{bare_case, case_about, claim, decide, listed, report};

/// D01.
#[actix_web::test]
async fn of_two_claims_at_once_exactly_one_holds() {
    let app = TestApp::start().await;
    let (mod1, mod2) = (app.moderator(&[]).await, app.moderator(&[]).await);
    for _ in 0..100 {
        let case = bare_case(&app).await;
        let path = format!("{case}/claim");
        let (a, b) = tokio::join!(mod1.post(&path, json!({})), mod2.post(&path, json!({})));
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{} {}", a.text, b.text);
        let (won, lost, winner) = if a.status == 200 { (a, b, &mod1) } else { (b, a, &mod2) };
        assert_eq!(won.json["version"], 2);
        let refused = lost.is_problem(409, "already_claimed");
        assert_eq!(refused["holder"], json!({ "id": winner.id, "name": winner.name }));
    }
    assert_eq!(app.count("select count(*) from case_events where kind = 'claim'").await, 100);
    assert_eq!(app.count("select count(*) from audit_log where act = 'claim'").await, 100);
}

#[actix_web::test]
async fn a_claim_is_renewed_given_back_and_taken_over_with_a_reason() {
    let app = TestApp::start().await;
    let (mod1, mod2) = (app.moderator(&[]).await, app.moderator(&[]).await);
    let case = bare_case(&app).await;
    let path = format!("{case}/claim");
    let first = mod1.post(&path, json!({})).await.is(200).clone();
    assert_eq!(first["claim"]["holder"], json!({ "id": mod1.id, "name": mod1.name }));
    app.clock().advance(Duration::minutes(10));
    let renewed = mod1.post(&path, json!({})).await.is(200).clone();
    assert_eq!(renewed["version"], first["version"], "renewing raises nothing");
    assert!(renewed["claim"]["until"].as_str() > first["claim"]["until"].as_str());
    mod2.post(&path, json!({ "take_over_reason": "  " })).await.is_problem(409, "already_claimed");
    let taken = mod2.post(&path, json!({ "take_over_reason": "Hun har fri nu." })).await.is(200).clone();
    assert_eq!(
        (taken["version"].as_i64(), taken["claim"]["holder"]["id"].as_str()),
        (Some(3), Some(mod2.id.to_string().as_str()))
    );
    let timeline = mod2.get(&case).await.is(200)["timeline"].clone();
    let line = timeline.as_array().unwrap().iter().find(|line| line["kind"] == "take_over").expect("a line").clone();
    assert_eq!(
        (line["note"].as_str(), line["actor"]["name"].as_str()),
        (Some("Hun har fri nu."), Some(mod2.name.as_str()))
    );
    assert_eq!(app.count("select count(*) from audit_log where act = 'take_over'").await, 1);
    mod1.delete(&path).await.is(204);
    assert_eq!(mod2.get(&case).await.is(200)["state"], "claimed", "only the holder gives it back");
    mod2.delete(&path).await.is(204);
    let free = mod1.get(&case).await.is(200).clone();
    assert_eq!((free["state"].as_str(), free["claim"].is_null()), (Some("new"), true));
}

/// D02: whoever slept over the lease cannot write over the one who came after.
#[actix_web::test]
async fn a_lapsed_holder_is_told_that_the_case_has_moved_on() {
    let app = TestApp::start().await;
    let (mod1, mod2) = (app.moderator(&[]).await, app.moderator(&[]).await);
    let (anna, bo) = (app.member().await, app.member().await);
    report(&anna, bo.id, "spam").await;
    let case = case_about(&app, bo.id).await;
    let version = claim(&mod1, &case).await;
    app.clock().advance(Duration::minutes(16));
    assert_eq!(mod2.get("/cases?state=new").await.is(200)["items"][0]["claim"], json!(null), "a lapsed lease is free");
    let decision = json!({ "action": "dismiss", "statement": "Intet galt." });
    let path = format!("{case}/decisions");
    mod1.post_if(&path, version, decision.clone()).await.is_problem(409, "claim_required");
    claim(&mod2, &case).await;
    let stale = mod1.post_if(&path, version, decision.clone()).await;
    assert_eq!(stale.is_problem(412, "stale")["current"], version + 1);
    assert_eq!(app.count("select count(*) from decisions").await, 0);
    mod2.post_if(&path, version + 1, decision).await.is(201);
}

#[actix_web::test]
async fn a_claim_takes_the_certificate_of_the_category() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    report(&anna, bo.id, "confidentiality").await;
    let case = case_about(&app, bo.id).await;
    let path = format!("{case}/claim");
    let coordinator = app.coordinator().await;
    coordinator.post(&path, json!({})).await.is_problem(403, "certificate_required");
    app.moderator(&["danger"]).await.post(&path, json!({})).await.is_problem(403, "certificate_required");
    let lapsed = app.moderator(&["confidentiality"]).await;
    app.sql(&format!(
        "update certificates set expires_at = now() - interval '1 day' where account_id = '{}'",
        lapsed.id
    ))
    .await;
    lapsed.post(&path, json!({})).await.is_problem(403, "certificate_required");
    assert_eq!(listed(&coordinator).await.len(), 1, "listing takes no certificate");
    claim(&app.moderator(&["confidentiality"]).await, &case).await;
}

/// D07: a moderator who is suspended holds nothing any more.
#[actix_web::test]
async fn suspending_a_moderator_frees_their_claims() {
    let app = TestApp::start().await;
    let (mod1, mod2, anna) = (app.moderator(&[]).await, app.moderator(&[]).await, app.member().await);
    let mut held = Vec::new();
    for _ in 0..3 {
        let case = bare_case(&app).await;
        claim(&mod1, &case).await;
        held.push(case);
    }
    report(&anna, mod1.id, "harassment").await;
    let case = case_about(&app, mod1.id).await;
    let until = app.clock().now() + Duration::days(2);
    let decision = json!({ "action": "keep", "statement": "Du truede en anden.", "sanction": { "kind": "suspend", "until": until } });
    decide(&mod2, &case, decision).await;
    for case in &held {
        assert_eq!(mod2.get(case).await.is(200)["claim"], json!(null));
        claim(&mod2, case).await;
    }
    mod1.get("/cases").await.is_problem(403, "suspended");
}
