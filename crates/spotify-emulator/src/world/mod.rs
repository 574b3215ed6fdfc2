//! Everything that requests can change: the users with their libraries and players, the playlists, the accounts. All
//! of it can be written as JSON and read again.

pub(crate) mod accounts;
pub(crate) mod context;
mod initial;
mod library;
pub(crate) mod player;
pub(crate) mod playlist;
pub(crate) mod saved;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::catalog::{self, Catalog};
use crate::time::ClockState;
use accounts::Accounts;
pub(crate) use initial::InitialState;
pub(crate) use library::Library;
use player::Player;
use playlist::Playlist;

/// The state of one emulator.
#[derive(Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) time: ClockState,
    generated: Generated,
    pub(crate) users: Vec<User>,
    pub(crate) playlists: BTreeMap<String, Playlist>,
    pub(crate) accounts: Accounts,
    /// How many things have been given an id so far.
    made: u64,
    #[serde(skip)]
    pub(crate) catalog: Arc<Catalog>,
}

/// The generated part of the catalog.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Generated {
    pub(crate) tracks: usize,
    pub(crate) seed: u64,
}

/// Someone with an account.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) display_name: Option<String>,
    pub(crate) followers: u64,
    /// The image id of the profile picture, if there is one.
    pub(crate) picture: Option<String>,
    /// The account, of users who can sign in. Other users can be followed and own playlists.
    pub(crate) private: Option<Private>,
}

/// The account of a user who can sign in.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Private {
    pub(crate) account_id: String,
    pub(crate) country: String,
    pub(crate) email: String,
    pub(crate) product: Product,
    pub(crate) library: Library,
    pub(crate) player: Player,
}

/// The subscription of a user.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Product {
    Premium,
    Free,
}

impl Product {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Premium => "premium",
            Self::Free => "free",
        }
    }
}

impl World {
    /// Reads the output of [`to_json`](Self::to_json).
    pub(crate) fn from_json(text: &str) -> serde_json::Result<Self> {
        let mut world: Self = serde_json::from_str(text)?;
        world.catalog = catalog::with_generated(world.generated.tracks, world.generated.seed);
        Ok(world)
    }

    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.time.now()
    }

    pub(crate) fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The users who can sign in.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&User, &Private)> {
        self.users.iter().filter_map(|user| Some((user, user.private.as_ref()?)))
    }

    pub(crate) fn private(&self, id: &str) -> Option<&Private> {
        self.user(id)?.private.as_ref()
    }

    pub(crate) fn private_mut(&mut self, id: &str) -> Option<&mut Private> {
        self.users.iter_mut().find(|user| user.id == id)?.private.as_mut()
    }

    /// An id that nothing in this world has yet.
    pub(crate) fn new_id(&mut self) -> String {
        self.made += 1;
        crate::ids::made_up_id(&format!("made:{}", self.made))
    }

    /// The number of followers of a playlist: those outside the emulator, and the users who have it in their library.
    pub(crate) fn playlist_followers(&self, playlist: &Playlist) -> u64 {
        let known = self
            .members()
            .filter(|(user, private)| user.id != playlist.owner && private.library.playlists.contains(&playlist.id));
        playlist.unknown_followers + known.count() as u64
    }
}
