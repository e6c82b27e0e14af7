//! `GET /me/export`.

use serde_json::Value;
use support::TestApp;
use uuid::Uuid;

use super::{join, write_everywhere};

/// One row of everything that can be about somebody, beside the texts.
async fn live_through_everything(app: &TestApp, me: Uuid, other: Uuid) {
    let texts = write_everywhere(app, me, "mit").await;
    let (room, message) = (texts.room, texts.message);
    let (case, decision) = (Uuid::now_v7(), Uuid::now_v7());
    app.sql(&format!(
        "update accounts set ask_me_about = 'at flytte hjemmefra' where id = '{me}';
         insert into account_roles (account_id, role, granted_by) values ('{me}', 'peer_supporter', '{other}');
         insert into certificates (account_id, category, granted_by) values ('{me}', 'danger', '{other}');
         insert into room_hosts (room_id, account_id) values ('{room}', '{me}');
         insert into room_entries (room_id, account_id, rules_accepted_at) values ('{room}', '{me}', now());
         insert into held_messages (id, room_id, author_id, client_id, body, body_html)
         values (gen_random_uuid(), '{room}', '{me}', gen_random_uuid(), 'mit der venter', '');
         insert into message_reactions (message_id, account_id, kind, created_at) values ('{message}', '{me}', 'thanks', now());
         insert into room_calls (id, room_id, asked_by, note, created_at) values (gen_random_uuid(), '{room}', '{me}', 'mit opkald', now());
         insert into room_notes (id, room_id, author_id, body, created_at) values (gen_random_uuid(), '{room}', '{me}', 'min note', now());
         insert into cases (id, lane, source, category, level, state, target_kind, target_id, subject_id, due_at, decided_at, closed_at)
         values ('{case}', 'report', 'report', 'harassment', 3, 'closed', 'message', '{message}', '{me}', now(), now(), now());
         insert into reports (id, case_id, reporter_id, reason, target_revision, independent)
         values (gen_random_uuid(), '{case}', '{other}', 'harassment', 1, true), (gen_random_uuid(), '{case}', '{me}', 'spam', 1, true);
         insert into decisions (id, case_id, action, statement, subject_id, decided_by, target_kind, target_id, target_revision, target_state, previous_state)
         values ('{decision}', '{case}', 'hide', 'Vi passer på hinanden her.', '{me}', '{other}', 'message', '{message}', 1, 'hidden', 'live');
         insert into sanctions (id, account_id, decision_id, kind) values (gen_random_uuid(), '{me}', '{decision}', 'warn');
         insert into appeals (id, decision_id, case_id, account_id, text_sealed) values (gen_random_uuid(), '{decision}', '{case}', '{me}', '\\x00');
         insert into desk_care (account_id, rested_at) values ('{me}', now());
         insert into course_modules_read (account_id, course, module, read_at) values ('{me}', 'danger', 'signs', now());
         insert into course_checks (id, account_id, course, lang, document_version, seed, answers, started_at) values (gen_random_uuid(), '{me}', 'danger', 'da', 0, 7, '{{0}}', now());
         insert into diplomas (account_id, course, code, issued_at, expires_at) values ('{me}', 'danger', 'AAAA-BBBB', now(), now());
         insert into practice_answers (month, case_code, account_id, category, level, action, answered_at) values ('2026-11-01', 'p01', '{me}', 'danger', 1, 'escalate', now());
         insert into letters (id, account_id, about, title, body, signed_name, signed_role)
         values (gen_random_uuid(), '{me}', 'breach_author', 'Om noget', 'Kære du', 'Lind', 'moderator');
         insert into pledges (id, account_id, signed_at) values (gen_random_uuid(), '{me}', now());
         insert into notifications (id, account_id, kind, params) values (gen_random_uuid(), '{me}', 'decision_hide', '{{\"kind\": \"message\"}}');"
    ))
    .await;
}

/// Every column that the schema labels `export: yes`: table, column, and whether it only says whose row it is.
async fn labelled(app: &TestApp) -> Vec<(String, String, bool)> {
    let lines = app
        .text(
            "select string_agg(c.relname || ' ' || a.attname || ' ' || (c.relname || '.' || a.attname = 'messages.author_id' or exists (
                      select from pg_constraint k where k.conrelid = c.oid and k.contype = 'f' and k.confrelid = 'accounts'::regclass and a.attnum = any(k.conkey))),
                    E'\\n' order by c.relname, a.attnum)
             from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and col_description(c.oid, a.attnum) ~ '^pd: .*export: yes$'",
        )
        .await;
    let parts = |line: &str| {
        let mut words = line.split(' ').map(str::to_owned);
        (words.next().expect("a table"), words.next().expect("a column"), words.next().as_deref() == Some("true"))
    };
    lines.lines().map(parts).collect()
}

#[actix_web::test]
async fn everything_labelled_for_export_is_in_it() {
    let app = TestApp::start().await;
    let (anna, other) = (join(&app, "Havtorn").await, app.member().await);
    live_through_everything(&app, anna.id, other.id).await;
    let reply = anna.get("/me/export").await;
    let data = &reply.is(200)["data"];
    assert!(reply.header("content-disposition").starts_with("attachment; filename=\"ligesind-"));
    assert_eq!(reply.header("cache-control"), "private, no-store");
    let labelled = labelled(&app).await;
    assert!(labelled.len() > 30, "the labels are read: {labelled:?}");
    let mut missing = Vec::new();
    for (table, column, says_whose) in labelled {
        let rows = data[&table].as_array().cloned().unwrap_or_default();
        // The audit log names its actor without a reference, so that the row outlives the account.
        let is_there = rows.iter().any(|row| says_whose || column == "actor_id" || !row[&column].is_null());
        if !is_there {
            missing.push(format!("{table}.{column}"));
        }
    }
    assert!(missing.is_empty(), "labelled `export: yes` but not in the export: {}", missing.join(", "));
}

#[actix_web::test]
async fn nothing_about_others_is_in_it() {
    let app = TestApp::start().await;
    let (anna, other) = (join(&app, "Havtorn").await, join(&app, "Nattergal").await);
    live_through_everything(&app, anna.id, other.id).await;
    write_everywhere(&app, other.id, "fremmed").await;
    // An open case: that somebody reported must not be told.
    app.sql(&format!(
        "insert into cases (id, lane, source, category, level, target_kind, target_id, subject_id, due_at)
         values ('01990000-0000-7000-8000-00000000cafe', 'report', 'report', 'grooming', 2, 'account', '{0}', '{0}', now())",
        anna.id
    ))
    .await;
    let text = anna.get("/me/export").await.text;
    assert!(text.contains("mit besked"));
    for secret in
        ["fremmed", "Nattergal", &other.id.to_string(), "00000000cafe", "password_hash", "en andens svar", "argon2"]
    {
        assert!(!text.contains(secret), "{secret} is in the export");
    }
    let reports = anna.get("/me/export").await.json["data"]["reports"].clone();
    assert_eq!(reports.as_array().map(Vec::len), Some(1), "only own reports: {reports}");
}

#[actix_web::test]
async fn what_was_taken_away_is_not_handed_back() {
    let app = TestApp::start().await;
    let anna = join(&app, "Havtorn").await;
    let texts = write_everywhere(&app, anna.id, "mit").await;
    app.sql(&format!("update messages set state = 'deleted' where id = '{}'", texts.message)).await;
    app.sql(&format!("update replies set state = 'hidden' where id = '{}'", texts.reply)).await;
    let reply = anna.get("/me/export").await;
    let data = &reply.is(200)["data"];
    assert_eq!(data["messages"][0]["body"], Value::Null, "deleted by the author: gone");
    assert_eq!(data["replies"][0]["body"], "mit svar", "hidden: the author still reads it");
}
