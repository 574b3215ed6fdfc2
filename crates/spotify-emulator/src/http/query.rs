//! Query parameters, with Spotify's limits and error messages.

use super::ApiError;
use crate::ids;
use crate::text::decode_form;

const MARKET_OF_THE_USER: &str = "from_token";

/// The decoded query of one request.
#[derive(Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

/// How large a page is by default, and how large it may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct PageLimits {
    pub(crate) default: usize,
    pub(crate) max: usize,
}

impl PageLimits {
    /// Those of most lists.
    pub(crate) const USUAL: Self = Self { default: 20, max: 50 };
}

impl Query {
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode_form(name), decode_form(value))
        });
        Self { pairs: pairs.collect() }
    }

    /// The part of a list that the query asks for.
    pub(crate) fn window(&self, limits: PageLimits) -> Result<Window, ApiError> {
        let offset = match self.value("offset") {
            None => 0,
            Some(text) => whole_number(text).ok_or(ApiError::INVALID_OFFSET)?,
        };
        Ok(Window { offset, limit: self.limit(limits)? })
    }

    pub(crate) fn limit(&self, limits: PageLimits) -> Result<usize, ApiError> {
        match self.value("limit") {
            None => Ok(limits.default),
            Some(text) => {
                whole_number(text).filter(|limit| (1..=limits.max).contains(limit)).ok_or(ApiError::INVALID_LIMIT)
            }
        }
    }

    /// The market that the query names.
    pub(crate) fn market(&self) -> Result<Option<Market>, ApiError> {
        match self.value("market") {
            None => Ok(None),
            Some(text) if text == MARKET_OF_THE_USER => Ok(Some(Market::OfTheUser)),
            Some(text) if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
                Ok(Some(Market::Country(text.to_ascii_uppercase())))
            }
            Some(_) => Err(ApiError::INVALID_MARKET),
        }
    }

    /// The ids in `ids`, at most `max`.
    pub(crate) fn ids(&self, max: usize) -> Result<Vec<String>, ApiError> {
        let list: Vec<String> = self.list("ids");
        check_ids(&list, max)?;
        Ok(list)
    }

    /// The comma-separated values of a parameter.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let value = self.value(name).unwrap_or_default();
        value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Errors unless these are 1 to `max` ids.
pub(crate) fn check_ids(list: &[String], max: usize) -> Result<(), ApiError> {
    if list.is_empty() {
        return Err(ApiError::bad_request("Missing required field: ids"));
    }
    if list.len() > max {
        return Err(ApiError::bad_request("Too many ids requested"));
    }
    if list.iter().all(|id| ids::is_well_formed(id)) { Ok(()) } else { Err(ApiError::INVALID_ID) }
}

/// A part of a list: `limit` entries from `offset` on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Window {
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

/// A market that a request has named.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Market {
    /// A country code in capitals.
    Country(String),
    /// `from_token`: where the user lives.
    OfTheUser,
}

impl Market {
    /// The parameter's value.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Country(code) => code,
            Self::OfTheUser => MARKET_OF_THE_USER,
        }
    }
}

/// Stricter than `parse`, which accepts a sign.
pub(crate) fn whole_number(text: &str) -> Option<usize> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_spotifys_defaults() {
        assert_eq!(Query::parse(None).window(PageLimits::USUAL).unwrap(), Window { offset: 0, limit: 20 });
    }

    #[test]
    fn values_are_percent_decoded() {
        let query =
            Query::parse(Some("limit=%35&offset=1%30&market=s%65&ids=4aawyAB9vmqN3uQ7FjRGTy%2C4aawyAB9vmqN3uQ7FjRGTz"));
        assert_eq!(query.window(PageLimits::USUAL).unwrap(), Window { offset: 10, limit: 5 });
        assert_eq!(query.market().unwrap().unwrap().as_str(), "SE");
        assert_eq!(query.ids(2).unwrap().len(), 2);
        assert!(query.ids(1).is_err());
    }

    #[test]
    fn a_number_has_no_sign_and_fits() {
        for text in ["", "-1", "%2B1", "1.0", " 1", "0x1", "99999999999999999999999"] {
            assert!(Query::parse(Some(&format!("limit={text}"))).window(PageLimits::USUAL).is_err(), "{text}");
            assert!(Query::parse(Some(&format!("offset={text}"))).window(PageLimits::USUAL).is_err(), "{text}");
        }
    }
}
