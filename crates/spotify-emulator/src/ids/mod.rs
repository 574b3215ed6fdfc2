//! Spotify's ids: 22 characters that write a number of 128 bits in base 62.

mod uri;

use std::fmt;

pub(crate) use uri::{Kind, LocalFile, Uri};

const ALPHABET: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LENGTH: usize = 22;

/// An identifier in the catalog: Spotify's own, or a made-up one if Spotify's is not known.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Identifier {
    value: String,
    made_up: bool,
}

impl Identifier {
    /// The identifier as in responses.
    pub fn as_str(&self) -> &str {
        &self.value
    }

    /// Whether the real Spotify knows nothing of it. Made-up identifiers are the same on every machine and in every
    /// run.
    pub fn is_made_up(&self) -> bool {
        self.made_up
    }

    pub(crate) fn known_or(known: Option<String>, made_up: impl FnOnce() -> String) -> Self {
        match known {
            Some(value) => Self { value, made_up: false },
            None => Self { value: made_up(), made_up: true },
        }
    }
}

impl AsRef<str> for Identifier {
    fn as_ref(&self) -> &str {
        &self.value
    }
}

impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value)
    }
}

/// Whether `text` could be the id of an album, artist or track.
pub(crate) fn is_well_formed(text: &str) -> bool {
    text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// An id in Spotify's format, always the same for the same `name`.
pub(crate) fn made_up_id(name: &str) -> String {
    let mut rest = hash(name);
    let mut characters = [b'0'; LENGTH];
    for character in characters.iter_mut().rev() {
        *character = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    characters.into_iter().map(char::from).collect()
}

/// `digits` hexadecimal digits, at most 32, always the same for the same `name`.
pub(crate) fn made_up_hex(name: &str, digits: usize) -> String {
    format!("{:032x}", hash(name)).chars().take(digits).collect()
}

/// A universal product code of 12 digits with a true check digit, always the same for the same `name`.
pub(crate) fn made_up_upc(name: &str) -> String {
    let digits = format!("{:011}", hash(name) % 100_000_000_000);
    let sum: u32 =
        digits.chars().filter_map(|digit| digit.to_digit(10)).zip([3, 1].into_iter().cycle()).map(|(d, w)| d * w).sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A number from 0 to `below` - 1, always the same for the same `name`.
pub(crate) fn made_up_number(name: &str, below: u32) -> u32 {
    let number = hash(name) % u128::from(below.max(1));
    u32::try_from(number).unwrap_or_default()
}

/// An international standard recording code of the year `year`, always the same for the same `name`. `ZZ` stands where
/// the country would.
pub(crate) fn made_up_isrc(name: &str, year: &str) -> String {
    let year = year.get(2..4).unwrap_or("00");
    format!("ZZEMU{year}{:05}", made_up_number(name, 100_000))
}

/// FNV-1a over 128 bits, then mixed: on its own, names that differ in their last character get similar values.
fn hash(name: &str) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash = name.bytes().fold(BASIS, |hash, byte| (hash ^ u128::from(byte)).wrapping_mul(PRIME));
    for _ in 0..3 {
        hash ^= hash >> 59;
        hash = hash.wrapping_mul(PRIME | BASIS);
    }
    hash ^ (hash >> 64)
}

/// The number that `id` writes, unless it has more than 128 bits.
#[cfg(test)]
pub(crate) fn number(id: &str) -> Option<u128> {
    id.bytes().try_fold(0_u128, |number, character| {
        let digit = ALPHABET.iter().position(|letter| *letter == character)?;
        number.checked_mul(62)?.checked_add(digit as u128)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_id_writes_the_hash_of_its_name() {
        for name in ["", "track:4aawyAB9vmqN3uQ7FjRGTy:1:1", "artist:Bad Bunny"] {
            assert_eq!(number(&made_up_id(name)), Some(hash(name)), "{name}");
        }
    }

    #[test]
    fn ids_have_22_characters_of_base_62() {
        assert!(is_well_formed("4aawyAB9vmqN3uQ7FjRGTy"));
        for id in
            ["", "4aawyAB9vmqN3uQ7FjRGT", "4aawyAB9vmqN3uQ7FjRGTyy", "4aawyAB9vmqN3uQ7FjRG_y", "éawyAB9vmqN3uQ7FjRGTy"]
        {
            assert!(!is_well_formed(id), "{id}");
        }
    }

    #[test]
    fn made_up_product_codes_have_a_true_check_digit() {
        let upc = made_up_upc("upc:4aawyAB9vmqN3uQ7FjRGTy");
        let digits: Vec<u32> = upc.chars().filter_map(|digit| digit.to_digit(10)).collect();
        assert_eq!(digits.len(), 12);
        let sum: u32 = digits.iter().enumerate().map(|(i, d)| if i % 2 == 0 { d * 3 } else { *d }).sum();
        assert_eq!(sum % 10, 0);
    }
}
