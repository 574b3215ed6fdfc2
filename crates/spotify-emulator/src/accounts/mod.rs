//! The Accounts service: where users agree, and apps get their tokens.

mod authorize;
mod form;
mod page;
mod redirect;
mod scopes;
mod token;

use axum::Router;
use axum::routing::{get, post};

use crate::instance::Shared;

pub(crate) use authorize::{AuthorizationError, Decision, decide_at};

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(page::welcome))
        .route("/authorize", get(authorize::show).post(authorize::decide))
        .route("/api/token", post(token::token).options(token::preflight).fallback(token::only_post))
        .route("/favicon.ico", get(page::icon))
}
