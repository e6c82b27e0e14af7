use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};
use support::TestApp;
use uuid::Uuid;

use super::{case_about, claim, report};

#[actix_web::test]
async fn reports_join_one_case_and_every_witness_is_kept() {
    let app = TestApp::start().await;
    let (bo, mod1) = (app.member().await, app.moderator(&[]).await);
    let (anna, eva) = (app.member().await, app.member().await);
    report(&anna, bo.id, "other").await;
    report(&eva, bo.id, "spam").await;
    report(&app.visitor(), bo.id, "other").await;
    let queue = mod1.get("/cases").await.is(200).clone();
    assert_eq!(queue["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (queue["items"][0]["report_count"].as_i64(), queue["items"][0]["category"].as_str()),
        (Some(3), Some("spam"))
    );
    let detail = mod1.get(&case_about(&app, bo.id).await).await.is(200).clone();
    let reasons: Vec<&str> =
        detail["reports"].as_array().unwrap().iter().map(|r| r["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["other", "spam", "other"]);
    assert!(detail["reports"][0].as_object().unwrap().keys().all(|key| key == "reason" || key == "created_at"));
}

/// B01: what cannot be read looks exactly like what can.
#[actix_web::test]
async fn a_report_about_nothing_gets_the_same_receipt_and_opens_no_case() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let shape = |answer: &Value| answer.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let started = std::time::Instant::now();
    let nothing = report(&anna, Uuid::new_v4(), "danger").await;
    let without = started.elapsed();
    assert_eq!(app.count("select count(*) from cases").await + app.count("select count(*) from audit_log").await, 0);
    let started = std::time::Instant::now();
    let something = report(&anna, bo.id, "danger").await;
    let with = started.elapsed();
    assert_eq!(shape(&nothing), shape(&something));
    assert_ne!(nothing["receipt"], something["receipt"]);
    assert!(without.as_millis() >= 200 && with.as_millis() >= 200, "{without:?} {with:?}");
    assert_eq!(app.count("select count(*) from cases").await, 1);
}

#[actix_web::test]
async fn what_is_wrong_with_a_report_is_said_at_once() {
    let app = TestApp::start().await;
    let anna = app.visitor();
    let body = json!({ "target": { "kind": "cat", "revision": 0 }, "reason": "bored", "note": "x".repeat(4001) });
    let wrong = anna.post("/reports", body).await.wrong_fields();
    assert_eq!(
        wrong,
        [
            "note:too_long",
            "reason:unknown_value",
            "target.id:required",
            "target.kind:unknown_value",
            "target.revision:out_of_range"
        ]
    );
    assert_eq!(anna.post("/reports", json!({})).await.wrong_fields(), ["reason:required", "target:required"]);
}

#[actix_web::test]
async fn the_same_key_reports_once() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let body = json!({ "target": { "kind": "account", "id": bo.id }, "reason": "spam" });
    let send = || anna.send(reqwest::Method::POST, "/reports").header("idempotency-key", "k1").json(body.clone());
    let first = send().await.is(201)["receipt"].clone();
    assert_eq!(send().await.is(201)["receipt"], first);
    assert_eq!(app.count("select count(*) from reports").await, 1);
}

/// G02: a ring from one network makes one case, and no more of it than one person would.
#[actix_web::test]
async fn a_ring_of_twenty_is_one_case_with_twenty_reports() {
    let app = TestApp::start().await;
    let bo = app.member().await;
    let mut ring = Vec::new();
    for _ in 0..20 {
        ring.push(app.member().await);
    }
    join_all(ring.iter().map(|person| report(person, bo.id, "harassment"))).await;
    assert_eq!(app.count("select count(*) from cases").await, 1);
    assert_eq!(app.count("select count(*) from reports").await, 20);
    assert_eq!(app.count("select reporters from cases").await, 1, "one network is one voice");
    assert_eq!(app.text("select category || level from cases").await, "harassment3");
}

#[actix_web::test]
async fn people_of_different_networks_are_independent_and_visitors_are_not() {
    let app = TestApp::start().await;
    let bo = app.member().await;
    let people = [app.member().await, app.member().await, app.visitor(), app.visitor()];
    for (n, person) in people.iter().enumerate() {
        let request =
            person.send(reqwest::Method::POST, "/reports").header("x-forwarded-for", format!("198.51.100.{n}"));
        request.json(json!({ "target": { "kind": "account", "id": bo.id }, "reason": "spam" })).await.is(201);
    }
    report(&people[0], bo.id, "spam").await;
    assert_eq!(app.count("select reporters from cases").await, 2);
    assert_eq!(app.count("select count(*) from reports").await, 5);
}

/// D09: a report that comes while its case is being decided joins it or opens another; it is never lost.
#[actix_web::test]
async fn a_report_during_a_decision_is_never_lost() {
    let app = TestApp::start().await;
    let (mod1, anna, eva) = (app.moderator(&[]).await, app.member().await, app.member().await);
    for _ in 0..15 {
        let bo = app.member().await;
        report(&anna, bo.id, "spam").await;
        let case = case_about(&app, bo.id).await;
        let version = claim(&mod1, &case).await;
        let path = format!("{case}/decisions");
        let (decided, _) = tokio::join!(
            mod1.post_if(&path, version, json!({ "action": "dismiss", "statement": "Intet galt." })),
            report(&eva, bo.id, "spam"),
        );
        decided.is(201);
        let about = format!("from reports r join cases c on c.id = r.case_id where c.target_id = '{}'", bo.id);
        assert_eq!(app.count(&format!("select count(*) {about}")).await, 2);
        let waiting = app.count(&format!("select count(*) {about} and c.state = 'new'")).await;
        let joined = app.count(&format!("select count(*) {about} and c.state = 'closed'")).await;
        assert!((waiting, joined) == (1, 1) || (waiting, joined) == (0, 2), "{waiting} {joined}");
    }
}

/// A graver report moves the case up and ends a claim that lacks the certificate.
#[actix_web::test]
async fn a_graver_report_ends_the_claim_of_who_is_not_trained() {
    let app = TestApp::start().await;
    let (bo, anna, eva) = (app.member().await, app.member().await, app.member().await);
    let (plain, trained) = (app.moderator(&[]).await, app.moderator(&["danger"]).await);
    report(&anna, bo.id, "other").await;
    let case = case_about(&app, bo.id).await;
    let version = claim(&plain, &case).await;
    report(&eva, bo.id, "danger").await;
    let now = trained.get(&case).await.is(200).clone();
    assert_eq!(
        (now["category"].as_str(), now["level"].as_i64(), now["certificate_required"].as_str()),
        (Some("danger"), Some(1), Some("danger"))
    );
    assert_eq!(
        (&now["claim"], now["version"].as_i64(), now["state"].as_str()),
        (&Value::Null, Some(version + 1), Some("new"))
    );
    let decision = json!({ "action": "dismiss", "statement": "Intet galt." });
    plain
        .post_if(&format!("{case}/decisions"), version, decision.clone())
        .await
        .is_problem(403, "certificate_required");
    plain.post(&format!("{case}/claim"), json!({})).await.is_problem(403, "certificate_required");
    let version = claim(&trained, &case).await;
    report(&app.visitor(), bo.id, "danger").await;
    trained.post_if(&format!("{case}/decisions"), version, decision).await.is(201);
}

/// Who holds the certificate keeps the claim, but must read again.
#[actix_web::test]
async fn a_graver_report_makes_a_trained_holder_read_again() {
    let app = TestApp::start().await;
    let (bo, anna, eva) = (app.member().await, app.member().await, app.member().await);
    let trained = app.moderator(&["danger"]).await;
    report(&anna, bo.id, "other").await;
    let case = case_about(&app, bo.id).await;
    let version = claim(&trained, &case).await;
    report(&eva, bo.id, "danger").await;
    let decision = json!({ "action": "dismiss", "statement": "Intet galt." });
    let stale = trained.post_if(&format!("{case}/decisions"), version, decision.clone()).await;
    assert_eq!(stale.is_problem(412, "stale")["current"], version + 1);
    trained.post_if(&format!("{case}/decisions"), version + 1, decision).await.is(201);
}

/// G03: a second witness after "nothing wrong" is heard again.
#[actix_web::test]
async fn a_report_after_a_decision_opens_a_new_case() {
    let app = TestApp::start().await;
    let (bo, anna, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    report(&anna, bo.id, "spam").await;
    let first = case_about(&app, bo.id).await;
    super::decide(&mod1, &first, json!({ "action": "dismiss", "statement": "Intet galt." })).await;
    report(&anna, bo.id, "spam").await;
    assert_ne!(case_about(&app, bo.id).await, first);
    assert_eq!(super::listed(&mod1).await.len(), 1);
}

#[actix_web::test]
async fn twenty_reports_an_hour_and_then_a_wait() {
    let app = TestApp::start_with(support::app::Options { rate_limits: true, ..Default::default() }).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let body = json!({ "target": { "kind": "account", "id": bo.id }, "reason": "spam" });
    let answers = join_all((0..21).map(|_| anna.post("/reports", body.clone()))).await;
    assert_eq!(answers.iter().filter(|a| a.status == 201).count(), 20);
    let refused = answers.iter().find(|a| a.status == 429).expect("one too many");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|s| s > 0));
}

#[actix_web::test]
async fn networks_are_forgotten_after_a_day() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    report(&anna, bo.id, "spam").await;
    app.clock().advance(Duration::hours(23));
    ligesind::casework::jobs::sweep(app.db()).await.expect("a sweep");
    assert_eq!(app.count("select count(*) from reports where network_hash is not null").await, 1);
    app.clock().advance(Duration::hours(2));
    ligesind::casework::jobs::sweep(app.db()).await.expect("a sweep");
    assert_eq!(app.count("select count(*) from reports where network_hash is not null").await, 0);
}
