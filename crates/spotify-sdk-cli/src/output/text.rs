//! Text as people write it.

use std::borrow::Cow;
use std::fmt::Write;
use std::time::Duration;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// `1 track`, `17 tracks`, `10,000 tracks`.
pub(crate) fn count(number: usize, one: &str) -> String {
    format!("{} {one}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// `10,000`.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// Text of others on one line of a terminal or of a pipe. Everything that is printed goes through here or through
/// [`escaped`]: a title must not move the cursor, change colours, begin another line or cell, or turn around the text beside
/// it.
pub(crate) fn one_line(text: &str) -> String {
    // A mark that only turns text around takes no place itself.
    text.chars().filter(|c| !turns_text(*c)).map(|c| if is_unprintable(c) { ' ' } else { c }).collect()
}

/// The same for JSON, and for whatever else has to keep each character: those that must not be printed are written `\u001b`.
/// Line ends stay, since inside of JSON's texts there are none.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    let is_safe = |c: char| c == '\n' || !is_unprintable(c);
    if text.chars().all(is_safe) {
        return Cow::Borrowed(text);
    }
    let mut written = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_safe(c) {
            written.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string does not fail.
                let _ = write!(written, "\\u{unit:04x}");
            }
        }
    }
    Cow::Owned(written)
}

/// What a terminal, or a reader of lines, takes for more than text: C0 with ESC, BEL, tabs and line ends, DEL, C1, Unicode's
/// own line ends, and what turns text around.
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') || turns_text(c)
}

/// The marks, embeddings, overrides and isolates of bidirectional text, and the formatting that came before them.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}')
}

/// A text whose direction does not spill into its neighbours: a title from right to left must not pull the columns around it
/// along.
pub(super) fn isolated(text: &str) -> Cow<'_, str> {
    let from_right = |c: char| matches!(u32::from(c), 0x590..=0x8FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF | 0x10800..=0x10FFF | 0x1E800..=0x1EFFF);
    if text.chars().any(from_right) { format!("\u{2068}{text}\u{2069}").into() } else { text.into() }
}

/// How many columns of a terminal a text takes. Columns are not characters: some take two, and some none.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// As much of a text as so many columns hold, with a sign where there is more.
pub(super) fn cut(text: &str, columns: usize) -> Cow<'_, str> {
    if columns == 0 {
        return "".into();
    }
    let (mut taken, mut end) = (0, None);
    // What belongs together stays so: a letter and its accents, a family of emoji.
    for (at, cluster) in text.grapheme_indices(true) {
        taken += cluster.width();
        if taken < columns {
            end = Some(at + cluster.len());
        } else if taken > columns {
            return format!("{}…", text[..end.unwrap_or_default()].trim_end()).into();
        }
    }
    text.into()
}

/// `3:57`, and from an hour on `1:02:03`.
pub(crate) fn clock(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes}:{seconds:02}") }
}

/// `42 min`, and from an hour on `1 h 2 min`.
pub(crate) fn hours_and_minutes(duration: Duration) -> String {
    let minutes = (duration.as_secs() + 30) / 60;
    if minutes >= 60 { format!("{} h {} min", minutes / 60, minutes % 60) } else { format!("{minutes} min") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_written_as_people_write_them() {
        let at = Duration::from_millis;
        assert_eq!([0, 59_999, 237_000, 3_723_000].map(|ms| clock(at(ms))), ["0:00", "0:59", "3:57", "1:02:03"]);
        assert_eq!([0, 2_520_000, 3_720_000].map(|ms| hours_and_minutes(at(ms))), ["0 min", "42 min", "1 h 2 min"]);
    }

    #[test]
    fn counts_are_written_as_people_write_them() {
        let track = |number| count(number, "track");
        assert_eq!(
            [0, 1, 17, 1000, 1_234_567].map(track).join(", "),
            "0 tracks, 1 track, 17 tracks, 1,000 tracks, 1,234,567 tracks"
        );
    }

    #[test]
    fn a_title_cannot_drive_the_terminal() {
        assert_eq!(one_line("\u{1b}[31mred\u{7}\nnext"), " [31mred  next");
        assert_eq!(one_line("a\tb\u{85}c\u{9b}2Jd\u{2028}e\u{7f}"), "a b c 2Jd e ");
        assert_eq!(one_line("abc\u{202E}txt.exe\u{2066}\u{200F}"), "abctxt.exe");
    }

    #[test]
    fn json_keeps_its_meaning_and_cannot_drive_the_terminal() {
        let every: String = ('\0'..='\u{30000}').filter(|c| is_unprintable(*c)).collect();
        let value = serde_json::json!({ "a": every, "b": "Ærø 宇多田 👨‍👩‍👧" });
        let printed = serde_json::to_string_pretty(&value).unwrap();
        let printed = escaped(&printed);
        assert!(printed.chars().all(|c| c == '\n' || !is_unprintable(c)), "{printed}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&printed).unwrap(), value);
        assert!(printed.contains("\\u202e") && printed.contains("👨‍👩‍👧"));
    }

    #[test]
    fn texts_are_cut_to_columns_and_not_to_characters() {
        assert_eq!(cut("夜に駆ける", 6), "夜に…");
        assert_eq!(cut("夜に駆ける", 10), "夜に駆ける");
        assert_eq!(cut("one two", 5), "one…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!((cut("one", 1), cut("one", 0), cut("", 3)), ("…".into(), "".into(), "".into()));
        for text in ["نسم علينا الهوى", "👨‍👩‍👧 family", "🇸🇪🇸🇪🇸🇪", "плёнка", "a\u{200b}\u{301}\u{301}b"]
        {
            for columns in 0..20 {
                assert!(width(&cut(text, columns)) <= columns, "{text} {columns}");
            }
        }
    }
}
