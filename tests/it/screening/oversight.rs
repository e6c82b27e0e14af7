use chrono::Duration;
use serde_json::json;
use support::TestApp;

use super::{TELLING, board, put_settings, thread};
use crate::casework::{case_about, decide};

fn id(value: &serde_json::Value) -> uuid::Uuid {
    value["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

#[actix_web::test]
async fn figures_say_what_was_held_released_and_overturned() {
    let app = TestApp::start().await;
    let (anna, coordinator) = (app.member().await, app.coordinator().await);
    let board = board(&app).await;
    let (mod1, mod2) = (app.moderator(&["confidentiality"]).await, app.moderator(&["confidentiality"]).await);
    let mut held = Vec::new();
    for n in 0..3 {
        let body = json!({ "title": "Skriv til mig", "body": format!("{TELLING} {n}"), "confirmed": true });
        let text = anna.post(&board, body).await.is(201).clone();
        assert_eq!(text["state"], "hidden_pending");
        held.push(id(&text));
    }
    let decision = |action: &str| json!({ "action": action, "statement": "Sådan er det.", "rule": "kindness" });
    decide(&mod1, &case_about(&app, held[0]).await, decision("restore")).await;
    let made = decide(&mod1, &case_about(&app, held[1]).await, decision("hide")).await;
    let figures = || async { coordinator.get("/screening/figures").await.is(200).clone() };
    let row = figures().await["caught"][0].clone();
    assert_eq!(
        row,
        json!({ "category": "confidentiality", "held": 3, "waiting": 1, "released": 1, "upheld": 1, "closed": 0, "overturned": 0 })
    );
    let hidden = made["id"].as_str().expect("an id");
    anna.post(&format!("/decisions/{hidden}/appeal"), json!({ "text": "Det er ikke mit nummer." })).await.is(201);
    decide(&mod2, &case_about(&app, held[1]).await, decision("overturn")).await;
    assert_eq!(figures().await["caught"][0]["overturned"], 1);
    let before = coordinator.get("/screening/figures?from=2020-01-01&to=2020-02-01").await;
    assert_eq!(before.is(200)["caught"], json!([]));
    assert_eq!(
        coordinator.get("/screening/figures?from=2020-01-01&to=2019-01-01").await.wrong_fields(),
        ["from:out_of_range"]
    );
}

#[actix_web::test]
async fn a_blind_look_shows_what_was_let_through_and_counts_what_was_missed() {
    let app = TestApp::start().await;
    let (anna, one, two) = (app.member().await, app.coordinator().await, app.coordinator().await);
    let board = board(&app).await;
    let kept = thread(&anna, &board, "Umiskendelige kastanjer").await;
    let gone = thread(&anna, &board, "Hej for tredje gang").await;
    thread(&one, &board, "Hej med jer").await;
    let held = json!({ "title": "Et nummer", "body": TELLING, "confirmed": true });
    anna.post(&board, held).await.is(201);
    assert_eq!(one.post("/screening/samples", json!({})).await.is(201)["drawn"], 3, "the held one is not drawn");
    assert_eq!(one.post("/screening/samples", json!({})).await.is(201)["drawn"], 0, "nothing is drawn twice");
    anna.delete(&format!("/threads/{}", gone["id"].as_str().expect("an id"))).await.is(204);

    let sample = one.get("/screening/samples/next").await.is(200)["sample"].clone();
    assert_eq!(sample["target_id"], kept["id"], "neither an own text nor one that is gone: {sample}");
    assert!(sample["body_html"].as_str().is_some_and(|html| html.contains("kastanjer")));
    let path = format!("/screening/samples/{}", sample["id"].as_str().expect("an id"));
    assert_eq!(one.put(&path, json!({ "verdict": "x" })).await.wrong_fields(), ["verdict:unknown_value"]);
    one.put(&path, json!({ "verdict": "danger" })).await.is(204);
    one.put(&path, json!({ "verdict": "nothing" })).await.is_problem(404, "not_found");
    assert_eq!(one.get("/screening/samples/next").await.is(200)["sample"], json!(null));
    let other = two.get("/screening/samples/next").await.is(200)["sample"].clone();
    two.put(&format!("/screening/samples/{}", other["id"].as_str().expect("an id")), json!({ "verdict": "nothing" }))
        .await
        .is(204);
    let missed = one.get("/screening/figures").await.is(200)["missed"].clone();
    assert_eq!((&missed["reviewed"], &missed["missed"], &missed["rate"]), (&json!(2), &json!(1), &json!(0.5)));
    assert_eq!(missed["by_verdict"], json!({ "danger": 1, "nothing": 1 }));
    assert!(
        missed["low"].as_f64().is_some_and(|low| low < 0.11) && missed["high"].as_f64().is_some_and(|high| high > 0.89)
    );
}

#[actix_web::test]
async fn samples_hold_no_text_and_end_with_it_or_with_their_period() {
    let app = TestApp::start().await;
    let (anna, coordinator) = (app.member().await, app.coordinator().await);
    let board = board(&app).await;
    put_settings(&coordinator, json!([]), json!([])).await.is(200);
    let text = thread(&anna, &board, "Umiskendelige kastanjer").await;
    coordinator.post("/screening/samples", json!({})).await.is(201);
    let dump = app.text("select string_agg(s::text, ' ') from screening_samples s").await;
    assert!(!dump.contains("kastanjer") && !dump.contains(&anna.id.to_string()), "{dump}");
    let sample = coordinator.get("/screening/samples/next").await.is(200)["sample"]["id"].as_str().map(str::to_owned);
    let path = format!("/screening/samples/{}", sample.expect("a sample"));
    coordinator.put(&path, json!({ "verdict": "other" })).await.is(204);

    let forget = || async {
        let periods = ligesind::privacy::PERIODS;
        ligesind::privacy::forget_all(app.db(), &app.state.holders, &periods).await.expect("forgetting works")
    };
    anna.delete(&format!("/threads/{}", text["id"].as_str().expect("an id"))).await.is(204);
    forget().await;
    let linked = "select count(*) from screening_samples where target_id is not null";
    assert_eq!(app.count(linked).await, 0, "the id goes with the text");
    assert_eq!(app.count("select count(*) from screening_samples where verdict = 'other'").await, 1);
    app.clock().advance(Duration::days(91));
    forget().await;
    assert_eq!(app.count("select count(*) from screening_samples").await, 0);
}

/// What the program found is told to the author and decides what happens; it is not written down, least of all about a person.
#[actix_web::test]
async fn nothing_of_a_finding_is_kept() {
    let app = TestApp::start().await;
    let anna = app.member().await;
    let board = board(&app).await;
    let held = json!({ "title": "Skriv til mig", "body": TELLING, "confirmed": true });
    let answer = anna.post(&board, held).await.is(201).clone();
    assert!(answer["advice"].as_array().is_some_and(|found| !found.is_empty()));
    assert_eq!(app.count("select count(*) from cases where source = 'screening'").await, 1);
    let tables = app.text("select string_agg(tablename, ',') from pg_tables where schemaname = 'public'").await;
    let mut told = Vec::new();
    for table in tables.split(',').filter(|table| !table.starts_with("__")) {
        let rows = app.text(&format!("select string_agg(t::text, ' ') from \"{table}\" t")).await;
        let words = table != "threads" && rows.contains("51 23 45 67");
        if words || rows.contains("confidence") || rows.contains("\"phone\"") {
            told.push(table.to_owned());
        }
    }
    assert!(told.is_empty(), "{told:?}");
}
