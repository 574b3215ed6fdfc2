//! What to do about an error: the second line that a program can print under the first.

use http::{Method, StatusCode};

use super::{ApiError, Error};
use crate::operation::{Idempotency, OperationInfo, Quota};

pub(super) fn hint(error: &Error) -> Option<String> {
    let hint = match error {
        Error::Authentication(error) => authentication(error),
        Error::BadRequest(error) => return bad_request(error),
        Error::Forbidden(error) => forbidden(error),
        Error::NotFound(error) => not_found(error),
        Error::RateLimit(error) => rate_limit(error),
        Error::QuotaExceeded(error) => quota(error),
        // 511 is what networks answer with that ask for a sign-in.
        Error::Server(error) if error.status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED => NOT_SPOTIFY.to_owned(),
        Error::Server(_) => "Spotify has a problem; try again later.".to_owned(),
        Error::Api(error) if error.status.is_redirection() => {
            "Redirects are not followed, since the access token must not go to another address; check the base URL, and \
             whether the network asks for a sign-in."
                .to_owned()
        }
        Error::Api(error) if error.status.as_u16() == 413 => {
            "The body is too large; a playlist cover may have 256 KB in base64.".to_owned()
        }
        Error::Api(_) | Error::InvalidInput(_) | Error::Provider(_) => return None,
        Error::ReauthorizationRequired(_) => {
            "Send the user through sign-in again: consent lasts six months, and the user can withdraw it.".to_owned()
        }
        Error::AccessDenied(_) => "Ask again, and say what for; the user decides.".to_owned(),
        Error::PlaylistChanged(_) => {
            "Read the playlist again, decide on the order once more, and sync: what was done already is not done twice."
                .to_owned()
        }
        Error::Incomplete(error) if error.uncertain > 0 && error.idempotency == Idempotency::NotIdempotent => {
            "Look which of the uncertain ones were done before you go on with the rest.".to_owned()
        }
        Error::Incomplete(error) => {
            let go_on = if error.next == error.operation {
                format!("Go on from value {}, counted from 0.", error.done)
            } else {
                format!("Go on from value {}, counted from 0, with `{}`.", error.done, error.next.name)
            };
            match hint(&error.source) {
                Some(hint) => format!("{hint} {go_on}"),
                None => go_on,
            }
        }
        Error::Connection(error) if error.maybe_executed && operation_is_unsafe(error.operation) => {
            "Spotify may have carried it out: look before you do it again.".to_owned()
        }
        Error::Connection(_) => "Check the network, a proxy, and the base URL.".to_owned(),
        Error::Timeout(error) if error.waiting_for_token => {
            "Nothing was sent: the access token took too long. Look at what the auth provider waits for, or allow more with \
             `timeout`."
                .to_owned()
        }
        Error::Timeout(error) if operation_is_unsafe(error.operation) => {
            "Spotify may have carried it out: look before you do it again.".to_owned()
        }
        Error::Timeout(_) => "Try again, or allow more with `timeout`.".to_owned(),
        Error::Decode(error) if error.looks_like_html() => NOT_SPOTIFY.to_owned(),
        Error::Decode(error) if operation_is_unsafe(error.operation) => {
            "Spotify has carried it out, though its answer cannot be read: look before you do it again.".to_owned()
        }
        Error::Decode(error) if is_token_endpoint(error.operation) => {
            "What answered is not Spotify's token endpoint: check `accounts_url`, a proxy and the network.".to_owned()
        }
        Error::Decode(_) => {
            "Spotify sent something that this version cannot read; `send_as` reads it as a type of your own. If the call has \
             `fields`, they have to name what is missing."
                .to_owned()
        }
        Error::ResponseTooLarge { .. } => "Ask for less, or allow more with `max_response_size`.".to_owned(),
    };
    Some(hint)
}

fn operation_is_unsafe(operation: Option<&OperationInfo>) -> bool {
    operation.is_some_and(|operation| operation.idempotency == Idempotency::NotIdempotent)
}

fn is_token_endpoint(operation: Option<&OperationInfo>) -> bool {
    operation.is_some_and(|operation| operation.path == "/api/token")
}

fn is_player(operation: Option<&OperationInfo>) -> bool {
    operation.is_some_and(|operation| operation.path.starts_with("/me/player"))
}

/// Hotels, trains and airports answer every request with their own page until someone has signed in there.
const NOT_SPOTIFY: &str = "A web page came in place of Spotify's answer. The network may ask for a sign-in: open any page in a \
                           browser and look. Else a proxy or a firewall answers: check it, and the addresses of the client.";

const CHECK_CREDENTIALS: &str = "Check the client id and the client secret in Spotify's developer dashboard.";

fn authentication(error: &ApiError) -> String {
    // The token endpoint may answer 401 to an app as well.
    if error.reason.as_deref() == Some("invalid_client") {
        CHECK_CREDENTIALS.to_owned()
    } else if error.message.to_ascii_lowercase().contains("permissions missing") {
        // How some operations say that a scope is missing, though the token is good.
        scopes(error).unwrap_or_else(|| "The access token may not do this.".to_owned())
    } else if error.message.contains("expired") {
        "Access tokens live for one hour: get a fresh one, or use an auth provider that does.".to_owned()
    } else {
        "Get a fresh access token, and check that it is Spotify's, whole, and for this API.".to_owned()
    }
}

fn bad_request(error: &ApiError) -> Option<String> {
    if error.message.contains("base62") {
        return Some("The id is not one of Spotify's: 22 letters and digits, or a link or URI with them.".to_owned());
    }
    if error.refuses_limit() {
        return Some(
            "To apps in Development Mode Spotify gives fewer items at a time: ask for a smaller `limit`, 10 for search and the \
             albums of an artist, 50 for the items of a playlist. Whole lists take what the client's `quota` allows."
                .to_owned(),
        );
    }
    match error.reason.as_deref() {
        Some("invalid_client") => {
            return Some(CHECK_CREDENTIALS.to_owned());
        }
        Some("invalid_grant") => {
            return Some(
                "A code is good once, for ten minutes, and for the redirect URI it was asked for with: sign in again."
                    .to_owned(),
            );
        }
        _ => {}
    }
    Some(format!("See {}.", error.operation?.reference_url()?))
}

const NEEDS_PREMIUM: &str = "The user needs Spotify Premium for this.";

fn forbidden(error: &ApiError) -> String {
    let text = error.message.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if text.contains("premium") && text.contains("owner of the app") {
        return "The owner of the app, whoever its user is, needs Spotify Premium: without it, Spotify lets no call of an app in \
                Development Mode through. After a change of the subscription it takes some hours."
            .to_owned();
    }
    if says(&[
        "not registered",
        "not be registered",
        "allowlist",
        "developer dashboard",
        "developer.spotify.com/dashboard",
        "not approved for app",
    ]) {
        return "An app in Development Mode serves only the users on its list: add this one in the developer dashboard, under \
                User Management."
            .to_owned();
    }
    if says(&["unavailable in this country"]) {
        return "Spotify gives no service to the country that the request came from, or that the account is in."
            .to_owned();
    }
    if error.reason.as_deref() == Some("PREMIUM_REQUIRED") || says(&["premium required"]) {
        return NEEDS_PREMIUM.to_owned();
    }
    if text.contains("scope") {
        return scopes(error).unwrap_or_else(|| "The access token may not do this: it lacks a scope.".to_owned());
    }
    if says(&["player command failed", "restriction violated"])
        || (is_player(error.operation) && error.reason.is_some())
    {
        return restricted(error.reason.as_deref(), &text).to_owned();
    }
    if error.body.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        return NOT_SPOTIFY.to_owned();
    }
    let Some(operation) = error.operation else {
        return "The access token may not do this.".to_owned();
    };
    if operation.quota == Quota::Extended {
        return match operation.replaced_by {
            Some(name) => format!("Only apps with extended quota may call `{}`; use `{name}` instead.", operation.name),
            None => format!("Only apps with extended quota may call `{}`.", operation.name),
        };
    }
    let Some(needs) = scopes(error) else {
        return "The access token may not do this; the item may belong to another user.".to_owned();
    };
    // Spotify says no more than "Forbidden" to a user who has nothing to do with the playlist, and of a device that takes
    // no commands.
    let first = match &operation.method {
        &Method::GET if operation.path.starts_with("/playlists/") => {
            "Apps in Development Mode get the items of those playlists alone that the user owns or works on with others."
        }
        _ if operation.path.starts_with("/playlists/") => {
            "A playlist is changed by its owner and those who work on it with them alone."
        }
        method if method != Method::GET && is_player(Some(operation)) => {
            "The device may take no commands, as `is_restricted` of `player().get_devices` tells, or the user has no Premium."
        }
        _ => return needs,
    };
    format!("{first} Besides, {needs}")
}

/// Which scopes the operation needs, where it needs any.
fn scopes(error: &ApiError) -> Option<String> {
    let operation = error.operation.filter(|operation| !operation.scopes.is_empty())?;
    let scopes: Vec<String> = operation.scopes.iter().map(|scope| format!("`{scope}`")).collect();
    let (word, list) = if scopes.len() == 1 { ("scope", scopes.concat()) } else { ("scopes", scopes.join(", ")) };
    Some(format!("`{}` needs a user's access token with the {word} {list}.", operation.name))
}

/// A command that the player understood and did not carry out: that is about the device or what plays, and never about the
/// access token.
fn restricted(reason: Option<&str>, text: &str) -> &'static str {
    match reason {
        Some("VOLUME_CONTROL_DISALLOW") => DEVICE_VOLUME,
        _ if text.contains("device volume") => DEVICE_VOLUME,
        Some("DEVICE_NOT_CONTROLLABLE" | "REMOTE_CONTROL_DISALLOW") => {
            "This device takes no commands: choose one of `player().get_devices` whose `is_restricted` is false."
        }
        Some("ALREADY_PAUSED" | "NOT_PAUSED" | "ALREADY_PLAYING") => {
            "The player does so already: `player().get_playback_state` tells what it does."
        }
        Some("NO_PREV_TRACK" | "NO_NEXT_TRACK" | "NO_SPECIFIC_TRACK" | "ENDLESS_CONTEXT" | "CONTEXT_DISALLOW") => {
            "What plays does not allow it: there is no such item to go to, or it cannot be chosen from what plays."
        }
        Some("RATE_LIMITED") => "Commands to play come too fast, one after another: wait a moment.",
        _ => {
            "The device, or what plays, does not allow it now: `actions` of `player().get_playback_state` names what it does \
             not allow. Pausing what is paused is refused so, too, and an item that cannot be played in the user's country."
        }
    }
}

const DEVICE_VOLUME: &str = "The volume of this device, a phone as a rule, can be set on the device alone: \
                             `supports_volume` of `player().get_devices` tells which devices let it be set.";

fn not_found(error: &ApiError) -> String {
    let text = error.message.to_ascii_lowercase();
    if error.reason.as_deref() == Some("NO_ACTIVE_DEVICE") || text.contains("no active device") {
        return "Open Spotify on a device, or choose one with `player().transfer_playback`.".to_owned();
    }
    if text.contains("device not found") {
        return GONE.to_owned();
    }
    if text == "service not found" {
        return "There is nothing at this address of the Web API: check the base URL, and the path of an operation of your own."
            .to_owned();
    }
    match error.operation {
        // Some say no more than "Not found." of a device.
        Some(operation) if operation.method != Method::GET && is_player(Some(operation)) => {
            format!("{GONE} If it is there, check the id of what was to be played.")
        }
        Some(operation) if operation.quota == Quota::Extended => {
            "Check the id; to apps without extended access Spotify answers so for this operation whatever the id."
                .to_owned()
        }
        Some(operation) if operation.path.starts_with("/playlists/") => {
            "Check the id; Spotify's own playlists are hidden from apps without extended access.".to_owned()
        }
        _ => "Check the id; the item may also be missing in this market.".to_owned(),
    }
}

const GONE: &str = "The device is gone, or no longer known by this id: `player().get_devices` lists those that are there. Open \
                    Spotify on it to bring it back.";

fn rate_limit(error: &ApiError) -> String {
    let wait = wait(error);
    let advice = format!(
        "{wait} before the next call: going on makes the wait longer. `max_retry_wait` lets calls wait for it."
    );
    // Whoever is told for how long, is not told so for ever.
    if error.before_any_success && error.retry_after.is_none() {
        return format!("{advice} {MAY_BE_WITHDRAWN}");
    }
    advice
}

fn wait(error: &ApiError) -> String {
    match error.retry_after {
        Some(wait) => format!("Wait {} s", wait.as_secs_f64().ceil()),
        None => "Wait a while".to_owned(),
    }
}

/// To withdrawn client ids, every call is answered with 429, never with a wait, and never for the sake of a quota.
const MAY_BE_WITHDRAWN: &str = "No call of this client has succeeded yet: should none ever do, then Spotify may have withdrawn \
                                the client id, as it did with those of its own apps in December 2025. Waiting does not help \
                                then; use the id of an app of your own.";

fn quota(error: &ApiError) -> String {
    let wait = wait(error);
    let whose = "A quota is no rate limit: Spotify counts it over about 24 hours, for the account of the developer with all its \
                 client ids together, so another client id of the same account does not help.";
    format!(
        "{whose} {wait}; the operation is refused until then, and other operations go on. Fewer requests use \
         less of it: `usage()` tells how many were sent."
    )
}
