//! Who answers: Spotify, or with `--demo` an emulator in this process.

use spotify_emulator::{Emulator, Quota};
use spotify_sdk::SpotifyClient;
use spotify_sdk::auth::AccessToken;

use crate::output::Failure;

pub(crate) struct Session {
    pub(crate) client: SpotifyClient,
    /// Serves as long as this is kept.
    _emulator: Option<Emulator>,
}

impl Session {
    pub(crate) fn open(demo: bool) -> Result<Self, Failure> {
        if !demo {
            return Ok(Self { client: SpotifyClient::from_env().map_err(Failure::session)?, _emulator: None });
        }
        // All fields are worth showing, those that Spotify gives to apps with extended quota alone too.
        let emulator = Emulator::builder().quota(Quota::Extended).start().map_err(Failure::Emulator)?;
        crate::output::note("Demo: the answers come from an emulator in this process, not from Spotify.");
        let token = AccessToken::new(emulator.valid_token())?;
        let client = SpotifyClient::builder(token).base_url(emulator.base_url()).build()?;
        Ok(Self { client, _emulator: Some(emulator) })
    }
}
