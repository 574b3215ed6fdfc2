//! [`CacheUse`]: how the cache for responses is used, as people write it.

use std::str::FromStr;
use std::time::Duration;

/// The longest time for which a response is kept.
pub(crate) const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// How the cache is used.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum CacheUse {
    #[default]
    Off,
    /// Spotify is asked whether what is stored has changed.
    Revalidate,
    /// Responses of the catalog that are not older than this are used without a request.
    FreshFor(Duration),
}

impl FromStr for CacheUse {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "off" => return Ok(Self::Off),
            "on" => return Ok(Self::Revalidate),
            _ => {}
        }
        let seconds = text.char_indices().last().and_then(|(at, unit)| {
            let seconds = match unit {
                's' => 1,
                'm' => 60,
                'h' => 60 * 60,
                'd' => 24 * 60 * 60,
                _ => return None,
            };
            text[..at].parse::<u64>().ok()?.checked_mul(seconds)
        });
        match seconds.map(Duration::from_secs) {
            Some(age) if age > MAX_AGE => Err(format!("responses are kept for up to 24 hours, got `{text}`")),
            Some(age) => Ok(Self::FreshFor(age)),
            None => Err(format!("expected on, off, or a maximum age such as 30m or 1h, got `{text}`")),
        }
    }
}
