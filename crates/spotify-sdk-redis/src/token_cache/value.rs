//! What stands in Redis for a token: the JSON of [`TokenInfo`], with the user's label and the time it was stored at.

use jiff::Timestamp;
use serde::Deserialize;
use spotify_sdk::auth::{TokenInfo, TokenKey};
use zeroize::Zeroizing;

use super::cipher;
use super::entry::Entry;
use super::error::TokenCacheError;
use crate::encryption::EncryptionKeys;

/// A token that was read.
pub(super) struct Value {
    pub(super) user: String,
    pub(super) token: TokenInfo,
    pub(super) stored_at: Timestamp,
}

/// What is in the JSON besides the token.
#[derive(Deserialize)]
struct About {
    user: String,
    /// Unix milliseconds.
    stored_at: i64,
}

/// Writes a token for its entry, encrypted where there are keys.
pub(super) fn write(
    entry: &Entry,
    user: &str,
    token: &TokenInfo,
    keys: Option<&EncryptionKeys>,
) -> Result<Zeroizing<Vec<u8>>, TokenCacheError> {
    let json = token.to_json();
    let fields = json.expose().strip_prefix('{').ok_or(TokenCacheError::Unreadable)?;
    let user = serde_json::Value::from(user);
    let stored_at = Timestamp::now().as_millisecond();
    let about = format!(r#"{{"user":{user},"stored_at":{stored_at},"#);
    // In one go, since a text that grows leaves copies of itself behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(about.len() + fields.len()));
    plain.extend_from_slice(about.as_bytes());
    plain.extend_from_slice(fields.as_bytes());
    match keys {
        Some(keys) => cipher::seal(keys, &plain, &entry.token()).map(Zeroizing::new),
        None => Ok(plain),
    }
}

/// Reads the value of an entry.
pub(super) fn read(value: &[u8], entry: &Entry, keys: Option<&EncryptionKeys>) -> Result<Value, TokenCacheError> {
    let plain = cipher::open(value, &entry.token(), keys)?;
    let text = str::from_utf8(&plain).map_err(|_| TokenCacheError::Unreadable)?;
    let About { user, stored_at } = serde_json::from_str(text).map_err(|_| TokenCacheError::Unreadable)?;
    let token = TokenInfo::from_json(text).map_err(|_| TokenCacheError::Unreadable)?;
    let stored_at = Timestamp::from_millisecond(stored_at).map_err(|_| TokenCacheError::Unreadable)?;
    // What is not encrypted has nothing else that keeps one user's token from the place of another's.
    let key = TokenKey::new(entry.client_id()).user(user.as_str());
    if Entry::new(&key).id() != entry.id() {
        return Err(TokenCacheError::Unreadable);
    }
    Ok(Value { user, token, stored_at })
}
