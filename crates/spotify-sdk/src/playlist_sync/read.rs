//! Reads a playlist: its version and only the URI of each entry. The models are not used, since a page leaves out
//! entries that are `null`, but positions count them.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::api::playlists::{GetPlaylist, GetPlaylistItems};
use crate::call::ClientInner;
use crate::definition::{Paged, Quota, ResponseBody};
use crate::error::Result;
use crate::ids::{PlaylistId, SpotifyUri};
use crate::options::CallOptions;

/// Entries have `item` in Development Mode and `track` elsewhere. For a track that Spotify relinked to another one in
/// this market, requests have to name the original.
macro_rules! entry_fields {
    () => {
        "items(item(uri,linked_from(uri)),track(uri,linked_from(uri)))"
    };
}

/// Reads the version of the playlist and its first entries, in one response.
pub(super) async fn beginning(inner: &ClientInner, playlist: &PlaylistId, options: &CallOptions) -> Result<Beginning> {
    let fields =
        concat!("snapshot_id,items(total,next,", entry_fields!(), "),tracks(total,next,", entry_fields!(), ")");
    inner.call_as(&GetPlaylist::new(playlist)?.fields(fields)?, ResponseBody::Json, options).await
}

/// Reads the entries from `offset` on.
pub(super) async fn entries(
    inner: &ClientInner,
    playlist: &PlaylistId,
    offset: u32,
    limit: u32,
    options: &CallOptions,
) -> Result<Part> {
    let fields = concat!("total,next,", entry_fields!());
    let page = GetPlaylistItems::new(playlist)?.fields(fields)?.limit(limit)?.offset(offset)?;
    inner.call_as(&page, ResponseBody::Json, options).await
}

/// Returns the maximum number of entries per page for an app of this quota.
pub(super) fn page(playlist: &PlaylistId, quota: Quota) -> Result<u32> {
    Ok(GetPlaylistItems::new(playlist)?.max_limit(quota))
}

/// Reads the version of the playlist.
pub(super) async fn version(inner: &ClientInner, playlist: &PlaylistId, options: &CallOptions) -> Result<String> {
    let playlist = GetPlaylist::new(playlist)?.fields("snapshot_id")?;
    let version: Version = inner.call_as(&playlist, ResponseBody::Json, options).await?;
    Ok(version.snapshot_id)
}

#[derive(Debug, Deserialize)]
struct Version {
    snapshot_id: String,
}

/// A playlist with its first entries. Apps with extended quota receive them as `tracks`, some as both.
#[derive(Debug, Deserialize)]
pub(super) struct Beginning {
    pub(super) snapshot_id: String,
    pub(super) items: Option<Part>,
    pub(super) tracks: Option<Part>,
}

/// Some entries of a playlist.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Part {
    /// An integer, which Spotify may write as `500.0`.
    total: Option<f64>,
    /// The address of the next part; only its presence matters.
    #[serde(default, deserialize_with = "null_too")]
    next: Option<Value>,
    #[serde(default)]
    items: Option<Vec<Value>>,
}

impl Part {
    /// Returns whether there may be entries after the first `reached`, at which this part ends; a full part has `page`
    /// entries. A part with a `next` is not the last, whatever its total: with `fields`, that may be the size of the
    /// part.
    pub(super) fn is_followed(&self, reached: usize, page: usize) -> bool {
        let total_says_so = self.total().is_some_and(|total| total > reached);
        match &self.next {
            Some(Value::Null) => total_says_so,
            Some(_) => true,
            None => total_says_so || self.entries() >= page,
        }
    }

    /// Returns the number of entries in the part, including unavailable ones.
    pub(super) fn entries(&self) -> usize {
        self.items.as_ref().map_or(0, Vec::len)
    }

    /// Returns the number of entries in the whole playlist.
    pub(super) fn total(&self) -> Option<usize> {
        self.total.map(|total| total as usize)
    }

    pub(super) fn uris(self) -> impl Iterator<Item = Option<SpotifyUri>> {
        self.items.unwrap_or_default().into_iter().map(|entry| uri_of(&entry))
    }
}

/// Reads `null` as a value, so that it is distinct from a missing field.
fn null_too<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// Returns the URI by which requests name the entry; `None` if its item is unavailable.
fn uri_of(entry: &Value) -> Option<SpotifyUri> {
    let content = ["item", "track"].into_iter().map(|name| &entry[name]).find(|content| content.is_object())?;
    let uri = content["linked_from"]["uri"].as_str().or_else(|| content["uri"].as_str())?;
    Some(SpotifyUri::from_spotify(uri))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_known_by_the_uri_that_requests_name_it_with() {
        let uri = |entry: Value| uri_of(&entry).map(|uri| uri.to_string());
        let track = "spotify:track:6rqhFgbbKwnb9MLmUQDhG6";
        let other = "spotify:track:4aawyAB9vmqN3uQ7FjRGTy";
        assert_eq!(uri(json!({"item": {"uri": track, "track": true}})).as_deref(), Some(track));
        assert_eq!(uri(json!({"item": null, "track": {"uri": track}})).as_deref(), Some(track));
        assert_eq!(uri(json!({"item": {"uri": other, "linked_from": {"uri": track}}})).as_deref(), Some(track));
        assert_eq!(uri(json!({"item": {"uri": track, "linked_from": null}})).as_deref(), Some(track));
        for gone in [json!(null), json!({}), json!({"track": null}), json!({"item": {"uri": null}, "track": true})] {
            assert_eq!(uri(gone), None);
        }
    }

    #[test]
    fn a_part_that_names_a_next_one_is_followed_whatever_its_total() {
        let part = |part: Value| serde_json::from_value::<Part>(part).unwrap();
        let items = [Value::Null, Value::Null];
        assert!(part(json!({"total": 2, "next": "https://api.spotify.com/v1", "items": items})).is_followed(2, 2));
        assert!(part(json!({"items": items})).is_followed(2, 2), "a full part without a word about the end");
        assert!(!part(json!({"items": items})).is_followed(2, 3), "a part that is not full");
        assert!(part(json!({"total": 5, "next": null, "items": items})).is_followed(2, 2));
        assert!(!part(json!({"total": 2, "next": null, "items": items})).is_followed(2, 2));
    }

    #[test]
    fn a_part_counts_entries_that_are_null() {
        let part: Part = serde_json::from_value(json!({"total": 3.0, "items": [null, {"item": null}]})).unwrap();
        assert!(!part.is_followed(3, 50));
        assert_eq!((part.total(), part.uris().collect::<Vec<_>>()), (Some(3), vec![None, None]));
    }
}
