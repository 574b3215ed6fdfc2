//! The entries of a playlist by their URIs.

use std::io;

use serde_json::Value;
use spotify_sdk::SpotifyClient;
use spotify_sdk::ids::SpotifyUri;

use crate::output::Failure;

/// How many pages are fetched ahead.
const CONCURRENCY: usize = 8;

/// The entries of a playlist; `None` where the item is gone.
pub(crate) fn entries(client: &SpotifyClient, id: &str) -> Result<Vec<Option<SpotifyUri>>, Failure> {
    let mut entries = Vec::new();
    let call = client.playlists().get_items(id).limit(50);
    for page in call.concurrency(CONCURRENCY).pages() {
        // As it is written, since entries that are null have their places too.
        let page = serde_json::to_value(page?).map_err(io::Error::from)?;
        let items = page["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        entries.extend(items.iter().map(|entry| uri_of(entry)?.parse().ok()));
    }
    Ok(entries)
}

/// What an entry of a list holds: its track, album, or whatever it is. `None` where that is gone.
pub(crate) fn content(entry: &Value) -> Option<&Value> {
    const NAMES: [&str; 6] = ["item", "track", "album", "show", "episode", "audiobook"];
    // Whatever has a URI is an object of itself, as other programs list it.
    let itself = Some(entry).filter(|entry| entry["uri"].is_string());
    itself.or_else(|| NAMES.iter().map(|name| &entry[*name]).find(|content| content.is_object()))
}

/// The URI by which requests name an entry: of a track that stands in for another, that of the other.
pub(crate) fn uri_of(entry: &Value) -> Option<&str> {
    let content = content(entry)?;
    content["linked_from"]["uri"].as_str().or_else(|| content["uri"].as_str())
}
