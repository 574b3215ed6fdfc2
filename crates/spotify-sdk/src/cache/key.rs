//! [`CacheKey`]: under what a response is stored, and [`Topic`], what makes it out of date.

use std::borrow::Cow;
use std::fmt;

use http::header::{CACHE_CONTROL, PRAGMA};
use percent_encoding::percent_decode_str;

use crate::auth::TokenOwner;
use crate::definition::{OperationInfo, Quota, Resource};
use crate::pipeline::middleware::ApiRequest;

/// What stored responses are made of, and a write changes: the library of one user, or one playlist. An opaque value: a hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic([u8; 32]);

impl Topic {
    /// Everything of one owner: a topic of all their responses.
    pub fn everything_of(owner: TokenOwner) -> Self {
        // It is a hash already, and no other topic equals it.
        Self(*owner.as_bytes())
    }

    /// Returns the hash: as a key of a store that several machines share.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        short(f, "Topic", &self.0)
    }
}

/// Under what a response is stored: a hash of the request, whose it is, and what makes it out of date.
#[derive(Clone, PartialEq, Eq)]
pub struct CacheKey {
    hash: [u8; 32],
    owner: TokenOwner,
    topics: Vec<Topic>,
}

impl CacheKey {
    #[cfg(feature = "contract-tests")]
    pub(super) fn for_tests(name: &str, owner: TokenOwner, topics: &[Topic]) -> Self {
        let topics = topics.iter().copied().chain([Topic::everything_of(owner)]).collect();
        Self { hash: hash(&[b"test", owner.as_bytes(), name.as_bytes()]), owner, topics }
    }

    /// Returns the hash of all that the response depends on, the owner included.
    pub fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// Returns the owner of the token that the response was sent for.
    pub fn owner(&self) -> TokenOwner {
        self.owner
    }

    /// Returns the topics that the response depends on: once one of them has been invalidated, the response must no longer be
    /// returned. The last one is [everything of the owner](Topic::everything_of).
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }
}

impl fmt::Debug for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        short(f, "CacheKey", &self.hash)
    }
}

/// The part of the keys that is the same for a client: responses of two services, or for two kinds of app, have nothing in common.
#[derive(Clone)]
pub(super) struct Scope {
    service: String,
    quota: Quota,
}

impl Scope {
    pub(super) fn new(base_url: &str, quota: Quota) -> Self {
        Self { service: base_url.to_owned(), quota }
    }

    /// Returns the key of a read.
    pub(super) fn key(&self, request: &ApiRequest, owner: TokenOwner) -> CacheKey {
        let quota: &[u8] = match self.quota {
            Quota::Development => b"development",
            Quota::Extended => b"extended",
        };
        let mut parts =
            vec![b"response", self.service.as_bytes(), quota, owner.as_bytes(), request.target().as_bytes()];
        for (name, value) in request.headers().into_iter().flatten() {
            // These say how the cache is to be used, and nothing about the response.
            if name != CACHE_CONTROL && name != PRAGMA {
                parts.extend([name.as_str().as_bytes(), value.as_bytes()]);
            }
        }
        let topics = self.topics(request.operation(), request.operation().reads, request.target(), owner);
        let topics = topics.into_iter().chain([Topic::everything_of(owner)]).collect();
        CacheKey { hash: hash(&parts), owner, topics }
    }

    /// Returns the topics that a write invalidates.
    pub(super) fn changed_by(&self, request: &ApiRequest, owner: TokenOwner) -> Vec<Topic> {
        let operation = request.operation();
        match operation.changes {
            [] => vec![Topic::everything_of(owner)],
            changes => self.topics(operation, changes, request.target(), owner),
        }
    }

    fn topics(&self, operation: &OperationInfo, resources: &[Resource], target: &str, owner: TokenOwner) -> Vec<Topic> {
        let of_owner = |name: &[u8]| Topic(hash(&[b"topic", self.service.as_bytes(), owner.as_bytes(), name]));
        let topic = |resource: &Resource| {
            Some(match resource {
                // Nothing that a program does changes it; or nothing that is made of it is stored.
                Resource::Catalog | Resource::Player | Resource::Queue => return None,
                Resource::Progress => of_owner(b"progress"),
                Resource::Profile => of_owner(b"profile"),
                Resource::Library => of_owner(b"library"),
                Resource::Following => of_owner(b"following"),
                Resource::Playlists => of_owner(b"playlists"),
                // A playlist is the same for all who read it.
                Resource::Playlist => match segment(operation.path, target, "{playlist_id}") {
                    // A request that is written out may spell it with escapes.
                    Some(id) => {
                        let id: Cow<'_, [u8]> = percent_decode_str(id).into();
                        Topic(hash(&[b"topic", self.service.as_bytes(), b"playlist", &id]))
                    }
                    None => Topic::everything_of(owner),
                },
            })
        };
        resources.iter().filter_map(topic).collect()
    }
}

/// Returns the segment of `target` that fills a placeholder of `path`.
fn segment<'a>(path: &str, target: &'a str, placeholder: &str) -> Option<&'a str> {
    let at = path.split('/').position(|part| part == placeholder)?;
    let target = target.split('?').next()?;
    target.split('/').nth(at)
}

/// The hash of several parts, each with its length in front of it.
fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = hmac_sha256::Hash::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
}

fn short(f: &mut fmt::Formatter<'_>, name: &str, hash: &[u8; 32]) -> fmt::Result {
    let [a, b, c, d, ..] = hash;
    write!(f, "{name}({a:02x}{b:02x}{c:02x}{d:02x})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_playlist_is_found_wherever_its_id_stands() {
        for (path, target, id) in [
            ("/playlists/{playlist_id}", "/playlists/1", Some("1")),
            ("/playlists/{playlist_id}/items", "/playlists/2/items?limit=50", Some("2")),
            ("/playlists/{playlist_id}", "/playlists/3?fields=name/x", Some("3")),
            ("/me/playlists", "/me/playlists", None),
            ("/playlists/{playlist_id}", "/playlists", None),
        ] {
            assert_eq!(segment(path, target, "{playlist_id}"), id, "{target}");
        }
    }
}
