//! The formats of files, and how lines of JSON become them.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::ValueEnum;
use serde_json::Value;

use super::part::Part;
use super::rows::{COLUMNS, row};
use crate::commands::csv_cells;
use crate::files::NewFile;
use crate::interrupt::Interrupt;
use crate::output::{Failure, Progress};

/// How a file is written. The help says what each is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Format {
    Jsonl,
    Json,
    Csv,
    Parquet,
}

impl Format {
    /// The format that was asked for, or else that of the file's ending.
    pub(crate) fn of(file: &Path, asked: Option<Self>) -> Result<Self, Failure> {
        let format = match asked {
            Some(format) => format,
            None => Self::by_ending(file).ok_or_else(|| {
                let file = file.display();
                let known = "expected a file with the extension .jsonl, .json, .csv or .parquet, or --format";
                Failure::Usage(format!("{known}, got `{file}`"))
            })?,
        };
        if format == Self::Parquet && !cfg!(feature = "parquet") {
            let what = "this build does not support Parquet: install with --features parquet";
            return Err(Failure::Usage(what.to_owned()));
        }
        Ok(format)
    }

    pub(crate) fn by_ending(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// The ending of its files.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        }
    }
}

/// A format, and what was asked for of its files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writing {
    pub(super) format: Format,
    /// Of CSV: whether no cell can be taken for a formula.
    pub(super) safe: bool,
    /// Of CSV: whether a mark at the beginning says that it is UTF-8.
    pub(super) bom: bool,
}

/// Where lines of JSON become another format.
pub(super) trait Sink {
    /// Takes one entry, as JSON without an end of line.
    fn entry(&mut self, json: &str) -> io::Result<()>;

    /// Writes what comes after the last entry.
    fn end(&mut self) -> io::Result<()>;
}

/// What writes to `out`, if that needs no more than writing one after another.
pub(super) fn sink<'a>(writing: Writing, mut out: impl Write + Send + 'a) -> Result<Box<dyn Sink + 'a>, Failure> {
    match writing.format {
        Format::Jsonl => Ok(Box::new(Lines(out))),
        Format::Json => Ok(Box::new(JsonList { out, empty: true })),
        Format::Csv => {
            if writing.bom {
                out.write_all(csv_cells::BOM.as_bytes())?;
            }
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(COLUMNS.map(|(name, _)| name)).map_err(as_it_was)?;
            Ok(Box::new(Rows { csv, safe: writing.safe }))
        }
        #[cfg(feature = "parquet")]
        Format::Parquet => Ok(Box::new(super::parquet::Columns::new(out).map_err(Failure::Output)?)),
        #[cfg(not(feature = "parquet"))]
        Format::Parquet => Err(Failure::Usage("this build does not support Parquet".to_owned())),
    }
}

struct Lines<W>(W);

impl<W: Write> Sink for Lines<W> {
    fn entry(&mut self, json: &str) -> io::Result<()> {
        writeln!(self.0, "{json}")
    }

    fn end(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

struct JsonList<W> {
    out: W,
    empty: bool,
}

impl<W: Write> Sink for JsonList<W> {
    fn entry(&mut self, json: &str) -> io::Result<()> {
        self.out.write_all(if self.empty { b"[\n" } else { b",\n" })?;
        self.empty = false;
        self.out.write_all(json.as_bytes())
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.write_all(if self.empty { b"[]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}

/// The error of whatever the rows are written to, with its kind: by that a reader who has seen enough is known.
fn as_it_was(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

struct Rows<W: Write> {
    csv: csv::Writer<W>,
    safe: bool,
}

impl<W: Write> Sink for Rows<W> {
    fn entry(&mut self, json: &str) -> io::Result<()> {
        let entry: Value = serde_json::from_str(json)?;
        let row = row(&entry);
        let cells = row.iter().map(|value| csv_cells::written(value.as_deref().unwrap_or_default(), self.safe));
        self.csv.write_record(cells.map(Cow::into_owned)).map_err(as_it_was)
    }

    fn end(&mut self) -> io::Result<()> {
        self.csv.flush()
    }
}

/// Makes the entries so far `file`, in its format. What was there before goes only when all is written. Where something is
/// missing, the entries are kept as well.
pub(super) fn finish(
    part: Part,
    file: &Path,
    writing: Writing,
    interrupt: &Interrupt,
    bar: &Progress,
) -> Result<(), Failure> {
    if writing.format == Format::Jsonl && part.is_in_order() {
        return part.becomes(file);
    }
    bar.next(&format!("Writing {}", file.display()));
    bar.of(Some(part.reached.entries), 0);
    let failed = |error| Failure::File(file.to_owned(), error);
    // Where the disk is full, dropping it makes room again; the entries are kept.
    let new = NewFile::beside(file).map_err(failed)?;
    let named = |failure| match failure {
        Failure::Output(error) => failed(error),
        other => other,
    };
    let mut sink = sink(writing, BufWriter::new(new.file())).map_err(named)?;
    let mut written = 0;
    part.lines(|line| {
        interrupt.check()?;
        written += 1;
        bar.at(written);
        sink.entry(line).map_err(failed)
    })?;
    sink.end().map_err(failed)?;
    drop(sink);
    new.put().map_err(failed)?;
    if part.gaps.iter().any(super::part::Gap::is_open) { part.wrote(file) } else { part.remove() }
}
