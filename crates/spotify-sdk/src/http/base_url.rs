//! [`BaseUrl`]: the address of an API, and so the only origin that receives the access token.

use http::Uri;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use url::Url;

use crate::invalid_input::InvalidInput;
use crate::text::shown_address;

/// The base URL of an API, without a trailing slash.
#[derive(Debug, Clone)]
pub(crate) struct BaseUrl {
    url: Url,
    text: String,
    /// The parts of every URI below it, parsed once.
    scheme: Scheme,
    authority: Authority,
    path: String,
}

impl BaseUrl {
    pub(crate) fn parse(setting: &'static str, text: &str) -> Result<Self, InvalidInput> {
        let shown = shown_address(text);
        let refuse = |why: &str| Err(InvalidInput::new(setting, format!("expected a URL such as {EXAMPLE}, {why}")));
        let mut url = match Url::parse(text.trim()) {
            Ok(url) => url,
            Err(error) => return refuse(&format!("got `{shown}`: {error}")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("got one with a user name or password in it");
        }
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(str::is_empty) {
            return refuse(&format!("got `{shown}`, which is not http or https"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse(&format!("got `{shown}`, which has a query or a fragment"));
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        let text = url.as_str().trim_end_matches('/').to_owned();
        let parsed = Uri::try_from(text.as_str()).map(Uri::into_parts);
        match parsed {
            Ok(Parts { scheme: Some(scheme), authority: Some(authority), .. }) => {
                Ok(Self { url, text, scheme, authority, path })
            }
            _ => refuse(&format!("got `{shown}`, which no request can be sent to")),
        }
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the URI of `target`, a path with an optional query, below the base URL.
    pub(crate) fn join(&self, target: &str) -> Result<Uri, InvalidInput> {
        let path = [self.path.as_str(), target].concat();
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        let uri = PathAndQuery::try_from(path).map_err(http::Error::from).and_then(|path| {
            parts.path_and_query = Some(path);
            Uri::from_parts(parts).map_err(http::Error::from)
        });
        uri.map_err(|error| InvalidInput::new("request", format!("`{target}` is no path: {error}")))
    }
}

const EXAMPLE: &str = "https://api.spotify.com/v1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_at_the_end_makes_no_difference() {
        for text in ["http://127.0.0.1:4010/v1", "http://127.0.0.1:4010/v1/", " http://127.0.0.1:4010/v1// "] {
            let base = BaseUrl::parse("base_url", text).unwrap();
            assert_eq!(base.join("/albums/1?market=SE").unwrap(), "http://127.0.0.1:4010/v1/albums/1?market=SE");
        }
        let base = BaseUrl::parse("base_url", "https://example.org").unwrap();
        assert_eq!(base.join("/me").unwrap(), "https://example.org/me");
    }

    #[test]
    fn what_is_no_address_of_an_api_is_refused() {
        for text in [
            "",
            "nonsense",
            "/v1",
            "api.spotify.com/v1",
            "ftp://api.spotify.com/v1",
            "file:///etc/passwd",
            "https://",
            "https://api.spotify.com/v1?token=1",
            "https://api.spotify.com/v1#top",
            "data:text/plain,1",
        ] {
            let error = BaseUrl::parse("base_url", text).unwrap_err();
            assert_eq!(error.parameter, "base_url", "{text}");
        }
    }

    #[test]
    fn a_password_in_a_base_url_is_refused_and_not_shown() {
        for text in [
            "https://me:hunter2@example.org/v1",
            "https://me:hunter2@exa mple.org/v1",
            "https://me:hunter2@example.org:port/v1",
            "https://me:hunter2@[::1",
            "https://me:a/hunter2@[::1",
            "me:hunter2@example.org",
            "ftp://me:hunter2@example.org",
            "https://example.org/v1?password=hunter2",
            "https://example.org/v1#hunter2",
            "https://exa mple.org/v1?password=hunter2",
            "ftp://example.org/v1?password=hunter2",
            "example.org/v1#hunter2",
        ] {
            let error = BaseUrl::parse("base_url", text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
        }
    }
}
