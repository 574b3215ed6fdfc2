//! What a snapshot id reveals about the number of changes to a playlist.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

/// Returns the number of the version that `snapshot_id` names, if its format has one.
///
/// Spotify does not document the format. The ids of users' playlists are base64 of `18,eac11e…`, a number and a hash,
/// or of four bytes of a number and twenty of a hash; the number grows by one with each change. So it is only used to
/// save requests: if the numbers are consecutive, there was no concurrent change; in every other case the playlist is
/// read again.
pub(super) fn number(snapshot_id: &str) -> Option<u64> {
    const DIGEST: usize = 20;
    let bytes = BASE64_STANDARD.decode(snapshot_id).ok()?;
    if let Some((number, digest)) = bytes.split_first_chunk::<4>()
        && digest.len() == DIGEST
    {
        return Some(u32::from_be_bytes(*number).into());
    }
    let (number, hash) = std::str::from_utf8(&bytes).ok()?.split_once(',')?;
    let is_hash = !hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    number.parse().ok().filter(|_| is_hash)
}

/// Returns whether exactly one change lies between two versions.
pub(super) fn are_neighbours(before: &str, after: &str) -> bool {
    number(before).zip(number(after)).is_some_and(|(before, after)| before.checked_add(1) == Some(after))
}

/// Returns whether `seen` is a version before `expected`, as far as the ids tell.
pub(super) fn is_older(seen: &str, expected: &str) -> bool {
    number(seen).zip(number(expected)).is_some_and(|(seen, expected)| seen < expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_from_both_forms_and_from_no_other() {
        let text = |text: &str| number(&BASE64_STANDARD.encode(text));
        assert_eq!(text("18,eac11edf0bd1b6b6dc9f0c8b3d3f4a2b6a3c7d5e"), Some(18));
        assert_eq!(number(&BASE64_STANDARD.encode([&[0, 0, 1, 2][..], &[0xab; 20]].concat())), Some(258));
        for other in ["", "18", "18,", "x,ab", "18,nothex", "-1,ab"] {
            assert_eq!(text(other), None, "{other}");
        }
        assert_eq!(number("not base64!"), None);
    }

    #[test]
    fn neighbours_are_one_apart() {
        let id = |number: u64| BASE64_STANDARD.encode(format!("{number},ab"));
        assert!(are_neighbours(&id(4), &id(5)));
        assert!(!are_neighbours(&id(4), &id(6)) && !are_neighbours(&id(5), &id(4)) && !are_neighbours("x", "y"));
        assert!(is_older(&id(4), &id(5)) && !is_older(&id(5), &id(5)) && !is_older("x", &id(5)));
    }
}
