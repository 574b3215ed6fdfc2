//! The library of a user: saved items and followed users.

use serde::{Deserialize, Serialize};

use super::saved::Saved;
use crate::ids::Kind;

/// Everything that a user has saved or follows.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Library {
    pub(crate) tracks: Saved,
    pub(crate) albums: Saved,
    pub(crate) shows: Saved,
    pub(crate) episodes: Saved,
    pub(crate) audiobooks: Saved,
    pub(crate) artists: Saved,
    pub(crate) users: Saved,
    /// Their own playlists and those that they follow.
    pub(crate) playlists: Saved,
}

impl Library {
    /// The list for items of this kind; `None` for kinds that cannot be saved.
    pub(crate) fn list(&self, kind: Kind) -> Option<&Saved> {
        Some(match kind {
            Kind::Album => &self.albums,
            Kind::Artist => &self.artists,
            Kind::Audiobook => &self.audiobooks,
            Kind::Episode => &self.episodes,
            Kind::Playlist => &self.playlists,
            Kind::Show => &self.shows,
            Kind::Track => &self.tracks,
            Kind::User => &self.users,
            Kind::Chapter => return None,
        })
    }

    pub(crate) fn list_mut(&mut self, kind: Kind) -> Option<&mut Saved> {
        Some(match kind {
            Kind::Album => &mut self.albums,
            Kind::Artist => &mut self.artists,
            Kind::Audiobook => &mut self.audiobooks,
            Kind::Episode => &mut self.episodes,
            Kind::Playlist => &mut self.playlists,
            Kind::Show => &mut self.shows,
            Kind::Track => &mut self.tracks,
            Kind::User => &mut self.users,
            Kind::Chapter => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn every_kind_but_chapters_can_be_saved() {
        let mut library = Library::default();
        for kind in [Kind::Album, Kind::Artist, Kind::Audiobook, Kind::Episode, Kind::Playlist, Kind::Show, Kind::User]
        {
            library.list_mut(kind).unwrap().save("x", Timestamp::UNIX_EPOCH);
            assert!(library.list(kind).unwrap().contains("x"), "{kind:?}");
        }
        assert!(library.list(Kind::Chapter).is_none() && library.list_mut(Kind::Chapter).is_none());
    }
}
