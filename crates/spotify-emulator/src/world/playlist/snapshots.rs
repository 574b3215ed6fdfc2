//! The versions of a playlist. Spotify accepts a change to an older version and applies it to the current one.

use std::collections::VecDeque;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::ids::made_up_hex;

/// How many versions are remembered.
const MAX_VERSIONS: usize = 16;

/// The latest versions of a playlist, each as the keys of its entries in their order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Snapshots {
    revision: u64,
    versions: VecDeque<Version>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Version {
    id: String,
    entries: Vec<u32>,
}

impl Snapshots {
    /// Makes a new version of these entries.
    pub(crate) fn take(&mut self, playlist: &str, entries: Vec<u32>) {
        self.revision += 1;
        let revision = self.revision;
        let id = STANDARD.encode(format!("{revision},{}", made_up_hex(&format!("snapshot:{playlist}:{revision}"), 32)));
        self.versions.push_back(Version { id, entries });
        while self.versions.len() > MAX_VERSIONS {
            self.versions.pop_front();
        }
    }

    /// The id of the present version.
    pub(crate) fn latest(&self) -> &str {
        self.versions.back().map(|version| version.id.as_str()).unwrap_or_default()
    }

    /// The keys of the entries that the version `id` had, if it is remembered.
    pub(crate) fn entries_of(&self, id: &str) -> Option<&[u32]> {
        self.versions.iter().find(|version| version.id == id).map(|version| version.entries.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_different_ids_and_old_ones_are_forgotten() {
        let mut snapshots = Snapshots::default();
        snapshots.take("p", vec![1]);
        let first = snapshots.latest().to_owned();
        assert_eq!(snapshots.entries_of(&first), Some(&[1][..]));
        for _ in 0..MAX_VERSIONS {
            let before = snapshots.latest().to_owned();
            snapshots.take("p", vec![1, 2]);
            assert_ne!(snapshots.latest(), before);
        }
        assert_eq!(snapshots.entries_of(&first), None);
    }
}
