//! The whole server on a free port, over a fresh database.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use chrono::{DateTime, Duration, Utc};
use diesel::QueryableByName;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use ligesind::access::Keys;
use ligesind::access::session::Tokens;
use ligesind::app::AppState;
use ligesind::http::guard::Place;
use ligesind::http::metrics::MetricsToken;
use ligesind::infra::bus::Bus;
use ligesind::infra::clock::Clock;
use ligesind::infra::db::Db;
use ligesind::infra::embedded_pg::APP_ROLE;
use ligesind::infra::telemetry::Secret;
use ligesind::live::Pace;
use ligesind::server::Manner;
use uuid::Uuid;

use crate::cluster::{self, TestDatabase};
use crate::people::Person;

/// A running server of a test's own.
pub struct TestApp {
    pub state: AppState,
    pub address: String,
    pub database: Arc<TestDatabase>,
    pub client: reqwest::Client,
    handle: ServerHandle,
}

/// How a test's server differs from the usual.
#[derive(Clone, Default)]
pub struct Options {
    /// Rate limits on, as in real life.
    pub rate_limits: bool,
    /// Background jobs (redaction worker, sweeps); the socket's own tasks always run.
    pub no_jobs: bool,
    /// The Redis that links it to other nodes.
    pub redis: Option<String>,
    /// How often the live engine looks by itself.
    pub pace: Pace,
}

impl TestApp {
    pub async fn start() -> Self {
        Self::start_with(Options::default()).await
    }

    pub async fn start_with(options: Options) -> Self {
        let database = cluster::fresh_database(async |urls| {
            ligesind::infra::migrate::up(&urls.owner, APP_ROLE).await.expect("migrations run");
        })
        .await;
        Self::over(database, options).await
    }

    /// Another node beside this one: the same database and secret, nothing else shared.
    pub async fn beside(&self, options: Options) -> Self {
        Self::over(self.database.clone(), options).await
    }

    /// A server over a database that is there already.
    pub async fn over(database: impl Into<Arc<TestDatabase>>, options: Options) -> Self {
        let database = database.into();
        if std::env::var("LOG").is_ok() {
            ligesind::infra::telemetry::start(&std::env::var("LOG").unwrap_or_default());
        }
        let keys = Keys::new(Secret::new("a secret for tests that is long enough".to_owned()));
        let bus = options.redis.as_ref().map_or_else(Bus::default, |url| {
            Bus::linked(url, &keys.derive("words between nodes")).expect("an address of Redis")
        });
        let db = Db::open(&database.urls.app, 6, Clock::default(), bus).expect("a pool opens");
        let place = Place { origin: None, trusted_proxy: Some([127, 0, 0, 1].into()) };
        let mut state = AppState::paced(db, keys, place, options.rate_limits, &database.urls.app, options.pace);
        state.metrics_token = MetricsToken(Some(Secret::new("figures".to_owned())));
        ligesind::app::prepare(&state).await.expect("the community is made");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let address = listener.local_addr().expect("an address").to_string();
        let manner = Manner { workers: Some(2), live: Some(2), grace_s: 30 };
        let server = ligesind::server::open(&state, listener, manner).expect("a server opens");
        let handle = server.handle();
        actix_web::rt::spawn(server);
        state.start_live();
        if !options.no_jobs {
            ligesind::app::start_jobs(&state);
        }
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { state, address, database, client, handle }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn db(&self) -> &Db {
        &self.state.db
    }

    /// The server's clock; `advance` moves it.
    pub fn clock(&self) -> &Clock {
        self.state.db.clock()
    }

    pub async fn stop(self) {
        self.state.stop_live().await;
        self.handle.stop(false).await;
    }

    /// Runs SQL as the owner of the schema.
    pub async fn sql(&self, sql: &str) {
        use diesel_async::AsyncConnection;
        let mut owner =
            diesel_async::AsyncPgConnection::establish(&self.database.urls.owner).await.expect("the owner connects");
        owner.batch_execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The one whole number that a query answers.
    pub async fn count(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::BigInt)]
            n: i64,
        }
        let mut conn = self.db().read().await.expect("a connection");
        let row: Row = diesel::sql_query(format!("select ({sql})::bigint as n"))
            .get_result(&mut *conn)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        row.n
    }

    /// The one text that a query answers.
    pub async fn text(&self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = diesel::sql_types::Text)]
            t: String,
        }
        let mut conn = self.db().read().await.expect("a connection");
        let row: Row = diesel::sql_query(format!("select coalesce(({sql})::text, '') as t"))
            .get_result(&mut *conn)
            .await
            .unwrap_or_else(|e| panic!("{sql}: {e}"));
        row.t
    }

    /// A visitor: nobody is signed in.
    pub fn visitor(&self) -> Person {
        Person::new(self, Uuid::nil(), String::new(), None)
    }

    /// A participant who has consented and joined a month ago.
    pub async fn member(&self) -> Person {
        self.person(&[], false, true).await
    }

    /// A participant who has not consented yet: may read only.
    pub async fn reader(&self) -> Person {
        self.person(&[], false, false).await
    }

    /// A peer supporter, new or trusted.
    pub async fn supporter(&self, trusted: bool) -> Person {
        self.person(&["peer_supporter"], trusted, true).await
    }

    /// A moderator with certificates.
    pub async fn moderator(&self, certificates: &[&str]) -> Person {
        let person = self.person(&["moderator"], false, true).await;
        for category in certificates {
            self.sql(&format!(
                "insert into certificates (account_id, category) values ('{}', '{category}')",
                person.id
            ))
            .await;
        }
        person
    }

    pub async fn coordinator(&self) -> Person {
        self.person(&["coordinator"], false, true).await
    }

    /// An account made by SQL, with an open session: quicker than signing up, and independent of it.
    pub async fn person(&self, roles: &[&str], trusted: bool, consented: bool) -> Person {
        let (id, session) = (Uuid::new_v4(), Uuid::new_v4());
        let name = format!("P{}", &id.simple().to_string()[..12]);
        let now = self.clock().now();
        let consent = if consented { format!("'{}'", now.to_rfc3339()) } else { "null".to_owned() };
        let mut sql = format!(
            "insert into accounts (id, pseudonym, pseudonym_skeleton, password_hash, recovery_hash, birth_year, trusted, origin, rules_accepted_at, consented_at, created_at)
             values ('{id}', '{name}', '{skeleton}', '-', '-', 2004, {trusted}, 'sign_up', now(), {consent}, '{joined}');
             insert into sessions (id, account_id, carrier, created_at, last_used_at, authenticated_at, expires_at)
             values ('{session}', '{id}', 'bearer', '{now}', '{now}', '{now}', '{until}');",
            skeleton = moderation::pseudonym::skeleton(&name),
            joined = (now - Duration::days(30)).to_rfc3339(),
            now = now.to_rfc3339(),
            until = (now + Duration::days(30)).to_rfc3339(),
        );
        for role in roles {
            sql.push_str(&format!("insert into account_roles (account_id, role) values ('{id}', '{role}');"));
        }
        self.sql(&sql).await;
        let token = self.token(session, now + Duration::days(365));
        Person::new(self, id, name, Some(token))
    }

    /// The same person with a fresh session, where the clock has moved past the life of the first.
    pub async fn sign_in_again(&self, person: &Person) -> Person {
        let session = Uuid::new_v4();
        let now = self.clock().now();
        self.sql(&format!(
            "insert into sessions (id, account_id, carrier, created_at, last_used_at, authenticated_at, expires_at)
             values ('{session}', '{}', 'bearer', '{now}', '{now}', '{now}', '{until}')",
            person.id,
            now = now.to_rfc3339(),
            until = (now + Duration::days(30)).to_rfc3339(),
        ))
        .await;
        Person::new(self, person.id, person.name.clone(), Some(self.token(session, now + Duration::days(365))))
    }

    /// A signed token of a session.
    pub fn token(&self, session: Uuid, until: DateTime<Utc>) -> String {
        Tokens::new(&self.state.keys).sign(session.into(), until).expect("a token is signed")
    }
}
