//! [`EncryptionKeys`]: tokens encrypted with XChaCha20-Poly1305 before they leave the process.
//!
//! A sealed value is the text `sealed-1:KEY:DATA`: the version of this form, the id of the key, and the nonce with the ciphertext
//! in Base64. The name of the entry is authenticated with it, so that a value in the place of another is refused.

use std::env::VarError;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use spotify_sdk::auth::TokenOwner;
use zeroize::Zeroizing;

use super::error::{EncryptionKeyError, TokenCacheError};

/// The environment variable with the keys.
const ENV: &str = "SPOTIFY_SDK_REDIS_KEY";
const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;
const PREFIX: &[u8] = b"sealed-";
const VERSION: &[u8] = b"1";
const HELP: &str = "an encryption key is 32 random bytes in Base64; `openssl rand -base64 32` makes one";

/// The keys that tokens are encrypted with in Redis: one that writes, and any number of older ones that are still read.
///
/// A new key is taken into use in two steps, so that no process meets a value that it cannot read: first every process gets
/// the new key as a previous one, `new(old).and_previous(new)`, then as the first, `new(new).and_previous(old)`. Each token is
/// encrypted with the first key when it is stored next, which is at its next refresh, so the old key can go once every
/// user's token was refreshed or is gone.
///
/// `Debug` shows nothing of a key, and their memory is overwritten when they are dropped.
///
/// ```
/// use spotify_sdk_redis::EncryptionKeys;
///
/// let keys = EncryptionKeys::from_base64("q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=")?;
/// let keys = keys.and_previous([7; 32]);
/// assert_eq!(format!("{keys:?}"), "EncryptionKeys(..)");
/// # Ok::<(), spotify_sdk_redis::EncryptionKeyError>(())
/// ```
#[derive(Clone)]
pub struct EncryptionKeys {
    primary: Key,
    previous: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    bytes: Zeroizing<[u8; KEY_LENGTH]>,
}

impl Key {
    fn new(bytes: [u8; KEY_LENGTH]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let mut named = Zeroizing::new(b"spotify-sdk-redis key id:".to_vec());
        named.extend_from_slice(&*bytes);
        // So short that it only tells a few keys apart.
        let id = TokenOwner::new(&*named).as_bytes().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
        Self { id, bytes }
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }
}

impl EncryptionKeys {
    /// Takes the key that tokens are encrypted with: 32 random bytes.
    pub fn new(primary: [u8; 32]) -> Self {
        Self { primary: Key::new(primary), previous: Vec::new() }
    }

    /// Takes keys as Base64, with either alphabet, padded or not. Of several, separated by commas, the first encrypts, and
    /// the others are read.
    ///
    /// # Errors
    /// [`EncryptionKeyError`] if one of them is not 32 bytes in Base64.
    pub fn from_base64(text: impl AsRef<str>) -> Result<Self, EncryptionKeyError> {
        let mut keys = text.as_ref().split(',').map(parse_key).collect::<Result<Vec<_>, _>>()?.into_iter();
        let primary = keys.next().ok_or_else(|| EncryptionKeyError(HELP.to_owned()))?;
        Ok(Self { primary, previous: keys.collect() })
    }

    /// Takes the keys from the environment variable `SPOTIFY_SDK_REDIS_KEY`, in the form of [`from_base64`](Self::from_base64).
    ///
    /// # Errors
    /// [`EncryptionKeyError`] if the variable is not set, or does not hold keys.
    pub fn from_env() -> Result<Self, EncryptionKeyError> {
        let missing = || EncryptionKeyError(format!("the environment variable {ENV} is not set, or is empty; {HELP}"));
        Self::from_env_if_set()?.ok_or_else(missing)
    }

    /// The same, where the variable need not be set.
    pub(crate) fn from_env_if_set() -> Result<Option<Self>, EncryptionKeyError> {
        let keys = match std::env::var(ENV).map(Zeroizing::new) {
            Ok(text) if !text.is_empty() => Self::from_base64(&*text),
            Ok(_) | Err(VarError::NotPresent) => return Ok(None),
            Err(VarError::NotUnicode(_)) => Err(EncryptionKeyError(HELP.to_owned())),
        };
        keys.map(Some).map_err(|EncryptionKeyError(why)| EncryptionKeyError(format!("{ENV}: {why}")))
    }

    /// Adds keys that were used before. What they encrypted is read, and encrypted with the first key when it is stored next.
    #[must_use]
    pub fn and_previous(mut self, old: impl Into<Self>) -> Self {
        let old = old.into();
        self.previous.push(old.primary);
        self.previous.extend(old.previous);
        self
    }

    /// Encrypts a value for the entry of this name.
    pub(super) fn seal(&self, plain: &[u8], entry: &str) -> Result<Vec<u8>, TokenCacheError> {
        let mut nonce = [0; NONCE_LENGTH];
        getrandom::getrandom(&mut nonce).map_err(|error| TokenCacheError::NoRandomness(error.to_string()))?;
        let payload = Payload { msg: plain, aad: entry.as_bytes() };
        // It fails for texts of hundreds of gigabytes alone.
        let sealed =
            self.primary.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| TokenCacheError::Unreadable)?;
        let data = STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat());
        Ok([PREFIX, VERSION, b":", self.primary.id.as_bytes(), b":", data.as_bytes()].concat())
    }

    fn find(&self, id: &str) -> Option<&Key> {
        std::iter::once(&self.primary).chain(&self.previous).find(|key| key.id == id)
    }
}

/// Returns what is in a value of the entry of this name, be it encrypted or not.
pub(super) fn open(
    value: &[u8],
    entry: &str,
    keys: Option<&EncryptionKeys>,
) -> Result<Zeroizing<Vec<u8>>, TokenCacheError> {
    match Parsed::read(value) {
        Parsed::Plain => Ok(Zeroizing::new(value.to_vec())),
        Parsed::Unknown => Err(TokenCacheError::Unreadable),
        Parsed::Sealed { id, nonce, sealed } => {
            let keys = keys.ok_or(TokenCacheError::NoKey)?;
            let key = keys.find(id).ok_or_else(|| TokenCacheError::UnknownKey { id: id.to_owned() })?;
            let payload = Payload { msg: &sealed, aad: entry.as_bytes() };
            let plain = key.cipher().decrypt(&XNonce::from(nonce), payload);
            plain.map(Zeroizing::new).map_err(|_| TokenCacheError::Tampered { id: id.to_owned() })
        }
    }
}

/// A value in Redis.
#[derive(Debug, PartialEq, Eq)]
enum Parsed<'a> {
    /// JSON that nobody encrypted.
    Plain,
    Sealed {
        id: &'a str,
        nonce: [u8; NONCE_LENGTH],
        sealed: Vec<u8>,
    },
    /// It was damaged, or a later version wrote it.
    Unknown,
}

impl<'a> Parsed<'a> {
    fn read(value: &'a [u8]) -> Self {
        if value.first() == Some(&b'{') {
            return Self::Plain;
        }
        Self::read_sealed(value).unwrap_or(Self::Unknown)
    }

    fn read_sealed(value: &'a [u8]) -> Option<Self> {
        let mut parts = value.strip_prefix(PREFIX)?.splitn(3, |byte| *byte == b':');
        if parts.next()? != VERSION {
            return None;
        }
        // It is printed in errors.
        let id = str::from_utf8(parts.next()?)
            .ok()
            .filter(|id| id.len() == 8 && id.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let data = STANDARD_NO_PAD.decode(parts.next()?).ok()?;
        let (nonce, sealed) = data.split_first_chunk::<NONCE_LENGTH>()?;
        Some(Self::Sealed { id, nonce: *nonce, sealed: sealed.to_vec() })
    }
}

fn parse_key(text: &str) -> Result<Key, EncryptionKeyError> {
    let text: Zeroizing<String> = Zeroizing::new(text.trim().trim_end_matches('=').replace('-', "+").replace('_', "/"));
    let bytes = STANDARD_NO_PAD.decode(text.as_bytes()).map(Zeroizing::new);
    let bytes = bytes.map_err(|_| EncryptionKeyError(format!("this is not Base64: {HELP}")))?;
    let wrong = |_| EncryptionKeyError(format!("this is Base64 of {} bytes: {HELP}", bytes.len()));
    Ok(Key::new(<[u8; KEY_LENGTH]>::try_from(bytes.as_slice()).map_err(wrong)?))
}

impl From<[u8; 32]> for EncryptionKeys {
    fn from(key: [u8; 32]) -> Self {
        Self::new(key)
    }
}

impl fmt::Debug for EncryptionKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncryptionKeys(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_is_opened_with_its_key_and_in_its_place_alone() {
        let (old, new) = (EncryptionKeys::new([1; 32]), EncryptionKeys::new([2; 32]));
        let sealed = old.seal(b"{secret}", "alma").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, old.seal(b"{secret}", "alma").unwrap(), "each has a nonce of its own");
        assert_eq!(&*open(&sealed, "alma", Some(&old)).unwrap(), b"{secret}");
        let both = new.clone().and_previous(old.clone());
        assert_eq!(&*open(&sealed, "alma", Some(&both)).unwrap(), b"{secret}");
        let again = both.seal(b"{secret}", "alma").unwrap();
        assert_eq!(&*open(&again, "alma", Some(&new)).unwrap(), b"{secret}", "the first key writes");
        let id = old.primary.id.clone();
        assert_eq!(open(&sealed, "bo", Some(&old)), Err(TokenCacheError::Tampered { id: id.clone() }));
        assert_eq!(open(&sealed, "alma", Some(&new)), Err(TokenCacheError::UnknownKey { id }));
        assert_eq!(open(&sealed, "alma", None), Err(TokenCacheError::NoKey));
        assert_eq!(&*open(b"{plain}", "alma", Some(&new)).unwrap(), b"{plain}");
    }

    #[test]
    fn keys_are_read_from_text_and_what_is_none_is_not_shown() {
        let bytes = [0xfb; 32];
        let padded = base64::engine::general_purpose::STANDARD.encode(bytes);
        let url = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        for text in
            [padded.clone(), url, format!(" {padded}\n"), format!("{padded},{}", STANDARD_NO_PAD.encode([1; 32]))]
        {
            assert_eq!(EncryptionKeys::from_base64(&text).unwrap().primary.id, Key::new(bytes).id);
        }
        for text in ["", "hunter2", "hunter2!", ",", &padded[..20]] {
            let error = EncryptionKeys::from_base64(text).unwrap_err();
            assert!(error.to_string().contains("openssl rand") && !error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn a_value_of_a_later_version_is_not_taken_for_a_damaged_one_of_this() {
        let sealed = EncryptionKeys::new([1; 32]).seal(b"{}", "alma").unwrap();
        let later = String::from_utf8(sealed).unwrap().replace("sealed-1:", "sealed-2:");
        assert_eq!(open(later.as_bytes(), "alma", None), Err(TokenCacheError::Unreadable));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(
            bytes in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..200),
                "sealed-1:[0-9a-f]{0,9}:?[A-Za-z0-9+/:]{0,120}".prop_map(String::into_bytes),
            ],
        ) {
            let keys = EncryptionKeys::new([3; 32]);
            if let Ok(plain) = open(&bytes, "alma", Some(&keys)) {
                prop_assert_eq!(plain.first(), Some(&b'{'));
            }
        }

        #[test]
        fn whatever_is_sealed_is_opened_and_no_changed_byte_is(
            plain in proptest::collection::vec(any::<u8>(), 0..300),
            position in any::<proptest::sample::Index>(),
            flip in 1u8..=255,
        ) {
            let keys = EncryptionKeys::new([4; 32]);
            let mut sealed = keys.seal(&plain, "alma").unwrap();
            prop_assert_eq!(&*open(&sealed, "alma", Some(&keys)).unwrap(), &plain);
            let position = position.index(sealed.len());
            sealed[position] ^= flip;
            // A changed first byte can make it plain, which is refused as JSON later.
            if sealed.first() != Some(&b'{') {
                prop_assert!(open(&sealed, "alma", Some(&keys)).is_err());
            }
        }
    }
}
