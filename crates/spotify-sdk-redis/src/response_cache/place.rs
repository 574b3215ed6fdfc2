//! The names of the keys of responses in Redis, which are made of hashes alone.
//!
//! All that belongs to one owner is in one hash slot: the responses, their index, and the version of the topic of everything of the
//! owner. So one script can store a response only if its owner was not forgotten. Other topics are in slots of their own.

use std::fmt::Write;

use spotify_sdk::auth::TokenOwner;
use spotify_sdk::cache::{CacheKey, Topic};

use crate::keys::Keys;

/// The first half of the hash of a topic: its name in Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct TopicId([u8; 16]);

impl TopicId {
    /// The topic of all responses of all owners.
    pub(super) const ALL: Self = Self([0; 16]);

    pub(super) fn of(topic: &Topic) -> Self {
        let mut id = [0; 16];
        id.iter_mut().zip(topic.as_bytes()).for_each(|(to, from)| *to = *from);
        Self(id)
    }

    pub(super) fn everything_of(owner: TokenOwner) -> Self {
        Self::of(&Topic::everything_of(owner))
    }

    /// The key of the topic's version.
    pub(super) fn version_key(self) -> String {
        self.keys().key("version")
    }

    fn keys(self) -> Keys {
        Keys::of_cache(&hex(&self.0))
    }
}

/// Where the responses of one owner are.
pub(super) struct OwnerPlace {
    pub(super) everything: TopicId,
    keys: Keys,
}

impl OwnerPlace {
    pub(super) fn new(owner: TokenOwner) -> Self {
        let everything = TopicId::everything_of(owner);
        Self { everything, keys: everything.keys() }
    }

    pub(super) fn version_key(&self) -> String {
        self.everything.version_key()
    }

    /// The sorted set of the names of the owner's responses, by when they expire.
    pub(super) fn index(&self) -> String {
        self.keys.key("responses")
    }

    /// The key of the response with this name.
    pub(super) fn response(&self, name: &str) -> String {
        self.keys.key(&format!("response:{name}"))
    }
}

/// Where one response is, and what it depends on.
pub(super) struct Place {
    pub(super) owner: OwnerPlace,
    /// The response's name in the index of its owner.
    pub(super) name: String,
    /// What it depends on beside everything of its owner.
    pub(super) others: Vec<TopicId>,
}

impl Place {
    pub(super) fn new(key: &CacheKey) -> Self {
        let owner = OwnerPlace::new(key.owner());
        let others = key.topics().iter().map(TopicId::of).filter(|topic| *topic != owner.everything);
        let others = others.chain([TopicId::ALL]).collect();
        Self { owner, name: hex(key.hash()), others }
    }

    pub(super) fn response(&self) -> String {
        self.owner.response(&self.name)
    }

    /// All that it depends on: everything of its owner first.
    pub(super) fn topics(&self) -> impl Iterator<Item = TopicId> + '_ {
        std::iter::once(self.owner.everything).chain(self.others.iter().copied())
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // A text takes all that is written to it.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
