//! The fields of the SDK's models as serde derives them: what its own reading costs, or saves. A field of another kind fails
//! the page here, and without `extra` an unknown one is lost.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;
use spotify_sdk::Text;
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::models::{AlbumGroup, AlbumType, DatePrecision, Market, ObjectType, ReleaseDate, RestrictionReason};

macro_rules! models {
    ($(#[$doc:meta])* $module:ident { $($extra:tt)* }) => {
        $(#[$doc])*
        pub mod $module {
            #[allow(unused_imports)]
            use super::*;

            models! { @structs { $($extra)* }
                Page { href: Option<Text>, items: Vec<SavedTrack>, limit: u32, next: Option<Text>, offset: u32,
                    previous: Option<Text>, total: u32 }
                SavedTrack { added_at: Option<Timestamp>, track: Track }
                Track { album: Album, artists: Vec<Artist>, available_markets: Vec<Market>, disc_number: Option<u32>,
                    duration_ms: Option<u64>, explicit: Option<bool>, external_ids: ExternalIds,
                    external_urls: ExternalUrls, href: Option<Text>, id: Option<Text>, is_playable: Option<bool>,
                    linked_from: Option<LinkedFrom>, restrictions: Option<Restriction>, name: Text,
                    popularity: Option<u32>, preview_url: Option<Text>, track_number: Option<u32>,
                    r#type: Option<ObjectType>, uri: Option<Text>, is_local: bool }
                Album { album_type: Option<AlbumType>, total_tracks: Option<u32>, available_markets: Vec<Market>,
                    external_urls: ExternalUrls, href: Option<Text>, id: Option<Text>, images: Vec<Image>, name: Text,
                    release_date: Option<ReleaseDate>, release_date_precision: Option<DatePrecision>,
                    restrictions: Option<Restriction>, r#type: Option<ObjectType>, uri: Option<Text>,
                    artists: Vec<Artist>, album_group: Option<AlbumGroup>, is_playable: Option<bool> }
                Artist { external_urls: ExternalUrls, href: Option<Text>, id: Option<Text>, name: Text,
                    r#type: Option<ObjectType>, uri: Option<Text> }
                Image { url: Text, height: Option<u32>, width: Option<u32> }
                ExternalIds { isrc: Option<Text>, ean: Option<Text>, upc: Option<Text> }
                ExternalUrls { spotify: Option<Text> }
                LinkedFrom { external_urls: ExternalUrls, href: Option<Text>, id: Option<Text>,
                    r#type: Option<ObjectType>, uri: Option<Text> }
                Restriction { reason: Option<RestrictionReason> }
            }
        }
    };
    (@structs $extra:tt $($name:ident $fields:tt)*) => {
        $(models! { @struct $name $fields $extra })*
    };
    (@struct $name:ident { $($field:ident: $type:ty),* } { $($extra:tt)* }) => {
        #[derive(Deserialize, Default)]
        #[serde(default)]
        #[allow(dead_code)]
        pub struct $name { $($field: $type,)* $($extra)* }
    };
}

models! {
    /// Unknown fields are lost.
    without_extra {}
}

models! {
    /// Unknown fields are kept.
    with_flatten { #[serde(flatten)] extra: HashMap<String, Value>, }
}
