//! The types of the parameters that many operations have in common.

use std::fmt;

use super::Input;
use crate::error::InvalidInput;
pub use crate::models::Market;

/// How many items a page may hold: 1 to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Limit<const MAX: u32>(u32);

impl<const MAX: u32> fmt::Display for Limit<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MAX: u32> Input<Limit<MAX>> for u32 {
    fn into_value(self) -> Result<Limit<MAX>, InvalidInput> {
        if (1..=MAX).contains(&self) {
            Ok(Limit(self))
        } else {
            Err(InvalidInput::new("limit", format!("expected 1 to {MAX}, got {self}")))
        }
    }
}

impl Input<Market> for Market {
    fn into_value(self) -> Result<Market, InvalidInput> {
        Ok(self)
    }
}

impl Input<Market> for &str {
    fn into_value(self) -> Result<Market, InvalidInput> {
        self.parse()
    }
}

impl Input<Market> for String {
    fn into_value(self) -> Result<Market, InvalidInput> {
        self.parse()
    }
}

impl Input<Market> for &String {
    fn into_value(self) -> Result<Market, InvalidInput> {
        self.parse()
    }
}
