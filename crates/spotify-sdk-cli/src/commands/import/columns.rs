//! Tables of other programs: which column says what an entry is, and how the file is written.

use std::io;

use spotify_sdk::ids::SpotifyUri;

use super::read::Entry;
use crate::commands::csv_cells;
use crate::commands::given::looks_like_id;
use crate::output::{note, one_line};

/// What columns with URIs, links or ids are called, with nothing but letters and digits; the best first. Behind each is a program
/// that writes it so.
const OF_URIS: [&str; 28] = [
    "uri",
    "trackuri", // Exportify
    "spotifyuri",
    "spotifytrackuri",
    "itemuri",
    "songuri",
    "episodeuri",
    "spotifyid",      // TuneMyMusic ("Spotify - id"), Exportify's other edition
    "spotifytrackid", // Chosic
    "trackid",
    "spotifysongid",
    "songid",
    "spotifyurl",
    "spotifytrackurl",
    "spotifylink",
    "trackurl",
    "tracklink",
    "songurl",
    "songlink",
    "url", // Soundiiz
    "link",
    "href",
    "id",
    "albumuri",
    "showuri",
    "artisturi",
    "playlisturi",
    "audiobookuri",
];
/// Some of them as people write them, for a message.
const WOULD_DO: &str = "uri, Track URI, url, Spotify - id, spotify_id or Spotify Track Id";
const OF_NAMES: [&str; 7] = ["name", "trackname", "title", "tracktitle", "songname", "song", "track"];
const OF_TIMES: [&str; 4] = ["addedat", "dateadded", "addeddate", "added"];
const OF_KINDS: [&str; 2] = ["type", "itemtype"];
/// What can stand between columns.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];
/// How many of the columns an error names, and how much of each.
const MAX_SHOWN: usize = 12;
const MAX_LETTERS: usize = 40;

/// Reads a table with a column of URIs, links or ids.
pub(super) fn table(bytes: &[u8]) -> io::Result<Vec<Entry>> {
    let text = decoded(bytes);
    let (separator, text) = separator(&text);
    let mut csv = csv::ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let names: Vec<String> = csv.headers()?.iter().map(|name| name.trim().to_owned()).collect();
    let rows: Vec<csv::StringRecord> = csv.records().collect::<Result<_, _>>()?;
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let column = |wanted: &[&str]| wanted.iter().find_map(|wanted| plain.iter().position(|name| name == wanted));
    let kind = column(&OF_KINDS);
    let uri =
        |column: usize, row: &csv::StringRecord| uri(cell(row, Some(column))?, kind.and_then(|kind| row.get(kind)));
    let names_something =
        |column: &usize| rows.iter().any(|row| uri(*column, row).is_some_and(|uri| uri.parse::<SpotifyUri>().is_ok()));
    let called_so: Vec<usize> = OF_URIS
        .iter()
        .flat_map(|wanted| (0..plain.len()).filter(|at| plain[*at] == **wanted).collect::<Vec<_>>())
        .collect();
    let by_name = called_so.iter().copied().find(|column| names_something(column)).or(called_so.first().copied());
    let found = match by_name {
        Some(column) => column,
        None => by_content(&rows, names.len()).map(|column| (column, names.get(column))).map_or_else(
            || Err(without(&names)),
            |(column, name)| {
                note(&one_line(&format!("Reading the column {}.", name.map(String::as_str).unwrap_or_default())));
                Ok(column)
            },
        )?,
    };
    let (name, added_at) = (column(&OF_NAMES), column(&OF_TIMES));
    let text = |row: &csv::StringRecord, column| cell(row, column).map(str::to_owned);
    let entry = |row: &csv::StringRecord| Entry {
        uri: uri(found, row),
        name: text(row, name).unwrap_or_default(),
        added_at: text(row, added_at),
        kind: text(row, kind),
    };
    Ok(rows.iter().map(entry).collect())
}

/// A cell that has something in it, as it was before it was written.
fn cell(row: &csv::StringRecord, column: Option<usize>) -> Option<&str> {
    column.and_then(|column| row.get(column)).map(csv_cells::read).filter(|text| !text.trim().is_empty())
}

/// What a cell names: an id alone is that of a track, unless the row says otherwise.
fn uri(cell: &str, kind: Option<&str>) -> Option<String> {
    let cell = cell.trim();
    if !looks_like_id(cell) {
        return Some(cell.to_owned());
    }
    let kind = kind.map(|kind| kind.trim().to_ascii_lowercase());
    let known = ["album", "artist", "audiobook", "episode", "show"];
    let kind = known.into_iter().find(|known| kind.as_deref() == Some(known)).unwrap_or("track");
    Some(format!("spotify:{kind}:{cell}"))
}

/// The first column that has nothing but tracks and episodes: other languages call it otherwise.
fn by_content(rows: &[csv::StringRecord], columns: usize) -> Option<usize> {
    let is_item = |text: &str| {
        text.contains(":track:") || text.contains(":episode:") || text.contains("/track/") || text.contains("/episode/")
    };
    (0..columns).find(|column| {
        let mut cells = rows.iter().filter_map(|row| cell(row, Some(*column))).peekable();
        cells.peek().is_some() && cells.all(|cell| is_item(cell) && cell.parse::<SpotifyUri>().is_ok())
    })
}

fn without(names: &[String]) -> io::Error {
    let named = || names.iter().filter(|name| !name.is_empty());
    // What is no table at all can have names without end.
    let shown = named().take(MAX_SHOWN).map(|name| name.chars().take(MAX_LETTERS).collect::<String>());
    let mut there = shown.collect::<Vec<_>>().join(", ");
    if let Some(more) = named().count().checked_sub(MAX_SHOWN).filter(|more| *more > 0) {
        there.push_str(&format!(" and {more} more"));
    }
    io::Error::other(format!(
        "none of its columns says which item of Spotify's it is: there are {there}; expected one that is called {WOULD_DO}"
    ))
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The text of a file: UTF-8, or UTF-16 as spreadsheets write it. What is neither costs letters of titles, and no URI.
fn decoded(bytes: &[u8]) -> String {
    let wide = |from: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).skip(1).map(|pair| from([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).trim_start_matches(csv_cells::BOM).to_owned(),
    }
}

/// What stands between the columns, and the text without the line that says so to Excel.
fn separator(text: &str) -> (u8, &str) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(said) = first.trim_end().strip_prefix("sep=")
        && let [separator] = said.as_bytes()
    {
        return (*separator, rest);
    }
    let (mut counts, mut quoted) = ([0; SEPARATORS.len()], false);
    for byte in text.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            byte if !quoted => {
                let pairs = SEPARATORS.iter().zip(&mut counts);
                pairs.filter(|(separator, _)| **separator == byte).for_each(|(_, count)| *count += 1);
            }
            _ => {}
        }
    }
    // Of those that are there as often as each other the first.
    let most = SEPARATORS.iter().zip(counts).rev().max_by_key(|(_, count)| *count);
    (most.map_or(b',', |(separator, _)| *separator), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "6rqhFgbbKwnb9MLmUQDhG6";
    const URI: &str = "spotify:track:6rqhFgbbKwnb9MLmUQDhG6";

    fn uris(text: &str) -> Vec<Option<String>> {
        table(text.as_bytes()).unwrap().into_iter().map(|entry| entry.uri).collect()
    }

    #[test]
    fn tables_of_other_programs_are_read_by_their_columns() {
        let there = Some(URI.to_owned());
        for (head, row) in [
            // TuneMyMusic
            ("Track name,Artist name,Album,Playlist name,Type,ISRC,Spotify - id", format!("A,B,C,D,Playlist,I,{ID}")),
            // Exportify, its other edition, and the one of this with genres
            ("\"Track URI\",\"Track Name\",\"Artist URI(s)\"", format!("{URI},A,spotify:artist:{ID}")),
            ("Spotify ID,Artist IDs,Track Name", format!("{ID},\"{ID},{ID}\",A")),
            ("#,Song,Artist,Spotify Track Id", format!("1,A,B,{ID}")),
            ("spotify_id,name", format!("{ID},A")),
            // Soundiiz
            ("title;artist;album;isrc;url", format!("A;B;C;I;{URI}")),
            ("Track URL\tName", format!("https://open.spotify.com/track/{ID}?si=1\tA")),
            // A link to another service is none; the next column that fits counts.
            ("url,spotify_uri", format!("https://example.com/x,{URI}")),
            // In another language.
            ("Nombre,URI de la canción,URI del artista", format!("A,{URI},spotify:artist:{ID}")),
        ] {
            let found = uris(&format!("{head}\r\n{row}\r\n"));
            let found = found.iter().map(|uri| uri.as_deref()?.parse::<SpotifyUri>().ok().map(|uri| uri.to_string()));
            assert_eq!(found.collect::<Vec<_>>(), std::slice::from_ref(&there), "{head}");
        }
        let album = table(format!("type,id,added_at\nalbum,{ID},2026-01-01T00:00:00Z\n").as_bytes()).unwrap();
        assert_eq!(album[0].uri, Some(format!("spotify:album:{ID}")));
        assert_eq!(album[0].added_at.as_deref(), Some("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn commas_semicolons_and_tabs_separate_columns_and_marks_are_no_part_of_names() {
        let there = vec![Some(URI.to_owned()), None];
        for text in [
            format!("\u{feff}\"Track URI\",Track Name\n{URI},\"a, \"\"b\"\"\nc\"\n,gone\n"),
            format!("\u{feff}uri;name\r\n{URI};\"a;b\"\r\n;gone\r\n"),
            format!("sep=;\r\nuri;name\r\n{URI};a,b,c,d\r\n;gone\r\n"),
            format!("\"name, with; commas\";uri\na;{URI}\ngone;\n"),
            format!("uri\tname\n{URI}\ta;b,c\n\tgone\n"),
        ] {
            assert_eq!(uris(&text), there, "{text}");
        }
        let wide: Vec<u8> =
            format!("\u{feff}name\turi\né\t{URI}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
        let entry = &table(&wide).unwrap()[0];
        assert_eq!((entry.name.as_str(), entry.uri.as_deref()), ("é", Some(URI)));
        // What another encoding than UTF-8 has of a title, does not cost the URI.
        assert_eq!(table(&[b"name,uri\nCaf\xe9,", URI.as_bytes()].concat()).unwrap()[0].uri.as_deref(), Some(URI));
    }

    #[test]
    fn cells_come_back_as_they_were() {
        for (cell, name) in
            [("'=1+1", "=1+1"), ("=1+1", "=1+1"), ("''=x", "'=x"), ("'Round Midnight", "'Round Midnight")]
        {
            assert_eq!(table(format!("uri,name\n{URI},{cell}\n").as_bytes()).unwrap()[0].name, name);
        }
    }

    #[test]
    fn where_no_column_fits_the_error_says_which_would_do() {
        let error = table("Title,Artist\nA,B\n".as_bytes()).unwrap_err().to_string();
        assert!(error.contains("there are Title, Artist; expected") && error.contains("Spotify - id"), "{error}");
        let error = table("abcdefghij".repeat(100_000).replace('j', ",").as_bytes()).unwrap_err().to_string();
        assert!(error.contains(" and 99988 more; expected") && error.len() < 500, "{error}");
        assert!(table("a".repeat(1_000_000).as_bytes()).unwrap_err().to_string().len() < 500);
    }
}
