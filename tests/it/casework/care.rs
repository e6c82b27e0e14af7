//! Care for moderators: pauses, a break after many grave cases, a look back; and what helps to decide.

use serde_json::{Value, json};
use support::app::Options;
use support::{Person, TestApp};
use uuid::Uuid;

use super::{bare_case, case_about, claim, decide, report, report_text};
use crate::forum::{answer, make_board, open_thread};

#[actix_web::test]
async fn a_pause_gives_cases_back_and_takes_no_new_ones() {
    let app = TestApp::start().await;
    let mod1 = app.moderator(&[]).await;
    let (held, other) = (bare_case(&app).await, bare_case(&app).await);
    claim(&mod1, &held).await;
    assert_eq!(mod1.put("/me/care", json!({})).await.wrong_fields(), ["paused:required"]);
    assert!(mod1.put("/me/care", json!({ "paused": true })).await.is(200)["paused_since"].is_string());
    assert_eq!(mod1.get(&held).await.is(200)["claim"], Value::Null);
    mod1.post(&format!("{other}/claim"), json!({})).await.is_problem(409, "paused");
    app.member().await.get("/me/care").await.is_problem(403, "forbidden");
    assert_eq!(mod1.put("/me/care", json!({ "paused": false })).await.is(200)["paused_since"], Value::Null);
    claim(&mod1, &other).await;
}

/// Reports somebody and decides it as a grave case.
async fn grave(app: &TestApp, by: &Person, reason: &str) -> String {
    let (anna, bo) = (app.member().await, app.member().await);
    report(&anna, bo.id, reason).await;
    let case = case_about(app, bo.id).await;
    decide(by, &case, json!({ "action": "dismiss", "statement": "Intet galt." })).await;
    case
}

#[actix_web::test]
async fn after_many_grave_cases_a_break_comes_first_but_never_before_a_life() {
    let app = TestApp::start_with(Options { no_jobs: true, ..Default::default() }).await;
    let mod1 = app.moderator(&["grooming", "danger"]).await;
    let mut last = String::new();
    for _ in 0..8 {
        last = grave(&app, &mod1, "grooming").await;
    }
    let care = mod1.get("/me/care").await.is(200).clone();
    assert_eq!((&care["in_a_row"], &care["enough"]), (&json!(8), &json!(8)));
    let (anna, bo, eva) = (app.member().await, app.member().await, app.member().await);
    report(&anna, bo.id, "grooming").await;
    let path = format!("{}/claim", case_about(&app, bo.id).await);
    mod1.post(&path, json!({ "despite_rest": false })).await.is_problem(409, "rest_first");
    claim(&mod1, &bare_case(&app).await).await;
    report(&anna, eva.id, "danger").await;
    claim(&mod1, &case_about(&app, eva.id).await).await;
    mod1.post(&path, json!({ "despite_rest": true })).await.is(200);
    mod1.delete(&path).await.is(204);
    // A look back is a break too. It is for who decided, and nobody reads it.
    let debrief = format!("{last}/debrief");
    let boss = app.coordinator().await;
    let other = app.moderator(&["grooming"]).await;
    other.post(&debrief, json!({ "note": "x" })).await.is_problem(409, "not_decided");
    assert_eq!(mod1.post(&debrief, json!({})).await.wrong_fields(), ["note:required"]);
    mod1.post(&debrief, json!({ "note": "kanariefugl", "talk": true })).await.is(201);
    assert_eq!(mod1.get("/me/care").await.is(200)["in_a_row"], 0);
    mod1.post(&path, json!({})).await.is(200);
    let told = boss.get("/me/notifications").await.is(200)["items"].clone();
    assert!(told.as_array().unwrap().iter().any(|one| one["kind"] == "debrief_talk"));
    assert!(!told.to_string().contains("kanariefugl"));
    assert!(!other.get(&last).await.is(200).to_string().contains("kanariefugl"));
}

#[actix_web::test]
async fn the_text_is_shown_in_its_context_without_what_a_moderator_need_not_see() {
    let app = TestApp::start().await;
    let (anna, bo, eva) = (app.member().await, app.member().await, app.member().await);
    let mod1 = app.moderator(&[]).await;
    make_board(&app, "hverdag", false).await;
    let thread = open_thread(&anna, "hverdag", "Min uge", "Hej alle").await;
    answer(&eva, &thread, None, &format!("Hej {}, det lyder hårdt.", bo.name)).await;
    let reply = answer(&bo, &thread, None, "kanariefugl, det her går ikke").await;
    let id: Uuid = reply["id"].as_str().unwrap().parse().unwrap();
    answer(&anna, &thread, None, "Hold op med det.").await;
    let gone = answer(&anna, &thread, None, "skjult papegøje").await;
    app.sql(&format!("update replies set state = 'hidden' where id = '{}'", gone["id"].as_str().unwrap())).await;
    // Something was decided about the author before.
    report(&anna, bo.id, "spam").await;
    let warn = json!({ "action": "keep", "statement": "Tal pænt, Havtorn.", "rule": "kindness", "sanction": { "kind": "warn" } });
    decide(&mod1, &case_about(&app, bo.id).await, warn).await;
    report_text(&eva, "reply", id, "harassment").await;
    let case = case_about(&app, id).await;
    let path = format!("{case}/context");
    mod1.get(&path).await.is_problem(409, "claim_required");
    claim(&mod1, &case).await;
    let context = mod1.get(&path).await.is(200).clone();
    let around = context["around"].as_array().unwrap();
    let who: Vec<&str> = around.iter().map(|one| one["who"].as_str().unwrap()).collect();
    assert_eq!(who, ["A", "author", "C"], "{context}");
    assert_eq!((&around[1]["is_it"], &around[1]["body"]), (&json!(true), &Value::Null), "its words are evidence");
    assert_eq!(around[0]["body"], "Hej author, det lyder hårdt.");
    let seen = context.to_string();
    for secret in ["kanariefugl", "papegøje", "Havtorn", &anna.name, &bo.name, &eva.name] {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
    assert_eq!(
        (&context["history"][0]["action"], &context["history"][0]["sanction"], &context["history"][0]["category"]),
        (&json!("keep"), &json!("warn"), &json!("spam"))
    );
    assert!(context["guidance"]["say"].as_str().is_some_and(|words| !words.is_empty()));
    let english = mod1.send(reqwest::Method::GET, &path).header("accept-language", "en").done().await;
    assert_ne!(english.is(200)["guidance"], context["guidance"]);
}

#[actix_web::test]
async fn the_room_around_a_message_is_shown_too() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&[]).await);
    let room = crate::live::room(&app).await;
    let (mut a, mut b) = (crate::live::joined(&anna, room, None).await, crate::live::joined(&bo, room, None).await);
    crate::live::say(&mut a, room, "Hvordan går det?").await;
    let said = crate::live::say(&mut b, room, "kanariefugl").await;
    let id: Uuid = said["id"].as_str().unwrap().parse().unwrap();
    report_text(&anna, "message", id, "harassment").await;
    let case = case_about(&app, id).await;
    claim(&mod1, &case).await;
    let context = mod1.get(&format!("{case}/context")).await.is(200).clone();
    let bodies: Vec<&Value> = context["around"].as_array().unwrap().iter().map(|one| &one["body"]).collect();
    assert_eq!(bodies, [&json!("Hvordan går det?"), &Value::Null]);
}

/// Also where the text itself was hidden by the report, as the gravest are.
#[actix_web::test]
async fn what_was_answered_to_a_thread_is_shown_beside_it() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.supporter(true).await, app.moderator(&["confidentiality"]).await);
    make_board(&app, "hverdag", false).await;
    let thread = open_thread(&anna, "hverdag", "Min uge", "kanariefugl hos naboen").await;
    answer(&bo, &thread, None, &format!("Kære {}, hvem er det?", anna.name)).await;
    let gone = answer(&bo, &thread, None, "skjult papegøje").await;
    app.sql(&format!("update replies set state = 'hidden' where id = '{}'", gone["id"].as_str().unwrap())).await;
    let id: Uuid = thread.parse().unwrap();
    report_text(&bo, "thread", id, "confidentiality").await;
    assert_eq!(app.text("select state from threads").await, "hidden_pending");
    let case = case_about(&app, id).await;
    claim(&mod1, &case).await;
    let context = mod1.get(&format!("{case}/context")).await.is(200).clone();
    let around = context["around"].as_array().unwrap();
    assert_eq!(around.len(), 2, "{context}");
    assert_eq!(
        (&around[0]["who"], &around[0]["is_it"], &around[0]["body"]),
        (&json!("author"), &json!(true), &Value::Null)
    );
    assert_eq!(around[1]["who"], "B");
    let seen = context.to_string();
    for secret in ["kanariefugl", "papegøje", &anna.name, &bo.name] {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
}

#[actix_web::test]
async fn the_room_around_a_message_that_is_held_is_shown_where_it_was_written() {
    let app = TestApp::start().await;
    let (anna, bo, mod1) = (app.member().await, app.member().await, app.moderator(&["confidentiality"]).await);
    let room = crate::live::room(&app).await;
    let (mut a, mut b) = (crate::live::joined(&anna, room, None).await, crate::live::joined(&bo, room, None).await);
    crate::live::say(&mut a, room, "Hvordan går det?").await;
    app.clock().advance(chrono::Duration::seconds(5));
    b.send(json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "mit cpr er 070761-4285", "confirmed": true}))
        .await;
    b.until("held").await;
    app.clock().advance(chrono::Duration::seconds(5));
    crate::live::say(&mut a, room, "Er du der?").await;
    let held = app.text("select id from held_messages").await.parse().unwrap();
    let case = case_about(&app, held).await;
    claim(&mod1, &case).await;
    let context = mod1.get(&format!("{case}/context")).await.is(200).clone();
    let bodies: Vec<&Value> = context["around"].as_array().unwrap().iter().map(|one| &one["body"]).collect();
    assert_eq!(bodies, [&json!("Hvordan går det?"), &Value::Null, &json!("Er du der?")]);
    assert_eq!(context["around"][1]["who"], "author");
}
