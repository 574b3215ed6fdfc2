//! The redirect URIs that Spotify accepts.

use url::{Host, Url};

use crate::world::accounts::App;

/// Why a redirect URI is rejected, as the page says it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum BadRedirect {
    /// It is missing, is no URI, or is not one of the app's.
    Invalid,
    /// Not secure: `http` on a host other than a loopback address, or `localhost`.
    Insecure,
}

impl BadRedirect {
    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID_CLIENT: Invalid redirect URI",
            Self::Insecure => "INVALID_CLIENT: Insecure redirect URI",
        }
    }

    /// How the developer can fix it.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Invalid => "The redirect URI must exactly match one that the app has registered.",
            Self::Insecure => {
                "A redirect URI begins with https://, with http://127.0.0.1 or http://[::1], or with an app's own scheme. \
                 Spotify has refused localhost since November 2025: write 127.0.0.1 instead."
            }
        }
    }
}

/// Errors unless `uri` is accepted. Apps without registered redirect URIs may use any that could be registered.
pub(super) fn check(app: &App, uri: &str) -> Result<(), BadRedirect> {
    let url = Url::parse(uri).map_err(|_| BadRedirect::Invalid)?;
    if url.fragment().is_some() {
        return Err(BadRedirect::Invalid);
    }
    if !is_secure(&url) {
        return Err(BadRedirect::Insecure);
    }
    let registered = app.redirect_uris.is_empty() || app.redirect_uris.iter().any(|own| matches(own, uri, &url));
    if registered { Ok(()) } else { Err(BadRedirect::Invalid) }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        _ => false,
    }
}

/// Custom schemes belong to mobile apps.
fn is_secure(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.host_str() != Some("localhost"),
        "http" => is_loopback(url),
        other => !is_reserved(other),
    }
}

/// Whether a browser or the operating system handles a scheme itself: the redirect URI would be executed, shown or opened
/// there instead of being passed to an app.
fn is_reserved(scheme: &str) -> bool {
    RESERVED_SCHEMES.contains(&scheme) || BROWSER_FAMILIES.iter().any(|family| is_of(scheme, family))
}

/// Schemes that run, show, load or open something.
const RESERVED_SCHEMES: [&str; 34] = [
    "about",
    "acap",
    "blob",
    "cid",
    "content",
    "data",
    "feed",
    "file",
    "filesystem",
    "ftp",
    "ftps",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mailto",
    "mhtml",
    "mid",
    "mocha",
    "res",
    "resource",
    "sftp",
    "shell",
    "smb",
    "sms",
    "ssh",
    "tel",
    "telnet",
    "urn",
    "vbs",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// Browsers and systems with schemes for their own pages and programs: `chrome`, `chrome-extension`, `ms-settings`.
const BROWSER_FAMILIES: [&str; 18] = [
    "android-app",
    "brave",
    "chrome",
    "devtools",
    "edge",
    "firefox",
    "ie",
    "isolated-app",
    "microsoft-edge",
    "moz",
    "ms",
    "opera",
    "safari",
    "search-ms",
    "vivaldi",
    "webkit",
    "wyciwyg",
    "x-apple",
];

fn is_of(scheme: &str, family: &str) -> bool {
    scheme.strip_prefix(family).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Exact comparison; but a loopback address that was registered without a port matches every port.
fn matches(registered: &str, uri: &str, url: &Url) -> bool {
    if registered == uri {
        return true;
    }
    let Ok(own) = Url::parse(registered) else {
        return false;
    };
    is_loopback(&own)
        && own.port().is_none()
        && (own.scheme(), own.host(), own.path(), own.query()) == (url.scheme(), url.host(), url.path(), url.query())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app(uris: &[&str]) -> App {
        App {
            client_id: String::new(),
            client_secret: String::new(),
            name: String::new(),
            redirect_uris: uris.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn without_registered_uris_every_safe_one_is_taken() {
        for uri in [
            "https://example.com/callback",
            "http://127.0.0.1:8888/callback",
            "http://[::1]/",
            "my-app://callback",
            "com.example.app:/callback",
            "spotify-quick-start://x",
            "chromatic://callback",
            "msgapp:/done",
        ] {
            assert_eq!(check(&app(&[]), uri), Ok(()), "{uri}");
        }
    }

    #[test]
    fn what_is_not_safe_is_refused_even_if_it_is_registered() {
        for uri in [
            "http://localhost:8888/callback",
            "http://localhost/",
            "https://localhost/",
            "http://example.com/callback",
            "http://127.0.0.2/",
            "http://0.0.0.0:80/",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:msgbox(1)",
            "view-source:https://example.com/",
            "chrome://settings/",
            "chrome-extension://abc/callback",
            "moz-extension://abc/callback",
            "edge://flags",
            "ms-msdt:/id",
            "about:blank",
            "blob:https://example.com/x",
            "file:///etc/passwd",
            "filesystem:https://example.com/x",
            "intent://x",
            "mailto:a@example.com",
        ] {
            assert_eq!(check(&app(&[uri]), uri), Err(BadRedirect::Insecure), "{uri}");
        }
    }

    #[test]
    fn registered_uris_are_compared_letter_for_letter() {
        let app = app(&["https://example.com/callback"]);
        assert_eq!(check(&app, "https://example.com/callback"), Ok(()));
        for uri in [
            "https://example.com/callback/",
            "https://example.com/Callback",
            "https://example.com/callback?x=1",
            "https://example.com:8443/callback",
            "",
            "callback",
            "https://example.com/callback#x",
        ] {
            assert_eq!(check(&app, uri), Err(BadRedirect::Invalid), "{uri}");
        }
    }

    #[test]
    fn a_loopback_address_without_a_port_stands_for_every_port() {
        let app = app(&["http://127.0.0.1/callback", "http://[::1]:4000/callback"]);
        for uri in ["http://127.0.0.1:51234/callback", "http://127.0.0.1/callback", "http://[::1]:4000/callback"] {
            assert_eq!(check(&app, uri), Ok(()), "{uri}");
        }
        for uri in ["http://127.0.0.1:51234/other", "http://[::1]:4001/callback", "https://127.0.0.1/callback"] {
            assert_eq!(check(&app, uri), Err(BadRedirect::Invalid), "{uri}");
        }
    }
}
