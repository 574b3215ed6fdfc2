//! Random tokens. They are unpredictable, although they protect nothing.

use std::hash::{BuildHasher, RandomState};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Spotify's user tokens are a few hundred characters long and begin like this.
const PREFIX: &str = "BQ";
const RANDOM_CHARACTERS: u64 = 200;

/// A token in the format of Spotify's.
pub(crate) fn token() -> String {
    let seed = RandomState::new();
    let mut token = String::from(PREFIX);
    for index in 0..RANDOM_CHARACTERS {
        let position = usize::try_from(seed.hash_one(index) % 64).unwrap_or_default();
        token.push(char::from(ALPHABET[position]));
    }
    token
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_base64url_and_different() {
        let (one, two) = (token(), token());
        assert_ne!(one, two);
        assert_eq!(one.len(), 202);
        assert!(one.bytes().all(|byte| ALPHABET.contains(&byte)));
    }
}
