//! `get_many` of the services.

use super::GetMany;
use crate::api::albums::GetAlbum;
use crate::api::artists::GetArtist;
use crate::api::audiobooks::GetAudiobook;
use crate::api::chapters::GetChapter;
use crate::api::episodes::GetEpisode;
use crate::api::shows::GetShow;
use crate::api::tracks::GetTrack;
use crate::api::{Albums, AnyClient, Artists, Audiobooks, Chapters, Episodes, IntoParam, Shows, Tracks};
use crate::ids::{AlbumId, ArtistId, AudiobookId, ChapterId, EpisodeId, ShowId, TrackId};

macro_rules! services {
    ($($(#[$note:meta])* $service:ident, $one:ident, $id:ident, $plural:literal, $singular:literal;)*) => {$(
        impl<C: AnyClient> $service<C> {
            #[doc = concat!("Gets any number of ", $plural, " by their ids, in the order of the ids; `None` where there is no such ", $singular, ".")]
            ///
            /// It works for every app: with one request for each, or with batches for apps that may send them. An id that is given
            /// several times is requested once. See [`many`](crate::many) for requests, errors, and how to go on after one.
            $(#[$note])*
            ///
            /// ```no_run
            /// # async fn example(client: spotify_sdk::AsyncSpotifyClient, ids: Vec<String>) -> spotify_sdk::Result<()> {
            #[doc = concat!("for found in client.", $plural, "().get_many(&ids).await? {")]
            ///     match found {
            #[doc = concat!("        Some(", $singular, ") => println!(\"{}\", ", $singular, ".name),")]
            ///         None => println!("not found"),
            ///     }
            /// }
            /// # Ok(())
            /// # }
            /// ```
            pub fn get_many<I>(&self, ids: I) -> GetMany<C, $one>
            where
                I: IntoIterator<Item: IntoParam<$id>>,
            {
                GetMany::new(self.client.clone(), ids)
            }
        }
    )*};
}

services! {
    Albums, GetAlbum, AlbumId, "albums", "album";
    Artists, GetArtist, ArtistId, "artists", "artist";
    Audiobooks, GetAudiobook, AudiobookId, "audiobooks", "audiobook";
    Chapters, GetChapter, ChapterId, "chapters", "chapter";
    Episodes, GetEpisode, EpisodeId, "episodes", "episode";
    ///
    /// Shows come without their episodes, as Spotify sends them in batches; `get_episodes` gets those of one.
    Shows, GetShow, ShowId, "shows", "show";
    Tracks, GetTrack, TrackId, "tracks", "track";
}
