//! What people do to their own messages: change them, take them back, see what became of them.

use ligesind::casework::Change;
use serde_json::{Value, json};
use support::TestApp;
use support::live::LiveClient;
use support::people::Person;
use uuid::Uuid;

use crate::live::{change, joined, room, sanction, say};

/// Says something and answers its address.
async fn said(socket: &mut LiveClient, room: Uuid, body: &str) -> String {
    format!("/messages/{}", say(socket, room, body).await["id"].as_str().expect("an id"))
}

/// What the reader's own history says of a room.
async fn history(person: &Person, room: Uuid) -> Vec<Value> {
    person.get(&format!("/rooms/{room}/messages")).await.is(200)["items"].as_array().expect("items").clone()
}

#[actix_web::test]
async fn new_words_need_an_open_room_and_the_right_to_write_but_taking_back_does_not() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, muted, boss) = (app.member().await, app.member().await, app.coordinator().await);
    let (mut a, mut m) = (joined(&anna, room, None).await, joined(&muted, room, None).await);
    let (annas, muteds) = (said(&mut a, room, "mine ord").await, said(&mut m, room, "andre ord").await);
    sanction(&app, &muted, "mute").await;
    muted.patch(&muteds, json!({"body": "nye ord"})).await.is_problem(403, "muted");
    boss.patch(&format!("/rooms/{room}"), json!({"close_for_today": true})).await.is(200);
    anna.patch(&annas, json!({"body": "nye ord"})).await.is_problem(403, "room_closed");
    assert_eq!(app.text("select string_agg(body, ',' order by seq) from messages").await, "mine ord,andre ord");
    anna.delete(&annas).await.is(204);
    muted.delete(&muteds).await.is(204);
    assert!(history(&anna, room).await.is_empty());
}

#[actix_web::test]
async fn an_edit_is_read_first_and_shows_that_it_is_one() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let message = said(&mut a, room, "hej alle").await;
    b.until("message").await;
    let phone = json!({"body": "ring til mig på 28 45 61 07"});
    let advice = anna.patch(&message, phone).await;
    assert!(advice.is_problem(422, "advice")["redacted_text"].as_str().is_some_and(|text| !text.contains("28 45")));
    assert_eq!(app.count("select count(*) from message_revisions").await, 0);
    anna.patch(&message, json!({"body": "hej igen"})).await.is(200);
    let edited = b.until("edited").await;
    assert!(edited["edited_at"].is_string(), "{edited}");
    assert_eq!(app.count("select count(*) from message_revisions where body = 'hej alle'").await, 1);
    // Whoever comes later sees it too.
    let mut late = joined(&bo, room, Some(0)).await;
    assert!(late.until("message").await["edited_at"].is_string());
    // What screening holds leaves every other screen, stays on the author's, and waits for a person.
    let held = anna.patch(&message, json!({"body": "mit cpr er 070761-4285", "confirmed": true})).await;
    assert_eq!(held.is(200)["state"], "hidden_pending");
    assert!(held.json["advice"].as_array().is_some_and(|found| !found.is_empty()));
    assert_eq!(b.until("redacted").await["state"], "hidden_pending");
    assert!(history(&bo, room).await.is_empty());
    assert_eq!(history(&anna, room).await[0]["state"], "hidden_pending");
    assert_eq!(app.count("select count(*) from cases where target_kind = 'message'").await, 1);
    anna.patch(&message, json!({"body": "noget tredje"})).await.is_problem(409, "wrong_state");
}

#[actix_web::test]
async fn a_hidden_message_stays_with_its_author_on_the_screen_in_history_and_on_coming_back() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let id = say(&mut a, room, "noget for meget").await["id"].clone();
    b.until("message").await;
    change(&app, &id, Change::Hide).await;
    let told = a.until("redacted").await;
    assert_eq!((&told["id"], told["state"].as_str()), (&id, Some("hidden")));
    let own = history(&anna, room).await;
    assert_eq!((own[0]["state"].as_str(), own[0]["body"].as_str()), (Some("hidden"), Some("noget for meget")));
    let mut back = joined(&anna, room, Some(0)).await;
    let resumed = back.until("message").await;
    assert_eq!((&resumed["id"], resumed["state"].as_str()), (&id, Some("hidden")));
    assert!(history(&bo, room).await.is_empty());
    let mut other = joined(&bo, room, Some(0)).await;
    other.until("redacted").await;
    assert!(!format!("{:?}", other.seen).contains("noget for meget"));
}
