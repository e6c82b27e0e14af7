//! Turns the demo's files into acts in the order of time, and does them.

use std::collections::HashMap;

use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::Method;
use anyhow::{Context, anyhow};
use chrono::{Datelike, Duration};
use diesel::QueryableByName;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use moderation::Certificate;
use moderation::pseudonym::Pseudonym;
use serde_json::{Value, json};
use uuid::Uuid;

use super::data::{Account, Answer, Case, Decision, Demo, Post, Report, Room, Thread, Training};
use super::door::Door;
use crate::access::Roles;
use crate::accounts::{self, NewAccount, Origin, Password, Secrets};
use crate::app::{self, AppState};
use crate::chat;
use crate::http::{Lang, Problem};
use crate::infra::clock::Clock;
use crate::infra::ids::{self, AccountId};
use crate::infra::markdown;
use crate::oversight;
use crate::query;
use crate::training;

/// Who lives in the database.
pub enum Standing {
    /// Nobody.
    Empty,
    /// The demo's people, and perhaps others.
    Demo,
    /// Other people only.
    People,
}

query! {
    struct Inhabitants {}
    "select exists (select 1 from accounts) as any_account, exists (select 1 from accounts where origin = 'demo') as demo"
}
query! { struct ForgetNetworks {} "update reports set network_hash = null" }
query! {
    /// The demo's accounts look at once like accounts that have been here for a while.
    struct EndSessions {}
    "delete from sessions s using accounts a where a.id = s.account_id and a.origin = 'demo'"
}

#[derive(QueryableByName)]
struct InhabitantsRow {
    #[diesel(sql_type = Bool)]
    any_account: bool,
    #[diesel(sql_type = Bool)]
    demo: bool,
}

/// Looks who lives in the database.
pub async fn standing(state: &AppState) -> anyhow::Result<Standing> {
    let mut conn = state.db.read().await.map_err(|e| anyhow!("{e:?}"))?;
    let row: InhabitantsRow = Inhabitants {}.get_result(&mut *conn).await?;
    Ok(match row {
        InhabitantsRow { demo: true, .. } => Standing::Demo,
        InhabitantsRow { any_account: true, .. } => Standing::People,
        _ => Standing::Empty,
    })
}

/// One act of the demo.
enum Act<'a> {
    Post(&'a Post),
    Submit(&'a Post),
    Comment(&'a Post, &'a Answer),
    Thread(&'a Thread),
    Reply(&'a Thread, &'a Answer),
    Message(&'a Room, &'a Answer),
    Report(&'a Case, &'a Report),
    Decide(&'a Case, &'a Decision),
}

fn acts(demo: &Demo) -> Vec<(i64, Act<'_>)> {
    let mut acts = Vec::new();
    for post in &demo.posts {
        acts.push((post.minutes_ago, Act::Post(post)));
        acts.extend(post.comments.iter().map(|c| (c.minutes_ago, Act::Comment(post, c))));
    }
    for thread in &demo.threads {
        acts.push((thread.minutes_ago, Act::Thread(thread)));
        acts.extend(thread.replies.iter().map(|r| (r.minutes_ago, Act::Reply(thread, r))));
    }
    for room in &demo.rooms {
        acts.extend(room.messages.iter().map(|m| (m.minutes_ago, Act::Message(room, m))));
    }
    acts.extend(demo.moderation.submissions.iter().map(|s| (s.minutes_ago, Act::Submit(s))));
    for case in &demo.moderation.cases {
        acts.extend(case.reports.iter().map(|r| (r.minutes_ago, Act::Report(case, r))));
        acts.extend(case.decision.iter().map(|d| (d.minutes_ago, Act::Decide(case, d))));
    }
    // Stable: what a file has first stays first within a minute.
    acts.sort_by_key(|(minutes_ago, _)| -minutes_ago);
    acts
}

/// Loads the whole demo with a clock of its own.
pub async fn everything(state: &AppState, demo: Demo) -> anyhow::Result<()> {
    let state = state.at_another_time(Clock::default());
    let service = actix_web::test::init_service(app::build(&state)).await;
    let door = Door::new(&state, service);
    let people = join(&state, &demo.accounts, &demo.words.password).await?;
    let moderators =
        demo.accounts.iter().filter(|a| a.roles.iter().any(|r| r == "moderator")).map(|a| a.key.clone()).collect();
    let mut loader = Loader {
        door,
        people,
        moderators,
        approval: demo.words.approval.clone(),
        release: demo.words.release.clone(),
        made: HashMap::new(),
    };
    loader.furnish(&demo).await?;
    loader.take_courses(&demo).await?;
    for (minutes_ago, act) in acts(&demo) {
        loader.door.set_minutes_ago(minutes_ago);
        loader.act(&act).await?;
    }
    loader.look_back(&demo).await?;
    let mut conn = state.db.read().await.map_err(|e| anyhow!("{e:?}"))?;
    EndSessions {}.execute(&mut *conn).await?;
    // Nobody reported these from anywhere: they must not count for whoever tries the demo from this machine.
    ForgetNetworks {}.execute(&mut *conn).await?;
    Ok(())
}

async fn join(state: &AppState, accounts: &[Account], password: &str) -> anyhow::Result<HashMap<String, AccountId>> {
    let password = Password::parse(password, None).map_err(|code| anyhow!("the demo's password is {code}"))?;
    // One hash serves all: everybody knows the password.
    let secrets = Secrets::make(&password).await.map_err(|problem| anyhow!("{problem:?}"))?;
    let mut people = HashMap::new();
    for account in accounts {
        state.db.clock().set_back(Duration::minutes(account.joined_minutes_ago));
        let now = state.db.clock().now();
        let pseudonym =
            Pseudonym::parse(&account.pseudonym).map_err(|code| anyhow!("{}: {}", account.pseudonym, code.as_str()))?;
        let new = NewAccount {
            pseudonym,
            password_hash: secrets.password_hash.clone(),
            recovery_hash: secrets.recovery_hash.clone(),
            birth_year: i16::try_from(now.year() - account.age).unwrap_or(i16::MAX),
            consented: account.consented,
            heard_from: None,
            lang: Lang::Da,
            origin: Origin::Demo,
            created_at: now,
        };
        let roles = Roles::from_codes(account.roles.iter().map(String::as_str));
        let certificates: Vec<Certificate> = account.certificates.iter().filter_map(|c| c.parse().ok()).collect();
        let id = state
            .db
            .write(async |tx| {
                let id = accounts::create(tx, new).await?;
                accounts::set_roles(tx, &state.rights_hooks, None, id, &roles, Some(account.trusted)).await?;
                for certificate in certificates {
                    accounts::grant_certificate(tx, None, id, certificate, None).await?;
                }
                Ok::<_, Problem>(id)
            })
            .await
            .map_err(|problem| anyhow!("{}: {problem:?}", account.pseudonym))?;
        people.insert(account.key.clone(), id);
    }
    Ok(people)
}

struct Loader<'a, S> {
    door: Door<'a, S>,
    people: HashMap<String, AccountId>,
    /// Keys of moderators.
    moderators: Vec<String>,
    /// What a moderator says to a post that is approved.
    approval: String,
    /// What a moderator says to a text that was held without need.
    release: String,
    /// Ids of texts and rooms by their keys.
    made: HashMap<String, Uuid>,
}

impl<S, B> Loader<'_, S>
where
    S: Service<actix_http::Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    fn person(&self, key: &str) -> anyhow::Result<AccountId> {
        self.people.get(key).copied().with_context(|| format!("the demo has no account {key}"))
    }

    fn text(&self, key: &str) -> anyhow::Result<Uuid> {
        self.made.get(key).copied().with_context(|| format!("the demo has no text {key}"))
    }

    async fn post(&self, who: Option<AccountId>, path: &str, body: Value) -> anyhow::Result<Value> {
        self.door.send(who, Method::POST, path, None, body).await
    }

    fn keep(&mut self, key: &str, answer: &Value) -> anyhow::Result<()> {
        let id = answer.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
        self.made.insert(key.to_owned(), id.with_context(|| format!("{key} got no id: {answer}"))?);
        Ok(())
    }

    /// Boards, rooms and profile lines, by a coordinator, as if they had always been there.
    async fn furnish(&mut self, demo: &Demo) -> anyhow::Result<()> {
        let oldest = demo.accounts.iter().map(|a| a.joined_minutes_ago).min().unwrap_or(0);
        self.door.set_minutes_ago(oldest);
        let coordinator = demo
            .accounts
            .iter()
            .find(|a| a.roles.iter().any(|r| r == "coordinator"))
            .context("the demo has no coordinator")?;
        let coordinator = self.person(&coordinator.key)?;
        for (position, board) in demo.boards.iter().enumerate() {
            let body = json!({"slug": board.slug, "title": board.title, "description": board.description, "members_only": board.members_only, "position": position});
            self.post(Some(coordinator), "/boards", body).await?;
        }
        for (position, room) in demo.rooms.iter().enumerate() {
            let hosts: Vec<AccountId> = room.hosts.iter().map(|h| self.person(h)).collect::<anyhow::Result<_>>()?;
            let body = json!({"slug": room.slug, "name": room.name, "description": room.description, "always_open": room.always_open,
                "hours": room.opening, "hosts": hosts, "position": position});
            let made = self.post(Some(coordinator), "/rooms", body).await?;
            self.keep(&room.slug, &made)?;
        }
        for account in &demo.accounts {
            if let Some(line) = &account.ask_me_about {
                let body = json!({"ask_me_about": line, "confirmed": true});
                self.door.send(Some(self.person(&account.key)?), Method::PATCH, "/me", None, body).await?;
            }
        }
        Ok(())
    }

    /// Courses that were passed, before anything is decided that takes them.
    async fn take_courses(&self, demo: &Demo) -> anyhow::Result<()> {
        for one in &demo.training.passed {
            self.door.set_minutes_ago(one.minutes_ago);
            let account = self.person(&one.by)?;
            let certificate = one.course.parse().map_err(|_| anyhow!("the demo has no course {}", one.course))?;
            let db = &self.door.state.db;
            db.write(async |tx| training::pass(tx, account, certificate).await).await.map_err(|e| anyhow!("{e:?}"))?;
        }
        Ok(())
    }

    /// This month's practice, and the accounts of years that are over.
    async fn look_back(&self, demo: &Demo) -> anyhow::Result<()> {
        let Training { practice, years, .. } = &demo.training;
        self.door.set_minutes_ago(0);
        for one in practice {
            let by = Some(self.person(&one.by)?);
            let month = self.door.send(by, Method::GET, "/practice", None, json!({})).await?;
            for answer in &one.answers {
                let code = month.pointer(&format!("/cases/{}/code", answer.case)).and_then(Value::as_str);
                let path = format!("/practice/{}", code.context("the month has no such case")?);
                let body = json!({"category": answer.category, "level": answer.level, "action": answer.action});
                self.door.send(by, Method::PUT, &path, None, body).await?;
            }
        }
        let db = &self.door.state.db;
        for one in years {
            let year = db.clock().now().year() - one.years_ago;
            db.write(async |tx| oversight::keep_year(tx, year, &one.counts).await)
                .await
                .map_err(|e| anyhow!("{e:?}"))?;
        }
        Ok(())
    }

    async fn act(&mut self, act: &Act<'_>) -> anyhow::Result<()> {
        match act {
            Act::Post(post) => self.write_post(post).await,
            Act::Submit(post) => self.submit(post).await.map(|_| ()),
            Act::Comment(post, comment) => {
                let path = format!("/posts/{}/comments", self.text(&post.key)?);
                self.answer(&path, comment).await
            }
            Act::Thread(thread) => {
                let body = json!({"title": thread.title, "body": thread.body, "reply_wish": thread.reply_wish,
                    "content_note": thread.content_note, "confirmed": true});
                let made = self
                    .post(Some(self.person(&thread.author)?), &format!("/boards/{}/threads", thread.board), body)
                    .await?;
                self.keep(&thread.key, &made)?;
                self.release("thread", &thread.author, &made).await
            }
            Act::Reply(thread, reply) => {
                let path = format!("/threads/{}/replies", self.text(&thread.key)?);
                self.answer(&path, reply).await
            }
            Act::Message(room, message) => self.say_in_room(room, message).await,
            Act::Report(case, report) => {
                let who = report.reporter.as_deref().map(|r| self.person(r)).transpose()?;
                let target = self.target(case)?;
                self.post(who, "/reports", json!({"target": target, "reason": report.reason, "note": report.note}))
                    .await
                    .map(|_| ())
            }
            Act::Decide(case, decision) => self.decide(case, decision).await,
        }
    }

    async fn answer(&mut self, path: &str, answer: &Answer) -> anyhow::Result<()> {
        let parent = answer.parent.as_deref().map(|p| self.text(p)).transpose()?;
        let body = json!({"body": answer.body, "parent_id": parent, "confirmed": true});
        let made = self.post(Some(self.person(&answer.author)?), path, body).await?;
        self.keep(&answer.key, &made)?;
        let kind = if path.starts_with("/posts/") { "comment" } else { "reply" };
        self.release(kind, &answer.author, &made).await
    }

    /// A text that screening held: a moderator reads it and lets it out, as on any evening.
    async fn release(&self, kind: &str, author: &str, made: &Value) -> anyhow::Result<()> {
        if made.get("state").and_then(Value::as_str) != Some("hidden_pending") {
            return Ok(());
        }
        let target = json!({"kind": kind, "id": made.get("id")});
        let moderator = self.reviewer(author)?;
        let (id, version) = self.claim(moderator, &target).await?;
        let decision = json!({"action": "dismiss", "statement": self.release});
        self.door
            .send(Some(moderator), Method::POST, &format!("/cases/{id}/decisions"), version, decision)
            .await
            .map(|_| ())
    }

    async fn submit(&mut self, post: &Post) -> anyhow::Result<Value> {
        let author = self.person(&post.author)?;
        let body = json!({"title": post.title, "body": post.blocks.join("\n\n"), "tags": post.tags,
            "content_note": post.content_note, "confirmed": true});
        let made = self.post(Some(author), "/posts", body).await?;
        self.keep(&post.key, &made)?;
        self.post(Some(author), &format!("/posts/{}/submit", self.text(&post.key)?), json!({"confirmed": true})).await
    }

    /// Submits, and lets a moderator approve what is not published at once.
    async fn write_post(&mut self, post: &Post) -> anyhow::Result<()> {
        let submitted = self.submit(post).await?;
        if submitted.pointer("/submission/state").and_then(Value::as_str) == Some("published") {
            return Ok(());
        }
        let target = json!({"kind": "post", "id": self.text(&post.key)?});
        let statement = json!({"action": "approve", "statement": self.approval});
        let reviewer = self.reviewer(&post.author)?;
        let (id, version) = self.claim(reviewer, &target).await?;
        self.door
            .send(Some(reviewer), Method::POST, &format!("/cases/{id}/decisions"), version, statement)
            .await
            .map(|_| ())
    }

    /// A moderator who did not write the text.
    fn reviewer(&self, author: &str) -> anyhow::Result<AccountId> {
        let other =
            self.moderators.iter().find(|key| key.as_str() != author).context("the demo has nobody to review")?;
        self.person(other)
    }

    fn target(&self, case: &Case) -> anyhow::Result<Value> {
        let id = match case.target.kind.as_str() {
            "account" => self.person(&case.target.key)?.0,
            _ => self.text(&case.target.key)?,
        };
        Ok(json!({"kind": case.target.kind, "id": id}))
    }

    async fn decide(&mut self, case: &Case, decision: &Decision) -> anyhow::Result<()> {
        let target = self.target(case)?;
        let moderator = self.person(&decision.by)?;
        let mut body = json!({"action": decision.action, "rule": decision.rule, "statement": decision.statement});
        if let Some(sanction) = &decision.sanction {
            let until = sanction.days.map(|days| self.door.state.db.clock().now() + Duration::days(days));
            add(&mut body, "sanction", json!({"kind": sanction.kind, "until": until}));
        }
        let (id, version) = self.claim(moderator, &target).await?;
        if !decision.redactions.is_empty() {
            let seen = self.post(Some(moderator), &format!("/cases/{id}/evidence"), json!({"reason": "demo"})).await?;
            let text = seen.get("body").and_then(Value::as_str).context("evidence without a text")?;
            let spans: Vec<Value> = decision
                .redactions
                .iter()
                .map(|r| span(text, &r.text, r.replacement.as_deref()))
                .collect::<anyhow::Result<_>>()?;
            add(&mut body, "redactions", Value::Array(spans));
        }
        self.door
            .send(Some(moderator), Method::POST, &format!("/cases/{id}/decisions"), version, body)
            .await
            .map(|_| ())
    }

    /// Finds the open case about a target in the queue and claims it: its id and version.
    async fn claim(&self, moderator: AccountId, target: &Value) -> anyhow::Result<(String, Option<i64>)> {
        let queue = self.door.send(Some(moderator), Method::GET, "/cases?limit=100", None, json!({})).await?;
        let items = queue.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let same = |case: &&Value| case.pointer("/target/id") == target.get("id");
        let id = items
            .iter()
            .find(same)
            .and_then(|c| c.get("id"))
            .and_then(Value::as_str)
            .with_context(|| format!("no open case about {target}"))?;
        let claimed = self.post(Some(moderator), &format!("/cases/{id}/claim"), json!({})).await?;
        Ok((id.to_owned(), claimed.get("version").and_then(Value::as_i64)))
    }

    /// Chat takes messages over the socket only, so these go to the function behind it, at their own time.
    async fn say_in_room(&mut self, room: &Room, message: &Answer) -> anyhow::Result<()> {
        let (id, author) = (ids::ordered(), self.person(&message.author)?);
        let db = &self.door.state.db;
        let mut conn = db.read().await.map_err(|e| anyhow!("{e:?}"))?;
        let facts = chat::store::get_room(&mut conn, &room.slug).await.map_err(|e| anyhow!("{e:?}"))?;
        let now = db.clock().now();
        db.write(async |tx| chat::store::enter(tx, facts.id, author, now, true).await)
            .await
            .map_err(|e| anyhow!("{e:?}"))?;
        let batch = chat::store::Ingest {
            ids: vec![id],
            rooms: vec![facts.id.0],
            clients: vec![ids::random()],
            authors: vec![author],
            bodies: vec![message.body.clone()],
            htmls: vec![markdown::render(&message.body)],
            open: vec![true],
            versions: vec![facts.version],
            now: db.clock().now(),
            lock_ms: 5_000,
            replies: vec![None],
        };
        let written = chat::store::ingest(&mut conn, batch).await.map_err(|e| anyhow!("{e:?}"))?;
        match written.iter().find_map(|w| w.id) {
            Some(id) => self.made.insert(message.key.clone(), id),
            None => anyhow::bail!("{}: {:?}", message.key, written),
        };
        Ok(())
    }
}

/// Adds a field to an object.
fn add(object: &mut Value, name: &str, value: Value) {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// The place of `part` in `text`, in Unicode scalar values.
fn span(text: &str, part: &str, replacement: Option<&str>) -> anyhow::Result<Value> {
    let (before, _) = text.split_once(part).with_context(|| format!("«{part}» is not in the text"))?;
    let start = before.chars().count();
    Ok(json!({"start": start, "end": start + part.chars().count(), "replacement": replacement}))
}
