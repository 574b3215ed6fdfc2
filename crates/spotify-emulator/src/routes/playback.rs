//! Playback state, queue and history.

use http::StatusCode;
use serde::Serialize;

use super::Operation;
use super::request::ApiRequest;
use crate::http::{ApiError, ApiResponse, PageLimits, Wrapped};
use crate::objects::{device, history, playback, queue};
use crate::world::player::Play;

const READ_STATE: &str = "user-read-playback-state";
const READ_CURRENT: &str = "user-read-currently-playing";
const READ_RECENT: &str = "user-read-recently-played";
const ADDITIONAL_TYPES: [&str; 2] = ["track", "episode"];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/me/player", |request| state(request, true)).scopes(&[READ_STATE]),
    Operation::get("/me/player/currently-playing", |request| state(request, false)).scopes(&[READ_CURRENT]),
    Operation::get("/me/player/devices", devices).scopes(&[READ_STATE]),
    Operation::get("/me/player/queue", get_queue).scopes(&[READ_CURRENT, READ_STATE]),
    Operation::get("/me/player/recently-played", recently_played).scopes(&[READ_RECENT]),
];

fn state(request: &mut ApiRequest<'_>, whole: bool) -> Result<ApiResponse, ApiError> {
    let market = request.query.market()?;
    let types = request.query.list("additional_types");
    if types.iter().any(|word| !ADDITIONAL_TYPES.contains(&word.as_str())) {
        return Err(ApiError::bad_request("Invalid additional_types"));
    }
    request.player()?;
    let player = &request.user()?.1.player;
    if player.device().is_none() || (!whole && player.item.is_none()) {
        return Ok(ApiResponse::empty(StatusCode::NO_CONTENT));
    }
    let episodes = types.iter().any(|word| word == "episode");
    ApiResponse::json(&playback(&request.view(market.as_ref()), player, whole, episodes))
}

fn devices(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let player = &request.user()?.1.player;
    let devices: Vec<_> = player.devices.iter().map(|one| device(player, one)).collect();
    ApiResponse::json(&Wrapped("devices", devices))
}

fn get_queue(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    request.player()?;
    ApiResponse::json(&queue(&request.view(None), &request.user()?.1.player))
}

#[derive(Serialize)]
struct HistoryPage<T> {
    items: Vec<T>,
    next: Option<String>,
    cursors: Option<HistoryCursors>,
    limit: usize,
    href: String,
}

/// Times as Unix milliseconds: of the latest and of the earliest play of the page.
#[derive(Serialize)]
struct HistoryCursors {
    after: String,
    before: String,
}

fn recently_played(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let limit = request.query.limit(PageLimits::USUAL)?;
    let time = |name: &str| match request.query.value(name) {
        None => Ok(None),
        Some(text) => text.parse::<i64>().map(Some).map_err(|_| ApiError::invalid(format!("Invalid {name}"))),
    };
    let (after, before) = (time("after")?, time("before")?);
    if after.is_some() && before.is_some() {
        return Err(ApiError::bad_request("Only one of after and before can be given"));
    }
    request.player()?;
    let at = |play: &Play| play.played_at.as_millisecond();
    let plays: Vec<&Play> = request.user()?.1.player.history().collect();
    let (shown, goes_on): (Vec<&Play>, bool) = match after {
        // The plays that follow the cursor, and still the latest first.
        Some(after) => {
            let later: Vec<_> = plays.into_iter().filter(|play| at(play) > after).collect();
            let start = later.len().saturating_sub(limit);
            (later[start..].to_vec(), start > 0)
        }
        None => {
            let earlier: Vec<_> =
                plays.into_iter().filter(|play| before.is_none_or(|before| at(play) < before)).collect();
            let goes_on = earlier.len() > limit;
            (earlier.into_iter().take(limit).collect(), goes_on)
        }
    };
    let cursors = shown
        .first()
        .zip(shown.last())
        .map(|(latest, earliest)| HistoryCursors { after: at(latest).to_string(), before: at(earliest).to_string() });
    let url = format!("{}/me/player/recently-played", request.base_url);
    let next = cursors.as_ref().filter(|_| goes_on).map(|cursors| match after {
        Some(_) => format!("{url}?after={}&limit={limit}", cursors.after),
        None => format!("{url}?before={}&limit={limit}", cursors.before),
    });
    let view = request.view(None);
    let page = HistoryPage {
        items: shown.into_iter().filter_map(|play| history(&view, play)).collect(),
        next,
        cursors,
        limit,
        href: request.list_url(),
    };
    ApiResponse::json(&page)
}
