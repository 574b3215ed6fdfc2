//! `playlists().sync(…)`.

use super::PlaylistSync;
use crate::api::AnyClient;
use crate::api::{IntoParam, Playlists};
use crate::ids::{PlaylistId, SpotifyUri};

impl<C: AnyClient> Playlists<C> {
    /// Brings a playlist to the wanted order with few requests, and preserves when its entries were added.
    ///
    /// `wanted` is any iterable of URIs, links or typed ids of tracks and episodes: up to 10,000, in the order that the
    /// playlist is to have. Entries that are in place stay; the rest is removed, added and moved, in ranges. `.await`
    /// or `.send()` returns a [`SyncReport`](crate::playlist_sync::SyncReport), and [`dry_run`](PlaylistSync::dry_run)
    /// only the plan.
    ///
    /// ```no_run
    /// # async fn example(client: spotify_sdk::AsyncSpotifyClient) -> spotify_sdk::Result<()> {
    /// let wanted = ["spotify:track:6rqhFgbbKwnb9MLmUQDhG6", "spotify:track:4aawyAB9vmqN3uQ7FjRGTy"];
    /// let report = client.playlists().sync("3cEYpjA9oz9GiPac4AsH4n", wanted).await?;
    /// println!("{report}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Requests
    /// The playlist is read: the first 100 entries with its version in one request, and the rest in pages of 50 or, if
    /// the client's [`quota`](crate::ClientBuilder::quota) is extended, 100; one request at the end reads the version
    /// again. All of it comes from Spotify, whatever a cache has. Each step of the plan is one request: up to 100 items removed, up to 100 items added at one position, or
    /// one range moved. A shuffled playlist takes about half as many moves as it has entries. A rewrite would take few
    /// requests, but lose every `added_at`: it is only done if [`allow_rewrite`](PlaylistSync::allow_rewrite) allows
    /// it.
    ///
    /// # Which entries keep their `added_at`
    /// Every entry that is still wanted, moved or not, with one exception: if the playlist has more entries of an item
    /// than are wanted, and some are wanted, all of them are removed and the wanted ones added again, since Spotify
    /// removes all entries of an item or none. [`SyncPlan::renewed`](crate::playlist_sync::SyncPlan::renewed) counts
    /// them.
    ///
    /// Local files can stay, move and be removed, but not be added. They have no link: pass the URI that the playlist
    /// has, as a [`SpotifyUri`] or as a string. Entries whose item is unavailable, `null` in Spotify's responses, have
    /// no URI at all: see [`keep_unavailable`](PlaylistSync::keep_unavailable).
    ///
    /// # Concurrent changes
    /// A concurrent change by another user or app ends the sync with
    /// [`PlaylistChanged`](crate::Error::PlaylistChanged): before anything is done if it came before the first step,
    /// else after the step during which it came. Entries that it added are still there, though the steps may have moved
    /// them. One case cannot be detected: an entry that is added between the read and a removal of the same item is
    /// removed with the others.
    ///
    /// Removals and moves name the version that they start from. For some playlists Spotify responds to every such
    /// removal with a server error: the last attempt that `max_retries` allows names no version, right after a read has
    /// shown the playlist unchanged, and the playlist is read afterwards.
    ///
    /// # Errors
    /// - [`InvalidInput`](crate::Error::InvalidInput) for input that cannot be synced, before anything is changed.
    /// - [`PlaylistChanged`](crate::Error::PlaylistChanged) as above.
    /// - Any other [`Error`](crate::Error) of a request. The completed steps are kept, and another sync continues from
    ///   there. A change whose outcome is not known, because of a timeout, is never sent again without a check: the
    ///   playlist is read first.
    ///
    /// The operations are described in Spotify's reference:
    /// [remove](https://developer.spotify.com/documentation/web-api/reference/remove-items-playlist),
    /// [add](https://developer.spotify.com/documentation/web-api/reference/add-items-to-playlist),
    /// [reorder or replace](https://developer.spotify.com/documentation/web-api/reference/reorder-or-replace-playlists-items).
    pub fn sync<W>(&self, id: impl IntoParam<PlaylistId>, wanted: W) -> PlaylistSync<C>
    where
        W: IntoIterator,
        W::Item: IntoParam<SpotifyUri>,
    {
        PlaylistSync::new(self.client.clone(), id, wanted)
    }
}
