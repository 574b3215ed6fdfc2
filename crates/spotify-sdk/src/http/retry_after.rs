//! Parses `Retry-After`: seconds or a date, by [RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after).

use std::time::Duration;

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::options::A_YEAR;

/// Returns the wait that the server asks for, if the header is present and valid. Waits are capped at a year.
pub(crate) fn read(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = seconds(text).or_else(|| {
        // Relative to the server's own clock if the response has a `Date`: the local clock may be off.
        let now = headers.get(DATE).and_then(|value| date(value.to_str().ok()?)).unwrap_or(now);
        Some(until(date(text)?, now))
    })?;
    Some(wait.min(A_YEAR))
}

fn seconds(text: &str) -> Option<Duration> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse().map_or(A_YEAR, Duration::from_secs));
    }
    let seconds: f64 = text.parse().ok()?;
    if seconds.is_nan() || seconds < 0.0 {
        return None;
    }
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(A_YEAR))
}

fn date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text.trim()).ok()
}

fn until(then: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_at_noon(fields: &[(&'static str, &str)]) -> Option<Duration> {
        let headers = fields
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), http::HeaderValue::from_str(value).unwrap()))
            .collect();
        read(&headers, "2026-11-23T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        for (value, seconds) in [
            ("0", 0),
            ("7", 7),
            (" 86400 ", 86_400),
            ("2.0", 2),
            ("Mon, 23 Nov 2026 12:00:30 GMT", 30),
            ("Mon, 23 Nov 2026 11:00:00 GMT", 0),
        ] {
            assert_eq!(read_at_noon(&[("retry-after", value)]), Some(Duration::from_secs(seconds)), "{value}");
        }
    }

    #[test]
    fn a_date_counts_from_the_servers_own_clock() {
        let fields = [("date", "Mon, 23 Nov 2026 15:00:00 GMT"), ("retry-after", "Mon, 23 Nov 2026 15:00:05 GMT")];
        assert_eq!(read_at_noon(&fields), Some(Duration::from_secs(5)));
    }

    #[test]
    fn a_wait_beyond_all_sense_is_a_year() {
        for value in ["999999999999", "99999999999999999999999999", "1e300", "inf", "Fri, 31 Dec 9998 00:00:00 GMT"] {
            assert_eq!(read_at_noon(&[("retry-after", value)]), Some(A_YEAR), "{value}");
        }
    }

    #[test]
    fn what_cannot_be_understood_is_no_wait() {
        for value in ["", "soon", "-5", "NaN", "5 seconds", "Mon, 99 Nov 2026"] {
            assert_eq!(read_at_noon(&[("retry-after", value)]), None, "{value}");
        }
        assert_eq!(read_at_noon(&[]), None);
    }

    proptest::proptest! {
        #[test]
        fn no_header_makes_the_reader_panic(value in "[ -~]{0,40}") {
            if let Some(wait) = read_at_noon(&[("retry-after", &value)]) {
                proptest::prop_assert!(wait <= A_YEAR);
            }
        }
    }
}
