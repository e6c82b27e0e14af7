//! The promises of the live socket (CONTRACT.md), each on the wire.

use std::time::Duration;

use diesel_async::RunQueryDsl;
use futures_util::SinkExt;
use ligesind::casework::target::TargetText;
use ligesind::casework::{CaseTarget, Change};
use ligesind::infra::bus::{Signal, Topic};
use ligesind::infra::db::DbError;
use serde_json::{Value, json};
use support::app::{Options, TestApp};
use support::live::LiveClient;
use support::people::Person;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
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

/// Does to a message what a decision would do.
pub async fn change(app: &TestApp, message: &Value, change: Change) {
    let id: Uuid = message.as_str().unwrap().parse().unwrap();
    app.db().write(async |tx| ligesind::chat::MessageTarget.apply(tx, id, change).await).await.unwrap();
}

/// Suspends or mutes somebody for a day, as a decision would.
pub async fn sanction(app: &TestApp, person: &Person, kind: &str) {
    let until = app.clock().now() + chrono::Duration::days(1);
    app.sql(&format!(
        "insert into sanctions (id, account_id, decision_id, kind, until) values (gen_random_uuid(), '{}', gen_random_uuid(), '{kind}', '{}')",
        person.id,
        until.to_rfc3339()
    ))
    .await;
}

fn access(app: &TestApp, person: &Person) {
    app.db().bus().publish(Signal::new(Topic::Access, person.id, 0));
}

async fn refused(path: &str, app: &TestApp, headers: &[(&'static str, &str)]) -> u16 {
    match LiveClient::open_with(&app.url(""), path, headers).await {
        Ok(_) => 101,
        Err(tokio_tungstenite::tungstenite::Error::Http(answer)) => answer.status().as_u16(),
        Err(other) => panic!("{other}"),
    }
}

#[actix_web::test]
async fn what_was_taken_away_leaves_every_socket_and_no_frame_brings_it_back() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let canary = "kanariefuglen-7391";
    let id = say(&mut a, room, canary).await["id"].clone();
    say(&mut a, room, "noget andet").await;
    b.until("message").await;
    b.until("message").await;
    change(&app, &id, Change::Hide).await;
    assert_eq!(b.next().await, json!({"type": "redacted", "room": room, "seq": 3, "id": id, "state": "hidden"}));
    a.until("redacted").await;
    // Resumed by somebody else: the number and the id, never the text.
    let mut away = bo.live().await;
    away.send(json!({"type": "join", "room": room, "after_seq": 0})).await;
    away.until("joined").await;
    assert_eq!(away.next().await, json!({"type": "redacted", "room": room, "seq": 1, "id": id, "state": "hidden"}));
    assert_eq!(away.next().await["seq"], 2);
    assert_eq!(away.next().await["seq"], 3);
    assert!(!format!("{:?}", away.seen).contains(canary));
    // Its author keeps the own text.
    let mut own = joined(&anna, room, Some(0)).await;
    let mine = own.next().await;
    assert_eq!((mine["type"].as_str(), mine["state"].as_str()), (Some("message"), Some("hidden")));
    assert!(mine["body_html"].as_str().unwrap().contains(canary));
    // Brought back: whole, with a number of its own.
    change(&app, &id, Change::Restore(None)).await;
    let back = b.until("restored").await;
    assert_eq!(back["seq"], 4);
    assert_eq!(back["id"], id);
    assert!(back["body_html"].as_str().unwrap().contains(canary));
    // Removed: not even its author has the text any more.
    change(&app, &id, Change::Remove).await;
    assert_eq!(b.until("redacted").await["state"], "removed");
    let mut gone = joined(&anna, room, Some(0)).await;
    gone.drain(Duration::from_millis(300)).await;
    assert_eq!(gone.seen.iter().filter(|f| f["seq"].is_i64() && f["type"] != "joined").count(), 5);
    assert!(!format!("{:?}", gone.seen).contains(canary));
    assert_eq!(app.count("select count(*) from messages where body <> '' and state = 'removed'").await, 0);
}

#[actix_web::test]
async fn a_redaction_of_spans_is_taken_away_first_and_the_new_text_follows() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let id = say(&mut a, room, "mød mig ved søen i aften").await["id"].clone();
    b.until("message").await;
    change(&app, &id, Change::Redact(TargetText { title: None, body: "mød mig […] i aften".into() })).await;
    let (first, second) = (b.next().await, b.next().await);
    assert_eq!(
        (first["type"].as_str(), first["seq"].as_i64(), first["state"].as_str()),
        (Some("redacted"), Some(2), Some("redacted"))
    );
    assert_eq!((second["type"].as_str(), second["seq"].as_i64(), second["id"].clone()), (Some("edited"), Some(3), id));
    assert_eq!(second["body_html"], "<p>mød mig […] i aften</p>\n");
    let mut late = joined(&bo, room, Some(0)).await;
    for _ in 0..3 {
        assert!(!late.next().await.to_string().contains("søen"));
    }
}

#[actix_web::test]
async fn only_this_site_and_good_tokens_open_a_socket() {
    let app = TestApp::start().await;
    let anna = app.member().await;
    let token = anna.token.clone().unwrap();
    let (bearer, cookie) = (format!("Bearer {token}"), format!("ligesind_session={token}"));
    let own = app.url("");
    let live = "/api/v1/live";
    assert_eq!(refused(live, &app, &[("cookie", &cookie), ("origin", "https://evil.example")]).await, 403);
    assert_eq!(refused(live, &app, &[("cookie", &cookie)]).await, 403, "a cookie needs an origin");
    assert_eq!(refused(live, &app, &[("origin", "https://evil.example")]).await, 403, "visitors' pages too");
    assert_eq!(refused(live, &app, &[("authorization", &bearer), ("origin", "https://evil.example")]).await, 403);
    assert_eq!(refused(live, &app, &[("cookie", &cookie), ("origin", &own)]).await, 101);
    assert_eq!(refused(live, &app, &[("authorization", "Bearer nonsense")]).await, 401);
    assert_eq!(refused("/api/v1/live?ticket=nonsense", &app, &[]).await, 401);
    assert_eq!(refused(live, &app, &[]).await, 101, "a visitor may come in");
    app.visitor().post("/live/tickets", json!({})).await.is_problem(401, "signed_out");
    let ticket = anna.post("/live/tickets", json!({})).await;
    assert_eq!(ticket.is(201)["expires_in"], 30);
    let path = format!("{live}?ticket={}", ticket.text_at("/ticket"));
    assert_eq!(refused(&path, &app, &[]).await, 101);
    assert_eq!(refused(&path, &app, &[]).await, 401, "a ticket works once");
    let late = anna.post("/live/tickets", json!({})).await.text_at("/ticket");
    app.clock().advance(chrono::Duration::seconds(31));
    assert_eq!(refused(&format!("{live}?ticket={late}"), &app, &[]).await, 401, "and not for long");
    assert_eq!(app.visitor().get("/live").await.status.as_u16(), 400);
    sanction(&app, &anna, "suspend").await;
    assert_eq!(refused(live, &app, &[("authorization", &bearer)]).await, 403);
}

#[actix_web::test]
async fn the_subprotocol_is_echoed() {
    let app = TestApp::start().await;
    let mut request = format!("ws://{}/api/v1/live", app.address).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "other, ligesind.v1".parse().unwrap());
    let (_, answer) = tokio_tungstenite::connect_async(request).await.unwrap();
    assert_eq!(answer.headers()["sec-websocket-protocol"], "ligesind.v1");
}

#[actix_web::test]
async fn bad_bytes_close_the_socket_with_the_right_code() {
    let app = TestApp::start().await;
    let anna = app.member().await;
    let mut big = anna.live().await;
    big.send_text(&"x".repeat(16 * 1024 + 1)).await;
    assert_eq!(big.closed().await, 1009);
    let mut fits = anna.live().await;
    fits.send_text(&"x".repeat(16 * 1024)).await;
    assert_eq!(fits.next().await["problem"]["code"], "bad_frame");
    let mut parts = anna.live().await;
    let part = |opcode, last| Message::Frame(Frame::message("x".repeat(10 * 1024), OpCode::Data(opcode), last));
    parts.socket.send(part(Data::Text, false)).await.unwrap();
    parts.socket.send(part(Data::Continue, true)).await.unwrap();
    assert_eq!(parts.closed().await, 1009, "a message in several frames has the same bound");
    let mut garbled = anna.live().await;
    garbled
        .socket
        .send(Message::Frame(Frame::message(vec![0xff, 0xfe], OpCode::Data(Data::Text), true)))
        .await
        .unwrap();
    assert_eq!(garbled.closed().await, 1007);
}

#[actix_web::test]
async fn junk_is_answered_and_too_much_of_it_ends_the_socket() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let anna = app.member().await;
    let mut a = joined(&anna, room, None).await;
    for junk in [
        json!({"type": []}).to_string(),
        "{".to_owned(),
        json!({"type": "__proto__"}).to_string(),
        json!({"type": "x".repeat(9000)}).to_string(),
    ] {
        a.send_text(&junk).await;
        let answer = a.next().await;
        assert_eq!((answer["type"].as_str(), answer["problem"]["code"].as_str()), (Some("error"), Some("bad_frame")));
    }
    say(&mut a, room, "et godt ord imellem").await;
    let mut b = app.visitor().live().await;
    for _ in 0..20 {
        let _ = b.socket.send(Message::text("[]")).await;
    }
    assert_eq!(b.closed().await, 4009);
}

/// Messages that the slow reader does not read.
const SENT: usize = 4000;

/// A client for which the kernel keeps next to nothing, so that the server's own queue fills soon.
async fn with_small_buffer(app: &TestApp, person: &Person) -> LiveClient {
    let tcp = tokio::net::TcpSocket::new_v4().unwrap();
    tcp.set_recv_buffer_size(64 * 1024).unwrap();
    let stream = tcp.connect(app.address.parse().unwrap()).await.unwrap();
    let mut request = format!("ws://{}/api/v1/live", app.address).into_client_request().unwrap();
    let bearer = format!("Bearer {}", person.token.as_deref().unwrap());
    request.headers_mut().insert("authorization", bearer.parse().unwrap());
    let (socket, _) =
        tokio_tungstenite::client_async(request, tokio_tungstenite::MaybeTlsStream::Plain(stream)).await.unwrap();
    LiveClient { socket, seen: Vec::new() }
}

#[actix_web::test]
async fn a_slow_reader_is_cut_off_and_nobody_else_waits() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo, sol) = (app.member().await, app.member().await, app.member().await);
    let mut slow = with_small_buffer(&app, &bo).await;
    slow.send(json!({"type": "join", "room": room, "after_seq": null})).await;
    slow.until("joined").await;
    let mut quick = joined(&sol, room, None).await;
    // As another node would have written them: long messages, more of them than all buffers hold.
    app.sql(&format!(
        "insert into messages (room_id, seq, id, author_id, client_id, body, body_html, state)
         select '{room}', n, gen_random_uuid(), '{}', gen_random_uuid(), 'x', repeat('langsom ', 240), 'live'
         from generate_series(1, {SENT}) n;
         update rooms set last_seq = {SENT} where id = '{room}'",
        anna.id
    ))
    .await;
    app.db().bus().publish(Signal::new(Topic::Sequence, room, i64::try_from(SENT).unwrap()));
    for seq in 1..=SENT {
        assert_eq!(quick.next().await["seq"], seq, "who reads gets all of it");
    }
    assert_eq!(slow.closed().await, 4008);
    let got: Vec<i64> =
        slow.seen.iter().filter(|f| f["type"] == "message").map(|f| f["seq"].as_i64().unwrap()).collect();
    assert!(got.len() < SENT, "the server kept {} frames for one reader", got.len());
    assert_eq!(got, (1..=i64::try_from(got.len()).unwrap()).collect::<Vec<_>>(), "what came, came in order");
    // It resumes where it was cut off.
    let mut again = joined(&bo, room, got.last().copied()).await;
    assert_eq!(again.next().await["type"], if SENT - got.len() > 1000 { "reset" } else { "message" });
}

#[actix_web::test]
async fn a_suspension_and_a_sign_out_close_sockets_within_two_seconds() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    sanction(&app, &anna, "suspend").await;
    access(&app, &anna);
    let closed = tokio::time::timeout(Duration::from_secs(2), a.closed()).await.expect("within two seconds");
    assert_eq!(closed, 4003);
    bo.delete("/sessions").await;
    let closed = tokio::time::timeout(Duration::from_secs(2), b.closed()).await.expect("within two seconds");
    assert_eq!(closed, 4001);
}

#[actix_web::test]
async fn a_lost_word_about_rights_is_made_up_for_by_the_sweep() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo, sol) = (app.member().await, app.member().await, app.member().await);
    let (mut a, mut b, mut c) =
        (joined(&anna, room, None).await, joined(&bo, room, None).await, joined(&sol, room, None).await);
    sanction(&app, &anna, "suspend").await;
    app.sql(&format!("update sessions set revoked_at = now() where account_id = '{}'", bo.id)).await;
    app.state.hub.sweep().await;
    assert_eq!(a.closed().await, 4003);
    assert_eq!(b.closed().await, 4001);
    say(&mut c, room, "jeg er her stadig").await;
}

#[actix_web::test]
async fn typing_reaches_the_others_in_the_room_and_is_kept_nowhere() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    for _ in 0..5 {
        a.send(json!({"type": "typing", "room": room})).await;
    }
    let frame = b.until("typing").await;
    assert_eq!(frame["author"], json!({"id": anna.id, "name": anna.name}));
    assert!(b.drain(Duration::from_millis(300)).await.is_empty(), "said once in a while, however often it is sent");
    assert!(a.drain(Duration::from_millis(100)).await.is_empty());
    assert_eq!(
        app.count(
            "select (select count(*) from messages) + (select count(*) from room_events) + (select last_seq from rooms)"
        )
        .await,
        0
    );
    let mut outside = bo.live().await;
    outside.send(json!({"type": "typing", "room": room})).await;
    assert_eq!(outside.next().await["problem"]["code"], "not_found");
}

#[actix_web::test]
async fn too_many_frames_messages_and_sockets_are_refused() {
    let app = TestApp::start_with(Options { rate_limits: true, ..Options::default() }).await;
    let room = room(&app).await;
    let anna = app.member().await;
    let mut a = joined(&anna, room, None).await;
    for _ in 0..18 {
        say(&mut a, room, "hej").await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..2 {
        say(&mut a, room, "hej").await;
    }
    a.send(json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "én for meget"})).await;
    let refusal = a.until("error").await;
    assert_eq!(refusal["problem"]["code"], "too_many");
    assert!(refusal["problem"]["seconds"].as_i64().unwrap() >= 1);
    assert!(refusal["client_id"].is_string(), "the message stays with its author");
    let mut open = Vec::new();
    for _ in 0..7 {
        open.push(anna.live().await);
    }
    assert_eq!(anna.live().await.closed().await, 4029, "the ninth socket of one account");
    drop(open);
    let mut b = app.member().await.live().await;
    for _ in 0..100 {
        let _ = b.socket.send(Message::text(json!({"type": "leave", "room": room}).to_string())).await;
    }
    assert_eq!(b.closed().await, 4029);
}

#[actix_web::test]
async fn a_locked_room_is_set_aside_and_the_others_go_on() {
    let app = TestApp::start().await;
    let (busy, free) = (room(&app).await, room(&app).await);
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, busy, None).await, joined(&bo, free, None).await);
    let locked = app.db().write(async |tx| {
        diesel::sql_query(format!("select 1 from rooms where id = '{busy}' for update")).execute(&mut **tx).await?;
        a.send(json!({"type": "send", "room": busy, "client_id": Uuid::new_v4(), "body": "jeg venter"})).await;
        let begun = std::time::Instant::now();
        for _ in 0..3 {
            say(&mut b, free, "her går det").await;
        }
        assert!(begun.elapsed() < Duration::from_millis(2500), "{:?}", begun.elapsed());
        assert!(a.drain(Duration::from_millis(100)).await.is_empty());
        Ok::<_, DbError>(())
    });
    locked.await.unwrap();
    assert_eq!(a.until("ack").await["seq"], 1);
}

#[actix_web::test]
async fn what_was_acknowledged_is_there_once_though_connections_break() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let mut senders = Vec::new();
    for _ in 0..10 {
        let person = app.member().await;
        senders.push(joined(&person, room, None).await);
    }
    let breaker = async {
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_millis(60)).await;
            app.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()").await;
        }
    };
    let sends = futures_util::future::join_all(senders.iter_mut().map(async |socket| {
        let mut acks = Vec::new();
        for n in 0..20 {
            acks.push(say(socket, room, &format!("nr. {n}")).await["seq"].as_i64().unwrap());
        }
        acks
    }));
    let (acks, ()) = futures_util::future::join(sends, breaker).await;
    let mut acks: Vec<i64> = acks.into_iter().flatten().collect();
    acks.sort_unstable();
    assert_eq!(acks, (1..=200).collect::<Vec<_>>());
    assert_eq!(app.count("select count(*) from messages").await, 200);
    let anybody = app.member().await;
    let mut late = joined(&anybody, room, Some(0)).await;
    for seq in 1..=200 {
        assert_eq!(late.next().await["seq"], seq);
    }
    // And those who were there have all of it, in order.
    for socket in &mut senders {
        while socket.seen.iter().filter(|f| f["type"] == "message").count() < 200 {
            socket.next().await;
        }
        let seqs: Vec<i64> =
            socket.seen.iter().filter(|f| f["type"] == "message").map(|f| f["seq"].as_i64().unwrap()).collect();
        assert_eq!(seqs, (1..=200).collect::<Vec<_>>());
    }
}
