//! What people are promised about their data: taking it along, leaving, forgetting, and backups.

mod backup;
mod export;
mod leaving;
mod retention;

use serde_json::json;
use support::{Person, TestApp};
use uuid::Uuid;

pub const PASSWORD: &str = "en hel sætning om regn";

/// Somebody who signed up with [`PASSWORD`] and may write.
pub async fn join(app: &TestApp, name: &str) -> Person {
    let body = json!({"pseudonym": name, "password": PASSWORD, "birth_year": 2005, "accept_rules": true,
        "accept_sensitive": true, "heard_from": "en ven"});
    let reply = app.visitor().post("/accounts", body).await;
    reply.is(201);
    let id = reply.text_at("/account/id").parse().expect("an id");
    Person::new(app, id, name.to_owned(), Some(reply.text_at("/access_token")))
}

/// Texts of somebody, one of each kind, with a word of its own; their ids.
pub struct Texts {
    pub thread: Uuid,
    pub reply: Uuid,
    pub post: Uuid,
    pub draft: Uuid,
    pub message: Uuid,
    pub room: Uuid,
}

pub async fn write_everywhere(app: &TestApp, author: Uuid, word: &str) -> Texts {
    let id = Uuid::now_v7;
    let texts = Texts { thread: id(), reply: id(), post: id(), draft: id(), message: id(), room: id() };
    let Texts { thread, reply, post, draft, message, room } = &texts;
    let (board, other) = (id(), id());
    app.sql(&format!(
        "insert into boards (id, slug, title) values ('{board}', 'b-{board}', 'Hverdag');
         insert into threads (id, board_id, author_id, title, body, body_html, content_note, reply_wish, state, last_number, reply_count, published_at, edited_at, revision)
         values ('{thread}', '{board}', '{author}', '{word} titel', '{word} tråd', '<p>{word} tråd</p>', '{word} note', 'listen', 'live', 2, 2, now(), now(), 2);
         insert into text_revisions (target_kind, target_id, revision, title, body) values ('thread', '{thread}', 1, '{word} før', '{word} før');
         insert into replies (id, root_kind, root_id, number, path, author_id, body, body_html, state)
         values ('{reply}', 'thread', '{thread}', 1, '00001', '{author}', '{word} svar', '<p>{word} svar</p>', 'live');
         insert into replies (id, root_kind, root_id, parent_id, number, path, depth, body, body_html, state)
         values ('{other}', 'thread', '{thread}', '{reply}', 2, '0000100002', 1, 'en andens svar', '<p>en andens svar</p>', 'live');
         insert into posts (id, slug, author_id, state, live_revision, draft_revision, published_at)
         values ('{post}', '{word}-post', '{author}', 'live', 1, 2, now()), ('{draft}', '{word}-kladde', '{author}', 'draft', null, 1, null);
         insert into post_revisions (post_id, revision, title, body, body_html, tags, content_note)
         values ('{post}', 1, '{word} indlæg', '{word} indlæg', '<p>{word} indlæg</p>', '{{ro}}', '{word} note'),
                ('{post}', 2, '{word} igen', '{word} igen', '<p>{word} igen</p>', '{{ro}}', null),
                ('{draft}', 1, '{word} kladde', '{word} kladde', '<p>{word} kladde</p>', '{{}}', null);
         insert into rooms (id, slug, name, always_open, last_seq) values ('{room}', 'r-{room}', 'Stuen', true, 1);
         insert into messages (room_id, seq, id, author_id, client_id, body, body_html, state)
         values ('{room}', 1, '{message}', '{author}', gen_random_uuid(), '{word} besked', '<p>{word} besked</p>', 'live');"
    ))
    .await;
    texts
}

/// How many rows of any text column still hold a word.
pub async fn rows_with(app: &TestApp, word: &str) -> i64 {
    app.count(&format!(
        "select (select count(*) from threads where title || body || body_html || coalesce(content_note, '') like '%{word}%')
              + (select count(*) from text_revisions where coalesce(title, '') || body like '%{word}%')
              + (select count(*) from replies where body || body_html like '%{word}%')
              + (select count(*) from posts where slug like '%{word}%')
              + (select count(*) from post_revisions where title || body || body_html || coalesce(content_note, '') like '%{word}%')
              + (select count(*) from messages where body || body_html like '%{word}%')
              + (select count(*) from message_revisions where body like '%{word}%')
              + (select count(*) from held_messages where body || body_html like '%{word}%')"
    ))
    .await
}
