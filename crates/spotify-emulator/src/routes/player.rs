//! Commands to the player. They need Premium, and a device to play on.

use http::StatusCode;
use serde::Deserialize;

use super::Operation;
use super::request::ApiRequest;
use crate::http::{ApiError, ApiResponse};
use crate::world::Product;
use crate::world::context::duration;
use crate::world::player::{Player, Repeat};

const MODIFY: &[&str] = &["user-modify-playback-state"];

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::put("/me/player", transfer).scopes(MODIFY),
    Operation::put("/me/player/play", play).scopes(MODIFY),
    Operation::put("/me/player/pause", pause).scopes(MODIFY),
    Operation::post("/me/player/next", next).scopes(MODIFY),
    Operation::post("/me/player/previous", previous).scopes(MODIFY),
    Operation::put("/me/player/seek", seek).scopes(MODIFY),
    Operation::put("/me/player/repeat", repeat).scopes(MODIFY),
    Operation::put("/me/player/volume", volume).scopes(MODIFY),
    Operation::put("/me/player/shuffle", shuffle).scopes(MODIFY),
    Operation::post("/me/player/queue", enqueue).scopes(MODIFY),
];

const fn done() -> ApiResponse {
    ApiResponse::empty(StatusCode::NO_CONTENT)
}

fn require_premium(request: &ApiRequest<'_>) -> Result<(), ApiError> {
    match request.user()?.1.product {
        Product::Premium => Ok(()),
        Product::Free => Err(ApiError::PREMIUM_REQUIRED),
    }
}

/// The player of a user who may control it. The active device is the one that the request names, or else the current
/// one.
fn commanded<'b>(request: &'b mut ApiRequest<'_>) -> Result<&'b mut Player, ApiError> {
    require_premium(request)?;
    let named = request.query.value("device_id").map(str::to_owned);
    let player = request.player()?;
    let id = match named {
        Some(id) => {
            player.find(&id).ok_or(ApiError::DEVICE_NOT_FOUND)?;
            id
        }
        None => player.active.clone().ok_or(ApiError::NO_ACTIVE_DEVICE)?,
    };
    if player.find(&id).is_some_and(|device| device.is_restricted) {
        return Err(ApiError::RESTRICTED_DEVICE);
    }
    player.active = Some(id);
    Ok(player)
}

#[derive(Deserialize)]
struct TransferBody {
    device_ids: Option<Vec<String>>,
    play: Option<bool>,
}

fn transfer(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    require_premium(request)?;
    let body: TransferBody = request.json()?;
    let id = match body.device_ids.as_deref() {
        Some([id]) => id.clone(),
        Some([_, _, ..]) => return Err(ApiError::bad_request("Only one device can be given")),
        _ => return Err(ApiError::bad_request("Missing required field: device_ids")),
    };
    let now = request.now;
    let player = request.player()?;
    let device = player.find(&id).ok_or(ApiError::DEVICE_NOT_FOUND)?;
    if device.is_restricted {
        return Err(ApiError::RESTRICTED_DEVICE);
    }
    player.active = Some(id);
    player.changed_at = now;
    if body.play == Some(true) && !player.is_playing {
        player.resume(now);
    }
    Ok(done())
}

#[derive(Deserialize)]
struct PlayBody {
    context_uri: Option<String>,
    uris: Option<Vec<String>>,
    offset: Option<Offset>,
    position_ms: Option<i64>,
}

#[derive(Deserialize)]
struct Offset {
    position: Option<i64>,
    uri: Option<String>,
}

fn play(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    require_premium(request)?;
    let body: PlayBody = request.json()?;
    let position_ms = body.position_ms.unwrap_or_default();
    if position_ms < 0 {
        return Err(ApiError::bad_request("Invalid position_ms"));
    }
    let items = match (&body.context_uri, &body.uris) {
        (Some(_), Some(_)) => return Err(ApiError::bad_request("Only one of context_uri and uris can be given")),
        (Some(context), None) => {
            let items = request.world.items_of(context, &request.user_id()?);
            Some(items.ok_or_else(|| ApiError::invalid(format!("Invalid context uri: {context}")))?)
        }
        (None, Some(uris)) => {
            let unknown = uris.iter().find(|uri| duration(&request.world.catalog, uri).is_none());
            match unknown {
                Some(uri) => return Err(ApiError::invalid(format!("Invalid track uri: {uri}"))),
                None => Some(uris.clone()),
            }
        }
        (None, None) => None,
    };
    let (catalog, now) = (request.world.catalog.clone(), request.now);
    let player = commanded(request)?;
    let Some(items) = items else {
        // An empty body resumes playback.
        if player.is_playing || player.item.is_none() {
            return Err(ApiError::RESTRICTION_VIOLATED);
        }
        player.resume(now);
        if body.position_ms.is_some() {
            player.seek(position_ms, &catalog, now);
        }
        return Ok(done());
    };
    let start = match &body.offset {
        None => 0,
        Some(Offset { uri: Some(_), position: Some(_) }) => {
            return Err(ApiError::bad_request("Only one of position and uri can be given in offset"));
        }
        Some(Offset { uri: Some(uri), .. }) => {
            let place = items.iter().position(|item| item == uri);
            place.ok_or(ApiError::not_found("Player command failed: Track not found in context"))?
        }
        Some(Offset { position, .. }) => {
            let start = usize::try_from(position.unwrap_or_default()).ok().filter(|start| *start < items.len().max(1));
            start.ok_or(ApiError::bad_request("Invalid offset"))?
        }
    };
    player.play(body.context_uri, items, start, 0, now);
    player.seek(position_ms, &catalog, now);
    Ok(done())
}

fn pause(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let now = request.now;
    let player = commanded(request)?;
    if !player.is_playing {
        return Err(ApiError::RESTRICTION_VIOLATED);
    }
    player.pause(now);
    Ok(done())
}

fn next(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let now = request.now;
    commanded(request)?.skip_to_next(now);
    Ok(done())
}

fn previous(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let now = request.now;
    commanded(request)?.skip_to_previous(now);
    Ok(done())
}

/// A number that the query has to have.
fn number(request: &ApiRequest<'_>, name: &'static str) -> Result<i64, ApiError> {
    let text = request.query.value(name).ok_or_else(|| ApiError::invalid(format!("Missing required field: {name}")))?;
    text.parse().ok().filter(|number| *number >= 0).ok_or_else(|| ApiError::invalid(format!("Invalid {name}")))
}

/// A word that the query has to have.
fn word<'b>(request: &'b ApiRequest<'_>, name: &'static str) -> Result<&'b str, ApiError> {
    request.query.value(name).ok_or_else(|| ApiError::invalid(format!("Missing required field: {name}")))
}

fn seek(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let position_ms = number(request, "position_ms")?;
    let (catalog, now) = (request.world.catalog.clone(), request.now);
    commanded(request)?.seek(position_ms, &catalog, now);
    Ok(done())
}

fn repeat(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let repeat = Repeat::from_word(word(request, "state")?).ok_or(ApiError::bad_request("Invalid state"))?;
    let now = request.now;
    commanded(request)?.set_repeat(repeat, now);
    Ok(done())
}

fn shuffle(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let shuffle = word(request, "state")?.parse().map_err(|_| ApiError::bad_request("Invalid state"))?;
    let now = request.now;
    commanded(request)?.set_shuffle(shuffle, now);
    Ok(done())
}

fn volume(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let percent = number(request, "volume_percent")?;
    let percent = u8::try_from(percent).ok().filter(|percent| *percent <= 100);
    let percent = percent.ok_or(ApiError::bad_request("Invalid volume_percent"))?;
    let now = request.now;
    let player = commanded(request)?;
    let device = player.active.clone().and_then(|id| player.find_mut(&id)).ok_or(ApiError::NO_ACTIVE_DEVICE)?;
    if !device.supports_volume {
        return Err(ApiError::VOLUME_CONTROL_DISALLOWED);
    }
    device.volume_percent = Some(percent);
    player.changed_at = now;
    Ok(done())
}

fn enqueue(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let uri = word(request, "uri")?.to_owned();
    if duration(&request.world.catalog, &uri).is_none() {
        return Err(ApiError::invalid(format!("Invalid track uri: {uri}")));
    }
    commanded(request)?.enqueue(uri);
    Ok(done())
}
