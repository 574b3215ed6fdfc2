//! How cells of CSV are written and read, so that a spreadsheet takes none for a formula, and each comes back as it was.
//!
//! A spreadsheet computes what begins with `=`, `+`, `-` or `@`, also behind a tab or a line end: titles of others must not run
//! there. An apostrophe before it makes it text. A value that itself begins with apostrophes before such a character gets one
//! more in any case, so that reading, which takes one away, gives every value back whichever way it was written.

use std::borrow::Cow;

/// The mark that says that what follows is UTF-8: Excel takes it for something else without one.
pub(crate) const BOM: &str = "\u{feff}";

/// A value as it is written: with `safe` also what a spreadsheet would compute gets an apostrophe.
pub(crate) fn written(value: &str, safe: bool) -> Cow<'_, str> {
    let quoted = value.starts_with('\'');
    if is_formula(value.trim_start_matches('\'')) && (safe || quoted) {
        return Cow::Owned(format!("'{value}"));
    }
    Cow::Borrowed(value)
}

/// The value of which a cell was written.
pub(crate) fn read(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_compute_is_text_where_that_is_asked_for() {
        for (value, safe, plain) in [
            ("=1+1", "'=1+1", "=1+1"),
            ("+", "'+", "+"),
            ("-", "'-", "-"),
            ("@Home", "'@Home", "@Home"),
            ("\t=1", "'\t=1", "\t=1"),
            ("\r=1", "'\r=1", "\r=1"),
            ("'=1", "''=1", "''=1"),
            ("'Round Midnight", "'Round Midnight", "'Round Midnight"),
            ("a=1", "a=1", "a=1"),
            ("", "", ""),
        ] {
            assert_eq!((&*written(value, true), &*written(value, false)), (safe, plain));
        }
    }

    proptest! {
        #[test]
        fn every_value_comes_back_either_way(value in "['=+@\t\r\n-]{0,4}.{0,5}", safe in any::<bool>()) {
            let either = written(&value, safe);
            prop_assert_eq!(read(&either), &value);
            let cell = written(&value, true);
            prop_assert!(!is_formula(&cell), "{}", cell);
        }
    }
}
