use chrono::Duration;
use serde_json::{Value, json};
use support::{Person, TestApp};

use super::{case_about, claim, decide, listed, report};

/// Somebody muted for a week, by `mod1`, and the decision about them.
async fn muted(app: &TestApp, mod1: &Person, kind: &str) -> (Person, String) {
    let (anna, bo) = (app.member().await, app.member().await);
    report(&anna, bo.id, "harassment").await;
    let until = app.clock().now() + Duration::days(7);
    let decision = json!({ "action": "keep", "statement": "Du blev ved.", "rule": "kindness", "sanction": { "kind": kind, "until": until } });
    decide(mod1, &case_about(app, bo.id).await, decision).await;
    let id = bo.get("/me/decisions").await.text_at("/items/0/id");
    (bo, id)
}

async fn appeal_case(app: &TestApp) -> String {
    format!(
        "/cases/{}",
        app.text("select id from cases where source = 'appeal' order by created_at desc limit 1").await
    )
}

#[actix_web::test]
async fn an_appeal_is_decided_by_somebody_else_and_undoes_the_sanction() {
    let app = TestApp::start().await;
    let (mod1, mod2) = (app.moderator(&[]).await, app.moderator(&[]).await);
    let (bo, decision) = muted(&app, &mod1, "suspend").await;
    bo.get("/rooms").await.is_problem(403, "suspended");
    let path = format!("/decisions/{decision}/appeal");
    assert_eq!(bo.post(&path, json!({ "text": "" })).await.wrong_fields(), ["text:empty"]);
    bo.post(&path, json!({ "text": "Det var ikke mig." })).await.is(201);
    bo.post(&path, json!({ "text": "Igen." })).await.is_problem(409, "already_appealed");
    assert_eq!(bo.get("/me/decisions").await.is(200)["items"][0]["appeal"]["state"], "waiting");
    let case = appeal_case(&app).await;
    assert_eq!(listed(&mod2).await, std::slice::from_ref(&case));
    assert!(listed(&mod1).await.is_empty(), "not one's own decision");
    mod1.get(&case).await.is_problem(404, "not_found");
    mod1.post(&format!("{case}/claim"), json!({})).await.is_problem(404, "not_found");
    let version = claim(&mod2, &case).await;
    let opened = mod2.post(&format!("{case}/evidence"), json!({ "reason": "Klagen" })).await.is(200).clone();
    assert_eq!(opened["notes"], json!(["Det var ikke mig."]));
    let overturn = json!({ "action": "overturn", "statement": "Du har ret. Undskyld.", "rule": "kindness" });
    mod2.post_if(&format!("{case}/decisions"), version, overturn.clone()).await.is(201);
    bo.get("/rooms").await.is(200);
    let mine = bo.get("/me/decisions").await.is(200)["items"][0].clone();
    assert_eq!(
        (mine["appeal"]["state"].as_str(), mine["appeal"]["statement"].as_str()),
        (Some("overturned"), Some("Du har ret. Undskyld."))
    );
    assert!(mine["sanction"]["lifted_at"].is_string() && mine["appeal_until"].is_null());
    let version = mod2.get(&case).await.is(200)["version"].as_i64().unwrap();
    mod2.post_if(&format!("{case}/decisions"), version, overturn).await.is_problem(409, "already_decided");
    assert_eq!(bo.get("/me/notifications").await.is(200)["items"][0]["kind"], "decision_overturn");
}

#[actix_web::test]
async fn an_upheld_decision_stands() {
    let app = TestApp::start().await;
    let (mod1, mod2) = (app.moderator(&[]).await, app.moderator(&[]).await);
    let (bo, decision) = muted(&app, &mod1, "suspend").await;
    bo.post(&format!("/decisions/{decision}/appeal"), json!({ "text": "Det var ikke mig." })).await.is(201);
    decide(
        &mod2,
        &appeal_case(&app).await,
        json!({ "action": "uphold", "statement": "Vi har læst det igen.", "rule": "kindness" }),
    )
    .await;
    bo.get("/rooms").await.is_problem(403, "suspended");
    assert_eq!(bo.get("/me/decisions").await.is(200)["items"][0]["appeal"]["state"], "upheld");
}

#[actix_web::test]
async fn only_the_person_decided_on_may_appeal_and_only_in_time() {
    let app = TestApp::start().await;
    let (mod1, eva) = (app.moderator(&[]).await, app.member().await);
    let (bo, decision) = muted(&app, &mod1, "mute").await;
    let path = format!("/decisions/{decision}/appeal");
    let body = json!({ "text": "Jeg er uenig." });
    app.visitor().post(&path, body.clone()).await.is_problem(401, "signed_out");
    eva.post(&path, body.clone()).await.is_problem(404, "not_found");
    mod1.post(&path, body.clone()).await.is_problem(404, "not_found");
    app.clock().advance(Duration::days(13));
    bo.post(&path, json!({})).await.wrong_fields();
    app.clock().advance(Duration::days(180));
    // Sessions have ended meanwhile; a fresh one is as good.
    let again = app.sign_in_again(&bo).await;
    again.post(&path, body).await.is_problem(409, "appeal_closed");
    assert_eq!(again.get("/me/decisions").await.is(200)["items"][0]["appeal_until"], Value::Null);
}

/// Two decisions about the same account may be appealed at the same time, each by itself.
#[actix_web::test]
async fn two_decisions_are_two_appeals() {
    let app = TestApp::start().await;
    let (mod1, anna) = (app.moderator(&[]).await, app.member().await);
    let (bo, first) = muted(&app, &mod1, "mute").await;
    report(&anna, bo.id, "harassment").await;
    decide(
        &mod1,
        &case_about(&app, bo.id).await,
        json!({ "action": "keep", "statement": "Og igen.", "sanction": { "kind": "warn" } }),
    )
    .await;
    let second = bo.get("/me/decisions").await.text_at("/items/0/id");
    for decision in [first, second] {
        bo.post(&format!("/decisions/{decision}/appeal"), json!({ "text": "Nej." })).await.is(201);
    }
    assert_eq!(app.count("select count(*) from cases where source = 'appeal' and state = 'new'").await, 2);
}
