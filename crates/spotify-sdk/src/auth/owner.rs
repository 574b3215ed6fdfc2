//! [`TokenOwner`]: whose token a request is made with, without the token.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Whose token a request is made with: an opaque value that is equal for the same owner and that tells nothing about them.
///
/// It separates what belongs to different users where requests are counted or responses are kept. It is a SHA-256 hash, so it is
/// the same in every process that hashes the same label, and no secret can be read from it. `Debug` shows its first four bytes.
///
/// ```
/// use spotify_sdk::auth::TokenOwner;
///
/// assert_eq!(TokenOwner::new("user 17"), TokenOwner::new("user 17"));
/// assert_ne!(TokenOwner::new("user 17"), TokenOwner::new("user 18"));
/// assert_ne!(TokenOwner::unique(), TokenOwner::unique());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenOwner([u8; 32]);

impl TokenOwner {
    /// The owner that `label` names: an id of your own for the user.
    pub fn new(label: impl AsRef<[u8]>) -> Self {
        Self::of(&[b"label", label.as_ref()])
    }

    /// An owner that no other value equals, in this process or in another one of the same machine.
    pub fn unique() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed).to_le_bytes();
        let random = fastrand::u128(..).to_le_bytes();
        Self::of(&[b"unique", &std::process::id().to_le_bytes(), &number, &random])
    }

    /// The hash of several parts. Each part has its length in front of it, so that different parts never make the same text.
    pub(super) fn of(parts: &[&[u8]]) -> Self {
        let mut hash = hmac_sha256::Hash::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Self(hash.finalize())
    }

    /// The hash itself: as a key of a store that several machines share.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for TokenOwner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "TokenOwner({a:02x}{b:02x}{c:02x}{d:02x})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_joined_in_another_way_are_another_owner() {
        assert_ne!(TokenOwner::of(&[b"ab", b"c"]), TokenOwner::of(&[b"a", b"bc"]));
        assert_ne!(TokenOwner::of(&[b"ab"]), TokenOwner::of(&[b"ab", b""]));
    }

    #[test]
    fn debug_shows_a_short_number_alone() {
        let shown = format!("{:?}", TokenOwner::new("alma"));
        assert!(shown.len() == "TokenOwner(01234567)".len() && !shown.contains("alma"), "{shown}");
    }
}
