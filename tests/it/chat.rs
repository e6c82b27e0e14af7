//! Rooms, history, read marks.

use chrono::{DateTime, Duration};
use ligesind::casework::target::TargetText;
use ligesind::casework::{CaseTarget, Change};
use ligesind::live::Pace;
use serde_json::json;
use support::app::{Options, TestApp};
use support::live::LiveClient;
use support::people::Person;
use uuid::Uuid;

use crate::live::{change, joined, room, sanction, say};

#[actix_web::test]
async fn a_room_tells_how_it_stands_for_this_reader() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, reader) = (app.member().await, app.reader().await);
    let mut a = joined(&anna, room, None).await;
    say(&mut a, room, "hej").await;
    let list = anna.get("/rooms").await;
    let item = &list.is(200)["items"][0];
    assert_eq!(item["state"], "open");
    assert_eq!(item["last_seq"], 1);
    assert_eq!(item["read_seq"], 0);
    assert_eq!(item["may_send"], true);
    assert_eq!(reader.get("/rooms").await.is(200)["items"][0]["may_send"], false);
    app.visitor().get("/rooms").await.is_problem(401, "signed_out");
    let page = anna.get(&format!("/rooms/{room}/messages")).await;
    assert_eq!(page.is(200)["items"][0]["body"], "hej");
    assert_eq!(reader.get(&format!("/rooms/{room}/messages")).await.is(200)["items"][0].get("body"), None);
    anna.get(&format!("/rooms/{}/messages", Uuid::now_v7())).await.is_problem(404, "not_found");
    let bad = anna.get(&format!("/rooms/{room}/messages?before_seq=x&limit=0")).await;
    assert_eq!(bad.wrong_fields(), ["before_seq:bad_format", "limit:out_of_range"]);
    assert_eq!(anna.post(&format!("/rooms/{room}/entry"), json!({})).await.is(200)["entered"], true);
}

/// A room with hours; closed unless the clock says otherwise.
async fn room_with_hours(app: &TestApp, hours: serde_json::Value) -> Uuid {
    let id = Uuid::now_v7();
    app.sql(&format!(
        "insert into rooms (id, slug, name, hours) values ('{id}', '{}', 'Aftenstuen', '{hours}')",
        id.simple()
    ))
    .await;
    id
}

/// What a message is refused with.
async fn refusal(socket: &mut LiveClient, room: Uuid, body: &str) -> serde_json::Value {
    socket.send(json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": body})).await;
    socket.until("error").await["problem"].clone()
}

/// How a room stands, once it stands so.
async fn until_state(socket: &mut LiveClient, state: &str) -> serde_json::Value {
    loop {
        let frame = socket.until("room").await;
        if frame["state"] == state {
            return frame;
        }
    }
}

async fn clock_at(app: &TestApp, text: &str) {
    let at = DateTime::parse_from_rfc3339(text).unwrap().to_utc();
    app.clock().advance(at - app.clock().now());
    app.sql("update sessions set last_used_at = expires_at, created_at = expires_at - interval '30 days'").await;
    app.sql(&format!(
        "update sessions set created_at = '{0}', last_used_at = '{0}', expires_at = '{0}'::timestamptz + interval '30 days'",
        at.to_rfc3339()
    ))
    .await;
}

#[actix_web::test]
async fn a_room_opens_and_closes_by_the_communitys_clock_also_when_the_clock_changes() {
    let app = TestApp::start().await;
    let hours = json!([{"weekday": "saturday", "from": "19:00", "to": "22:00"}, {"weekday": "sunday", "from": "19:00", "to": "22:00"}]);
    let room = room_with_hours(&app, hours).await;
    let anna = app.member().await;
    // Saturday 27 March 2027, the evening before summer time begins: 19:00 is 18:00 UTC; on Sunday it is 17:00 UTC.
    clock_at(&app, "2027-03-27T17:59:30Z").await;
    let seen = anna.get(&format!("/rooms/{room}")).await;
    assert_eq!(seen.is(200)["state"], "closed");
    assert_eq!(seen.json["opens_at"], "2027-03-27T18:00:00Z");
    assert_eq!(seen.json["may_send"], false);
    let mut a = joined(&anna, room, None).await;
    assert_eq!(a.seen[0]["state"], "closed");
    assert_eq!(refusal(&mut a, room, "er her nogen?").await["code"], "room_closed");
    app.clock().advance(Duration::minutes(1));
    say(&mut a, room, "hej").await;
    app.clock().advance(Duration::hours(3));
    assert_eq!(refusal(&mut a, room, "stadig?").await["code"], "room_closed");
    let closed = anna.get(&format!("/rooms/{room}")).await;
    assert_eq!(closed.is(200)["opens_at"], "2027-03-28T17:00:00Z");
    // History stays readable.
    assert_eq!(anna.get(&format!("/rooms/{room}/messages")).await.is(200)["items"].as_array().unwrap().len(), 1);
    app.clock().advance(Duration::hours(20));
    say(&mut a, room, "godaften").await;
}

#[actix_web::test]
async fn open_screens_hear_that_a_room_opens_by_the_clock() {
    let pace = Pace { compare: std::time::Duration::from_millis(100), ..Pace::default() };
    let app = TestApp::start_with(Options { pace, ..Options::default() }).await;
    let room = room_with_hours(&app, json!([{"weekday": "saturday", "from": "19:00", "to": "22:00"}])).await;
    let anna = app.member().await;
    clock_at(&app, "2027-03-27T17:59:00Z").await;
    let mut a = joined(&anna, room, None).await;
    until_state(&mut a, "closed").await;
    app.clock().advance(Duration::minutes(2));
    assert_eq!(until_state(&mut a, "open").await["closes_at"], "2027-03-27T21:00:00Z");
}

#[actix_web::test]
async fn a_host_opens_closes_and_slows_an_own_room_and_no_other() {
    let app = TestApp::start().await;
    let (room, other) = (room_with_hours(&app, json!([])).await, room_with_hours(&app, json!([])).await);
    let (host, anna, boss) = (app.supporter(true).await, app.member().await, app.coordinator().await);
    let hosts = boss.patch(&format!("/rooms/{room}"), json!({"hosts": [host.id]})).await;
    assert_eq!(hosts.is(200)["hosts"][0]["id"], json!(host.id));
    boss.patch(&format!("/rooms/{room}"), json!({"hosts": [anna.id]})).await.is(422);
    anna.patch(&format!("/rooms/{room}"), json!({"close_for_today": true})).await.is_problem(403, "forbidden");
    host.patch(&format!("/rooms/{other}"), json!({"close_for_today": true})).await.is_problem(403, "forbidden");
    host.patch(&format!("/rooms/{room}"), json!({"name": "Mit rum"})).await.is_problem(403, "forbidden");
    let mut a = joined(&anna, room, None).await;
    assert_eq!(refusal(&mut a, room, "hej").await["code"], "room_closed");
    let until = app.clock().now() + Duration::hours(2);
    let open = host.patch(&format!("/rooms/{room}"), json!({"open_until": until})).await;
    assert_eq!((open.is(200)["state"].as_str(), open.json["by_host"].as_bool()), (Some("open"), Some(true)));
    assert_eq!(until_state(&mut a, "open").await["by_host"], true);
    say(&mut a, room, "nu går det").await;
    host.patch(&format!("/rooms/{room}"), json!({"slow_mode_s": 30})).await.is(200);
    let slow = refusal(&mut a, room, "for hurtigt").await;
    assert_eq!(slow["code"], "slow_mode");
    assert!((1..=30).contains(&slow["seconds"].as_i64().unwrap()));
    app.clock().advance(Duration::seconds(31));
    say(&mut a, room, "sådan").await;
    let mut h = joined(&host, room, None).await;
    say(&mut h, room, "en vært").await;
    say(&mut h, room, "venter ikke").await;
    let closed = host.patch(&format!("/rooms/{room}"), json!({"close_for_today": true})).await;
    assert_eq!(closed.is(200)["by_host"], true);
    assert_eq!(refusal(&mut a, room, "lukket?").await["code"], "room_closed");
    // Taken back, the hours count again: this room has none.
    let hours = host.patch(&format!("/rooms/{room}"), json!({"close_for_today": false})).await;
    assert_eq!((hours.is(200)["state"].as_str(), hours.json["by_host"].as_bool()), (Some("closed"), Some(false)));
    let bad = host
        .patch(&format!("/rooms/{room}"), json!({"open_until": "2020-01-01T00:00:00Z", "slow_mode_s": 99999}))
        .await;
    assert_eq!(bad.wrong_fields(), ["open_until:in_past", "slow_mode_s:out_of_range"]);
    let acts = app.text("select string_agg(act, ',' order by seq) from audit_log where target_kind = 'room'").await;
    assert_eq!(acts, "room_changed,room_opened,room_slow_mode_set,room_closed_for_today,room_closing_ended");
}

#[actix_web::test]
async fn a_coordinator_makes_rooms() {
    let app = TestApp::start().await;
    let boss = app.coordinator().await;
    let body = json!({"slug": "nattestuen", "name": "Nattestuen", "hours": [{"weekday": "friday", "from": "22:00", "to": "02:00"}]});
    let made = boss.post("/rooms", body.clone()).await;
    assert_eq!(made.is(201)["slug"], "nattestuen");
    assert_eq!(boss.post("/rooms", body).await.wrong_fields(), ["slug:taken"]);
    let bad = boss
        .post("/rooms", json!({"slug": "Å", "hours": [{"weekday": "fredag", "from": "22:00", "to": "02:00"}]}))
        .await;
    assert_eq!(bad.wrong_fields(), ["hours:unknown_value", "name:required", "slug:bad_character"]);
    assert_eq!(boss.get("/rooms/nattestuen").await.is(200)["id"], made.json["id"]);
}

#[actix_web::test]
async fn who_may_not_write_is_told_why_and_reads_on() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, muted, reader) = (app.member().await, app.member().await, app.reader().await);
    let (mut m, mut r) = (joined(&muted, room, None).await, joined(&reader, room, None).await);
    sanction(&app, &muted, "mute").await;
    assert_eq!(refusal(&mut m, room, "hej").await["code"], "muted");
    assert_eq!(refusal(&mut r, room, "hej").await["code"], "consent_required");
    let long = refusal(&mut m, room, &"å".repeat(2001)).await;
    assert_eq!((long["code"].as_str(), long["max"].as_i64()), (Some("too_long"), Some(2000)));
    assert_eq!(refusal(&mut m, room, " \n ").await["code"], "bad_frame");
    assert_eq!(refusal(&mut m, Uuid::now_v7(), "hej").await["code"], "not_found");
    let mut a = joined(&anna, room, None).await;
    say(&mut a, room, "de læser med").await;
    m.until("message").await;
    r.until("message").await;
    assert_eq!(app.count("select count(*) from messages").await, 1);
}

#[actix_web::test]
async fn an_author_edits_and_takes_back_and_every_screen_follows() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let id = say(&mut a, room, "gammel tekst").await["id"].as_str().unwrap().to_owned();
    b.until("message").await;
    let edited = anna.patch(&format!("/messages/{id}"), json!({"body": "ny tekst"})).await;
    assert_eq!(edited.is(200)["revision"], 2);
    let frame = b.until("edited").await;
    assert_eq!(
        (frame["seq"].as_i64(), frame["id"].as_str(), frame["body_html"].as_str()),
        (Some(2), Some(id.as_str()), Some("<p>ny tekst</p>\n"))
    );
    bo.patch(&format!("/messages/{id}"), json!({"body": "min nu"})).await.is_problem(403, "forbidden");
    bo.delete(&format!("/messages/{id}")).await.is_problem(403, "forbidden");
    // What a reporter saw before the edit is kept for the case, and nowhere else.
    let mut conn = app.db().read().await.unwrap();
    let target = ligesind::chat::MessageTarget;
    assert_eq!(target.text(&mut conn, id.parse().unwrap(), 1).await.unwrap().unwrap().body, "gammel tekst");
    drop(conn);
    anna.delete(&format!("/messages/{id}")).await.is(204);
    assert_eq!(b.until("redacted").await["state"], "deleted");
    anna.patch(&format!("/messages/{id}"), json!({"body": "igen"})).await.is_problem(404, "not_found");
    anna.delete(&format!("/messages/{id}")).await.is_problem(404, "not_found");
    for person in [&anna, &bo] {
        let page = person.get(&format!("/rooms/{room}/messages")).await;
        assert!(page.is(200)["items"].as_array().unwrap().is_empty());
        let mut late = joined(person, room, Some(0)).await;
        late.drain(std::time::Duration::from_millis(200)).await;
        assert!(!format!("{:?}", late.seen).contains("tekst"));
    }
}

#[actix_web::test]
async fn history_pages_reach_past_what_is_hidden() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    app.sql(&format!(
        "insert into messages (room_id, seq, id, author_id, client_id, body, body_html, state)
         select '{room}', n, gen_random_uuid(), '{}', gen_random_uuid(), 'x', '<p>x</p>', case when n between 11 and 90 then 'hidden' else 'live' end
         from generate_series(1, 100) n;
         update rooms set last_seq = 100",
        anna.id
    ))
    .await;
    let seqs = |reply: &support::people::Reply| -> Vec<i64> {
        reply.is(200)["items"].as_array().unwrap().iter().map(|item| item["seq"].as_i64().unwrap()).collect()
    };
    let newest = bo.get(&format!("/rooms/{room}/messages?limit=15")).await;
    assert_eq!(
        seqs(&newest),
        (6..=10).chain(91..=100).collect::<Vec<_>>(),
        "a page is full though eighty are hidden between"
    );
    assert_eq!(newest.json["next"], "6");
    let older = bo.get(&format!("/rooms/{room}/messages?limit=15&before_seq=6")).await;
    assert_eq!(seqs(&older), (1..=5).collect::<Vec<_>>());
    assert!(older.json["next"].is_null());
    let newer = bo.get(&format!("/rooms/{room}/messages?limit=3&after_seq=9")).await;
    assert_eq!(seqs(&newer), [10, 91, 92]);
    // Their author sees them.
    let own = anna.get(&format!("/rooms/{room}/messages?limit=15")).await;
    assert_eq!(seqs(&own), (86..=100).collect::<Vec<_>>());
}

#[actix_web::test]
async fn history_from_the_first_entry_shows_nothing_older() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    app.sql("update rooms set history = 'from_entry'").await;
    let (anna, bo) = (app.member().await, app.member().await);
    let mut a = joined(&anna, room, None).await;
    let old = say(&mut a, room, "før bo kom").await["id"].as_str().unwrap().to_owned();
    assert!(bo.get(&format!("/rooms/{room}/messages")).await.is(200)["items"].as_array().unwrap().is_empty());
    let mut b = joined(&bo, room, Some(0)).await;
    let withheld = b.next().await;
    assert_eq!((withheld["type"].as_str(), withheld["seq"].as_i64()), (Some("redacted"), Some(1)));
    // An edit of an old message does not bring it to somebody who came later.
    anna.patch(&format!("/messages/{old}"), json!({"body": "stadig før bo kom"})).await.is(200);
    assert_eq!(b.next().await["type"], "redacted");
    say(&mut a, room, "velkommen").await;
    assert_eq!(b.until("message").await["seq"], 3);
    let page = bo.get(&format!("/rooms/{room}/messages")).await;
    assert_eq!(page.is(200)["items"].as_array().unwrap().len(), 1);
    assert!(!format!("{:?}{}", b.seen, page.text).contains("før bo kom"));
}

#[actix_web::test]
async fn read_marks_are_ones_own_and_never_go_back() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let mut a = joined(&anna, room, None).await;
    for _ in 0..3 {
        say(&mut a, room, "hej").await;
    }
    let mut b = joined(&bo, room, None).await;
    let read =
        async |person: &Person| person.get(&format!("/rooms/{room}")).await.is(200)["read_seq"].as_i64().unwrap();
    for (seq, now) in [(2, 2), (1, 2), (3, 3)] {
        b.send(json!({"type": "read", "room": room, "seq": seq})).await;
        b.send(json!({"type": "typing", "room": room})).await;
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        assert_eq!(read(&bo).await, now);
    }
    b.send(json!({"type": "read", "room": room, "seq": 4})).await;
    assert_eq!(b.until("error").await["problem"]["code"], "not_found", "beyond the newest");
    b.send(json!({"type": "read", "room": room, "seq": -1})).await;
    assert_eq!(b.until("error").await["problem"]["code"], "bad_frame");
    assert_eq!(read(&bo).await, 3);
    assert_eq!(read(&anna).await, 0, "nobody else's mark moved");
    assert!(
        a.drain(std::time::Duration::from_millis(100)).await.iter().all(|f| f["type"] != "read"),
        "and nobody is told"
    );
}

#[actix_web::test]
async fn what_screening_holds_waits_for_a_person_and_then_takes_its_number() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let client_id = Uuid::new_v4();
    let frame = json!({"type": "send", "room": room, "client_id": client_id, "body": "mit cpr er 070761-4285", "confirmed": true});
    a.send(frame.clone()).await;
    let held = a.until("held").await;
    assert_eq!(held["client_id"], json!(client_id));
    assert!(!held["advice"].as_array().unwrap().is_empty());
    a.send(frame.clone()).await;
    a.until("held").await;
    assert_eq!(app.count("select count(*) from held_messages").await, 1);
    assert_eq!(app.count("select count(*) from cases where target_kind = 'message'").await, 1);
    assert!(b.drain(std::time::Duration::from_millis(200)).await.is_empty());
    let own = anna.get(&format!("/rooms/{room}")).await;
    assert_eq!(own.is(200)["held"][0]["client_id"], json!(client_id));
    assert!(bo.get(&format!("/rooms/{room}")).await.is(200)["held"].as_array().unwrap().is_empty());
    say(&mut a, room, "noget andet imens").await;
    let id = own.json["held"][0]["id"].clone();
    change(&app, &id, Change::Restore(Some(TargetText { title: None, body: "mit cpr er […]".into() }))).await;
    b.until("message").await;
    let through = b.until("message").await;
    assert_eq!((through["seq"].as_i64(), &through["id"]), (Some(2), &id));
    assert!(!through.to_string().contains("070761"));
    // Its author's line was cut meanwhile and sends it again: it has its number.
    a.send(frame).await;
    let ack = a.until("ack").await;
    assert_eq!((&ack["client_id"], ack["seq"].as_i64(), &ack["id"]), (&json!(client_id), Some(2), &id));
    assert_eq!(app.count("select count(*) from held_messages").await, 1);
    assert_eq!(app.count("select count(*) from cases where target_kind = 'message'").await, 1);
}

#[actix_web::test]
async fn who_takes_a_held_message_back_does_not_take_the_evidence() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, moderator) = (app.member().await, app.moderator(&["danger"]).await);
    let mut a = joined(&anna, room, None).await;
    let body = "jeg vil ikke leve mere, jeg tager mit eget liv i aften";
    a.send(json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": body, "confirmed": true})).await;
    a.until("held").await;
    let id = anna.get(&format!("/rooms/{room}")).await.is(200)["held"][0]["id"].as_str().unwrap().to_owned();
    anna.delete(&format!("/messages/{id}")).await.is(204);
    assert!(anna.get(&format!("/rooms/{room}")).await.is(200)["held"].as_array().unwrap().is_empty());
    let case = moderator.get("/cases").await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
    moderator.post(&format!("/cases/{case}/claim"), json!({})).await.is(200);
    let evidence = moderator.post(&format!("/cases/{case}/evidence"), json!({ "reason": "For at hjælpe." })).await;
    assert_eq!(evidence.is(200)["body"], body);
}

#[actix_web::test]
async fn a_message_that_fails_once_keeps_its_place_and_none_is_lost() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    app.sql(
        "create sequence failures; grant usage on sequence failures to public;
         create function fail_once() returns trigger language plpgsql as $$ begin
           if new.body = 'nr. 0' and nextval('failures') <= 2 then raise exception 'once'; end if; return new; end $$;
         create trigger fail_once before insert on messages for each row execute function fail_once()",
    )
    .await;
    for n in 0..5 {
        let frame = json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": format!("nr. {n}")});
        a.send(frame).await;
    }
    for n in 0..5 {
        let html = b.until("message").await["body_html"].clone();
        assert!(html.as_str().is_some_and(|html| html.contains(&format!("nr. {n}"))), "{html} in place {n}");
    }
}

#[actix_web::test]
async fn advice_comes_before_anything_is_stored() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let anna = app.member().await;
    let mut a = joined(&anna, room, None).await;
    a.send(json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "ring til mig på 28 45 61 07"}))
        .await;
    let advice = a.until("advice").await;
    assert!(!advice["findings"].as_array().unwrap().is_empty());
    assert!(advice["redacted_text"].as_str().is_some_and(|text| !text.contains("28 45 61 07")), "{advice}");
    assert_eq!(app.count("select (select count(*) from messages) + (select count(*) from held_messages)").await, 0);
}

#[actix_web::test]
async fn an_answer_quotes_what_its_reader_may_read_and_forgets_with_it() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo, sol) = (app.member().await, app.member().await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let first = say(&mut a, room, "kanariefuglen-8812 sang i dag").await["id"].clone();
    let frame =
        json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "Det kender jeg", "reply_to": first});
    b.send(frame).await;
    let answer = loop {
        let frame = a.until("message").await;
        if frame["reply_to"] == first {
            break frame;
        }
    };
    assert!(!answer.to_string().contains("kanariefuglen"), "a frame points, it copies nothing");
    let path = format!("/rooms/{room}/messages");
    let quote = |reply: &support::Reply| reply.json["items"].as_array().unwrap().last().unwrap()["quote"].clone();
    let seen = quote(&sol.get(&path).await);
    assert_eq!((&seen["id"], &seen["author_name"]), (&first, &json!(anna.name)));
    assert!(seen["body_html"].as_str().unwrap().contains("kanariefuglen-8812"));
    // Redacted: the quote shows the new text only. Hidden: the answer stands by itself.
    change(&app, &first, Change::Redact(TargetText { title: None, body: "[…] sang i dag".into() })).await;
    assert_eq!(quote(&sol.get(&path).await)["body_html"], "<p>[…] sang i dag</p>\n");
    change(&app, &first, Change::Hide).await;
    let after = sol.get(&path).await;
    assert_eq!(quote(&after), json!(null));
    assert!(!after.text.contains("sang i dag"));
    // What cannot be read, or stands in another room, cannot be answered: the words go out without it.
    let elsewhere = crate::live::room(&app).await;
    let mut s = joined(&sol, elsewhere, None).await;
    s.send(json!({"type": "send", "room": elsewhere, "client_id": Uuid::new_v4(), "body": "hej", "reply_to": answer["id"]})).await;
    assert_eq!(s.until("message").await.get("reply_to"), None);
    b.send(json!({"type": "send", "room": room, "client_id": Uuid::new_v4(), "body": "igen", "reply_to": first})).await;
    b.until("ack").await;
    assert_eq!(app.count("select count(*) from messages where reply_to is not null").await, 1);
}

#[actix_web::test]
async fn a_nod_is_told_kindly_to_the_author_and_counted_for_nobody_else() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo, sol) = (app.member().await, app.member().await, app.member().await);
    let mut a = joined(&anna, room, None).await;
    let id = say(&mut a, room, "det er svært for tiden").await["id"].as_str().unwrap().to_owned();
    let nod = |kind: &str| format!("/messages/{id}/reactions/{kind}");
    for person in [&bo, &sol, &bo] {
        person.put(&nod("know_it"), json!({})).await.is(204);
    }
    bo.put(&nod("thanks"), json!({})).await.is(204);
    let page = format!("/rooms/{room}/messages");
    let first = |reply: support::Reply| reply.json["items"][0].clone();
    let own = first(anna.get(&page).await);
    assert_eq!(own["reactions"], json!({"know_it": 2, "thanks": 1}));
    let other = first(bo.get(&page).await);
    assert_eq!((other.get("reactions"), &other["my_reactions"]), (None, &json!(["know_it", "thanks"])));
    assert_eq!(first(app.member().await.get(&page).await).get("my_reactions"), None);
    // One kind word for all of them together, without a name.
    let told = anna.get("/me/notifications").await;
    assert_eq!(told.is(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(told.json["items"][0]["kind"], "nod");
    assert!(!told.text.contains(&bo.name) && !told.text.contains(&bo.id.to_string()));
    bo.delete(&nod("thanks")).await.is(204);
    let next = say(&mut a, room, "tak for jeres svar").await["id"].as_str().unwrap().to_owned();
    for _ in 0..5 {
        bo.put(&format!("/messages/{next}/reactions/thanks"), json!({})).await.is(204);
        bo.delete(&format!("/messages/{next}/reactions/thanks")).await.is(204);
    }
    let nods = format!("select count(*) from notifications where account_id = '{}' and kind = 'nod'", anna.id);
    assert_eq!(app.count(&nods).await, 1, "back and forth is told once");
    assert_eq!(first(anna.get(&page).await)["reactions"], json!({"know_it": 2, "thanks": 0}));
    anna.put(&nod("know_it"), json!({})).await.is_problem(403, "forbidden");
    assert_eq!(bo.put(&nod("angry"), json!({})).await.wrong_fields(), ["kind:unknown_value"]);
    change(&app, &json!(id), Change::Hide).await;
    sol.put(&nod("thanks"), json!({})).await.is_problem(404, "not_found");
    let gone = Uuid::now_v7();
    sol.put(&format!("/messages/{gone}/reactions/thanks"), json!({})).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn a_host_asks_for_a_second_pair_of_eyes_and_the_desk_sees_it_at_once() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (host, other) = (app.supporter(true).await, app.supporter(true).await);
    let (moderator, second) = (app.moderator(&[]).await, app.moderator(&[]).await);
    app.sql(&format!("insert into room_hosts (room_id, account_id) values ('{room}', '{}')", host.id)).await;
    let mut desk = moderator.live().await;
    assert_eq!(desk.until("queue").await["calls"], 0);
    let path = format!("/rooms/{room}/calls");
    app.member().await.post(&path, json!({})).await.is_problem(403, "forbidden");
    other.post(&path, json!({})).await.is_problem(403, "forbidden");
    host.post(&path, json!({"note": "der er uro, og jeg er alene"})).await.is(202);
    assert_eq!(desk.until("queue").await["calls"], 1);
    host.post(&path, json!({})).await.is(202);
    let calls = moderator.get("/room-calls").await;
    assert_eq!(calls.is(200)["items"].as_array().unwrap().len(), 1, "asked again is one call");
    let call = &calls.json["items"][0];
    assert_eq!((&call["note"], &call["asked_by"]["id"]), (&json!("der er uro, og jeg er alene"), &json!(host.id)));
    host.get("/room-calls").await.is_problem(403, "forbidden");
    let kinds = async |person: &Person| person.get("/me/notifications").await.json["items"][0]["kind"].clone();
    assert_eq!((kinds(&moderator).await, kinds(&second).await), (json!("room_call"), json!("room_call")));
    let answer = format!("/room-calls/{}/answer", call["id"].as_str().unwrap());
    moderator.post(&answer, json!({})).await.is(200);
    second.post(&answer, json!({})).await.is_problem(404, "not_found");
    assert_eq!(desk.until("queue").await["calls"], 0);
    assert_eq!(kinds(&host).await, "room_call_answered");
}
