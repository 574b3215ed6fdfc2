//! Which redirect URIs Spotify takes, found out before a user is sent there.

use std::net::IpAddr;

use url::{Host, Url};

use crate::error::Result;
use crate::invalid_input::InvalidInput;
use crate::text::shown_address;

/// Reads a redirect URI, or says why Spotify would not take it and what to write instead.
pub(super) fn check_redirect_uri(uri: &str) -> Result<Url> {
    let shown = shown_address(uri);
    let refuse = |why: String| Err(InvalidInput::new("redirect_uri", why).into());
    // `Url` takes white space away without a word, and Spotify would get it.
    if uri.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return refuse(format!("expected an address without white space, got {shown:?}"));
    }
    let url = match Url::parse(uri) {
        Ok(url) => url,
        Err(error) => {
            return refuse(format!(
                "expected an address such as http://127.0.0.1:8888/callback, got `{shown}`: {error}"
            ));
        }
    };
    if url.host_str().is_some_and(|host| host.eq_ignore_ascii_case("localhost")) {
        let instead = match shown.to_ascii_lowercase().find("localhost") {
            Some(at) => format!("{}127.0.0.1{}", &shown[..at], &shown[at + "localhost".len()..]),
            None => "http://127.0.0.1".to_owned(),
        };
        return refuse(format!(
            "Spotify has refused `localhost` since November 2025: register and use `{instead}` instead"
        ));
    }
    if url.scheme() == "http" && loopback(&url).is_none() {
        return refuse(format!("expected https, or http on 127.0.0.1 or [::1], got `{shown}`"));
    }
    if url.fragment().is_some() {
        return refuse(format!("expected an address without `#`, got `{shown}`"));
    }
    Ok(url)
}

/// The loopback address that a URI names, if it names one as a number.
pub(super) fn loopback(url: &Url) -> Option<IpAddr> {
    let address: IpAddr = match url.host()? {
        Host::Ipv4(address) => address.into(),
        Host::Ipv6(address) => address.into(),
        Host::Domain(_) => return None,
    };
    (address == IpAddr::from([127, 0, 0, 1]) || address == IpAddr::from(std::net::Ipv6Addr::LOCALHOST))
        .then_some(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_and_no_query_of_an_address_that_is_refused_is_shown() {
        for uri in [
            "https://me:hunter2@exa mple.org/",
            "https://me:hunter?2@[::1",
            "https://me:hunter2@[::1",
            "http://me:hunter2@example.org/callback",
            "http://localhost/callback?key=hunter2",
            "https://example.org/callback#hunter2",
        ] {
            let error = check_redirect_uri(uri).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter"), "{error}");
        }
    }

    #[test]
    fn what_spotify_takes_is_taken() {
        for uri in [
            "https://example.com/callback",
            "http://127.0.0.1:8888/callback",
            "http://127.0.0.1/callback",
            "http://[::1]:1234",
            "my-app://callback",
        ] {
            assert!(check_redirect_uri(uri).is_ok(), "{uri}");
        }
    }

    #[test]
    fn what_spotify_refuses_is_refused_with_the_reason() {
        for (uri, words) in [
            ("http://localhost:8888/callback", "`http://127.0.0.1:8888/callback` instead"),
            ("http://LocalHost/Callback", "`http://127.0.0.1/Callback` instead"),
            ("http://127.0.0.1/callback\r", "without white space"),
            (" http://127.0.0.1/call back", "without white space"),
            ("http://example.com/callback", "expected https"),
            ("http://127.0.0.2/", "expected https"),
            ("callback", "expected an address"),
            ("", "expected an address"),
            ("https://example.com/#top", "without `#`"),
        ] {
            let error = check_redirect_uri(uri).unwrap_err().to_string();
            assert!(error.contains(words), "{uri}: {error}");
        }
    }
}
