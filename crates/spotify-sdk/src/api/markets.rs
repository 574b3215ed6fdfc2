//! The markets in which Spotify is available.

use super::params::Market;
use crate::definition::Operation;
use crate::models::List;

service! {
    /// The markets in which Spotify is available. Made by `markets` of a client.
    Markets {
        GetAvailableMarkets,
    }
}

/// Gets the markets in which Spotify is available.
#[doc(alias = "available_markets")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/markets" -> List<Market>,
    as = Markets::get_available, reference = "get-available-markets", quota = Extended, wrapped = "markets",
    reads = [Catalog],
)]
pub struct GetAvailableMarkets;
