//! How a value is written that is encrypted with [`EncryptionKeys`].
//!
//! It is the text `sealed-1:KEY:DATA`: the version of this form, the id of the key, and the nonce with the ciphertext in Base64. The
//! name of the entry is authenticated with it, so that a value in the place of another is refused.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use zeroize::Zeroizing;

use super::error::TokenCacheError;
use crate::encryption::{EncryptionKeys, OpenError, SealError};

const PREFIX: &[u8] = b"sealed-";
const VERSION: &[u8] = b"1";

/// Encrypts a value for the entry of this name.
pub(super) fn seal(keys: &EncryptionKeys, plain: &[u8], entry: &str) -> Result<Vec<u8>, TokenCacheError> {
    let sealed = keys.seal(plain, entry).map_err(|error| match error {
        SealError::NoRandomness(why) => TokenCacheError::NoRandomness(why),
        SealError::TooLong => TokenCacheError::Unreadable,
    })?;
    let data = STANDARD_NO_PAD.encode(sealed.data);
    Ok([PREFIX, VERSION, b":", sealed.key_id.as_bytes(), b":", data.as_bytes()].concat())
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
        Parsed::Sealed { id, data } => {
            let keys = keys.ok_or(TokenCacheError::NoKey)?;
            keys.open(id, &data, entry).map(Zeroizing::new).map_err(|error| match error {
                OpenError::UnknownKey => TokenCacheError::UnknownKey { id: id.to_owned() },
                OpenError::Tampered => TokenCacheError::Tampered { id: id.to_owned() },
            })
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
        data: Vec<u8>,
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
        Some(Self::Sealed { id, data })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_is_opened_with_its_key_and_in_its_place_alone() {
        let (old, new) = (EncryptionKeys::new([1; 32]), EncryptionKeys::new([2; 32]));
        let sealed = seal(&old, b"{secret}", "alma").unwrap();
        assert!(!sealed.windows(6).any(|part| part == b"secret"));
        assert_ne!(sealed, seal(&old, b"{secret}", "alma").unwrap(), "each has a nonce of its own");
        assert_eq!(&*open(&sealed, "alma", Some(&old)).unwrap(), b"{secret}");
        let both = new.clone().and_previous(old.clone());
        assert_eq!(&*open(&sealed, "alma", Some(&both)).unwrap(), b"{secret}");
        let again = seal(&both, b"{secret}", "alma").unwrap();
        assert_eq!(&*open(&again, "alma", Some(&new)).unwrap(), b"{secret}", "the first key writes");
        let id = old.seal(b"", "").unwrap().key_id.to_owned();
        assert_eq!(open(&sealed, "bo", Some(&old)), Err(TokenCacheError::Tampered { id: id.clone() }));
        assert_eq!(open(&sealed, "alma", Some(&new)), Err(TokenCacheError::UnknownKey { id }));
        assert_eq!(open(&sealed, "alma", None), Err(TokenCacheError::NoKey));
        assert_eq!(&*open(b"{plain}", "alma", Some(&new)).unwrap(), b"{plain}");
    }

    #[test]
    fn a_value_of_a_later_version_is_not_taken_for_a_damaged_one_of_this() {
        let sealed = seal(&EncryptionKeys::new([1; 32]), b"{}", "alma").unwrap();
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
            let mut sealed = seal(&keys, &plain, "alma").unwrap();
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
