//! The promises of the live socket (CONTRACT.md), each on the wire.

use std::time::Duration;

use serde_json::{Value, json};
use support::app::{Options, TestApp};
use support::live::LiveClient;
use support::people::Person;
use uuid::Uuid;

/// A room that is always open; its id.
pub async fn room(app: &TestApp) -> Uuid {
    let id = Uuid::now_v7();
    app.sql(&format!(
        "insert into rooms (id, slug, name, always_open) values ('{id}', '{}', 'Stuen', true)",
        id.simple()
    ))
    .await;
    id
}

/// Joins from now and waits for the answer.
pub async fn joined(person: &Person, room: Uuid, after: Option<i64>) -> LiveClient {
    let mut socket = person.live().await;
    socket.send(json!({"type": "join", "room": room, "after_seq": after})).await;
    socket.until("joined").await;
    socket
}

/// Sends a message and gives the acknowledgement.
pub async fn say(socket: &mut LiveClient, room: Uuid, body: &str) -> Value {
    let client_id = Uuid::new_v4();
    socket.send(json!({"type": "send", "room": room, "client_id": client_id, "body": body})).await;
    loop {
        let frame = socket.next().await;
        assert_ne!(frame["type"], "error", "{frame}");
        if frame["type"] == "ack" && frame["client_id"] == json!(client_id) {
            return frame;
        }
    }
}

#[actix_web::test]
async fn a_message_is_acknowledged_once_it_is_stored_and_reaches_everybody() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.supporter(true).await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let client_id = Uuid::new_v4();
    a.send(json!({"type": "send", "room": room, "client_id": client_id, "body": "hej **alle**"})).await;
    let ack = a.until("ack").await;
    assert_eq!(ack["seq"], 1);
    assert_eq!(ack["client_id"], json!(client_id));
    assert_eq!(
        app.count(&format!("select count(*) from messages where id = '{}' and seq = 1", ack["id"].as_str().unwrap()))
            .await,
        1
    );
    let own = a.seen.iter().find(|f| f["type"] == "message").cloned();
    let own = match own {
        Some(frame) => frame,
        None => a.until("message").await,
    };
    assert_eq!(own["client_id"], json!(client_id), "the author's own echo carries the client id");
    let other = b.until("message").await;
    assert_eq!(other["body_html"], "<p>hej <strong>alle</strong></p>\n");
    assert_eq!(other["id"], ack["id"]);
    assert_eq!(other["author"], json!({"id": anna.id, "name": anna.name, "role": "participant"}));
    assert!(other.get("client_id").is_none(), "nobody else sees the client id");
}

#[actix_web::test]
async fn fifty_senders_at_once_give_one_sequence_without_gap_or_double() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let reader = app.member().await;
    let mut watcher = joined(&reader, room, None).await;
    let mut senders = Vec::new();
    for _ in 0..50 {
        let person = app.member().await;
        senders.push(joined(&person, room, None).await);
    }
    let sent: Vec<Vec<i64>> = futures_util::future::join_all(senders.into_iter().map(async |mut socket| {
        let mut acks = Vec::new();
        for n in 0..6 {
            acks.push(say(&mut socket, room, &format!("nr. {n}")).await["seq"].as_i64().unwrap());
        }
        // Every sender sees everybody's messages in order, own ones included.
        while socket.seen.iter().filter(|f| f["type"] == "message").count() < 300 {
            socket.next().await;
        }
        let seqs: Vec<i64> =
            socket.seen.iter().filter(|f| f["type"] == "message").map(|f| f["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=300).collect::<Vec<i64>>());
        assert!(acks.is_sorted(), "one author's messages keep their order");
        acks
    }))
    .await;
    let mut all: Vec<i64> = sent.into_iter().flatten().collect();
    all.sort_unstable();
    assert_eq!(all, (1..=300).collect::<Vec<i64>>());
    for seq in 1..=300 {
        assert_eq!(watcher.until("message").await["seq"], seq);
    }
    assert_eq!(app.count("select last_seq from rooms").await, 300);
}

#[actix_web::test]
async fn the_same_client_id_is_one_message_however_often_it_comes() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let anna = app.member().await;
    let (mut one, mut two) = (joined(&anna, room, None).await, joined(&anna, room, None).await);
    let client_id = Uuid::new_v4();
    let frame = json!({"type": "send", "room": room, "client_id": client_id, "body": "kun én gang"});
    for n in 0..5 {
        if n % 2 == 0 { one.send(frame.clone()).await } else { two.send(frame.clone()).await }
    }
    for n in 0..5 {
        let ack = if n % 2 == 0 { one.until("ack").await } else { two.until("ack").await };
        assert_eq!(ack["seq"], 1);
    }
    assert_eq!(app.count("select count(*) from messages").await, 1);
    // The same id from somebody else is another message.
    let bo = app.member().await;
    let mut three = joined(&bo, room, None).await;
    three.send(frame).await;
    assert_eq!(three.until("ack").await["seq"], 2);
}

#[actix_web::test]
async fn what_was_missed_comes_first_then_live_each_once() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let mut a = joined(&anna, room, None).await;
    for n in 1..=5 {
        say(&mut a, room, &format!("nr. {n}")).await;
    }
    let mut b = bo.live().await;
    b.send(json!({"type": "join", "room": room, "after_seq": 2})).await;
    say(&mut a, room, "nr. 6").await;
    let join = b.next().await;
    assert_eq!(join["type"], "joined");
    assert_eq!(join["state"], "open");
    for seq in 3..=6 {
        let frame = b.next().await;
        assert_eq!((frame["type"].as_str(), frame["seq"].as_i64()), (Some("message"), Some(seq)));
    }
    assert!(b.drain(Duration::from_millis(300)).await.is_empty());
    // From now: nothing old.
    let mut c = joined(&bo, room, None).await;
    assert!(c.drain(Duration::from_millis(300)).await.is_empty());
}

#[actix_web::test]
async fn too_far_behind_or_ahead_gives_a_reset_then_live() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    app.sql(&format!(
        "insert into messages (room_id, seq, id, author_id, client_id, body, body_html, state)
         select '{room}', n, gen_random_uuid(), '{}', gen_random_uuid(), 'x', '<p>x</p>', 'live' from generate_series(1, 1001) n;
         update rooms set last_seq = 1001",
        anna.id
    ))
    .await;
    for after in [0, 5000] {
        let mut b = joined(&bo, room, Some(after)).await;
        assert_eq!(b.next().await, json!({"type": "reset", "room": room, "seq": 1001}));
        let mut a = joined(&anna, room, None).await;
        let seq = say(&mut a, room, "ny").await["seq"].clone();
        assert_eq!(b.next().await["seq"], seq);
        app.sql(&format!(
            "delete from messages where seq > 1001; update rooms set last_seq = 1001 where id = '{room}'"
        ))
        .await;
    }
    // A thousand behind is still resumed whole.
    let mut c = joined(&bo, room, Some(1)).await;
    for seq in 2..=1001 {
        assert_eq!(c.next().await["seq"], seq);
    }
}

#[actix_web::test]
async fn a_visitor_can_join_nothing() {
    let app = TestApp::start_with(Options { rate_limits: true, ..Options::default() }).await;
    let room = room(&app).await;
    let mut v = app.visitor().live().await;
    for frame in [
        json!({"type": "join", "room": room, "after_seq": 0}),
        json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "x"}),
        json!({"type": "typing", "room": room}),
        json!({"type": "read", "room": room, "seq": 0}),
    ] {
        v.send(frame).await;
        let answer = v.next().await;
        assert_eq!((answer["type"].as_str(), answer["problem"]["code"].as_str()), (Some("error"), Some("not_found")));
    }
}
