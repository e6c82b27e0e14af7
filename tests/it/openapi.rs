//! The OpenAPI document: kept in the repository, and every route of it asked by every role.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Person, TestApp};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/openapi.json");
const EXPECTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/it/routes.txt");
const ROLES: [&str; 8] = ["visitor", "reader", "member", "new", "trusted", "moderator", "coordinator", "suspended"];

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

async fn document(app: &TestApp) -> Value {
    app.visitor().get("/openapi.json").await.is(200).clone()
}

#[actix_web::test]
async fn the_document_in_the_repository_is_the_servers() {
    let app = TestApp::start().await;
    let now = serde_json::to_string_pretty(&document(&app).await).expect("JSON") + "\n";
    if updating() {
        std::fs::write(KEPT, &now).expect("openapi.json can be written");
    }
    let kept = std::fs::read_to_string(KEPT).unwrap_or_default();
    assert!(kept == now, "web/openapi.json is out of date: make api");
}

/// One person of each role, in one go, so that a route which ends a session does not spoil the next.
async fn people(app: &TestApp) -> Vec<Person> {
    let reader = app.reader().await;
    let member = app.member().await;
    let new = app.supporter(false).await;
    let trusted = app.supporter(true).await;
    let moderator = app.moderator(&[]).await;
    let coordinator = app.coordinator().await;
    let suspended = app.member().await;
    app.sql(&format!(
        "insert into sanctions (id, account_id, decision_id, kind, until)
         values (gen_random_uuid(), '{}', gen_random_uuid(), 'suspend', now() + interval '1 day')",
        suspended.id
    ))
    .await;
    vec![app.visitor(), reader, member, new, trusted, moderator, coordinator, suspended]
}

/// The answers stand in `routes.txt`, a line a route, a column a role. Things that are named do not exist and bodies
/// are empty: whoever may is told 404 or 422, whoever may not 401 or 403.
#[actix_web::test]
async fn every_route_answers_every_role_as_written_down() {
    let app = TestApp::start().await;
    let document = document(&app).await;
    let expected: BTreeMap<String, String> = std::fs::read_to_string(EXPECTED)
        .unwrap_or_default()
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .filter_map(|line| {
            line.split_once("  ")
                .map(|(route, rest)| (route.to_owned(), rest.split_whitespace().collect::<Vec<_>>().join(" ")))
        })
        .collect();
    let mut found = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys().filter(|m| *m != "parameters") {
            let route = format!("{} {}", method.to_uppercase(), path.trim_start_matches("/api/v1"));
            found.insert(route, ask(&app, method, path).await);
        }
    }
    if updating() {
        let mut text = format!("# route, then the status for: {}\n", ROLES.join(" "));
        for (route, answers) in &found {
            text.push_str(&format!("{route:<45}  {answers}\n"));
        }
        std::fs::write(EXPECTED, text).expect("routes.txt can be written");
        return;
    }
    let mut wrong = Vec::new();
    for (route, answers) in &found {
        match expected.iter().find(|(known, _)| known.trim() == route) {
            None => wrong.push(format!("{route} has no expected answer (got {answers})")),
            Some((_, known)) if known != answers => wrong.push(format!("{route}: expected {known}, got {answers}")),
            Some(_) => {}
        }
    }
    for known in expected.keys().filter(|known| !found.contains_key(known.trim())) {
        wrong.push(format!("{} is expected but not in the document", known.trim()));
    }
    assert!(wrong.is_empty(), "answers for {}:\n{}", ROLES.join(" "), wrong.join("\n"));
}

async fn ask(app: &TestApp, method: &str, path: &str) -> String {
    let method: Method = method.to_uppercase().parse().expect("a method");
    let path = fill(path.trim_start_matches("/api/v1"));
    let mut answers = Vec::new();
    for person in people(app).await {
        let request = person.send(method.clone(), &path).header("if-match", "\"1\"");
        let reply = if method == Method::GET { request.done().await } else { request.json(json!({})).await };
        assert!(reply.status.as_u16() < 500, "{method} {path} answered {}", reply.text);
        if reply.status.is_client_error() {
            assert!(reply.json["code"].is_string(), "{method} {path}: no problem: {}", reply.text);
        }
        answers.push(reply.status.as_u16().to_string());
    }
    answers.join(" ")
}

/// The path with an id that nothing has.
fn fill(path: &str) -> String {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push_str("01a20000-0000-7000-8000-000000000000");
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    filled + rest
}
