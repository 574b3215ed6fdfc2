//! The registration of the app: its quota mode, its owner and its users.

mod quota;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::http::ApiError;
pub(crate) use quota::{Access, Shape};
pub use quota::{Migration, Quota};

/// The maximum number of registered users in Development Mode, legacy or not.
pub(crate) const MAX_REGISTERED_USERS: usize = 5;

#[derive(Clone, Debug)]
pub(crate) struct Registration {
    pub(crate) quota: Quota,
    pub(crate) migration: Migration,
    /// Whether the app's owner has Premium.
    pub(crate) owner_has_premium: bool,
    /// The ids of the registered users; `None` for all users.
    pub(crate) users: Option<Vec<String>>,
}

impl Default for Registration {
    fn default() -> Self {
        Self { quota: Quota::default(), migration: Migration::default(), owner_has_premium: true, users: None }
    }
}

impl Registration {
    pub(crate) fn access(&self) -> Access {
        Access::of(self.quota, self.migration)
    }

    /// Errors with Spotify's 403 in Development Mode if the owner has no Premium or the user is not registered.
    pub(crate) fn admit(&self, user: Option<&str>) -> Result<(), ApiError> {
        if self.quota == Quota::Extended {
            return Ok(());
        }
        if !self.owner_has_premium {
            return Err(ApiError::OWNER_NEEDS_PREMIUM);
        }
        match (&self.users, user) {
            (Some(registered), Some(user)) if !registered.iter().any(|other| other == user) => {
                Err(ApiError::USER_NOT_REGISTERED)
            }
            _ => Ok(()),
        }
    }

    /// Errors if a list of registered users is too long.
    pub(crate) fn check_users(users: &[String]) -> Result<(), String> {
        if users.len() > MAX_REGISTERED_USERS {
            return Err(format!(
                "an app in Development Mode has at most {MAX_REGISTERED_USERS} users, not {}",
                users.len()
            ));
        }
        Ok(())
    }
}

/// The registration of the app of a running emulator.
#[derive(Debug)]
pub(crate) struct CurrentRegistration(Mutex<Registration>);

impl CurrentRegistration {
    pub(crate) fn new(registration: Registration) -> Self {
        Self(Mutex::new(registration))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Registration> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
