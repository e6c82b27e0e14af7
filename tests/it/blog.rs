//! Posts: drafts, submissions, publication, comments.

use reqwest::Method;
use serde_json::{Value, json};
use support::{Person, Reply, TestApp};
use uuid::Uuid;

/// A draft by `author`; answers the post.
pub async fn draft(author: &Person, title: &str, body: &str) -> Value {
    author.post("/posts", json!({"title": title, "body": body, "tags": ["Søvn", "#hverdag"]})).await.is(201).clone()
}

pub fn id_of(item: &Value) -> String {
    item["id"].as_str().expect("an id").to_owned()
}

fn version_of(item: &Value) -> i64 {
    item["version"].as_i64().expect("a version")
}

async fn submit(author: &Person, id: &str) -> Reply {
    author.send(Method::POST, &format!("/posts/{id}/submit")).done().await
}

/// A published post by a trusted supporter; answers the post.
pub async fn published(app: &TestApp, title: &str, body: &str) -> (Person, Value) {
    let author = app.supporter(true).await;
    let id = id_of(&draft(&author, title, body).await);
    assert_eq!(submit(&author, &id).await.is(202)["submission"]["state"], "published");
    let post = author.get(&format!("/posts/{id}")).await.is(200).clone();
    (author, post)
}

/// The one open case about a post, claimed by `moderator`: its id and version.
async fn claim_case_of(moderator: &Person, post: &str) -> (String, i64) {
    let cases = moderator.get("/cases").await;
    let case = cases.is(200)["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|case| case["target"]["id"] == json!(post))
        .unwrap_or_else(|| panic!("no case about {post} in {}", cases.text))
        .clone();
    let id = id_of(&case);
    let claimed = moderator.post(&format!("/cases/{id}/claim"), json!({})).await;
    (id, version_of(claimed.is(200)))
}

async fn decide(moderator: &Person, case: &str, version: i64, action: &str) -> Reply {
    let mut body = json!({"action": action, "statement": "Tak for din tekst. Fjern navnet på skolen."});
    if action != "approve" {
        body["rule"] = json!("no_contact_details");
    }
    moderator.post_if(&format!("/cases/{case}/decisions"), version, body).await
}

#[actix_web::test]
async fn a_draft_is_its_authors_alone() {
    let app = TestApp::start().await;
    let (author, other) = (app.supporter(false).await, app.supporter(true).await);
    let moderator = app.moderator(&["confidentiality"]).await;
    let post = draft(&author, "Kanariefugl på vej", "kanariefugl i teksten").await;
    let id = id_of(&post);
    assert_eq!((post["state"].as_str(), version_of(&post)), (Some("draft"), 1));
    assert_eq!(post["tags"], json!(["søvn", "hverdag"]));
    assert_eq!(post["url"], json!(format!("/blog/{}", post["slug"].as_str().expect("a slug"))));
    let seen = author.get(&format!("/posts/{id}")).await;
    assert_eq!(seen.is(200)["body"], "kanariefugl i teksten");
    assert_eq!(seen.header("etag"), "\"1\"");
    let slug = seen.text_at("/slug");
    for reader in [&other, &moderator, &app.visitor()] {
        for path in [format!("/posts/{id}"), format!("/posts/{slug}"), format!("/posts/{id}/comments")] {
            reader.get(&path).await.is_problem(404, "not_found");
        }
        for path in ["/posts".to_owned(), "/tags".to_owned(), "//".to_owned(), format!("//blog/{slug}")] {
            assert!(!reader.get(&path).await.text.to_lowercase().contains("kanariefugl"), "{path}");
        }
    }
    author.get(&format!("/posts/{id}/comments")).await.is(200);
    other.patch_if(&format!("/posts/{id}"), 1, json!({"title": "mit"})).await.is_problem(404, "not_found");
    submit(&other, &id).await.is_problem(404, "not_found");
    let own = author.get("/me/posts").await;
    assert_eq!(own.json["items"][0]["title"], "Kanariefugl på vej");
    assert_eq!(other.get("/me/posts").await.json["items"], json!([]));
}

#[actix_web::test]
async fn only_those_with_the_role_write_posts() {
    let app = TestApp::start().await;
    app.visitor().post("/posts", json!({})).await.is_problem(401, "signed_out");
    app.member().await.post("/posts", json!({})).await.is_problem(403, "forbidden");
    app.person(&["peer_supporter"], true, false)
        .await
        .post("/posts", json!({}))
        .await
        .is_problem(403, "consent_required");
    let author = app.supporter(false).await;
    let bad = author
        .post("/posts", json!({"title": "", "body": "x".repeat(40_001), "tags": ["a", "b", "c", "d", "e", "f", "<"], "content_note": "x".repeat(201)}))
        .await;
    assert_eq!(
        bad.wrong_fields(),
        ["body:too_long", "content_note:too_long", "tags:too_many", "tags[6]:bad_character", "title:empty"]
    );
    // The role is read anew: taken away, it is gone for the draft that was begun with it.
    let id = id_of(&draft(&author, "Hej", "hej").await);
    app.sql(&format!("delete from account_roles where account_id = '{}'", author.id)).await;
    submit(&author, &id).await.is_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_change_needs_the_version_that_was_read_and_nothing_else_gets_in() {
    let app = TestApp::start().await;
    let author = app.supporter(false).await;
    let path = format!("/posts/{}", id_of(&draft(&author, "Første", "tekst").await));
    author.patch(&path, json!({"title": "x"})).await.is_problem(428, "version_missing");
    author.patch(&path, json!({"title": ""})).await.is_problem(422, "invalid");
    let extra = json!({"title": "Anden", "state": "live", "published_at": "2020-01-01T00:00:00Z", "author_id": Uuid::nil(), "live_revision": 1, "slug": "mit", "version": 99});
    let edited = author.patch_if(&path, 1, extra).await;
    assert_eq!((edited.is(200)["state"].as_str(), version_of(&edited.json)), (Some("draft"), 2));
    assert_eq!(edited.json["published_at"], Value::Null);
    assert!(edited.text_at("/slug").starts_with("anden-"), "the address follows the title of a draft");
    assert_eq!(edited.header("etag"), "\"2\"");
    let stale = author.patch_if(&path, 1, json!({"title": "Tredje"})).await;
    assert_eq!(stale.is_problem(412, "stale")["current"], 2);
    author.delete(&path).await.is_problem(428, "version_missing");
    author.send(Method::DELETE, &path).header("if-match", "\"2\"").done().await.is(204);
    author.get(&path).await.is_problem(404, "not_found");
}

#[actix_web::test]
async fn a_trusted_authors_post_is_out_at_once_and_so_is_its_edit() {
    let app = TestApp::start().await;
    let (author, post) = published(&app, "Små skridt", "Et **skridt** ad gangen").await;
    let slug = post["slug"].as_str().expect("a slug").to_owned();
    let seen = app.visitor().get(&format!("/posts/{slug}")).await;
    assert_eq!(seen.is(200)["body_html"], "<p>Et <strong>skridt</strong> ad gangen</p>\n");
    assert!(seen.json.get("body").is_none() && seen.json.get("submission").is_none(), "{}", seen.text);
    let list = app.visitor().get("/posts").await;
    assert_eq!(list.json["items"][0]["excerpt"], "Et skridt ad gangen");
    let front = list.json["version"].as_i64().expect("a version");
    let edited = author
        .patch_if(
            &format!("/posts/{}", id_of(&post)),
            version_of(&post),
            json!({"title": "Større skridt", "body": "ny"}),
        )
        .await;
    edited.is(200);
    let seen = app.visitor().get(&format!("/posts/{slug}")).await;
    assert_eq!(seen.is(200)["title"], "Større skridt", "the address stays once the post is out");
    assert!(seen.json["edited_at"].is_string());
    assert!(app.visitor().get("/posts").await.json["version"].as_i64() > Some(front));
    assert_eq!(submit(&author, &id_of(&post)).await.is_problem(409, "nothing_to_submit")["status"], 409);
}

#[actix_web::test]
async fn posts_come_newest_first_by_tag_and_page_without_gaps() {
    let app = TestApp::start().await;
    let author = app.supporter(true).await;
    let mut ids = Vec::new();
    for n in 0..5 {
        app.clock().advance(chrono::Duration::minutes(1));
        let tags = if n % 2 == 0 { json!(["lige"]) } else { json!(["ulige"]) };
        let post = author.post("/posts", json!({"title": format!("P{n}"), "body": "tekst", "tags": tags})).await;
        ids.push(id_of(post.is(201)));
        submit(&author, &ids[n]).await.is(202);
    }
    let listed = |path: String| {
        let visitor = app.visitor();
        async move {
            let mut found = Vec::new();
            let mut after = String::new();
            loop {
                let page = visitor.get(&format!("{path}limit=2{after}")).await;
                found.extend(page.is(200)["items"].as_array().expect("items").iter().map(id_of));
                match page.json["next"].as_str() {
                    Some(next) => after = format!("&after={next}"),
                    None => return found,
                }
            }
        }
    };
    ids.reverse();
    assert_eq!(listed("/posts?".to_owned()).await, ids);
    assert_eq!(listed("/posts?tag=Lige&".to_owned()).await, [ids[0].clone(), ids[2].clone(), ids[4].clone()]);
    let tags = app.visitor().get("/tags").await;
    assert_eq!(tags.json["items"], json!([{"tag": "lige", "count": 3}, {"tag": "ulige", "count": 2}]));
    let post = author.get(&format!("/posts/{}", ids[0])).await;
    author
        .send(Method::DELETE, &format!("/posts/{}", ids[0]))
        .header("if-match", post.header("etag"))
        .done()
        .await
        .is(204);
    assert_eq!(listed("/posts?".to_owned()).await, ids[1..]);
    assert_eq!(app.visitor().get("/tags").await.json["items"][0], json!({"tag": "lige", "count": 2}));
}

#[actix_web::test]
async fn a_new_supporters_post_goes_through_review() {
    let app = TestApp::start().await;
    let (author, moderator) = (app.supporter(false).await, app.moderator(&[]).await);
    let post = draft(&author, "Kanariefugl", "kanariefugl et").await;
    let (id, path) = (id_of(&post), format!("/posts/{}", id_of(&post)));
    let handed_in = submit(&author, &id).await;
    assert_eq!(handed_in.is(202)["submission"]["state"], "submitted");
    let first = handed_in.json["submission"]["id"].clone();
    assert_eq!(submit(&author, &id).await.is(202)["submission"]["id"], first, "twice is once");
    for reader in [app.visitor(), app.member().await] {
        reader.get(&path).await.is_problem(404, "not_found");
        assert_eq!(reader.get("/posts").await.json["items"], json!([]));
    }
    let (case, version) = claim_case_of(&moderator, &id).await;
    assert_eq!(author.get(&path).await.json["submission"]["state"], "in_review");
    decide(&moderator, &case, version, "request_changes").await.is(201);
    let back = author.get(&path).await;
    assert_eq!(
        (back.json["state"].as_str(), back.json["submission"]["state"].as_str()),
        (Some("draft"), Some("changes_requested"))
    );
    assert!(back.text_at("/review_statement").contains("navnet på skolen"));

    let changed = author.patch_if(&path, version_of(&back.json), json!({"body": "kanariefugl to"})).await;
    assert_eq!(changed.is(200)["submission"]["state"], "changes_requested", "the author says when it is ready");
    let again = submit(&author, &id).await;
    assert_ne!(again.is(202)["submission"]["id"], first, "a new submission, a new case");
    let (second_case, version) = claim_case_of(&moderator, &id).await;
    assert_ne!(case, second_case);
    decide(&moderator, &second_case, version, "approve").await.is(201);
    let out = app.visitor().get(&path).await;
    assert_eq!(out.is(200)["body_html"], "<p>kanariefugl to</p>\n");
    assert_eq!(author.get(&path).await.json["submission"]["state"], "published");
}

#[actix_web::test]
async fn an_approval_binds_to_the_text_that_was_read() {
    let app = TestApp::start().await;
    let (author, moderator) = (app.supporter(false).await, app.moderator(&[]).await);
    let post = draft(&author, "Titel", "læst").await;
    let (id, path) = (id_of(&post), format!("/posts/{}", id_of(&post)));
    submit(&author, &id).await.is(202);
    let (case, version) = claim_case_of(&moderator, &id).await;
    author.patch_if(&path, 1, json!({"body": "ulæst"})).await.is(200);
    decide(&moderator, &case, version, "approve").await.is_problem(412, "stale");
    app.visitor().get(&path).await.is_problem(404, "not_found");
    let now = version_of(moderator.get(&format!("/cases/{case}")).await.is(200));
    decide(&moderator, &case, now, "approve").await.is(201);
    assert_eq!(app.visitor().get(&path).await.is(200)["body_html"], "<p>ulæst</p>\n");
}

#[actix_web::test]
async fn two_approvals_at_once_publish_once() {
    let app = TestApp::start().await;
    let (author, moderator) = (app.supporter(false).await, app.moderator(&[]).await);
    for n in 0..20 {
        let id = id_of(&draft(&author, &format!("T{n}"), "tekst").await);
        submit(&author, &id).await.is(202);
        let (case, version) = claim_case_of(&moderator, &id).await;
        let (one, two) = futures_util::future::join(
            decide(&moderator, &case, version, "approve"),
            decide(&moderator, &case, version, "approve"),
        )
        .await;
        let mut answers = [one.status.as_u16(), two.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers[0], 201, "{} {}", one.text, two.text);
        assert!([409, 412].contains(&answers[1]), "{} {}", one.text, two.text);
        let version = format!("select surface_version from posts where id = '{id}'");
        assert_eq!(app.count(&version).await, 2, "published twice");
    }
}

#[actix_web::test]
async fn a_new_supporters_edit_of_a_published_post_waits_while_the_old_text_stays() {
    let app = TestApp::start().await;
    let (author, post) = published(&app, "Ude", "gammel tekst").await;
    app.sql(&format!("update accounts set trusted = false where id = '{}'", author.id)).await;
    let moderator = app.moderator(&[]).await;
    let (id, path) = (id_of(&post), format!("/posts/{}", id_of(&post)));
    let edited = author.patch_if(&path, version_of(&post), json!({"body": "ny tekst", "title": "Ny"})).await;
    assert_eq!(edited.is(200)["submission"]["state"], "submitted");
    assert_eq!(
        (edited.json["body"].as_str(), edited.json["draft"]["body"].as_str()),
        (Some("gammel tekst"), Some("ny tekst"))
    );
    let seen = app.visitor().get(&path).await;
    assert_eq!(
        (seen.json["title"].as_str(), seen.json["body_html"].as_str()),
        (Some("Ude"), Some("<p>gammel tekst</p>\n"))
    );
    assert!(!seen.text.contains("ny tekst"));
    let (case, version) = claim_case_of(&moderator, &id).await;
    decide(&moderator, &case, version, "approve").await.is(201);
    assert_eq!(app.visitor().get(&path).await.json["title"], "Ny");

    // Taken back, the public text stays; a draft taken back is a draft.
    let now = author.get(&path).await;
    let waiting = author.patch_if(&path, version_of(&now.json), json!({"body": "fortrudt"})).await;
    let back = author.post_if(&format!("{path}/withdraw"), version_of(waiting.is(200)), json!({})).await;
    assert_eq!(
        (back.is(200)["state"].as_str(), back.json["submission"]["state"].as_str()),
        (Some("live"), Some("withdrawn"))
    );
    assert_eq!(app.visitor().get(&path).await.json["body_html"], "<p>ny tekst</p>\n");
    assert_eq!(app.count("select count(*) from cases where state not in ('decided', 'closed')").await, 0);
}

#[actix_web::test]
async fn trust_that_ends_before_the_submission_counts() {
    let app = TestApp::start().await;
    let author = app.supporter(true).await;
    let id = id_of(&draft(&author, "Hej", "hej").await);
    app.sql(&format!("update accounts set trusted = false where id = '{}'", author.id)).await;
    assert_eq!(submit(&author, &id).await.is(202)["submission"]["state"], "submitted");
    // Staff write as their own role: without trust a moderator's post is read by somebody else.
    let moderator = app.moderator(&[]).await;
    let id = id_of(&draft(&moderator, "Fra holdet", "hej").await);
    assert_eq!(submit(&moderator, &id).await.is(202)["submission"]["state"], "submitted");
    let listed = moderator.get("/cases").await;
    assert!(!listed.text.contains(&id), "nobody reviews an own post");
}

#[actix_web::test]
async fn comments_stand_below_a_post_as_replies_do_below_a_thread() {
    let app = TestApp::start().await;
    let (author, post) = published(&app, "Ude", "tekst").await;
    let (anna, path) = (app.member().await, format!("/posts/{}/comments", id_of(&post)));
    app.visitor().post(&path, json!({"body": "hej"})).await.is_problem(401, "signed_out");
    let first = anna.post(&path, json!({"body": "hej"})).await;
    assert_eq!(first.is(201)["path"], "00001");
    let below = author.post(&path, json!({"body": "tak", "parent_id": first.json["id"]})).await;
    assert_eq!(below.is(201)["depth"], 1);
    let seen = app.visitor().get(&format!("/posts/{}", id_of(&post))).await;
    assert_eq!(seen.json["comment_count"], 2);
    assert!(seen.json["surface_version"].as_i64() > post["surface_version"].as_i64());
    assert_eq!(version_of(&seen.json), version_of(&post), "a comment makes nobody's edit stale");
    let id = first.text_at("/id");
    anna.delete(&format!("/replies/{id}")).await.is_problem(404, "not_found");
    anna.patch(&format!("/comments/{id}"), json!({"body": "hej hej"})).await.is(200);
    anna.delete(&format!("/comments/{id}")).await.is(204);
    let list = app.visitor().get(&path).await;
    assert_eq!(list.json["items"][0]["state"], "gone");
    assert_eq!(app.visitor().get("/posts").await.json["items"][0]["comment_count"], 1);
    assert_eq!(app.count(&format!("select count(*) from notifications where account_id = '{}'", author.id)).await, 1);
}

#[actix_web::test]
async fn the_front_page_and_a_post_read_without_script() {
    let app = TestApp::start().await;
    let (author, post) = published(&app, "Små skridt", "Et **skridt** ad gangen").await;
    let noted = draft(&author, "Svær dag", "tunge ord").await;
    let path = format!("/posts/{}", id_of(&noted));
    author.patch_if(&path, 1, json!({"content_note": "om sorg"})).await.is(200);
    submit(&author, &id_of(&noted)).await.is(202);
    let member = app.member().await;
    member.post(&format!("/posts/{}/comments", id_of(&post)), json!({"body": "tak for *det*"})).await.is(201);

    let front = app.visitor().get("//").await;
    front.is(200);
    for text in ["<title>Ligesind</title>", "Små skridt", "Et skridt ad gangen", "om sorg"] {
        assert!(front.text.contains(text), "no {text} in {}", front.text);
    }
    assert!(front.text.contains("/api/v1/posts?limit=5"));
    let slug = post["slug"].as_str().expect("a slug");
    let page = app.visitor().get(&format!("//blog/{slug}")).await;
    page.is(200);
    for text in [
        "<title>Blog · Ligesind</title>",
        "<h1>Små skridt</h1>",
        "<strong>skridt</strong>",
        "tak for <em>det</em>",
        "content=\"Et skridt ad gangen\"",
    ] {
        assert!(page.text.contains(text), "no {text} in {}", page.text);
    }
    let slug = author.get(&path).await.text_at("/slug");
    let noted = app.visitor().get(&format!("//blog/{slug}")).await;
    let head = noted.text.split_once("</head>").expect("a head").0;
    assert!(!head.contains("tunge ord"), "{head}");
    assert!(noted.text.contains("tunge ord") && noted.text.contains("om sorg"));
    // The list reads as the front page does, and a topic of it.
    let (list, topic) = (app.visitor().get("//blog").await, app.visitor().get("//blog?emne=ukendt").await);
    assert!(list.text.contains("Små skridt") && list.text.contains("om sorg"));
    assert!(list.text.contains("\"/api/v1/posts\""), "{}", list.text);
    topic.is(200);
    assert!(!topic.text.contains("Små skridt"), "{}", topic.text);
    let nowhere = app.visitor().get("//blog/nowhere").await;
    nowhere.is(404);
    assert!(nowhere.header("content-type").starts_with("text/html"), "{}", nowhere.text);
    // Whoever is signed in may see more than a visitor: the page then brings no data of a visitor's.
    let signed_in =
        app.visitor().send(Method::GET, &format!("//blog/{slug}")).header("cookie", "ligesind_session=x").done().await;
    assert!(signed_in.text.contains("tunge ord") && !signed_in.text.contains("id=\"boot\""));
}
