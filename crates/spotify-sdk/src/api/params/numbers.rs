//! Numbers within bounds.

use std::fmt;
use std::ops::RangeInclusive;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::{PlaybackOffset, refuse};
use crate::api::IntoParam;
use crate::definition::{Param, Quota, expected};
use crate::invalid_input::InvalidInput;
use crate::schema::Schema;

/// The maximum number of items of a page: 1 to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Limit<const MAX: u32>(u32);

/// Like [`Limit`], where apps with extended quota may ask for more: 1 to `DEVELOPMENT`, and for these 1 to `EXTENDED`.
///
/// Whatever the client's [`quota`](crate::ClientBuilder::quota), numbers up to `EXTENDED` are sent. To an app that may not
/// have as many, Spotify responds with 400 `Invalid limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuotaLimit<const DEVELOPMENT: u32, const EXTENDED: u32>(u32);

/// A number of things: at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Count(u32);

/// A whole number of percent, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Percent(u32);

/// A length of time, which Spotify takes in whole milliseconds. Given as a [`Duration`], a [`SignedDuration`] or a number of
/// milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Millis(u64);

/// A moment, for paging through what was played. Given as a [`Timestamp`], a number of milliseconds since the Unix epoch, or
/// the same as text, which a cursor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnixMillis(u64);

fn within<N, B>(number: N, bounds: RangeInclusive<B>) -> Result<B, InvalidInput>
where
    N: TryInto<B> + Copy + fmt::Display,
    B: PartialOrd + fmt::Display,
{
    match number.try_into() {
        Ok(number) if bounds.contains(&number) => Ok(number),
        _ => refuse(format!("expected {} to {}, got {number}", bounds.start(), bounds.end())),
    }
}

/// Parameters that take every type of whole numbers.
macro_rules! whole_numbers {
    ($($number:ty),*) => {$(
        impl IntoParam<u32> for $number {
            fn into_param(self) -> Result<u32, InvalidInput> {
                within(self, 0..=u32::MAX)
            }
        }

        impl<const MAX: u32> IntoParam<Limit<MAX>> for $number {
            fn into_param(self) -> Result<Limit<MAX>, InvalidInput> {
                within(self, 1..=MAX).map(Limit)
            }
        }

        impl<const DEVELOPMENT: u32, const EXTENDED: u32> IntoParam<QuotaLimit<DEVELOPMENT, EXTENDED>> for $number {
            fn into_param(self) -> Result<QuotaLimit<DEVELOPMENT, EXTENDED>, InvalidInput> {
                within(self, 1..=EXTENDED).map(QuotaLimit)
            }
        }

        impl IntoParam<Count> for $number {
            fn into_param(self) -> Result<Count, InvalidInput> {
                match within(self, 0..=u32::MAX)? {
                    0 => refuse("expected at least 1, got 0"),
                    count => Ok(Count(count)),
                }
            }
        }

        impl IntoParam<Percent> for $number {
            fn into_param(self) -> Result<Percent, InvalidInput> {
                within(self, 0..=100_u32).map(Percent)
            }
        }

        impl IntoParam<Millis> for $number {
            fn into_param(self) -> Result<Millis, InvalidInput> {
                within(self, 0..=u64::MAX).map(Millis)
            }
        }

        impl IntoParam<UnixMillis> for $number {
            fn into_param(self) -> Result<UnixMillis, InvalidInput> {
                within(self, 0..=u64::MAX).map(UnixMillis)
            }
        }

        impl IntoParam<PlaybackOffset> for $number {
            fn into_param(self) -> Result<PlaybackOffset, InvalidInput> {
                within(self, 0..=u32::MAX).map(PlaybackOffset::Position)
            }
        }
    )*};
}

whole_numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

impl IntoParam<Millis> for Duration {
    fn into_param(self) -> Result<Millis, InvalidInput> {
        within(self.as_millis(), 0..=u64::MAX).map(Millis)
    }
}

impl IntoParam<Millis> for SignedDuration {
    fn into_param(self) -> Result<Millis, InvalidInput> {
        within(self.as_millis(), 0..=u64::MAX).map(Millis)
    }
}

impl IntoParam<UnixMillis> for Timestamp {
    fn into_param(self) -> Result<UnixMillis, InvalidInput> {
        match u64::try_from(self.as_millisecond()) {
            Ok(millis) => Ok(UnixMillis(millis)),
            Err(_) => refuse(format!("expected a time after 1970, got {self}")),
        }
    }
}

/// A cursor is given as the text that a response held.
impl IntoParam<UnixMillis> for &str {
    fn into_param(self) -> Result<UnixMillis, InvalidInput> {
        match self.parse() {
            Ok(millis) => Ok(UnixMillis(millis)),
            Err(_) => refuse(format!("expected milliseconds since 1970, got `{self}`")),
        }
    }
}

/// Reads a whole number, which may be written as `1.0`.
fn whole_from<T>(value: &Value) -> Result<T, InvalidInput>
where
    u64: IntoParam<T>,
    i64: IntoParam<T>,
{
    if let Some(number) = value.as_u64() {
        return number.into_param();
    }
    if let Some(number) = value.as_i64() {
        return number.into_param();
    }
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 && number.abs() < MAX_EXACT => (number as i64).into_param(),
        Some(number) => refuse(format!("expected a whole number, got {number}")),
        None => Err(expected("a number", value)),
    }
}

/// Below it, a float is as exact as a whole number.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

macro_rules! numbers {
    ($($type:ident $(<$(const $generic:ident),*>)?: $number:ty, $min:expr, $max:expr;)*) => {$(
        impl $(<$(const $generic: u32),*>)? $type $(<$($generic),*>)? {
            /// The number.
            pub fn get(self) -> $number {
                self.0
            }
        }

        impl $(<$(const $generic: u32),*>)? fmt::Display for $type $(<$($generic),*>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl $(<$(const $generic: u32),*>)? Param for $type $(<$($generic),*>)? {
            const SCHEMA: &'static Schema = &Schema::Integer { min: $min, max: $max };

            fn from_json(value: &Value) -> Result<Self, InvalidInput> {
                whole_from(value)
            }

            fn to_json(&self) -> Value {
                self.0.into()
            }
        }
    )*};
}

numbers! {
    Limit<const MAX>: u32, 1, MAX as u64;
    QuotaLimit<const DEVELOPMENT, const EXTENDED>: u32, 1, EXTENDED as u64;
    Count: u32, 1, u32::MAX as u64;
    Percent: u32, 0, 100;
    Millis: u64, 0, u64::MAX;
    UnixMillis: u64, 0, u64::MAX;
}

impl Param for u32 {
    const SCHEMA: &'static Schema = &Schema::Integer { min: 0, max: u32::MAX as u64 };

    fn from_json(value: &Value) -> Result<Self, InvalidInput> {
        whole_from(value)
    }

    fn to_json(&self) -> Value {
        (*self).into()
    }
}

/// The type of the `limit` of an operation whose response is a page of a list: [`Limit`] or [`QuotaLimit`].
pub trait PageSize: Copy {
    /// Returns the maximum number of items of a page, for apps of this quota.
    fn max(quota: Quota) -> u32;

    /// Returns the number of items.
    fn get(self) -> u32;
}

impl<const MAX: u32> PageSize for Limit<MAX> {
    fn max(_: Quota) -> u32 {
        MAX
    }

    fn get(self) -> u32 {
        self.0
    }
}

impl<const DEVELOPMENT: u32, const EXTENDED: u32> PageSize for QuotaLimit<DEVELOPMENT, EXTENDED> {
    fn max(quota: Quota) -> u32 {
        match quota {
            Quota::Development => DEVELOPMENT,
            Quota::Extended => EXTENDED,
        }
    }

    fn get(self) -> u32 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_number_is_taken_whatever_its_type_where_it_is_within_bounds(number: i64) {
            let limit = IntoParam::<Limit<50>>::into_param(number);
            prop_assert_eq!(limit.is_ok(), (1..=50).contains(&number));
            let offset = IntoParam::<u32>::into_param(number);
            prop_assert_eq!(offset.as_ref().ok().copied(), u32::try_from(number).ok());
            let millis = IntoParam::<Millis>::into_param(number);
            prop_assert_eq!(millis.as_ref().ok().map(|millis| millis.get()), u64::try_from(number).ok());
            for error in [limit.err(), offset.err(), millis.err()].into_iter().flatten() {
                prop_assert!(error.message.ends_with(&format!(", got {number}")), "{}", error);
            }
        }

        #[test]
        fn all_types_of_numbers_mean_the_same(number: u8) {
            let expected = within(u32::from(number), 0..=100_u32).map(Percent);
            prop_assert_eq!(number.into_param(), expected.clone());
            prop_assert_eq!(u16::from(number).into_param(), expected.clone());
            prop_assert_eq!(u64::from(number).into_param(), expected.clone());
            prop_assert_eq!(usize::from(number).into_param(), expected.clone());
            prop_assert_eq!(i32::from(number).into_param(), expected.clone());
            prop_assert_eq!(i64::from(number).into_param(), expected);
        }

        #[test]
        fn a_length_of_time_is_as_many_milliseconds(millis: u64) {
            prop_assert_eq!(Duration::from_millis(millis).into_param(), Ok(Millis(millis)));
            let signed: Result<Millis, _> = SignedDuration::from_millis(millis.cast_signed()).into_param();
            prop_assert_eq!(signed.is_ok(), i64::try_from(millis).is_ok());
        }
    }

    #[test]
    fn a_length_of_time_that_no_number_holds_is_refused() {
        let longest: Result<Millis, _> = Duration::MAX.into_param();
        assert!(longest.is_err());
    }
}
