//! [`Resource`]: what operations read and change, and [`Caching`], what follows from it for their responses.

/// A part of what Spotify keeps, which operations read and change: a stored response is out of date once something that it was
/// made of has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// What Spotify offers to everyone: albums, artists, tracks, search, markets.
    Catalog,
    /// How far the user has listened to episodes and chapters, beside what Spotify offers to everyone.
    Progress,
    /// The user's profile, the profiles of others, and what the user listens to most.
    Profile,
    /// What the user has saved.
    Library,
    /// The artists, users and playlists that the user follows.
    Following,
    /// The lists of playlists.
    Playlists,
    /// One playlist: the one that the operation names as `playlist_id`.
    Playlist,
    /// The user's player.
    Player,
    /// The queue of the user's player.
    Queue,
}

/// Whether the responses of an operation may be stored, and when a stored one is used. See the module `cache`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Caching {
    /// Never stored: what it reads changes by the second, or is not known.
    Never,
    /// A user's data: stored, and used after Spotify has confirmed it.
    User,
    /// The catalog: stored, and used without a request while it is fresh.
    Catalog,
}

impl Caching {
    /// Returns what holds for an operation that reads these.
    pub(super) const fn of(reads: &[Resource]) -> Self {
        let mut caching = if reads.is_empty() { Self::Never } else { Self::Catalog };
        let mut at = 0;
        while at < reads.len() {
            caching = match (reads[at], caching) {
                (Resource::Player | Resource::Queue, _) | (_, Self::Never) => Self::Never,
                (Resource::Catalog, caching) => caching,
                _ => Self::User,
            };
            at += 1;
        }
        caching
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_private_resource_decides() {
        use Resource::{Catalog, Library, Player, Playlist};
        for (reads, caching) in [
            (&[][..], Caching::Never),
            (&[Catalog], Caching::Catalog),
            (&[Library], Caching::User),
            (&[Catalog, Playlist], Caching::User),
            (&[Library, Catalog], Caching::User),
            (&[Player, Catalog], Caching::Never),
            (&[Library, Player], Caching::Never),
        ] {
            assert_eq!(Caching::of(reads), caching, "{reads:?}");
        }
    }
}
