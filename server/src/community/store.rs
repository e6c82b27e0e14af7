//! Rows of the community.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Date, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::defaults;
use crate::access::session::none_if_missing;
use crate::http::{Lang, Problem};
use crate::infra::db::{Conn, Tx};
use crate::infra::ids;
use crate::query;

/// What a coordinator may set, within safe bounds. Missing parts are the defaults.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Settings {
    /// Youngest age that may join.
    pub minimum_age: u8,
    /// Neutral name for tab titles and the home screen.
    pub short_name: String,
    /// IANA name of the community's time zone.
    pub time_zone: String,
    /// Where "leave the page" goes: somewhere that says nothing.
    pub leave_url: String,
    /// Who is responsible for the data (GDPR art. 4(7)).
    pub controller_name: Option<String>,
    /// How to reach them.
    pub controller_contact: Option<String>,
}

impl Settings {
    /// The time zone, by which all hours are meant.
    #[must_use]
    pub fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(chrono_tz::Europe::Copenhagen)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            minimum_age: 16,
            short_name: "Ligesind".to_owned(),
            time_zone: "Europe/Copenhagen".to_owned(),
            leave_url: "https://www.dmi.dk/".to_owned(),
            controller_name: None,
            controller_contact: None,
        }
    }
}

/// The community as it stands.
pub struct Community {
    /// Name.
    pub name: String,
    /// Raised with every change by a coordinator.
    pub version: i32,
    /// Settings.
    pub settings: Settings,
}

query! {
    struct Get {}
    "select name, version, settings from community"
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Integer)]
    version: i32,
    #[diesel(sql_type = Jsonb)]
    settings: Value,
}

/// The community; before anybody set it up, with the defaults.
///
/// # Errors
/// When the database fails.
pub async fn get(conn: &mut Conn) -> Result<Community, Problem> {
    let row: Option<Row> = Get {}.get_result(conn).await.map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(match row {
        Some(row) => Community {
            name: row.name,
            version: row.version,
            settings: serde_json::from_value(row.settings).unwrap_or_default(),
        },
        None => Community { name: default_name(), version: 1, settings: Settings::default() },
    })
}

fn default_name() -> String {
    defaults::all(Lang::Da).get("name").and_then(Value::as_str).unwrap_or("Ligesind").to_owned()
}

/// Its settings.
///
/// # Errors
/// When the database fails.
pub async fn settings(conn: &mut Conn) -> Result<Settings, Problem> {
    Ok(get(conn).await?.settings)
}

query! {
    struct LockVersion {}
    "select name, version, settings from community for update"
}
query! {
    struct Update { name: String => Text, settings: Value => Jsonb, now: DateTime<Utc> => Timestamptz }
    "update community set name = $1, settings = $2, version = version + 1, front_version = front_version + 1, updated_at = $3"
}

/// The community, locked for a change.
///
/// # Errors
/// When the database fails.
pub async fn lock(tx: &mut Tx) -> Result<Community, Problem> {
    let row: Row = LockVersion {}.get_result(&mut **tx).await?;
    Ok(Community {
        name: row.name,
        version: row.version,
        settings: serde_json::from_value(row.settings).unwrap_or_default(),
    })
}

/// Stores name and settings and raises the version.
///
/// # Errors
/// When the database fails.
pub async fn update(tx: &mut Tx, name: &str, settings: &Settings) -> Result<(), Problem> {
    let now = tx.now();
    let settings = serde_json::to_value(settings).map_err(anyhow::Error::from)?;
    Update { name: name.to_owned(), settings, now }.execute(&mut **tx).await?;
    Ok(())
}

query! {
    struct InsertCommunity { name: String => Text }
    "insert into community (name) values ($1) on conflict do nothing"
}
query! {
    struct InsertHelpLine {
        id: Uuid => SqlUuid, position: i32 => Integer, always: bool => Bool, about_da: String => Text, about_en: String => Text, name: String => Text,
        number: Option<String> => Nullable<Text>, url: Option<String> => Nullable<Text>, hours: Option<String> => Nullable<Text>, ages: Option<String> => Nullable<Text>,
        checked_on: Option<NaiveDate> => Nullable<Date>, now: DateTime<Utc> => Timestamptz,
        always_open: bool => Bool, open_hours: Value => Jsonb, hours_source: Option<String> => Nullable<Text>,
    }
    "insert into help_lines (id, position, always_shown, about_da, about_en, name, number, url, hours, ages, checked_on, updated_at,
                             always_open, open_hours, hours_source)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
}

/// Makes the community with its defaults and the help lines to be checked, if there is none.
///
/// # Errors
/// When the database fails.
pub async fn ensure(tx: &mut Tx) -> Result<(), Problem> {
    if (InsertCommunity { name: default_name() }).execute(&mut **tx).await? == 0 {
        return Ok(());
    }
    let english = defaults::document(Lang::En, "help_lines");
    for (position, line) in (0..).zip(defaults::document(Lang::Da, "help_lines").as_array().into_iter().flatten()) {
        let text = |name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
        let in_english = english.as_array().into_iter().flatten().find(|other| other.get("id") == line.get("id"));
        let new = HelpLine {
            id: ids::ordered(),
            always_shown: line.get("always_shown").and_then(Value::as_bool).unwrap_or(false),
            about_da: text("about").unwrap_or_default(),
            about_en: in_english.and_then(|l| l.get("about")).and_then(Value::as_str).unwrap_or_default().to_owned(),
            name: text("name").unwrap_or_default(),
            number: text("number"),
            url: text("url"),
            hours: text("hours"),
            ages: text("ages"),
            checked_on: None,
            always_open: line.get("always_open").and_then(Value::as_bool).unwrap_or(false),
            open_hours: json!([]),
            hours_source: text("hours_source"),
        };
        insert_help_line(tx, position, new).await?;
    }
    Ok(())
}

/// A place to get help.
#[derive(Clone, Debug, QueryableByName)]
pub struct HelpLine {
    /// Id.
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    /// 112: shown without a check.
    #[diesel(sql_type = Bool)]
    pub always_shown: bool,
    /// What it is, in Danish.
    #[diesel(sql_type = Text)]
    pub about_da: String,
    /// What it is, in English.
    #[diesel(sql_type = Text)]
    pub about_en: String,
    /// Name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Number.
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
    /// Page.
    #[diesel(sql_type = Nullable<Text>)]
    pub url: Option<String>,
    /// When it answers.
    #[diesel(sql_type = Nullable<Text>)]
    pub hours: Option<String>,
    /// Whom it is for.
    #[diesel(sql_type = Nullable<Text>)]
    pub ages: Option<String>,
    /// Day on which a coordinator last checked it with its owner.
    #[diesel(sql_type = Nullable<Date>)]
    pub checked_on: Option<NaiveDate>,
    /// Answers at every hour.
    #[diesel(sql_type = Bool)]
    pub always_open: bool,
    /// Weekly hours on the community's clock; empty: not known.
    #[diesel(sql_type = Jsonb)]
    pub open_hours: Value,
    /// Public page where the hours were read.
    #[diesel(sql_type = Nullable<Text>)]
    pub hours_source: Option<String>,
}

query! {
    /// Every help line, in order.
    pub struct HelpLines {}
    "select id, always_shown, about_da, about_en, name, number, url, hours, ages, checked_on, always_open, open_hours, hours_source from help_lines order by position, id"
}

/// Adds a help line.
///
/// # Errors
/// When the database fails.
pub async fn insert_help_line(tx: &mut Tx, position: i32, line: HelpLine) -> Result<(), Problem> {
    let now = tx.now();
    InsertHelpLine {
        id: line.id,
        position,
        always: line.always_shown,
        about_da: line.about_da,
        about_en: line.about_en,
        name: line.name,
        number: line.number,
        url: line.url,
        hours: line.hours,
        ages: line.ages,
        checked_on: line.checked_on,
        now,
        always_open: line.always_open,
        open_hours: line.open_hours,
        hours_source: line.hours_source,
    }
    .execute(&mut **tx)
    .await?;
    Ok(())
}

query! {
    /// Changes a help line; 112 stays shown.
    pub struct UpdateHelpLine {
        id: Uuid => SqlUuid, about_da: String => Text, about_en: String => Text, name: String => Text, number: Option<String> => Nullable<Text>,
        url: Option<String> => Nullable<Text>, hours: Option<String> => Nullable<Text>, ages: Option<String> => Nullable<Text>,
        checked_on: Option<NaiveDate> => Nullable<Date>, now: DateTime<Utc> => Timestamptz,
        always_open: bool => Bool, open_hours: Value => Jsonb, hours_source: Option<String> => Nullable<Text>,
    }
    "update help_lines set about_da = $2, about_en = $3, name = $4, number = $5, url = $6, hours = $7, ages = $8, checked_on = $9, updated_at = $10,
            always_open = $11, open_hours = $12, hours_source = $13 where id = $1"
}
query! {
    /// Takes a help line away; 112 stays.
    pub struct DeleteHelpLine { id: Uuid => SqlUuid }
    "delete from help_lines where id = $1 and not always_shown"
}

query! {
    struct Document { kind: String => Text, lang: String => Text }
    "select body, version from community_documents where kind = $1 and lang = $2"
}
query! {
    struct Documents { lang: String => Text }
    "select kind, body from community_documents where lang = $1"
}
query! {
    /// Stores a document and raises its version.
    pub struct PutDocument { kind: String => Text, lang: String => Text, body: Value => Jsonb, version: i32 => Integer, now: DateTime<Utc> => Timestamptz }
    "insert into community_documents (kind, lang, body, version, updated_at) values ($1, $2, $3, $4, $5)
     on conflict (kind, lang) do update set body = $3, version = $4, updated_at = $5"
}

#[derive(QueryableByName)]
struct DocumentRow {
    #[diesel(sql_type = Jsonb)]
    body: Value,
    #[diesel(sql_type = Integer)]
    version: i32,
}

#[derive(QueryableByName)]
struct KindRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Jsonb)]
    body: Value,
}

/// A document with its version; version 0: the default, never changed.
///
/// # Errors
/// When the database fails.
pub async fn document(conn: &mut Conn, lang: Lang, kind: &str) -> Result<(Value, i32), Problem> {
    let row: Option<DocumentRow> = Document { kind: kind.to_owned(), lang: lang.code().to_owned() }
        .get_result(conn)
        .await
        .map_or_else(none_if_missing, |row| Ok(Some(row)))?;
    Ok(row.map_or_else(|| (defaults::document(lang, kind), 0), |row| (row.body, row.version)))
}

/// All documents of a language by kind, changed ones over the defaults.
///
/// # Errors
/// When the database fails.
pub async fn documents(conn: &mut Conn, lang: Lang) -> Result<impl Fn(&str) -> Value + use<>, Problem> {
    let rows: Vec<KindRow> = Documents { lang: lang.code().to_owned() }.load(conn).await?;
    Ok(move |kind: &str| {
        rows.iter().find(|row| row.kind == kind).map_or_else(|| defaults::document(lang, kind), |row| row.body.clone())
    })
}
