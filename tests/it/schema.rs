//! The schema: its migrations go up and down, diesel's picture of it is right, personal data is labelled.

use std::process::Command;

use ligesind::infra::embedded_pg::APP_ROLE;
use ligesind::infra::migrate;
use support::TestApp;

use crate::live::{joined, room, say};

#[actix_web::test]
async fn diesel_sees_the_tables_as_they_are() {
    let app = TestApp::start().await;
    let sql = include_str!("../tools/schema.sql").trim().trim_end_matches(';').to_owned();
    let now = app.text(&sql).await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../server/src/infra/schema.rs");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, format!("{}\n", now.trim_end())).expect("schema.rs can be written");
    }
    let kept = std::fs::read_to_string(path).expect("schema.rs");
    assert!(kept.trim_end() == now.trim_end(), "server/src/infra/schema.rs is out of date: make schema");
}

/// A dump before and after proves that `down` takes back all that `up` did, and that both can run again.
#[actix_web::test]
async fn migrations_go_down_and_up_again() {
    let app = TestApp::start().await;
    let owner = app.database.urls.owner.clone();
    let before = shape(&app).await;
    migrate::down(&owner).await.expect("down");
    let left = app.count("select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname not like '\\_\\_diesel%'").await;
    assert_eq!(left, 0, "tables are left after down");
    migrate::up(&owner, APP_ROLE).await.expect("up");
    assert_eq!(before, shape(&app).await);
}

async fn shape(app: &TestApp) -> String {
    app.text(
        "select string_agg(line, E'\\n' order by line) from (
           select table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') as line
             from information_schema.columns where table_schema = 'public'
           union all select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where connamespace = 'public'::regnamespace
           union all select indexdef from pg_indexes where schemaname = 'public'
           union all select p.oid::regprocedure::text || ' ' || md5(p.prosrc) from pg_proc p where pronamespace = 'public'::regnamespace
         ) x",
    )
    .await
}

#[actix_web::test]
async fn every_personal_column_says_why_and_how_long() {
    let app = TestApp::start().await;
    let unlabelled = app
        .text(
            "select string_agg(c.relname || '.' || a.attname, ', ')
             from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
             join pg_type d on d.oid = a.atttypid join pg_type t on t.oid in (d.oid, d.typbasetype) and t.typtype <> 'd'
             where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like '\\_\\_diesel%'
               and (t.typname in ('text', '_text', 'jsonb', 'bytea', 'inet', 'tsvector')
                    or exists (select 1 from pg_constraint k where k.conrelid = c.oid and k.contype = 'f'
                               and k.confrelid = 'accounts'::regclass and a.attnum = any(k.conkey)))
               and coalesce(col_description(c.oid, a.attnum), '') !~ '^(not personal: .+|pd: .+; keep .+; export: (yes|no))$'",
        )
        .await;
    assert_eq!(unlabelled, "", "columns without purpose and retention");
}

/// D14: neither the program nor whoever has its password can edit what was written down.
#[actix_web::test]
async fn the_application_cannot_change_the_log() {
    let app = TestApp::start().await;
    for table in ["audit_log", "case_events"] {
        for sql in [
            format!("update {table} set at = now()"),
            format!("delete from {table}"),
            format!("truncate {table}"),
            format!("drop table {table}"),
            format!("alter table {table} disable trigger all"),
        ] {
            let refused =
                Command::new("psql").arg(&app.database.urls.app).args(["-Atqc", &sql]).output().expect("psql runs");
            let said = String::from_utf8_lossy(&refused.stderr);
            assert!(said.contains("permission denied") || said.contains("must be owner"), "{sql}: {said}");
        }
    }
}

/// D14: whoever owns the database can edit the log, and `ligesind audit verify` finds it, whatever was changed.
#[actix_web::test]
async fn an_edit_of_the_log_by_its_owner_is_found() {
    let app = TestApp::start().await;
    let (anna, bo) = (app.member().await, app.member().await);
    for _ in 0..3 {
        anna.post("/reports", serde_json::json!({ "target": { "kind": "account", "id": bo.id }, "reason": "spam" }))
            .await
            .is(201);
    }
    let verify = async || ligesind::commands::audit::verify(app.db()).await;
    verify().await.expect("untouched, it holds");
    let middle = "(select percentile_disc(0.5) within group (order by seq) from audit_log)";
    for (edit, undo) in [
        (format!("update audit_log set act = 'other' where seq = {middle}"), "act"),
        (format!("update audit_log set actor_id = gen_random_uuid() where seq = {middle}"), "actor_id"),
        (format!("update audit_log set codes = codes || '{{\"x\": 1}}' where seq = {middle}"), "codes"),
        (format!("update audit_log set at = at + interval '1 second' where seq = {middle}"), "at"),
        (format!("delete from audit_log where seq = {middle}"), ""),
    ] {
        app.sql("create table if not exists kept as select * from audit_log").await;
        app.sql(&edit).await;
        verify().await.expect_err(&format!("found: {edit}"));
        if !undo.is_empty() {
            app.sql(&format!("update audit_log l set {undo} = k.{undo} from kept k where k.seq = l.seq")).await;
            verify().await.expect("as it was");
        }
    }
}

/// No foreign key holds a message to its author and its room: triggers do what one would.
#[actix_web::test]
async fn a_message_outlives_its_author_without_their_name_and_goes_with_its_room() {
    let app = TestApp::start().await;
    let room = room(&app).await;
    let anna = app.member().await;
    say(&mut joined(&anna, room, None).await, room, "hej alle").await;
    let messages =
        |author: &str| format!("select count(*) from messages where room_id = '{room}' and author_id {author}");
    app.sql(&format!("delete from accounts where id = '{}'", anna.id)).await;
    assert_eq!(app.count(&messages("is null")).await, 1);
    app.sql(&format!("delete from rooms where id = '{room}'")).await;
    assert_eq!(app.count(&messages("is null")).await, 0);
}
