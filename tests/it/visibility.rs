//! One unique word is planted in each kind of text and then looked for in every GET route of the OpenAPI document and in
//! the public pages, as every kind of reader: before publication, live, hidden, redacted and removed.

use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use support::{Person, TestApp};
use uuid::Uuid;

use crate::casework::{case_about, claim, decide, report_text};
use crate::forum::{answer, make_board, open_thread};
use crate::live::{joined, room, say};

/// Requests under way at the same time.
const AT_ONCE: usize = 8;

/// A word that stands in one place of one text.
#[derive(Clone)]
struct Word {
    word: &'static str,
    kind: &'static str,
    target: Uuid,
    /// Whether it stands in the Markdown, which redaction can reach; titles, tags and notes go by hiding or removing.
    in_body: bool,
}

fn uuid(item: &Value) -> Uuid {
    item["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id in {item}"))
}

/// Everybody who may look, by name.
struct Readers {
    author: Person,
    witness: Person,
    decider: Person,
    others: Vec<(&'static str, Person)>,
}

impl Readers {
    async fn of(app: &TestApp) -> Self {
        let others = vec![
            ("visitor", app.visitor()),
            ("member", app.member().await),
            ("supporter", app.supporter(true).await),
            ("moderator", app.moderator(&["danger", "confidentiality", "grooming"]).await),
            ("coordinator", app.coordinator().await),
        ];
        Self {
            author: app.supporter(true).await,
            witness: app.member().await,
            decider: app.moderator(&[]).await,
            others,
        }
    }

    fn all(&self) -> Vec<(&'static str, &Person)> {
        let own = [("author", &self.author), ("witness", &self.witness), ("decider", &self.decider)];
        own.into_iter().chain(self.others.iter().map(|(name, person)| (*name, person))).collect()
    }

    fn named(&self, name: &str) -> &Person {
        self.all().into_iter().find(|(known, _)| *known == name).expect("a reader").1
    }
}

/// A post that is handed in; published at once where its author is trusted.
async fn post_by(author: &Person, title: &str, body: &str, tag: &str, note: &str) -> Uuid {
    let draft = author
        .post("/posts", json!({ "title": title, "body": body, "tags": [tag], "content_note": note }))
        .await
        .is(201)
        .clone();
    author.post(&format!("/posts/{}/submit", uuid(&draft)), json!({})).await.is(202);
    uuid(&draft)
}

/// What can stand in a path: the segment before it, and the value.
type Values = Vec<(&'static str, String)>;

/// Plants every word and answers them, with all that can stand in a path.
async fn plant(app: &TestApp, readers: &Readers) -> (Vec<Word>, Values) {
    make_board(app, "hverdag", false).await;
    let (author, friend) = (&readers.author, app.supporter(true).await);
    let opened = author
        .post(
            "/boards/hverdag/threads",
            json!({ "title": "En qvorblimo", "body": "Her er qvastenbul.", "content_note": "om qvekkalim" }),
        )
        .await
        .is(201)
        .clone();
    let thread = uuid(&opened);
    let other_thread = open_thread(&friend, "hverdag", "Min uge", "Hej alle").await;
    let reply = uuid(&answer(author, &other_thread, None, "Et svar med qvimtelund i.").await);
    let post = post_by(author, "Om qvuderok", "Der var engang en qvnudefal.", "qvelltano", "om qvulkerim").await;
    let friends_post = post_by(&friend, "Om alt muligt", "Det er bare en tekst.", "hverdag", "").await;
    let comment = author
        .post(&format!("/posts/{friends_post}/comments"), json!({ "body": "Tak, sagde qvallingo." }))
        .await
        .is(201)
        .clone();
    let room = room(app).await;
    let mut socket = joined(author, room, None).await;
    let message: Uuid =
        say(&mut socket, room, "Her er qvmeltefo i chatten.").await["id"].as_str().unwrap().parse().unwrap();
    let word = |word, kind, target, in_body| Word { word, kind, target, in_body };
    let words = vec![
        word("qvorblimo", "thread", thread, false),
        word("qvastenbul", "thread", thread, true),
        word("qvekkalim", "thread", thread, false),
        word("qvimtelund", "reply", reply, true),
        word("qvuderok", "post", post, false),
        word("qvnudefal", "post", post, true),
        word("qvelltano", "post", post, false),
        word("qvulkerim", "post", post, false),
        word("qvallingo", "comment", uuid(&comment), true),
        word("qvmeltefo", "message", message, true),
    ];
    let slug = app.text(&format!("select slug from posts where id = '{post}'")).await;
    let text = |id: Uuid| id.to_string();
    let values = vec![
        ("threads", text(thread)),
        ("threads", other_thread),
        ("boards", "hverdag".to_owned()),
        ("posts", text(post)),
        ("posts", slug),
        ("posts", text(friends_post)),
        ("replies", text(reply)),
        ("comments", text(uuid(&comment))),
        ("rooms", text(room)),
        ("messages", text(message)),
        ("profiles", text(author.id)),
    ];
    (words, values)
}

/// Every GET route of the document with each value that fits, every value where none is known to, and the pages that
/// hold texts.
async fn paths(app: &TestApp, values: &Values) -> Vec<String> {
    let document = app.visitor().get("/openapi.json").await.is(200).clone();
    let cases = app.text("select string_agg(id::text, ' ') from cases").await;
    let cases = cases.split_whitespace().map(|id| ("cases", id.to_owned()));
    let values: Values = values.iter().cloned().chain(cases).collect();
    let mut paths = vec!["/cases?state=closed".to_owned(), "//".to_owned(), "//blog".to_owned(), "//forum".to_owned()];
    for (path, methods) in document["paths"].as_object().expect("paths") {
        let path = path.trim_start_matches("/api/v1");
        if methods.get("get").is_none() || path == "/live" {
            continue;
        }
        let Some((before, rest)) = path.split_once('{') else {
            paths.push(path.to_owned());
            continue;
        };
        let after = rest.split_once('}').expect("a closing brace").1;
        assert!(!after.contains('{'), "{path}: teach this test about two parameters");
        let segment = before.trim_matches('/').rsplit('/').next().unwrap_or_default();
        let known = values.iter().any(|(kind, _)| *kind == segment);
        let fitting = values.iter().filter(|(kind, _)| !known || *kind == segment);
        paths.extend(fitting.map(|(_, value)| format!("{before}{value}{after}")));
    }
    for (kind, value) in &values {
        match *kind {
            "posts" => paths.push(format!("//blog/{value}")),
            "threads" => paths.push(format!("//forum/t/{value}")),
            "boards" => paths.push(format!("//forum/{value}")),
            "rooms" => paths.push(format!("//chat/{value}")),
            _ => {}
        }
    }
    paths
}

/// Reads all of it as one person: path and answer.
async fn crawl(reader: &Person, paths: &[String]) -> Vec<(String, String)> {
    stream::iter(paths)
        .map(async |path| {
            let answer = reader.get(path).await;
            assert!(answer.status.as_u16() < 500, "{path} answered {}", answer.text);
            (path.clone(), answer.text)
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await
}

/// Nobody of these finds any of these words.
async fn nobody_finds(app: &TestApp, stage: &str, readers: &[(&str, &Person)], words: &[&str], values: &Values) {
    let paths = paths(app, values).await;
    for (name, reader) in readers {
        for (path, text) in crawl(reader, &paths).await {
            for word in words {
                assert!(!text.contains(word), "{stage}: {name} finds {word} in {path}: {text}");
            }
        }
    }
}

/// The crawl does find what is to be found, or its silence means nothing.
async fn finds(app: &TestApp, reader: &Person, words: &[&str], values: &Values) {
    let texts: String = crawl(reader, &paths(app, values).await).await.into_iter().map(|(_, text)| text).collect();
    for word in words {
        assert!(texts.contains(word), "{word} is nowhere to be found");
    }
}

/// Frames that a member gets who joins from the beginning.
async fn resumed(reader: &Person, room: Uuid) -> String {
    let mut socket = joined(reader, room, Some(0)).await;
    let frames = socket.drain(std::time::Duration::from_millis(400)).await;
    frames.iter().map(Value::to_string).collect()
}

/// Decides about each text once, by a report of the witness.
async fn rule(app: &TestApp, readers: &Readers, words: &[Word], ruling: impl Fn(&Word, &str) -> Value) {
    let mut done = Vec::new();
    for word in words.iter().filter(|word| word.in_body) {
        if done.contains(&word.target) {
            continue;
        }
        done.push(word.target);
        report_text(&readers.witness, word.kind, word.target, "harassment").await;
        let case = case_about(app, word.target).await;
        let version = claim(&readers.decider, &case).await;
        let body = match readers
            .decider
            .post(&format!("{case}/evidence"), json!({ "reason": "Læse det anmeldte" }))
            .await
            .json["body"]
            .as_str()
        {
            Some(body) => body.to_owned(),
            None => String::new(),
        };
        let ruling = ruling(word, &body);
        readers.decider.post_if(&format!("{case}/decisions"), version, ruling).await.is(201);
    }
    ligesind::casework::finish_due(app.db(), &app.state.targets).await.expect("the worker runs");
}

fn plain(action: &str) -> Value {
    json!({ "action": action, "statement": "Der stod for meget.", "rule": "confidentiality" })
}

/// Replaces the word and nothing else.
fn cut(word: &Word, body: &str) -> Value {
    let at = body.find(word.word).unwrap_or_else(|| panic!("no {} in {body}", word.word));
    let start = body[..at].chars().count();
    let mut ruling = plain("redact");
    ruling["redactions"] = json!([{ "start": start, "end": start + word.word.chars().count() }]);
    ruling
}

#[actix_web::test]
async fn what_is_taken_away_is_found_nowhere_by_anybody() {
    let app = TestApp::start().await;
    let readers = Readers::of(&app).await;
    let (words, values) = plant(&app, &readers).await;
    let room: Uuid = app.text("select id from rooms").await.parse().unwrap();
    let all: Vec<&str> = words.iter().map(|word| word.word).collect();
    let in_bodies: Vec<&str> = words.iter().filter(|word| word.in_body).map(|word| word.word).collect();
    let in_public: Vec<&str> = all.iter().copied().filter(|word| *word != "qvmeltefo").collect();
    finds(&app, readers.named("visitor"), &in_public, &values).await;
    finds(&app, readers.named("member"), &["qvmeltefo"], &values).await;
    nobody_finds(&app, "live", &[("visitor", readers.named("visitor"))], &["qvmeltefo"], &values).await;

    rule(&app, &readers, &words, |_, _| plain("hide")).await;
    let others: Vec<_> = readers.all().into_iter().filter(|(name, _)| *name != "author").collect();
    nobody_finds(&app, "hidden", &others, &all, &values).await;
    assert!(!resumed(readers.named("member"), room).await.contains("qvmeltefo"));
    finds(&app, &readers.author, &in_bodies, &values).await;

    rule(&app, &readers, &words, cut).await;
    nobody_finds(&app, "redacted", &readers.all(), &in_bodies, &values).await;
    assert!(!resumed(readers.named("member"), room).await.contains("qvmeltefo"));
    finds(&app, readers.named("visitor"), &["Et svar med", "Der var engang en"], &values).await;

    rule(&app, &readers, &words, |_, _| plain("remove")).await;
    nobody_finds(&app, "removed", &readers.all(), &all, &values).await;
    assert!(!resumed(readers.named("member"), room).await.contains("qvmeltefo"));
    in_the_clear_nowhere(&app, &all).await;
}

/// C15: once removed, the words stand in no table but sealed.
async fn in_the_clear_nowhere(app: &TestApp, words: &[&str]) {
    let tables = app.text("select string_agg(relname, ' ') from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace").await;
    for table in tables.split_whitespace() {
        for word in words {
            // A tag and a slug are made of words of the text, too.
            let hits =
                app.count(&format!("select count(*) from \"{table}\" t where position('{word}' in t::text) > 0")).await;
            assert_eq!(hits, 0, "{word} stands in {table}");
        }
    }
}

/// E03: a draft is its author's, a submission its author's and its reviewer's.
#[actix_web::test]
async fn what_is_not_published_is_its_authors_and_its_reviewers() {
    let app = TestApp::start().await;
    let readers = Readers::of(&app).await;
    let new = app.supporter(false).await;
    let draft = new
        .post("/posts", json!({ "title": "Kladde om qvhornabe", "body": "Hemmelig qvpanserol.", "tags": ["fisk"] }))
        .await
        .is(201)
        .clone();
    let submission = post_by(&new, "Indlæg om qvhavkato", "Endnu ikke læst qvkulmulo.", "fisk", "").await;
    let mut values = Values::new();
    for id in [uuid(&draft), submission] {
        values.push(("posts", id.to_string()));
        values.push(("posts", app.text(&format!("select slug from posts where id = '{id}'")).await));
    }
    let words = ["qvhornabe", "qvpanserol", "qvhavkato", "qvkulmulo"];
    nobody_finds(&app, "unpublished", &readers.all(), &words, &values).await;
    finds(&app, &new, &words, &values).await;
    let case = case_about(&app, submission).await;
    claim(&readers.decider, &case).await;
    finds(&app, &readers.decider, &["qvhavkato", "qvkulmulo"], &values).await;
    let others: Vec<_> = readers.all().into_iter().filter(|(name, _)| *name != "decider").collect();
    nobody_finds(&app, "in review", &others, &words, &values).await;
    nobody_finds(&app, "in review", &[("reviewer", &readers.decider)], &["qvhornabe", "qvpanserol"], &values).await;
    readers.decider.delete(&format!("{case}/claim")).await.is(204);
    decide(&readers.decider, &case, plain("request_changes")).await;
    nobody_finds(&app, "given back", &readers.all(), &words, &values).await;
}

/// C04: what an author edited away is nowhere, neither before nor after a moderator looks.
#[actix_web::test]
async fn what_was_edited_away_is_found_by_nobody_else() {
    let app = TestApp::start().await;
    let readers = Readers::of(&app).await;
    make_board(&app, "hverdag", false).await;
    let friend = app.member().await;
    let thread = open_thread(&friend, "hverdag", "Min uge", "Hej alle").await;
    let reply = uuid(&answer(&readers.author, &thread, None, "Her er qvsildehu.").await);
    readers.author.patch(&format!("/replies/{reply}"), json!({ "body": "Her er qvhavgalu." })).await.is(200);
    let values = vec![("threads", thread), ("replies", reply.to_string()), ("boards", "hverdag".to_owned())];
    let others: Vec<_> = readers.all().into_iter().filter(|(name, _)| *name != "author").collect();
    nobody_finds(&app, "edited", &others, &["qvsildehu"], &values).await;
    let reported = json!({ "target": { "kind": "reply", "id": reply, "revision": 1 }, "reason": "harassment" });
    readers.witness.post("/reports", reported).await.is(201);
    decide(&readers.decider, &case_about(&app, reply).await, plain("hide")).await;
    nobody_finds(&app, "edited and hidden", &others, &["qvsildehu", "qvhavgalu"], &values).await;
}
