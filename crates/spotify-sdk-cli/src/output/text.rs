//! Text as people write it.

use std::time::Duration;

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

/// Text of others, fit for a terminal: a title must not move the cursor or change colours.
pub(crate) fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
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
    }
}
