//! Joining, signing in and out, recovery, roles.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::Options;
use support::{Person, TestApp};

fn joining(name: &str) -> Value {
    json!({"pseudonym": name, "password": "en hel sætning om regn", "birth_year": 2005, "accept_rules": true, "accept_sensitive": true})
}

async fn join(app: &TestApp, name: &str) -> (Person, String) {
    let reply = app.visitor().post("/accounts", joining(name)).await;
    reply.is(201);
    let id = reply.text_at("/account/id").parse().expect("an id");
    let person = Person::new(app, id, name.to_owned(), Some(reply.text_at("/access_token")));
    (person, reply.text_at("/recovery_code"))
}

#[actix_web::test]
async fn somebody_joins_without_an_email_and_is_in() {
    let app = TestApp::start().await;
    let (anna, _) = join(&app, "Havtorn").await;
    let me = anna.get("/me").await;
    me.is(200);
    assert_eq!(me.json["pseudonym"], "Havtorn");
    assert_eq!(me.json["roles"], json!(["participant"]));
    assert_eq!(me.json["permissions"], json!([]));
    assert_eq!(me.header("cache-control"), "private, no-store");
    assert_eq!(app.count("select count(*) from consents").await, 1);
}

#[actix_web::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::start().await;
    let reply = app
        .visitor()
        .post("/accounts", json!({"pseudonym": "a b", "password": "kort", "birth_year": "x", "accept_rules": false}))
        .await;
    assert_eq!(
        reply.wrong_fields(),
        ["accept_rules:not_accepted", "birth_year:bad_format", "password:too_short", "pseudonym:bad_character"]
    );
    let reply = app.visitor().post("/accounts", json!({})).await;
    assert_eq!(
        reply.wrong_fields(),
        ["accept_rules:required", "birth_year:required", "password:required", "pseudonym:required"]
    );
}

#[actix_web::test]
async fn a_full_name_is_refused_and_a_free_suggestion_is_not() {
    let app = TestApp::start().await;
    for name in ["Freja_Nielsen", "frejanielsen", "SørenHansen"] {
        let refused = app.visitor().post("/accounts", joining(name)).await;
        assert_eq!(refused.wrong_fields(), ["pseudonym:looks_like_name"], "{name}");
    }
    let free = app.visitor().get("/pseudonyms/suggestions").await;
    join(&app, free.is(200)["items"][0].as_str().expect("a suggestion")).await;
    join(&app, "Freja").await;
}

#[actix_web::test]
async fn nobody_signs_up_as_somebody_who_is_responsible() {
    let app = TestApp::start().await;
    for name in ["moderator", "ligesind-team", "admin", "Koordinator", "politiet"] {
        let refused = app.visitor().post("/accounts", joining(name)).await;
        assert_eq!(refused.wrong_fields(), ["pseudonym:reserved"], "{name}");
        assert!(refused.text.contains("så ingen tager fejl"), "{}", refused.text);
    }
    join(&app, "Ligesindet").await;
}

#[actix_web::test]
async fn a_pseudonym_that_looks_like_another_is_taken() {
    let app = TestApp::start().await;
    join(&app, "Mosekonge").await;
    // Cyrillic о and е
    app.visitor().post("/accounts", joining("M\u{43e}s\u{435}konge")).await.is_problem(409, "pseudonym_taken");
    app.visitor().post("/accounts", joining("MOSEKONGE")).await.is_problem(409, "pseudonym_taken");
}

#[actix_web::test]
async fn too_young_gets_a_kind_no() {
    let app = TestApp::start().await;
    let year = chrono::Datelike::year(&app.clock().now()) - 12;
    let mut body = joining("Nordlys");
    body["birth_year"] = json!(year);
    app.visitor().post("/accounts", body).await.is_problem(403, "too_young");
}

#[actix_web::test]
async fn suggestions_are_free_pseudonyms() {
    let app = TestApp::start().await;
    let reply = app.visitor().get("/pseudonyms/suggestions").await;
    let items = reply.is(200)["items"].as_array().expect("items").clone();
    assert_eq!(items.len(), 4);
    app.visitor().post("/accounts", joining(items[0].as_str().expect("a name"))).await.is(201);
}

#[actix_web::test]
async fn without_consent_one_reads_and_gives_it_later() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    assert_eq!(reader.get("/me").await.is(200)["consented_at"], Value::Null);
    let me = reader.patch("/me", json!({"accept_sensitive": true})).await;
    assert!(me.is(200)["consented_at"].is_string());
}

#[actix_web::test]
async fn signing_in_says_the_same_for_a_wrong_name_and_a_wrong_password() {
    let app = TestApp::start().await;
    join(&app, "Havtorn").await;
    let wrong = |name: &str, password: &str| json!({"pseudonym": name, "password": password});
    let a = app.visitor().post("/session", wrong("Havtorn", "en anden sætning")).await;
    let b = app.visitor().post("/session", wrong("Findesikke", "en anden sætning")).await;
    a.is_problem(401, "bad_credentials");
    b.is_problem(401, "bad_credentials");
    assert_eq!(a.json["detail"], b.json["detail"]);
    let signed_in = app.visitor().post("/session", wrong("havtorn", "en hel sætning om regn")).await;
    signed_in.is(200);
    assert_eq!(signed_in.json["expires_in"], 900);
}

#[actix_web::test]
async fn a_browser_gets_a_cookie_that_no_script_reads_and_no_token() {
    let app = TestApp::start().await;
    let origin = format!("http://{}", app.address);
    let reply = app.visitor().send(Method::POST, "/accounts").header("origin", &origin).json(joining("Havtorn")).await;
    reply.is(201);
    assert_eq!(reply.json.get("access_token"), None);
    let cookie = reply.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    app.visitor().send(Method::GET, "/me").header("cookie", &cookie).done().await.is(200);
    // Another site's page, or one that hides where it is, cannot act with the cookie.
    for foreign in ["http://evil.example", "null", "http://localhost:1"] {
        let reply = app
            .visitor()
            .send(Method::DELETE, "/session")
            .header("cookie", &cookie)
            .header("origin", foreign)
            .done()
            .await;
        reply.is_problem(403, "foreign_origin");
    }
    app.visitor()
        .send(Method::DELETE, "/session")
        .header("cookie", &cookie)
        .done()
        .await
        .is_problem(403, "foreign_origin");
    app.visitor()
        .send(Method::DELETE, "/session")
        .header("cookie", &cookie)
        .header("origin", &origin)
        .done()
        .await
        .is(204);
    app.visitor().send(Method::GET, "/me").header("cookie", &cookie).done().await.is_problem(401, "signed_out");
}

#[actix_web::test]
async fn signing_out_everywhere_ends_every_session_at_once() {
    let app = TestApp::start().await;
    let (here, _) = join(&app, "Havtorn").await;
    let there =
        app.visitor().post("/session", json!({"pseudonym": "Havtorn", "password": "en hel sætning om regn"})).await;
    let there = Person::new(&app, here.id, here.name.clone(), Some(there.text_at("/access_token")));
    assert_eq!(here.get("/sessions").await.is(200)["items"].as_array().map(Vec::len), Some(2));
    here.delete("/sessions").await.is(204);
    here.get("/me").await.is_problem(401, "signed_out");
    there.get("/me").await.is_problem(401, "signed_out");
}

#[actix_web::test]
async fn a_new_password_ends_the_other_sessions() {
    let app = TestApp::start().await;
    let (here, _) = join(&app, "Havtorn").await;
    let there =
        app.visitor().post("/session", json!({"pseudonym": "Havtorn", "password": "en hel sætning om regn"})).await;
    let there = Person::new(&app, here.id, here.name.clone(), Some(there.text_at("/access_token")));
    let change = |current: &str| json!({"current_password": current, "password": "en ny sætning om sol"});
    assert_eq!(
        here.put("/me/password", change("forkert adgang")).await.wrong_fields(),
        ["current_password:wrong_password"]
    );
    here.put("/me/password", change("en hel sætning om regn")).await.is(204);
    here.get("/me").await.is(200);
    there.get("/me").await.is_problem(401, "signed_out");
}

#[actix_web::test]
async fn the_recovery_code_works_once() {
    let app = TestApp::start().await;
    let (anna, code) = join(&app, "Havtorn").await;
    let body = |code: &str| json!({"pseudonym": "Havtorn", "recovery_code": code, "password": "en tredje sætning"});
    app.visitor().post("/recovery", body("AAAA-BBBB-CCCC-DDDD-EEEE")).await.is_problem(401, "bad_credentials");
    let back = app.visitor().post("/recovery", body(&code.to_lowercase())).await;
    back.is(200);
    assert_ne!(back.text_at("/recovery_code"), code);
    anna.get("/me").await.is_problem(401, "signed_out");
    app.visitor().post("/recovery", body(&code)).await.is_problem(401, "bad_credentials");
}

#[actix_web::test]
async fn sessions_run_out_sooner_for_staff() {
    let app = TestApp::start().await;
    let (member, moderator) = (app.member().await, app.moderator(&[]).await);
    app.clock().advance(Duration::minutes(61));
    member.get("/me").await.is(200);
    moderator.get("/me").await.is_problem(401, "signed_out");
    app.clock().advance(Duration::days(15));
    member.get("/me").await.is_problem(401, "signed_out");
}

#[actix_web::test]
async fn roles_are_given_by_coordinators_at_once_and_written_down() {
    let app = TestApp::start().await;
    let (coordinator, member) = (app.coordinator().await, app.member().await);
    let path = format!("/people/{}/roles", member.id);
    let roles = json!({"roles": ["peer_supporter", "moderator"], "trusted": true});
    member.put(&path, roles.clone()).await.is_problem(403, "forbidden");
    app.moderator(&[]).await.put(&path, roles.clone()).await.is_problem(403, "forbidden");
    let set = coordinator.put(&path, roles.clone()).await;
    assert_eq!(set.is(200)["roles"], json!(["participant", "peer_supporter", "moderator"]));
    let me = member.get("/me").await;
    assert_eq!(me.is(200)["permissions"], json!(["write_posts", "decide_cases", "host_rooms"]));
    assert_eq!(app.count("select count(*) from audit_log where act = 'roles_set'").await, 1);
    app.clock().advance(Duration::minutes(16));
    coordinator.put(&path, roles).await.is_problem(403, "step_up_required");
    let own = format!("/people/{}/roles", coordinator.id);
    app.sql("update sessions set authenticated_at = now() + interval '1 hour'").await;
    coordinator.put(&own, json!({"roles": []})).await.is_problem(409, "last_coordinator");
    coordinator.put(&own, json!({"roles": ["king"]})).await.wrong_fields();
}

#[actix_web::test]
async fn certificates_are_recorded_and_listed() {
    let app = TestApp::start().await;
    let (coordinator, moderator) = (app.coordinator().await, app.moderator(&[]).await);
    let path = format!("/people/{}/certificates", moderator.id);
    let bad = coordinator
        .put(&path, json!({"certificates": [{"category": "x"}, {"category": "danger", "expires_at": "soon"}]}))
        .await;
    assert_eq!(bad.wrong_fields(), ["certificates[0].category:unknown_value", "certificates[1].expires_at:bad_format"]);
    coordinator.put(&path, json!({"certificates": [{"category": "danger"}, {"category": "grooming", "expires_at": "2020-01-01T00:00:00Z"}]})).await.is(200);
    let people = coordinator.get("/people?role=moderator").await;
    assert_eq!(people.is(200)["items"][0]["certificates"], json!(["danger"]), "one that has run out does not count");
    assert_eq!(people.is(200)["items"][0]["certificate_ends"], json!({}), "no end, none shown");
    coordinator
        .put(&path, json!({"certificates": [{"category": "danger", "expires_at": "2099-01-01T00:00:00Z"}]}))
        .await
        .is(200);
    let everybody = coordinator.get("/people?role=participant").await;
    let one = everybody.is(200)["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|person| person["id"] == moderator.id.to_string())
        .unwrap();
    assert_eq!(one["certificate_ends"], json!({"danger": "2099-01-01T00:00:00Z"}));
}

#[actix_web::test]
async fn people_are_paged_without_gaps() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    for _ in 0..6 {
        app.member().await;
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = coordinator.get(&format!("/people?limit=2{after}")).await;
        page.is(200);
        seen.extend(page.json["items"].as_array().expect("items").iter().map(|p| p["id"].to_string()));
        match page.json["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let all: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), all.len()), (7, 7));
    assert_eq!(coordinator.get("/people?limit=0").await.wrong_fields(), ["limit:out_of_range"]);
    assert_eq!(coordinator.get("/people?after=junk").await.wrong_fields(), ["after:bad_format"]);
}

#[actix_web::test]
async fn tries_at_a_password_are_slowed() {
    let app = TestApp::start_with(Options { rate_limits: true, ..Options::default() }).await;
    let body = json!({"pseudonym": "Havtorn", "password": "forkert adgang"});
    for _ in 0..10 {
        app.visitor().post("/session", body.clone()).await.is_problem(401, "bad_credentials");
    }
    let refused = app.visitor().post("/session", body).await;
    refused.is_problem(429, "too_many");
    assert!(refused.header("retry-after").parse::<u32>().is_ok());
}

#[actix_web::test]
async fn who_tries_again_and_again_keeps_nobody_else_out() {
    let app = TestApp::start_with(Options { rate_limits: true, ..Options::default() }).await;
    join(&app, "Havtorn").await;
    let sign_in = async |password: &str, from: &str| {
        let body = json!({"pseudonym": "Havtorn", "password": password});
        app.visitor().send(Method::POST, "/session").header("x-forwarded-for", from).json(body).await
    };
    for _ in 0..10 {
        sign_in("forkert adgang", "203.0.113.7").await.is_problem(401, "bad_credentials");
    }
    sign_in("en hel sætning om regn", "203.0.113.7").await.is_problem(429, "too_many");
    sign_in("en hel sætning om regn", "198.51.100.4").await.is(200);
}

#[actix_web::test]
async fn what_was_replaced_meanwhile_opens_nothing() {
    let app = TestApp::start().await;
    let (here, code) = join(&app, "Havtorn").await;
    let body = json!({"pseudonym": "Havtorn", "password": "en hel sætning om regn"});
    let tries =
        futures_util::future::join_all((0..6).map(|_| async { app.visitor().post("/session", body.clone()).await }));
    let change = json!({"current_password": "en hel sætning om regn", "password": "en ny sætning om sol"});
    let (_, changed) = tokio::join!(tries, here.put("/me/password", change));
    changed.is(204);
    assert_eq!(here.get("/sessions").await.is(200)["items"].as_array().map(Vec::len), Some(1));
    let body = json!({"pseudonym": "Havtorn", "recovery_code": code, "password": "en tredje sætning"});
    let back =
        futures_util::future::join_all((0..4).map(|_| async { app.visitor().post("/recovery", body.clone()).await }));
    let mut codes: Vec<u16> = back.await.iter().map(|reply| reply.status.as_u16()).collect();
    codes.sort_unstable();
    assert_eq!(codes, [200, 401, 401, 401], "one code, one way back in");
}

#[actix_web::test]
async fn an_address_with_a_nul_leads_nowhere() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    for path in
        ["/posts?tag=%00", "/posts/%00", "/boards/%00/threads", "/rooms/a%00b", "/people?q=%00", "/people?role=%00"]
    {
        coordinator.get(path).await.is_problem(404, "not_found");
    }
    // The same in a cursor: {"\u0000"} as text.
    coordinator.get("/people?after=WyJcdTAwMDAiLCJ4Il0").await.is_problem(422, "invalid");
}

#[actix_web::test]
async fn bad_bodies_are_told_apart() {
    let app = TestApp::start().await;
    let post = || app.visitor().send(Method::POST, "/session");
    post().raw("{").await.is_problem(400, "malformed_json");
    post().raw("[1]").await.is_problem(400, "malformed_json");
    post().raw(format!("{}1{}", "{\"a\":".repeat(20), "}".repeat(20))).await.is_problem(400, "malformed_json");
    post().raw(format!("{{\"pseudonym\":\"{}\"}}", "x".repeat(70_000))).await.is_problem(413, "too_large");
    let english = post().header("accept-language", "en-GB,en;q=0.9").json(json!({})).await;
    let danish = post().json(json!({})).await;
    assert_ne!(english.json["title"], danish.json["title"]);
}
