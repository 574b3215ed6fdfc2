//! How to point an app at an emulator.

use crate::state::State;

pub(crate) fn instructions(state: &State) -> String {
    let (api, accounts, quota) = (&state.base_url, &state.origin, state.quota.word());
    let (id, secret) = match state.world().accounts.apps.first() {
        Some(app) => (app.client_id.clone(), app.client_secret.clone()),
        None => Default::default(),
    };
    format!(
        "\
The Web API is at {api}, the Accounts service at {accounts}, the control at {accounts}/_emulator/.
The app has the client id {id} and the secret {secret}, in {quota} mode.

spotify-sdk for Rust, and anything that reads its variables:
  export SPOTIFY_SDK_BASE_URL={api} SPOTIFY_SDK_ACCOUNTS_URL={accounts}
"
    )
}
