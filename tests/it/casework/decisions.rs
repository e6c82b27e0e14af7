use chrono::Duration;
use serde_json::{Value, json};
use support::TestApp;

use super::{case_about, claim, decide, report};

#[actix_web::test]
async fn a_report_is_claimed_read_and_decided() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    report(&anna, bo.id, "harassment").await;
    let case = mod1.get("/cases").await.is(200)["items"][0].clone();
    assert_eq!(
        (case["category"].as_str(), case["level"].as_i64(), case["source"].as_str()),
        (Some("harassment"), Some(3), Some("report"))
    );
    assert_eq!(case["target"], json!({ "kind": "account", "id": bo.id, "revision": 1 }));
    let path = case_about(&app, bo.id).await;
    let until = app.clock().now() + Duration::days(1);
    let body = json!({ "action": "keep", "statement": "Tal pænt.", "rule": "kindness", "sanction": { "kind": "mute", "until": until } });
    let made = decide(&mod1, &path, body).await;
    assert_eq!(
        (&made["target_state"], made["tasks_left"].as_i64(), made["case"]["state"].as_str()),
        (&Value::Null, Some(0), Some("closed"))
    );
    let detail = mod1.get(&path).await;
    assert_eq!(detail.header("etag"), format!("\"{}\"", made["case"]["version"]));
    assert_eq!(detail.is(200)["decisions"][0]["decided_by"]["name"], mod1.name);
    let mine = bo.get("/me/decisions").await.is(200)["items"][0].clone();
    assert_eq!((mine["statement"].as_str(), mine["sanction"]["kind"].as_str()), (Some("Tal pænt."), Some("mute")));
    assert!(!mine.to_string().contains(&mod1.name) && !mine.to_string().contains(&mod1.id.to_string()));
    assert_eq!(anna.get("/me/decisions").await.is(200)["items"], json!([]));
}

#[actix_web::test]
async fn everything_wrong_with_a_decision_is_said_at_once() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    report(&anna, bo.id, "spam").await;
    let case = case_about(&app, bo.id).await;
    let path = format!("{case}/decisions");
    let version = claim(&mod1, &case).await;
    let body = json!({ "action": "hide", "statement": " ", "sanction": { "kind": "mute" }, "rule": "no_such" });
    assert_eq!(
        mod1.post_if(&path, version, body).await.wrong_fields(),
        ["action:not_allowed_here", "rule:unknown", "sanction.until:required", "statement:empty"]
    );
    let body = json!({ "action": "hide", "statement": "x", "sanction": { "kind": "mute" }, "rule": "no_such", "redactions": [{ "start": 0, "end": 1 }] });
    let wrong = mod1.post_if(&path, version, body).await.wrong_fields();
    assert_eq!(
        wrong,
        ["action:not_allowed_here", "redactions:only_for_redact", "rule:unknown", "sanction.until:required"]
    );
    let past = app.clock().now() - Duration::days(1);
    let body = json!({ "action": "keep", "statement": "x", "sanction": { "kind": "suspend", "until": past } });
    assert_eq!(mod1.post_if(&path, version, body).await.wrong_fields(), ["sanction.until:not_in_future"]);
    assert_eq!(
        mod1.post_if(&path, version, json!({ "action": "shout", "sanction": 1, "rule": "no_such" }))
            .await
            .wrong_fields(),
        ["action:unknown_value", "rule:unknown", "sanction:bad_format", "statement:required"]
    );
    mod1.post(&path, json!({ "action": "dismiss", "statement": "x" })).await.is_problem(428, "version_missing");
    mod1.post_if(&path, version, json!({ "action": "dismiss", "statement": "x" })).await.is(201);
    mod1.post_if(&path, version, json!({ "action": "dismiss", "statement": "x" })).await.is_problem(412, "stale");
    mod1.post_if(&path, version + 1, json!({ "action": "dismiss", "statement": "x" }))
        .await
        .is_problem(409, "already_decided");
}

#[actix_web::test]
async fn a_decision_takes_the_claim() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mod1, mod2) = (app.moderator(&[]).await, app.moderator(&[]).await);
    report(&anna, bo.id, "spam").await;
    let case = case_about(&app, bo.id).await;
    let path = format!("{case}/decisions");
    let body = json!({ "action": "dismiss", "statement": "x" });
    mod1.post_if(&path, 1, body.clone()).await.is_problem(409, "claim_required");
    let version = claim(&mod2, &case).await;
    mod1.post_if(&path, version, body).await.is_problem(409, "claim_required");
}

/// D04: of two decisions at once one wins, and state, decision and log tell the same story.
#[actix_web::test]
async fn of_two_decisions_at_once_one_wins_and_all_agree() {
    let app = TestApp::start().await;
    let (anna, mod1) = (app.member().await, app.moderator(&[]).await);
    for _ in 0..100 {
        let bo = app.member().await;
        // Straight into the table: taking in a report waits on purpose.
        let case = super::bare_case(&app).await;
        let id = case.trim_start_matches("/cases/").to_owned();
        app.sql(&format!("update cases set target_id = '{}', subject_id = '{}' where id = '{id}'", bo.id, bo.id)).await;
        let version = claim(&mod1, &case).await;
        let path = format!("{case}/decisions");
        let (a, b) = tokio::join!(
            mod1.post_if(&path, version, json!({ "action": "dismiss", "statement": "Intet galt." })),
            mod1.post_if(
                &path,
                version,
                json!({ "action": "keep", "statement": "Tal pænt.", "sanction": { "kind": "warn" } })
            ),
        );
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 412], "{} {}", a.text, b.text);
        let winner = if a.status == 201 { "dismiss" } else { "keep" };
        assert_eq!(
            app.text(&format!("select string_agg(action, ',') from decisions where case_id = '{id}'")).await,
            winner
        );
        assert_eq!(app.text(&format!("select string_agg(codes ->> 'action', ',') from audit_log where act = 'decide' and codes ->> 'case' = '{id}'")).await, winner);
        assert_eq!(
            app.count(&format!("select count(*) from sanctions where account_id = '{}'", bo.id)).await,
            i64::from(winner == "keep")
        );
    }
    drop(anna);
}

#[actix_web::test]
async fn the_same_key_decides_once() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    report(&anna, bo.id, "spam").await;
    let case = case_about(&app, bo.id).await;
    let version = claim(&mod1, &case).await;
    let send = || {
        mod1.send(reqwest::Method::POST, &format!("{case}/decisions"))
            .header("if-match", format!("\"{version}\""))
            .header("idempotency-key", "once")
            .json(json!({ "action": "dismiss", "statement": "Intet galt." }))
    };
    let first = send().await.is(201)["id"].clone();
    assert_eq!(send().await.is(201)["id"], first);
    assert_eq!(app.count("select count(*) from decisions").await, 1);
}

#[actix_web::test]
async fn escalating_keeps_the_case_open_and_asks_coordinators() {
    let app = TestApp::start().await;
    let (anna, bo, mod1, coordinator) =
        (app.member().await, app.member().await, app.moderator(&[]).await, app.coordinator().await);
    report(&anna, bo.id, "harassment").await;
    let case = case_about(&app, bo.id).await;
    let made =
        decide(&mod1, &case, json!({ "action": "escalate", "statement": "Jeg er i tvivl.", "rule": "kindness" })).await;
    assert_eq!(made["case"]["state"], "escalated");
    assert_eq!(coordinator.get("/me/notifications").await.is(200)["items"][0]["kind"], "case_escalated");
    assert_eq!(
        bo.get("/me/decisions").await.is(200)["items"],
        json!([]),
        "nobody is told of a question between colleagues"
    );
    assert_eq!(bo.get("/me/notifications").await.is(200)["items"], json!([]));
    decide(&coordinator, &case, json!({ "action": "dismiss", "statement": "Intet galt." })).await;
}

/// A mute and a suspension hold with the next request.
#[actix_web::test]
async fn a_suspension_closes_everything_but_what_is_ones_own() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    let mut socket = bo.live().await;
    report(&anna, bo.id, "harassment").await;
    let case = case_about(&app, bo.id).await;
    let until = app.clock().now() + Duration::days(3);
    decide(
        &mod1,
        &case,
        json!({ "action": "keep", "statement": "Pause.", "sanction": { "kind": "suspend", "until": until } }),
    )
    .await;
    assert_eq!(socket.closed().await, 4003);
    bo.post("/reports", json!({})).await.is_problem(403, "suspended");
    bo.get("/me/decisions").await.is(200);
    bo.get("/me/notifications").await.is(200);
    app.clock().advance(Duration::days(4));
    bo.get("/rooms").await.is(200);
}

/// G05: nothing that the reported person can reach names who told us or who decided.
#[actix_web::test]
async fn the_reported_person_cannot_tell_who_reported_or_decided() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    report(&anna, bo.id, "harassment").await;
    let case = case_about(&app, bo.id).await;
    decide(&mod1, &case, json!({ "action": "keep", "statement": "Tal pænt.", "sanction": { "kind": "warn" } })).await;
    let decision = bo.get("/me/decisions").await.text_at("/items/0/id");
    bo.post(&format!("/decisions/{decision}/appeal"), json!({ "text": "Jeg er uenig." })).await.is(201);
    let document = app.visitor().get("/openapi.json").await.is(200).clone();
    let mut read = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        if methods.get("get").is_none() || path.ends_with("/live") {
            continue;
        }
        for id in [bo.id.to_string(), decision.clone(), case.trim_start_matches("/cases/").to_owned()] {
            let path = path.trim_start_matches("/api/v1").replace("{id}", &id);
            let answer = bo.get(&path).await;
            for secret in [&anna.name, &anna.id.to_string(), &mod1.name, &mod1.id.to_string()] {
                assert!(!answer.text.contains(secret.as_str()), "{path} names {secret}: {}", answer.text);
            }
            read += 1;
        }
    }
    assert!(read > 20);
}

#[actix_web::test]
async fn a_decision_may_name_a_rule_that_a_coordinator_added() {
    let app = TestApp::start().await;
    let (anna, bo, coordinator) = (app.member().await, app.member().await, app.coordinator().await);
    let mut rules = coordinator.get("/community/documents/house_rules?lang=da").await.is(200)["body"].clone();
    rules.as_array_mut().expect("a list").push(json!({ "id": "own_rule", "text": "Ingen links til andre steder." }));
    coordinator
        .send(reqwest::Method::PUT, "/community/documents/house_rules")
        .header("if-match", "\"0\"")
        .json(json!({ "lang": "da", "body": rules }))
        .await
        .is(200);
    report(&anna, bo.id, "spam").await;
    let case = case_about(&app, bo.id).await;
    let body = json!({ "action": "keep", "statement": "Det er aftalt.", "rule": "own_rule" });
    decide(&coordinator, &case, body).await;
    assert_eq!(coordinator.get(&case).await.is(200)["decisions"][0]["rule"], "own_rule");
}
