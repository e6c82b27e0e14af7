//! `ligesind fixture`: fills a test database for load programs.

use anyhow::{anyhow, bail};
use chrono::{DateTime, Duration, Utc};
use clap::Args;
use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Integer, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde_json::json;
use uuid::Uuid;

use super::{Station, say};
use crate::access::session::none_if_missing;
use crate::http::Problem;
use crate::infra::config::Config;
use crate::infra::embedded_pg::Tenure;
use crate::query;

/// How much to make.
#[derive(Args)]
pub struct FixtureArgs {
    /// Accounts, each with a bearer token that is good for 24 hours.
    #[arg(long)]
    people: i32,
    /// Chat rooms that are always open.
    #[arg(long)]
    rooms: i32,
    /// Threads of the forum.
    #[arg(long, default_value_t = 0)]
    threads: i32,
    /// Replies in each thread.
    #[arg(long, default_value_t = 0)]
    replies: i32,
}

query! {
    struct RealAccounts {}
    "select count(*) as n from accounts where origin not in ('demo', 'fixture')"
}
query! {
    /// People and their sessions in one go: signing up would hash a password for each.
    struct MakePeople { count: i32 => Integer, now: DateTime<Utc> => Timestamptz, until: DateTime<Utc> => Timestamptz }
    "with start as (select count(*) as n from accounts where origin = 'fixture'),
     people as (
       insert into accounts (id, pseudonym, pseudonym_skeleton, password_hash, recovery_hash, birth_year, origin, rules_accepted_at, consented_at, created_at)
       select gen_random_uuid(), 'fixture' || (start.n + i), 'fixture' || (start.n + i), '-', '-', 2000, 'fixture', $2, $2, $2 - interval '30 days'
       from start, generate_series(1, $1) i returning id)
     insert into sessions (id, account_id, carrier, created_at, last_used_at, authenticated_at, expires_at)
     select gen_random_uuid(), id, 'bearer', $2, $2, $2, $3 from people
     returning id, account_id as owner"
}
query! {
    struct MakeRooms { count: i32 => Integer, now: DateTime<Utc> => Timestamptz }
    "insert into rooms (id, slug, name, always_open, created_at)
     select id, 'fixture-' || left(id::text, 13), 'Fixture', true, $2 from (select gen_random_uuid() as id from generate_series(1, $1)) x
     returning id"
}
query! {
    struct MakeThreads { count: i32 => Integer, replies: i32 => Integer, now: DateTime<Utc> => Timestamptz, author: Uuid => SqlUuid }
    "with board as (
       insert into boards (id, slug, title, created_at) values (gen_random_uuid(), 'fixture', 'Fixture', $3)
       on conflict (slug) do update set title = excluded.title returning id),
     made as (
       insert into threads (id, board_id, author_id, title, body, body_html, state, last_number, reply_count, created_at, last_reply_at, state_changed_at)
       select gen_random_uuid(), board.id, $4, 'Fixture', 'Fixture', '<p>Fixture</p>', 'live', $2, $2, $3, $3, $3
       from board, generate_series(1, $1) returning id),
     texts as (
       insert into replies (id, root_kind, root_id, number, path, depth, author_id, body, body_html, state, created_at, state_changed_at)
       select gen_random_uuid(), 'thread', made.id, n, path_part(n), 0, $4, repeat('Jeg kender det. ', 6),
              '<p>' || repeat('Jeg kender det. ', 6) || '</p>', 'live', $3, $3
       from made, generate_series(1, $2) n)
     select id from made"
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct PersonRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    owner: Uuid,
}

#[derive(QueryableByName)]
struct IdRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Makes people, rooms and threads and prints them.
///
/// # Errors
/// In a database with real accounts.
pub fn run(config: Config, args: FixtureArgs) -> anyhow::Result<()> {
    let station = Station::open(config, Tenure::Brief)?;
    station.run(async || {
        station.migrate().await?;
        let state = station.state().await?;
        let now = state.db.clock().now();
        let until = now + Duration::hours(24);
        let (people, rooms, threads) = state
            .db
            .write(async |tx| {
                let real: Option<Count> =
                    RealAccounts {}.get_result(&mut **tx).await.map_or_else(none_if_missing, |n| Ok(Some(n)))?;
                if real.is_some_and(|real| real.n > 0) {
                    return Err(Problem::Refused("not_a_test_database"));
                }
                let people: Vec<PersonRow> = MakePeople { count: args.people, now, until }.load(&mut **tx).await?;
                let rooms: Vec<IdRow> = MakeRooms { count: args.rooms, now }.load(&mut **tx).await?;
                let threads: Vec<IdRow> = match people.as_slice().first() {
                    Some(author) if args.threads > 0 => {
                        MakeThreads { count: args.threads, replies: args.replies, now, author: author.owner }
                            .load(&mut **tx)
                            .await?
                    }
                    _ => Vec::new(),
                };
                Ok((people, rooms, threads))
            })
            .await
            .map_err(|problem| match problem {
                Problem::Refused(_) => {
                    anyhow!("this database has accounts that are neither demo nor fixture; a fixture is only for tests")
                }
                other => anyhow!("{other:?}"),
            })?;
        if people.is_empty() && args.threads > 0 {
            bail!("threads need at least one person");
        }
        for person in people {
            let token = state.tokens.sign(person.id.into(), until).map_err(|e| anyhow!("{e:?}"))?;
            say(&json!({"person": person.owner, "access_token": token}).to_string());
        }
        for room in rooms {
            say(&json!({"room": room.id}).to_string());
        }
        for thread in threads {
            say(&json!({"thread": thread.id}).to_string());
        }
        Ok(())
    })
}
