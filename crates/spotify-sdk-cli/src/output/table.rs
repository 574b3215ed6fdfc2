//! [`Table`]: rows of texts under headings, aligned on a terminal, tab-separated elsewhere.

use comfy_table::{CellAlignment, ContentArrangement, presets};

use super::text::{cut, isolated, one_line, width};
use super::{Failure, Line, Screen, Tone};

/// How much of a title there has to be before a URI takes its place.
const ROOM_FOR_TEXT: usize = 20;
/// With less of a title than this, columns are left out.
const MIN_TEXT: usize = 6;
/// What stands between two columns.
const BETWEEN: usize = 2;

/// Rows of texts under headings.
pub(crate) struct Table<'a> {
    screen: &'a Screen,
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

#[derive(Clone, Copy, Debug)]
struct Column {
    heading: &'static str,
    kind: ColumnKind,
    /// How wide it would like to be.
    natural: usize,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum ColumnKind {
    /// Can be cut.
    Text,
    /// Aligned to the right, and worth nothing when it is cut.
    Number,
    /// A URI or an id: what is copied from a table must be whole.
    Uri,
}

impl<'a> Table<'a> {
    /// A table whose columns have these headings; a `>` before one aligns its column to the right.
    pub(crate) fn new(screen: &'a Screen, headings: &[&'static str]) -> Self {
        let column = |heading: &&'static str| {
            let kind = match *heading {
                "URI" | "ID" => ColumnKind::Uri,
                heading if heading.starts_with('>') => ColumnKind::Number,
                _ => ColumnKind::Text,
            };
            let heading = heading.trim_start_matches('>');
            Column { heading, kind, natural: width(heading) }
        };
        Self { screen, columns: headings.iter().map(column).collect(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        let cells: Vec<String> = cells.into_iter().map(|cell| one_line(cell.as_ref())).collect();
        for (column, cell) in self.columns.iter_mut().zip(&cells) {
            column.natural = column.natural.max(width(cell));
        }
        self.rows.push(cells);
    }

    pub(crate) fn print(self) -> Result<(), Failure> {
        let Some(terminal) = self.screen.columns() else {
            return self.rows.iter().try_for_each(|row| self.screen.cells(row));
        };
        self.lines(terminal).iter().try_for_each(|line| self.screen.print(line))
    }

    /// What is printed for it on a terminal of so many columns.
    pub(crate) fn lines(&self, terminal: u16) -> Vec<String> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let shown = fit(&self.columns, terminal.into(), self.screen.uris());
        let mut table = comfy_table::Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(shown.iter().map(|(at, width)| cut(self.columns[*at].heading, *width)));
        for row in &self.rows {
            let cell = |at: usize| row.get(at).map(String::as_str).unwrap_or_default();
            table.add_row(shown.iter().map(|(at, width)| isolated(&cut(cell(*at), *width)).into_owned()));
        }
        for (at, column) in table.column_iter_mut().enumerate() {
            if self.columns[shown[at].0].kind == ColumnKind::Number {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        // The cells are as they are to be printed.
        let mut lines: Vec<String> = table.trim_fmt().lines().map(str::to_owned).collect();
        if let Some(headings) = lines.first_mut() {
            *headings = Line::new(Tone::Faint, &headings).paint(self.screen.colour());
        }
        lines
    }
}

/// Which columns are shown, and how wide, so that a row takes no more than `terminal` columns.
///
/// Text gives way to text: no column is cut as long as another is wider. URIs are there where enough of the text stays, or
/// where they were asked for; where there is no room for anything, columns go from the right.
fn fit(columns: &[Column], terminal: usize, uris_asked_for: bool) -> Vec<(usize, usize)> {
    let mut shown: Vec<usize> = (0..columns.len()).collect();
    let enough =
        |shown: &[usize], least: usize| text_width(columns, shown, terminal).is_some_and(|width| width >= least);
    if !uris_asked_for && !enough(&shown, ROOM_FOR_TEXT) {
        let without: Vec<usize> = shown.iter().copied().filter(|at| columns[*at].kind != ColumnKind::Uri).collect();
        shown = if without.is_empty() { shown } else { without };
    }
    let first_text = columns.iter().position(|column| column.kind == ColumnKind::Text);
    while !enough(&shown, MIN_TEXT) {
        let can_go = |at: &&usize| columns[**at].kind != ColumnKind::Uri && Some(**at) != first_text;
        let Some(last) = shown.iter().rev().find(can_go).copied() else { break };
        shown.retain(|at| *at != last);
    }
    let text = text_width(columns, &shown, terminal).unwrap_or(MIN_TEXT);
    let width = |at: &usize| match columns[*at].kind {
        ColumnKind::Text => columns[*at].natural.min(text),
        ColumnKind::Number | ColumnKind::Uri => columns[*at].natural,
    };
    shown.iter().map(|at| (*at, width(at))).collect()
}

/// How wide columns of text may be at most; `None` where the others alone are too much.
fn text_width(columns: &[Column], shown: &[usize], terminal: usize) -> Option<usize> {
    let of = |text: bool| {
        let columns =
            shown.iter().map(|at| columns[*at]).filter(move |column| (column.kind == ColumnKind::Text) == text);
        columns.map(|column| column.natural)
    };
    // One column of space at the beginning, and one at the end, where terminals that are full begin another line.
    let mut room = terminal.checked_sub(of(false).sum::<usize>() + BETWEEN * shown.len())?;
    let mut texts: Vec<usize> = of(true).collect();
    texts.sort_unstable();
    for (at, natural) in texts.iter().enumerate() {
        let share = room / (texts.len() - at);
        if *natural > share {
            return Some(share);
        }
        room -= natural;
    }
    Some(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(of: &[(&'static str, ColumnKind, usize)]) -> Vec<Column> {
        of.iter().map(|(heading, kind, natural)| Column { heading, kind: *kind, natural: *natural }).collect()
    }

    fn width(shown: &[(usize, usize)]) -> usize {
        shown.iter().map(|(_, width)| width + BETWEEN).sum()
    }

    #[test]
    fn titles_are_cut_before_the_uri_goes_and_the_uri_goes_before_nothing_is_left_of_them() {
        let tracks = |title, by| {
            columns(&[
                ("URI", ColumnKind::Uri, 36),
                ("Title", ColumnKind::Text, title),
                ("By", ColumnKind::Text, by),
                ("Length", ColumnKind::Number, 6),
            ])
        };
        assert_eq!(fit(&tracks(10, 12), 80, false), [(0, 36), (1, 10), (2, 12), (3, 6)]);
        assert_eq!(fit(&tracks(60, 10), 90, false), [(0, 36), (1, 30), (2, 10), (3, 6)]);
        assert_eq!(fit(&tracks(60, 40), 80, false), [(1, 34), (2, 34), (3, 6)]);
        assert_eq!(fit(&tracks(60, 12), 70, true), [(0, 36), (1, 10), (2, 10), (3, 6)]);
    }

    #[test]
    fn no_row_is_wider_than_the_terminal() {
        for terminal in 20..130 {
            for (title, by, added) in [(3, 3, 5), (30, 20, 10), (200, 200, 10), (1000, 0, 16), (18, 17, 16)] {
                let columns = columns(&[
                    ("#", ColumnKind::Number, 4),
                    ("URI", ColumnKind::Uri, 38),
                    ("Title", ColumnKind::Text, title),
                    ("By", ColumnKind::Text, by),
                    ("Length", ColumnKind::Number, 6),
                    ("Added", ColumnKind::Text, added),
                ]);
                let without = fit(&columns, terminal, false);
                assert!(width(&without) <= terminal, "{terminal}: {without:?}");
                assert!(without.iter().any(|(at, _)| *at == 2), "the title is always there");
                let with = fit(&columns, terminal, true);
                assert!(terminal < 60 || width(&with) <= terminal, "{terminal}: {with:?}");
                assert!(with.contains(&(1, 38)));
            }
        }
    }
}
