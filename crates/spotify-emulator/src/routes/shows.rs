//! Shows and their episodes. They are not found where they are not sold, nor where Spotify does not know the country:
//! with Client Credentials a request has to name a market.

use super::Operation;
use super::request::{ApiRequest, found};
use crate::catalog::EpisodeOf;
use crate::http::{ApiError, ApiResponse, Page, PageLimits, Wrapped};
use crate::objects::View;

const MAX_IDS: usize = 50;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/shows/{id}", show).max_age_60(),
    Operation::get("/shows", shows).legacy().max_age_60(),
    Operation::get("/shows/{id}/episodes", show_episodes).max_age_60(),
    Operation::get("/episodes/{id}", episode).max_age_60(),
    Operation::get("/episodes", episodes).legacy().max_age_60(),
];

fn is_there(view: &View<'_>) -> bool {
    view.has(&view.catalog.markets)
}

fn show(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let market = request.query.market()?;
    let view = request.view(market.as_ref());
    let show = found(request.id(), view.catalog.show(request.id()).filter(|_| is_there(&view)))?;
    ApiResponse::json(&view.show(show))
}

fn shows(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (ids, market) = (request.query.ids(MAX_IDS)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let shows = ids.iter().map(|id| view.catalog.show(id).filter(|_| is_there(&view)));
    let shows: Vec<_> = shows.map(|show| show.map(|show| view.simplified_show(show))).collect();
    ApiResponse::json(&Wrapped("shows", shows))
}

fn show_episodes(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (window, market) = (request.query.window(PageLimits::USUAL)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let show = found(request.id(), view.catalog.show(request.id()).filter(|_| is_there(&view)))?;
    let episodes: Vec<_> = show.episodes.iter().map(|episode| EpisodeOf { show, episode }).collect();
    ApiResponse::json(&Page::of(&episodes, window, &request.list_url(), |of| view.simplified_episode(*of)))
}

fn episode(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let market = request.query.market()?;
    let view = request.view(market.as_ref());
    let of = found(request.id(), view.catalog.episode(request.id()).filter(|_| is_there(&view)))?;
    ApiResponse::json(&view.episode(of))
}

fn episodes(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (ids, market) = (request.query.ids(MAX_IDS)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let episodes = ids.iter().map(|id| view.catalog.episode(id).filter(|_| is_there(&view)));
    let episodes: Vec<_> = episodes.map(|of| of.map(|of| view.episode(of))).collect();
    ApiResponse::json(&Wrapped("episodes", episodes))
}
