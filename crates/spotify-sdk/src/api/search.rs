//! Search: for items of every kind, by words and by fields.

use std::fmt::{self, Write};
use std::ops::RangeInclusive;

use serde_json::Value;

use super::IntoParam;
use super::params::{Choices, IncludeExternal, Market, QuotaLimit, SearchType};
use crate::definition::{Operation, Param, text_from};
use crate::invalid_input::InvalidInput;
use crate::models::SearchResult;
use crate::schema::Schema;

service! {
    /// Search, as a service. Made by `search` of a client, which has [`search`](Search::search) as its one operation.
    #[doc(alias = "SearchService", alias = "find")]
    Search {
        SearchItems,
    }
}

/// Searches for items of one kind or several, a page of each at a time: up to 10, and with extended quota up to 50.
/// Only the first 1,000 results can be reached.
///
/// The query is a text as a person would type it, or a [`SearchQuery`].
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/search" -> SearchResult,
    as = Search::search, reference = "search", paged = offset, up_to = 1000, check = Self::check,
    reads = [Catalog],
)]
pub struct SearchItems {
    /// The query: words as a person would type them, or a [`SearchQuery`].
    #[query]
    q: SearchQuery,
    /// The kinds of item to search for.
    #[query("type")]
    types: Choices<SearchType>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
    /// The maximum number of items of a page, from 1 to 10, and with extended quota to 50. Default: Spotify's,
    /// which is 5; for whole lists, the maximum for the client's [`quota`](crate::ClientBuilder::quota).
    #[query]
    limit: Option<QuotaLimit<10, 50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
    /// The externally hosted content that the app can play, which is then not marked as unplayable. Default: none.
    #[query]
    include_external: Option<Choices<IncludeExternal>>,
}

impl SearchItems {
    fn check(&self) -> Result<(), InvalidInput> {
        let (offset, limit) = (self.offset.unwrap_or_default(), self.limit.map_or(0, QuotaLimit::get));
        if offset.saturating_add(limit) > 1000 {
            let got = format!("expected `offset` and `limit` to be at most 1000 together, got {offset} and {limit}");
            return Err(InvalidInput::new("offset", got));
        }
        Ok(())
    }
}

/// What to search for: words, and filters by field.
///
/// ```
/// use spotify_sdk::api::SearchQuery;
///
/// let query = SearchQuery::new("remaster").artist("Miles Davis").year(1955..=1960);
/// assert_eq!(query.to_string(), "remaster artist:\"Miles Davis\" year:1955-1960");
/// ```
///
/// See [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/search) for which filters work
/// with which kinds of item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[must_use]
pub struct SearchQuery(String);

impl SearchQuery {
    /// Searches for these words, in any field. They may be empty where filters follow. Spotify's own notation works in them:
    /// quotes for a phrase, `NOT`, `OR`, `*`.
    pub fn new(words: impl AsRef<str>) -> Self {
        Self(words.as_ref().trim().to_owned())
    }

    /// Only with this in the name of the album. For albums and tracks.
    pub fn album(self, name: impl AsRef<str>) -> Self {
        self.filter("album", name.as_ref())
    }

    /// Only with this in the name of an artist. For albums, artists and tracks.
    pub fn artist(self, name: impl AsRef<str>) -> Self {
        self.filter("artist", name.as_ref())
    }

    /// Only with this in the name of the track. For tracks.
    pub fn track(self, name: impl AsRef<str>) -> Self {
        self.filter("track", name.as_ref())
    }

    /// Only of this genre. For artists and tracks.
    pub fn genre(self, genre: impl AsRef<str>) -> Self {
        self.filter("genre", genre.as_ref())
    }

    /// Only from this year, or from these years: `2003`, `2000..=2005`. For albums, artists and tracks.
    pub fn year(self, years: impl Into<Years>) -> Self {
        let years = years.into();
        self.filter("year", &years.to_string())
    }

    /// Only with this International Standard Recording Code. For tracks.
    pub fn isrc(self, isrc: impl AsRef<str>) -> Self {
        self.filter("isrc", isrc.as_ref())
    }

    /// Only with this Universal Product Code. For albums.
    pub fn upc(self, upc: impl AsRef<str>) -> Self {
        self.filter("upc", upc.as_ref())
    }

    /// Only albums of the last two weeks.
    pub fn tag_new(self) -> Self {
        self.filter("tag", "new")
    }

    /// Only albums of the least popular tenth.
    pub fn tag_hipster(self) -> Self {
        self.filter("tag", "hipster")
    }

    fn filter(mut self, field: &str, value: &str) -> Self {
        // Spotify has no way to write a quote within quotes.
        let value = value.replace('"', " ");
        let value = value.trim();
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        let quote = if value.contains(char::is_whitespace) { "\"" } else { "" };
        // Writing into a `String` cannot fail.
        let _ = write!(self.0, "{field}:{quote}{value}{quote}");
        self
    }
}

impl fmt::Display for SearchQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for SearchQuery {
    fn from(words: &str) -> Self {
        Self::new(words)
    }
}

impl From<String> for SearchQuery {
    fn from(words: String) -> Self {
        Self::new(words)
    }
}

macro_rules! query_from {
    ($($text:ty),*) => {$(
        impl IntoParam<SearchQuery> for $text {
            fn into_param(self) -> Result<SearchQuery, InvalidInput> {
                SearchQuery::new(self).into_param()
            }
        }
    )*};
}

query_from!(&str, String, &String);

impl IntoParam<SearchQuery> for SearchQuery {
    fn into_param(self) -> Result<SearchQuery, InvalidInput> {
        if self.0.is_empty() {
            return Err(InvalidInput::new("q", "expected words or filters, got an empty query"));
        }
        Ok(self)
    }
}

impl Param for SearchQuery {
    const SCHEMA: &'static Schema = &Schema::Text { min_chars: 1, max_chars: None };

    fn from_json(value: &Value) -> Result<Self, InvalidInput> {
        text_from(value)?.into_param()
    }

    fn to_json(&self) -> Value {
        self.0.as_str().into()
    }
}

impl IntoParam<SearchQuery> for &SearchQuery {
    fn into_param(self) -> Result<SearchQuery, InvalidInput> {
        self.clone().into_param()
    }
}

/// A year, or the years from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Years {
    first: u16,
    last: u16,
}

impl From<u16> for Years {
    fn from(year: u16) -> Self {
        Self { first: year, last: year }
    }
}

impl From<RangeInclusive<u16>> for Years {
    /// The range, whichever end comes first.
    fn from(years: RangeInclusive<u16>) -> Self {
        let (start, end) = years.into_inner();
        Self { first: start.min(end), last: start.max(end) }
    }
}

impl fmt::Display for Years {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}
