//! [`Thousands`]: numbers for people.

use std::fmt;

/// A number with a comma between the thousands: `1,000`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Thousands(pub(crate) u32);

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            small @ 0..1_000 => small.fmt(f),
            large => write!(f, "{},{:03}", Self(large / 1_000), large % 1_000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        for (number, shown) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (20_050, "20,050"), (u32::MAX, "4,294,967,295")]
        {
            assert_eq!(Thousands(number).to_string(), shown);
        }
    }
}
