//! Shows and their episodes. They are not found where they are not sold, nor where Spotify does not know the country:
//! with Client Credentials a request has to name a market.

use super::Operation;
use super::call::{Call, found};
use crate::catalog::EpisodeOf;
use crate::http::{ApiError, Limits, Page, Reply, Under};
use crate::objects::View;

const MOST_AT_ONCE: usize = 50;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/shows/{id}", show).kept_for_a_minute(),
    Operation::get("/shows", shows).older().kept_for_a_minute(),
    Operation::get("/shows/{id}/episodes", show_episodes).kept_for_a_minute(),
    Operation::get("/episodes/{id}", episode).kept_for_a_minute(),
    Operation::get("/episodes", episodes).older().kept_for_a_minute(),
];

fn is_there(view: &View<'_>) -> bool {
    view.has(&view.catalog.markets)
}

fn show(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let market = call.query.market()?;
    let view = call.view(market.as_ref());
    let show = found(call.id(), view.catalog.show(call.id()).filter(|_| is_there(&view)))?;
    Reply::json(&view.show(show))
}

fn shows(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (ids, market) = (call.query.ids(MOST_AT_ONCE)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let shows = ids.iter().map(|id| view.catalog.show(id).filter(|_| is_there(&view)));
    let shows: Vec<_> = shows.map(|show| show.map(|show| view.simplified_show(show))).collect();
    Reply::json(&Under("shows", shows))
}

fn show_episodes(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (window, market) = (call.query.window(Limits::USUAL)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let show = found(call.id(), view.catalog.show(call.id()).filter(|_| is_there(&view)))?;
    let episodes: Vec<_> = show.episodes.iter().map(|episode| EpisodeOf { show, episode }).collect();
    Reply::json(&Page::of(&episodes, window, &call.list_url(), |of| view.simplified_episode(*of)))
}

fn episode(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let market = call.query.market()?;
    let view = call.view(market.as_ref());
    let of = found(call.id(), view.catalog.episode(call.id()).filter(|_| is_there(&view)))?;
    Reply::json(&view.episode(of))
}

fn episodes(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (ids, market) = (call.query.ids(MOST_AT_ONCE)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let episodes = ids.iter().map(|id| view.catalog.episode(id).filter(|_| is_there(&view)));
    let episodes: Vec<_> = episodes.map(|of| of.map(|of| view.episode(of))).collect();
    Reply::json(&Under("episodes", episodes))
}
