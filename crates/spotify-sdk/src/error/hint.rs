//! What to do about an error: the second line that a program can print under the first.

use http::Method;

use super::{ApiError, Error};
use crate::operation::{OperationInfo, Quota, Replay};

pub(super) fn hint(error: &Error) -> Option<String> {
    let hint = match error {
        Error::Authentication(error) => authentication(error),
        Error::BadRequest(error) => return bad_request(error),
        Error::Forbidden(error) => forbidden(error),
        Error::NotFound(error) => not_found(error),
        Error::RateLimit(error) => rate_limit(error),
        Error::QuotaExceeded(error) => quota(error),
        Error::Server(_) => "Spotify has a problem; try again later.".to_owned(),
        Error::Api(error) if error.status.is_redirection() => {
            "Redirects are not followed, since the access token must not go to another address; check the base URL."
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
        Error::Incomplete(error) if error.uncertain > 0 && error.replay == Replay::Unsafe => {
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
        Error::Decode(error) if error.looks_like_html() => {
            "A web page came instead of JSON: a proxy or the sign-in page of a network answered in Spotify's place."
                .to_owned()
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
    operation.is_some_and(|operation| operation.replay == crate::operation::Replay::Unsafe)
}

const CHECK_CREDENTIALS: &str = "Check the client id and the client secret in Spotify's developer dashboard.";

fn authentication(error: &ApiError) -> String {
    // The token endpoint may answer 401 to an app as well.
    if error.reason.as_deref() == Some("invalid_client") {
        CHECK_CREDENTIALS.to_owned()
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
    let operation = error.operation.filter(|operation| !operation.reference.is_empty())?;
    Some(format!("See {}.", operation.reference_url()))
}

fn forbidden(error: &ApiError) -> String {
    let text = error.message.to_ascii_lowercase();
    if error.reason.as_deref() == Some("PREMIUM_REQUIRED") || text.contains("premium required") {
        return "The user needs Spotify Premium for this.".to_owned();
    }
    if text.contains("not registered") || text.contains("allowlist") || text.contains("developer dashboard") {
        return "An app in Development Mode serves only the users on its list: add this one in the developer dashboard."
            .to_owned();
    }
    let Some(operation) = error.operation else {
        return "The access token may not do this.".to_owned();
    };
    if operation.quota == Quota::Extended && !text.contains("scope") {
        return match operation.replaced_by {
            Some(name) => format!("Only apps with extended quota may call `{}`; use `{name}` instead.", operation.name),
            None => format!("Only apps with extended quota may call `{}`.", operation.name),
        };
    }
    if operation.scopes.is_empty() {
        return "The access token may not do this; the item may belong to another user.".to_owned();
    }
    let scopes: Vec<String> = operation.scopes.iter().map(|scope| format!("`{scope}`")).collect();
    let (word, list) = if scopes.len() == 1 { ("scope", scopes.concat()) } else { ("scopes", scopes.join(", ")) };
    let needs = format!("`{}` needs a user's access token with the {word} {list}.", operation.name);
    if text.contains("scope") || !operation.path.starts_with("/playlists/") {
        return needs;
    }
    // Spotify says no more than "Forbidden" to a user who has nothing to do with the playlist.
    let whose = match operation.method {
        Method::GET => {
            "Apps in Development Mode get the items of those playlists alone that the user owns or works on with others"
        }
        _ => "A playlist is changed by its owner and those who work on it with them alone",
    };
    format!("{whose}. Besides, {needs}")
}

fn not_found(error: &ApiError) -> String {
    if error.reason.as_deref() == Some("NO_ACTIVE_DEVICE") || error.message.contains("No active device") {
        return "Open Spotify on a device, or choose one with `player().transfer_playback`.".to_owned();
    }
    match error.operation {
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

fn rate_limit(error: &ApiError) -> String {
    let wait = wait(error);
    let advice = format!(
        "{wait} before the next call: going on makes the wait longer. `max_retry_wait` lets calls wait for it."
    );
    if error.before_any_success {
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

/// To withdrawn client ids, every call is answered with 429.
const MAY_BE_WITHDRAWN: &str = "No call of this client has succeeded yet: should none ever do, then Spotify may have withdrawn \
                                the client id, as it did with those of its own apps in December 2025. Waiting does not help \
                                then; use the id of an app of your own.";

fn quota(error: &ApiError) -> String {
    let wait = wait(error);
    let whose = "A quota is no rate limit: Spotify counts it over about 24 hours, for the account of the developer with all its \
                 client ids together, so another client id of the same account does not help.";
    let advice = format!(
        "{whose} {wait}; the operation is refused until then, and other operations go on. Fewer requests use \
                          less of it: `usage()` tells how many were sent."
    );
    if error.before_any_success {
        return format!("{advice} {MAY_BE_WITHDRAWN}");
    }
    advice
}
