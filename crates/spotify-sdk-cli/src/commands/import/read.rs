//! Reading what is to be imported: exported files, and lists of URIs.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use super::super::entries::{content, uri_of};
use super::super::export::Format;
use super::super::named_in;
use super::columns::table;

use crate::output::Failure;

/// An entry of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Entry {
    /// A URI or a link; `None` where the item is gone.
    pub(super) uri: Option<String>,
    pub(super) name: String,
    /// When it was added, as it is written.
    pub(super) added_at: Option<String>,
    /// What it is, in the file's own word.
    pub(super) kind: Option<String>,
}

impl Entry {
    fn of(entry: &Value) -> Self {
        let Some(content) = content(entry) else { return Self::default() };
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Self {
            uri: uri_of(entry).map(str::to_owned),
            name: text(&content["name"]).unwrap_or_default(),
            added_at: text(&entry["added_at"]),
            kind: text(&content["type"]),
        }
    }

    /// One of which only the URI is known.
    fn bare(uri: impl Into<String>) -> Self {
        Self { uri: Some(uri.into()), ..Self::default() }
    }
}

/// Reads a file; `-` is standard input. Whose ending says nothing, is a list of URIs.
pub(super) fn read(file: &Path, asked: Option<Format>) -> Result<Vec<Entry>, Failure> {
    let stdin = file == Path::new("-");
    if file.is_dir() {
        return Err(Failure::Failed(format!("{} is a folder", file.display()), None));
    }
    let tabs = file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("tsv")).then_some(Format::Csv);
    let format = asked.or(tabs).or_else(|| Format::by_ending(file)).unwrap_or(Format::Jsonl);
    let format = Format::of(file, Some(format))?;
    let failed = |error| Failure::File(if stdin { "standard input".into() } else { file.to_owned() }, error);
    if format == Format::Parquet {
        return parquet(file).map_err(failed);
    }
    let from: Box<dyn Read> = if stdin { Box::new(io::stdin()) } else { Box::new(File::open(file).map_err(failed)?) };
    let mut from = BufReader::new(from);
    match format {
        Format::Json => list(from),
        Format::Csv => {
            let mut bytes = Vec::new();
            from.read_to_end(&mut bytes).and_then(|_| table(&bytes))
        }
        _ => lines(from),
    }
    .map_err(failed)
}

/// JSON Lines, or URIs and links, one a line.
fn lines(from: impl BufRead) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for (number, line) in from.lines().enumerate() {
        let line = line?;
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.starts_with('{') || line == "null" {
            let wrong = |error| io::Error::other(format!("line {}: {error}", number + 1));
            entries.push(Entry::of(&serde_json::from_str(line).map_err(wrong)?));
        } else if !line.is_empty() {
            // What names nothing is told with the others that are left out.
            let first = line.split('\t').next().unwrap_or_default().trim();
            entries.push(Entry::bare(named_in(line).as_deref().unwrap_or(first)));
        }
    }
    Ok(entries)
}

/// A list as JSON, of objects or of URIs, one of which is held at a time.
fn list(from: impl BufRead) -> io::Result<Vec<Entry>> {
    struct Entries;
    impl<'de> Visitor<'de> for Entries {
        type Value = Vec<Entry>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of entries")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut entries = Vec::new();
            while let Some(entry) = list.next_element::<Value>()? {
                entries.push(match entry {
                    Value::String(uri) => Entry::bare(uri),
                    entry => Entry::of(&entry),
                });
            }
            Ok(entries)
        }
    }
    let mut json = serde_json::Deserializer::from_reader(from);
    let entries = json.deserialize_seq(Entries)?;
    json.end()?;
    Ok(entries)
}

#[cfg(feature = "parquet")]
fn parquet(file: &Path) -> io::Result<Vec<Entry>> {
    let entries = super::super::export::read_parquet(File::open(file)?)?;
    let entry = |[uri, name, added_at, kind]: [Option<String>; 4]| Entry {
        uri,
        name: name.unwrap_or_default(),
        added_at,
        kind,
    };
    Ok(entries.into_iter().map(entry).collect())
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &Path) -> io::Result<Vec<Entry>> {
    Err(io::Error::other("this build does not support Parquet"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "spotify:track:6rqhFgbbKwnb9MLmUQDhG6";

    fn uris(entries: Vec<Entry>) -> Vec<Option<String>> {
        entries.into_iter().map(|entry| entry.uri).collect()
    }

    #[test]
    fn lines_are_objects_or_uris() {
        let text = format!(
            "\u{feff}{URI}\n\n{URI}\tTitle\tArtist\nnull\n{{\"track\":{{\"uri\":\"{URI}\"}}}}\n\
             {{\"item\":{{\"uri\":\"x\",\"linked_from\":{{\"uri\":\"{URI}\"}}}}}}\n{{\"item\":null,\"track\":null}}\n"
        );
        let there = Some(URI.to_owned());
        let wanted = [there.clone(), there.clone(), None, there.clone(), there, None];
        assert_eq!(uris(lines(text.as_bytes()).unwrap()), wanted);
        assert!(lines("{\"track\"".as_bytes()).unwrap_err().to_string().starts_with("line 1: "));
    }

    #[test]
    fn lists_hold_objects_or_uris() {
        let text = format!("[\"{URI}\", null, {{\"uri\": \"{URI}\"}}]");
        assert_eq!(uris(list(text.as_bytes()).unwrap()), [Some(URI.to_owned()), None, Some(URI.to_owned())]);
        assert!(list("{}".as_bytes()).is_err() && list("[1] 2".as_bytes()).is_err());
    }
}
