//! An entry as a flat row, for CSV and Parquet.

use serde_json::Value;

use crate::commands::entries::content;

/// What the columns hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum CellType {
    Text,
    /// A point in time, as Spotify writes it.
    Time,
    Number,
    Bool,
}

/// The columns, in their order.
pub(crate) const COLUMNS: [(&str, CellType); 16] = [
    ("added_at", CellType::Time),
    ("added_by", CellType::Text),
    ("type", CellType::Text),
    ("uri", CellType::Text),
    ("id", CellType::Text),
    ("name", CellType::Text),
    ("artists", CellType::Text),
    ("album", CellType::Text),
    ("release_date", CellType::Text),
    ("disc_number", CellType::Number),
    ("track_number", CellType::Number),
    ("duration_ms", CellType::Number),
    ("explicit", CellType::Bool),
    ("isrc", CellType::Text),
    ("is_local", CellType::Bool),
    ("url", CellType::Text),
];

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
