//! Named faults: common errors of Spotify, with Spotify's own messages.

use http::StatusCode;
use http::header::CONTENT_TYPE;

use super::Fault;
use crate::http::ApiError;

/// The response of a captive portal.
const SIGN_IN_PAGE: &str = "<!DOCTYPE html><html><head><title>Sign in to the network</title></head><body><h1>Welcome to \
                            our guest network</h1><form action=\"/login\" method=\"post\"><button>Connect</button></form>\
                            </body></html>\n";

/// The name of a fault, and its constructor.
type Named = (&'static str, fn() -> Fault);

const NAMED: [Named; 15] = [
    ("owner-needs-premium", Fault::owner_needs_premium),
    ("user-not-registered", Fault::user_not_registered),
    ("insufficient-scope", Fault::insufficient_scope),
    ("premium-required", Fault::premium_required),
    ("restriction-violated", Fault::restriction_violated),
    ("volume-control-disallow", Fault::volume_control_disallow),
    ("restricted-device", Fault::restricted_device),
    ("device-not-found", Fault::device_not_found),
    ("no-active-device", Fault::no_active_device),
    ("service-not-found", Fault::service_not_found),
    ("rate-limited", Fault::rate_limited),
    ("too-many-requests", Fault::too_many_requests),
    ("quota-exceeded", Fault::quota_exceeded),
    ("withdrawn-client", Fault::withdrawn_client),
    ("captive-portal", Fault::captive_portal),
];

/// Common errors with Spotify's own messages. [A table](crate#named-faults) lists their names, which the control over HTTP
/// uses too.
impl Fault {
    /// The fault with this [name](Self::names), if there is one.
    pub fn named(name: impl AsRef<str>) -> Option<Self> {
        let name = name.as_ref();
        NAMED.iter().find(|(other, _)| *other == name).map(|(_, fault)| fault())
    }

    /// The names of all named faults.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name)
    }

    fn of(error: &ApiError) -> Self {
        let (kind, body) = error.body();
        Self { status: Some(error.status), ..Self::default() }.header(CONTENT_TYPE, kind).body(body)
    }

    /// `owner-needs-premium`: 403 in plain text, for an app in Development Mode whose owner has no Premium.
    pub fn owner_needs_premium() -> Self {
        Self::of(&ApiError::OWNER_NEEDS_PREMIUM)
    }

    /// `user-not-registered`: 403 in plain text, for a user who is not registered for an app in Development Mode.
    pub fn user_not_registered() -> Self {
        Self::of(&ApiError::USER_NOT_REGISTERED)
    }

    /// `insufficient-scope`: 403 `Insufficient client scope`.
    pub fn insufficient_scope() -> Self {
        Self::of(&ApiError::INSUFFICIENT_SCOPE)
    }

    /// `premium-required`: 403 with the reason `PREMIUM_REQUIRED`, if the user has no Premium.
    pub fn premium_required() -> Self {
        Self::of(&ApiError::PREMIUM_REQUIRED)
    }

    /// `restriction-violated`: 403 `Player command failed: Restriction violated`, if the current playback does not
    /// allow the command.
    pub fn restriction_violated() -> Self {
        Self::of(&ApiError::RESTRICTION_VIOLATED)
    }

    /// `volume-control-disallow`: 403 with the reason `VOLUME_CONTROL_DISALLOW`, from a device whose volume cannot be set.
    pub fn volume_control_disallow() -> Self {
        Self::of(&ApiError::VOLUME_CONTROL_DISALLOWED)
    }

    /// `restricted-device`: 403 with the reason `DEVICE_NOT_CONTROLLABLE`, from a device that accepts no commands.
    pub fn restricted_device() -> Self {
        Self::of(&ApiError::RESTRICTED_DEVICE)
    }

    /// `device-not-found`: 404 `Device not found`, if there is no device with the given id.
    pub fn device_not_found() -> Self {
        Self::of(&ApiError::DEVICE_NOT_FOUND)
    }

    /// `no-active-device`: 404 with the reason `NO_ACTIVE_DEVICE`.
    pub fn no_active_device() -> Self {
        Self::of(&ApiError::NO_ACTIVE_DEVICE)
    }

    /// `service-not-found`: 404 `Service not found` in plain text.
    pub fn service_not_found() -> Self {
        Self::of(&ApiError::SERVICE_NOT_FOUND_IN_TEXT)
    }

    /// `rate-limited`: 429 `API rate limit exceeded`, without `Retry-After` unless a [`header`](Self::header) adds it.
    pub fn rate_limited() -> Self {
        Self::of(&ApiError::RATE_LIMITED)
    }

    /// `too-many-requests`: 429 `Too many requests` in plain text, without `Retry-After` unless a [`header`](Self::header)
    /// adds it.
    pub fn too_many_requests() -> Self {
        Self::of(&ApiError::TOO_MANY_REQUESTS_IN_TEXT)
    }

    /// `quota-exceeded`: 429 with the reason `QUOTA_EXCEEDED`, as for the [daily quota](crate::DailyQuota), without
    /// `Retry-After` unless a [`header`](Self::header) adds it.
    pub fn quota_exceeded() -> Self {
        Self::of(&ApiError::quota_exceeded(None))
    }

    /// `withdrawn-client`: 429 `API rate limit exceeded`, as Spotify responds to every request of a client id that it has
    /// withdrawn. There is no `Retry-After`, and waiting does not help. Apply it to every request:
    /// `emulator.faults().always(Fault::withdrawn_client())`.
    pub fn withdrawn_client() -> Self {
        Self::of(&ApiError::RATE_LIMITED)
    }

    /// `captive-portal`: 200 with a web page, as from a network with a captive portal.
    pub fn captive_portal() -> Self {
        let page = Self { status: Some(StatusCode::OK), ..Self::default() };
        page.header(CONTENT_TYPE, "text/html; charset=utf-8").body(SIGN_IN_PAGE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_that_has_a_name_is_found_by_it() {
        for name in Fault::names() {
            let fault = Fault::named(name).unwrap();
            assert!(fault.invalid.is_none() && fault.body.is_some(), "{name}");
            assert!(fault.headers.contains_key(CONTENT_TYPE), "{name}");
        }
        assert!(Fault::named("nothing").is_none());
    }
}
