//! [`Entry`]: the names that belong to one token in Redis.

use std::sync::Arc;

use spotify_sdk::auth::{TokenKey, TokenOwner};

use crate::keys::Keys;

/// The place of one user's token of one app.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    client_id: Arc<str>,
    keys: Keys,
    id: String,
}

impl Entry {
    pub(super) fn new(key: &TokenKey) -> Self {
        // The length stands in front, so that no other app and user make the same text.
        let mut owner = (key.client_id.len() as u64).to_le_bytes().to_vec();
        owner.extend_from_slice(key.client_id.as_bytes());
        owner.extend_from_slice(key.user.as_bytes());
        let id = TokenOwner::new(owner).as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        Self::with_id(&key.client_id, id)
    }

    /// The entry that the index of an app names.
    pub(super) fn with_id(client_id: &str, id: String) -> Self {
        Self { client_id: client_id.into(), keys: Keys::of_app(client_id), id }
    }

    /// The hash of app and user, which is all that the names tell about the user.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn client_id(&self) -> &str {
        &self.client_id
    }

    /// A hash: `token`, `version` (the fencing number it was written with), `granted` (the latest fencing number given out),
    /// `removed` (the fencing number of a removal).
    pub(super) fn token(&self) -> String {
        self.keys.key(&format!("token:{}", self.id))
    }

    pub(super) fn lock(&self) -> String {
        self.keys.key(&format!("token-lock:{}", self.id))
    }

    /// The last fencing number of the app.
    pub(super) fn fence(&self) -> String {
        self.keys.key("tokens:fence")
    }

    /// The set of the ids that have a token.
    pub(super) fn index(&self) -> String {
        self.keys.key("tokens:index")
    }

    /// When this server began to keep the tokens of the app. It is gone when the server has lost them.
    pub(super) fn epoch(&self) -> String {
        self.keys.key("tokens:epoch")
    }

    /// The channel of what happens to the tokens of the app.
    pub(super) fn channel(&self) -> String {
        self.keys.key("tokens:events")
    }
}
