//! The way from a request to what answers it.

use axum::{Router, middleware};

use super::guard::guard;
use super::intercept::intercept;
use crate::instance::Shared;
use crate::{accounts, control, routes};

/// Everything that the emulator answers to.
pub(crate) fn router(shared: &Shared) -> Router {
    let spotify = routes::web_api()
        .merge(accounts::routes().with_state(shared.clone()))
        .with_state(shared.clone())
        .layer(middleware::from_fn_with_state(shared.clone(), intercept));
    // The control stands beside: it is neither recorded nor does it meet faults.
    control::routes()
        .with_state(shared.clone())
        .fallback_service(spotify)
        .layer(middleware::from_fn_with_state(shared.clone(), guard))
}
