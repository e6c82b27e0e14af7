//! What people do to their own messages: change them, take them back, see what became of them.

use ligesind::casework::Change;
use ligesind::casework::target::TargetText;
use ligesind::live::Pace;
use serde_json::{Value, json};
use support::app::{Options, TestApp};
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

#[actix_web::test]
async fn an_answer_that_was_held_is_an_answer_when_it_is_let_through() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let first = say(&mut b, room, "hvordan går det?").await["id"].clone();
    let held = |reply_to: &Value| {
        json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "mit cpr er 070761-4285",
               "confirmed": true, "reply_to": reply_to})
    };
    a.send(held(&first)).await;
    a.until("held").await;
    let own = anna.get(&format!("/rooms/{room}")).await.is(200)["held"][0].clone();
    assert_eq!(own["reply_to"], first);
    change(&app, &own["id"], Change::Restore(Some(TargetText { title: None, body: "mit cpr er […]".into() }))).await;
    let through = loop {
        let frame = b.until("message").await;
        if frame["id"] == own["id"] {
            break frame;
        }
    };
    assert_eq!(through["reply_to"], first);
    assert_eq!(history(&bo, room).await.last().unwrap()["quote"]["id"], first);
    // What cannot be read cannot be answered, now or later.
    change(&app, &first, Change::Hide).await;
    a.send(held(&first)).await;
    a.until("held").await;
    assert_eq!(anna.get(&format!("/rooms/{room}")).await.is(200)["held"][0].get("reply_to"), None);
}

#[actix_web::test]
async fn changed_words_count_like_new_ones_in_a_slow_room() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, host) = (app.member().await, app.supporter(true).await);
    app.sql(&format!("insert into room_hosts (room_id, account_id) values ('{room}', '{}')", host.id)).await;
    let (mut a, mut h) = (joined(&anna, room, None).await, joined(&host, room, None).await);
    let (annas, hosts) = (said(&mut a, room, "hej alle").await, said(&mut h, room, "velkommen").await);
    host.patch(&format!("/rooms/{room}"), json!({"slow_mode_s": 60})).await.is(200);
    app.clock().advance(chrono::Duration::seconds(20));
    let soon = anna.patch(&annas, json!({"body": "hej igen"})).await;
    soon.is_problem(429, "slow_mode");
    assert_eq!(soon.header("retry-after"), "40");
    host.patch(&hosts, json!({"body": "velkommen til"})).await.is(200);
    app.clock().advance(chrono::Duration::seconds(41));
    anna.patch(&annas, json!({"body": "hej igen"})).await.is(200);
    app.clock().advance(chrono::Duration::seconds(30));
    a.send(json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "og en til"})).await;
    let refused = a.until("error").await;
    assert_eq!((&refused["problem"]["code"], &refused["problem"]["seconds"]), (&json!("slow_mode"), &json!(30)));
    app.clock().advance(chrono::Duration::seconds(31));
    say(&mut a, room, "og en til").await;
}

#[actix_web::test]
async fn edits_are_paced_like_messages() {
    let app = TestApp::start_with(Options { rate_limits: true, ..Options::default() }).await;
    let room = room(&app).await;
    let anna = app.member().await;
    let mut a = joined(&anna, room, None).await;
    let message = said(&mut a, room, "hej alle").await;
    for n in 1..20 {
        anna.patch(&message, json!({"body": format!("hej {n}")})).await.is(200);
    }
    anna.patch(&message, json!({"body": "hej 20"})).await.is_problem(429, "too_many");
}

#[actix_web::test]
async fn other_screens_of_the_same_person_hear_of_what_is_held_and_of_nods() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut here, mut there) = (joined(&anna, room, None).await, joined(&anna, room, None).await);
    let mut b = joined(&bo, room, None).await;
    let message = say(&mut b, room, "det er svært for tiden").await["id"].clone();
    let nod = format!("/messages/{}/reactions/thanks", message.as_str().unwrap());
    anna.put(&nod, json!({})).await.is(204);
    for socket in [&mut here, &mut there] {
        let told = socket.until("own_nods").await;
        assert_eq!((&told["id"], &told["my_reactions"]), (&message, &json!(["thanks"])));
    }
    // Where nothing changes, nobody is told.
    anna.put(&nod, json!({})).await.is(204);
    anna.delete(&nod).await.is(204);
    assert_eq!(there.until("own_nods").await["my_reactions"], json!([]));
    anna.delete(&nod).await.is(204);
    assert!(there.drain(std::time::Duration::from_millis(200)).await.is_empty());
    here.send(json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "mit cpr er 070761-4285", "confirmed": true}))
        .await;
    here.until("held").await;
    assert_eq!(there.until("own_held").await, json!({"type": "own_held", "room": room}));
    let held = anna.get(&format!("/rooms/{room}")).await.is(200)["held"][0]["id"].clone();
    anna.delete(&format!("/messages/{}", held.as_str().unwrap())).await.is(204);
    there.until("own_held").await;
    let others = b.drain(std::time::Duration::from_millis(200)).await;
    assert!(others.iter().all(|frame| !frame["type"].as_str().unwrap().starts_with("own_")), "{others:?}");
}

/// However the frames come, a screen that goes by their numbers shows each state after the one before, and the last one last.
#[actix_web::test]
async fn nods_that_come_out_of_order_are_put_in_order_by_their_numbers() {
    let app = TestApp::start().await;
    let other_node = app.beside(Options::default()).await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let mut b = joined(&bo, room, None).await;
    let message = say(&mut b, room, "det er svært for tiden").await["id"].as_str().unwrap().to_owned();
    let there = Person::new(&other_node, anna.id, anna.name.clone(), anna.token.clone());
    let (mut screen, mut other) = (joined(&anna, room, None).await, joined(&there, room, None).await);
    let mut far = joined(&Person::new(&other_node, bo.id, bo.name.clone(), bo.token.clone()), room, None).await;
    let tap = async |person: &Person, n: usize| {
        let nod = format!("/messages/{message}/reactions/{}", ["know_it", "thanks"][n / 2 % 2]);
        let done = if n.is_multiple_of(2) { person.put(&nod, json!({})).await } else { person.delete(&nod).await };
        done.is(204);
    };
    futures_util::future::join_all((0..60_usize).map(|n| tap(if n.is_multiple_of(3) { &there } else { &anna }, n)))
        .await;
    // What was told before somebody spoke on a node has come to its screens before those words.
    for (last, speaker, screen) in [(2, &mut b, &mut screen), (3, &mut far, &mut other)] {
        say(speaker, room, "slut").await;
        while screen.until("message").await["seq"] != last {}
    }
    let mut told: Vec<(i64, Vec<String>)> = [screen.seen, other.seen]
        .concat()
        .iter()
        .filter(|frame| frame["type"] == "own_nods")
        .map(|frame| {
            let kinds = frame["my_reactions"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap().to_owned());
            (frame["number"].as_i64().expect("a number"), kinds.collect())
        })
        .collect();
    told.sort();
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0), "no number twice: {told:?}");
    let mut shown: Vec<String> = Vec::new();
    for (number, kinds) in &told {
        let changed = ["know_it", "thanks"]
            .iter()
            .filter(|kind| shown.iter().any(|known| known == *kind) != kinds.iter().any(|known| known == *kind));
        assert_eq!(changed.count(), 1, "number {number} follows: {told:?}");
        shown.clone_from(kinds);
    }
    let history = anna.get(&format!("/rooms/{room}/messages")).await.is(200)["items"][0].clone();
    assert_eq!(history.get("my_reactions").cloned().unwrap_or(json!([])), json!(shown));
}

#[actix_web::test]
async fn nods_are_paced_those_that_change_nothing_too() {
    let app = TestApp::start_with(Options { rate_limits: true, ..Options::default() }).await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let mut b = joined(&bo, room, None).await;
    let message = say(&mut b, room, "det er svært for tiden").await["id"].as_str().unwrap().to_owned();
    let nod = format!("/messages/{message}/reactions/thanks");
    let begun = std::time::Instant::now();
    let mut allowed = 0;
    let refused = loop {
        let answers = futures_util::future::join_all((0..5).map(|_| anna.put(&nod, json!({})))).await;
        allowed += answers.iter().filter(|answer| answer.status == 204).count();
        if let Some(refused) = answers.into_iter().find(|answer| answer.status != 204) {
            break refused;
        }
        assert!(allowed < 500, "they are never refused");
    };
    refused.is_problem(429, "too_many");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds <= 2));
    // One has grown back for each second.
    let grown = usize::try_from(begun.elapsed().as_secs()).unwrap() + 1;
    assert!((60..=60 + grown).contains(&allowed), "{allowed} in {:?}", begun.elapsed());
    let taken_back = futures_util::future::join_all((0..5).map(|_| anna.delete(&nod))).await;
    assert!(taken_back.iter().any(|answer| answer.status == 429));
    app.member().await.put(&nod, json!({})).await.is(204);
}

#[actix_web::test]
async fn who_becomes_a_host_while_in_the_room_is_shown_as_one() {
    let pace = Pace { compare: std::time::Duration::from_millis(100), ..Pace::default() };
    let app = TestApp::start_with(Options { pace, ..Options::default() }).await;
    let room = room(&app).await;
    let (anna, bo, boss) = (app.member().await, app.member().await, app.coordinator().await);
    let (mut a, _b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let roles = format!("/people/{}/roles", bo.id);
    boss.put(&roles, json!({"roles": ["peer_supporter"], "trusted": true})).await.is(200);
    boss.patch(&format!("/rooms/{room}"), json!({"hosts": [bo.id]})).await.is(200);
    while a.until("room").await["hosts_here"][0]["id"] != json!(bo.id) {}
}
