//! Every free text of every request body: read by the program, or left out for a reason that stands here.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use support::{Person, Reply, TestApp};

use super::{TELLING, board, thread};

const KEPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../web/openapi.json");
/// Copy of staff with a word that puts people off.
const STIGMA: &str = "for tidligere misbrugere";

/// What happens to a free text.
enum Treated {
    /// Read when it is sent: by whom, with what beside it, and the telling text. `Path` of the route as it stands below.
    Read(Who, &'static str, &'static str),
    /// Read, but not on this route.
    Later(&'static str),
    /// Not read, and why.
    Exempt(&'static str),
}
use Treated::{Exempt, Later, Read};

#[derive(Clone, Copy)]
enum Who {
    Visitor,
    Anna,
    Supporter,
    Moderator,
    Coordinator,
}
use Who::{Anna, Coordinator, Moderator, Supporter, Visitor};

const CODE: Treated = Exempt("a code of a fixed set, or an address in a checked form");
const PASSWORD: Treated = Exempt("a secret, never shown to anybody");
const DESK: Treated = Exempt("words of the desk to itself, sealed with the case");

const TOLD: Treated = Exempt("what somebody tells the desk about a breach is evidence: sealed as it was written");
const RECORD: Treated =
    Exempt("the record of a breach that the law asks for: sealed with the case, for the desk alone");
const LETTER: Treated = Exempt("a letter of the desk to the very people whom a breach concerns");

const THREAD: &str = r#"{"title": "En titel", "body": "Noget at læse"}"#;
const TEXT: &str = r#"{"body": "Noget at læse"}"#;
const BOARD: &str = r#"{"title": "En del", "slug": "en-ny-del", "description": "Til hverdagen"}"#;
const ROOM: &str = r#"{"slug": "et-nyt-rum", "name": "Et rum", "description": "Til snak"}"#;
const LINE: &str = r#"{"name": "Linjen", "about_da": "Om den", "about_en": "About it"}"#;
const ACCOUNT: &str =
    r#"{"pseudonym": "x", "password": "en lang adgangskode 12", "birth_year": 2000, "accept_rules": true}"#;
const CONSULT: &str = r#"{"to": "{colleague}", "question": "x"}"#;

fn table() -> BTreeMap<&'static str, Treated> {
    BTreeMap::from([
        ("POST /accounts pseudonym", Read(Visitor, ACCOUNT, "Jonas-Kruse-Andersen")),
        ("POST /accounts password", PASSWORD),
        (
            "POST /accounts heard_from",
            Exempt("where somebody heard of the community: shown to nobody, in the export only"),
        ),
        ("POST /boards title", Read(Coordinator, BOARD, STIGMA)),
        ("POST /boards description", Read(Coordinator, BOARD, STIGMA)),
        ("POST /boards slug", CODE),
        ("PATCH /boards/{slug} title", Read(Coordinator, "{}", STIGMA)),
        ("PATCH /boards/{slug} description", Read(Coordinator, "{}", STIGMA)),
        ("POST /boards/{slug}/threads title", Read(Anna, THREAD, TELLING)),
        ("POST /boards/{slug}/threads body", Read(Anna, THREAD, TELLING)),
        ("POST /boards/{slug}/threads content_note", Read(Anna, THREAD, TELLING)),
        ("POST /boards/{slug}/threads reply_wish", CODE),
        ("PATCH /threads/{id} title", Read(Anna, "{}", TELLING)),
        ("PATCH /threads/{id} body", Read(Anna, "{}", TELLING)),
        ("PATCH /threads/{id} content_note", Read(Anna, "{}", TELLING)),
        ("PATCH /threads/{id} reply_wish", CODE),
        ("POST /threads/{id}/replies body", Read(Anna, TEXT, TELLING)),
        ("PATCH /replies/{id} body", Read(Anna, TEXT, TELLING)),
        ("POST /posts title", Later("a draft is its author's own; handing it in reads all of it")),
        ("POST /posts body", Later("as the title")),
        ("POST /posts content_note", Later("as the title")),
        ("POST /posts tags[]", Later("as the title")),
        ("PATCH /posts/{id} title", Read(Supporter, "{}", TELLING)),
        ("PATCH /posts/{id} body", Read(Supporter, "{}", TELLING)),
        ("PATCH /posts/{id} content_note", Read(Supporter, "{}", TELLING)),
        ("PATCH /posts/{id} tags[]", Read(Supporter, "{}", "ring-51234567")),
        ("POST /posts/{id}/comments body", Read(Anna, TEXT, TELLING)),
        ("PATCH /comments/{id} body", Read(Anna, TEXT, TELLING)),
        ("POST /preview body", Exempt("rendered for its author; nothing is stored")),
        ("PATCH /messages/{id} body", Read(Anna, TEXT, TELLING)),
        ("POST /rooms/{id}/calls note", Exempt("a host's word to moderators on duty: for the desk alone")),
        ("POST /rooms/{id}/notes note", Read(Moderator, "{}", TELLING)),
        ("POST /rooms name", Read(Coordinator, ROOM, STIGMA)),
        ("POST /rooms description", Read(Coordinator, ROOM, STIGMA)),
        ("POST /rooms slug", CODE),
        ("POST /rooms history", CODE),
        ("POST /rooms hours[].from", CODE),
        ("POST /rooms hours[].to", CODE),
        ("POST /rooms hours[].weekday", CODE),
        ("PATCH /rooms/{id} name", Read(Coordinator, "{}", STIGMA)),
        ("PATCH /rooms/{id} description", Read(Coordinator, "{}", STIGMA)),
        ("PATCH /rooms/{id} history", CODE),
        ("PATCH /rooms/{id} hours[].from", CODE),
        ("PATCH /rooms/{id} hours[].to", CODE),
        ("PATCH /rooms/{id} hours[].weekday", CODE),
        ("PATCH /community name", Read(Coordinator, "{}", STIGMA)),
        ("PATCH /community short_name", Read(Coordinator, "{}", STIGMA)),
        ("PATCH /community controller_name", Read(Coordinator, "{}", STIGMA)),
        ("PATCH /community controller_contact", Exempt("how to reach who is responsible: to be known by law")),
        ("PATCH /community leave_url", CODE),
        ("PATCH /community time_zone", CODE),
        ("PUT /community/documents/{kind} body.*", Read(Coordinator, r#"{"lang": "da"}"#, STIGMA)),
        ("PUT /community/documents/{kind} lang", CODE),
        ("POST /community/help-lines about_da", Read(Coordinator, LINE, STIGMA)),
        ("POST /community/help-lines about_en", Read(Coordinator, LINE, "for former addicts")),
        ("POST /community/help-lines name", Read(Coordinator, LINE, STIGMA)),
        ("POST /community/help-lines hours", Read(Coordinator, LINE, STIGMA)),
        ("POST /community/help-lines ages", Read(Coordinator, LINE, STIGMA)),
        ("POST /community/help-lines hours_source", CODE),
        ("POST /community/help-lines open_hours[].from", CODE),
        ("POST /community/help-lines open_hours[].to", CODE),
        ("POST /community/help-lines open_hours[].weekday", CODE),
        ("PUT /community/help-lines/{id} hours_source", CODE),
        ("PUT /community/help-lines/{id} open_hours[].from", CODE),
        ("PUT /community/help-lines/{id} open_hours[].to", CODE),
        ("PUT /community/help-lines/{id} open_hours[].weekday", CODE),
        ("POST /community/help-lines number", Exempt("a public number: the point of a help line")),
        ("POST /community/help-lines url", Exempt("a public page: the point of a help line")),
        ("PUT /community/help-lines/{id} about_da", Read(Coordinator, LINE, STIGMA)),
        ("PUT /community/help-lines/{id} about_en", Read(Coordinator, LINE, "for former addicts")),
        ("PUT /community/help-lines/{id} name", Read(Coordinator, LINE, STIGMA)),
        ("PUT /community/help-lines/{id} hours", Read(Coordinator, LINE, STIGMA)),
        ("PUT /community/help-lines/{id} ages", Read(Coordinator, LINE, STIGMA)),
        ("PUT /community/help-lines/{id} number", Exempt("a public number: the point of a help line")),
        ("PUT /community/help-lines/{id} url", Exempt("a public page: the point of a help line")),
        ("PATCH /me ask_me_about", Read(Supporter, "{}", TELLING)),
        ("PATCH /me locale", CODE),
        ("DELETE /me password", PASSWORD),
        ("DELETE /me texts", CODE),
        ("PUT /me/password current_password", PASSWORD),
        ("PUT /me/password password", PASSWORD),
        ("POST /recovery password", PASSWORD),
        ("POST /recovery recovery_code", PASSWORD),
        ("POST /recovery pseudonym", Exempt("compared with names that exist, and not kept")),
        ("POST /session password", PASSWORD),
        ("POST /session pseudonym", Exempt("compared with names that exist, and not kept")),
        ("POST /session/step-up password", PASSWORD),
        ("PUT /people/{id}/certificates certificates[].category", CODE),
        ("PUT /people/{id}/roles roles[]", CODE),
        ("POST /reports note", Exempt("what a witness saw is evidence: sealed as it was written")),
        ("POST /reports reason", CODE),
        ("POST /reports target.kind", CODE),
        ("POST /decisions/{id}/appeal text", Exempt("a person's defence is theirs: sealed as it was written")),
        ("POST /cases/{id}/consults question", Read(Moderator, CONSULT, TELLING)),
        ("POST /consults/{id}/answer answer", DESK),
        ("POST /cases/{id}/claim take_over_reason", DESK),
        ("PUT /cases/{id}/hold reason", DESK),
        ("PUT /practice/{case} action", CODE),
        ("PUT /practice/{case} category", CODE),
        ("POST /cases/{id}/evidence reason", DESK),
        ("POST /cases/{id}/handover note", DESK),
        ("POST /cases/{id}/debrief note", DESK),
        ("POST /cases/{id}/notes note", DESK),
        ("POST /cases/{id}/notes/open reason", DESK),
        ("POST /cases/{id}/wait note", DESK),
        ("POST /cases/{id}/decisions action", CODE),
        ("POST /cases/{id}/decisions rule", CODE),
        ("POST /cases/{id}/decisions sanction.kind", CODE),
        (
            "POST /cases/{id}/decisions statement",
            Exempt("a statement of reasons to one person, who may have to be told what they wrote"),
        ),
        (
            "POST /cases/{id}/decisions redactions[].replacement",
            Exempt("a moderator's words in place of what was taken out"),
        ),
        ("POST /breaches place", TOLD),
        ("POST /breaches text", TOLD),
        ("POST /cases/{id}/breach/letters about", CODE),
        ("POST /cases/{id}/breach/letters body", LETTER),
        ("POST /cases/{id}/breach/letters signed_as", LETTER),
        ("POST /cases/{id}/breach/letters title", LETTER),
        ("POST /cases/{id}/breach/none note", RECORD),
        ("POST /cases/{id}/breach/none why", CODE),
        ("POST /cases/{id}/breach/paper reason", RECORD),
        ("PUT /cases/{id}/breach/assessment consequences", RECORD),
        ("PUT /cases/{id}/breach/assessment contact", RECORD),
        ("PUT /cases/{id}/breach/assessment delay", RECORD),
        ("PUT /cases/{id}/breach/assessment measures", RECORD),
        ("PUT /cases/{id}/breach/assessment nature", RECORD),
        ("PUT /cases/{id}/breach/assessment people", RECORD),
        ("PUT /cases/{id}/breach/assessment reasons", RECORD),
        ("PUT /cases/{id}/breach/assessment records", RECORD),
        ("PUT /cases/{id}/breach/assessment verdict", CODE),
        ("PUT /cases/{id}/breach/steps/{step} kinds[]", CODE),
        ("PUT /cases/{id}/breach/steps/{step} names[]", RECORD),
        ("PUT /cases/{id}/breach/steps/{step} note", RECORD),
        ("PUT /cases/{id}/breach/steps/{step} outcome", CODE),
        ("PUT /cases/{id}/breach/steps/{step} reach", CODE),
        ("POST /screen text", Exempt("this is the reading itself; nothing is stored")),
        ("POST /screen context.lang", CODE),
        ("POST /screen context.surface", CODE),
        ("PUT /screening/settings changes[].action", CODE),
        ("PUT /screening/settings changes[].category", CODE),
        ("PUT /screening/settings changes[].severity", CODE),
        ("PUT /screening/settings changes[].surface", CODE),
        ("PUT /screening/settings words[].kind", CODE),
        ("PUT /screening/settings words[].word", Exempt("the very words to be caught; coordinators only read them")),
        ("PUT /screening/samples/{id} verdict", CODE),
    ])
}

/// Free texts of a schema: strings without a format or a fixed set of values, and objects without a shape.
fn free_texts(all: &Value, schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        return free_texts(all, &all[name.rsplit('/').next().expect("a name")], at, found);
    }
    for list in ["oneOf", "anyOf", "allOf"] {
        schema[list].as_array().into_iter().flatten().for_each(|part| free_texts(all, part, at, found));
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    if types.contains(&"string") && schema["format"].is_null() && schema["enum"].is_null() {
        found.insert(at.to_owned());
    }
    if types.contains(&"array") {
        free_texts(all, &schema["items"], &format!("{at}[]"), found);
    }
    let dot = if at.is_empty() { "" } else { "." };
    match schema["properties"].as_object() {
        Some(fields) => {
            fields.iter().for_each(|(name, part)| free_texts(all, part, &format!("{at}{dot}{name}"), found))
        }
        None if types.contains(&"object") => drop(found.insert(format!("{at}{dot}*"))),
        None => {}
    }
}

fn fields_of_the_document() -> BTreeSet<String> {
    let document: Value =
        serde_json::from_str(&std::fs::read_to_string(KEPT).expect("the document is kept")).expect("it is JSON");
    let mut all = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, route) in methods.as_object().expect("methods") {
            let schema = &route["requestBody"]["content"]["application/json"]["schema"];
            let mut found = BTreeSet::new();
            free_texts(&document["components"]["schemas"], schema, "", &mut found);
            let route = format!("{} {}", method.to_uppercase(), path.trim_start_matches("/api/v1"));
            all.extend(found.into_iter().map(|field| format!("{route} {field}")));
        }
    }
    all
}

#[test]
fn every_free_text_of_the_document_stands_in_the_table() {
    let (known, found) = (table(), fields_of_the_document());
    assert!(found.len() > 80, "the document was read");
    let missing: Vec<&String> = found.iter().filter(|field| !known.contains_key(field.as_str())).collect();
    assert!(missing.is_empty(), "say what screening does with these (tests/it/screening/fields.rs): {missing:#?}");
    let gone: Vec<&&str> = known.keys().filter(|field| !found.contains(**field)).collect();
    assert!(gone.is_empty(), "no such field any more: {gone:#?}");
    for treated in known.values() {
        if let Later(why) | Exempt(why) = treated {
            assert!(why.len() > 10);
        }
    }
}

/// A community with one of each thing, and who may change it.
struct Stage {
    app: TestApp,
    anna: Person,
    supporter: Person,
    moderator: Person,
    coordinator: Person,
    places: BTreeMap<&'static str, String>,
}

fn id(reply: &Value) -> String {
    reply["id"].as_str().expect("an id").to_owned()
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let (anna, supporter, moderator) = (app.member().await, app.supporter(true).await, app.moderator(&[]).await);
        let (coordinator, colleague) = (app.coordinator().await, app.moderator(&[]).await);
        let board = board(&app).await;
        let thread = id(&thread(&anna, &board, "Hej med jer").await);
        let reply = id(anna.post(&format!("/threads/{thread}/replies"), json!({ "body": "Hej igen" })).await.is(201));
        let post = uuid::Uuid::now_v7();
        app.sql(&format!(
            "insert into posts (id, slug, author_id, state, live_revision, published_at) values ('{post}', 'en-dag', '{}', 'live', 1, now());
             insert into post_revisions (post_id, revision, title, body, body_html) values ('{post}', 1, 'En dag', 'Om dagen', '<p>Om dagen</p>')",
            supporter.id
        ))
        .await;
        let comment = id(anna.post(&format!("/posts/{post}/comments"), json!({ "body": "Fint" })).await.is(201));
        let (room, message) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
        app.sql(&format!(
            "insert into rooms (id, slug, name, always_open, last_seq) values ('{room}', 'stuen', 'Stuen', true, 1);
             insert into messages (room_id, seq, id, author_id, client_id, body, body_html, state)
             values ('{room}', 1, '{message}', '{}', gen_random_uuid(), 'Hej', '<p>Hej</p>', 'live')",
            anna.id
        ))
        .await;
        let case = crate::casework::bare_case(&app).await;
        moderator.post(&format!("{case}/claim"), json!({})).await.is(200);
        let line = app.text("select id from help_lines limit 1").await;
        let places = BTreeMap::from([
            ("/boards/{slug}", "/boards/hverdag".to_owned()),
            ("/threads/{id}", format!("/threads/{thread}")),
            ("/replies/{id}", format!("/replies/{reply}")),
            ("/posts/{id}", format!("/posts/{post}")),
            ("/comments/{id}", format!("/comments/{comment}")),
            ("/messages/{id}", format!("/messages/{message}")),
            ("/rooms/{id}", format!("/rooms/{room}")),
            ("/cases/{id}", case),
            ("/help-lines/{id}", format!("/help-lines/{line}")),
            ("/documents/{kind}", "/documents/house_rules".to_owned()),
            ("{colleague}", colleague.id.to_string()),
        ]);
        Self { app, anna, supporter, moderator, coordinator, places }
    }

    fn fill(&self, text: &str) -> String {
        self.places.iter().fold(text.to_owned(), |text, (place, real)| text.replace(place, real))
    }

    async fn version(&self, path: &str) -> String {
        let versioned = match path {
            path if path.starts_with("/posts/") => self.supporter.get(path).await,
            "/community" => return format!("\"{}\"", self.coordinator.get(path).await.is(200)["version"]),
            path if path.starts_with("/community/documents") => self.coordinator.get(path).await,
            _ => return "\"1\"".to_owned(),
        };
        versioned.header("etag").to_owned()
    }

    async fn send(&self, route: &str, who: Who, base: &str, field: &str, telling: &str) -> Reply {
        let (method, path) = route.split_once(' ').expect("method and path");
        let path = self.fill(path);
        let mut body: Value = serde_json::from_str(&self.fill(base)).expect("a body");
        match field {
            "body.*" => {
                let mut rules = self.coordinator.get(&path).await.is(200)["body"].clone();
                rules[0]["text"] = json!(telling);
                body["body"] = rules;
            }
            _ => match field.strip_suffix("[]") {
                Some(list) => body[list] = json!([telling]),
                None => body[field] = json!(telling),
            },
        }
        let visitor = self.app.visitor();
        let by = match who {
            Visitor => &visitor,
            Anna => &self.anna,
            Supporter => &self.supporter,
            Moderator => &self.moderator,
            Coordinator => &self.coordinator,
        };
        let method: Method = method.parse().expect("a method");
        by.send(method, &path).header("if-match", self.version(&path).await).json(body).await
    }
}

/// Whether an answer shows that the text was read: it is told of, held, or its field is refused.
fn was_read(reply: &Reply) -> bool {
    let codes = ["tells_who", "names_somebody", "looks_like_name", "looks_like_phone"];
    match reply.status.as_u16() {
        422 if reply.json["code"] == "advice" => {
            reply.json["findings"].as_array().is_some_and(|found| !found.is_empty())
        }
        422 => reply.json["errors"]
            .as_array()
            .is_some_and(|errors| errors.iter().any(|error| codes.iter().any(|code| error["code"] == *code))),
        _ => reply.json["state"] == "hidden_pending",
    }
}

#[actix_web::test]
async fn a_telling_text_is_met_in_every_field_that_is_read() {
    let stage = Stage::set().await;
    let mut unread = Vec::new();
    for (name, treated) in table() {
        let Read(who, base, telling) = treated else { continue };
        let (route, field) = name.rsplit_once(' ').expect("route and field");
        let reply = stage.send(route, who, base, field, telling).await;
        if !was_read(&reply) {
            unread.push(format!("{name}: {} {}", reply.status, reply.text));
        }
    }
    assert!(unread.is_empty(), "{}", unread.join("\n"));
}

#[actix_web::test]
async fn copy_of_staff_is_told_once_and_then_theirs_to_decide() {
    let stage = Stage::set().await;
    let body = json!({ "title": "En del", "description": STIGMA });
    let told = stage.coordinator.post("/boards", body.clone()).await;
    assert_eq!(told.is_problem(422, "advice")["field"], "description");
    assert!(told.json.get("redacted_text").is_none());
    let mut sure = body;
    sure["confirmed"] = json!(true);
    stage.coordinator.post("/boards", sure).await.is(201);
}

#[actix_web::test]
async fn each_word_that_puts_people_off_has_its_own_reason_and_a_better_word_in_both_languages() {
    let app = TestApp::start().await;
    let coordinator = app.coordinator().await;
    let texts = [
        "for tidligere misbrugere",
        "psykisk syge unge",
        "for skizofrene",
        "hjælp til cuttere",
        "et tilbud til handicappede",
        "unge der lider af depression",
        "har begået selvmord",
        "belastede unge",
        "klienter er velkomne",
        "ligesom normale unge",
        "a group for drug addicts",
        "after he committed suicide",
    ];
    let mut said = std::collections::BTreeMap::new();
    for lang in ["da", "en"] {
        for text in texts {
            let answer = coordinator
                .send(reqwest::Method::POST, "/screen")
                .header("accept-language", lang)
                .json(json!({ "text": text, "context": { "surface": "staff_copy" } }))
                .await;
            let found = &answer.is(200)["findings"][0];
            let word = |name: &str| found[name].as_str().unwrap_or_else(|| panic!("{name} for {text}")).to_owned();
            let (reason, better) = (word("reason"), word("replacement"));
            assert!(reason.contains(&better), "{reason}: {better}");
            *said.entry((lang, better)).or_insert(0) += 1;
        }
    }
    // The two English texts are about what two Danish ones are about.
    assert_eq!(said.len(), 20, "{said:#?}");
}
