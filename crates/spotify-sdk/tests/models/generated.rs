//! Decoding and encoding of any objects that have the fields of a model, with values of whatever kind.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use spotify_sdk::models::*;

use crate::payload::{by_one_name, holds, round_trip};

const TRACK: &[&str] = &[
    "album",
    "artists",
    "available_markets",
    "disc_number",
    "duration_ms",
    "episode",
    "explicit",
    "external_ids",
    "external_urls",
    "id",
    "images",
    "is_local",
    "linked_from",
    "name",
    "new",
    "popularity",
    "release_date",
    "restrictions",
    "track",
    "type",
    "uri",
];
const EPISODE: &[&str] = &[
    "audio_preview_url",
    "audiobook",
    "authors",
    "available_markets",
    "chapter_number",
    "description",
    "duration_ms",
    "external_urls",
    "fully_played",
    "images",
    "is_externally_hosted",
    "is_playable",
    "languages",
    "name",
    "new",
    "release_date",
    "release_date_precision",
    "restrictions",
    "resume_point",
    "resume_position_ms",
    "show",
    "total_chapters",
    "type",
    "uri",
];
const PLAYLIST: &[&str] = &[
    "added_at",
    "added_by",
    "collaborative",
    "description",
    "display_name",
    "external_urls",
    "followers",
    "height",
    "href",
    "images",
    "is_local",
    "name",
    "new",
    "owner",
    "primary_color",
    "public",
    "snapshot_id",
    "total",
    "type",
    "uri",
    "video_thumbnail",
];
const PLAYER: &[&str] = &[
    "actions",
    "context",
    "currently_playing_type",
    "device",
    "disallows",
    "id",
    "is_active",
    "is_playing",
    "name",
    "new",
    "pausing",
    "progress_ms",
    "repeat_state",
    "seeking",
    "shuffle_state",
    "smart_shuffle",
    "supports_volume",
    "timestamp",
    "type",
    "uri",
    "volume_percent",
];
const USER: &[&str] = &[
    "account_id",
    "country",
    "display_name",
    "email",
    "explicit_content",
    "filter_enabled",
    "followers",
    "genres",
    "images",
    "name",
    "new",
    "popularity",
    "product",
    "total",
    "type",
    "uri",
];
#[cfg(feature = "extended-quota")]
const AUDIO: &[&str] = &[
    "afterFilteringSize",
    "analysis_time",
    "bars",
    "confidence",
    "duration",
    "duration_ms",
    "energy",
    "id",
    "key",
    "loudness",
    "meta",
    "mode",
    "new",
    "pitches",
    "sections",
    "seeds",
    "segments",
    "start",
    "tempo",
    "timestamp",
    "track",
    "tracks",
    "type",
];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9f64..1e9).prop_map(Value::from),
        (0u32..1000).prop_map(|number| Value::from(f64::from(number))),
        "[ -~]{0,12}".prop_map(Value::from),
        select(vec![
            "track",
            "SE",
            "Market",
            "0000",
            "spotify:track:1",
            "spotify:local:a:b:c:1",
            "2020-01-01T00:00:00.000Z"
        ])
        .prop_map(Value::from),
    ]
}

/// Any JSON object with some of these keys, at every level.
fn object(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let value = scalar().prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map(select(keys), inner, 0..6).prop_map(|entries| json!(entries)),
        ]
    });
    btree_map(select(keys), value, 0..12).prop_map(|entries| json!(entries))
}

/// These objects, with one of these values as the field `key`.
fn with(
    objects: impl Strategy<Value = Value>,
    key: &'static str,
    values: impl Strategy<Value = Value>,
) -> impl Strategy<Value = Value> {
    (objects, values).prop_map(move |(mut object, value)| {
        object[key] = value;
        object
    })
}

fn with_id(keys: &'static [&'static str]) -> impl Strategy<Value = Value> {
    with(object(keys), "id", "[a-zA-Z0-9 /$:]{1,24}".prop_map(Value::from))
}

/// Pages of these items, between which `null` may stand.
fn page_of(items: impl Strategy<Value = Value> + 'static) -> impl Strategy<Value = Value> {
    let items = prop_oneof![4 => items, 1 => Just(Value::Null)];
    with(
        object(&["href", "limit", "next", "offset", "previous", "total", "new"]),
        "items",
        vec(items, 0..4).prop_map(Value::from),
    )
}

/// What a playlist or a player may hold.
fn item() -> impl Strategy<Value = Value> {
    let types = select(vec![json!("track"), json!("episode"), json!("clip"), json!(null), json!(7)]);
    prop_oneof![4 => with(prop_oneof![object(TRACK), object(EPISODE)], "type", types), 1 => object(TRACK), 1 => scalar()]
}

fn playlist_entry() -> impl Strategy<Value = Value> {
    prop_oneof![
        with(object(PLAYLIST), "item", item()),
        with(object(PLAYLIST), "track", item()),
        with(with(object(PLAYLIST), "track", item()), "item", item()),
    ]
}

fn playlist() -> impl Strategy<Value = Value> {
    let entries = || prop_oneof![3 => page_of(playlist_entry()), 1 => scalar()];
    with(with(with_id(PLAYLIST), "items", entries()), "tracks", entries())
}

fn player() -> impl Strategy<Value = Value> {
    with(object(PLAYER), "item", item())
}

fn queue() -> impl Strategy<Value = Value> {
    with(with(object(PLAYER), "queue", vec(item(), 0..4).prop_map(Value::from)), "currently_playing", item())
}

fn search() -> impl Strategy<Value = Value> {
    let of_tracks = with(json_object(), "tracks", page_of(object(TRACK)));
    let of_artists = with(of_tracks, "artists", page_of(with_id(USER)));
    let of_playlists = with(of_artists, "playlists", page_of(object(PLAYLIST)));
    with(of_playlists, "episodes", prop_oneof![page_of(object(EPISODE)), scalar()])
}

fn json_object() -> impl Strategy<Value = Value> {
    Just(json!({}))
}

macro_rules! any_object_is_read_and_written_again {
    ($($(#[$meta:meta])* $model:ident $(<$item:ident>)? as $test:ident: $objects:expr;)*) => {
        proptest! {
            #![proptest_config(ProptestConfig::with_cases(64))]
            $(
                $(#[$meta])*
                #[test]
                fn $test(json in $objects) {
                    is_read_and_written_again::<$model $(<$item>)?>(&json)?;
                }
            )*
        }
    };
}

fn is_read_and_written_again<T>(json: &Value) -> Result<(), TestCaseError>
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let again = round_trip::<T>(json).map_err(|error| TestCaseError::fail(format!("{error} in {json}")))?;
    prop_assert!(holds(&again, &by_one_name::<T>(json)), "{json} became {again}");
    let from_text: T = serde_json::from_str(&json.to_string()).unwrap();
    let from_tree: T = serde_json::from_value(json.clone()).unwrap();
    prop_assert_eq!(from_text, from_tree);
    Ok(())
}

any_object_is_read_and_written_again! {
    Album as albums: with(with_id(TRACK), "tracks", page_of(object(TRACK)));
    SimplifiedAlbum as simplified_albums: object(TRACK);
    Artist as artists: with_id(USER);
    Track as tracks: object(TRACK);
    SimplifiedTrack as simplified_tracks: object(TRACK);
    SavedTrack as saved_tracks: with(object(PLAYLIST), "track", object(TRACK));
    Show as shows: with(with_id(EPISODE), "episodes", page_of(object(EPISODE)));
    Episode as episodes: object(EPISODE);
    Audiobook as audiobooks: with(with_id(EPISODE), "chapters", page_of(object(EPISODE)));
    Chapter as chapters: with_id(EPISODE);
    Playlist as playlists: playlist();
    SimplifiedPlaylist as simplified_playlists: with(object(PLAYLIST), "items", object(PLAYLIST));
    Page<PlaylistItem> as pages_of_playlist_items: page_of(playlist_entry());
    CurrentUser as current_users: with_id(USER);
    PublicUser as public_users: object(USER);
    PlaybackState as playback_states: player();
    CurrentlyPlaying as what_plays: player();
    PlaybackQueue as queues: queue();
    CursorPage<RecentlyPlayedItem> as recently_played_items: page_of(with(object(PLAYER), "track", object(TRACK)));
    SearchResult as search_results: search();
    #[cfg(feature = "extended-quota")]
    AudioFeatures as audio_features: object(AUDIO);
    #[cfg(feature = "extended-quota")]
    AudioAnalysis as audio_analyses: object(AUDIO);
    #[cfg(feature = "extended-quota")]
    Recommendations as recommendations: object(AUDIO);
}
