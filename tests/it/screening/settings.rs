use serde_json::{Value, json};
use support::TestApp;

use super::{TELLING, board, put_settings, thread};

fn line<'a>(settings: &'a Value, surface: &str, category: &str, severity: &str) -> &'a Value {
    settings["policy"]
        .as_array()
        .expect("lines")
        .iter()
        .find(|line| line["surface"] == surface && line["category"] == category && line["severity"] == severity)
        .unwrap_or_else(|| panic!("no line for {surface} {category} {severity}"))
}

fn change(surface: &str, category: &str, severity: &str, action: &str) -> Value {
    json!({ "surface": surface, "category": category, "severity": severity, "action": action })
}

#[actix_web::test]
async fn the_whole_table_is_read_by_a_coordinator() {
    let app = TestApp::start().await;
    let settings = app.coordinator().await.get("/screening/settings").await.is(200).clone();
    assert_eq!((&settings["version"], &settings["words"]), (&json!(0), &json!([])));
    let danger = line(&settings, "chat", "suicide", "high");
    assert_eq!(
        (&danger["action"], &danger["help"], &danger["case_category"], &danger["case_level"], &danger["choices"]),
        (&json!("hide_from_peers"), &json!(true), &json!("danger"), &json!(1), &json!(["hide_from_peers"]))
    );
    assert_eq!(line(&settings, "post", "phone", "medium")["action"], "tell_author");
    assert_eq!(line(&settings, "staff_copy", "stigma", "low")["case_category"], Value::Null);
}

#[actix_web::test]
async fn a_choice_holds_for_its_kind_of_space_and_at_once() {
    let app = TestApp::start().await;
    let (anna, coordinator) = (app.member().await, app.coordinator().await);
    let board = board(&app).await;
    let words = "Det ligger på https://example.net/en-side";
    anna.post(&board, json!({ "title": "Et link", "body": words })).await.is_problem(422, "advice");
    let every = |action: &str| -> Value {
        ["high", "medium", "low"].iter().map(|severity| change("post", "url", severity, action)).collect()
    };
    let changed = put_settings(&coordinator, every("allow"), json!([])).await.is(200).clone();
    assert_eq!(changed["version"], 1);
    assert_eq!(line(&changed, "post", "url", "medium")["action"], "allow");
    assert_eq!(line(&changed, "chat", "url", "medium")["action"], "tell_author");
    assert_eq!(thread(&anna, &board, words).await["state"], "live");
    let seen = anna.post("/screen", json!({ "text": words, "context": { "surface": "chat" } })).await;
    assert_eq!(seen.is(200)["action"], "warn_author");

    put_settings(&coordinator, every("hold"), json!([])).await.is(200);
    let held = thread(&anna, &board, &format!("{words} igen")).await;
    assert_eq!(held["state"], "hidden_pending");
    let log = "select count(*) from audit_log where act = 'screening_changed'";
    assert_eq!(app.count(log).await, 2);
}

#[actix_web::test]
async fn what_stands_fast_cannot_be_loosened() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    let changes = json!([
        change("chat", "cpr", "medium", "tell_author"),
        change("post", "suicide", "high", "show_help"),
        change("post", "self_harm", "low", "tell_author"),
        change("post", "stigma", "low", "allow"),
        change("post", "phone", "low", "allow"),
        change("nowhere", "url", "low", "allow"),
    ]);
    let words = json!([{ "kind": "house", "word": "Solgården" }, { "kind": "place", "word": "-" }]);
    assert_eq!(
        put_settings(&coordinator, changes, words).await.wrong_fields(),
        [
            "changes[0].action:not_allowed_here",
            "changes[1].action:not_allowed_here",
            "changes[2].action:not_allowed_here",
            "changes[3].action:not_allowed_here",
            "changes[4].action:not_allowed_here",
            "changes[5].surface:unknown_value",
            "words[0].kind:unknown_value",
            "words[1].word:too_short",
        ]
    );
    let twice = json!([
        change("post", "url", "low", "allow"),
        change("chat", "url", "low", "allow"),
        change("post", "url", "low", "hold"),
    ]);
    let words: Value = ["og", "her", "Skolen", "i det", "Bo Vang", "Det Gule Hus", "Solgården", "ID"]
        .iter()
        .map(|word| json!({ "kind": "place", "word": word }))
        .collect();
    assert_eq!(
        put_settings(&coordinator, twice, words).await.wrong_fields(),
        [
            "changes[2].action:duplicate",
            "words[0].word:too_short",
            "words[1].word:common_word",
            "words[2].word:common_word",
            "words[3].word:common_word",
            "words[7].word:too_short",
        ]
    );
    let many: Vec<Value> = (0..501).map(|n| json!({ "kind": "place", "word": format!("Sted{n}") })).collect();
    assert_eq!(put_settings(&coordinator, json!([]), json!(many)).await.wrong_fields(), ["words:too_many"]);
    coordinator
        .put("/screening/settings", json!({ "changes": [], "words": [] }))
        .await
        .is_problem(428, "version_missing");

    // Written past the routes it counts as little.
    app.sql(
        r#"insert into screening_settings (version, overrides) values (7, '[{"surface": "post", "category": "cpr", "severity": "high", "action": "allow"},
           {"surface": "post", "category": "cpr", "severity": "medium", "action": "allow"}, {"surface": "post", "category": "cpr", "severity": "low", "action": "allow"}]')"#,
    )
    .await;
    app.state.screening.load(app.db()).await.expect("the settings are read");
    let board = board(&app).await;
    let held = thread(&app.member().await, &board, "Mit cpr-nummer er 010145-1234, er det farligt?").await;
    assert_eq!(held["state"], "hidden_pending");
}

#[actix_web::test]
async fn own_words_are_found_here_and_nowhere_else_and_on_every_node() {
    let app = TestApp::start().await;
    let elsewhere = TestApp::start().await;
    let node = app.beside(support::app::Options::default()).await;
    let (coordinator, words) = (app.coordinator().await, "Vi ses nede ved Kragereden i aften");
    let own = json!([{ "kind": "place", "word": "Kragereden" }, { "kind": "place", "word": "kragereden" }]);
    let saved = put_settings(&coordinator, json!([]), own).await.is(200).clone();
    assert_eq!(saved["words"], json!([{ "kind": "place", "word": "Kragereden" }]), "the same word twice counts once");
    node.state.screening.load(node.db()).await.expect("the settings are read");
    let body = json!({ "text": words, "context": { "surface": "forum" } });
    for (app, action) in [(&app, "warn_author"), (&node, "warn_author"), (&elsewhere, "allow")] {
        let seen = app.member().await.post("/screen", body.clone()).await;
        assert_eq!(seen.is(200)["action"], action, "{}", seen.text);
    }
}

#[actix_web::test]
async fn a_reader_that_cannot_be_made_holds_everything() {
    let app = TestApp::start().await;
    let board = board(&app).await;
    let anna = app.member().await;
    assert_eq!(thread(&anna, &board, "Hej med jer").await["state"], "live");
    app.sql(r#"insert into screening_settings (version, words) values (1, '[{"kind": "place", "word": "en to tre fire fem seks syv otte ni ti"}]')"#)
        .await;
    app.state.screening.load(app.db()).await.expect("the settings are read");
    assert_eq!(thread(&anna, &board, "Hej igen").await["state"], "hidden_pending");
    app.sql("update screening_settings set words = '[]', version = 2").await;
    app.state.screening.load(app.db()).await.expect("the settings are read");
    assert_eq!(thread(&anna, &board, "Hej for tredje gang").await["state"], "live");
    anna.post(&board, json!({ "title": "Et nummer", "body": TELLING })).await.is_problem(422, "advice");
}

#[actix_web::test]
async fn what_markup_hides_is_read_as_it_is_shown() {
    let app = TestApp::start().await;
    let anna = app.member().await;
    for (text, found) in [
        ("ring bare på **28** 45 ``61`` 07", "phone"),
        ("ring bare på 28 45&nbsp;61 07", "phone"),
        ("jeg &#118;il d&oslash; i nat, jeg har besluttet mig", "suicide"),
        ("Vi er **ikke** alene, _tak_ for jeres svar & alt det gode", ""),
    ] {
        let body = json!({ "text": text, "context": { "surface": "chat" } });
        let seen = anna.post("/screen", body).await.is(200).clone();
        let found_any = seen["findings"].as_array().unwrap().iter().any(|f| f["category"] == found);
        assert_eq!(found_any, !found.is_empty(), "{text}: {seen}");
    }
    let named = |name: &str| json!({ "pseudonym": name, "password": "en lang adgangskode til test" });
    for name in ["send-nudes", "selvmord-nu"] {
        assert_ne!(app.visitor().post("/accounts", named(name)).await.status, 201, "{name}");
    }
}
