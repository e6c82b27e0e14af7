//! The only place that knows every feature: state, routes, targets, jobs.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpResponse, web};
use chrono::{DateTime, Utc};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::Keys;
use crate::access::session::Tokens;
use crate::accounts::{self, RightsHooks};
use crate::casework::{self, Targets};
use crate::discussion::{self, DiscussionTarget, RootKind};
use crate::http::guard::{self, Place};
use crate::http::limits::Limits;
use crate::http::metrics::{self, Exposition, MetricsToken, Requests, Source, Sources};
use crate::http::{assets, health, problem};
use crate::infra::clock::Clock;
use crate::infra::db::{Conn, Db};
use crate::infra::ids::AccountId;
use crate::infra::meter::{self, Figure, Meter};
use crate::live::{self, Figures, Hub, Pace, Wiring};
use crate::privacy::{self, Holders, PERIODS, PersonalData};
use crate::screening::{self, Screening};
use crate::{blog, chat, community, forum, notify, oversight, training};

/// Everything that requests need, made once for the process and shared by its workers.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub db: Db,
    /// Derived keys.
    pub keys: Keys,
    /// Session tokens.
    pub tokens: Tokens,
    /// Where the site stands.
    pub place: Place,
    /// Rate limits.
    pub limits: web::Data<Limits>,
    /// Kinds of text that cases can be about.
    pub targets: Targets,
    /// What opens `/metrics`.
    pub metrics_token: MetricsToken,
    /// What `/metrics` tells.
    pub figures: Sources,
    /// Requests so far.
    pub requests: web::Data<Requests>,
    /// What features do when somebody's rights change.
    pub rights_hooks: RightsHooks,
    /// The program that reads first.
    pub screening: Screening,
    /// Features that hold personal data.
    pub holders: Holders,
    /// What pages show before the app stands.
    pub frame: web::Data<assets::Frame>,
    /// The live engine of this node.
    pub hub: Arc<Hub>,
    meter: web::Data<Meter>,
    ear: web::Data<chat::conversations::Ear>,
    ingest: Arc<Mutex<Option<Writing>>>,
    database_url: Arc<str>,
}

/// What the tasks that write and follow messages are given when the live engine starts.
struct Writing {
    way: Arc<chat::Way>,
    mailbox: chat::ingest::Mailbox,
    ear: chat::conversations::Ear,
    told: tokio::sync::mpsc::Receiver<chat::conversations::Told>,
}

impl AppState {
    /// Wires the features together, at the usual pace.
    #[must_use]
    pub fn new(db: Db, keys: Keys, place: Place, rate_limits: bool, database_url: &str) -> Self {
        Self::paced(db, keys, place, rate_limits, database_url, Pace::default())
    }

    /// The same with the periods of the live engine.
    #[must_use]
    pub fn paced(db: Db, keys: Keys, place: Place, rate_limits: bool, database_url: &str, pace: Pace) -> Self {
        Self::wire((db, keys, place), rate_limits, database_url, pace, Screening::default())
    }

    /// As [`AppState::new`], with a reader that was told more at start.
    #[must_use]
    pub fn with_screening(
        db: Db,
        keys: Keys,
        place: Place,
        rate_limits: bool,
        database_url: &str,
        screening: Screening,
    ) -> Self {
        Self::wire((db, keys, place), rate_limits, database_url, Pace::default(), screening)
    }

    fn wire(
        (db, keys, place): (Db, Keys, Place),
        rate_limits: bool,
        database_url: &str,
        pace: Pace,
        screening: Screening,
    ) -> Self {
        let tokens = Tokens::new(&keys);
        let limits = web::Data::new(Limits::new(rate_limits, &keys.derive("network hash")));
        let targets = Targets::new(targets());
        let (way, mailbox) = chat::Way::open();
        let (ear, told) = chat::conversations::channel();
        let wiring = Wiring {
            conversation: Arc::new(chat::Talk::new(
                db.clone(),
                limits.clone(),
                targets.clone(),
                screening.clone(),
                (way.clone(), ear.clone()),
            )),
            watchables: watchables(),
            figures: Arc::new(OwnFigures),
        };
        let (meter, requests) = (Arc::new(Meter::default()), web::Data::new(Requests::default()));
        let hub = Hub::new(db.clone(), wiring, rate_limits, pace, meter.clone());
        Self {
            figures: Sources(figures(&db, &meter, &requests)),
            requests,
            metrics_token: MetricsToken(None),
            holders: Holders::new(holders(&keys, &targets)),
            db,
            keys,
            tokens,
            place,
            limits,
            targets,
            screening,
            rights_hooks: RightsHooks(rights_hooks()),
            frame: web::Data::default(),
            hub,
            meter: web::Data::from(meter),
            ear: web::Data::new(ear.clone()),
            ingest: Arc::new(Mutex::new(Some(Writing { way, mailbox, ear, told }))),
            database_url: database_url.into(),
        }
    }

    /// The same community by another clock and without rate limits: for loading the demo, which happened before now.
    #[must_use]
    pub fn at_another_time(&self, clock: Clock) -> Self {
        Self::with_screening(
            self.db.with_clock(clock),
            self.keys.clone(),
            self.place.clone(),
            false,
            &self.database_url,
            self.screening.clone(),
        )
    }

    /// Starts the live engine inside the caller's actix system, which must outlive the server. A second call does nothing.
    pub fn start_live(&self) {
        self.hub.start();
        if let Some(writing) = self.ingest.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let Writing { way, mailbox, ear, told } = writing;
            let (hub, db, url) = (self.hub.clone(), self.db.clone(), self.database_url.clone());
            let mut first = Some(mailbox);
            tokio::spawn(async move {
                let write = || {
                    let mailbox = first.take().unwrap_or_else(|| way.open_again());
                    hub.meter().inbox.set(0);
                    chat::ingest::run(mailbox, hub.clone(), db.clone(), url.clone(), ear.clone())
                };
                hub.keep_up("writer", write).await;
            });
            let (db, targets, screening) = (self.db.clone(), self.targets.clone(), self.screening.clone());
            // Opening a case asks the targets, which stay on one thread.
            actix_web::rt::spawn(chat::conversations::run(told, db, targets, screening));
        }
    }

    /// Ends the live connections; call it before the HTTP server waits for its connections.
    pub async fn stop_live(&self) {
        self.hub.stop().await;
    }
}

/// What `/metrics` tells of this node.
fn figures(db: &Db, meter: &Arc<Meter>, requests: &web::Data<Requests>) -> Vec<Source> {
    let (db, meter, requests) = (db.clone(), meter.clone(), requests.clone());
    vec![
        Arc::new(move |out| add_all(out, &db.figures())),
        Arc::new(move |out| add_all(out, &meter.figures())),
        Arc::new(|out| {
            let verdicts = screening::verdicts().map(|(name, count)| (format!("verdict=\"{name}\""), count));
            let verdicts: Vec<(&str, f64)> =
                verdicts.iter().map(|(labels, n)| (labels.as_str(), meter::number(*n))).collect();
            out.add("screening_verdicts_total", "counter", "Texts read by screening, by verdict.", &verdicts);
        }),
        Arc::new(move |out| requests.write(out)),
    ]
}

fn add_all(out: &mut Exposition, figures: &[Figure]) {
    for Figure { name, kind, help, values } in figures {
        out.add(name, kind, help, values);
    }
}

/// What features do in the transaction in which somebody's rights change.
fn rights_hooks() -> Vec<Arc<dyn accounts::RightsHook + Send + Sync>> {
    vec![Arc::new(casework::ClaimsOfStaff)]
}

/// Features that hold personal data, in the order in which they erase: casework first seals what its open cases need,
/// the account goes last.
fn holders(keys: &Keys, targets: &Targets) -> Vec<Arc<dyn PersonalData + Send + Sync>> {
    vec![
        Arc::new(casework::CaseData::new(keys, targets)),
        Arc::new(oversight::SampleData),
        Arc::new(training::TrainingData),
        Arc::new(blog::BlogData),
        Arc::new(forum::ForumData),
        Arc::new(discussion::DiscussionData),
        Arc::new(chat::ChatData),
        Arc::new(accounts::AccountData::new(keys.clone())),
    ]
}

/// Kinds of text that the features hand in.
fn targets() -> Vec<Arc<dyn casework::CaseTarget + Send + Sync>> {
    vec![
        Arc::new(casework::AccountTarget),
        Arc::new(casework::OutsideTarget),
        Arc::new(chat::MessageTarget),
        Arc::new(blog::PostTarget),
        Arc::new(forum::ThreadTarget),
        Arc::new(DiscussionTarget(RootKind::Thread)),
        Arc::new(DiscussionTarget(RootKind::Post)),
    ]
}

/// Kinds of page that open screens can watch.
fn watchables() -> Vec<Arc<dyn live::Watchable>> {
    vec![
        Arc::new(forum::ThreadPages),
        Arc::new(forum::BoardPages),
        Arc::new(blog::PostPages),
        Arc::new(blog::FrontPage),
    ]
}

/// What `notification` and `queue` frames count.
struct OwnFigures;

impl Figures for OwnFigures {
    fn unread<'a>(&'a self, conn: &'a mut Conn, account: AccountId) -> live::Pending<'a, i64> {
        Box::pin(notify::unread(conn, account))
    }

    fn queue<'a>(
        &'a self,
        conn: &'a mut Conn,
        account: AccountId,
        now: DateTime<Utc>,
    ) -> live::Pending<'a, serde_json::Map<String, serde_json::Value>> {
        Box::pin(async move {
            let mut fields = casework::queue_fields(conn, account, now).await?;
            fields.insert("calls".to_owned(), chat::calls_waiting(conn).await?.into());
            Ok(fields)
        })
    }
}

/// Routes of every feature under `/api/v1`. They are tried in this order: what is read most stands first.
fn api(config: &mut ServiceConfig<'_>) {
    config
        .configure(forum::routes)
        .configure(blog::routes)
        .configure(chat::routes)
        .configure(live::routes)
        .configure(discussion::routes)
        .configure(screening::routes)
        .configure(oversight::routes)
        .configure(training::routes)
        .configure(notify::routes)
        .configure(community::routes)
        .configure(accounts::routes)
        .configure(casework::routes)
        .route("/openapi.json", web::get().to(openapi_json));
}

/// Pages that are not only the app's: public texts in plain HTML.
fn pages(config: &mut web::ServiceConfig) {
    config.configure(forum::pages).configure(blog::pages).configure(community::pages);
}

#[derive(OpenApi)]
#[openapi(info(title = "Ligesind", description = "API of the peer community; what stands in CONTRACT.md holds here."))]
struct ApiDoc;

/// The OpenAPI document, rendered once for each worker.
struct Document(web::Bytes);

async fn openapi_json(document: web::Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .insert_header(("cache-control", "no-cache"))
        .body(document.0.clone())
}

/// The application, the same for `main` and for tests.
pub fn build(
    state: &AppState,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl actix_web::body::MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let (app, openapi) = App::new()
        .into_utoipa_app()
        .openapi(ApiDoc::openapi())
        .service(utoipa_actix_web::scope("/api/v1").configure(api))
        .split_for_parts();
    let document = Document(web::Bytes::from(openapi.to_pretty_json().unwrap_or_default()));
    app.app_data(web::Data::new(document))
        .configure(shared(state))
        .route("/health/live", web::get().to(health::live))
        .route("/health/ready", web::get().to(health::ready))
        .route("/metrics", web::get().to(metrics::metrics))
        .configure(pages)
        .default_service(web::route().to(fallback))
        .wrap(from_fn(guard::no_nul))
        .wrap(from_fn(guard::same_origin))
        .wrap(Compress::default())
        .wrap(from_fn(problem::in_words))
        .wrap(from_fn(guard::headers))
        .wrap(from_fn(metrics::count))
}

/// The application of requests that ask to become a websocket; its answers are written by [`crate::server`].
pub fn build_upgrades(
    state: &AppState,
    threads: &Arc<live::Threads>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl actix_web::body::MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .configure(shared(state))
        .app_data(threads.clone())
        .configure(live::upgrades)
        .default_service(web::route().to(async || Err::<HttpResponse, _>(problem::Problem::NotFound)))
        .wrap(from_fn(guard::no_nul))
        .wrap(from_fn(problem::in_words))
        .wrap(from_fn(guard::headers))
        .wrap(from_fn(metrics::count))
}

/// What handlers are given.
fn shared(state: &AppState) -> impl FnOnce(&mut web::ServiceConfig) {
    |config| {
        config
            .app_data(web::Data::new(state.db.clone()))
            .app_data(web::Data::new(state.keys.clone()))
            .app_data(web::Data::new(state.tokens.clone()))
            .app_data(web::Data::new(state.place.clone()))
            .app_data(web::Data::new(state.targets.clone()))
            .app_data(web::Data::new(state.screening.clone()))
            .app_data(web::Data::new(state.rights_hooks.clone()))
            .app_data(web::Data::new(state.holders.clone()))
            .app_data(web::Data::new(community::CommunityDoors(Arc::new(chat::RoomDoors))))
            .app_data(web::Data::from(state.hub.clone()))
            .app_data(state.limits.clone())
            .app_data(state.meter.clone())
            .app_data(state.ear.clone())
            .app_data(state.frame.clone())
            .app_data(web::Data::new(state.metrics_token.clone()))
            .app_data(web::Data::new(state.figures.clone()))
            .app_data(state.requests.clone());
    }
}

/// Makes what a fresh database needs before the first request.
///
/// # Errors
/// When the database fails.
pub async fn prepare(state: &AppState) -> anyhow::Result<()> {
    let community = state
        .db
        .write(async |tx| {
            community::ensure(tx).await?;
            community::get(tx).await
        })
        .await
        .map_err(|problem| anyhow::anyhow!("preparing the community: {problem:?}"))?;
    state.frame.tell(&community.name, &community.settings.leave_url);
    state
        .screening
        .load(&state.db)
        .await
        .map_err(|problem| anyhow::anyhow!("reading the settings of screening: {problem:?}"))
}

/// Starts the background work of this process. Call it once, inside the actix system.
pub fn start_jobs(state: &AppState) {
    state.start_live();
    casework::jobs::start(&state.db, &state.targets);
    actix_web::rt::spawn(screening::follow(state.screening.clone(), state.db.clone()));
    privacy::start(&state.db, &state.holders, PERIODS);
    training::start(&state.db);
    oversight::start(&state.db);
    let limits = state.limits.clone();
    actix_web::rt::spawn(async move {
        loop {
            actix_web::rt::time::sleep(std::time::Duration::from_secs(600)).await;
            limits.sweep();
        }
    });
}

/// Unknown addresses: a problem under `/api`, the site elsewhere.
async fn fallback(request: actix_web::HttpRequest) -> Result<HttpResponse, problem::Problem> {
    if request.path().starts_with("/api/") || !request.method().is_safe() {
        return Err(problem::Problem::NotFound);
    }
    Ok(assets::serve(request).await)
}
