//! Boards, threads and replies.

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Person, TestApp};
use uuid::Uuid;

/// A board made by a coordinator.
pub async fn make_board(app: &TestApp, slug: &str, members_only: bool) -> Person {
    let coordinator = app.coordinator().await;
    let body = json!({"title": slug, "slug": slug, "description": "", "members_only": members_only});
    coordinator.post("/boards", body).await.is(201);
    coordinator
}

/// A thread by `author`; answers its id.
pub async fn open_thread(author: &Person, board: &str, title: &str, body: &str) -> String {
    let reply = author.post(&format!("/boards/{board}/threads"), json!({"title": title, "body": body})).await;
    reply.is(201);
    reply.text_at("/id")
}

/// A reply by `author`; answers the item.
pub async fn answer(author: &Person, thread: &str, parent: Option<&str>, body: &str) -> Value {
    let reply = author.post(&format!("/threads/{thread}/replies"), json!({"body": body, "parent_id": parent})).await;
    reply.is(201).clone()
}

fn id_of(item: &Value) -> String {
    item["id"].as_str().expect("an id").to_owned()
}

/// All items of a list, page by page.
pub async fn whole_list(reader: &Person, path: &str, limit: usize) -> Vec<Value> {
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let page = reader.get(&format!("{path}?limit={limit}{after}")).await;
        page.is(200);
        items.extend(page.json["items"].as_array().expect("items").iter().cloned());
        match page.json["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return items,
        }
    }
}

#[actix_web::test]
async fn a_thread_is_opened_read_and_answered() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let opened = anna
        .post(
            "/boards/hverdag/threads",
            json!({"title": "Min  uge", "body": "Hej **alle**", "reply_wish": "listen", "content_note": "om søvn"}),
        )
        .await;
    opened.is(201);
    assert_eq!(opened.json["title"], "Min uge");
    assert_eq!(opened.json["body_html"], "<p>Hej <strong>alle</strong></p>\n");
    assert_eq!(opened.json["author"]["name"], anna.name);
    assert_eq!(opened.json["author"]["role"], "participant");
    let id = opened.text_at("/id");

    let seen = app.visitor().get(&format!("/threads/{id}")).await;
    seen.is(200);
    assert_eq!(
        (seen.json["reply_wish"].as_str(), seen.json["content_note"].as_str()),
        (Some("listen"), Some("om søvn"))
    );
    assert!(seen.json.get("body").is_none(), "Markdown is for the author: {}", seen.text);
    let version = seen.json["version"].as_i64().expect("a version");

    let first = answer(&bo, &id, None, "Godt at du skriver").await;
    let second = answer(&anna, &id, first["id"].as_str(), "Tak").await;
    assert_eq!((first["path"].as_str(), first["depth"].as_i64()), (Some("00001"), Some(0)));
    assert_eq!((second["path"].as_str(), second["depth"].as_i64()), (Some("0000100002"), Some(1)));
    assert_eq!(second["parent_id"], first["id"]);

    let after = app.visitor().get(&format!("/threads/{id}")).await;
    assert_eq!(after.json["reply_count"], 2);
    assert_eq!(after.json["version"].as_i64(), Some(version + 2), "each reply is a change to whoever watches");
    let list = app.visitor().get("/boards/hverdag/threads").await;
    assert_eq!(list.json["items"][0]["id"], json!(id));
    assert_eq!(list.json["items"][0]["reply_count"], 2);
    let replies = anna.get(&format!("/threads/{id}/replies")).await;
    assert!(replies.json["items"][0].get("body").is_none());
    assert_eq!(replies.json["items"][1]["body"], "Tak");
}

#[actix_web::test]
async fn those_who_were_answered_are_told_once_and_without_words() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let (anna, bo, cy) = (app.member().await, app.member().await, app.member().await);
    let id = open_thread(&anna, "hverdag", "Hej", "Hej").await;
    let by_bo = id_of(&answer(&bo, &id, None, "Hej Anna").await);
    answer(&bo, &id, Some(&by_bo), "mig selv igen").await;
    answer(&cy, &id, Some(&by_bo), "Hej Bo").await;
    answer(&anna, &id, None, "ingen andre").await;
    let told = |who: &Person| {
        let sql = format!("select count(*) from notifications where account_id = '{}' and kind = 'reply'", who.id);
        let app = &app;
        async move { app.count(&sql).await }
    };
    assert_eq!((told(&anna).await, told(&bo).await, told(&cy).await), (3, 1, 0));
    let with_words =
        "select count(*) from notifications where params::text ilike '%hej%' or params::text ilike '%selv%'";
    assert_eq!(app.count(with_words).await, 0);
}

#[actix_web::test]
async fn who_may_not_write_is_refused_before_the_text_is_read() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let anna = app.member().await;
    let id = open_thread(&anna, "hverdag", "Hej", "Hej").await;
    let (threads, replies) = ("/boards/hverdag/threads".to_owned(), format!("/threads/{id}/replies"));
    for path in [&threads, &replies] {
        app.visitor().post(path, json!({})).await.is_problem(401, "signed_out");
        app.reader().await.post(path, json!({})).await.is_problem(403, "consent_required");
    }
    anna.post("/boards/nowhere/threads", json!({})).await.is_problem(404, "not_found");
    anna.post(&format!("/threads/{}/replies", Uuid::now_v7()), json!({})).await.is_problem(404, "not_found");
    let muted = app.member().await;
    app.sql(&format!(
        "insert into sanctions (id, account_id, decision_id, kind, until) values (gen_random_uuid(), '{}', gen_random_uuid(), 'mute', now() + interval '3 days')",
        muted.id
    ))
    .await;
    muted.post(&replies, json!({"body": "hej"})).await.is_problem(403, "muted");
    assert_eq!(app.count("select count(*) from replies").await, 0);
}

#[actix_web::test]
async fn every_wrong_field_is_named_at_once_and_extra_ones_change_nothing() {
    let app = TestApp::start().await;
    let coordinator = make_board(&app, "hverdag", false).await;
    let anna = app.member().await;
    let bad = anna
        .post(
            "/boards/hverdag/threads",
            json!({"title": " ", "body": "x".repeat(10_001), "reply_wish": "cure", "content_note": 3}),
        )
        .await;
    assert_eq!(
        bad.wrong_fields(),
        ["body:too_long", "content_note:bad_format", "reply_wish:unknown_value", "title:empty"]
    );
    anna.send(Method::POST, "/boards/hverdag/threads").raw("{\"title\": ").await.is_problem(400, "malformed_json");

    let extra = json!({"title": "Hej", "body": "Hej", "state": "removed", "author_id": coordinator.id, "reply_count": 99, "locked_at": "2020-01-01T00:00:00Z", "created_at": "2020-01-01T00:00:00Z"});
    let opened = anna.post("/boards/hverdag/threads", extra).await;
    opened.is(201);
    assert_eq!(opened.json["author"]["id"], json!(anna.id));
    assert_eq!((opened.json["reply_count"].as_i64(), opened.json["state"].as_str()), (Some(0), Some("live")));
    let id = opened.text_at("/id");
    let edit = json!({"title": "Hej igen", "state": "hidden", "author_id": coordinator.id, "board_id": Uuid::nil(), "version": 77, "locked": true});
    let edited = anna.patch(&format!("/threads/{id}"), edit).await;
    edited.is(200);
    assert_eq!(edited.json["title"], "Hej igen");
    assert_eq!((edited.json["state"].as_str(), edited.json["locked"].as_bool()), (Some("live"), Some(false)));
    assert_eq!(edited.json["author"]["id"], json!(anna.id));

    let path = format!("/threads/{id}/replies");
    assert_eq!(
        anna.post(&path, json!({"body": "", "parent_id": "x"})).await.wrong_fields(),
        ["body:empty", "parent_id:bad_format"]
    );
    let stranger = Uuid::now_v7();
    assert_eq!(
        anna.post(&path, json!({"body": "a", "parent_id": stranger})).await.wrong_fields(),
        ["parent_id:not_found"]
    );
}

#[actix_web::test]
async fn a_members_board_is_hidden_from_visitors_everywhere() {
    let app = TestApp::start().await;
    let coordinator = make_board(&app, "svaere-dage", true).await;
    make_board(&app, "hverdag", false).await;
    let anna = app.member().await;
    let id = open_thread(&anna, "svaere-dage", "Kun for os", "hemmelighed").await;
    answer(&anna, &id, None, "hemmelighed").await;
    let visitor = app.visitor();
    let boards = visitor.get("/boards").await;
    assert_eq!(boards.json["items"].as_array().map(Vec::len), Some(1), "{}", boards.text);
    for path in [
        "/boards/svaere-dage",
        "/boards/svaere-dage/threads",
        &format!("/threads/{id}"),
        &format!("/threads/{id}/replies"),
    ] {
        visitor.get(path).await.is_problem(404, "not_found");
        anna.get(path).await.is(200);
    }
    let page = visitor.get(&format!("//forum/t/{id}")).await;
    page.is(404);
    assert!(!page.text.contains("hemmelighed") && !page.text.contains("Kun for os"), "{}", page.text);

    // Closing an open board closes it for visitors at once.
    let open = open_thread(&anna, "hverdag", "Åben", "alle").await;
    visitor.get(&format!("/threads/{open}")).await.is(200);
    coordinator.patch("/boards/hverdag", json!({"members_only": true})).await.is(200);
    visitor.get(&format!("/threads/{open}")).await.is_problem(404, "not_found");
    anna.patch("/boards/hverdag", json!({"members_only": false})).await.is_problem(403, "forbidden");
    coordinator.patch("/boards/nowhere", json!({"members_only": false})).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn boards_count_what_everybody_in_them_can_read() {
    let app = TestApp::start().await;
    let coordinator = make_board(&app, "hverdag", false).await;
    assert_eq!(
        coordinator.post("/boards", json!({"title": "", "slug": "Nej tak"})).await.wrong_fields(),
        ["slug:bad_format", "title:empty"]
    );
    assert_eq!(
        coordinator.post("/boards", json!({"title": "To", "slug": "hverdag"})).await.wrong_fields(),
        ["slug:taken"]
    );
    let made = coordinator.post("/boards", json!({"title": "Små ting, øvelser"})).await;
    assert_eq!(made.is(201)["slug"], "smaa-ting-oevelser");
    let anna = app.member().await;
    anna.post("/boards", json!({"title": "x"})).await.is_problem(403, "forbidden");
    let first = open_thread(&anna, "hverdag", "En", "en").await;
    open_thread(&anna, "hverdag", "To", "to").await;
    anna.delete(&format!("/threads/{first}")).await.is(204);
    let boards = app.visitor().get("/boards").await;
    assert_eq!(boards.json["items"][0]["thread_count"], 1);
    assert_eq!(boards.json["items"][1]["thread_count"], 0);
    anna.get(&format!("/threads/{first}")).await.is_problem(404, "not_found");
    anna.delete(&format!("/threads/{first}")).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn threads_come_by_newest_activity_and_page_without_gaps() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let anna = app.member().await;
    let mut ids = Vec::new();
    for n in 0..7 {
        app.clock().advance(chrono::Duration::minutes(1));
        ids.push(open_thread(&anna, "hverdag", &format!("T{n}"), "x").await);
    }
    app.clock().advance(chrono::Duration::minutes(1));
    answer(&anna, &ids[2], None, "op").await;
    let listed: Vec<String> =
        whole_list(&app.visitor(), "/boards/hverdag/threads", 3).await.iter().map(id_of).collect();
    let expected: Vec<String> = [2, 6, 5, 4, 3, 1, 0].map(|n: usize| ids[n].clone()).to_vec();
    assert_eq!(listed, expected);
    app.visitor().get("/boards/hverdag/threads?limit=101").await.wrong_fields();
    app.visitor().get("/boards/hverdag/threads?after=zzz").await.wrong_fields();
}

#[actix_web::test]
async fn a_thousand_nested_replies_page_in_order_while_others_write() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let people = [app.member().await, app.member().await, app.member().await, app.member().await];
    let id = open_thread(&people[0], "hverdag", "Lang", "lang").await;
    // Four people answer each other, each deep in a line of their own.
    let write = |person: Person, count: usize| {
        let id = id.clone();
        async move {
            let mut parent: Option<String> = None;
            for n in 0..count {
                let item = answer(&person, &id, parent.as_deref(), &format!("svar {n}")).await;
                parent = if n % 7 == 6 { None } else { Some(id_of(&item)) };
            }
        }
    };
    let [a, b, c, d] = people.clone();
    futures_util::future::join4(write(a, 250), write(b, 250), write(c, 250), write(d, 250)).await;
    let before: HashSet<String> =
        whole_list(&app.visitor(), &format!("/threads/{id}/replies"), 100).await.iter().map(id_of).collect();
    assert_eq!(before.len(), 1000);

    // Read page by page while two people go on writing: what was there is seen once, in order.
    let path = format!("/threads/{id}/replies");
    let reader = app.visitor();
    let [a, b, ..] = people;
    let (list, (), ()) = futures_util::future::join3(whole_list(&reader, &path, 17), write(a, 40), write(b, 40)).await;
    let paths: Vec<&str> = list.iter().map(|item| item["path"].as_str().expect("a path")).collect();
    assert!(paths.windows(2).all(|pair| pair[0] < pair[1]), "out of order");
    let seen: HashSet<String> = list.iter().map(id_of).collect();
    assert_eq!(seen.len(), list.len(), "doubled");
    assert!(before.is_subset(&seen), "skipped");

    // Thread order: every answer stands after what it answers, one level deeper, and numbers have no gaps.
    let depth: std::collections::HashMap<String, (usize, i64)> = list
        .iter()
        .enumerate()
        .map(|(at, item)| (id_of(item), (at, item["depth"].as_i64().expect("a depth"))))
        .collect();
    for item in &list {
        if let Some(parent) = item["parent_id"].as_str() {
            let (at, deep) = depth[&id_of(item)];
            let (parent_at, parent_deep) = depth[parent];
            assert!(parent_at < at && parent_deep + 1 == deep);
        }
    }
    let gaps = format!("select max(number) - count(*) from replies where root_id = '{id}'");
    assert_eq!(app.count(&gaps).await, 0);
    let thread = app.visitor().get(&format!("/threads/{id}")).await;
    assert_eq!(thread.json["reply_count"], 1080);
}

#[actix_web::test]
async fn depth_has_no_end_and_the_index_holds() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let anna = app.member().await;
    let id = open_thread(&anna, "hverdag", "Dyb", "dyb").await;
    let mut parent: Option<String> = None;
    for _ in 0..210 {
        parent = Some(id_of(&answer(&anna, &id, parent.as_deref(), "ned").await));
    }
    let list = whole_list(&anna, &format!("/threads/{id}/replies"), 100).await;
    let depths: Vec<i64> = list.iter().map(|item| item["depth"].as_i64().expect("a depth")).collect();
    assert_eq!(depths, (0..210).collect::<Vec<i64>>());
    assert!(list.iter().all(|item| item["path"].as_str().is_some_and(|path| path.len() <= 1000)));
    // A gone one far down keeps its place too.
    anna.delete(&format!("/replies/{}", id_of(&list[204]))).await.is(204);
    let list = whole_list(&app.visitor(), &format!("/threads/{id}/replies"), 100).await;
    assert_eq!((list.len(), list[204]["state"].as_str()), (210, Some("gone")));
}

#[actix_web::test]
async fn a_gone_reply_keeps_its_place_only_while_somebody_answers_below() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let id = open_thread(&anna, "hverdag", "Hej", "Hej").await;
    let path = format!("/threads/{id}/replies");
    let top = id_of(&answer(&anna, &id, None, "fortrudt").await);
    let below = id_of(&answer(&bo, &id, Some(&top), "svar").await);
    let lone = id_of(&answer(&anna, &id, None, "alene fortrudt").await);
    bo.delete(&format!("/replies/{top}")).await.is_problem(404, "not_found");
    anna.delete(&format!("/replies/{top}")).await.is(204);
    anna.delete(&format!("/replies/{lone}")).await.is(204);
    for reader in [&app.visitor(), &anna, &bo] {
        let list = whole_list(reader, &path, 30).await;
        assert_eq!(list.len(), 2);
        assert_eq!(list[0], json!({"id": top, "parent_id": null, "path": "00001", "depth": 0, "state": "gone"}));
        assert_eq!(list[1]["id"], json!(below));
    }
    assert_eq!(app.visitor().get(&format!("/threads/{id}")).await.json["reply_count"], 1);
    // Nobody can answer what is gone, and once the answer goes too, nothing is left.
    assert_eq!(bo.post(&path, json!({"body": "x", "parent_id": top})).await.wrong_fields(), ["parent_id:not_found"]);
    bo.delete(&format!("/replies/{below}")).await.is(204);
    assert!(whole_list(&anna, &path, 30).await.is_empty());
    assert_eq!(app.visitor().get(&format!("/threads/{id}")).await.json["reply_count"], 0);
}

#[actix_web::test]
async fn edits_keep_revisions_that_no_reader_gets() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let id = open_thread(&anna, "hverdag", "Ordsprog", "kanariefugl et").await;
    let reply = id_of(&answer(&anna, &id, None, "kanariefugl to").await);
    bo.patch(&format!("/replies/{reply}"), json!({"body": "mit"})).await.is_problem(404, "not_found");
    bo.patch(&format!("/threads/{id}"), json!({"body": "mit"})).await.is_problem(404, "not_found");
    anna.patch(&format!("/comments/{reply}"), json!({"body": "mit"})).await.is_problem(404, "not_found");
    let edited = anna.patch(&format!("/replies/{reply}"), json!({"body": "nyt svar"})).await;
    assert_eq!(edited.is(200)["revision"], 2);
    assert!(edited.json["edited_at"].is_string());
    let same = anna.patch(&format!("/replies/{reply}"), json!({"body": "nyt svar"})).await;
    assert_eq!(same.is(200)["revision"], 2, "nothing changed, nothing kept");
    assert_eq!(anna.patch(&format!("/threads/{id}"), json!({"body": "ny tekst"})).await.is(200)["revision"], 2);
    assert_eq!(app.count("select count(*) from text_revisions where body like 'kanariefugl%'").await, 2);
    for path in [
        format!("/threads/{id}"),
        format!("/threads/{id}/replies"),
        "/boards/hverdag/threads".to_owned(),
        format!("//forum/t/{id}"),
    ] {
        for reader in [&anna, &bo, &app.visitor()] {
            assert!(!reader.get(&path).await.text.contains("kanariefugl"), "{path}");
        }
    }
}

#[actix_web::test]
async fn a_moderator_locks_a_thread_and_opens_it_again() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let (anna, moderator) = (app.member().await, app.moderator(&[]).await);
    let id = open_thread(&anna, "hverdag", "Hej", "Hej").await;
    anna.post(&format!("/threads/{id}/lock"), json!({})).await.is_problem(403, "forbidden");
    assert_eq!(moderator.post(&format!("/threads/{id}/lock"), json!({})).await.is(200)["locked"], true);
    anna.post(&format!("/threads/{id}/replies"), json!({"body": "hej"})).await.is_problem(403, "thread_locked");
    assert_eq!(moderator.delete(&format!("/threads/{id}/lock")).await.is(200)["locked"], false);
    answer(&anna, &id, None, "hej").await;
    assert_eq!(app.count("select count(*) from audit_log where act in ('thread_locked', 'thread_unlocked')").await, 2);
}

#[actix_web::test]
async fn a_reply_sent_twice_with_one_key_stands_once() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let anna = app.member().await;
    let id = open_thread(&anna, "hverdag", "Hej", "Hej").await;
    let path = format!("/threads/{id}/replies");
    let send =
        |body: &'static str| anna.send(Method::POST, &path).header("idempotency-key", "k1").json(json!({"body": body}));
    let (first, second) = (send("en gang").await, send("en gang").await);
    assert_eq!(first.is(201)["id"], second.is(201)["id"]);
    send("noget andet").await.is_problem(422, "idempotency_key_reused");
    assert_eq!(app.count("select count(*) from replies").await, 1);
}

#[actix_web::test]
async fn replies_are_braked_for_each_account() {
    let app = TestApp::start_with(support::app::Options { rate_limits: true, ..Default::default() }).await;
    make_board(&app, "hverdag", false).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let id = open_thread(&anna, "hverdag", "Hej", "Hej").await;
    for _ in 0..10 {
        answer(&anna, &id, None, "hej").await;
    }
    let refused = anna.post(&format!("/threads/{id}/replies"), json!({"body": "hej"})).await;
    refused.is_problem(429, "too_many");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|s| s > 0));
    answer(&bo, &id, None, "hej").await;
}

#[actix_web::test]
async fn nothing_that_runs_or_loads_gets_into_a_page() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let anna = app.member().await;
    let nasty = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) ![y](https://sporing.example/y.png) <img src=x onerror=alert(1)> [ok](https://livslinien.dk)";
    // The link that would tell who reads is pointed out first; whoever sends it all the same is held.
    let path = "/boards/hverdag/threads";
    anna.post(path, json!({"title": "Titel", "body": nasty})).await.is_problem(422, "advice");
    let nasty = &nasty.replace("https://sporing.example/y.png", "https://livslinien.dk/y.png");
    let id = open_thread(&anna, "hverdag", "<b>Titel</b>", nasty).await;
    answer(&anna, &id, None, nasty).await;
    let thread = app.visitor().get(&format!("/threads/{id}")).await.text_at("/body_html");
    let reply = app.visitor().get(&format!("/threads/{id}/replies")).await.text_at("/items/0/body_html");
    let preview = anna.post("/preview", json!({"body": nasty})).await.text_at("/body_html");
    assert_eq!(thread, preview);
    for html in [&thread, &reply] {
        for bad in ["<script", "<img", "href=\"javascript", "onerror=\"", "y.png\""] {
            assert!(!html.contains(bad), "{bad} in {html}");
        }
        assert!(html.contains("rel=\"nofollow ugc noopener noreferrer\""), "{html}");
    }
    app.visitor().post("/preview", json!({"body": "x"})).await.is_problem(401, "signed_out");
    assert_eq!(anna.post("/preview", json!({})).await.wrong_fields(), ["body:required"]);
}

#[actix_web::test]
async fn a_thread_reads_without_script_and_its_title_stays_out_of_the_tab() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let id =
        open_thread(&anna, "hverdag", "Titel & <b>mere</b>", "Noget **stærkt** </script><script>alert(1)</script>")
            .await;
    let top = id_of(&answer(&bo, &id, None, "et svar her").await);
    answer(&anna, &id, Some(&top), "svar på svaret").await;
    let page = app.visitor().get(&format!("//forum/t/{id}")).await;
    page.is(200);
    assert_eq!(page.header("cache-control"), "no-store");
    let (head, body) = page.text.split_once("</head>").expect("a head");
    assert!(head.contains("<title>Forum · Ligesind</title>"), "{head}");
    assert!(!head.contains("Titel") && !head.contains("stærkt"), "{head}");
    for text in [
        "<h1>Titel &amp; ",
        "<strong>stærkt</strong>",
        "et svar her",
        "svar på svaret",
        &format!("Svar til {}", bo.name),
    ] {
        assert!(body.contains(text), "no {text} in {body}");
    }
    assert!(!body.contains("<b>mere</b>"), "a title is text");
    // Without script the only script elements left are data, and no text can end them early.
    let (plain, data) = body.split_once("<script type=\"application/json\" id=\"boot\">").expect("data for the app");
    assert!(!plain.contains("<script"), "{plain}");
    let data: Value = serde_json::from_str(data.split_once("</script>").expect("its end").0).expect("JSON");
    assert_eq!(data[format!("/api/v1/threads/{id}")]["title"], "Titel & <b>mere</b>");
    assert_eq!(data[format!("/api/v1/threads/{id}/replies?limit=100")]["items"][1]["depth"], 1);
    // In English the words around the texts are English.
    let english =
        app.visitor().send(Method::GET, &format!("//forum/t/{id}")).header("accept-language", "en").done().await;
    assert!(english.text.contains("lang=\"en\"") && english.text.contains("<h2>Replies</h2>"), "{}", english.text);
    // What is taken away leaves the page, and an address of nothing is a 404.
    anna.delete(&format!("/threads/{id}")).await.is(204);
    let gone = app.visitor().get(&format!("//forum/t/{id}")).await;
    assert!(!gone.text.contains("stærkt") && !gone.text.contains("et svar her"));
    // Both are pages of the site, not problems: a members' thread is found there, and so is the way on.
    for page in [gone, app.visitor().get("//forum/t/nowhere").await] {
        page.is(404);
        assert!(page.header("content-type").starts_with("text/html") && page.text.contains("<html"), "{}", page.text);
    }
}

#[actix_web::test]
async fn boards_read_without_script_and_a_board_of_nobody_is_a_404() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    make_board(&app, "inde", true).await;
    let anna = app.member().await;
    open_thread(&anna, "hverdag", "En <i>stille</i> aften", "Hej").await;
    open_thread(&anna, "inde", "Kun for os", "Hej").await;
    let forum = app.visitor().get("//forum").await;
    forum.is(200);
    assert!(forum.text.contains("href=\"/forum/hverdag\"") && !forum.text.contains("/forum/inde"), "{}", forum.text);
    let board = app.visitor().get("//forum/hverdag").await;
    board.is(200);
    assert!(board.text.contains("En &lt;i&gt;stille&lt;/i&gt; aften"), "{}", board.text);
    assert!(board.text.contains("/api/v1/boards/hverdag/threads"), "{}", board.text);
    for address in ["//forum/inde", "//forum/nowhere", "//forum/hverdag/andet", "//findes-ikke"] {
        let page = app.visitor().get(address).await;
        page.is(404);
        assert!(page.text.contains("<html") && !page.text.contains("Kun for os"), "{address}: {}", page.text);
    }
}

/// Texts that screening holds, or points out to their author first.
const PHONE: &str = "Ring til mig på 20 34 56 78 i aften";

#[actix_web::test]
async fn a_held_reply_is_its_authors_alone_and_leaves_no_gap() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let (anna, bo, moderator) = (app.member().await, app.member().await, app.moderator(&["confidentiality"]).await);
    let id = open_thread(&bo, "hverdag", "Hej", "Hej").await;
    let path = format!("/threads/{id}/replies");
    let advice = anna.post(&path, json!({"body": PHONE})).await;
    advice.is_problem(422, "advice");
    assert_eq!(advice.json["field"], "body");
    assert!(!advice.text_at("/redacted_text").contains("20 34 56 78"), "{}", advice.text);
    assert_eq!(app.count("select count(*) from replies").await, 0);

    let held = anna.post(&path, json!({"body": PHONE, "confirmed": true})).await;
    assert_eq!((held.is(201)["state"].as_str(), held.json["path"].as_str()), (Some("hidden_pending"), None));
    assert!(held.json["advice"].as_array().is_some_and(|advice| !advice.is_empty()), "never silent: {}", held.text);
    let held = held.text_at("/id");
    let next = answer(&bo, &id, None, "svar").await;
    assert_eq!(next["path"], "00001", "no gap tells of the held one");
    for reader in [&bo, &moderator, &app.visitor()] {
        assert_eq!(whole_list(reader, &path, 1).await.len(), 1);
        assert_eq!(reader.get(&format!("/threads/{id}")).await.json["reply_count"], 1);
    }
    let own = whole_list(&anna, &path, 1).await;
    assert_eq!(
        (own.len(), own[1]["id"].as_str(), own[1]["state"].as_str()),
        (2, Some(held.as_str()), Some("hidden_pending"))
    );
    assert_eq!(own[1]["body"], PHONE);
    assert_eq!(app.count(&format!("select count(*) from notifications where account_id = '{}'", bo.id)).await, 0);

    // A moderator lets it out: it gets its number now, and whoever was answered hears of it now.
    let case = crate::casework::case_about(&app, held.parse().expect("an id")).await;
    let decision = json!({"action": "dismiss", "statement": "Nummeret er opdigtet."});
    crate::casework::decide(&moderator, &case, decision).await;
    let list = whole_list(&app.visitor(), &path, 30).await;
    assert_eq!((list.len(), list[1]["id"].as_str(), list[1]["path"].as_str()), (2, Some(held.as_str()), Some("00002")));
    assert_eq!(app.visitor().get(&format!("/threads/{id}")).await.json["reply_count"], 2);
    assert_eq!(
        app.count(&format!("select count(*) from notifications where account_id = '{}' and kind = 'reply'", bo.id))
            .await,
        1
    );
}

#[actix_web::test]
async fn advice_names_the_field_it_is_about() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let anna = app.member().await;
    let path = "/boards/hverdag/threads";
    let advice = anna.post(path, json!({"title": PHONE, "body": "Hej"})).await;
    assert_eq!(advice.is_problem(422, "advice")["field"], "title");
    assert!(advice.json.get("redacted_text").is_none(), "a new title is not a new body: {}", advice.text);
    let held = anna.post(path, json!({"title": PHONE, "body": "Hej", "confirmed": true})).await;
    assert_eq!(held.is(201)["state"], "hidden_pending");
    let id = held.text_at("/id");
    anna.get(&format!("/threads/{id}")).await.is(200);
    assert_eq!(whole_list(&anna, path, 30).await.len(), 1);
    for reader in [&app.member().await, &app.visitor()] {
        reader.get(&format!("/threads/{id}")).await.is_problem(404, "not_found");
        assert!(whole_list(reader, path, 30).await.is_empty());
        assert_eq!(reader.get("/boards").await.json["items"][0]["thread_count"], 0);
    }
    // An edit that is held takes the text away from everybody else until somebody has looked.
    let open = open_thread(&anna, "hverdag", "Hej", "Hej").await;
    let edited = anna.patch(&format!("/threads/{open}"), json!({"body": PHONE, "confirmed": true})).await;
    assert_eq!(edited.is(200)["state"], "hidden_pending");
    app.visitor().get(&format!("/threads/{open}")).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn open_screens_follow_a_thread_and_forget_what_is_taken_away() {
    let app = TestApp::start().await;
    make_board(&app, "hverdag", false).await;
    let coordinator = app.coordinator().await;
    let (anna, bo) = (app.member().await, app.member().await);
    let id = open_thread(&anna, "hverdag", "Hej", "Hej").await;
    let board = bo.get("/boards/hverdag").await.text_at("/id");
    let version = |reply: &support::Reply| reply.json["version"].as_i64().expect("a version");
    let (mut visitor, mut member) = (app.visitor().live().await, bo.live().await);
    let now = version(&bo.get(&format!("/threads/{id}")).await);
    for line in [&mut visitor, &mut member] {
        line.send(json!({"type": "watch", "target": {"kind": "thread", "id": id}, "version": now})).await;
        assert_eq!(line.until("watching").await["version"], now);
        line.send(json!({"type": "watch", "target": {"kind": "board", "id": board}, "version": 0})).await;
        line.until("watching").await;
    }
    let reply = id_of(&answer(&anna, &id, None, "fortrudt snart").await);
    for line in [&mut visitor, &mut member] {
        let changed = line.until("changed").await;
        assert_eq!((changed["target"]["id"].as_str(), changed["version"].as_i64()), (Some(id.as_str()), Some(now + 1)));
    }
    anna.delete(&format!("/replies/{reply}")).await.is(204);
    for line in [&mut visitor, &mut member] {
        let gone = line.until("redacted").await;
        assert_eq!(gone["target"], json!({"kind": "reply", "id": reply}), "the frame names what is gone, not the page");
        assert!(!gone.to_string().contains("fortrudt"));
    }
    anna.delete(&format!("/threads/{id}")).await.is(204);
    for line in [&mut visitor, &mut member] {
        let mut gone =
            vec![line.until("redacted").await["target"].clone(), line.until("redacted").await["target"].clone()];
        gone.sort_by_key(|target| target["kind"].to_string());
        assert_eq!(gone, [json!({"kind": "thread", "id": id}), json!({"kind": "thread", "id": id})]);
    }
    // A board that closes to visitors closes on their screens; what a visitor may not read cannot be watched.
    coordinator.patch("/boards/hverdag", json!({"members_only": true})).await.is(200);
    assert_eq!(visitor.until("redacted").await["target"]["kind"], "board");
    let mut late = app.visitor().live().await;
    late.send(json!({"type": "watch", "target": {"kind": "board", "id": board}, "version": 0})).await;
    // It was on the screen when it was taken away: the screen forgets it though nobody watched yet.
    assert_eq!(late.next().await["type"], "redacted");
    assert_eq!(late.until("error").await["problem"]["code"], "not_found");
}

#[actix_web::test]
async fn the_page_that_readers_share_never_holds_what_is_only_its_authors() {
    let app = TestApp::start().await;
    let board = make_board(&app, "lukket", true).await;
    let (anna, bo) = (app.member().await, app.member().await);
    let thread = open_thread(&board, "lukket", "Hvem kender det?", "Skriv bare.").await;
    let path = format!("/threads/{thread}/replies");
    answer(&anna, &thread, None, "Jeg kender det **godt**").await;
    let seen_by = async |reader: &Person| reader.get(&path).await.is(200)["items"].clone();

    let shared = seen_by(&bo).await;
    assert_eq!((shared[0]["body_html"].is_string(), shared[0].get("body")), (true, None));
    assert_eq!(seen_by(&anna).await[0]["body"], "Jeg kender det **godt**");
    let own = anna.post(&path, json!({"body": "Ring til mig på 20 31 45 67", "confirmed": true})).await;
    assert_eq!(own.is(201)["state"], "hidden_pending");
    assert_eq!(seen_by(&anna).await.as_array().map(Vec::len), Some(2));
    assert_eq!(seen_by(&bo).await, shared);
    app.visitor().get(&path).await.is_problem(404, "not_found");
}
