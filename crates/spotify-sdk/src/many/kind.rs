//! [`ReadById`]: what can be read by its id, and for each kind of it, the operations that do so.

use serde::de::DeserializeOwned;

#[cfg(feature = "extended-quota")]
use crate::api;
use crate::api::albums::GetAlbum;
use crate::api::artists::GetArtist;
use crate::api::audiobooks::GetAudiobook;
use crate::api::chapters::GetChapter;
use crate::api::episodes::GetEpisode;
use crate::api::params::Market;
use crate::api::shows::GetShow;
use crate::api::tracks::GetTrack;
use crate::definition::{Operation, OperationInfo, Request};
use crate::ids::{Id, IdKind, marker};
use crate::invalid_input::InvalidInput;
use crate::models::{Album, Artist, Audiobook, Chapter, Episode, SimplifiedShow, Track};
#[cfg(feature = "extended-quota")]
use crate::schema::Schema;

/// An operation that reads one item of the catalog by its id, and of which [`get_many`](crate::many) reads many. Only
/// operations of the SDK implement it.
pub trait ReadById: Operation + sealed::Sealed + Send + Sync + 'static {
    /// The kind of the ids.
    type Kind: IdKind;
    /// What is read: the same whether it is read alone or in a batch.
    type Item: DeserializeOwned + Clone + Send + Sync + 'static;

    /// The operation itself.
    #[doc(hidden)]
    const ONE: &'static OperationInfo;

    /// Returns the request for one item.
    #[doc(hidden)]
    fn one(id: &Id<Self::Kind>, market: Option<&Market>) -> Result<Request, InvalidInput>;

    /// The operation that reads a batch.
    #[cfg(feature = "extended-quota")]
    #[doc(hidden)]
    const BATCH: &'static OperationInfo;

    /// Returns the request for a batch of no more items than [`batch_size`](Self::batch_size).
    #[cfg(feature = "extended-quota")]
    #[doc(hidden)]
    fn batch(ids: &[Id<Self::Kind>], market: Option<&Market>) -> Result<Request, InvalidInput>;

    /// Returns the maximum number of ids that a batch takes, as its operation declares it.
    #[cfg(feature = "extended-quota")]
    #[doc(hidden)]
    fn batch_size() -> usize {
        match Self::BATCH.param("ids").map(|ids| ids.schema) {
            Some(Schema::List { per_request: Some(most), .. }) => *most,
            _ => 1,
        }
    }

    /// Returns the maximum number of ids that a batch takes: there are none without the feature.
    #[cfg(not(feature = "extended-quota"))]
    #[doc(hidden)]
    fn batch_size() -> usize {
        1
    }

    /// Whether an item has less in a batch than when it is read alone.
    #[doc(hidden)]
    const IS_LESS_IN_A_BATCH: bool = false;

    /// Removes what an item has only when it is read alone.
    #[doc(hidden)]
    fn trim(_: &mut Self::Item) {}
}

/// An operation whose items differ from one market to another.
pub trait InMarket: ReadById {}

mod sealed {
    pub trait Sealed {}
}

macro_rules! kinds {
    ($($one:ident, $batch:path: $item:ident, $kind:ident $([$in_market:ident])? $(trim $trim:expr)?;)*) => {$(
        impl sealed::Sealed for $one {}

        impl ReadById for $one {
            type Kind = marker::$kind;
            type Item = $item;

            const ONE: &'static OperationInfo = Self::INFO;

            fn one(id: &Id<Self::Kind>, market: Option<&Market>) -> Result<Request, InvalidInput> {
                let operation = Self::new(id)?;
                kinds!(@market operation market $($in_market)?);
                Request::new(&operation)
            }

            #[cfg(feature = "extended-quota")]
            const BATCH: &'static OperationInfo = <$batch>::INFO;

            #[cfg(feature = "extended-quota")]
            fn batch(ids: &[Id<Self::Kind>], market: Option<&Market>) -> Result<Request, InvalidInput> {
                let operation = <$batch>::new(ids)?;
                kinds!(@market operation market $($in_market)?);
                Request::new(&operation)
            }

            $(const IS_LESS_IN_A_BATCH: bool = true;

            fn trim(item: &mut Self::Item) {
                let trim: fn(&mut Self::Item) = $trim;
                trim(item);
            })?
        }

        $(impl $in_market for $one {})?
    )*};
    (@market $operation:ident $market:ident InMarket) => {
        let $operation = $operation.maybe_market($market.cloned())?;
    };
    (@market $operation:ident $market:ident) => {
        let _ = $market;
    };
}

kinds! {
    GetAlbum, api::albums::GetSeveralAlbums: Album, Album [InMarket];
    GetArtist, api::artists::GetSeveralArtists: Artist, Artist;
    GetAudiobook, api::audiobooks::GetSeveralAudiobooks: Audiobook, Audiobook [InMarket];
    GetChapter, api::chapters::GetSeveralChapters: Chapter, Chapter [InMarket];
    GetEpisode, api::episodes::GetSeveralEpisodes: Episode, Episode [InMarket];
    // A batch has shows without their episodes.
    GetShow, api::shows::GetSeveralShows: SimplifiedShow, Show [InMarket] trim |show| drop(show.extra.remove("episodes"));
    GetTrack, api::tracks::GetSeveralTracks: Track, Track [InMarket];
}
