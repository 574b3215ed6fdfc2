//! [`CachedResponse`]: a response as it is stored.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::header::{
    AGE, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, DATE, Entry, HeaderName, PRAGMA,
    PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_cache_semantics::{CacheOptions, CachePolicy, ResponseLike};
use serde::{Deserialize, Serialize};

use crate::error::BoxError;
use crate::pipeline::middleware::{ApiRequest, ApiResponse, CacheStatus};

/// The format of [`CachedResponse::to_bytes`].
const VERSION: u32 = 1;

/// The maximum value of `Age` that is taken at its word, in seconds. RFC 9111 has larger ones read as this.
const MAX_AGE_HEADER: u64 = 1 << 31;

/// The memory of a header beside its name and value: its entry in a map, which has room for more.
const HEADER_OVERHEAD: usize = 160;

/// Headers that belong to a connection, to a proxy, or to the user agent, and are not stored.
const NOT_STORED: [HeaderName; 11] = [
    CONNECTION,
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    SET_COOKIE,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-authentication-info"),
    HeaderName::from_static("proxy-connection"),
];

/// Headers that say something about the body, which a response without one does not replace.
const OF_THE_BODY: [HeaderName; 4] = [CONTENT_LENGTH, CONTENT_ENCODING, TRANSFER_ENCODING, CONTENT_RANGE];

/// A response as a [`CacheStore`](super::CacheStore) keeps it: a body, the headers, and when Spotify last sent or confirmed it.
/// Cheap to clone. It holds no access token; the body may hold a user's data, which `Debug` does not show.
#[derive(Clone)]
pub struct CachedResponse(Arc<Stored>);

struct Stored {
    /// The additional headers of the request, on which the response may depend.
    request_headers: HeaderMap,
    headers: HeaderMap,
    body: Bytes,
    /// When Spotify sent or last confirmed it.
    confirmed_at: SystemTime,
    policy: CachePolicy,
}

impl CachedResponse {
    fn new(request_headers: HeaderMap, mut headers: HeaderMap, body: Bytes, confirmed_at: SystemTime) -> Self {
        remove_unstored(&mut headers);
        limit_age(&mut headers);
        let headers = in_memory_of_its_own(&headers);
        let policy = CachePolicy::new_options(
            &request_parts(request_headers.clone()),
            &Head { headers: &for_policy(headers.clone()) },
            confirmed_at,
            // A private cache. How long a response is good for that does not say so, the caller says.
            CacheOptions {
                shared: false,
                cache_heuristic: 0.0,
                immutable_min_time_to_live: Duration::ZERO,
                ignore_cargo_cult: false,
            },
        );
        Self(Arc::new(Stored { request_headers, headers, body, confirmed_at, policy }))
    }

    #[cfg(feature = "contract-tests")]
    pub(super) fn for_tests(headers: HeaderMap, body: Bytes, confirmed_at: SystemTime) -> Self {
        Self::new(HeaderMap::new(), headers, body, confirmed_at)
    }

    /// Returns the response to `request` for storage; `None` if it must not be stored.
    pub(super) fn of(request: &ApiRequest, response: &ApiResponse, now: SystemTime) -> Option<Self> {
        if response.status() != StatusCode::OK || !response.can_be_kept() {
            return None;
        }
        let request_headers = request.headers().cloned().unwrap_or_default();
        // A body that arrived in pieces may hold twice the memory that it needs.
        let body = Bytes::copy_from_slice(response.body());
        let response = Self::new(request_headers, response.headers().clone(), body, now);
        response.is_storable().then_some(response)
    }

    /// Returns whether it may be stored: a confirmation can revoke that.
    pub(super) fn is_storable(&self) -> bool {
        self.0.policy.is_storable()
    }

    /// Returns this response with the headers of the 304 that confirmed it; `None` if that is about another one.
    pub(super) fn confirmed(&self, response: &ApiResponse, now: SystemTime) -> Option<Self> {
        use http::header::{ETAG, LAST_MODIFIED};

        let (old, new) = (&self.0.headers, response.headers());
        let is_same = match (old.get(ETAG), new.get(ETAG), old.get(LAST_MODIFIED), new.get(LAST_MODIFIED)) {
            (old, Some(new), ..) => old.is_some_and(|old| opaque(old) == opaque(new)),
            // What was asked for is confirmed: there was one validator, or none is repeated.
            (_, None, Some(old), Some(new)) => old == new,
            _ => true,
        };
        if !is_same {
            return None;
        }
        let mut headers = old.clone();
        for name in new.keys().filter(|name| !OF_THE_BODY.contains(name)) {
            let mut values = new.get_all(name).iter();
            if let Some(first) = values.next() {
                headers.insert(name, first.clone());
            }
            for more in values {
                headers.append(name, more.clone());
            }
        }
        // It counted until the response was confirmed.
        if !new.contains_key(AGE) {
            headers.remove(AGE);
        }
        Some(Self::new(self.0.request_headers.clone(), headers, self.0.body.clone(), now))
    }

    /// Returns whether another response says the same of itself, apart from when it was sent.
    pub(super) fn says_the_same_as(&self, other: &Self) -> bool {
        let [one, other] = [self, other].map(|response| {
            let mut headers = response.0.headers.clone();
            headers.remove(AGE);
            headers.remove(DATE);
            headers
        });
        one == other
    }

    /// Returns the response for a caller.
    pub(super) fn respond(&self, status: CacheStatus, now: SystemTime) -> ApiResponse {
        let mut response = ApiResponse::new(StatusCode::OK, self.0.body.clone()).with_cache_status(status);
        response.headers_mut().clone_from(&self.0.headers);
        response.headers_mut().insert(AGE, HeaderValue::from(self.age(now).as_secs()));
        response
    }

    /// Returns the response's age: since it was confirmed, and before that in the caches on its way.
    pub(super) fn age(&self, now: SystemTime) -> Duration {
        self.0.policy.age(now)
    }

    /// Returns when Spotify sent or last confirmed it.
    pub(super) fn confirmed_at(&self) -> SystemTime {
        self.0.confirmed_at
    }

    pub(super) fn policy(&self) -> &CachePolicy {
        &self.0.policy
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// Returns the body.
    pub fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// Returns the memory that it takes, in bytes.
    pub fn size(&self) -> usize {
        let Stored { request_headers, headers, body, .. } = &*self.0;
        // The policy has the headers once more.
        let headers = request_headers.iter().chain(headers);
        let headers: usize = headers.map(|(name, value)| name.as_str().len() + value.len() + HEADER_OVERHEAD).sum();
        body.len() + 2 * headers + size_of::<Stored>()
    }

    /// Writes it down: for stores outside this process.
    pub fn to_bytes(&self) -> Bytes {
        let Stored { request_headers, headers, body, confirmed_at, .. } = &*self.0;
        let since_epoch = confirmed_at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let head = StoredHead {
            version: VERSION,
            confirmed_at: u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX),
            request: written(request_headers),
            response: written(headers),
        };
        let head = serde_json::to_vec(&head).unwrap_or_default();
        let mut bytes = BytesMut::with_capacity(4 + head.len() + body.len());
        bytes.extend_from_slice(&u32::try_from(head.len()).unwrap_or(u32::MAX).to_le_bytes());
        bytes.extend_from_slice(&head);
        bytes.extend_from_slice(body);
        bytes.freeze()
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    /// An error for anything else, and for what a later version of this crate wrote.
    pub fn from_bytes(bytes: &Bytes) -> Result<Self, BoxError> {
        let not_ours = || BoxError::from("what is stored is no response of this version");
        let length: [u8; 4] = bytes.get(..4).and_then(|length| length.try_into().ok()).ok_or_else(not_ours)?;
        let end = usize::try_from(u32::from_le_bytes(length))?.checked_add(4).ok_or_else(not_ours)?;
        let head: StoredHead = serde_json::from_slice(bytes.get(4..end).ok_or_else(not_ours)?)?;
        if head.version != VERSION {
            return Err(not_ours());
        }
        let confirmed_at = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(head.confirmed_at));
        Ok(Self::new(read(head.request)?, read(head.response)?, bytes.slice(end..), confirmed_at.ok_or_else(not_ours)?))
    }
}

impl fmt::Debug for CachedResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedResponse").field("body", &self.0.body.len()).finish_non_exhaustive()
    }
}

/// What is written in front of the body.
#[derive(Serialize, Deserialize)]
struct StoredHead {
    version: u32,
    /// In milliseconds since 1970.
    confirmed_at: u64,
    request: Vec<(String, String)>,
    response: Vec<(String, String)>,
}

fn written(headers: &HeaderMap) -> Vec<(String, String)> {
    let readable = headers.iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    readable.collect()
}

fn read(written: Vec<(String, String)>) -> Result<HeaderMap, BoxError> {
    // The map takes no more than some ten thousand, and panics beyond that unless it is asked to try.
    let mut headers = HeaderMap::try_with_capacity(written.len())?;
    for (name, value) in written {
        headers.try_append(HeaderName::try_from(name)?, HeaderValue::try_from(value)?)?;
    }
    Ok(headers)
}

/// The headers of a response with a status that is stored.
struct Head<'a> {
    headers: &'a HeaderMap,
}

impl ResponseLike for Head<'_> {
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }

    fn headers(&self) -> &HeaderMap {
        self.headers
    }
}

/// A request as a policy takes it. Its address is the same for all: the key of an entry has the real one.
pub(super) fn request_parts(headers: HeaderMap) -> http::request::Parts {
    let (mut parts, ()) = http::Request::new(()).into_parts();
    parts.headers = for_policy(headers);
    parts
}

/// Returns headers as a policy understands them: it compares the names of directives in lower case alone, and ignores a value that
/// is not ASCII throughout.
fn for_policy(mut headers: HeaderMap) -> HeaderMap {
    let plain = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { byte.to_ascii_lowercase() } else { b'?' };
    for name in [CACHE_CONTROL, PRAGMA] {
        if let Entry::Occupied(mut values) = headers.entry(name) {
            for value in values.iter_mut() {
                if let Ok(understood) = HeaderValue::from_bytes(&value.as_bytes().iter().map(plain).collect::<Vec<_>>())
                {
                    *value = understood;
                }
            }
        }
    }
    headers
}

/// Removes the headers that are not stored, and those that the response says are its connection's.
fn remove_unstored(headers: &mut HeaderMap) {
    let listed = headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    let listed = listed.flat_map(|value| value.split(',')).filter_map(|name| HeaderName::try_from(name.trim()).ok());
    // `Cache-Control` is never a connection's, whatever a server says.
    let listed: Vec<HeaderName> = listed.filter(|name| name != CACHE_CONTROL).collect();
    for name in NOT_STORED.iter().chain(&listed) {
        headers.remove(name);
    }
}

/// Has an `Age` read as RFC 9111 says: one that no response can have as the greatest that it knows, and what is no number not at all.
fn limit_age(headers: &mut HeaderMap) {
    let Some(age) = headers.get(AGE) else { return };
    // Of several values the first one counts.
    let first = age.to_str().ok().and_then(|ages| ages.split(',').next()).map(str::trim);
    let digits = first.filter(|age| !age.is_empty() && age.bytes().all(|c| c.is_ascii_digit()));
    match digits.map(|age| age.parse().unwrap_or(u64::MAX)) {
        Some(age) => drop(headers.insert(AGE, HeaderValue::from(age.min(MAX_AGE_HEADER)))),
        None => drop(headers.remove(AGE)),
    }
}

/// Copies the values of headers: those of a response hold all that was read from its connection together with them.
fn in_memory_of_its_own(headers: &HeaderMap) -> HeaderMap {
    let copy = |value: &HeaderValue| {
        let mut copy = HeaderValue::from_bytes(value.as_bytes()).ok()?;
        copy.set_sensitive(value.is_sensitive());
        Some(copy)
    };
    headers.iter().filter_map(|(name, value)| Some((name.clone(), copy(value)?))).fold(
        HeaderMap::with_capacity(headers.keys_len()),
        |mut copies, (name, value)| {
            copies.append(name, value);
            copies
        },
    )
}

/// Returns an entity tag without the mark of a weak one.
fn opaque(tag: &HeaderValue) -> &[u8] {
    let tag = tag.as_bytes().trim_ascii();
    tag.strip_prefix(b"W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use http::header::{CACHE_CONTROL, ETAG};
    use proptest::prelude::*;

    use super::*;

    fn example() -> CachedResponse {
        let headers = HeaderMap::from_iter([
            (CACHE_CONTROL, HeaderValue::from_static("public, max-age=0")),
            (ETAG, HeaderValue::from_static("\"MC-1\"")),
        ]);
        let confirmed_at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_800_000_000_123);
        CachedResponse::new(HeaderMap::new(), headers, Bytes::from_static(b"{\"id\": 1}"), confirmed_at)
    }

    #[test]
    fn what_is_written_down_is_read_again() {
        let (before, after) = (example(), CachedResponse::from_bytes(&example().to_bytes()).unwrap());
        assert_eq!((after.body(), after.headers()), (before.body(), before.headers()));
        assert_eq!(after.confirmed_at(), before.confirmed_at());
    }

    /// A head of these headers, and no body.
    fn written_down(confirmed_at: u64, response: Vec<(String, String)>) -> Bytes {
        let head = StoredHead { version: VERSION, confirmed_at, request: Vec::new(), response };
        let head = serde_json::to_vec(&head).unwrap();
        [&u32::try_from(head.len()).unwrap().to_le_bytes()[..], &head].concat().into()
    }

    #[test]
    fn more_headers_than_there_can_be_are_no_response() {
        for names in [1, 40_000] {
            let headers = (0..40_000).map(|number| (format!("x-{}", number % names), "1".to_owned())).collect();
            assert!(CachedResponse::from_bytes(&written_down(0, headers)).is_err(), "{names} names");
        }
    }

    #[test]
    fn a_time_that_no_response_can_have_is_no_harm() {
        for confirmed_at in [u64::MAX, u64::MAX / 1_000_000, 253_402_300_800_000] {
            let headers = vec![("cache-control".to_owned(), "max-age=99999999999999999999".to_owned())];
            let response = CachedResponse::from_bytes(&written_down(confirmed_at, headers)).unwrap();
            assert_eq!(response.age(SystemTime::now()), Duration::ZERO, "{confirmed_at}");
            let _ = response.policy().before_request(&request_parts(HeaderMap::new()), SystemTime::now());
        }
    }

    #[test]
    fn a_stored_response_keeps_nothing_of_the_buffer_that_it_was_read_into() {
        let buffer = Bytes::from(b"\"MC-1\", and all that was read with it".to_vec());
        let tag = HeaderValue::from_maybe_shared(buffer.slice(..6)).unwrap();
        let headers = HeaderMap::from_iter([(ETAG, tag)]);
        let stored = CachedResponse::new(HeaderMap::new(), headers, Bytes::new(), SystemTime::UNIX_EPOCH);
        assert_eq!(stored.headers()[ETAG], "\"MC-1\"");
        assert!(buffer.is_unique(), "the stored headers hold the buffer");
    }

    #[test]
    fn an_age_that_no_response_can_have_is_no_harm() {
        for age in ["18446744073709551615", "99999999999999999999999", "-1", "", "1, 2", "x"] {
            let headers = HeaderMap::from_iter([(AGE, HeaderValue::from_static(age))]);
            let response = CachedResponse::new(HeaderMap::new(), headers, Bytes::new(), SystemTime::UNIX_EPOCH);
            assert!(response.age(SystemTime::now()) > Duration::ZERO, "{age}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64), cut in 0usize..400) {
            let _ = CachedResponse::from_bytes(&Bytes::from(bytes));
            let whole = example().to_bytes();
            let _ = CachedResponse::from_bytes(&whole.slice(..cut.min(whole.len())));
        }

        #[test]
        fn no_headers_make_the_policy_panic(
            names in proptest::collection::vec(
                prop_oneof!["age", "cache-control", "date", "expires", "last-modified", "etag", "vary", "connection", "warning", "pragma"],
                0..6,
            ),
            values in proptest::collection::vec("[ -~]{0,40}|max-age=[0-9]{1,30}|[0-9]{1,30}|.{0,8}", 6),
        ) {
            let headers = names.iter().zip(&values).filter_map(|(name, value)| {
                Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value.as_bytes()).ok()?))
            });
            let headers: HeaderMap = headers.collect();
            let response = CachedResponse::new(headers.clone(), headers.clone(), Bytes::new(), SystemTime::now());
            let _ = response.age(SystemTime::now());
            let _ = response.policy().before_request(&request_parts(headers), SystemTime::now());
        }
    }
}
