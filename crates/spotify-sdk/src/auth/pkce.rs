//! Random values of an authorization request: state and verifier, and the challenge of the verifier.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::error::{Result, SetupError};
use crate::secret::Secret;

/// Enough for 43 characters of base64url, the fewest that a verifier may have.
const BYTES: usize = 32;

/// A text of 43 characters from the operating system's random numbers: a verifier, or a state.
pub(super) fn random_text() -> Result<Secret> {
    let mut bytes = [0; BYTES];
    getrandom::getrandom(&mut bytes)
        .map_err(|error| SetupError::because("the operating system gives no random numbers", error.to_string()))?;
    Ok(Secret::from(URL_SAFE_NO_PAD.encode(bytes)))
}

/// The challenge `S256` of a verifier.
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(hmac_sha256::Hash::hash(verifier.as_bytes()))
}

/// Compares in a time that does not tell where the first difference is.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        let challenge = challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn random_texts_are_verifiers_and_all_different() {
        let (one, two) = (random_text().unwrap(), random_text().unwrap());
        assert_ne!(one.expose(), two.expose());
        assert_eq!(one.expose().len(), 43);
        assert!(is_same("abc", "abc") && !is_same("abc", "abd") && !is_same("abc", "ab") && !is_same("", "a"));
    }
}
