//! Playlists, and the changes that can be made to them.

mod snapshots;

use std::collections::HashSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::http::ApiError;
use snapshots::Snapshots;

/// The most items that a playlist can have.
pub(crate) const MAX_ITEMS: usize = 10_000;

const MISMATCH: ApiError = ApiError::bad_request("Could not remove tracks, please check parameters.");

/// A playlist.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Playlist {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) description: String,
    /// The id of the user whose it is.
    pub(crate) owner: String,
    pub(crate) public: bool,
    pub(crate) collaborative: bool,
    /// Other users who may change it.
    #[serde(default)]
    pub(crate) collaborators: Vec<String>,
    /// Followers who are not users of the emulator.
    #[serde(default)]
    pub(crate) unknown_followers: u64,
    /// The image id of an uploaded cover; without one the cover is made from the albums.
    #[serde(default)]
    pub(crate) cover: Option<String>,
    entries: Vec<Entry>,
    next_key: u32,
    snapshots: Snapshots,
}

/// An item of a playlist.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Distinguishes the entry from another one with the same track.
    key: u32,
    pub(crate) uri: String,
    pub(crate) added_at: Option<Timestamp>,
    /// The id of the user who added it.
    pub(crate) added_by: String,
}

/// An item that is to be removed: at all places, or at these.
#[derive(Clone, Debug)]
pub(crate) struct Removal {
    pub(crate) uri: String,
    pub(crate) positions: Option<Vec<usize>>,
}

impl Playlist {
    /// An empty playlist, private and without description.
    pub(crate) fn new(id: String, name: String, owner: String) -> Self {
        let mut playlist = Self {
            id,
            name,
            description: String::new(),
            owner,
            public: false,
            collaborative: false,
            collaborators: Vec::new(),
            unknown_followers: 0,
            cover: None,
            entries: Vec::new(),
            next_key: 0,
            snapshots: Snapshots::default(),
        };
        playlist.changed();
        playlist
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    pub(crate) fn snapshot_id(&self) -> &str {
        self.snapshots.latest()
    }

    /// Whether this user may see all of it and change it.
    pub(crate) fn is_of(&self, user: &str) -> bool {
        self.owner == user || self.collaborators.iter().any(|other| other == user)
    }

    /// Makes a new version.
    pub(crate) fn changed(&mut self) {
        self.snapshots.take(&self.id, self.entries.iter().map(|entry| entry.key).collect());
    }

    /// Adds items before `position`, or at the end.
    pub(crate) fn add(
        &mut self,
        uris: Vec<String>,
        position: Option<usize>,
        by: &str,
        at: Option<Timestamp>,
    ) -> Result<(), ApiError> {
        let position = position.unwrap_or(self.entries.len());
        if position > self.entries.len() {
            return Err(ApiError::bad_request("Index out of bounds"));
        }
        if self.entries.len() + uris.len() > MAX_ITEMS {
            return Err(ApiError::forbidden("Playlist size limit reached"));
        }
        let new = self.make_entries(uris, by, at);
        self.entries.splice(position..position, new);
        self.changed();
        Ok(())
    }

    /// Replaces all items.
    pub(crate) fn replace(&mut self, uris: Vec<String>, by: &str, at: Timestamp) {
        self.entries = self.make_entries(uris, by, Some(at));
        self.changed();
    }

    fn make_entries(&mut self, uris: Vec<String>, by: &str, at: Option<Timestamp>) -> Vec<Entry> {
        let entries = uris.into_iter().map(|uri| {
            self.next_key = self.next_key.wrapping_add(1);
            Entry { key: self.next_key, uri, added_at: at, added_by: by.to_owned() }
        });
        entries.collect()
    }

    /// Moves `length` items from `start` on before the one at `before`. Positions are those of the version `snapshot`.
    pub(crate) fn reorder(
        &mut self,
        start: usize,
        length: usize,
        before: usize,
        snapshot: Option<&str>,
    ) -> Result<(), ApiError> {
        const OUT_OF_BOUNDS: ApiError = ApiError::bad_request("Index out of bounds");
        let seen = self.keys_of(snapshot)?;
        let end = start.checked_add(length).filter(|end| *end <= seen.len()).ok_or(OUT_OF_BOUNDS)?;
        if length == 0 || before > seen.len() {
            return Err(OUT_OF_BOUNDS);
        }
        let moved: HashSet<u32> = seen[start..end].iter().copied().collect();
        // The target is the first item after `before` that still exists and is not moved itself.
        let behind = seen[before..].iter().find(|key| !moved.contains(key) && self.position_of(**key).is_some());
        let behind = behind.copied();
        let (moving, staying): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.entries).into_iter().partition(|entry| moved.contains(&entry.key));
        self.entries = staying;
        let place = behind.and_then(|key| self.position_of(key)).unwrap_or(self.entries.len());
        self.entries.splice(place..place, moving);
        self.changed();
        Ok(())
    }

    /// Removes what is at `positions` of the version `snapshot`.
    pub(crate) fn remove_at(&mut self, positions: &[usize], snapshot: Option<&str>) -> Result<(), ApiError> {
        let seen = self.keys_of(snapshot)?;
        let gone: Option<HashSet<u32>> = positions.iter().map(|position| seen.get(*position).copied()).collect();
        let gone = gone.ok_or(MISMATCH)?;
        self.entries.retain(|entry| !gone.contains(&entry.key));
        self.changed();
        Ok(())
    }

    /// Removes items. Positions are those of the version `snapshot`.
    pub(crate) fn remove(&mut self, removals: &[Removal], snapshot: Option<&str>) -> Result<(), ApiError> {
        let seen = self.keys_of(snapshot)?;
        let mut gone = HashSet::new();
        for removal in removals {
            match &removal.positions {
                None => gone.extend(self.entries.iter().filter(|e| e.uri == removal.uri).map(|entry| entry.key)),
                Some(positions) => {
                    for position in positions {
                        let key = *seen.get(*position).ok_or(MISMATCH)?;
                        // An item that another user has removed in the meantime needs no removal.
                        if self.entries.iter().any(|entry| entry.key == key && entry.uri != removal.uri) {
                            return Err(MISMATCH);
                        }
                        gone.insert(key);
                    }
                }
            }
        }
        self.entries.retain(|entry| !gone.contains(&entry.key));
        self.changed();
        Ok(())
    }

    fn keys_of(&self, snapshot: Option<&str>) -> Result<Vec<u32>, ApiError> {
        match snapshot {
            None => Ok(self.entries.iter().map(|entry| entry.key).collect()),
            Some(id) => {
                let keys = self.snapshots.entries_of(id).map(<[u32]>::to_vec);
                keys.ok_or(ApiError::bad_request("Invalid snapshot id"))
            }
        }
    }

    fn position_of(&self, key: u32) -> Option<usize> {
        self.entries.iter().position(|entry| entry.key == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn playlist(letters: &str) -> Playlist {
        let mut playlist = Playlist::new("p".to_owned(), "P".to_owned(), "owner".to_owned());
        playlist.add(letters.chars().map(String::from).collect(), None, "owner", None).unwrap();
        playlist
    }

    fn letters(playlist: &Playlist) -> String {
        playlist.entries().iter().map(|entry| entry.uri.as_str()).collect()
    }

    fn removal(uri: &str, positions: Option<&[usize]>) -> Removal {
        Removal { uri: uri.to_owned(), positions: positions.map(<[usize]>::to_vec) }
    }

    #[test]
    fn a_range_moves_before_the_item_that_is_named() {
        for (start, length, before, after) in
            [(0, 1, 5, "bcdea"), (4, 1, 0, "eabcd"), (1, 2, 4, "adbce"), (3, 2, 1, "adebc"), (1, 2, 2, "abcde")]
        {
            let mut playlist = playlist("abcde");
            playlist.reorder(start, length, before, None).unwrap();
            assert_eq!(letters(&playlist), after, "{start} {length} {before}");
        }
    }

    #[test]
    fn a_range_that_is_not_there_is_refused_and_changes_nothing() {
        let mut playlist = playlist("abc");
        for (start, length, before) in [(3, 1, 0), (0, 4, 0), (0, 0, 1), (0, 1, 4), (usize::MAX, 2, 0)] {
            assert!(playlist.reorder(start, length, before, None).is_err(), "{start} {length} {before}");
        }
        assert_eq!(letters(&playlist), "abc");
    }

    #[test]
    fn positions_of_an_older_version_mean_the_items_that_were_there() {
        let mut playlist = playlist("abcde");
        let old = playlist.snapshot_id().to_owned();
        playlist.remove(&[removal("a", None)], None).unwrap();
        playlist.reorder(3, 1, 1, Some(&old)).unwrap();
        assert_eq!(letters(&playlist), "dbce");
        playlist.remove(&[removal("c", Some(&[2]))], Some(&old)).unwrap();
        assert_eq!(letters(&playlist), "dbe");
        assert!(playlist.remove(&[removal("c", Some(&[0]))], Some("nonsense")).is_err());
    }

    #[test]
    fn an_item_is_removed_everywhere_or_where_it_is_said_to_be() {
        let mut playlist = playlist("abaca");
        playlist.remove(&[removal("a", Some(&[0, 4]))], None).unwrap();
        assert_eq!(letters(&playlist), "bac");
        assert!(playlist.remove(&[removal("a", Some(&[0]))], None).is_err());
        playlist.remove(&[removal("a", None), removal("x", None)], None).unwrap();
        assert_eq!(letters(&playlist), "bc");
    }

    #[test]
    fn a_playlist_has_room_for_10_000_items() {
        let mut playlist = playlist("abc");
        assert!(playlist.add(vec!["x".to_owned(); MAX_ITEMS - 2], None, "owner", None).is_err());
        playlist.add(vec!["x".to_owned(); MAX_ITEMS - 3], Some(0), "owner", None).unwrap();
        assert_eq!(playlist.entries().len(), MAX_ITEMS);
    }
}
