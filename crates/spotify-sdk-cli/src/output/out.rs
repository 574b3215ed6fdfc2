//! [`Out`]: standard output for those who write bytes as they come, such as an export.

use std::io::{self, Write};
use std::str;

use super::text::escaped;

/// Standard output. On a terminal, what must not be printed is escaped; into a pipe everything goes as it is.
pub(crate) struct Out<W> {
    out: W,
    terminal: bool,
    /// Of CSV, whether it is in quotes: a line end in there belongs to a cell.
    in_quotes: Option<bool>,
    /// The beginning of a character whose end was not written yet.
    begun: Vec<u8>,
}

impl<W: Write> Out<W> {
    pub(super) fn new(out: W, terminal: bool, csv: bool) -> Self {
        Self { out, terminal, in_quotes: csv.then_some(false), begun: Vec::new() }
    }

    fn write_text(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.begun.extend_from_slice(bytes);
        let (text, rest) = match str::from_utf8(&self.begun) {
            Ok(text) => (text.to_owned(), Vec::new()),
            // Cut off, where the rest comes with the next bytes.
            Err(error) if error.error_len().is_none() => {
                let (whole, rest) = self.begun.split_at(error.valid_up_to());
                (String::from_utf8_lossy(whole).into_owned(), rest.to_vec())
            }
            Err(_) => (String::from_utf8_lossy(&self.begun).into_owned(), Vec::new()),
        };
        self.begun = rest;
        let Some(in_quotes) = &mut self.in_quotes else {
            return self.out.write_all(escaped(&text).as_bytes());
        };
        for piece in text.split_inclusive('"') {
            let clean = escaped(piece);
            let written = if *in_quotes { clean.replace('\n', "\\u000a") } else { clean.into_owned() };
            self.out.write_all(written.as_bytes())?;
            *in_quotes ^= piece.ends_with('"');
        }
        Ok(())
    }
}

impl<W: Write> Write for Out<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.terminal {
            return self.out.write(bytes);
        }
        self.write_text(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_a_terminal_everything_is_escaped_however_it_is_cut_into_pieces() {
        let text = "a\u{1b}[2J,\u{85}é宇\u{202e}👨\n";
        for size in 1..text.len() {
            for (terminal, wanted) in [(true, "a\\u001b[2J,\\u0085é宇\\u202e👨\n"), (false, text)] {
                let mut out = Out::new(Vec::new(), terminal, false);
                text.as_bytes().chunks(size).for_each(|piece| out.write_all(piece).unwrap());
                assert_eq!(String::from_utf8(out.out).unwrap(), wanted);
            }
        }
        let mut out = Out::new(Vec::new(), true, false);
        out.write_all(b"a\xff\x9bb").unwrap();
        assert_eq!(out.out, "a\u{fffd}\u{fffd}b".as_bytes());
    }

    #[test]
    fn on_a_terminal_a_row_of_csv_is_one_line() {
        let mut out = Out::new(Vec::new(), true, true);
        out.write_all("a,\"b\n\"\"c\nd\"\"\",e\nf\n".as_bytes()).unwrap();
        assert_eq!(String::from_utf8(out.out).unwrap(), "a,\"b\\u000a\"\"c\\u000ad\"\"\",e\nf\n");
    }
}
