//! Short links, `https://spotify.link/…`, whose target only a request reveals.

use bytes::Bytes;
use http::header::{LOCATION, USER_AGENT};
use http::{HeaderMap, Method, Request, Response, Uri};
use tokio::time::Instant;

use crate::call::ClientInner;
use crate::error::{Error, Result, TimeoutError};
use crate::http::{BodyRule, ExchangeError, exchange};
use crate::ids::{SHORT_LINK_HOSTS, SpotifyUri};
use crate::invalid_input::InvalidInput;
use crate::options::A_YEAR;

/// The maximum length of a chain of short links.
const MAX_HOPS: usize = 3;

impl ClientInner {
    /// Returns the item that a link names. A short link, and each short link that it redirects to, is resolved with a
    /// request that carries no token and is not retried; any other URI or link is only parsed.
    pub(super) async fn resolve_link(&self, link: &str) -> Result<SpotifyUri> {
        let mut target = link.trim().to_owned();
        for _ in 0..MAX_HOPS {
            let Some(short) = short_link(&target) else { break };
            let response = self.follow(&short).await?;
            target = match location(response.headers()) {
                Some(next) => next.to_owned(),
                None => {
                    return Err(invalid_link(
                        link,
                        &format!("leads nowhere: the response was {}", response.status().as_u16()),
                    ));
                }
            };
        }
        match target.parse() {
            Err(_) if target != link.trim() => {
                Err(invalid_link(link, &format!("leads to `{target}`, which names no item")))
            }
            result => Ok(result?),
        }
    }

    async fn follow(&self, short: &Uri) -> Result<Response<Bytes>> {
        let pipeline = self.pipeline();
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = Method::GET;
        *request.uri_mut() = short.clone();
        request.headers_mut().insert(USER_AGENT, pipeline.user_agent.clone());

        let limit = self.options().timeout;
        let deadline = Instant::now() + limit.min(A_YEAR);
        exchange(&pipeline.http, request, deadline, |_| BodyRule::Unused).await.map_err(|error| match error {
            ExchangeError::Http(error) => error.into_error(None, short.host().unwrap_or_default()),
            ExchangeError::TimedOut | ExchangeError::TooLong => TimeoutError::new(None, limit).into(),
        })
    }
}

fn invalid_link(link: &str, what: &str) -> Error {
    InvalidInput::new("link", format!("`{}` {what}", link.trim())).into()
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
    // The request is always encrypted, whatever scheme the caller's link has.
    format!("https://{}", rest.split('#').next()?).parse().ok()
}

fn location(headers: &HeaderMap) -> Option<&str> {
    headers.get(LOCATION)?.to_str().ok()
}
