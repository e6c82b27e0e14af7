//! `ligesind backup` and `restore`, there and back.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use ligesind::access::Keys;
use ligesind::casework;
use ligesind::commands::postgres_programs::Programs;
use ligesind::commands::{audit, backup, restore};
use ligesind::infra::embedded_pg::APP_ROLE;
use ligesind::infra::migrate;
use ligesind::infra::telemetry::Secret;
use ligesind::privacy::TextChoice;
use serde_json::json;
use support::TestApp;
use support::app::Options;
use uuid::Uuid;

use super::{join, rows_with, write_everywhere};

fn file() -> PathBuf {
    std::env::temp_dir().join(format!("ligesind-backup-{}", Uuid::new_v4()))
}

/// A server whose background work does not connect by itself.
async fn quiet() -> TestApp {
    TestApp::start_with(Options { no_jobs: true, ..Options::default() }).await
}

/// Everything in the tables that matter, as one text.
async fn content(app: &TestApp) -> String {
    app.text(
        "select md5(string_agg(t, '|' order by t)) from (
           select a::text as t from accounts a union all select m::text from messages m union all select t::text from threads t
           union all select r::text from post_revisions r union all select k::text from case_keys k union all select l::text from audit_log l) x",
    )
    .await
}

#[actix_web::test]
async fn a_backup_comes_back_whole_and_opens_with_its_secret_only() {
    let (from, to) = (TestApp::start().await, quiet().await);
    let (anna, bo) = (join(&from, "Havtorn").await, from.member().await);
    let texts = write_everywhere(&from, anna.id, "mit").await;
    bo.post("/reports", json!({"target": {"kind": "message", "id": texts.message}, "reason": "harassment"}))
        .await
        .is(201);
    let (before, file) = (content(&from).await, file());
    let programs = Programs::newest();
    let size = backup::dump(&programs, &from.database.urls.owner, &file).expect("a backup");
    let facts = std::fs::metadata(&file).expect("a file");
    assert_eq!((facts.len(), facts.permissions().mode() & 0o777), (size, 0o600), "only its owner reads it");
    assert!(backup::dump(&programs, &from.database.urls.owner, &file).is_err(), "a file is never overwritten");

    let url = to.database.urls.owner.clone();
    disconnect(&to).await;
    restore::replace(&programs, &url, &file, false).await.expect("an empty database is filled");
    migrate::up(&url, APP_ROLE).await.expect("the schema is brought up to date");
    assert_eq!(content(&to).await, before);
    let outcome = restore::finish(&to.state, &[]).await.expect("the rest");
    assert_eq!(outcome.secret_fits, Some(true));
    audit::verify(to.db()).await.expect("the log is whole");
    assert_eq!(to.count("select count(*) from sessions where revoked_at is null").await, 0, "everybody signs in again");
    let other = Keys::new(Secret::new("another secret that is long enough, too".to_owned()));
    let fits =
        casework::secret_fits(&mut to.db().read().await.expect("a connection"), &other).await.expect("an answer");
    assert_eq!(fits, Some(false));
    let session = json!({"pseudonym": "Havtorn", "password": super::PASSWORD});
    to.visitor().post("/session", session).await.is(200);
    std::fs::remove_file(file).expect("removed");
}

#[actix_web::test]
async fn a_restore_replaces_only_when_told_to_and_brings_nobody_back_who_left() {
    let app = quiet().await;
    let (anna, bo) = (join(&app, "Havtorn").await, join(&app, "Blåmejse").await);
    write_everywhere(&app, anna.id, "mit").await;
    write_everywhere(&app, bo.id, "hendes").await;
    let before = rows_with(&app, "hendes").await;
    let (programs, url, file) = (Programs::newest(), app.database.urls.owner.clone(), file());
    backup::dump(&programs, &url, &file).expect("a backup");
    let state = app.state.clone();
    app.db()
        .write(async |tx| ligesind::accounts::erase(tx, &state.holders, anna.id.into(), TextChoice::Erase).await)
        .await
        .expect("erased");

    disconnect(&app).await;
    let refused = restore::replace(&programs, &url, &file, false).await.expect_err("there are accounts");
    assert!(refused.to_string().contains("--replace"), "{refused}");
    let half = self::file();
    let whole = std::fs::read(&file).expect("the backup");
    std::fs::write(&half, &whole[..whole.len() * 2 / 3]).expect("half of it");
    restore::replace(&programs, &url, &half, true).await.expect_err("half a backup");
    assert_eq!(rows_with(&app, "hendes").await, before, "nothing was changed");

    disconnect(&app).await;
    let erased = restore::replace(&programs, &url, &file, true).await.expect("replaced");
    migrate::up(&url, APP_ROLE).await.expect("the schema");
    assert!(rows_with(&app, "mit").await > 0, "the backup is older than the erasure");
    let outcome = restore::finish(&app.state, &erased).await.expect("the rest");
    assert_eq!(outcome.erased_again, 1);
    assert_eq!((rows_with(&app, "mit").await, rows_with(&app, "hendes").await), (0, before));
    for path in [file, half] {
        std::fs::remove_file(path).expect("removed");
    }
}

/// Ends the connections of the server, as stopping it would, and waits until they are gone.
async fn disconnect(app: &TestApp) {
    app.sql(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid();
         select pg_sleep(0.2)",
    )
    .await;
}
