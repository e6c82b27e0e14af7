use chrono::Duration;
use ligesind::privacy::PERIODS;
use serde_json::json;
use support::TestApp;

use super::{case_about, decide, report_text};

async fn forget(app: &TestApp) {
    ligesind::privacy::forget_all(app.db(), &app.state.holders, &PERIODS).await.expect("forgetting works");
}

/// The whole life of a hold on a thread that was hidden: put, seen, respected, lifted, and then the words are gone.
#[actix_web::test]
async fn a_hold_keeps_the_words_until_it_is_lifted_or_over_and_not_longer() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let moderator = app.moderator(&["grooming"]).await;
    let board = crate::screening::board(&app).await;
    let thread = crate::screening::thread(&anna, &board, "Umiskendelige kastanjer").await;
    let id: uuid::Uuid = thread["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    report_text(&bo, "thread", id, "grooming").await;
    let case = case_about(&app, id).await;
    let decision = json!({ "action": "hide", "rule": "no_contact_seeking", "statement": "Den er skjult." });
    decide(&moderator, &case, decision).await;
    ligesind::casework::finish_due(app.db(), &app.state.targets).await.expect("the worker works");

    let path = format!("{case}/hold");
    let now = app.clock().now();
    let hold = |days: i64| json!({ "reason": "Sag hos politiet, journal 12.", "until": now + Duration::days(days) });
    assert_eq!(moderator.put(&path, json!({})).await.wrong_fields(), ["reason:required", "until:required"]);
    assert_eq!(moderator.put(&path, hold(-1)).await.wrong_fields(), ["until:out_of_range"]);
    assert_eq!(moderator.put(&path, hold(400)).await.wrong_fields(), ["until:out_of_range"]);
    app.moderator(&[]).await.put(&path, hold(10)).await.is_problem(403, "certificate_required");
    assert_eq!(moderator.get(&case).await.is(200)["hold"], json!(null));
    moderator.put(&path, hold(300)).await.is(200);
    let shown = moderator.get(&case).await.is(200).clone();
    assert_eq!(
        (&shown["hold"]["reason"], &shown["hold"]["held_by"]["name"]),
        (&json!("Sag hos politiet, journal 12."), &json!(moderator.name))
    );
    let line =
        shown["timeline"].as_array().expect("lines").iter().find(|line| line["kind"] == "hold").expect("it").clone();
    assert_eq!(line["note"], "Sag hos politiet, journal 12.");
    assert_eq!(
        app.count("select count(*) from audit_log where act = 'evidence_hold' and codes::text not like '%politiet%'")
            .await,
        1
    );
    let plain = app.text("select string_agg(h::text, '') from evidence_holds h").await;
    assert!(!plain.contains("politiet"), "the reason is sealed");

    let kept = async || app.count("select count(*) from threads where body like '%kastanjer%'").await;
    app.clock().advance(Duration::days(260));
    forget(&app).await;
    assert_eq!(kept().await, 1, "past its period, but held");
    assert!(app.count("select count(*) from case_keys").await > 0, "the notes can still be read");

    let moderator = app.sign_in_again(&moderator).await;
    moderator.delete(&path).await.is(204);
    moderator.delete(&path).await.is(204);
    assert_eq!(app.count("select count(*) from audit_log where act = 'evidence_hold_lifted'").await, 1);
    assert_eq!(moderator.get(&case).await.is(200)["hold"], json!(null));
    forget(&app).await;
    assert_eq!(kept().await, 0, "lifted and past its period");
    assert_eq!(app.count("select count(*) from case_keys").await, 0);
    let left = app.text("select string_agg(t::text, '') from threads t").await;
    assert!(!left.contains("kastanjer"), "{left}");
}

#[actix_web::test]
async fn a_hold_ends_by_itself_on_its_day() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let moderator = app.moderator(&[]).await;
    let board = crate::screening::board(&app).await;
    let thread = crate::screening::thread(&anna, &board, "Umiskendelige kastanjer").await;
    let id: uuid::Uuid = thread["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
    report_text(&bo, "thread", id, "spam").await;
    let case = case_about(&app, id).await;
    decide(&moderator, &case, json!({ "action": "remove", "rule": "no_advertising", "statement": "Fjernet." })).await;
    ligesind::casework::finish_due(app.db(), &app.state.targets).await.expect("the worker works");
    let until = app.clock().now() + Duration::days(300);
    moderator.put(&format!("{case}/hold"), json!({ "reason": "Klage ude af huset", "until": until })).await.is(200);

    let sealed = async || app.count("select count(*) from evidence").await;
    assert_eq!(sealed().await, 1, "what is removed is kept as evidence");
    app.clock().advance(Duration::days(299));
    forget(&app).await;
    assert_eq!(sealed().await, 1);
    app.clock().advance(Duration::days(2));
    forget(&app).await;
    assert_eq!((sealed().await, app.count("select count(*) from evidence_holds").await), (0, 0));
    assert_eq!(app.count("select count(*) from case_keys").await, 0, "nothing can be opened any more");
}
