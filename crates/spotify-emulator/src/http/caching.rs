//! How long a response may be kept, and whether it has changed since a client kept it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::HeaderMap;
use http::header::IF_NONE_MATCH;
use sha2::{Digest, Sha256};

/// The number of hash bytes in an `ETag`.
const TAG_BYTES: usize = 15;

/// How the responses of an operation may be cached.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Caching {
    /// Only the user's own client may cache it, and must revalidate.
    #[default]
    Private,
    /// Anyone may keep it, but has to ask each time.
    Public,
    /// The same, and asking is cheap: there is an `ETag`, and 304 while nothing has changed.
    Validated,
    /// Anyone may keep it for a minute.
    OneMinute,
}

impl Caching {
    /// The value of `Cache-Control`.
    pub(crate) fn header(self) -> &'static str {
        match self {
            Self::Private => "private, max-age=0",
            Self::Public | Self::Validated => "public, max-age=0",
            Self::OneMinute => "public, max-age=60",
        }
    }

    /// The `ETag` of a body, where the operation has them.
    pub(crate) fn tag(self, body: &[u8]) -> Option<String> {
        let hash = (self == Self::Validated).then(|| Sha256::digest(body))?;
        Some(format!("\"MC-{}\"", URL_SAFE_NO_PAD.encode(&hash[..TAG_BYTES])))
    }
}

/// Whether the client already has the response with this tag.
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let lists = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = lists.flat_map(|list| list.split(',')).map(str::trim);
    // A weak tag fits a strong one: RFC 9110 compares weakly here.
    tags.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_stands_for_its_body() {
        let tag = Caching::Validated.tag(b"{}").unwrap();
        assert!(tag.starts_with("\"MC-") && tag.ends_with('"'), "{tag}");
        assert_eq!(Caching::Validated.tag(b"{}"), Some(tag.clone()));
        assert_ne!(Caching::Validated.tag(b"[]"), Some(tag));
        assert_eq!(Caching::Public.tag(b"{}"), None);
    }

    #[test]
    fn a_tag_is_known_in_a_list_and_when_it_is_weak() {
        for (header, expected) in [
            ("\"MC-a\"", true),
            ("\"x\", W/\"MC-a\"", true),
            ("*", true),
            ("\"x\"", false),
            ("MC-a", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(IF_NONE_MATCH, header.parse().unwrap())]);
            assert_eq!(is_known(&headers, "\"MC-a\""), expected, "{header}");
        }
        assert!(!is_known(&HeaderMap::new(), "\"MC-a\""));
    }
}
