//! The database, the secret and the state that every command begins with.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use anyhow::Context;
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use rand::RngExt;

use super::say;
use crate::access::Keys;
use crate::app::AppState;
use crate::http::guard::Place;
use crate::http::metrics::MetricsToken;
use crate::infra::bus::Bus;
use crate::infra::clock::Clock;
use crate::infra::config::Config;
use crate::infra::db::Db;
use crate::infra::embedded_pg::{ClusterOptions, Durability, PrivateCluster, Tenure};
use crate::infra::migrate;
use crate::infra::telemetry::{self, Secret};
use crate::query;
use crate::screening::Screening;

const DATABASE: &str = "ligesind";
/// Connections for each core: more only wait for each other inside PostgreSQL.
const CONNECTIONS_PER_CORE: usize = 4;

/// Where a command works: configuration, the private cluster if there is one, and how to reach the database.
pub struct Station {
    /// Checked settings.
    pub config: Config,
    /// The private cluster; none with `DATABASE_URL`. It stops when the station is dropped.
    pub cluster: Option<PrivateCluster>,
    /// The application's way in.
    pub app_url: String,
    /// The schema owner's way in.
    pub owner_url: String,
}

impl Station {
    /// Starts or joins the private cluster when `DATABASE_URL` is unset.
    ///
    /// # Errors
    /// When the cluster cannot be started; the message says what is missing.
    pub fn open(config: Config, tenure: Tenure) -> anyhow::Result<Self> {
        telemetry::start(&config.log);
        if let Some(app_url) = config.database_url.clone() {
            let owner_url = config.database_owner_url.clone().unwrap_or_else(|| app_url.clone());
            return Ok(Self { config, cluster: None, app_url, owner_url });
        }
        let options = ClusterOptions {
            state_dir: config.state_dir.clone(),
            durability: Durability::Durable,
            tenure,
            databases: vec![DATABASE.to_owned()],
            bin_dir: None,
        };
        let cluster = PrivateCluster::start(&options)?;
        if let Some(folder) = cluster.moved_to() {
            say(&format!("The database is kept in {}, which its user can reach.", folder.display()));
        }
        let (app_url, owner_url) = (cluster.app_url(DATABASE), cluster.owner_url(DATABASE));
        Ok(Self { config, cluster: Some(cluster), app_url, owner_url })
    }

    /// Runs `work` on a runtime of actix, on this thread.
    ///
    /// # Errors
    /// What `work` answers.
    pub fn run<T>(&self, work: impl AsyncFnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        actix_web::rt::System::new().block_on(work())
    }

    /// Brings the schema up to date and makes what a fresh database needs.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self) -> anyhow::Result<()> {
        migrate::up(&self.owner_url, &role_of(&self.app_url).await?).await
    }

    /// The program that reads first, with the phrases of `SCREENING_METHODS`.
    fn screening(&self) -> anyhow::Result<Screening> {
        let read = |path: &Path| fs::read_to_string(path).with_context(|| format!("reading {}", path.display()));
        let methods = self.config.screening_methods.as_deref().map(read).transpose()?;
        Ok(Screening::new(methods.as_deref()))
    }

    /// The wired application over this database.
    ///
    /// # Errors
    /// When the pool or the secret cannot be made.
    pub async fn state(&self) -> anyhow::Result<AppState> {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let keys = Keys::new(self.secret()?);
        let bus = match &self.config.redis_url {
            Some(url) => Bus::linked(url.reveal(), &keys.derive("words between nodes"))
                .map_err(|e| anyhow::anyhow!("REDIS_URL: {e}"))?,
            None => Bus::default(),
        };
        let db = Db::open(&self.app_url, cores * CONNECTIONS_PER_CORE, Clock::default(), bus)?;
        let place = Place { origin: self.config.public_url.clone(), trusted_proxy: self.config.trusted_proxy };
        let mut state =
            AppState::with_screening(db, keys, place, self.config.rate_limits, &self.app_url, self.screening()?);
        state.metrics_token = MetricsToken(self.config.metrics_token.clone());
        crate::app::prepare(&state).await?;
        Ok(state)
    }

    /// The secret of the installation: from the environment, else made once and kept where only its owner reads it.
    fn secret(&self) -> anyhow::Result<Secret<String>> {
        if let Some(secret) = &self.config.secret {
            return Ok(secret.clone());
        }
        let path = self.config.state_dir.join("secret");
        if let Ok(kept) = fs::read_to_string(&path) {
            return Ok(Secret::new(kept.trim().to_owned()));
        }
        fs::create_dir_all(&self.config.state_dir)
            .with_context(|| format!("making {}", self.config.state_dir.display()))?;
        let mut random = rand::rng();
        let fresh: String = (0..64).filter_map(|_| char::from_digit(random.random_range(0..16), 16)).collect();
        write_private(&path, &fresh).with_context(|| format!("writing {}", path.display()))?;
        // Another start may have been first: what is kept counts.
        let kept = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        Ok(Secret::new(kept.trim().to_owned()))
    }
}

/// Writes a new file that only its owner may read, whole or not at all; one that is there already stays.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let draft = path.with_extension(std::process::id().to_string());
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let placed = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match placed {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

query! {
    struct CurrentRole {}
    "select current_user::text as role"
}

#[derive(QueryableByName)]
struct RoleRow {
    #[diesel(sql_type = Text)]
    role: String,
}

async fn role_of(url: &str) -> anyhow::Result<String> {
    let mut conn = AsyncPgConnection::establish(url).await.context("connecting to PostgreSQL")?;
    let row: RoleRow = CurrentRole {}.get_result(&mut conn).await?;
    Ok(row.role)
}
