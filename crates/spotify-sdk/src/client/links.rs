//! Short links, `https://spotify.link/…`, which say what they name only when they are asked.

use http::header::{LOCATION, USER_AGENT};
use http::{HeaderMap, Method, Request, Uri};
use tokio::time::timeout;

use super::core::Core;
use crate::error::{ConnectionError, Error, InvalidInput, Result, TimeoutError};
use crate::ids::{SHORT_LINK_HOSTS, SpotifyUri};

impl Core {
    /// What a link names: a short link is asked with one request, which carries no token and is not repeated; any other
    /// URI or link is only read.
    pub(super) async fn resolve_link(&self, link: &str) -> Result<SpotifyUri> {
        let Some(short) = short_link(link) else { return Ok(link.parse()?) };
        let engine = self.engine();
        let mut request = Request::new(Default::default());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = short.clone();
        request.headers_mut().insert(USER_AGENT, engine.user_agent.clone());

        let limit = self.policy().timeout;
        let response = match timeout(limit, engine.http.send(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                return Err(Error::Connection(Box::new(ConnectionError {
                    operation: None,
                    address: short.host().unwrap_or_default().into(),
                    maybe_executed: error.sent,
                    source: error.source,
                })));
            }
            Err(_) => return Err(Error::Timeout(TimeoutError::new(None, limit))),
        };
        let refuse = |what: String| InvalidInput::new("link", format!("`{}` {what}", link.trim())).into();
        match target(response.headers()) {
            Some(target) => target.parse().map_err(|_| refuse(format!("leads to `{target}`, which names no item"))),
            None => Err(refuse(format!("leads nowhere: the answer was {}", response.status().as_u16()))),
        }
    }
}

fn short_link(link: &str) -> Option<Uri> {
    let link = link.trim();
    let (scheme, rest) = link.split_once("://").unwrap_or(("https", link));
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let host = rest.split(['/', '?', '#']).next()?.to_ascii_lowercase();
    if !SHORT_LINK_HOSTS.contains(&host.as_str()) {
        return None;
    }
    // Whatever was pasted, the request itself is encrypted.
    format!("https://{}", rest.split('#').next()?).parse().ok()
}

fn target(headers: &HeaderMap) -> Option<&str> {
    headers.get(LOCATION)?.to_str().ok()
}
