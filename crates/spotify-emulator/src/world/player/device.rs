//! The devices on which a user can play.

use serde::{Deserialize, Serialize};

/// A device as Spotify Connect shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Device {
    /// The id; null for a device that can be seen and not used.
    pub id: Option<String>,
    /// The name that its owner gave it.
    pub name: String,
    /// `Computer`, `Smartphone`, `Speaker`, or any other word.
    #[serde(rename = "type")]
    pub kind: String,
    /// The volume from 0 to 100; null if the device does not report it.
    #[serde(default = "full_volume")]
    pub volume_percent: Option<u8>,
    /// Whether the volume can be set.
    #[serde(default = "yes")]
    pub supports_volume: bool,
    /// Whether the device accepts no commands from the Web API.
    #[serde(default)]
    pub is_restricted: bool,
    /// Whether it is in a private session.
    #[serde(default)]
    pub is_private_session: bool,
}

fn full_volume() -> Option<u8> {
    Some(100)
}

fn yes() -> bool {
    true
}

impl Device {
    /// A device that can do everything, at full volume.
    pub fn new(id: impl Into<String>, name: impl Into<String>, kind: impl Into<String>) -> Self {
        Self {
            id: Some(id.into()),
            name: name.into(),
            kind: kind.into(),
            volume_percent: full_volume(),
            supports_volume: true,
            is_restricted: false,
            is_private_session: false,
        }
    }

    /// The same device at this volume, from 0 to 100.
    #[must_use]
    pub fn volume(mut self, percent: u8) -> Self {
        self.volume_percent = Some(percent.min(100));
        self
    }

    /// The same device with a volume that cannot be set, as phones have it.
    #[must_use]
    pub fn fixed_volume(mut self) -> Self {
        self.supports_volume = false;
        self
    }

    /// The same device, taking no commands from the Web API.
    #[must_use]
    pub fn restricted(mut self) -> Self {
        self.is_restricted = true;
        self
    }
}
