//! What the hosts of a room tell each other, and nobody else.

use chrono::Duration;
use ligesind::privacy::PERIODS;
use reqwest::Method;
use serde_json::{Value, json};
use support::{Person, TestApp};
use uuid::Uuid;

use crate::live::{joined, room};

/// A room, and two supporters who host it.
async fn hosted(app: &TestApp) -> (Uuid, Person, Person) {
    let room = room(app).await;
    let (one, two) = (app.supporter(true).await, app.supporter(false).await);
    for host in [&one, &two] {
        app.sql(&format!("insert into room_hosts (room_id, account_id) values ('{room}', '{}')", host.id)).await;
    }
    (room, one, two)
}

fn words(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("items").iter().map(|note| note["note"].as_str().expect("words")).collect()
}

#[actix_web::test]
async fn a_note_goes_from_one_shift_to_the_next_and_participants_never_learn_of_it() {
    let app = TestApp::start().await;
    let (room, one, two) = hosted(&app).await;
    let (member, stranger, moderator) = (app.member().await, app.supporter(true).await, app.moderator(&[]).await);
    let path = format!("/rooms/{room}/notes");
    let (mut m, mut t, mut s) =
        (joined(&member, room, None).await, joined(&two, room, None).await, joined(&stranger, room, None).await);

    let made = one.post(&path, json!({"note": " En rolig aften. \nkanariefugl spurgte efter filmklubben. "})).await;
    assert_eq!(made.is(201)["author"]["name"], one.name);
    assert_eq!(t.until("notes").await, json!({"type": "notes", "room": room}));
    app.clock().advance(Duration::minutes(30));
    two.post(&path, json!({"note": "Jeg lukkede ti minutter før."})).await.is(201);

    for host in [&one, &two, &moderator, &app.coordinator().await] {
        let list = host.get(&path).await;
        assert_eq!(words(list.is(200))[0], "Jeg lukkede ti minutter før.", "the newest first");
        assert_eq!(words(&list.json).len(), 2);
        assert_eq!(list.header("cache-control"), "private, no-store");
    }
    let first = two.get(&format!("{path}?limit=1")).await.is(200).clone();
    let next = first["next"].as_str().expect("more").to_owned();
    let second = two.get(&format!("{path}?limit=1&after={next}")).await;
    assert!(words(second.is(200))[0].contains("kanariefugl"));
    assert!(second.json["next"].is_null());

    for other in [&member, &stranger] {
        other.get(&path).await.is_problem(403, "forbidden");
        other.post(&path, json!({"note": "hej"})).await.is_problem(403, "forbidden");
        for page in ["/rooms".to_owned(), format!("/rooms/{room}"), "/me/export".to_owned()] {
            assert!(!other.get(&page).await.text.contains("kanariefugl"));
        }
    }
    for socket in [&mut m, &mut s] {
        let heard = socket.drain(std::time::Duration::from_millis(200)).await;
        assert!(heard.is_empty(), "not even that there is a note: {heard:?}");
    }
    // Who hosts no longer reads no longer.
    app.sql(&format!("delete from room_hosts where account_id = '{}'", two.id)).await;
    two.get(&path).await.is_problem(403, "forbidden");
    one.get(&format!("/rooms/{}/notes", Uuid::now_v7())).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn a_note_is_read_before_it_is_kept_and_kept_once() {
    let app = TestApp::start().await;
    let (room, host, _) = hosted(&app).await;
    let path = format!("/rooms/{room}/notes");
    assert_eq!(host.post(&path, json!({"note": "  "})).await.wrong_fields(), ["note:empty"]);
    assert_eq!(host.post(&path, json!({"note": "a".repeat(1001)})).await.wrong_fields(), ["note:too_long"]);
    let telling = json!({"note": "Hun kan nås på 28 45 61 07"});
    for (lang, word) in [("da", "kan vise"), ("en", "can show")] {
        let told = host.send(Method::POST, &path).header("accept-language", lang).json(telling.clone()).await;
        assert_eq!(told.wrong_fields(), ["note:names_somebody"]);
        assert!(told.json["errors"][0]["message"].as_str().expect("words").contains(word), "{}", told.text);
    }
    assert_eq!(app.count("select count(*) from room_notes").await, 0);
    let sure = json!({"note": "Hun kan nås på 28 45 61 07", "confirmed": true});
    let send = || host.send(Method::POST, &path).header("idempotency-key", "en-note").json(sure.clone());
    let (first, again) = (send().await, send().await);
    assert_eq!(first.is(201)["id"], again.is(201)["id"]);
    assert_eq!(app.count("select count(*) from room_notes").await, 1);
}

#[actix_web::test]
async fn its_author_or_a_coordinator_takes_a_note_away_and_that_is_written_down() {
    let app = TestApp::start().await;
    let (room, one, two) = hosted(&app).await;
    let (moderator, boss, stranger) = (app.moderator(&[]).await, app.coordinator().await, app.supporter(true).await);
    let path = format!("/rooms/{room}/notes");
    let note = async |by: &Person| {
        format!("/room-notes/{}", by.post(&path, json!({"note": "kanariefugl"})).await.is(201)["id"].as_str().unwrap())
    };
    let (first, second) = (note(&one).await, note(&one).await);
    let mays = |list: Value| list["items"].as_array().unwrap().iter().all(|note| note["may_delete"] == true);
    assert!(mays(one.get(&path).await.json) && mays(boss.get(&path).await.json));
    assert!(!mays(two.get(&path).await.json));
    two.delete(&first).await.is_problem(403, "forbidden");
    moderator.delete(&first).await.is_problem(403, "forbidden");
    stranger.delete(&first).await.is_problem(404, "not_found");
    app.member().await.delete(&first).await.is_problem(403, "forbidden");
    let mut t = joined(&two, room, None).await;
    one.delete(&first).await.is(204);
    t.until("notes").await;
    boss.delete(&second).await.is(204);
    one.delete(&second).await.is_problem(404, "not_found");
    assert!(words(two.get(&path).await.is(200)).is_empty());
    let log = "select count(*) from audit_log where act = 'room_note_deleted'";
    assert_eq!(app.count(log).await, 2);
    assert_eq!(app.count(&format!("{log} and position('kanariefugl' in codes::text) > 0")).await, 0);
}

#[actix_web::test]
async fn a_note_goes_after_its_period_and_with_its_author() {
    let app = TestApp::start().await;
    let (room, one, two) = hosted(&app).await;
    let path = format!("/rooms/{room}/notes");
    one.post(&path, json!({"note": "gammelt"})).await.is(201);
    app.clock().advance(PERIODS.room_notes - Duration::days(1));
    let two = app.sign_in_again(&two).await;
    two.post(&path, json!({"note": "nyt"})).await.is(201);
    app.clock().advance(Duration::days(2));
    ligesind::commands::retention::forget(&app.state, &app.database.urls.owner, &PERIODS).await.expect("it runs");
    assert_eq!(app.text("select string_agg(body, ',') from room_notes").await, "nyt");
    let erased = format!("select from room_notes where author_id = '{}'", two.id);
    assert_eq!(app.count(&format!("select count(*) from ({erased}) x")).await, 1);
    let exported = app.sign_in_again(&two).await.get("/me/export").await;
    assert_eq!(exported.is(200)["data"]["room_notes"][0]["body"], "nyt");
}
