//! Query parameters, with Spotify's limits and Spotify's words for what exceeds them.

use percent_encoding::percent_decode_str;

use crate::errors::ApiError;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 50;
const MARKET_OF_THE_USER: &str = "from_token";

/// The decoded query of one request.
#[derive(Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        });
        Self { pairs: pairs.collect() }
    }

    /// The part of a list that the query asks for.
    pub(crate) fn window(&self) -> Result<Window, ApiError> {
        let limit = match self.value("limit") {
            None => DEFAULT_LIMIT,
            Some(text) => {
                whole_number(text).filter(|limit| (1..=MAX_LIMIT).contains(limit)).ok_or(ApiError::INVALID_LIMIT)?
            }
        };
        let offset = match self.value("offset") {
            None => 0,
            Some(text) => whole_number(text).ok_or(ApiError::INVALID_OFFSET)?,
        };
        Ok(Window { offset, limit })
    }

    /// The market that the query names.
    pub(crate) fn market(&self) -> Result<Option<Market>, ApiError> {
        match self.value("market") {
            None => Ok(None),
            Some(text) if text == MARKET_OF_THE_USER => Ok(Some(Market(text.to_owned()))),
            Some(text) if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                Ok(Some(Market(text.to_ascii_uppercase())))
            }
            Some(_) => Err(ApiError::INVALID_MARKET),
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A part of a list: `limit` entries from `offset` on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Window {
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

/// A market that a request has named: a country code in capitals, or `from_token`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Market(String);

impl Market {
    /// The parameter's value.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether something sold in `markets` can be played here. The emulator's user lives where everything is sold.
    pub(crate) fn is_among(&self, markets: &[String]) -> bool {
        self.0 == MARKET_OF_THE_USER || markets.contains(&self.0)
    }
}

fn decode(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

/// Stricter than `parse`, which would take a sign.
fn whole_number(text: &str) -> Option<usize> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_spotifys_defaults() {
        assert_eq!(Query::parse(None).window().unwrap(), Window { offset: 0, limit: 20 });
    }

    #[test]
    fn values_are_percent_decoded() {
        let query = Query::parse(Some("limit=%35&offset=1%30&market=s%65"));
        assert_eq!(query.window().unwrap(), Window { offset: 10, limit: 5 });
        assert_eq!(query.market().unwrap().unwrap().as_str(), "SE");
    }

    #[test]
    fn a_number_has_no_sign_and_fits() {
        for text in ["", "-1", "%2B1", "1.0", " 1", "0x1", "99999999999999999999999"] {
            assert!(Query::parse(Some(&format!("limit={text}"))).window().is_err(), "{text}");
            assert!(Query::parse(Some(&format!("offset={text}"))).window().is_err(), "{text}");
        }
    }
}
