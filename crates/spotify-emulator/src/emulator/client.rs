//! Clients of the SDK for an emulator: feature `client`.

use spotify_sdk::auth::{AccessToken, AuthProvider};
use spotify_sdk::{AsyncSpotifyClient, ClientBuilder, Result, SpotifyClient};

use super::Emulator;

/// Clients of [`spotify-sdk`](https://docs.rs/spotify-sdk), with the Cargo feature `client`.
#[cfg_attr(docsrs, doc(cfg(feature = "client")))]
impl Emulator {
    /// A blocking client for this emulator, with the [`valid_token`](Self::valid_token) of the first user.
    ///
    /// ```
    /// use spotify_emulator::Emulator;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start()?;
    /// let album = emulator.client()?.albums().get("5K79FLRUCSysQnVESLcTdb").send()?;
    /// assert_eq!(album.name, "DeBÍ TiRAR MáS FOToS");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the client cannot be built.
    pub fn client(&self) -> Result<SpotifyClient> {
        self.client_builder(AccessToken::new(self.valid_token())?).build()
    }

    /// An async client for this emulator, with the [`valid_token`](Self::valid_token) of the first user.
    ///
    /// # Errors
    /// If the client cannot be built.
    pub fn async_client(&self) -> Result<AsyncSpotifyClient> {
        self.async_client_builder(AccessToken::new(self.valid_token())?).build()
    }

    /// The settings of a blocking client for this emulator: its Web API and its Accounts service. `auth` provides the
    /// access tokens, such as that of another user:
    ///
    /// ```
    /// use spotify_emulator::Emulator;
    /// use spotify_sdk::auth::AccessToken;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start()?;
    /// let token = emulator.token_for_user("bo").expect("every emulator has this user");
    /// let client = emulator.client_builder(AccessToken::new(token)?).max_retries(0).build()?;
    /// assert_eq!(client.users().get_current_profile().send()?.id.as_str(), "bo");
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_builder(&self, auth: impl AuthProvider) -> ClientBuilder<SpotifyClient> {
        SpotifyClient::builder(auth).base_url(self.base_url()).accounts_url(self.accounts_url())
    }

    /// The settings of an async client for this emulator, as [`client_builder`](Self::client_builder) has them for a
    /// blocking one.
    pub fn async_client_builder(&self, auth: impl AuthProvider) -> ClientBuilder<AsyncSpotifyClient> {
        AsyncSpotifyClient::builder(auth).base_url(self.base_url()).accounts_url(self.accounts_url())
    }
}
