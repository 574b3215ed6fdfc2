//! RFC 9111, case by case, as far as it concerns the private cache of a client. The public suite `cache-tests`
//! (<https://cache-tests.fyi>) is the checklist.
//!
//! | group of the suite | here |
//! | --- | --- |
//! | freshness by `Cache-Control`, its parsing, `Age`, `Expires` | `freshness`; a date in one of the obsolete formats is read as one in the past, as RFC 9110 allows for what cannot be read |
//! | response directives, `Pragma`, `Set-Cookie`, `Authorization` | `storing` |
//! | statuses, partial content | `storing`: only 200 is kept, which is always allowed; what Spotify has no other use for need not be |
//! | stored headers | `storing` |
//! | request directives | `requests`: of a middleware. `only-if-cached` is not followed: a call is always answered, and RFC 9111 asks for that of caches only if they know the directive |
//! | `Vary` | `requests`: the key holds every header that a middleware adds, so what differs in any of them has nothing in common, and nothing has to be normalised |
//! | conditional requests, updates by 304 | `validation` |
//! | stale responses | `stale`; `stale-while-revalidate` and `stale-if-error` of a response need not be followed: the program says what it accepts |
//! | invalidation | `response_cache/writes`: by what operations change, which covers the target of every write (`coverage`), and not by `Location`, which names nothing that the cache could have |
//! | heuristic freshness | `freshness`: there is none, as RFC 9111 allows |
//! | `HEAD`, `POST` | `storing`: neither is answered from the cache or kept; no operation is a `HEAD` |
//! | conditions of the caller answered by the cache | a middleware that sets `If-None-Match` has a store of its own, and passes the cache: `requests` |
//! | shared caches, `s-maxage`, `proxy-revalidate`, `CDN-Cache-Control` | do not apply to a private cache: `freshness` checks that they are ignored |
//! | interim responses, trailers, incomplete messages | are the transport's: the cache sees whole responses |
//! | `Date` as a sign of age | not counted: Spotify sends its responses itself, and a clock that is wrong would make all of them old |

#![cfg(all(test, feature = "async", feature = "cache"))]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;
mod freshness;
mod requests;
mod stale;
mod storing;
mod support;
mod validation;
