//! Words, rules, help lines and settings of the community.

use serde_json::{Value, json};
use support::TestApp;

#[actix_web::test]
async fn everybody_reads_the_community_in_both_languages() {
    let app = TestApp::start().await;
    let danish = app.visitor().get("/community").await;
    danish.is(200);
    assert_eq!(danish.json["role_words"]["participant"]["the_many"], "medlemmerne");
    assert_eq!(danish.json["minimum_age"], 16);
    let names: Vec<&str> =
        danish.json["help_lines"].as_array().expect("lines").iter().filter_map(|l| l["name"].as_str()).collect();
    assert_eq!(names, ["112"], "unchecked help lines are not shown");
    let english = app.visitor().send(reqwest::Method::GET, "/community").header("accept-language", "en").done().await;
    assert_ne!(english.json["rules"][0]["text"], danish.json["rules"][0]["text"]);
    for page in ["about", "safety", "privacy", "help"] {
        let page = app.visitor().get(&format!("/community/pages/{page}")).await;
        assert!(
            page.is(200)["body_html"].as_str().is_some_and(|html| html.contains("<p>") && !html.contains('{')),
            "{}",
            page.text
        );
    }
    app.visitor().get("/community/pages/secret").await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn a_coordinator_changes_words_rules_and_settings_within_bounds() {
    let app = TestApp::start().await;
    let (coordinator, moderator) = (app.coordinator().await, app.moderator(&[]).await);
    let rules = coordinator.get("/community/documents/house_rules?lang=da").await;
    assert_eq!(rules.is(200)["version"], 0);
    let mut body = rules.json["body"].clone();
    body[0]["text"] = json!("Det bliver her.");
    let put = |version: i64, body: Value| {
        coordinator
            .send(reqwest::Method::PUT, "/community/documents/house_rules")
            .header("if-match", format!("\"{version}\""))
            .json(json!({"lang": "da", "body": body}))
    };
    coordinator
        .put("/community/documents/house_rules", json!({"lang": "da", "body": body}))
        .await
        .is_problem(428, "version_missing");
    assert_eq!(put(0, body.clone()).await.is(200)["version"], 1);
    put(0, body.clone()).await.is_problem(412, "stale");
    assert_eq!(app.visitor().get("/community").await.json["rules"][0]["text"], "Det bliver her.");
    assert_eq!(put(1, json!([{"id": "a"}])).await.wrong_fields(), ["body[0].text:required"]);
    moderator.get("/community/documents/house_rules").await.is_problem(403, "forbidden");

    let version = app.visitor().get("/community").await.json["version"].as_i64().expect("a version");
    let bad = coordinator
        .patch_if("/community", version, json!({"minimum_age": 3, "leave_url": "http://x", "time_zone": "Mars"}))
        .await;
    assert_eq!(bad.wrong_fields(), ["leave_url:bad_format", "minimum_age:out_of_range", "time_zone:unknown_value"]);
    coordinator.patch_if("/community", version, json!({"name": "Broen", "minimum_age": 15})).await.is(200);
    assert_eq!(app.visitor().get("/community").await.json["name"], "Broen");
}

#[actix_web::test]
async fn every_page_has_the_way_out_and_help_before_any_script_runs() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    let version = app.visitor().get("/community").await.json["version"].as_i64().expect("a version");
    let own = json!({"name": "Broen & vi", "leave_url": "https://vejret.example/?a=1&b=2"});
    coordinator.patch_if("/community", version, own).await.is(200);
    app.visitor().get("/community").await.is(200);
    for path in ["//", "//blog", "//forum", "//hjaelp", "//log-ind", "//chat/rum", "//200.html", "//findes-ikke"] {
        let page = app.visitor().get(path).await.text;
        for text in [
            "href=\"https://vejret.example/?a=1&amp;b=2\" rel=\"nofollow noreferrer noopener\"",
            "tel:112",
            "Broen &amp; vi",
        ] {
            assert!(page.contains(text), "no {text} on {path}: {page}");
        }
    }
    // Of the places to get help those that are checked: today 112 alone.
    let names = async |path: &str, list: &str| -> Vec<String> {
        let answer = coordinator.get(path).await.json;
        let lines = answer[list].as_array().expect("lines").iter();
        lines.map(|line| line["name"].as_str().expect("a name").to_owned()).collect()
    };
    let (shown, all) = (names("/community", "help_lines").await, names("/community/help-lines", "items").await);
    assert!(!shown.is_empty() && shown.len() < all.len(), "{shown:?} of {all:?}");
    let help = app.visitor().get("//hjaelp").await;
    for name in all {
        let there = help.text.contains(&format!("<h2>{name}</h2>"));
        assert_eq!(there, shown.contains(&name), "{name} in {}", help.text);
    }
    let english = app.visitor().send(reqwest::Method::GET, "//hjaelp").header("accept-language", "en").done().await;
    assert!(english.text.contains("<h1>Get help</h1>") && english.text.contains("Leave the site"), "{}", english.text);
}

#[actix_web::test]
async fn who_is_responsible_for_the_data_can_be_written_read_and_taken_back() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    let community = async || app.visitor().get("/community").await.is(200).clone();
    let page = async || app.visitor().get("/community/pages/privacy").await.is(200)["body_html"].to_string();
    let before = community().await;
    assert!(before["controller_name"].is_null());
    let missing = page().await;
    let version = before["version"].as_i64().expect("a version");
    let who = json!({"controller_name": "Foreningen Broen", "controller_contact": "data@broen.example"});
    coordinator.patch_if("/community", version, who).await.is(200);
    let now = community().await;
    assert_eq!(
        (now["controller_name"].as_str(), now["controller_contact"].as_str()),
        (Some("Foreningen Broen"), Some("data@broen.example"))
    );
    assert!(page().await.contains("Foreningen Broen") && page().await.contains("data@broen.example"));
    let nobody = json!({"controller_name": null, "controller_contact": null});
    coordinator.patch_if("/community", version + 1, nobody).await.is(200);
    assert!(community().await["controller_name"].is_null());
    assert_eq!(page().await, missing);
}

#[actix_web::test]
async fn visitors_know_when_the_chat_is_open_and_nothing_more() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    let now = async || app.visitor().get("/community").await.is(200)["opening"]["now"].clone();
    assert_eq!(now().await, json!({"state": "closed", "opens_at": null, "closes_at": null}));
    let at = app.clock().now();
    let room = json!({"slug": "aftenstuen", "name": "Aftenstuen", "description": "Om aftenen"});
    coordinator.post("/rooms", room).await.is(201);
    let until = at + chrono::Duration::hours(2);
    let day = (at + chrono::Duration::days(2)).format("%A").to_string().to_lowercase();
    let hours = json!([{"weekday": day, "from": "12:00", "to": "13:00"}]);
    coordinator.patch("/rooms/aftenstuen", json!({"hours": hours})).await.is(200);
    let closed = now().await;
    assert_eq!(closed["state"], "closed");
    assert!(closed["opens_at"].is_string(), "{closed}");
    coordinator.patch("/rooms/aftenstuen", json!({"open_until": until})).await.is(200);
    let open = now().await;
    assert_eq!((open["state"].as_str(), open["closes_at"].is_string()), (Some("open"), true));
    let all = app.visitor().get("/community").await.text;
    assert!(!all.contains("Aftenstuen") && !all.contains("aftenstuen") && !all.contains("Om aftenen"));
}

#[actix_web::test]
async fn a_help_line_is_shown_while_its_check_is_fresh() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    let today = app.clock().now().date_naive();
    let line = json!({"name": "Prøvelinjen", "about_da": "Til prøve.", "about_en": "For a trial.", "number": "00 00 00 00", "checked_on": today.to_string()});
    let made = coordinator.post("/community/help-lines", line).await;
    made.is(201);
    let shown = async || app.visitor().get("/community").await.json["help_lines"].as_array().map(Vec::len);
    assert_eq!(shown().await, Some(2));
    app.clock().advance(chrono::Duration::days(190));
    assert_eq!(shown().await, Some(1));
}

#[actix_web::test]
async fn help_that_answers_now_comes_first_and_says_until_when() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    // A Monday in winter: 12:00 on the community's clock.
    let noon = chrono::DateTime::parse_from_rfc3339("2027-01-18T11:00:00Z").unwrap().to_utc();
    app.clock().advance(noon - app.clock().now());
    let coordinator = app.sign_in_again(&coordinator).await;
    let every_day = |from: &str, to: &str| -> serde_json::Value {
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
            .map(|day| json!({"weekday": day, "from": from, "to": to}))
            .into()
    };
    let line = |name: &str, hours: serde_json::Value| {
        json!({"name": name, "about_da": "Til prøve.", "about_en": "For a trial.", "checked_on": "2027-01-18",
               "open_hours": hours, "hours_source": "https://linjen.example/aabningstider"})
    };
    for (name, hours) in [
        ("Aftenlinjen", every_day("19:00", "23:00")),
        ("Ukendt", json!([])),
        ("Eftermiddag", every_day("14:00", "17:00")),
        ("Over midnat", every_day("11:00", "05:00")),
    ] {
        coordinator.post("/community/help-lines", line(name, hours)).await.is(201);
    }
    let shown = async || app.visitor().get("/community").await.is(200)["help_lines"].as_array().unwrap().clone();
    let names = |lines: &[serde_json::Value]| -> Vec<String> {
        lines.iter().map(|line| line["name"].as_str().unwrap().to_owned()).collect()
    };
    let lines = shown().await;
    assert_eq!(names(&lines), ["112", "Over midnat", "Ukendt", "Eftermiddag", "Aftenlinjen"]);
    assert_eq!((&lines[0]["state"], &lines[0]["closes_at"]), (&json!("open"), &json!(null)));
    assert_eq!((&lines[1]["state"], &lines[1]["closes_at"]), (&json!("open"), &json!("2027-01-19T04:00:00Z")));
    assert_eq!(lines[2]["state"], json!(null));
    assert_eq!((&lines[3]["state"], &lines[3]["opens_at"]), (&json!("closed"), &json!("2027-01-18T13:00:00Z")));
    let page = app.visitor().get("//hjaelp").await.text;
    assert!(page.find("Over midnat") < page.find("Aftenlinjen") && page.contains("Åben nu"), "{page}");
    app.clock().advance(chrono::Duration::hours(8));
    assert_eq!(names(&shown().await), ["112", "Aftenlinjen", "Over midnat", "Ukendt", "Eftermiddag"]);
    let bad = line("Forkert", json!([{"weekday": "monday", "from": "9", "to": "10:00"}]));
    assert_eq!(
        app.sign_in_again(&coordinator).await.post("/community/help-lines", bad).await.wrong_fields(),
        ["open_hours:bad_format"]
    );
}
