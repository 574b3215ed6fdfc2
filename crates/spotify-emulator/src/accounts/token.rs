//! `/api/token`: the token endpoint.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, AUTHORIZATION,
    CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;

use super::form::Form;
use crate::instance::Shared;
use crate::world::World;
use crate::world::accounts::{ACCESS_TOKEN_LIFE, IssuedTokens, Proof, TokenError};

#[derive(Serialize)]
struct TokenResponse {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

#[derive(Serialize)]
struct TokenErrorBody {
    error: &'static str,
    error_description: &'static str,
}

const UNSUPPORTED_GRANT_TYPE: TokenError = TokenError {
    error: "unsupported_grant_type",
    description: "grant_type must be client_credentials, authorization_code or refresh_token",
};
const INVALID_CLIENT: TokenError = TokenError::client("Invalid client");
const INVALID_SECRET: TokenError = TokenError::client("Invalid client secret");

/// Handles a token request.
pub(super) async fn token(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let is_form = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded"));
    if !is_form {
        return refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, TokenError::request("The body must be form-encoded"));
    }
    let form = Form::from_body(&body);
    let issued = issue(&mut shared.world(), &headers, &form);
    match issued {
        Ok(issued) => {
            let scopes: Vec<String> = issued.scopes.into_iter().collect();
            let response = TokenResponse {
                access_token: issued.access_token,
                token_type: "Bearer",
                expires_in: ACCESS_TOKEN_LIFE.as_secs(),
                refresh_token: issued.refresh_token,
                scope: (form.get("grant_type") != Some("client_credentials")).then(|| scopes.join(" ")),
            };
            with_headers((StatusCode::OK, Json(response)).into_response())
        }
        Err(refusal) => refused(StatusCode::BAD_REQUEST, refusal),
    }
}

fn issue(world: &mut World, headers: &HeaderMap, form: &Form) -> Result<IssuedTokens, TokenError> {
    let now = world.now();
    let grant_type = form.get("grant_type").ok_or(TokenError::request("grant_type parameter is missing"))?;
    let (client_id, secret) = client(world, headers, form)?;
    match grant_type {
        "client_credentials" if !secret => Err(INVALID_SECRET),
        "client_credentials" => Ok(world.accounts.client_credentials(&client_id, now)),
        "authorization_code" => {
            let code = form.get("code").ok_or(TokenError::request("code must be supplied"))?;
            let redirect_uri = form.get("redirect_uri").ok_or(TokenError::request("redirect_uri must be supplied"))?;
            let proof = Proof { secret, verifier: form.get("code_verifier") };
            world.accounts.exchange(&client_id, code, redirect_uri, proof, now)
        }
        "refresh_token" => {
            let token = form.get("refresh_token").ok_or(TokenError::request("refresh_token must be supplied"))?;
            world.accounts.refresh(&client_id, token, secret, now)
        }
        _ => Err(UNSUPPORTED_GRANT_TYPE),
    }
}

/// The app that asks, and whether it has shown its secret: in the header, or in the form.
fn client(world: &World, headers: &HeaderMap, form: &Form) -> Result<(String, bool), TokenError> {
    let (id, secret) = match headers.get(AUTHORIZATION) {
        Some(header) => {
            let (id, secret) = header.to_str().ok().and_then(basic).ok_or(INVALID_CLIENT)?;
            (id, Some(secret))
        }
        None => {
            let id = form.get("client_id").ok_or(INVALID_CLIENT)?;
            (id.to_owned(), form.get("client_secret").map(str::to_owned))
        }
    };
    let app = world.accounts.app(&id).ok_or(INVALID_CLIENT)?;
    match secret {
        Some(secret) if secret != app.client_secret => Err(INVALID_SECRET),
        secret => Ok((id, secret.is_some())),
    }
}

/// Name and password of `Basic` authorization.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.trim().split_once(' ')?;
    let decoded = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(encoded.trim()).ok())??;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

fn refused(status: StatusCode, refusal: TokenError) -> Response {
    let body = TokenErrorBody { error: refusal.error, error_description: refusal.description };
    let mut response = with_headers((status, Json(body)).into_response());
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"));
    }
    response
}

/// Tokens must not be cached; any page may request them, for PKCE in browsers.
fn with_headers(mut response: Response) -> Response {
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

/// Handles a CORS preflight request.
pub(super) async fn preflight() -> Response {
    let mut response = with_headers(StatusCode::NO_CONTENT.into_response());
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    response
        .headers_mut()
        .insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
    response
}

pub(super) async fn only_post() -> Response {
    let mut response = refused(StatusCode::METHOD_NOT_ALLOWED, TokenError::request("Only POST is supported"));
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_authorization_is_read() {
        assert_eq!(basic("Basic aWQ6c2U6Y3JldA=="), Some(("id".to_owned(), "se:cret".to_owned())));
        for header in ["", "Basic", "Basic !", "Bearer aWQ6c2VjcmV0", "Basic aWQ="] {
            assert_eq!(basic(header), None, "{header}");
        }
    }
}
