//! What is past its period is destroyed, and nothing else.

use chrono::Duration;
use ligesind::commands::{audit, retention};
use ligesind::privacy::PERIODS;
use serde_json::json;
use support::TestApp;
use uuid::Uuid;

use super::{join, rows_with, write_everywhere};
use crate::live::{joined, say};

async fn forget(app: &TestApp) -> usize {
    let forgotten = retention::forget(&app.state, &app.database.urls.owner, &PERIODS).await.expect("retention runs");
    forgotten.values().sum()
}

#[actix_web::test]
async fn each_thing_goes_when_its_period_is_over_and_not_before() {
    let app = TestApp::start().await;
    let anna = join(&app, "Havtorn").await;
    let texts = write_everywhere(&app, anna.id, "mit").await;
    app.sql(&format!(
        "insert into notifications (id, account_id, kind) values (gen_random_uuid(), '{me}', 'reply');
         insert into idempotency_keys (account_id, key, request_hash) values ('{me}', 'k', '\\x00');
         insert into live_tickets (ticket_hash, session_id, expires_at) select '\\x00', id, now() + interval '30 seconds' from sessions where account_id = '{me}' limit 1;
         update replies set state = 'deleted' where id = '{reply}';
         insert into message_revisions (message_id, revision, body) values ('{message}', 1, 'mit før');",
        me = anna.id,
        reply = texts.reply,
        message = texts.message
    ))
    .await;
    let there = async |sql: &str| app.count(&format!("select count(*) from {sql}")).await;
    assert_eq!(forget(&app).await, 0, "nothing is old yet");

    app.clock().advance(Duration::days(2));
    forget(&app).await;
    assert_eq!((there("idempotency_keys").await, there("live_tickets").await, there("sessions").await), (0, 0, 1));

    app.clock().advance(Duration::days(30));
    forget(&app).await;
    assert_eq!(there("sessions").await, 0);
    assert_eq!(there("message_revisions").await, 0);
    assert_eq!(
        there(&format!("replies where id = '{}' and state = 'purged' and body = '' and path is not null", texts.reply))
            .await,
        1
    );
    assert_eq!((there("posts").await, there("messages where body <> ''").await), (2, 1));

    app.clock().advance(Duration::days(60));
    forget(&app).await;
    assert_eq!(there("posts").await, 1, "the draft is gone, what was published is not");

    app.clock().advance(Duration::days(280));
    forget(&app).await;
    assert_eq!(
        (there("notifications").await, there("messages where body <> '' or author_id is not null").await),
        (0, 0)
    );
    assert_eq!(there("messages where state = 'purged'").await, 1, "its number stays");
    assert!(rows_with(&app, "mit").await > 0, "posts and threads stay until they are erased");
    assert_eq!(forget(&app).await, 0, "a second run has nothing to do");
}

#[actix_web::test]
async fn a_room_has_no_gap_where_messages_were_forgotten() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let room = crate::live::room(&app).await;
    let mut a = joined(&anna, room, None).await;
    say(&mut a, room, "gammelt").await;
    app.sql("update messages set created_at = created_at - interval '13 months'").await;
    forget(&app).await;
    say(&mut a, room, "nyt").await;
    let mut b = joined(&bo, room, Some(0)).await;
    let old = b.until("redacted").await;
    assert_eq!((&old["seq"], &old["state"]), (&json!(1), &json!("purged")));
    assert_eq!(b.until("message").await["seq"], 2);
    let history = bo.get(&format!("/rooms/{room}/messages")).await;
    assert_eq!(history.is(200)["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn evidence_goes_in_time_unless_it_is_held_and_takes_hidden_texts_with_it() {
    let app = TestApp::start().await;
    let anna = app.member().await;
    let texts = write_everywhere(&app, anna.id, "mit").await;
    let (plain, held) = (Uuid::now_v7(), Uuid::now_v7());
    for (case, kind, target) in [(plain, "message", texts.message), (held, "thread", texts.thread)] {
        app.sql(&format!(
            "insert into cases (id, lane, source, category, level, state, target_kind, target_id, subject_id, due_at, decided_at, closed_at)
             values ('{case}', 'report', 'report', 'harassment', 3, 'closed', '{kind}', '{target}', '{me}', now(), now(), now());
             insert into case_keys (case_id, wrapped_key) values ('{case}', '\\x00');
             insert into evidence (id, case_id, target_kind, target_id, revision, body_sealed, expires_at)
             values (gen_random_uuid(), '{case}', '{kind}', '{target}', 1, '\\x00', now() + interval '6 months 30 days');",
            me = anna.id
        ))
        .await;
    }
    app.sql(&format!(
        "update messages set state = 'hidden'; update threads set state = 'hidden';
         insert into evidence_holds (case_id, until, held_at) values ('{held}', now() + interval '4 years', now())"
    ))
    .await;
    let there = async |sql: &str| app.count(&format!("select count(*) from {sql}")).await;

    app.clock().advance(Duration::days(200));
    forget(&app).await;
    assert_eq!(
        (there("evidence").await, there("messages where body <> ''").await),
        (2, 1),
        "a person may still appeal"
    );

    app.clock().advance(Duration::days(20));
    forget(&app).await;
    assert_eq!((there("evidence").await, there("case_keys").await), (1, 1));
    assert_eq!((there("messages where body <> ''").await, there("threads where body <> ''").await), (0, 1));
    assert_eq!(there("audit_log where act = 'evidence_destroyed'").await, 1);

    app.clock().advance(Duration::days(3 * 365));
    forget(&app).await;
    assert_eq!(there("cases").await, 1, "the case whose evidence is held stays with it");
}

#[actix_web::test]
async fn the_audit_log_is_cut_at_a_checkpoint_and_still_verifies() {
    let app = TestApp::start().await;
    join(&app, "Havtorn").await;
    let before = app.count("select count(*) from audit_log").await;
    assert!(before > 0);
    app.clock().advance(Duration::days(5 * 366));
    join(&app, "Blåmejse").await;
    forget(&app).await;
    assert_eq!(app.count("select count(*) from audit_log where seq <= 1").await, 0);
    assert_eq!(app.count("select count(*) from audit_log where act = 'audit_cut'").await, 1);
    audit::verify(app.db()).await.expect("the chain holds from the checkpoint on");
    app.sql("update audit_log set codes = '{\"through\": 1, \"hash\": \"00\"}' where act = 'audit_cut'").await;
    audit::verify(app.db()).await.expect_err("a checkpoint cannot be forged");
}

#[actix_web::test]
async fn the_application_alone_cannot_cut_the_log() {
    let app = TestApp::start().await;
    join(&app, "Havtorn").await;
    let refused = std::process::Command::new("psql")
        .arg(&app.database.urls.app)
        .args(["-Atqc", "select audit_cut(now() + interval '1 day', now())"])
        .output()
        .expect("psql runs");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("permission denied"), "{refused:?}");
}

#[actix_web::test]
async fn texts_that_their_author_deleted_are_kept_for_an_open_case_and_no_longer() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.supporter(true).await, app.member().await);
    for word in ["frit", "sagens"] {
        let texts = write_everywhere(&app, anna.id, word).await;
        let comment = Uuid::now_v7();
        app.sql(&format!(
            "insert into replies (id, root_kind, root_id, number, path, author_id, body, body_html, state)
             values ('{comment}', 'post', '{}', 1, '00001', '{}', '{word} kommentar', '', 'live')",
            texts.post, anna.id
        ))
        .await;
        let all = [("comment", comment), ("reply", texts.reply), ("post", texts.post), ("thread", texts.thread)];
        if word == "sagens" {
            for (kind, id) in all {
                let report = json!({"target": {"kind": kind, "id": id}, "reason": "harassment"});
                bo.post("/reports", report).await.is(201);
            }
            app.sql(&format!(
                "insert into cases (id, lane, source, category, level, target_kind, target_id, subject_id, due_at)
                 values (gen_random_uuid(), 'report', 'screening', 'confidentiality', 2, 'post', '{}', '{}', now())",
                texts.draft, anna.id
            ))
            .await;
        }
        for (path, id) in [
            ("comments", comment),
            ("replies", texts.reply),
            ("posts", texts.post),
            ("posts", texts.draft),
            ("threads", texts.thread),
        ] {
            // Only posts are versioned.
            let gone = anna.send(reqwest::Method::DELETE, &format!("/{path}/{id}")).header("if-match", "\"1\"");
            gone.done().await.is(204);
        }
    }
    // The evidence is a copy of its own; here it is the open case alone that keeps the text.
    app.sql("delete from evidence; delete from messages").await;
    let before = rows_with(&app, "sagens").await;
    assert!(before > 5 && rows_with(&app, "frit").await == before);
    app.clock().advance(Duration::days(31));
    forget(&app).await;
    assert_eq!((rows_with(&app, "frit").await, rows_with(&app, "sagens").await), (0, before));
    app.clock().advance(Duration::days(400));
    forget(&app).await;
    assert_eq!(rows_with(&app, "sagens").await, before);
    app.sql("update cases set state = 'closed', closed_at = now(), decided_at = now()").await;
    forget(&app).await;
    assert_eq!(rows_with(&app, "sagens").await, 0);
}

#[actix_web::test]
async fn a_message_that_an_open_case_needs_is_kept_though_its_time_has_come() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let room = crate::live::room(&app).await;
    let mut a = joined(&anna, room, None).await;
    let mut said = Vec::new();
    for word in ["gammelt", "gammelt med sag", "taget tilbage", "taget tilbage med sag"] {
        said.push(say(&mut a, room, word).await["id"].as_str().unwrap().to_owned());
    }
    for id in [&said[1], &said[3]] {
        let report = json!({"target": {"kind": "message", "id": id}, "reason": "harassment"});
        bo.post("/reports", report).await.is(201);
    }
    for id in &said[2..] {
        anna.delete(&format!("/messages/{id}")).await.is(204);
    }
    // The evidence is a copy of its own; here it is the open case alone that keeps the text.
    app.sql("delete from evidence").await;
    let left = async || {
        let texts = "select m.seq, m.body from messages m where m.body <> ''
                     union all select m.seq, v.body from message_revisions v join messages m on m.id = v.message_id";
        app.text(&format!("select coalesce(string_agg(body, ',' order by seq), '') from ({texts}) x")).await
    };
    app.clock().advance(Duration::days(31));
    forget(&app).await;
    assert_eq!(left().await, "gammelt,gammelt med sag,taget tilbage med sag");
    app.clock().advance(Duration::days(365));
    forget(&app).await;
    assert_eq!(left().await, "gammelt med sag,taget tilbage med sag");
    app.sql("update cases set state = 'closed', closed_at = now(), decided_at = now()").await;
    forget(&app).await;
    assert_eq!(left().await, "");
}
