//! A stored response as the bytes of a file.

use std::time::{Duration, SystemTime};

use hmac_sha256::Hash;
use spotify_sdk::bytes::Bytes;
use spotify_sdk::cache::{CacheVersion, CachedResponse};

/// The format. Files of another one are no entries.
const MAGIC: &[u8; 8] = b"spcache1";
const CHECKSUM: usize = 32;
/// Magic, checksum, version, time of storage, life and key.
pub(super) const HEAD: usize = MAGIC.len() + CHECKSUM + 16 + 8 + 8 + 32;
/// By how much a clock may have been ahead when a response was stored.
const MAX_CLOCK_SKEW: Duration = Duration::from_secs(60);

/// When a response was stored, and for how long it may be kept, in milliseconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Span {
    pub(super) stored: u64,
    life: u64,
}

impl Span {
    pub(super) fn new(stored: SystemTime, life: Duration) -> Self {
        Self { stored: millis(since_epoch(stored)), life: millis(life) }
    }

    /// Whether the response may still be kept.
    pub(super) fn has(self, now: SystemTime) -> bool {
        let now = millis(since_epoch(now));
        now < self.stored.saturating_add(self.life) && self.stored <= now.saturating_add(millis(MAX_CLOCK_SKEW))
    }

    /// Reads the span from the beginning of a file, which need not be whole.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let rest = head.strip_prefix(MAGIC)?.get(CHECKSUM + 16..)?;
        let (stored, rest) = rest.split_first_chunk()?;
        let life = rest.first_chunk()?;
        Some(Self { stored: u64::from_le_bytes(*stored), life: u64::from_le_bytes(*life) })
    }
}

/// A response, and what has to be so for it to be used.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) version: CacheVersion,
    pub(super) span: Span,
    pub(super) response: CachedResponse,
}

impl Entry {
    /// Writes the entry of a key.
    pub(super) fn to_bytes(&self, key: &[u8; 32]) -> Vec<u8> {
        let response = self.response.to_bytes();
        let mut rest = Vec::with_capacity(HEAD + response.len());
        rest.extend_from_slice(&self.version.get().to_le_bytes());
        rest.extend_from_slice(&self.span.stored.to_le_bytes());
        rest.extend_from_slice(&self.span.life.to_le_bytes());
        rest.extend_from_slice(key);
        rest.extend_from_slice(&response);
        [MAGIC, &Hash::hash(&rest)[..], &rest].concat()
    }

    /// Reads the entry of a key; `None` for anything else, and for what is damaged.
    pub(super) fn from_bytes(bytes: &Bytes, key: &[u8; 32]) -> Option<Self> {
        let (checksum, rest) = bytes.strip_prefix(MAGIC)?.split_at_checked(CHECKSUM)?;
        if Hash::hash(rest) != checksum || bytes.get(HEAD - key.len()..HEAD)? != key {
            return None;
        }
        let version = CacheVersion::new(u128::from_le_bytes(*rest.first_chunk()?));
        let response = CachedResponse::from_bytes(&bytes.slice(HEAD..)).ok()?;
        Some(Self { version, span: Span::of(bytes)?, response })
    }
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
