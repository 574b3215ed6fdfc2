//! Users: the one whose token it is, the others, and what the one has listened to most.

use super::Operation;
use super::call::Call;
use crate::catalog::{Artist, TrackOf};
use crate::http::{ApiError, Limits, Page, Reply};
use crate::ids::made_up_number;
use crate::objects::me;

const TOP: &[&str] = &["user-top-read"];
const TIME_RANGES: [&str; 3] = ["short_term", "medium_term", "long_term"];
const USUAL_TIME_RANGE: &str = "medium_term";
/// How much is among the most heard, at most.
const MOST_HEARD: usize = 200;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/me", current_user),
    Operation::get("/users/{user_id}", user).older().public(),
    Operation::get("/me/top/artists", top_artists).scopes(TOP),
    Operation::get("/me/top/tracks", top_tracks).scopes(TOP),
];

fn current_user(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (user, private) = call.user()?;
    let (details, email) = (call.caller.has("user-read-private"), call.caller.has("user-read-email"));
    Reply::json(&me(&call.view(None), user, private, details, email))
}

fn user(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let user = call.world.user(call.id()).ok_or(ApiError::not_found("No such user"))?;
    Reply::json(&call.view(None).user(user))
}

fn time_range<'a>(call: &'a Call<'_>) -> Result<&'a str, ApiError> {
    let range = call.query.value("time_range").unwrap_or(USUAL_TIME_RANGE);
    if TIME_RANGES.contains(&range) { Ok(range) } else { Err(ApiError::bad_request("Invalid time range")) }
}

/// What the user has heard most: of what they have saved, in an order that is their own and that of the time range.
fn most_heard<'b>(call: &'b Call<'_>) -> Result<Vec<TrackOf<'b>>, ApiError> {
    let range = time_range(call)?;
    let (user, private) = call.user()?;
    let saved = private.library.tracks.items().iter().take(MOST_HEARD);
    let mut tracks: Vec<_> = saved.filter_map(|item| call.world.catalog.track(&item.id)).collect();
    let plays = |of: &TrackOf<'_>| {
        let uri = crate::ids::Kind::Track.uri(of.track.id.as_str());
        let recent = private.player.history().filter(|play| play.uri == uri).count();
        let often = made_up_number(&format!("{range}:{}:{uri}", user.id), 1000);
        (recent, often + u32::from(of.track.popularity))
    };
    tracks.sort_by_cached_key(|of| std::cmp::Reverse(plays(of)));
    Ok(tracks)
}

fn top_tracks(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let window = call.query.window(Limits::USUAL)?;
    let (view, tracks) = (call.view(None), most_heard(call)?);
    Reply::json(&Page::of(&tracks, window, &call.list_url(), |of| view.track(*of)))
}

/// The artists of the tracks that the user has heard most, in the same order.
fn top_artists(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let window = call.query.window(Limits::USUAL)?;
    let (view, tracks) = (call.view(None), most_heard(call)?);
    let mut artists: Vec<&Artist> = Vec::new();
    for credit in tracks.iter().flat_map(|of| of.track.artists.first()) {
        if let Some(artist) = view.catalog.artist(credit.id.as_str())
            && !artists.iter().any(|known| known.id == artist.id)
        {
            artists.push(artist);
        }
    }
    Reply::json(&Page::of(&artists, window, &call.list_url(), |artist| view.artist(artist)))
}
