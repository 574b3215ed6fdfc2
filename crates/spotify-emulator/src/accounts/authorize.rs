//! `/authorize`: asks the user, and redirects to the app.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header::{CACHE_CONTROL, COOKIE, LOCATION, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use url::Url;

use super::form::Form;
use super::page::{self, ConsentPrompt, UserChoice};
use super::{redirect, scopes};
use crate::instance::Shared;
use crate::world::World;
use crate::world::accounts::{Code, Consent};

const COOKIE_NAME: &str = "emulator_session";
/// Base64url of 32 bytes.
const CHALLENGE_LENGTH: usize = 43;

/// A valid authorization request.
#[derive(Clone, Debug)]
pub(super) struct AuthorizationRequest {
    pub(super) client_id: String,
    pub(super) app: String,
    pub(super) redirect_uri: String,
    pub(super) state: Option<String>,
    pub(super) scopes: BTreeSet<String>,
    pub(super) challenge: Option<String>,
    pub(super) show_dialog: bool,
}

/// Why an authorization request is invalid.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct AuthorizationError {
    pub(crate) message: &'static str,
    pub(crate) advice: &'static str,
}

/// The decision of the user.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Decision {
    Agree,
    Cancel,
}

impl AuthorizationRequest {
    fn read(world: &World, form: &Form) -> Result<Self, AuthorizationError> {
        let problem = |message, advice| AuthorizationError { message, advice };
        let client_id = form.get("client_id").unwrap_or_default();
        let app = world.accounts.app(client_id).ok_or(problem(
            "INVALID_CLIENT: Invalid client",
            "No app with this client id is registered. The emulator shows its client id at /_emulator/.",
        ))?;
        let redirect_uri = form.get("redirect_uri").unwrap_or_default();
        redirect::check(app, redirect_uri).map_err(|bad| problem(bad.message(), bad.advice()))?;
        if form.get("response_type") != Some("code") {
            return Err(problem("response_type must be code", "Spotify removed the implicit grant in November 2025."));
        }
        let wanted: BTreeSet<String> =
            form.get("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
        if wanted.iter().any(|scope| scopes::in_words(scope).is_none()) {
            return Err(problem(
                "INVALID_SCOPE: Invalid scope",
                "Scopes are separated by spaces, and spelled as in Spotify's list.",
            ));
        }
        let challenge = form.get("code_challenge").map(str::to_owned);
        if challenge.is_some() && form.get("code_challenge_method") != Some("S256") {
            return Err(problem("code_challenge_method must be S256", "Spotify accepts no other method."));
        }
        let is_challenge = |text: &String| {
            text.len() == CHALLENGE_LENGTH && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if challenge.as_ref().is_some_and(|text| !is_challenge(text)) {
            return Err(problem(
                "code_challenge must be a code verifier hashed with S256",
                "It is the SHA-256 of the verifier in base64url without padding: 43 characters.",
            ));
        }
        Ok(Self {
            client_id: client_id.to_owned(),
            app: app.name.clone(),
            redirect_uri: redirect_uri.to_owned(),
            state: form.get("state").map(str::to_owned),
            scopes: wanted,
            challenge,
            show_dialog: form.get("show_dialog") == Some("true"),
        })
    }

    /// The redirect URI with the outcome of the decision.
    fn redirect(&self, world: &mut World, user: &str, decision: Decision) -> String {
        let (name, value) = match decision {
            Decision::Cancel => ("error", "access_denied".to_owned()),
            Decision::Agree => {
                let code = Code {
                    client_id: self.client_id.clone(),
                    user: user.to_owned(),
                    scopes: self.scopes.clone(),
                    redirect_uri: self.redirect_uri.clone(),
                    challenge: self.challenge.clone(),
                    issued_at: world.now(),
                };
                ("code", world.accounts.agree(code))
            }
        };
        let Ok(mut url) = Url::parse(&self.redirect_uri) else {
            return self.redirect_uri.clone();
        };
        url.query_pairs_mut().append_pair(name, &value).extend_pairs(self.state.iter().map(|state| ("state", state)));
        url.into()
    }
}

/// Decides an authorization request in the name of a user, by default the first one. Returns the URL to which the
/// browser would be redirected.
pub(crate) fn decide_at(
    world: &mut World,
    query: &str,
    user: Option<&str>,
    decision: Decision,
) -> Result<String, AuthorizationError> {
    let request = AuthorizationRequest::read(world, &Form::parse(query.as_bytes()))?;
    let user = world.members().map(|(member, _)| &member.id).find(|id| user.is_none_or(|user| user == *id)).cloned();
    let user = user.ok_or(AuthorizationError {
        message: "There is no such user",
        advice: "The emulator lists its users at /_emulator/.",
    })?;
    Ok(request.redirect(world, &user, decision))
}

/// Shows the page, or redirects to the app immediately.
pub(super) async fn show(State(shared): State<Shared>, headers: HeaderMap, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let mut world = shared.world();
    let request = match AuthorizationRequest::read(&world, &Form::parse(query.as_bytes())) {
        Ok(request) => request,
        Err(problem) => return refused(problem),
    };
    let decision = match world.accounts.consent {
        Consent::Ask => None,
        Consent::Agree => Some(Decision::Agree),
        Consent::Cancel => Some(Decision::Cancel),
    };
    let first = world.members().map(|(user, _)| user.id.clone()).next();
    if let (Some(decision), Some(user)) = (decision, first) {
        let location = request.redirect(&mut world, &user, decision);
        return redirect_to(StatusCode::FOUND, &location);
    }
    let signed_in = cookie(&headers).and_then(|cookie| world.accounts.signed_in(&cookie).map(str::to_owned));
    if let Some(user) = &signed_in
        && !request.show_dialog
    {
        let agreed = world.accounts.agreed_scopes(&request.client_id, user, world.now());
        if agreed.is_some_and(|agreed| agreed.is_superset(&request.scopes)) {
            let location = request.redirect(&mut world, user, Decision::Agree);
            return redirect_to(StatusCode::FOUND, &location);
        }
    }
    let target = Url::parse(&request.redirect_uri).ok();
    page::respond(StatusCode::OK, question(&world, &request, signed_in.as_deref(), &query), target.as_ref())
}

fn question(world: &World, request: &AuthorizationRequest, signed_in: Option<&str>, query: &str) -> maud::Markup {
    let choices = world.members().enumerate().map(|(place, (user, private))| UserChoice {
        id: &user.id,
        name: user.display_name.as_deref().unwrap_or(&user.id),
        email: &private.email,
        product: private.product.word(),
        chosen: signed_in.map_or(place == 0, |signed_in| signed_in == user.id),
    });
    let scopes = request.scopes.iter().filter_map(|scope| scopes::in_words(scope));
    page::question(&ConsentPrompt {
        app: &request.app,
        choices: choices.collect(),
        scopes: scopes.collect(),
        redirect_uri: &request.redirect_uri,
        query,
    })
}

/// Handles the form of the page.
pub(super) async fn decide(State(shared): State<Shared>, RawQuery(query): RawQuery, body: Bytes) -> Response {
    let query = query.unwrap_or_default();
    let said = Form::from_body(&body);
    let mut world = shared.world();
    let decision = if said.get("decision") == Some("agree") { Decision::Agree } else { Decision::Cancel };
    let user = said.get("user").map(str::to_owned);
    match decide_at(&mut world, &query, user.as_deref(), decision) {
        Err(problem) => refused(problem),
        Ok(location) => {
            let mut response = redirect_to(StatusCode::SEE_OTHER, &location);
            if let Some(user) = user.filter(|_| decision == Decision::Agree) {
                let cookie = world.accounts.sign_in(&user);
                let cookie = format!("{COOKIE_NAME}={cookie}; Path=/; HttpOnly; SameSite=Lax");
                if let Ok(cookie) = HeaderValue::try_from(cookie) {
                    response.headers_mut().insert(SET_COOKIE, cookie);
                }
            }
            response
        }
    }
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies =
        headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(';'));
    let mut pairs = cookies.filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value.to_owned())
}

fn refused(problem: AuthorizationError) -> Response {
    page::respond(StatusCode::BAD_REQUEST, page::problem(problem), None)
}

fn redirect_to(status: StatusCode, location: &str) -> Response {
    match HeaderValue::try_from(location) {
        Ok(location) => {
            (status, [(LOCATION, location), (CACHE_CONTROL, HeaderValue::from_static("no-store"))]).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
