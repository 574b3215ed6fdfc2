//! The markets in which Spotify is available.

use super::params::Market;
use crate::models::List;

operations! {
    /// The markets in which Spotify is available. Made by `markets` of a client.
    service Markets, "markets";

    /// Gets the markets in which Spotify is available.
    #[doc(alias = "available_markets")]
    GetAvailableMarkets = get_available() {
        GET "/markets" -> List<Market>, in "markets", reference "get-available-markets";
        quota Extended; scopes []; Idempotent;
    }
}
