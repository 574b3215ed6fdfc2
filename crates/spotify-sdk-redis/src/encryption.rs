//! [`EncryptionKeys`]: what is encrypted with XChaCha20-Poly1305 before it leaves the process.

use std::env::VarError;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use spotify_sdk::auth::TokenOwner;
use zeroize::Zeroizing;

/// The environment variable with the keys.
const ENV: &str = "SPOTIFY_SDK_REDIS_KEY";
const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;
const HELP: &str = "an encryption key is 32 random bytes in Base64; `openssl rand -base64 32` makes one";

/// A text that is no encryption key. The message does not show it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EncryptionKeyError(String);

/// Something that is encrypted.
pub(crate) struct Sealed<'a> {
    /// What tells the key from others: eight hexadecimal digits.
    pub(crate) key_id: &'a str,
    /// The nonce, and the ciphertext.
    pub(crate) data: Vec<u8>,
}

/// Why nothing was encrypted.
#[derive(Debug)]
pub(crate) enum SealError {
    /// The system gives no random numbers.
    NoRandomness(String),
    /// It is longer than the cipher allows.
    TooLong,
}

/// Why nothing was decrypted.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// The key is not one of these.
    UnknownKey,
    /// It was changed, or belongs elsewhere.
    Tampered,
}

/// The keys that tokens and responses are encrypted with in Redis: one that writes, and any number of older ones that are still read.
///
/// A new key is taken into use in two steps, so that no process meets a value that it cannot read: first every process gets
/// the new key as a previous one, `new(old).and_previous(new)`, then as the first, `new(new).and_previous(old)`. Each token is
/// encrypted with the first key when it is stored next, which is at its next refresh, so the old key can go once every
/// user's token was refreshed or is gone. A response that no key opens is fetched again.
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
    /// Takes the key that encrypts: 32 random bytes.
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

    /// Encrypts what is stored in a place, which has to be named again to decrypt it.
    pub(crate) fn seal(&self, plain: &[u8], place: &str) -> Result<Sealed<'_>, SealError> {
        let mut nonce = [0; NONCE_LENGTH];
        getrandom::getrandom(&mut nonce).map_err(|error| SealError::NoRandomness(error.to_string()))?;
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        // It fails for texts of hundreds of gigabytes alone.
        let sealed = self.primary.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| SealError::TooLong)?;
        Ok(Sealed { key_id: &self.primary.id, data: [&nonce[..], &sealed].concat() })
    }

    /// Decrypts what [`seal`](Self::seal) made for the same place.
    pub(crate) fn open(&self, key_id: &str, data: &[u8], place: &str) -> Result<Vec<u8>, OpenError> {
        let key = std::iter::once(&self.primary).chain(&self.previous).find(|key| key.id == key_id);
        let key = key.ok_or(OpenError::UnknownKey)?;
        let (nonce, sealed) = data.split_first_chunk::<NONCE_LENGTH>().ok_or(OpenError::Tampered)?;
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| OpenError::Tampered)
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
    use super::*;

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
}
