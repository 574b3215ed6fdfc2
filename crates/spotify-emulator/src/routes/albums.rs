//! Albums, their tracks, and the albums that the user has saved.

use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;

use super::{json_response, method_not_allowed};
use crate::catalog::{Album, catalog, ids};
use crate::errors::ApiError;
use crate::objects::View;
use crate::pages::Page;
use crate::query::{Market, Query};
use crate::state::Shared;
use crate::tokens::Caller;

const FOR_EVERYONE: &str = "public, max-age=0";
const FOR_THE_USER: &str = "private, max-age=0";

pub(super) fn routes() -> Router<Shared> {
    // axum would answer HEAD wherever it answers GET, and Spotify does not.
    Router::new()
        .route("/albums/{id}", get(album).head(method_not_allowed))
        .route("/albums/{id}/tracks", get(album_tracks).head(method_not_allowed))
        .route("/me/albums", get(saved_albums).head(method_not_allowed))
}

async fn album(
    _caller: Caller,
    State(shared): State<Shared>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let market = Query::parse(query.as_deref()).market()?;
    let album = find(&id)?;
    let object = view(&shared, market.as_ref()).album(album);
    Ok(json_response(StatusCode::OK, FOR_EVERYONE, &object))
}

async fn album_tracks(
    _caller: Caller,
    State(shared): State<Shared>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = Query::parse(query.as_deref());
    let (window, market) = (query.window()?, query.market()?);
    let album = find(&id)?;
    let page = view(&shared, market.as_ref()).tracks(album, window);
    Ok(json_response(StatusCode::OK, FOR_EVERYONE, &page))
}

async fn saved_albums(
    caller: Caller,
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    caller.require("user-library-read")?;
    let query = Query::parse(query.as_deref());
    let (window, market) = (query.window()?, query.market()?);
    let view = view(&shared, market.as_ref());
    let mut saved: Vec<&Album> = view.catalog.albums.iter().collect();
    saved.sort_by(|a, b| b.added_at.cmp(&a.added_at));
    let url = format!("{}/me/albums", view.base_url);
    let page = Page::of(&saved, window, &url, view.market, |album| view.saved_album(album));
    Ok(json_response(StatusCode::OK, FOR_THE_USER, &page))
}

fn view<'a>(shared: &'a Shared, market: Option<&'a Market>) -> View<'a> {
    View { base_url: &shared.base_url, quota: shared.quota, market, catalog: catalog() }
}

fn find(id: &str) -> Result<&'static Album, ApiError> {
    if !ids::is_well_formed(id) {
        return Err(ApiError::INVALID_ID);
    }
    catalog().albums.iter().find(|album| album.id.as_str() == id).ok_or(ApiError::NOT_FOUND)
}
