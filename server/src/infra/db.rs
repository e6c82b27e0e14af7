//! The database: a pool for reads, a transaction for every write.

use std::ops::{Deref, DerefMut};

use chrono::{DateTime, Utc};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AnsiTransactionManager, TransactionManager};
use diesel_async::{AsyncConnection, AsyncPgConnection};

use super::bus::{Bus, LinkState, Signal};
use super::clock::Clock;
use super::meter::{Figure, number};

/// A connection that queries run on.
pub type Conn = AsyncPgConnection;

/// Why the database could not be used.
#[derive(Debug)]
pub enum DbError {
    /// No connection within the waiting time, or PostgreSQL is away.
    Unavailable(String),
    /// A query failed.
    Query(diesel::result::Error),
}

impl From<diesel::result::Error> for DbError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Query(error)
    }
}

/// The pool, with the clock and the bus that transactions use. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    clock: Clock,
    bus: Bus,
}

impl Db {
    /// Opens a pool of at most `size` connections; none is made before the first use.
    ///
    /// # Errors
    /// When the pool cannot be built.
    pub fn open(url: &str, size: usize, clock: Clock, bus: Bus) -> anyhow::Result<Self> {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .wait_timeout(Some(std::time::Duration::from_secs(5)))
            .create_timeout(Some(std::time::Duration::from_secs(5)))
            .runtime(deadpool::Runtime::Tokio1)
            .build()?;
        Ok(Self { pool, clock, bus })
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// [`DbError::Unavailable`] when none is to be had in time.
    pub async fn read(&self) -> Result<Object<AsyncPgConnection>, DbError> {
        self.pool.get().await.map_err(|error| DbError::Unavailable(error.to_string()))
    }

    /// Runs `work` in one transaction: committed when it answers `Ok`, rolled back otherwise.
    /// What it announced goes out after the commit, never before.
    ///
    /// # Errors
    /// What `work` answers, or the database's own failure.
    pub async fn write<T, E: From<DbError>>(&self, work: impl AsyncFnOnce(&mut Tx) -> Result<T, E>) -> Result<T, E> {
        let mut conn = self.read().await?;
        AnsiTransactionManager::begin_transaction(&mut *conn).await.map_err(DbError::from)?;
        let mut tx = Tx { conn, now: self.clock.now(), signals: Vec::new() };
        match work(&mut tx).await {
            Ok(value) => {
                AnsiTransactionManager::commit_transaction(&mut *tx.conn).await.map_err(DbError::from)?;
                for signal in tx.signals {
                    self.bus.publish(signal);
                }
                Ok(value)
            }
            Err(error) => {
                // A connection that cannot roll back is thrown away by the pool, which looks at its state.
                let _ = AnsiTransactionManager::rollback_transaction(&mut *tx.conn).await;
                Err(error)
            }
        }
    }

    /// The same database by another clock: for the demo, which happened before now.
    #[must_use]
    pub fn with_clock(&self, clock: Clock) -> Self {
        Self { clock, ..self.clone() }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not, within the waiting time.
    pub async fn ping(&self) -> Result<(), DbError> {
        use diesel_async::SimpleAsyncConnection;
        self.read().await?.batch_execute("select 1").await?;
        Ok(())
    }

    /// The pool and the link to the other nodes, for `/metrics`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a handful of connections")]
    pub fn figures(&self) -> Vec<Figure> {
        let status = self.pool.status();
        let connections = vec![
            ("state=\"open\"", status.size as f64),
            ("state=\"idle\"", status.available as f64),
            ("state=\"wanted\"", status.waiting as f64),
        ];
        let is_connected = self.bus.state() == LinkState::Connected;
        vec![
            Figure {
                name: "database_connections",
                kind: "gauge",
                help: "Connections of the pool.",
                values: connections,
            },
            Figure::gauge("bus_connected", "Whether words of other nodes arrive.", f64::from(u8::from(is_connected))),
            Figure::counter(
                "bus_dropped_total",
                "Words for other nodes that were dropped.",
                number(self.bus.dropped()),
            ),
        ]
    }

    /// The clock that transactions use.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The bus that signals go out on.
    #[must_use]
    pub fn bus(&self) -> &Bus {
        &self.bus
    }
}

/// An open transaction. Actions take `&mut Tx`, so they cannot run outside one.
/// Dropped half-way (a caller that went away), the pool discards the connection and PostgreSQL rolls back.
pub struct Tx {
    conn: Object<AsyncPgConnection>,
    now: DateTime<Utc>,
    signals: Vec<Signal>,
}

impl Tx {
    /// The moment at which this transaction began, by the clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Says `signal` on the bus after the commit. A hint: whoever misses it finds the change by its sequence or version.
    pub fn announce(&mut self, signal: Signal) {
        self.signals.push(signal);
    }
}

impl Deref for Tx {
    type Target = AsyncPgConnection;
    fn deref(&self) -> &Self::Target {
        &self.conn
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.conn
    }
}

/// A connection of one's own outside the pool, for a task that writes all the time.
///
/// # Errors
/// [`DbError::Unavailable`] when PostgreSQL does not answer in time.
pub async fn connect_alone(url: &str) -> Result<Conn, DbError> {
    tokio::time::timeout(std::time::Duration::from_secs(2), AsyncPgConnection::establish(url))
        .await
        .map_err(|_| DbError::Unavailable("no answer in time".to_owned()))?
        .map_err(|error| DbError::Unavailable(error.to_string()))
}

/// The name of the constraint that a write broke, if that is why it failed.
#[must_use]
pub fn broken_constraint(error: &diesel::result::Error) -> Option<&str> {
    match error {
        diesel::result::Error::DatabaseError(_, info) => info.constraint_name(),
        _ => None,
    }
}
