//! Brings the schema up to date: migrations, then the functions and grants of `server/sql/`.

use anyhow::{Context, anyhow};
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// Functions and triggers: created again after every run, so they can change without a migration.
const FUNCTIONS: &[(&str, &str)] = &[
    ("visibility.sql", include_str!("../../sql/visibility.sql")),
    ("discussion.sql", include_str!("../../sql/discussion.sql")),
    ("audit.sql", include_str!("../../sql/audit.sql")),
    ("casework.sql", include_str!("../../sql/casework.sql")),
    ("chat.sql", include_str!("../../sql/chat.sql")),
    ("erasure.sql", include_str!("../../sql/erasure.sql")),
    ("retention.sql", include_str!("../../sql/retention.sql")),
];
const GRANTS: &str = include_str!("../../sql/grants.sql");

/// Several nodes may start at once: whoever holds this lock migrates, the others wait.
const LOCK: i64 = 0x6c69_6765_7369_6e64;

/// Runs all pending migrations as the owner of the schema and grants `app_role` its narrower rights.
///
/// # Errors
/// When PostgreSQL cannot be reached or a step fails; steps already done stay.
pub async fn up(owner_url: &str, app_role: &str) -> anyhow::Result<()> {
    if !app_role.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
        return Err(anyhow!("the application's database role has a character that is not expected: {app_role}"));
    }
    let (url, role) = (owner_url.to_owned(), app_role.to_owned());
    aside(async move {
        let mut conn = connect(&url).await?;
        conn.batch_execute(&format!("select pg_advisory_lock({LOCK})"))
            .await
            .context("waiting for the migration lock")?;
        let mut conn = harness(conn, |harness| harness.run_pending_migrations(MIGRATIONS).map(|_| ()))?;
        for (name, sql) in FUNCTIONS {
            conn.batch_execute(sql).await.with_context(|| format!("creating the functions of {name}"))?;
        }
        conn.batch_execute(&GRANTS.replace("{app}", &role))
            .await
            .context("granting rights to the application's role")?;
        conn.batch_execute(&format!("select pg_advisory_unlock({LOCK})")).await?;
        Ok(())
    })
    .await
}

/// Reverts every migration: for the test that proves the `down` of each.
///
/// # Errors
/// When a step fails.
pub async fn down(owner_url: &str) -> anyhow::Result<()> {
    let url = owner_url.to_owned();
    aside(async move {
        let mut conn = connect(&url).await?;
        conn.batch_execute(include_str!("../../sql/drop.sql")).await.context("dropping functions")?;
        harness(conn, |harness| harness.revert_all_migrations(MIGRATIONS).map(|_| ()))?;
        Ok(())
    })
    .await
}

async fn connect(url: &str) -> anyhow::Result<AsyncPgConnection> {
    AsyncPgConnection::establish(url).await.context("connecting to PostgreSQL as the owner of the schema")
}

type StepResult = Result<(), Box<dyn std::error::Error + Send + Sync>>;

fn harness(
    conn: AsyncPgConnection,
    step: impl FnOnce(&mut AsyncMigrationHarness<AsyncPgConnection>) -> StepResult,
) -> anyhow::Result<AsyncPgConnection> {
    let mut harness = AsyncMigrationHarness::new(conn);
    step(&mut harness).map_err(|error| anyhow!("migrating: {error}"))?;
    Ok(harness.into_inner())
}

/// Runs `work` on a thread and runtime of its own: diesel's harness blocks its thread, which the runtimes of
/// actix, with one thread each, do not survive.
async fn aside(work: impl Future<Output = anyhow::Result<()>> + Send + 'static) -> anyhow::Result<()> {
    let (done, outcome) = tokio::sync::oneshot::channel();
    std::thread::Builder::new().name("migrate".to_owned()).spawn(move || {
        let result = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(anyhow::Error::from)
            .and_then(|runtime| runtime.block_on(work));
        let _ = done.send(result);
    })?;
    outcome.await.map_err(|_| anyhow!("the migration thread ended early"))?
}
