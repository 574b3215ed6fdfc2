//! Parquet, for programs that compute with columns.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use jiff::Timestamp;
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::Field;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use super::formats::Sink;
use super::rows::{COLUMNS, CellType, row};

/// How many rows are held before they are written.
const GROUP: usize = 10_000;

/// Writes rows in groups, each column of a group for itself.
pub(super) struct Columns<W: Write + Send> {
    /// Away once it is closed.
    writer: Option<SerializedFileWriter<W>>,
    rows: Vec<Vec<Option<String>>>,
}

impl<W: Write + Send> Columns<W> {
    pub(super) fn new(out: W) -> io::Result<Self> {
        let columns = COLUMNS.iter().map(|(name, kind)| match kind {
            CellType::Text => format!("optional byte_array {name} (string);"),
            CellType::Time => format!("optional int64 {name} (timestamp(millis, true));"),
            CellType::Number => format!("optional int64 {name};"),
            CellType::Bool => format!("optional boolean {name};"),
        });
        let schema = format!("message entries {{ {} }}", columns.collect::<String>());
        let schema = Arc::new(parse_message_type(&schema).map_err(io::Error::other)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(out, schema, Arc::new(properties)).map_err(io::Error::other)?;
        Ok(Self { writer: Some(writer), rows: Vec::new() })
    }

    fn write_group(&mut self) -> parquet::errors::Result<()> {
        let Some(writer) = self.writer.as_mut().filter(|_| !self.rows.is_empty()) else { return Ok(()) };
        let mut group = writer.next_row_group()?;
        let mut index = 0;
        while let Some(mut column) = group.next_column()? {
            let cells = || self.rows.iter().map(|row| row.get(index).and_then(Option::as_deref));
            match column.untyped() {
                ColumnWriter::ByteArrayColumnWriter(writer) => {
                    let (values, levels) = split(cells(), |text| Some(ByteArray::from(text)));
                    writer.write_batch(&values, Some(&levels), None)?;
                }
                ColumnWriter::BoolColumnWriter(writer) => {
                    let (values, levels) = split(cells(), |text| text.parse().ok());
                    writer.write_batch(&values, Some(&levels), None)?;
                }
                ColumnWriter::Int64ColumnWriter(writer) => {
                    let is_time = COLUMNS.get(index).is_some_and(|(_, kind)| *kind == CellType::Time);
                    let (values, levels) = split(cells(), |text| match is_time {
                        true => text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond),
                        false => text.parse().ok(),
                    });
                    writer.write_batch(&values, Some(&levels), None)?;
                }
                _ => {}
            }
            column.close()?;
            index += 1;
        }
        group.close()?;
        self.rows.clear();
        Ok(())
    }
}

/// The values that are there, and for each row whether one is.
fn split<'a, T>(cells: impl Iterator<Item = Option<&'a str>>, read: impl Fn(&str) -> Option<T>) -> (Vec<T>, Vec<i16>) {
    let (mut values, mut levels) = (Vec::new(), Vec::new());
    for cell in cells {
        let value = cell.and_then(&read);
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    (values, levels)
}

impl<W: Write + Send> Sink for Columns<W> {
    fn entry(&mut self, json: &str) -> io::Result<()> {
        let entry: Value = serde_json::from_str(json)?;
        self.rows.push(row(&entry));
        if self.rows.len() == GROUP {
            self.write_group().map_err(io::Error::other)?;
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.write_group().map_err(io::Error::other)?;
        match self.writer.take() {
            Some(writer) => writer.into_inner().map_err(io::Error::other)?.flush(),
            None => Ok(()),
        }
    }
}

/// The columns `uri`, `name`, `added_at` and `type` of a file.
pub(crate) fn read(file: File) -> io::Result<Vec<[Option<String>; 4]>> {
    let reader = SerializedFileReader::new(file).map_err(io::Error::other)?;
    let schema = reader.metadata().file_metadata().schema();
    if !schema.get_fields().iter().any(|field| field.name() == "uri") {
        return Err(io::Error::other("it has no column `uri`"));
    }
    let mut entries = Vec::new();
    for row in reader.get_row_iter(None).map_err(io::Error::other)? {
        let row = row.map_err(io::Error::other)?;
        let text = |wanted: &str| match row.get_column_iter().find(|(name, _)| name.as_str() == wanted) {
            Some((_, Field::Str(text))) => Some(text.clone()),
            Some((_, Field::TimestampMillis(time))) => Some(Timestamp::from_millisecond(*time).ok()?.to_string()),
            _ => None,
        };
        entries.push(["uri", "name", "added_at", "type"].map(text));
    }
    Ok(entries)
}
