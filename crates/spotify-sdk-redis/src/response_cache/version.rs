//! The version of a topic as it stands in Redis, and that of a key, which is made of those of its topics.

use spotify_sdk::cache::CacheVersion;

/// The version of a topic: a random value, and a time that grows with each change. Of two, the one with the later time counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TopicVersion {
    /// In microseconds since 1970, by the clock of the server or a little more.
    pub(super) time: u64,
    random: u64,
}

impl TopicVersion {
    /// Reads `MICROSECONDS-RANDOM`.
    pub(super) fn parse(text: &[u8]) -> Option<Self> {
        let (time, random) = str::from_utf8(text).ok()?.split_once('-')?;
        let is_random = random.len() == 16 && random.bytes().all(|byte| byte.is_ascii_hexdigit());
        let random = u64::from_str_radix(random, 16).ok().filter(|_| is_random)?;
        Some(Self { time: time.parse().ok()?, random })
    }
}

/// Returns the version of a key whose topics have these versions. The upper half is the random value of everything of the owner, with
/// which the server can compare it; the lower half is a hash of the others.
pub(super) fn of_key(everything: TopicVersion, others: &[TopicVersion]) -> CacheVersion {
    let mut hash = hmac_sha256::Hash::new();
    for other in others {
        hash.update(other.time.to_be_bytes());
        hash.update(other.random.to_be_bytes());
    }
    let [a, b, c, d, e, f, g, h, ..] = hash.finalize();
    let lower = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
    CacheVersion::new(u128::from(everything.random) << 64 | u128::from(lower))
}

/// Returns the random value of everything of the owner in the version of a key, as it stands in Redis.
pub(super) fn everything_in(version: CacheVersion) -> String {
    random_text((version.get() >> 64) as u64)
}

/// Returns a random value as it stands in Redis.
pub(super) fn random_text(random: u64) -> String {
    format!("{random:016x}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn version(time: u64, random: u64) -> TopicVersion {
        TopicVersion::parse(format!("{time}-{}", random_text(random)).as_bytes()).unwrap()
    }

    #[test]
    fn what_is_no_version_is_not_read() {
        for text in ["", "-", "1", "1-", "1-12", "x-0000000000000001", "1-000000000000000g", "1-+000000000000001"] {
            assert_eq!(TopicVersion::parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(TopicVersion::parse(&[0xff, b'-']), None);
    }

    proptest! {
        #[test]
        fn another_version_of_any_topic_is_another_one_of_the_key(
            randoms in proptest::collection::vec(any::<u64>(), 1..5),
            at in any::<proptest::sample::Index>(),
            other in any::<u64>(),
        ) {
            let key = |randoms: &[u64]| {
                let versions: Vec<_> = randoms.iter().map(|random| version(7, *random)).collect();
                of_key(versions[0], &versions[1..])
            };
            let mut changed = randoms.clone();
            changed[at.index(randoms.len())] = other;
            prop_assert_eq!(key(&randoms) == key(&changed), randoms == changed);
            prop_assert_eq!(everything_in(key(&randoms)), random_text(randoms[0]));
        }
    }
}
