//! What is given to a command: on the command line, or for `-` on standard input.

use std::io::{self, Read};

use serde_json::Value;
use spotify_sdk::ids::SpotifyUri;

use super::entries::uri_of;
use crate::output::{Failure, count, note, one_line};

/// The length of every id but those of users.
const ID_LENGTH: usize = 22;

/// Whether a text has the form of an id. It may be a name or a title all the same.
pub(crate) fn looks_like_id(text: &str) -> bool {
    text.len() == ID_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What was given, with `-` replaced by what is on standard input: see [`read`].
pub(crate) fn given(values: &[String]) -> Result<Vec<String>, Failure> {
    let mut all = Vec::new();
    for value in values {
        if value != "-" {
            all.push(value.clone());
            continue;
        }
        let mut text = Vec::new();
        let read_all = io::stdin().lock().read_to_end(&mut text);
        read_all.map_err(|error| Failure::Usage(format!("cannot read standard input: {error}")))?;
        let read = read(&String::from_utf8_lossy(&text))?;
        if let Some(first) = read.left_out.first() {
            note(&format!(
                "Skipped {} of standard input without a URI, a link or an id; the first is `{first}`.",
                count(read.left_out.len(), "line")
            ));
        }
        all.extend(read.items);
    }
    Ok(all)
}

/// What a text of lines names.
#[derive(Debug, Default, Eq, PartialEq)]
struct Named {
    items: Vec<String>,
    /// The lines that name nothing.
    left_out: Vec<String>,
}

/// Finds what the output of another command names, or a file: of each line the first field that is a URI, a link or an id,
/// and of JSON the `uri`. Where not a single line has one, it is not such output, and an error says so.
fn read(text: &str) -> Result<Named, Failure> {
    let mut read = Named::default();
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while !rest.is_empty() {
        if rest.starts_with(['{', '[']) {
            let mut json = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
            let value = json.next().transpose().map_err(|error| Failure::Usage(format!("standard input: {error}")))?;
            rest = rest[json.byte_offset()..].trim_start();
            read.json(&value.unwrap_or_default());
        } else {
            let (line, after) = rest.split_once('\n').unwrap_or((rest, ""));
            rest = after.trim_start();
            match named_in(line) {
                Some(item) => read.items.push(item),
                None => read.left_out.push(line.trim().to_owned()),
            }
        }
    }
    if !read.items.is_empty() || read.left_out.is_empty() {
        return Ok(read);
    }
    // What a single item looks like on several lines has its URI among facts.
    let (items, left_out) = read.left_out.into_iter().partition(|line| in_fields(line.split(" · ")).is_some());
    let items: Vec<String> = items;
    let items: Vec<String> = items.iter().filter_map(|line| in_fields(line.split(" · "))).collect();
    let read = Named { items, left_out };
    match read.left_out.first().filter(|_| read.items.is_empty()) {
        Some(line) => Err(Failure::Usage(format!(
            "expected URIs, links or ids on standard input, got `{}`",
            one_line(line).chars().take(80).collect::<String>()
        ))),
        None => Ok(read),
    }
}

impl Named {
    /// Takes what an object names, or the objects of a list.
    fn json(&mut self, value: &Value) {
        if let Value::Array(list) = value {
            return list.iter().for_each(|value| self.json(value));
        }
        let named = value.as_str().or_else(|| uri_of(value));
        match named {
            Some(uri) => self.items.push(uri.to_owned()),
            None => self.left_out.push(value.to_string().chars().take(80).collect()),
        }
    }
}

/// What a line names: the first of its columns that is a URI, a link or an id.
pub(crate) fn named_in(line: &str) -> Option<String> {
    in_fields(line.split('\t'))
}

/// The first field that is a URI or a link, or else looks like one, or is an id. A title may well have 22 letters.
fn in_fields<'a>(fields: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    let mut fields_ = fields.clone().map(str::trim);
    let is_uri = |field: &&str| field.parse::<SpotifyUri>().is_ok();
    let is_link = |field: &&str| ["spotify:", "https://", "http://"].iter().any(|start| field.starts_with(start));
    let is_id = |field: &&str| looks_like_id(field);
    let found = fields_.find(is_uri);
    let found = found.or_else(|| fields.clone().map(str::trim).find(is_link));
    found.or_else(|| fields.map(str::trim).find(is_id)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "spotify:track:6rqhFgbbKwnb9MLmUQDhG6";
    const ID: &str = "6rqhFgbbKwnb9MLmUQDhG6";

    fn items(text: &str) -> Vec<String> {
        read(text).unwrap().items
    }

    #[test]
    fn of_a_line_the_first_uri_link_or_id_counts_in_whatever_column_it_is() {
        for line in [
            URI.to_owned(),
            format!("{URI}\tTitle\tArtist"),
            format!("1\tTitle\tArtist\t3:05\t{URI}"),
            format!("2026-05-22 10:11\tTitle\tArtist\t{URI}\r"),
            format!("12\t{URI}\tspotify:album:4aawyAB9vmqN3uQ7FjRGTy"),
            format!("AAAAAAAAAAAAAAAAAAAAAA\tA title with the length of an id\t{URI}"),
        ] {
            assert_eq!(items(&line), [URI], "{line}");
        }
        assert_eq!(items(&format!("\u{feff}{ID}\n\n1\t{ID}\tx\n")), [ID, ID]);
        assert_eq!(items(&format!("x\thttps://open.spotify.com/intl-de/track/{ID}?si=1")).len(), 1);
        assert_eq!(items("1\tspotify:local:A:B:C:1\n"), ["spotify:local:A:B:C:1"]);
        assert!(items("\n \n").is_empty());
    }

    #[test]
    fn headings_are_left_out_and_what_has_no_uri_at_all_is_a_mistake() {
        let album = format!("Title by Artist\n2025-01-05 · 2 tracks\n\n1\tA\tB\t3:05\t{URI}\n2\tC\tD\t3:05\t{URI}\n");
        let found = read(&album).unwrap();
        assert_eq!((found.items.len(), found.left_out.len()), (2, 2));
        assert_eq!(items(&format!("Title by Artist\nAlbum · 2025 · 3:05 · {URI}\n")), [URI]);
        let failure = read("bohemian rhapsody\n").unwrap_err();
        assert!(matches!(failure, Failure::Usage(message) if message.ends_with("got `bohemian rhapsody`")));
    }

    #[test]
    fn of_json_the_uri_counts_however_it_is_written() {
        let saved = format!("{{\"added_at\":\"x\",\"track\":{{\"uri\":\"{URI}\"}}}}");
        assert_eq!(items(&format!("{{\"uri\":\"{URI}\",\"album\":{{\"uri\":\"x\"}}}}\n{saved}\n{URI}\n")), [URI; 3]);
        assert_eq!(items(&format!("{{\n  \"name\": \"n\",\n  \"uri\": \"{URI}\"\n}}\n")), [URI]);
        assert_eq!(items(&format!("[{saved}, \"{URI}\", null]")), [URI; 2]);
        assert!(read("{\"uri\": ").is_err());
    }
}
