//! What becomes of a stored response when it is asked for: a pure decision.

use std::time::{Duration, SystemTime};

use http::header::{
    CACHE_CONTROL, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, PRAGMA, VARY,
};
use http_cache_semantics::BeforeRequest;

use super::response::request_parts;
use super::{CachedResponse, Settings};
use crate::definition::Caching;

/// What is done with a stored response.
#[derive(Debug)]
pub(super) enum Use {
    /// It is given, and nothing is sent.
    Fresh,
    /// Spotify is asked whether it has changed, with these headers.
    Validate(HeaderMap),
    /// Spotify is asked for another one.
    Replace,
}

/// What is known about the caller's wishes.
pub(super) struct Wishes<'a> {
    pub(super) caching: Caching,
    pub(super) settings: Settings,
    /// What the call itself says.
    pub(super) fresh_for: Option<Duration>,
    /// The additional headers of the request.
    pub(super) headers: Option<&'a HeaderMap>,
}

impl Wishes<'_> {
    /// Decides what is done with a stored response.
    pub(super) fn use_of(&self, response: &CachedResponse, now: SystemTime) -> Use {
        let (is_fresh, is_for_request) = self.by_policy(response, now);
        if !is_for_request {
            return Use::Replace;
        }
        let age = response.age(now);
        let is_within = |fresh_for: Duration| age <= fresh_for && !fresh_for.is_zero();
        let is_good_for = |fresh_for: Duration| {
            let rest = fresh_for.saturating_sub(age);
            is_within(fresh_for) && rest >= self.min_fresh() && self.allows_unasked(response, age)
        };
        let may_be_used = match (self.fresh_for, self.caching) {
            // The call has the last word, for a user's data too.
            (Some(fresh_for), _) => is_within(fresh_for) && (is_fresh || is_good_for(fresh_for)),
            (None, Caching::Catalog) => is_fresh || self.settings.fresh_for.is_some_and(is_good_for),
            (None, _) => false,
        };
        if may_be_used { Use::Fresh } else { validators(response).map_or(Use::Replace, Use::Validate) }
    }

    /// Decides whether a stored response is given in place of an error.
    pub(super) fn may_be_stale(&self, response: &CachedResponse, now: SystemTime) -> bool {
        let Some(max_age) = self.settings.stale_if_error else { return false };
        let (_, is_for_request) = self.by_policy(response, now);
        let age = response.age(now);
        is_for_request && age <= max_age && self.allows_unasked(response, age)
    }

    /// Returns whether the response is fresh by its headers and those of the request, and whether it is one for this request.
    fn by_policy(&self, response: &CachedResponse, now: SystemTime) -> (bool, bool) {
        // The usual case, for which no headers need to be copied: the key has all that the response depends on.
        if self.headers.is_none() && !response.headers().contains_key(VARY) {
            return (!response.policy().is_stale(now), true);
        }
        let request = request_parts(self.headers.cloned().unwrap_or_default());
        match response.policy().before_request(&request, now) {
            BeforeRequest::Fresh(_) => (true, true),
            BeforeRequest::Stale { matches, .. } => (false, matches),
        }
    }

    /// Returns whether neither the response nor the request demand that Spotify is asked.
    fn allows_unasked(&self, response: &CachedResponse, age: Duration) -> bool {
        let by_response = says(response.headers(), &["no-cache", "must-revalidate"]);
        let by_request = self.headers.is_some_and(|headers| {
            says(headers, &["no-cache"]) || seconds(headers, "max-age").is_some_and(|max_age| age > max_age)
        });
        !by_response && !by_request
    }

    /// Returns how much longer a response has to be good for, as a middleware may ask.
    fn min_fresh(&self) -> Duration {
        self.headers.and_then(|headers| seconds(headers, "min-fresh")).unwrap_or_default()
    }
}

/// Returns whether the headers have one of these directives.
fn says(headers: &HeaderMap, directives: &[&str]) -> bool {
    // `Pragma` counts only where there is no `Cache-Control`.
    let header = if headers.contains_key(CACHE_CONTROL) { CACHE_CONTROL } else { PRAGMA };
    of(headers, &header).any(|(name, _)| directives.iter().any(|directive| is(name, directive)))
}

/// Returns the value of a directive in seconds; zero for one that is no number.
fn seconds(headers: &HeaderMap, directive: &str) -> Option<Duration> {
    let (_, value) = of(headers, &CACHE_CONTROL).find(|(name, _)| is(name, directive))?;
    let value = str::from_utf8(value).ok().and_then(|value| value.trim().trim_matches('"').parse().ok());
    Some(Duration::from_secs(value.unwrap_or_default()))
}

/// Returns the directives of a header, with their values.
fn of<'a>(headers: &'a HeaderMap, header: &HeaderName) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    let parts = headers.get_all(header).into_iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    parts.map(|part| {
        let mut sides = part.splitn(2, |byte| *byte == b'=');
        (sides.next().unwrap_or_default(), sides.next().unwrap_or_default())
    })
}

fn is(name: &[u8], directive: &str) -> bool {
    name.trim_ascii().eq_ignore_ascii_case(directive.as_bytes())
}

/// Returns the headers that ask whether a response has changed; `None` if it has nothing to ask with.
fn validators(response: &CachedResponse) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    if let Some(tag) = response.headers().get(ETAG) {
        headers.insert(IF_NONE_MATCH, tag.clone());
    }
    if let Some(date) = response.headers().get(LAST_MODIFIED) {
        headers.insert(IF_MODIFIED_SINCE, date.clone());
    }
    (!headers.is_empty()).then_some(headers)
}
