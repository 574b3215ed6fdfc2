//! [`ReleaseDate`]: a date that may be precise to the year only.

use std::fmt;

use jiff::civil::Date;

use super::json::{as_text, word};
use crate::schema::{Described, Schema};
use crate::string_enum::string_enum;
use crate::text::Text;

string_enum! {
    /// The precision of a date.
    pub enum DatePrecision {
        /// The year.
        Year = "year",
        /// Year and month.
        Month = "month",
        /// Year, month and day.
        Day = "day",
        _ => Unknown, ignore_case,
    }
}

word!(DatePrecision);

/// The date of a first release: a year, a month or a day, kept as Spotify sent it.
///
/// Spotify sends `1981`, `1981-12` and `1981-12-15`, and for an unknown date `0000` or nothing. The parts are parsed
/// from the string itself, which does not always match the precision that is sent with it. Dates are ordered like their
/// strings.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReleaseDate(Text);

impl ReleaseDate {
    /// Returns the date as Spotify sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the year, if known.
    pub fn year(&self) -> Option<i16> {
        self.part(0, 4).filter(|year| *year > 0)
    }

    /// Returns the month, from 1 to 12, if known.
    pub fn month(&self) -> Option<i8> {
        self.year()?;
        self.part(1, 2).and_then(|month| i8::try_from(month).ok()).filter(|month| (1..=12).contains(month))
    }

    /// Returns the day of the month, from 1 to 31, if it is known and valid.
    pub fn day(&self) -> Option<i8> {
        let day = i8::try_from(self.part(2, 2)?).ok()?;
        Date::new(self.year()?, self.month()?, day).ok()?;
        Some(day)
    }

    /// Returns the date, if it is known to the day.
    pub fn date(&self) -> Option<Date> {
        Date::new(self.year()?, self.month()?, self.day()?).ok()
    }

    fn part(&self, index: usize, digits: usize) -> Option<i16> {
        // A time may follow the day.
        let date = self.0.split_once('T').map_or(self.0.as_str(), |(date, _)| date);
        let part = date.split('-').nth(index)?;
        let all_digits = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        if all_digits { part.parse().ok() } else { None }
    }
}

impl From<&str> for ReleaseDate {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for ReleaseDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl PartialEq<str> for ReleaseDate {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for ReleaseDate {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

as_text!(ReleaseDate);

impl Described for ReleaseDate {
    const SCHEMA: &'static Schema = &Schema::Date;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_is_given_as_far_as_it_is_known() {
        for (text, year, month, day) in [
            ("1981", Some(1981), None, None),
            ("1981-12", Some(1981), Some(12), None),
            ("1981-12-15", Some(1981), Some(12), Some(15)),
            ("1981-12-15T00:00:00Z", Some(1981), Some(12), Some(15)),
            ("0000", None, None, None),
            ("0000-01-01", None, None, None),
            ("", None, None, None),
            ("1981-13-01", Some(1981), None, None),
            ("1981-02-30", Some(1981), Some(2), None),
            ("1981-00-00", Some(1981), None, None),
            ("someday", None, None, None),
            ("-5-1-1", None, None, None),
        ] {
            let date = ReleaseDate::from(text);
            assert_eq!((date.year(), date.month(), date.day()), (year, month, day), "{text}");
            assert_eq!(date.to_string(), text);
        }
    }
}
