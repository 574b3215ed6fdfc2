//! Settings that can be changed while the emulator runs.

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::{ControlResult, bad_request, read};
use crate::instance::{Instance, Shared};
use crate::registration::{Migration, Registration};
use crate::world::accounts::{Consent, Rotation};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsForm {
    rotation: Option<Rotation>,
    consent: Option<Consent>,
    migration: Option<Migration>,
    owner_has_premium: Option<bool>,
    /// Null registers everyone.
    #[serde(default, deserialize_with = "given")]
    registered_users: Option<Option<Vec<String>>>,
}

/// A value that is present, and may be null.
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

fn current(shared: &Instance) -> Json<Value> {
    let registration = shared.registration.lock().clone();
    let world = shared.world();
    Json(json!({
        "rotation": world.accounts.rotation, "consent": world.accounts.consent, "migration": registration.migration,
        "owner_has_premium": registration.owner_has_premium, "registered_users": registration.users,
    }))
}

pub(super) async fn settings(State(shared): State<Shared>) -> ControlResult {
    Ok(current(&shared))
}

pub(super) async fn change_settings(State(shared): State<Shared>, body: Bytes) -> ControlResult {
    let form: SettingsForm = read(&body)?;
    if let Some(Some(users)) = &form.registered_users {
        Registration::check_users(users).map_err(bad_request)?;
    }
    {
        let mut world = shared.world();
        world.accounts.rotation = form.rotation.unwrap_or(world.accounts.rotation);
        world.accounts.consent = form.consent.unwrap_or(world.accounts.consent);
        let mut registration = shared.registration.lock();
        registration.migration = form.migration.unwrap_or(registration.migration);
        registration.owner_has_premium = form.owner_has_premium.unwrap_or(registration.owner_has_premium);
        if let Some(users) = form.registered_users {
            registration.users = users;
        }
    }
    Ok(current(&shared))
}
