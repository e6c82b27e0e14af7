//! `DELETE /me`.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use support::people::Reply;
use support::{Person, TestApp};

use super::{PASSWORD, join, rows_with, write_everywhere};
use crate::live::{joined, room, say};

async fn leave(person: &Person, texts: &str) -> Reply {
    person.send(Method::DELETE, "/me").json(json!({"password": PASSWORD, "texts": texts})).await
}

#[actix_web::test]
async fn leaving_takes_the_password_and_a_choice() {
    let app = TestApp::start().await;
    let anna = join(&app, "Havtorn").await;
    let reply = anna.send(Method::DELETE, "/me").json(json!({"texts": "perhaps"})).await;
    assert_eq!(reply.wrong_fields(), ["password:required", "texts:unknown_value"]);
    let reply = anna.send(Method::DELETE, "/me").json(json!({"password": "en anden sætning", "texts": "erase"})).await;
    assert_eq!(reply.wrong_fields(), ["password:wrong_password"]);
    anna.get("/me").await.is(200);
}

#[actix_web::test]
async fn every_word_goes_and_open_screens_forget() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let (anna, bo) = (join(&app, "Havtorn").await, app.member().await);
    let (mut a, mut b) = (joined(&anna, room, None).await, joined(&bo, room, None).await);
    let first = say(&mut a, room, "ord der skal væk").await;
    let second = say(&mut a, room, "også det her").await;
    let texts = write_everywhere(&app, anna.id, "mit").await;
    let note = "insert into room_notes (id, room_id, author_id, body, created_at) values (gen_random_uuid()";
    app.sql(&format!("{note}, '{room}', '{}', 'mit ord til værterne', now())", anna.id)).await;
    let mut watching = app.visitor().live().await;
    watching.send(json!({"type": "watch", "target": {"kind": "thread", "id": texts.thread}, "version": 1})).await;
    watching.until("watching").await;

    leave(&anna, "erase").await.is(204);

    assert_eq!(a.closed().await, 4001, "own sockets close");
    anna.get("/me").await.is_problem(401, "signed_out");
    let gone = [b.until("redacted").await, b.until("redacted").await];
    assert_eq!(gone.each_ref().map(|f| f["id"].clone()), [first["id"].clone(), second["id"].clone()]);
    assert_eq!(gone.each_ref().map(|f| f["seq"].clone()), [json!(3), json!(4)], "no number is left out");
    assert_eq!(watching.until("redacted").await["target"]["id"], json!(texts.thread));
    let history = bo.get(&format!("/rooms/{room}/messages")).await;
    assert_eq!(history.is(200)["items"], json!([]));
    assert_eq!(rows_with(&app, "mit").await, 0);
    assert_eq!(rows_with(&app, "ord der skal").await, 0);
    assert_eq!(rows_with(&app, "en andens").await, 1, "what others wrote is theirs");
    assert_eq!(app.count(&format!("select count(*) from accounts where id = '{}'", anna.id)).await, 0);
    let kept = app
        .text(&format!(
            "select codes->>'texts' from audit_log where act = 'account_erased' and target_id = '{}'",
            anna.id
        ))
        .await;
    assert_eq!(kept, "erase");
    // Who was away hears of it, each number once.
    let mut late = joined(&bo, room, Some(0)).await;
    let mut seqs = Vec::new();
    while seqs.len() < 4 {
        let frame = late.until("redacted").await;
        seqs.push(frame["seq"].as_i64().expect("a number"));
    }
    assert_eq!(seqs, [1, 2, 3, 4]);
}

#[actix_web::test]
async fn what_others_can_read_may_stay_without_a_name() {
    let app = TestApp::start().await;
    let (anna, bo) = (join(&app, "Havtorn").await, app.member().await);
    let texts = write_everywhere(&app, anna.id, "mit").await;
    leave(&anna, "leave").await.is(204);

    let thread = bo.get(&format!("/threads/{}", texts.thread)).await;
    assert_eq!((&thread.is(200)["title"], &thread.json["author"]), (&json!("mit titel"), &Value::Null));
    let replies = bo.get(&format!("/threads/{}/replies", texts.thread)).await;
    assert_eq!(
        (&replies.is(200)["items"][0]["author"], &replies.json["items"][0]["body_html"]),
        (&Value::Null, &json!("<p>mit svar</p>"))
    );
    let messages = bo.get(&format!("/rooms/{}/messages", texts.room)).await;
    assert_eq!(
        (&messages.is(200)["items"][0]["author"], &messages.json["items"][0]["body_html"]),
        (&Value::Null, &json!("<p>mit besked</p>"))
    );
    let post = app.visitor().get(&format!("/posts/{}", texts.post)).await;
    assert_eq!((&post.is(200)["title"], &post.json["author"]), (&json!("mit indlæg"), &Value::Null));

    let left = |sql: &str| app.count(Box::leak(sql.to_owned().into_boxed_str()));
    assert_eq!(left("select count(*) from posts where published_at is null").await, 0, "drafts go");
    assert_eq!(left("select count(*) from post_revisions").await, 1, "only what readers see stays");
    assert_eq!(left("select count(*) from text_revisions").await, 0, "earlier wordings go");
    let names = format!(
        "select (select count(*) from threads where author_id = '{0}') + (select count(*) from replies where author_id = '{0}')
              + (select count(*) from posts where author_id = '{0}') + (select count(*) from messages where author_id = '{0}')",
        anna.id
    );
    assert_eq!(app.count(&names).await, 0);
}

#[actix_web::test]
async fn nobody_takes_the_name_of_who_left_for_a_year() {
    let app = TestApp::start().await;
    let anna = join(&app, "Havtorn").await;
    leave(&anna, "erase").await.is(204);
    let again = json!({"pseudonym": "havtorn", "password": PASSWORD, "birth_year": 2005, "accept_rules": true});
    app.visitor().post("/accounts", again.clone()).await.is_problem(409, "pseudonym_taken");
    assert_eq!(app.count("select count(*) from retired_pseudonyms where position('havtorn' in lower(encode(skeleton_hash, 'escape'))) > 0").await, 0);
    app.clock().advance(Duration::days(366));
    ligesind::privacy::forget_all(app.db(), &app.state.holders, &ligesind::privacy::PERIODS).await.expect("forgetting");
    app.visitor().post("/accounts", again).await.is(201);
}

#[actix_web::test]
async fn the_last_coordinator_cannot_leave() {
    let app = TestApp::start().await;
    let anna = join(&app, "Havtorn").await;
    app.sql(&format!("insert into account_roles (account_id, role) values ('{}', 'coordinator')", anna.id)).await;
    leave(&anna, "erase").await.is_problem(409, "last_coordinator");
    anna.get("/me").await.is(200);
    app.coordinator().await;
    leave(&anna, "erase").await.is(204);
}

#[actix_web::test]
async fn a_suspended_person_may_leave() {
    let app = TestApp::start().await;
    let anna = join(&app, "Havtorn").await;
    app.sql(&format!(
        "insert into sanctions (id, account_id, decision_id, kind, until) values (gen_random_uuid(), '{}', gen_random_uuid(), 'suspend', now() + interval '1 day')",
        anna.id
    ))
    .await;
    anna.get("/me/export").await.is(200);
    leave(&anna, "leave").await.is(204);
}

#[actix_web::test]
async fn an_open_case_keeps_its_evidence_and_what_only_the_person_wanted_ends() {
    let app = TestApp::start().await;
    let (anna, bo) = (join(&app, "Havtorn").await, app.member().await);
    let texts = write_everywhere(&app, anna.id, "mit").await;
    let target =
        json!({"target": {"kind": "message", "id": texts.message}, "reason": "harassment", "note": "det gjorde ondt"});
    bo.post("/reports", target).await.is(201);
    let (first, appeal, submission) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
    app.sql(&format!(
        "insert into cases (id, lane, source, category, level, state, target_kind, target_id, subject_id, due_at, closed_at)
         values ('{first}', 'report', 'report', 'other', 5, 'closed', 'reply', '{reply}', '{me}', now(), now());
         insert into decisions (id, case_id, action, statement, subject_id, target_kind, target_id, target_revision, target_state, previous_state, appeal_until)
         values ('{first}', '{first}', 'hide', 'x', '{me}', 'reply', '{reply}', 1, 'hidden', 'live', now() + interval '1 month');
         insert into cases (id, lane, source, category, level, target_kind, target_id, subject_id, due_at, appealed_decision_id)
         values ('{appeal}', 'appeal', 'appeal', 'appeal', 3, 'reply', '{reply}', '{me}', now(), '{first}'),
                ('{submission}', 'submission', 'submission', 'submission', 4, 'post', '{draft}', '{me}', now(), null);",
        reply = texts.reply,
        draft = texts.draft,
        me = anna.id
    ))
    .await;
    leave(&anna, "erase").await.is(204);
    assert_eq!(rows_with(&app, "mit").await, 0);
    let kept = format!(
        "select count(*) from evidence e join cases c on c.id = e.case_id where c.target_id = '{}' and c.state = 'new' and c.subject_id is null",
        texts.message
    );
    assert_eq!(app.count(&kept).await, 1, "the sealed text of the open case");
    assert_eq!(
        app.count(&format!("select count(*) from cases where id in ('{appeal}', '{submission}') and state = 'closed'"))
            .await,
        2
    );
    let moderator = app.moderator(&[]).await;
    let case = app.text(&format!("select id from cases where target_id = '{}'", texts.message)).await;
    moderator.post(&format!("/cases/{case}/claim"), json!({})).await.is(200);
    let evidence = moderator.post(&format!("/cases/{case}/evidence"), json!({"reason": "for at afgøre sagen"})).await;
    assert_eq!(evidence.is(200)["body"], "mit besked");
}

/// Texts that readers never saw, and one that its author had taken back: what screening found in them is decided all the same.
#[actix_web::test]
async fn an_open_case_keeps_the_words_of_held_texts_and_of_those_taken_back() {
    for choice in ["erase", "leave"] {
        let app = TestApp::start().await;
        let room = room(&app).await;
        let board = crate::screening::board(&app).await;
        let (anna, moderator) = (join(&app, "Havtorn").await, app.moderator(&["confidentiality"]).await);
        let trusted = format!(
            "update accounts set trusted = true where id = '{0}';
             insert into account_roles (account_id, role) values ('{0}', 'peer_supporter')",
            anna.id
        );
        app.sql(&trusted).await;
        let held = "mit cpr er 070761-4285";
        let mut a = joined(&anna, room, None).await;
        let frame =
            json!({"type": "send", "room": room, "client_id": uuid::Uuid::new_v4(), "body": held, "confirmed": true});
        a.send(frame).await;
        a.until("held").await;
        let text = json!({"title": "Et spørgsmål", "body": held, "confirmed": true});
        let thread = anna.post(&board, text.clone()).await;
        assert_eq!(thread.is(201)["state"], "hidden_pending");
        let post = anna.post("/posts", text).await.is(201)["id"].as_str().expect("an id").to_owned();
        anna.post(&format!("/posts/{post}/submit"), json!({"confirmed": true})).await.is(202);
        let taken_back = say(&mut a, room, "mit første ord").await["id"].as_str().expect("an id").to_owned();
        let taken_back_path = format!("/messages/{taken_back}");
        app.sql(&format!(
            "insert into cases (id, lane, source, category, level, target_kind, target_id, subject_id, due_at)
             values (gen_random_uuid(), 'report', 'screening', 'harassment', 3, 'message', '{taken_back}', '{}', now())",
            anna.id
        ))
        .await;
        anna.patch(&taken_back_path, json!({"body": "mit andet ord"})).await.is(200);
        anna.delete(&taken_back_path).await.is(204);

        leave(&anna, choice).await.is(204);
        assert_eq!(rows_with(&app, "mit").await, 0, "{choice}: nothing in the clear");
        assert_eq!(app.count("select count(*) from cases where state <> 'closed'").await, 4);
        let cases = app.text("select string_agg(id::text, ' ' order by target_kind, category) from cases").await;
        let bodies = [held, "mit første ord", held, held];
        for (case, body) in cases.split(' ').zip(bodies) {
            let claimed = moderator.post(&format!("/cases/{case}/claim"), json!({})).await;
            let version = claimed.is(200)["version"].as_i64().expect("a version");
            let path = format!("/cases/{case}/evidence");
            let evidence = moderator.post(&path, json!({"reason": "for at afgøre sagen"})).await;
            assert_eq!(evidence.is(200)["body"], body, "{choice}");
            if body != held {
                let newest = json!({"reason": "for at afgøre sagen", "revision": 2});
                assert_eq!(moderator.post(&path, newest).await.is(200)["body"], "mit andet ord");
            }
            let decision = json!({"action": "dismiss", "statement": "Sagen er lukket."});
            let decided = moderator.post_if(&format!("/cases/{case}/decisions"), version, decision).await;
            assert_eq!(decided.is(201)["case"]["state"], "closed");
        }
        app.clock().advance(Duration::days(31));
        ligesind::privacy::forget_all(app.db(), &app.state.holders, &ligesind::privacy::PERIODS)
            .await
            .expect("forgetting");
        assert_eq!(app.count("select count(*) from evidence").await, 0, "closed, and its days are over");
    }
}

#[actix_web::test]
async fn a_decided_case_that_is_not_closed_keeps_its_words_for_a_while() {
    let app = TestApp::start().await;
    let anna = join(&app, "Havtorn").await;
    let texts = write_everywhere(&app, anna.id, "mit").await;
    app.sql(&format!(
        "update threads set state = 'hidden';
         insert into cases (id, lane, source, category, level, state, target_kind, target_id, target_revision, subject_id, due_at, decided_at)
         values (gen_random_uuid(), 'report', 'screening', 'confidentiality', 2, 'decided', 'thread', '{}', 2, '{}', now(), now())",
        texts.thread, anna.id
    ))
    .await;
    leave(&anna, "erase").await.is(204);
    assert_eq!(rows_with(&app, "mit").await, 0);
    let sealed = async || app.count("select count(*) from evidence where revision = 2").await;
    app.clock().advance(Duration::days(200));
    let forget = async || {
        ligesind::privacy::forget_all(app.db(), &app.state.holders, &ligesind::privacy::PERIODS)
            .await
            .expect("forgetting");
    };
    forget().await;
    assert_eq!(sealed().await, 1);
    app.clock().advance(Duration::days(20));
    forget().await;
    assert_eq!(sealed().await, 0);
}
