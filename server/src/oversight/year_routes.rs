//! The accounts of years, for everybody.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, get};
use serde_json::Value;
use utoipa_actix_web::service_config::ServiceConfig;

use super::year;
use super::year_store as store;
use super::year_views::{YearlyAccount, YearlyAccountList};
use crate::http::{Answer, Problem};
use crate::infra::db::Db;

/// Registers the routes.
pub(super) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(list_yearly_accounts).service(get_yearly_account).service(get_yearly_account_csv);
}

fn read(body: Value) -> Result<YearlyAccount, Problem> {
    serde_json::from_value(body).map_err(|error| Problem::Internal(error.into()))
}

async fn find(db: &Db, year: &str) -> Result<YearlyAccount, Problem> {
    let year: i32 = year.parse().map_err(|_| Problem::NotFound)?;
    read(store::find(&mut *db.read().await?, year).await?.ok_or(Problem::NotFound)?)
}

/// What moderation did, year by year. Small numbers are hidden.
#[utoipa::path(tag = "oversight", responses((status = 200, body = YearlyAccountList)))]
#[get("/yearly-accounts")]
async fn list_yearly_accounts(db: Data<Db>) -> Answer {
    let bodies = store::all(&mut *db.read().await?).await?;
    let items = bodies.into_iter().map(read).collect::<Result<_, _>>()?;
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-cache")).json(YearlyAccountList { items }))
}

/// The account of one year.
#[utoipa::path(tag = "oversight", params(("year" = String, Path)), responses((status = 200, body = YearlyAccount), (status = 404)))]
#[get("/yearly-accounts/{year}")]
async fn get_yearly_account(db: Data<Db>, year: Path<String>) -> Answer {
    Ok(HttpResponse::Ok().insert_header(("cache-control", "no-cache")).json(find(&db, &year).await?))
}

/// The same as comma-separated values: a line for each number.
#[utoipa::path(tag = "oversight", params(("year" = String, Path)),
    responses((status = 200, body = String, content_type = "text/csv"), (status = 404)))]
#[get("/yearly-accounts/{year}/csv")]
async fn get_yearly_account_csv(db: Data<Db>, year: Path<String>) -> Answer {
    let account = find(&db, &year).await?;
    let file = format!("attachment; filename=\"moderation-{}.csv\"", account.year);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(("cache-control", "no-cache"))
        .insert_header(("content-disposition", file))
        .body(year::csv(&account)))
}
