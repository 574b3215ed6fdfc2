//! What stands in Redis for a response: the version of its key, and the response, encrypted where there are keys.
//!
//! The first byte tells the form. [`PLAIN`] is followed by the version and the response; [`SEALED`] by the id of the key and by both,
//! encrypted together, with the name of the entry authenticated.

use bytes::Bytes;
use spotify_sdk::cache::{CacheVersion, CachedResponse};

use super::error::CacheStoreError;
use crate::encryption::{EncryptionKeys, SealError};

const PLAIN: u8 = 1;
const SEALED: u8 = 2;
const KEY_ID_LENGTH: usize = 8;
const VERSION_LENGTH: usize = 16;

/// Writes a response for the entry of this name. `None` if it cannot be encrypted, being too long.
pub(super) fn write(
    entry: &str,
    version: CacheVersion,
    response: &[u8],
    keys: Option<&EncryptionKeys>,
) -> Result<Option<Vec<u8>>, CacheStoreError> {
    let version = version.get().to_be_bytes();
    let Some(keys) = keys else { return Ok(Some([&[PLAIN], &version[..], response].concat())) };
    match keys.seal(&[&version[..], response].concat(), entry) {
        Ok(sealed) => Ok(Some([&[SEALED], sealed.key_id.as_bytes(), &sealed.data].concat())),
        Err(SealError::NoRandomness(why)) => Err(CacheStoreError::NoRandomness(why)),
        Err(SealError::TooLong) => Ok(None),
    }
}

/// Reads the value of an entry; the error says why it cannot be read. With keys, what is not encrypted is not read: anyone could have
/// written it.
pub(super) fn read(
    value: Vec<u8>,
    entry: &str,
    keys: Option<&EncryptionKeys>,
) -> Result<(CacheVersion, CachedResponse), &'static str> {
    let plain = match (value.first(), keys) {
        (Some(&PLAIN), None) => Bytes::from(value).slice(1..),
        (Some(&PLAIN), Some(_)) => return Err("it is not encrypted"),
        (Some(&SEALED), None) => return Err("it is encrypted, and this process has no key"),
        (Some(&SEALED), Some(keys)) => {
            let (id, data) = value[1..].split_first_chunk::<KEY_ID_LENGTH>().ok_or("it was damaged")?;
            let id = str::from_utf8(id).map_err(|_| "it was damaged")?;
            keys.open(id, data, entry)
                .map(Bytes::from)
                .map_err(|_| "it cannot be decrypted with the keys of this process")?
        }
        _ => return Err("it is in a form that this version does not know"),
    };
    let version = plain.first_chunk::<VERSION_LENGTH>().ok_or("it was damaged")?;
    let response = CachedResponse::from_bytes(&plain.slice(VERSION_LENGTH..));
    let response = response.map_err(|_| "it is no response that this version can read")?;
    Ok((CacheVersion::new(u128::from_be_bytes(*version)), response))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The least that is a response: no headers, no body.
    const RESPONSE: &[u8] = b"\x3a\0\0\0{\"version\":1,\"confirmed_at\":1800,\"request\":[],\"response\":[]}";

    fn response() -> Vec<u8> {
        let length = (RESPONSE.len() - 4) as u32;
        [&length.to_le_bytes(), &RESPONSE[4..]].concat()
    }

    fn keys(byte: u8) -> EncryptionKeys {
        EncryptionKeys::new([byte; 32])
    }

    #[test]
    fn a_value_is_read_with_its_key_and_in_its_place_alone() {
        let version = CacheVersion::new(7 << 70 | 9);
        let write = |keys: Option<&EncryptionKeys>| write("alma", version, &response(), keys).unwrap().unwrap();
        let (plain, sealed) = (write(None), write(Some(&keys(1))));
        assert_eq!(read(plain.clone(), "alma", None).unwrap().0, version);
        assert_eq!(read(sealed.clone(), "alma", Some(&keys(1))).unwrap().0, version);
        let both = keys(2).and_previous(keys(1));
        assert_eq!(read(sealed.clone(), "alma", Some(&both)).unwrap().0, version);
        assert!(read(sealed.clone(), "bo", Some(&keys(1))).is_err());
        assert!(read(sealed.clone(), "alma", Some(&keys(2))).is_err());
        assert!(read(sealed, "alma", None).is_err());
        assert!(read(plain, "alma", Some(&keys(1))).is_err(), "whoever can write to Redis could have written it");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(kind in 0u8..4, bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let value = [&[kind][..], &bytes].concat();
            let _ = read(bytes, "alma", None);
            let _ = read(value.clone(), "alma", None);
            prop_assert!(read(value, "alma", Some(&keys(1))).is_err());
        }

        #[test]
        fn no_changed_byte_of_what_is_encrypted_is_read(position in any::<proptest::sample::Index>(), flip in 1u8..=255) {
            let keys = keys(4);
            let mut sealed = write("alma", CacheVersion::new(1), &response(), Some(&keys)).unwrap().unwrap();
            let position = position.index(sealed.len());
            sealed[position] ^= flip;
            prop_assert!(read(sealed, "alma", Some(&keys)).is_err());
        }
    }
}
