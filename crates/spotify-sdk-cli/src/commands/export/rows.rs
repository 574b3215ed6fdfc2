//! An entry as a flat row, for CSV and Parquet.

use serde_json::Value;

/// What the columns hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Text,
    /// A point in time, as Spotify writes it.
    Time,
    Number,
    Truth,
}

/// The columns, in their order.
pub(crate) const COLUMNS: [(&str, Kind); 16] = [
    ("added_at", Kind::Time),
    ("added_by", Kind::Text),
    ("type", Kind::Text),
    ("uri", Kind::Text),
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("artists", Kind::Text),
    ("album", Kind::Text),
    ("release_date", Kind::Text),
    ("disc_number", Kind::Number),
    ("track_number", Kind::Number),
    ("duration_ms", Kind::Number),
    ("explicit", Kind::Truth),
    ("isrc", Kind::Text),
    ("is_local", Kind::Truth),
    ("url", Kind::Text),
];

/// What an entry of a list holds: its track, album, or whatever it is. `None` where that is gone.
pub(crate) fn content(entry: &Value) -> Option<&Value> {
    const NAMES: [&str; 6] = ["item", "track", "album", "show", "episode", "audiobook"];
    // Whatever has a URI is an object of itself, as other programs list it.
    let itself = Some(entry).filter(|entry| entry["uri"].is_string());
    itself.or_else(|| NAMES.iter().map(|name| &entry[*name]).find(|content| content.is_object()))
}

/// The values of an entry, one for each of [`COLUMNS`]; empty for all that it does not have.
pub(crate) fn row(entry: &Value) -> Vec<Option<String>> {
    let nothing = Value::Null;
    let content = content(entry).unwrap_or(&nothing);
    let text = |value: &Value| match value {
        Value::Null | Value::Array(_) | Value::Object(_) => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    // Names have commas in them: "Tyler, The Creator".
    let names = |value: &Value| {
        let names: Vec<&str> = value.as_array()?.iter().filter_map(|one| one["name"].as_str()).collect();
        (!names.is_empty()).then(|| names.join("; "))
    };
    let first = |values: &[&Value]| values.iter().find_map(|value| text(value));
    let by = names(&content["artists"])
        .or_else(|| names(&content["authors"]))
        .or_else(|| first(&[&content["publisher"], &content["show"]["publisher"]]));
    vec![
        text(&entry["added_at"]),
        text(&entry["added_by"]["id"]),
        text(&content["type"]),
        text(&content["uri"]),
        text(&content["id"]),
        text(&content["name"]),
        by,
        first(&[&content["album"]["name"], &content["show"]["name"]]),
        first(&[&content["release_date"], &content["album"]["release_date"]]),
        text(&content["disc_number"]),
        text(&content["track_number"]),
        text(&content["duration_ms"]),
        text(&content["explicit"]),
        text(&content["external_ids"]["isrc"]),
        first(&[&content["is_local"], &entry["is_local"]]),
        text(&content["external_urls"]["spotify"]),
    ]
}
