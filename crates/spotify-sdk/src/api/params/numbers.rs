//! Numbers within bounds.

use std::fmt;
use std::ops::RangeInclusive;

use super::refuse;
use crate::api::IntoParam;
use crate::invalid_input::InvalidInput;
use crate::operation::Quota;

/// How many items a page may hold: 1 to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Limit<const MAX: u32>(u32);

impl<const MAX: u32> IntoParam<Limit<MAX>> for u32 {
    fn into_param(self) -> Result<Limit<MAX>, InvalidInput> {
        within(self, 1..=MAX).map(Limit)
    }
}

/// As [`Limit`], where Spotify gives more to apps with extended quota: 1 to `DEVELOPMENT`, and for these 1 to `EXTENDED`.
///
/// Whatever the client's [`quota`](crate::ClientBuilder::quota), numbers up to `EXTENDED` are sent. To an app that may not
/// have as many, Spotify answers 400 `Invalid limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuotaLimit<const DEVELOPMENT: u32, const EXTENDED: u32>(u32);

impl<const DEVELOPMENT: u32, const EXTENDED: u32> IntoParam<QuotaLimit<DEVELOPMENT, EXTENDED>> for u32 {
    fn into_param(self) -> Result<QuotaLimit<DEVELOPMENT, EXTENDED>, InvalidInput> {
        within(self, 1..=EXTENDED).map(QuotaLimit)
    }
}

/// A whole number of percent, 0 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Percent(u32);

impl IntoParam<Percent> for u32 {
    fn into_param(self) -> Result<Percent, InvalidInput> {
        within(self, 0..=100).map(Percent)
    }
}

fn within(number: u32, bounds: RangeInclusive<u32>) -> Result<u32, InvalidInput> {
    if bounds.contains(&number) {
        Ok(number)
    } else {
        refuse(format!("expected {} to {}, got {number}", bounds.start(), bounds.end()))
    }
}

macro_rules! numbers {
    ($($type:ident $(<$(const $generic:ident),*>)?;)*) => {$(
        impl $(<$(const $generic: u32),*>)? $type $(<$($generic),*>)? {
            /// The number.
            pub fn get(self) -> u32 {
                self.0
            }
        }

        impl $(<$(const $generic: u32),*>)? fmt::Display for $type $(<$($generic),*>)? {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

numbers! {
    Limit<const MAX>;
    QuotaLimit<const DEVELOPMENT, const EXTENDED>;
    Percent;
}

/// How many items an operation asks for: what the caller set, or the maximum for apps of this quota.
pub(crate) fn page_size<L: PageSize>(limit: &Option<Result<L, InvalidInput>>, quota: Quota) -> u32 {
    match limit {
        Some(Ok(limit)) => limit.get(),
        _ => L::max(quota),
    }
}

/// How many items an operation may ask for, for apps of this quota.
pub(crate) fn max_limit<L: PageSize>(_: &Option<Result<L, InvalidInput>>, quota: Quota) -> u32 {
    L::max(quota)
}

/// The type of an operation's `limit`.
pub(crate) trait PageSize {
    /// The maximum for apps of this quota.
    fn max(quota: Quota) -> u32;

    fn get(&self) -> u32;
}

impl<const MAX: u32> PageSize for Limit<MAX> {
    fn max(_: Quota) -> u32 {
        MAX
    }

    fn get(&self) -> u32 {
        (*self).get()
    }
}

impl<const DEVELOPMENT: u32, const EXTENDED: u32> PageSize for QuotaLimit<DEVELOPMENT, EXTENDED> {
    fn max(quota: Quota) -> u32 {
        match quota {
            Quota::Development => DEVELOPMENT,
            Quota::Extended => EXTENDED,
        }
    }

    fn get(&self) -> u32 {
        (*self).get()
    }
}
