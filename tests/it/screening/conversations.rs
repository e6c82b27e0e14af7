//! What a room's messages come to together, over the socket that people write on.

use serde_json::{Value, json};
use support::TestApp;
use support::app::Options;
use support::live::LiveClient;
use support::people::Person;
use uuid::Uuid;

use crate::live::{joined, room};

/// Sends a message all the same, whatever screening advises; answers once it is stored or held.
async fn write(socket: &mut LiveClient, room: Uuid, body: &str) {
    let client_id = Uuid::new_v4();
    let frame = json!({"type": "send", "room": room, "client_id": client_id, "body": body, "confirmed": true});
    socket.send(frame).await;
    loop {
        let frame = socket.next().await;
        assert_ne!(frame["type"], "error", "{frame}");
        if matches!(frame["type"].as_str(), Some("ack" | "held")) && frame["client_id"] == json!(client_id) {
            return;
        }
    }
}

/// Both write in turn.
async fn talk(room: Uuid, sockets: &mut [LiveClient; 2], lines: &[&str]) {
    for (n, line) in lines.iter().enumerate() {
        write(&mut sockets[n % 2], room, line).await;
    }
}

const TOLD: &str = "select count(*) from case_events where kind = 'conversation'";

/// Waits until so many conversations were told of.
async fn told(app: &TestApp, wanted: i64) {
    for _ in 0..100 {
        if app.count(TOLD).await >= wanted {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(app.count(TOLD).await, wanted);
}

/// The case that a conversation was told of in, as a moderator opens it.
async fn case(app: &TestApp, moderator: &Person) -> Value {
    let id = app.text("select distinct case_id::text from case_events where kind = 'conversation'").await;
    moderator.get(&format!("/cases/{id}")).await.is(200).clone()
}

fn reasons(case: &Value) -> Vec<Value> {
    let timeline = case["timeline"].as_array().expect("a timeline");
    timeline.iter().filter(|event| event["kind"] == "conversation").map(|event| event["codes"].clone()).collect()
}

const GROOMING: [&str; 10] = [
    "hej, du skriver godt. hvor gammel er du?",
    "tak, jeg er 13",
    "du virker meget moden af din alder",
    "nå, tak",
    "hvad laver du i aften",
    "ser en film på mit værelse",
    "er du alene hjemme?",
    "ja mor er på arbejde",
    "skal vi skrive på snap i stedet, så er det mellem os to",
    "det ved jeg ikke",
];

const WARM: [&str; 10] = [
    "hej, hvordan går det i dag?",
    "lidt bedre, tak fordi du spørger",
    "det lyder godt. fik du talt med din lærer?",
    "ja, hun var virkelig sød og lyttede",
    "hvor er det flot at du gjorde det",
    "tak, jeg var ret nervøs",
    "det forstår jeg godt, jeg havde det også sådan i starten",
    "hvad hjalp dig?",
    "at gå en tur og skrive lidt hver aften",
    "det vil jeg prøve, tak for snakken",
];

#[actix_web::test]
async fn steps_of_one_side_become_one_case_with_its_reasons() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (one, other, moderator) = (app.member().await, app.member().await, app.moderator(&["grooming"]).await);
    let mut sockets = [joined(&one, room, None).await, joined(&other, room, None).await];
    talk(room, &mut sockets, &GROOMING).await;
    told(&app, 2).await;
    let case = case(&app, &moderator).await;
    assert_eq!((&case["source"], &case["category"]), (&json!("screening"), &json!("grooming")));
    assert_eq!(case["level"], 2);
    assert_eq!(case["author"]["id"], json!(one.id));
    let reasons = reasons(&case);
    assert_eq!(reasons.iter().map(|told| told["stage"].as_str()).collect::<Vec<_>>(), [Some("review"), Some("urgent")]);
    let steps = reasons[1]["steps"].as_array().expect("steps");
    let named: Vec<&str> = steps.iter().filter_map(|step| step["step"].as_str()).collect();
    for step in ["asks_age", "compliment", "asks_alone"] {
        assert!(named.contains(&step), "{step} in {named:?}");
    }
    assert!(reasons[1]["circumstances"].as_array().expect("circumstances").contains(&json!("other_is_child")));
    for step in steps {
        let id = step["message"].as_str().expect("a message");
        let found = format!(
            "select count(*) from (select id, author_id from messages union all select id, author_id from held_messages) m
             where m.id = '{id}' and m.author_id = '{}'",
            one.id
        );
        assert_eq!(app.count(&found).await, 1, "{step}");
        assert!(step["at"].is_string());
    }
    assert!(!case.to_string().contains("score"), "reasons, never a figure about a person");
    // More of the same is not told again.
    talk(room, &mut sockets, &["er du alene hjemme nu?", "ja", "send et billede af dig selv", "nej"]).await;
    talk(room, &mut sockets, &["tak for i aften", "farvel"]).await;
    told(&app, 2).await;
}

#[actix_web::test]
async fn a_warm_conversation_is_left_alone() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (one, other) = (app.member().await, app.member().await);
    let mut sockets = [joined(&one, room, None).await, joined(&other, room, None).await];
    talk(room, &mut sockets, &WARM).await;
    // What is told of is told in order: once this is, the warm one has been read.
    let elsewhere = crate::live::room(&app).await;
    let mut others = [joined(&one, elsewhere, None).await, joined(&other, elsewhere, None).await];
    talk(elsewhere, &mut others, &GROOMING).await;
    told(&app, 2).await;
    assert_eq!(app.count(&format!("{TOLD} and codes ->> 'room' = '{room}'")).await, 0);
}

#[actix_web::test]
async fn a_conversation_goes_on_after_a_restart() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (one, other) = (app.member().await, app.member().await);
    let mut sockets = [joined(&one, room, None).await, joined(&other, room, None).await];
    talk(room, &mut sockets, &GROOMING[..4]).await;
    drop(sockets);
    // Another node has seen nothing of it and reads it from the database.
    let second = app.beside(Options::default()).await;
    let (one, other) = (second.sign_in_again(&one).await, second.sign_in_again(&other).await);
    let mut sockets = [joined(&one, room, None).await, joined(&other, room, None).await];
    talk(room, &mut sockets, &GROOMING[4..]).await;
    told(&app, 2).await;
    let steps = app
        .text("select string_agg(step ->> 'step', ',') from case_events, jsonb_array_elements(codes -> 'steps') step where kind = 'conversation' and codes ->> 'stage' = 'urgent'")
        .await;
    assert!(steps.contains("asks_age"), "{steps}");
}

#[actix_web::test]
async fn an_edited_message_is_read_by_its_new_text() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (one, other) = (app.member().await, app.member().await);
    let mut sockets = [joined(&one, room, None).await, joined(&other, room, None).await];
    let harmless = ["hej, hvordan går det", "fint, jeg er 13", "hyggeligt", "ja", "hvad så nu", "ikke noget"];
    talk(room, &mut sockets, &harmless).await;
    let second =
        app.text(&format!("select id::text from messages where author_id = '{}' order by seq limit 1", one.id)).await;
    let third = app
        .text(&format!("select id::text from messages where author_id = '{}' order by seq offset 1 limit 1", one.id))
        .await;
    for (id, text) in
        [(&second, "hej, hvor gammel er du?"), (&third, "er du alene hjemme? så skriver vi på snap i stedet")]
    {
        one.patch(&format!("/messages/{id}"), json!({"body": text, "confirmed": true})).await.is(200);
    }
    for _ in 0..100 {
        if app.count(TOLD).await > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(app.count(TOLD).await > 0, "what was edited in is read");
    let counted = "select count(*) from case_events, jsonb_array_elements(codes -> 'steps') step
                   where kind = 'conversation' and codes ->> 'stage' = 'urgent' and step ->> 'step' = 'asks_age'";
    assert!(app.count(counted).await <= 1, "once");
}
