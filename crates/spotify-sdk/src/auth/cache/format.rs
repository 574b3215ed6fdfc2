//! Several tokens in one JSON text: what a file holds.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::TokenKey;
use crate::auth::TokenInfo;
use crate::auth::token_info::Stored;

const VERSION: u32 = 1;

/// The tokens in a file, each with the app and the user to whom it belongs.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Tokens {
    version: u32,
    /// What tells the file in whose place this one was written: the hash of all that was in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replaces: Option<String>,
    tokens: Vec<Stored>,
}

/// Why a text is not taken for tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    Damaged,
    /// A later version of this SDK wrote it.
    Newer,
}

impl Tokens {
    /// Reads a text: ours, or the single token that the Python package `spotify-sdk` writes, which names neither app nor
    /// user.
    pub(super) fn read(text: &str) -> Result<Self, Unreadable> {
        /// What will be there in every version.
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        if let Ok(tokens) = serde_json::from_str::<Self>(text)
            && tokens.version <= VERSION
        {
            return Ok(tokens);
        }
        match serde_json::from_str::<Versioned>(text) {
            Ok(Versioned { version }) if version > VERSION => Err(Unreadable::Newer),
            _ => match serde_json::from_str::<Stored>(text) {
                Ok(single) => Ok(Self { version: VERSION, replaces: None, tokens: vec![single] }),
                Err(_) => Err(Unreadable::Damaged),
            },
        }
    }

    /// The text that takes the place of a file with what is in `before`.
    pub(super) fn write_after(&self, before: &[u8]) -> Zeroizing<String> {
        let tokens = Self { version: VERSION, replaces: Some(hash(before)), tokens: self.tokens.clone() };
        Zeroizing::new(serde_json::to_string_pretty(&tokens).unwrap_or_default())
    }

    /// Whether these were written to take the place of a file with what is in `before`.
    pub(super) fn come_after(&self, before: &[u8]) -> bool {
        self.replaces.as_ref().is_some_and(|replaces| *replaces == hash(before))
    }

    pub(super) fn get(&self, key: &TokenKey) -> Option<TokenInfo> {
        self.tokens.iter().filter(|stored| belongs(stored, key)).find_map(|stored| {
            let token = stored.clone().into_token()?;
            key.is_covered_by(token.scopes()).then_some(token)
        })
    }

    pub(super) fn set(&mut self, key: &TokenKey, token: &TokenInfo) {
        self.remove(key);
        self.tokens.push(token.to_stored(Some((&key.client_id, &key.user))));
    }

    pub(super) fn remove(&mut self, key: &TokenKey) {
        self.tokens.retain(|stored| !belongs(stored, key));
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }
}

fn hash(text: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(hmac_sha256::Hash::hash(text))
}

/// Whether a token is the app's and the user's. One that names nobody is that of an app with one user, who has no name.
fn belongs(stored: &Stored, key: &TokenKey) -> bool {
    match (&stored.client_id, &stored.user) {
        (None, None) => key.user.is_empty(),
        (client_id, user) => client_id.as_ref() == Some(&key.client_id) && user.as_ref() == Some(&key.user),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::auth::AccessToken;
    use crate::definition::Scope;

    fn key(client_id: &str, user: &str, scopes: &[Scope]) -> TokenKey {
        TokenKey::new(client_id).user(user).scopes(scopes.to_vec())
    }

    fn token(name: &str, scopes: &[Scope]) -> TokenInfo {
        let expires_at = Timestamp::from_second(1_900_000_000).unwrap();
        TokenInfo::new(AccessToken::new(name).unwrap(), expires_at).with_scopes(scopes.to_vec())
    }

    #[test]
    fn a_token_is_given_to_its_app_and_user_with_its_scopes_alone() {
        let mut tokens = Tokens::default();
        let read = [Scope::UserLibraryRead];
        tokens.set(&key("app", "a", &read), &token("one", &read));
        tokens.set(&key("app", "b", &read), &token("two", &read));
        let tokens = Tokens::read(&tokens.write_after(b"")).ok().unwrap();
        let name = |key: TokenKey| tokens.get(&key).map(|token| token.access_token().expose().to_owned());
        assert_eq!(name(key("app", "a", &read)).as_deref(), Some("one"));
        assert_eq!(name(key("app", "b", &[])).as_deref(), Some("two"));
        assert_eq!(name(key("other", "a", &read)), None);
        assert_eq!(name(key("app", "c", &read)), None);
        assert_eq!(name(key("app", "a", &[Scope::UserLibraryModify])), None, "the user has not agreed to that");
    }

    #[test]
    fn the_python_packages_token_is_taken_over() {
        let text =
            r#"{"access_token":"BQa","expires_at":1790000000.5,"refresh_token":"AQb","scope":"user-library-read"}"#;
        let mut tokens = Tokens::read(text).ok().unwrap();
        let key = key("app", "", &[Scope::UserLibraryRead]);
        assert_eq!(tokens.get(&key).unwrap().access_token().expose(), "BQa");
        tokens.set(&key, &token("new", &[Scope::UserLibraryRead]));
        assert_eq!((tokens.len(), tokens.get(&key).unwrap().access_token().expose()), (1, "new"));
    }

    #[test]
    fn what_is_no_token_file_is_not_taken_for_one() {
        for text in ["", "{", "[]", "{}", "null", r#"{"version":1}"#, r#"{"tokens":[]}"#] {
            assert_eq!(Tokens::read(text).err(), Some(Unreadable::Damaged), "{text}");
        }
    }

    #[test]
    fn a_file_of_a_later_version_is_not_called_damaged() {
        for text in [r#"{"version":2,"tokens":[]}"#, r#"{"version":7,"sealed":"…"}"#] {
            assert_eq!(Tokens::read(text).err(), Some(Unreadable::Newer), "{text}");
        }
    }
}
