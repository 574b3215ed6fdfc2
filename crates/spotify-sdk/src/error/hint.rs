//! What to do about an error: the second line that a program can print under the first.

use http::{Method, StatusCode};

use jiff::Timestamp;

use super::{ApiError, Error, IncompleteError, ReauthorizationReason};
use crate::definition::{Action, Idempotency, OperationInfo, Quota};

pub(super) fn hint(error: &Error) -> Option<String> {
    let hint = match error {
        Error::Authentication(error) => return Some(authentication(error)),
        Error::BadRequest(error) => return bad_request(error),
        Error::Forbidden(error) => return Some(forbidden(error)),
        Error::NotFound(error) => return Some(not_found(error)),
        Error::RateLimit(error) => return Some(rate_limit(error)),
        Error::QuotaExceeded(error) => return Some(quota(error)),
        Error::Incomplete(error) => return Some(incomplete(error)),
        // 511 is what networks respond with that ask for a sign-in.
        Error::Server(error) if error.status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED => NOT_SPOTIFY,
        Error::Server(_) => "Spotify has a problem; try again later.",
        Error::Api(error) if error.status.is_redirection() => {
            "Redirects are not followed, since the access token must not go to another address. Check the base URL, and \
             whether the network asks for a sign-in."
        }
        Error::Api(error) if error.status.as_u16() == 413 => {
            "The body is too large. A playlist cover may have up to 256 KB in base64."
        }
        Error::Api(_) | Error::InvalidInput(_) | Error::Provider(_) => return None,
        Error::ReauthorizationRequired(error) => match error.reason {
            ReauthorizationReason::NeverSignedIn => "Send the user through sign-in.",
            ReauthorizationReason::ConsentExpired => {
                "Send the user through sign-in again: consent lasts six months from the day it was given."
            }
            ReauthorizationReason::Revoked => "Send the user through sign-in again: users can withdraw their consent.",
            ReauthorizationReason::MissingScopes => "Send the user through sign-in again, with all scopes.",
            ReauthorizationReason::NoRefreshToken => "Send the user through sign-in again.",
        },
        Error::AccessDenied(_) => "Ask again, and tell the user what the access is for.",
        Error::PlaylistChanged(_) => {
            "Read the playlist again, decide on the order anew, and sync: what is done already is not done twice."
        }
        Error::Connection(error) if error.maybe_executed && operation_is_unsafe(error.action) => LOOK_FIRST,
        Error::Connection(_) => "Check the network, a proxy, and the base URL.",
        Error::Timeout(error) if error.waiting_for_token => {
            "Nothing was sent: the access token took too long. Check what the auth provider waits for, or allow more with \
             `timeout`."
        }
        Error::Timeout(error) if operation_is_unsafe(error.action) => LOOK_FIRST,
        Error::Timeout(_) => "Try again, or allow more with `timeout`.",
        Error::Decode(error) if error.looks_like_html() => NOT_SPOTIFY,
        Error::Decode(error) if operation_is_unsafe(error.action) => {
            "Spotify has carried it out, though its response cannot be read: check before you do it again."
        }
        Error::Decode(error) if error.action == Some(Action::TokenRequest) => {
            "This is not a response of Spotify's token endpoint: check `accounts_url`, a proxy and the network."
        }
        Error::Decode(error) if many_instead(error.action).is_some() => {
            return many_instead(error.action)
                .map(|many| format!("`{many}` reads the other items, and names the one that cannot be read."));
        }
        Error::Decode(_) => {
            "Spotify sent something that this version cannot read; `send_as` reads it as a type of your own. If the call has \
             `fields`, they have to include what is missing."
        }
        Error::ResponseTooLarge(_) => "Ask for less, or allow more with `max_response_size`.",
        Error::Setup(error) => return error.hint.map(str::to_owned),
        Error::Internal(error) if error.maybe_executed && operation_is_unsafe(error.operation.map(Action::from)) => {
            LOOK_FIRST
        }
        Error::Internal(_) => return None,
    };
    Some(hint.to_owned())
}

const LOOK_FIRST: &str = "Spotify may have carried it out: check before you do it again.";

fn incomplete(error: &IncompleteError) -> String {
    if error.uncertain > 0 && error.idempotency == Idempotency::NotIdempotent {
        return "Check which of the uncertain ones were done before you go on with the rest.".to_owned();
    }
    let go_on = if error.is_read() {
        format!(
            "Go on from id {}, counted from 0; `stream` and `iter` of `get_many` yield what is read before an error.",
            error.done
        )
    } else if error.next == error.operation {
        format!("Go on from value {}, counted from 0.", error.done)
    } else {
        format!("Go on from value {}, counted from 0, with `{}`.", error.done, error.next.name)
    };
    match hint(&error.inner) {
        Some(hint) => format!("{hint} {go_on}"),
        None => go_on,
    }
}

/// What reads the items of a batch so that one that cannot be read does not fail the others.
fn many_instead(action: Option<Action>) -> Option<&'static str> {
    action?.operation()?.replaced_by.filter(|name| name.ends_with(".get_many"))
}

fn operation_is_unsafe(action: Option<Action>) -> bool {
    action.and_then(Action::operation).is_some_and(|operation| operation.idempotency == Idempotency::NotIdempotent)
}

fn is_player(operation: Option<&OperationInfo>) -> bool {
    operation.is_some_and(|operation| operation.path.starts_with("/me/player"))
}

/// Hotels, trains and airports respond to every request with their own page until the user has signed in there.
const NOT_SPOTIFY: &str = "A web page came in place of Spotify's response. The network may ask for a sign-in: open any page in \
                           a browser to see. Otherwise check whether a proxy or a firewall responds, and the URLs of the client.";

const CHECK_CREDENTIALS: &str = "Check the client id and the client secret in Spotify's developer dashboard.";

fn authentication(error: &ApiError) -> String {
    // The token endpoint may answer 401 to an app as well.
    if error.reason.as_deref() == Some("invalid_client") {
        CHECK_CREDENTIALS.to_owned()
    } else if error.message.to_ascii_lowercase().contains("permissions missing") {
        // How some operations say that a scope is missing, though the token is good.
        scopes(error).unwrap_or_else(|| "The access token may not do this.".to_owned())
    } else if error.message.contains("expired") {
        "Access tokens live for one hour: get a fresh one, or use an auth provider that renews them.".to_owned()
    } else {
        "Get a fresh access token, and check that it is complete, and for Spotify's Web API.".to_owned()
    }
}

fn bad_request(error: &ApiError) -> Option<String> {
    if error.message.contains("base62") {
        return Some("The id is not one of Spotify's: 22 letters and digits, or a link or URI with them.".to_owned());
    }
    if error.refuses_limit() {
        return Some(
            "Apps in Development Mode get fewer items at a time: ask for a smaller `limit`, at most 10 for search and the albums \
             of an artist, 50 for the items of a playlist. Whole lists are read as the client's `quota` says."
                .to_owned(),
        );
    }
    match error.reason.as_deref() {
        Some("invalid_client") => {
            return Some(CHECK_CREDENTIALS.to_owned());
        }
        Some("invalid_grant") => {
            return Some(
                "A code is valid once, for ten minutes, and for the redirect URI it was requested with: sign in again."
                    .to_owned(),
            );
        }
        _ => {}
    }
    Some(format!("See {}.", error.operation()?.reference_url()?))
}

const NEEDS_PREMIUM: &str = "The user needs Spotify Premium for this.";

/// Whether Spotify refuses the operation itself to this app: it is one for apps with extended quota, and the response names no
/// other cause.
#[cfg(feature = "extended-quota")]
pub(super) fn is_closed_to_app(error: &ApiError) -> bool {
    let is_extended = error.operation().is_some_and(|operation| operation.quota == Quota::Extended);
    error.status == StatusCode::FORBIDDEN && is_extended && named_cause(error).is_none()
}

/// The hint for a 403 whose cause the response names.
fn named_cause(error: &ApiError) -> Option<String> {
    let text = error.message.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| text.contains(words));
    if text.contains("premium") && text.contains("owner of the app") {
        return Some("The owner of the app needs Spotify Premium, whether or not its users have it: without, Spotify refuses every call of \
                an app in Development Mode. A change of the subscription takes some hours."
            .to_owned());
    }
    if says(&[
        "not registered",
        "not be registered",
        "allowlist",
        "developer dashboard",
        "developer.spotify.com/dashboard",
        "not approved for app",
    ]) {
        return Some("An app in Development Mode serves only the users on its list: add this user in the developer dashboard, under User \
                Management."
            .to_owned());
    }
    if says(&["unavailable in this country"]) {
        return Some(
            "Spotify is not available in the country that the request came from, or that the account is in.".to_owned(),
        );
    }
    if error.reason.as_deref() == Some("PREMIUM_REQUIRED") || says(&["premium required"]) {
        return Some(NEEDS_PREMIUM.to_owned());
    }
    if text.contains("scope") {
        return scopes(error).or_else(|| Some("The access token may not do this: it lacks a scope.".to_owned()));
    }
    if says(&["player command failed", "restriction violated"])
        || (is_player(error.operation()) && error.reason.is_some())
    {
        return Some(restricted(error.reason.as_deref(), &text).to_owned());
    }
    if error.looks_like_html() {
        return Some(NOT_SPOTIFY.to_owned());
    }
    None
}

fn forbidden(error: &ApiError) -> String {
    if let Some(hint) = named_cause(error) {
        return hint;
    }
    let Some(operation) = error.operation() else {
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
            "Apps in Development Mode get the items of those playlists alone that the user owns or collaborates on."
        }
        _ if operation.path.starts_with("/playlists/") => {
            "A playlist can be changed by its owner and its collaborators alone."
        }
        method if method != Method::GET && is_player(Some(operation)) => {
            "The device may accept no commands (`is_restricted` of `player().get_devices`), or the user has no Premium."
        }
        _ => return needs,
    };
    format!("{first} Also, {needs}")
}

/// Which scopes the operation needs, where it needs any.
fn scopes(error: &ApiError) -> Option<String> {
    let operation = error.operation().filter(|operation| !operation.scopes.is_empty())?;
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
            "The player does so already: see `player().get_playback_state`."
        }
        Some("NO_PREV_TRACK" | "NO_NEXT_TRACK" | "NO_SPECIFIC_TRACK" | "ENDLESS_CONTEXT" | "CONTEXT_DISALLOW") => {
            "What plays does not allow it: there is no item to go to, or it is not part of what plays."
        }
        Some("RATE_LIMITED") => "Playback commands are sent too fast, one after another: wait a moment.",
        _ => {
            "The device, or what plays, does not allow it now: `actions` of `player().get_playback_state` names what is not \
             allowed. So is pausing what is paused refused, and an item that is not available in the user's country."
        }
    }
}

const DEVICE_VOLUME: &str = "The volume of this device, often a phone, can only be set on the device itself: see `supports_volume` of \
                             `player().get_devices`.";

fn not_found(error: &ApiError) -> String {
    let text = error.message.to_ascii_lowercase();
    if error.reason.as_deref() == Some("NO_ACTIVE_DEVICE") || text.contains("no active device") {
        return "Open Spotify on a device, or choose one with `player().transfer_playback`.".to_owned();
    }
    if text.contains("device not found") {
        return GONE.to_owned();
    }
    if text == "service not found" {
        return "The Web API has nothing at this path: check the base URL, and the path of an operation of your own."
            .to_owned();
    }
    match error.operation() {
        // Some say no more than "Not found." of a device.
        Some(operation) if operation.method != Method::GET && is_player(Some(operation)) => {
            format!("{GONE} If it is there, check the id of what was to be played.")
        }
        Some(operation) if operation.quota == Quota::Extended => {
            "Check the id; apps without extended access get this response for any id.".to_owned()
        }
        Some(operation) if operation.path.starts_with("/playlists/") => {
            "Check the id; Spotify's own playlists are hidden from apps without extended access.".to_owned()
        }
        _ => "Check the id; the item may also be missing in this market.".to_owned(),
    }
}

const GONE: &str = "The device is gone, or has another id now: `player().get_devices` lists those that are there. Open Spotify on it \
                    to bring it back.";

fn rate_limit(error: &ApiError) -> String {
    let wait = wait(error);
    let advice =
        format!("{wait} before the next call: calls made earlier prolong the wait. `max_retry_wait` lets calls wait.");
    // A wait of known length is none for ever.
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

/// Every call of a withdrawn client id gets a 429, never with a wait, and never because of a quota.
const MAY_BE_WITHDRAWN: &str = "No call of this client has succeeded yet: if none ever does, Spotify may have withdrawn the \
                                client id, as it did with those of its own apps in December 2025. Use the id of an app of your \
                                own then.";

/// The program's own limit is none of Spotify's.
fn daily_budget(from: Timestamp) -> String {
    // The next full minute: what is sent earlier is refused once more.
    let minute = from.as_second().saturating_add(59).div_euclid(60).saturating_mul(60);
    let from = Timestamp::from_second(minute).unwrap_or(from).strftime("%Y-%m-%d %H:%M UTC");
    format!(
        "This is the program's own limit for any 24 hours, and not Spotify's: calls of this priority are sent again from {from} on. \
         `daily_budget` sets it, and `usage()` tells what was sent."
    )
}

fn quota(error: &ApiError) -> String {
    if let Some(from) = error.sent_from {
        return daily_budget(from);
    }
    let wait = wait(error);
    format!(
        "A quota is not a rate limit: Spotify counts it over about 24 hours, for the account of the developer with all its \
         client ids together. {wait}; until then this operation is refused, and others go on. `usage()` tells how many requests \
         were sent."
    )
}
