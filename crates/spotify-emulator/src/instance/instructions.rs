//! How to point an app at an emulator, in this language and in others.

use super::Instance;

impl Instance {
    pub(crate) fn instructions(&self) -> String {
        let (api, accounts, quota, token) =
            (&self.base_url, &self.origin, self.registration.lock().quota.word(), &self.tokens.valid);
        let (id, secret) = match self.world().accounts.apps.first() {
            Some(app) => (app.client_id.clone(), app.client_secret.clone()),
            None => Default::default(),
        };
        format!(
            "\
Spotify emulator, in {quota} mode
  Web API           {api}
  Accounts service  {accounts}
  Control           {accounts}/_emulator/
  Client id         {id}
  Client secret     {secret}
  Access token      {token}

spotify-sdk (Rust) and spotify-cli
  export SPOTIFY_SDK_BASE_URL={api}
  export SPOTIFY_SDK_ACCOUNTS_URL={accounts}
  export SPOTIFY_SDK_ACCESS_TOKEN={token}

spotipy (Python)
  SpotifyOAuth.OAUTH_AUTHORIZE_URL = \"{accounts}/authorize\"
  SpotifyOAuth.OAUTH_TOKEN_URL = \"{accounts}/api/token\"
  client = spotipy.Spotify(auth_manager=SpotifyOAuth(...))
  client.prefix = \"{api}/\"

tekore (Python)
  tekore._client.base.prefix = \"{api}/\"
  tekore._auth.expiring.client.OAUTH_AUTHORIZE_URL = \"{accounts}/authorize\"
  tekore._auth.expiring.client.OAUTH_TOKEN_URL = \"{accounts}/api/token\"

@spotify/web-api-ts-sdk (TypeScript)
  const send = (url, init) => fetch(String(url).replace(\"https://api.spotify.com/v1\", \"{api}\"), init);
  const client = SpotifyApi.withAccessToken(clientId, token, {{ fetch: send }});

rspotify (Rust)
  let config = Config {{
      api_base_url: \"{api}/\".to_owned(),
      auth_base_url: \"{accounts}/\".to_owned(),
      ..Default::default()
  }};
  let client = AuthCodeSpotify::with_config(credentials, oauth, config);
"
        )
    }
}
