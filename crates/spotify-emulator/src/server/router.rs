//! The routes of the emulator, and their middleware.

use axum::{Router, middleware};

use super::guard::guard;
use super::intercept::intercept;
use crate::instance::Shared;
use crate::{accounts, control, routes};

/// All routes.
pub(crate) fn router(shared: &Shared) -> Router {
    let spotify = routes::web_api()
        .merge(accounts::routes().with_state(shared.clone()))
        .with_state(shared.clone())
        .layer(middleware::from_fn_with_state(shared.clone(), intercept));
    // The control is outside the middleware: its requests are not recorded and meet no faults.
    control::routes()
        .with_state(shared.clone())
        .fallback_service(spotify)
        .layer(middleware::from_fn_with_state(shared.clone(), guard))
}
