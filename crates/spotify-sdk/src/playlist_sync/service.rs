//! `playlists().sync(…)`.

use super::PlaylistSync;
use crate::api::AnyClient;
use crate::api::{IntoParam, Playlists};
use crate::ids::{PlaylistId, SpotifyUri};

impl<C: AnyClient> Playlists<C> {
    /// Brings a playlist to the wanted order with few requests, and keeps when its entries were added.
    ///
    /// `wanted` is anything that can be iterated over and gives URIs, links or typed ids of tracks and episodes: up to
    /// 10,000, in the order that the playlist is to have. What is in place stays there; the rest is removed, added and
    /// moved, in ranges. `.await` or `.send()` gives a [`SyncReport`](crate::playlist_sync::SyncReport), and
    /// [`dry_run`](PlaylistSync::dry_run) the plan alone.
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
    /// The playlist is read, 100 entries with its version in one request, and longer ones in pages of 50 or, where the
    /// client's [`quota`](crate::ClientBuilder::quota) is extended, 100; one request at the end looks at the version again.
    /// Each step of the plan is one request:
    /// 100 items removed, 100 items added at one place, or one range moved. A playlist that someone has shuffled takes
    /// about half as many moves as it has entries. Writing it anew would take few requests, and lose every `added_at`:
    /// that is done only where [`allow_rewrite`](PlaylistSync::allow_rewrite) says so.
    ///
    /// # What keeps its `added_at`
    /// Every entry that is still wanted, moved or not, with one exception: where the playlist has more entries of an item
    /// than are wanted, but some, all of them are removed and the wanted ones added again, since Spotify removes all
    /// entries of an item or none. [`SyncPlan::renewed`](crate::playlist_sync::SyncPlan::renewed) counts them.
    ///
    /// Local files can stay, move and go, but not be added. They have no link: give them by the URI that the playlist has,
    /// as a [`SpotifyUri`] or as its text. Entries whose item is gone, `null` in Spotify's answers, have no URI at all:
    /// see [`keep_unavailable`](PlaylistSync::keep_unavailable).
    ///
    /// # Changes by others
    /// A change that someone else makes meanwhile ends the sync with [`PlaylistChanged`](crate::Error::PlaylistChanged):
    /// before anything is done where it came before the first step, else after the step during which it came. What they
    /// added is still there, though the steps may have put it elsewhere. What Spotify leaves no way to see is an entry that
    /// someone adds in the moment between the reading and a removal of the same item: it goes with the others.
    ///
    /// Removals and moves name the version that they are made from. There are playlists of which Spotify answers every such
    /// removal with a server error: the last of the attempts that `max_retries` allows names none, right after the playlist was
    /// seen to be as before, and the playlist is read afterwards.
    ///
    /// # Errors
    /// - [`InvalidInput`](crate::Error::InvalidInput) for what cannot be done, before anything is changed.
    /// - [`PlaylistChanged`](crate::Error::PlaylistChanged) as above.
    /// - Any other [`Error`](crate::Error) of a request. The steps before it stay done, and another sync goes on from there.
    ///   A change whose outcome is not known, because of a timeout, is never just sent again: the playlist is read first.
    ///
    /// The operations are those of Spotify's reference:
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
