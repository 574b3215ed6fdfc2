//! What people type for times and volumes.

use std::str::FromStr;
use std::time::Duration;

/// Where to go in what plays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SeekTo {
    At(Duration),
    Forward(Duration),
    Back(Duration),
}

/// How loud.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Loudness {
    At(u32),
    Louder(u32),
    Softer(u32),
}

impl FromStr for SeekTo {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let place = match (text.strip_prefix('+'), text.strip_prefix('-')) {
            (Some(by), _) => time(by).map(Self::Forward),
            (_, Some(by)) => time(by).map(Self::Back),
            _ => time(text).map(Self::At),
        };
        place.ok_or_else(|| "expected a time such as 1:23, 90 or 1:02:03, or a step such as +15 or -0:30".to_owned())
    }
}

impl SeekTo {
    /// Where that is, for whoever is at `now`.
    pub(crate) fn from(self, now: Duration) -> Duration {
        match self {
            Self::At(place) => place,
            Self::Forward(by) => now.saturating_add(by),
            Self::Back(by) => now.saturating_sub(by),
        }
    }
}

impl FromStr for Loudness {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let percent = |text: &str| whole(text).filter(|percent| *percent <= 100);
        let loudness = match (text.strip_prefix('+'), text.strip_prefix('-')) {
            (Some(by), _) => percent(by).map(Self::Louder),
            (_, Some(by)) => percent(by).map(Self::Softer),
            _ => percent(text.strip_suffix('%').unwrap_or(text)).map(Self::At),
        };
        loudness.ok_or_else(|| "expected 0 to 100, or a step such as +10 or -10".to_owned())
    }
}

impl Loudness {
    /// How loud that is, in percent, where it was `now`.
    pub(crate) fn from(self, now: u32) -> u32 {
        match self {
            Self::At(percent) => percent,
            Self::Louder(by) => now.saturating_add(by).min(100),
            Self::Softer(by) => now.saturating_sub(by),
        }
    }
}

/// Reads a time without a sign, as an argument.
pub(crate) fn a_time(text: &str) -> Result<Duration, String> {
    time(text).ok_or_else(|| "expected a time such as 1:23, 90 or 1:02:03".to_owned())
}

/// `90`, `1:30` or `1:02:03`.
fn time(text: &str) -> Option<Duration> {
    let mut parts = text.split(':');
    let mut seconds = u64::from(whole(parts.next()?)?);
    for (at, part) in parts.enumerate() {
        // What comes behind a colon has two digits, so that 1:3 is not taken for 1:30, nor for 1:03.
        let small = whole(part).filter(|number| part.len() == 2 && *number < 60 && at < 2)?;
        seconds = seconds * 60 + u64::from(small);
    }
    Some(Duration::from_secs(seconds))
}

/// Digits and nothing else: `parse` alone would take a sign.
fn whole(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_time_or_a_step() {
        let place = |text: &str| text.parse::<SeekTo>();
        let seconds = Duration::from_secs;
        assert_eq!(place("90"), Ok(SeekTo::At(seconds(90))));
        assert_eq!(place("1:23"), Ok(SeekTo::At(seconds(83))));
        assert_eq!(place("90:00"), Ok(SeekTo::At(seconds(5400))));
        assert_eq!(place("1:02:03"), Ok(SeekTo::At(seconds(3723))));
        assert_eq!(place("+15"), Ok(SeekTo::Forward(seconds(15))));
        assert_eq!(place("-1:30"), Ok(SeekTo::Back(seconds(90))));
        for text in ["", "+", "-", "x", "1:", ":30", "1:3", "1:60", "1:030", "1:2:3", "1:00:00:00", "+-5", "1.5", " 5"]
        {
            assert!(place(text).is_err(), "{text}");
        }
        assert_eq!(SeekTo::Back(seconds(15)).from(seconds(10)), Duration::ZERO);
        assert_eq!(SeekTo::Forward(seconds(15)).from(seconds(10)), seconds(25));
    }

    #[test]
    fn a_volume_is_a_percentage_or_a_step() {
        let loudness = |text: &str| text.parse::<Loudness>();
        assert_eq!(loudness("0"), Ok(Loudness::At(0)));
        assert_eq!(loudness("40%"), Ok(Loudness::At(40)));
        assert_eq!(loudness("+10"), Ok(Loudness::Louder(10)));
        assert_eq!(loudness("-100"), Ok(Loudness::Softer(100)));
        for text in ["", "101", "+101", "-", "loud", "+-1", "99999999999"] {
            assert!(loudness(text).is_err(), "{text}");
        }
        assert_eq!(Loudness::Louder(30).from(74), 100);
        assert_eq!(Loudness::Softer(80).from(74), 0);
    }
}
