//! Users: the current user, other users, and top items.

use super::Operation;
use super::request::ApiRequest;
use crate::catalog::{Artist, TrackOf};
use crate::http::{ApiError, ApiResponse, Page, PageLimits};
use crate::ids::made_up_number;
use crate::objects::me;

const TOP: &[&str] = &["user-top-read"];
const TIME_RANGES: [&str; 3] = ["short_term", "medium_term", "long_term"];
const USUAL_TIME_RANGE: &str = "medium_term";
/// How much is among the most heard, at most.
const MAX_TOP_ITEMS: usize = 200;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/me", current_user),
    Operation::get("/users/{user_id}", user).legacy().public(),
    Operation::get("/me/top/artists", top_artists).scopes(TOP),
    Operation::get("/me/top/tracks", top_tracks).scopes(TOP),
];

fn current_user(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (user, private) = request.user()?;
    let (details, email) = (request.caller.has("user-read-private"), request.caller.has("user-read-email"));
    ApiResponse::json(&me(&request.view(None), user, private, details, email))
}

fn user(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let user = request.world.user(request.id()).ok_or(ApiError::not_found("No such user"))?;
    ApiResponse::json(&request.view(None).user(user))
}

fn time_range<'a>(request: &'a ApiRequest<'_>) -> Result<&'a str, ApiError> {
    let range = request.query.value("time_range").unwrap_or(USUAL_TIME_RANGE);
    if TIME_RANGES.contains(&range) { Ok(range) } else { Err(ApiError::bad_request("Invalid time range")) }
}

/// The saved tracks of the user, in an order that depends on the user and on the time range.
fn most_heard<'b>(request: &'b ApiRequest<'_>) -> Result<Vec<TrackOf<'b>>, ApiError> {
    let range = time_range(request)?;
    let (user, private) = request.user()?;
    let saved = private.library.tracks.items().iter().take(MAX_TOP_ITEMS);
    let mut tracks: Vec<_> = saved.filter_map(|item| request.world.catalog.track(&item.id)).collect();
    let plays = |of: &TrackOf<'_>| {
        let uri = crate::ids::Kind::Track.uri(of.track.id.as_str());
        let recent = private.player.history().filter(|play| play.uri == uri).count();
        let often = made_up_number(&format!("{range}:{}:{uri}", user.id), 1000);
        (recent, often + u32::from(of.track.popularity))
    };
    tracks.sort_by_cached_key(|of| std::cmp::Reverse(plays(of)));
    Ok(tracks)
}

fn top_tracks(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let window = request.query.window(PageLimits::USUAL)?;
    let (view, tracks) = (request.view(None), most_heard(request)?);
    ApiResponse::json(&Page::of(&tracks, window, &request.list_url(), |of| view.track(*of)))
}

/// The artists of the tracks that the user has heard most, in the same order.
fn top_artists(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let window = request.query.window(PageLimits::USUAL)?;
    let (view, tracks) = (request.view(None), most_heard(request)?);
    let mut artists: Vec<&Artist> = Vec::new();
    for credit in tracks.iter().flat_map(|of| of.track.artists.first()) {
        if let Some(artist) = view.catalog.artist(credit.id.as_str())
            && !artists.iter().any(|known| known.id == artist.id)
        {
            artists.push(artist);
        }
    }
    ApiResponse::json(&Page::of(&artists, window, &request.list_url(), |artist| view.artist(artist)))
}
