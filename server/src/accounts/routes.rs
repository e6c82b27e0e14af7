//! The routes of accounts.

use actix_web::{HttpRequest, HttpResponse, get, patch, post, put, web};
use chrono::{Datelike, Duration, Utc};
use diesel_async::RunQueryDsl;
use moderation::Certificate;
use moderation::pseudonym::{self, Pseudonym};
use rand::RngExt;
use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::actions::{self, NewAccount, Origin, Secrets};
use super::bodies::{CertificatesBody, MePatch, NewAccountBody, NewPasswordBody, RecoveryBody, RolesBody};
use super::credentials::{self, Password};
use super::sessions::{self, count_try};
use super::views::{MeView, PersonView, ProfileView, SignedInView, SignedUpView, SuggestionsView};
use super::{RightsHooks, leaving, people, pledge, recovery_code, retired, store};
use crate::access::capability::ManagePeople;
use crate::access::session::{Tokens, none_if_missing};
use crate::access::{Keys, Member, Permit, Role, Roles, SignedIn};
use crate::community;
use crate::http::body::{Parsed, parse};
use crate::http::guard::Place;
use crate::http::limits::{Limited, Limits};
use crate::http::page::query_value;
use crate::http::{Answer, FieldError, Lang, Page, PageQuery, Problem, RawBody};
use crate::infra::bus::{Signal, Topic};
use crate::infra::db::Db;
use crate::infra::ids::AccountId;
use crate::screening::{Screening, Surface};

/// Oldest year of birth that is believed.
const EARLIEST_BIRTH_YEAR: i64 = 1900;
/// How long a proof of the password counts for roles and certificates.
const STEP_UP_MINUTES: i64 = 15;

/// Registers the routes.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(create_account)
        .service(suggest_pseudonyms)
        .service(sessions::sign_in)
        .service(sessions::sign_out)
        .service(sessions::step_up)
        .service(sessions::list_sessions)
        .service(sessions::sign_out_everywhere)
        .service(recover_account)
        .service(get_me)
        .service(patch_me)
        .service(pledge::sign_pledge)
        .service(leaving::export_me)
        .service(leaving::delete_me)
        .service(change_password)
        .service(list_people)
        .service(put_roles)
        .service(put_certificates)
        .service(get_profile);
}

fn pseudonym_field(value: &Value) -> Parsed<Pseudonym> {
    Pseudonym::parse(value.as_str().ok_or("bad_format")?).map_err(|e| e.as_str())
}

/// Signs up: a pseudonym, a password, a year of birth and the rules. No e-mail.
#[utoipa::path(tag = "accounts", request_body = NewAccountBody, responses((status = 201, body = SignedUpView), (status = 403), (status = 409), (status = 422), (status = 429)))]
#[post("/accounts")]
#[expect(clippy::too_many_arguments, reason = "what a handler needs is in its signature")]
async fn create_account(
    request: HttpRequest,
    db: web::Data<Db>,
    keys: web::Data<Keys>,
    tokens: web::Data<Tokens>,
    place: web::Data<Place>,
    limits: web::Data<Limits>,
    screening: web::Data<Screening>,
    body: RawBody,
) -> Answer {
    let this_year = i64::from(db.clock().now().year());
    let mut form = body.form()?;
    let name = form.required("pseudonym", pseudonym_field);
    let password = form.required("password", |v| {
        Password::parse(v.as_str().ok_or("bad_format")?, name.as_ref().map(Pseudonym::as_str))
    });
    let birth_year = form.required("birth_year", parse::integer(EARLIEST_BIRTH_YEAR, this_year));
    form.required("accept_rules", |v| match v.as_bool() {
        Some(true) => Ok(()),
        Some(false) => Err("not_accepted"),
        None => Err("bad_format"),
    });
    let consented = form.optional("accept_sensitive", parse::boolean).unwrap_or(false);
    let heard_from = form.optional("heard_from", parse::text(0, 200)).filter(|text| !text.is_empty());
    form.wrong_all(name.as_ref().and_then(|name| screening.wrong_with_name(name.as_str())));
    form.finish()?;
    let (Some(pseudonym), Some(password), Some(birth_year)) = (name, password, birth_year) else {
        return Err(Problem::Malformed);
    };
    let settings = community::settings(&mut *db.read().await?).await?;
    if this_year - birth_year < i64::from(settings.minimum_age) {
        return Err(Problem::Refused("too_young"));
    }
    limits.count(Limited::SignUp, &limits.network(place.address(&request)))?;
    if !retired::retired(&mut *db.read().await?, &keys, vec![pseudonym.skeleton()]).await?.is_empty() {
        return Err(Problem::Conflict("pseudonym_taken", serde_json::json!({})));
    }
    let secrets = Secrets::make(&password).await?;
    let recovery_code = secrets.recovery_code;
    let new = NewAccount {
        pseudonym,
        password_hash: secrets.password_hash,
        recovery_hash: secrets.recovery_hash,
        birth_year: i16::try_from(birth_year).unwrap_or(i16::MAX),
        consented,
        heard_from,
        lang: Lang::of(&request),
        origin: Origin::SignUp,
        created_at: db.clock().now(),
    };
    let carrier = sessions::carrier(&request);
    let opened = db
        .write(async |tx| {
            let id = actions::create(tx, new).await?;
            sessions::open(tx, id, carrier).await
        })
        .await?;
    let now = db.clock().now();
    let (access_token, _) = opened.token(&tokens, now)?;
    let view = SignedUpView { account: opened.account(), recovery_code, access_token };
    opened.answer(HttpResponse::Created(), &tokens, &place, now, &view)
}

/// A few free pseudonyms that say nothing about the person.
#[utoipa::path(tag = "accounts", responses((status = 200, body = SuggestionsView)))]
#[get("/pseudonyms/suggestions")]
async fn suggest_pseudonyms(db: web::Data<Db>, keys: web::Data<Keys>) -> Answer {
    let names: Vec<String> = (0..12).map(|_| pseudonym::suggest(rand::rng().random())).collect();
    let skeletons: Vec<String> = names.iter().map(|n| pseudonym::skeleton(n)).collect();
    let mut conn = db.read().await?;
    let mut taken = store::taken_skeletons(&mut conn, skeletons.clone()).await?;
    taken.extend(retired::retired(&mut conn, &keys, skeletons).await?);
    let items = names.into_iter().filter(|name| !taken.contains(&pseudonym::skeleton(name))).take(4).collect();
    Ok(HttpResponse::Ok().json(SuggestionsView { items }))
}

/// Gets back in with the recovery code: a new password, a new code, and every other session ends.
#[utoipa::path(tag = "accounts", request_body = RecoveryBody, responses((status = 200, body = SignedInView), (status = 401), (status = 422), (status = 429)))]
#[post("/recovery")]
async fn recover_account(
    request: HttpRequest,
    db: web::Data<Db>,
    tokens: web::Data<Tokens>,
    place: web::Data<Place>,
    limits: web::Data<Limits>,
    body: RawBody,
) -> Answer {
    let mut form = body.form()?;
    let name = form.required("pseudonym", parse::text(1, 100));
    let code = form.required("recovery_code", parse::text(1, 100));
    let password = form.required("password", |v| Password::parse(v.as_str().ok_or("bad_format")?, name.as_deref()));
    form.finish()?;
    let (Some(name), Some(code), Some(password)) = (name, code, password) else { return Err(Problem::Malformed) };
    let skeleton = pseudonym::skeleton(&name);
    count_try(&limits, &place, &request, &skeleton).await?;
    let known = store::find_credentials(&mut *db.read().await?, skeleton).await?;
    let typed = crate::infra::telemetry::Secret::new(recovery_code::normalise(&code));
    let proven = credentials::verify(&typed, known.as_ref().map(|k| k.recovery_hash.clone())).await?;
    let (true, Some(known)) = (proven, known) else { return Err(Problem::BadCredentials) };
    let account = known.id;
    let secrets = Secrets::make(&password).await?;
    let carrier = sessions::carrier(&request);
    let opened = db
        .write(async |tx| {
            // A code is good for once.
            if !store::still_holds(tx, &known, true).await? {
                return Err(Problem::BadCredentials);
            }
            store::SetPassword { id: account, hash: secrets.password_hash.clone() }.execute(&mut **tx).await?;
            store::SetRecovery { id: account, hash: secrets.recovery_hash.clone() }.execute(&mut **tx).await?;
            sessions::revoke_all(tx, account, None).await?;
            sessions::open(tx, account, carrier).await
        })
        .await?;
    let now = db.clock().now();
    let (access_token, expires_in) = opened.token(&tokens, now)?;
    let view = SignedInView {
        account: opened.account(),
        access_token,
        expires_in,
        recovery_code: Some(secrets.recovery_code),
    };
    opened.answer(HttpResponse::Ok(), &tokens, &place, now, &view)
}

/// Own account, with what it may do.
#[utoipa::path(tag = "accounts", responses((status = 200, body = MeView), (status = 401)))]
#[get("/me")]
async fn get_me(db: web::Data<Db>, by: SignedIn) -> Answer {
    let mut conn = db.read().await?;
    let profile = store::get_profile(&mut conn, by.id).await?;
    let certificates = store::certificates(&mut conn, by.id).await?;
    Ok(HttpResponse::Ok().json(MeView::new(&by, profile, certificates)))
}

/// Changes one's own account.
#[utoipa::path(tag = "accounts", request_body = MePatch, responses((status = 200, body = MeView), (status = 401), (status = 403), (status = 422)))]
#[patch("/me")]
async fn patch_me(db: web::Data<Db>, screening: web::Data<Screening>, by: Member, body: RawBody) -> Answer {
    let mut form = body.form()?;
    let consent = form.optional("accept_sensitive", parse::boolean);
    let locale = form.optional("locale", |v| v.as_str().and_then(Lang::from_code).ok_or("unknown_value"));
    let presence = form.optional("shows_presence", parse::boolean);
    let line = form.patch("ask_me_about", parse::text(0, 280));
    let confirmed = form.optional("confirmed", parse::boolean).unwrap_or(false);
    if line.is_some() && !by.roles.has(Role::PeerSupporter) {
        form.wrong("ask_me_about", "not_allowed_here");
    }
    form.finish()?;
    // A held profile line has no place to wait in: what must be held is refused with its advice.
    if let Some(Some(text)) = &line
        && screening.read(Surface::Profile, text, confirmed)?.is_held()
    {
        screening.read(Surface::Profile, text, false)?;
        return Err(Problem::field("ask_me_about", "not_allowed_here"));
    }
    let account = by.id;
    db.write(async |tx| {
        if let Some(given) = consent {
            actions::set_consent(tx, account, given).await?;
        }
        if let Some(lang) = locale {
            store::SetLocale { id: account, locale: lang.code().to_owned() }.execute(&mut **tx).await?;
        }
        if let Some(shown) = presence {
            store::SetPresence { id: account, shown }.execute(&mut **tx).await?;
            // Open sockets look at the account anew and are counted, or no longer.
            tx.announce(Signal::new(Topic::Access, account, 0));
        }
        if let Some(line) = line {
            let line = line.filter(|text| !text.is_empty());
            store::SetAskMeAbout { id: account, line }.execute(&mut **tx).await?;
        }
        Ok::<_, Problem>(())
    })
    .await?;
    let mut conn = db.read().await?;
    let now = db.clock().now();
    let actor = crate::access::session::find_actor(&mut conn, by.session, now).await?.ok_or(Problem::SignedOut)?;
    let profile = store::get_profile(&mut conn, account).await?;
    let certificates = store::certificates(&mut conn, account).await?;
    Ok(HttpResponse::Ok().json(MeView::new(&actor, profile, certificates)))
}

/// Changes the password; every other session ends.
#[utoipa::path(tag = "accounts", request_body = NewPasswordBody, responses((status = 204), (status = 401), (status = 422), (status = 429)))]
#[put("/me/password")]
async fn change_password(
    request: HttpRequest,
    db: web::Data<Db>,
    place: web::Data<Place>,
    limits: web::Data<Limits>,
    by: SignedIn,
    body: RawBody,
) -> Answer {
    let mut form = body.form()?;
    let current = form.required("current_password", credentials::typed);
    let password = form.required("password", |v| Password::parse(v.as_str().ok_or("bad_format")?, Some(&by.name)));
    form.finish()?;
    let (Some(current), Some(password)) = (current, password) else { return Err(Problem::Malformed) };
    count_try(&limits, &place, &request, &pseudonym::skeleton(&by.name)).await?;
    let known = store::get_credentials(&mut *db.read().await?, by.id).await?;
    if !credentials::verify(&current, Some(known.password_hash.clone())).await? {
        return Err(Problem::field("current_password", "wrong_password"));
    }
    let hash = password.hash().await?;
    let (account, session) = (by.id, by.session);
    db.write(async |tx| {
        if !store::still_holds(tx, &known, true).await? {
            return Err(Problem::field("current_password", "wrong_password"));
        }
        store::SetPassword { id: account, hash }.execute(&mut **tx).await?;
        sessions::revoke_all(tx, account, Some(session)).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Accounts, newest first, by part of the pseudonym (`q`) and by `role`.
#[utoipa::path(tag = "people", params(("q" = Option<String>, Query), ("role" = Option<String>, Query), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = Page<PersonView>), (status = 401), (status = 403)))]
#[get("/people")]
async fn list_people(request: HttpRequest, db: web::Data<Db>, _by: Permit<ManagePeople>, page: PageQuery) -> Answer {
    let part = query_value(&request, "q")?;
    let role = query_value(&request, "role")?;
    let after: Option<(chrono::DateTime<Utc>, Uuid)> = page.after()?;
    let now = db.clock().now();
    let rows: Vec<store::PersonRow> = store::People {
        part,
        role,
        before: after.map(|a| a.0),
        before_id: after.map(|a| a.1),
        now,
        limit: page.fetch(),
    }
    .load(&mut *db.read().await?)
    .await?;
    Ok(HttpResponse::Ok().json(Page::from_rows(rows, &page, |row| (row.created_at, row.id)).map(PersonView::from)))
}

fn stepped_up(by: &Permit<ManagePeople>, db: &Db) -> Result<(), Problem> {
    if by.authenticated_at + Duration::minutes(STEP_UP_MINUTES) < db.clock().now() {
        return Err(Problem::Refused("step_up_required"));
    }
    Ok(())
}

/// Sets somebody's roles and trust. The password must have been given within a quarter of an hour.
#[utoipa::path(tag = "people", request_body = RolesBody, params(("id" = Uuid, Path)), responses((status = 200, body = PersonView), (status = 401), (status = 403), (status = 404), (status = 409), (status = 422)))]
#[put("/people/{id}/roles")]
async fn put_roles(
    db: web::Data<Db>,
    hooks: web::Data<RightsHooks>,
    by: Permit<ManagePeople>,
    id: web::Path<Uuid>,
    body: RawBody,
) -> Answer {
    let account = AccountId(*id);
    stepped_up(&by, &db)?;
    person(&db, account).await?;
    let mut form = body.form()?;
    let roles = form.required("roles", parse::list(4, parse::code::<Role>));
    let trusted = form.optional("trusted", parse::boolean);
    form.finish()?;
    let roles = Roles::from_codes(roles.unwrap_or_default().iter().map(|r| r.code()));
    db.write(async |tx| people::set_roles(tx, &hooks, Some(by.id), account, &roles, trusted).await).await?;
    Ok(HttpResponse::Ok().json(person(&db, account).await?))
}

/// Records what somebody was trained in. The password must have been given within a quarter of an hour.
#[utoipa::path(tag = "people", request_body = CertificatesBody, params(("id" = Uuid, Path)), responses((status = 200, body = PersonView), (status = 401), (status = 403), (status = 404), (status = 422)))]
#[put("/people/{id}/certificates")]
async fn put_certificates(
    db: web::Data<Db>,
    hooks: web::Data<RightsHooks>,
    by: Permit<ManagePeople>,
    id: web::Path<Uuid>,
    body: RawBody,
) -> Answer {
    let account = AccountId(*id);
    stepped_up(&by, &db)?;
    person(&db, account).await?;
    let mut form = body.form()?;
    let items = form.required("certificates", |v| v.as_array().cloned().ok_or("bad_format")).unwrap_or_default();
    let mut certificates = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match item.get("category").map(parse::code::<Certificate>) {
            Some(Ok(category)) => match item.get("expires_at").filter(|v| !v.is_null()).map(parse::time).transpose() {
                Ok(until) => certificates.push((category, until)),
                Err(code) => form.wrong_all([FieldError::new(format!("certificates[{at}].expires_at"), code)]),
            },
            Some(Err(code)) => form.wrong_all([FieldError::new(format!("certificates[{at}].category"), code)]),
            None => form.wrong_all([FieldError::new(format!("certificates[{at}].category"), "required")]),
        }
    }
    form.finish()?;
    db.write(async |tx| people::set_certificates(tx, &hooks, Some(by.id), account, &certificates).await).await?;
    Ok(HttpResponse::Ok().json(person(&db, account).await?))
}

async fn person(db: &Db, id: AccountId) -> Result<PersonView, Problem> {
    let now = db.clock().now();
    let row: Option<store::PersonRow> = store::PersonById { id, now }
        .get_result(&mut *db.read().await?)
        .await
        .map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    row.map(PersonView::from).ok_or(Problem::NotFound)
}

/// What members see of somebody.
#[utoipa::path(tag = "people", params(("id" = Uuid, Path)), responses((status = 200, body = ProfileView), (status = 401), (status = 404)))]
#[get("/profiles/{id}")]
async fn get_profile(db: web::Data<Db>, _by: Member, id: web::Path<Uuid>) -> Answer {
    let person = person(&db, AccountId(*id)).await?;
    let role = person.roles.last().copied().unwrap_or(Role::Participant);
    let is_supporter = person.roles.contains(&Role::PeerSupporter);
    Ok(HttpResponse::Ok().json(ProfileView {
        id: person.id,
        pseudonym: person.pseudonym,
        role,
        ask_me_about: person.ask_me_about.filter(|_| is_supporter),
    }))
}
