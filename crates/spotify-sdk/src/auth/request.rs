//! [`AuthorizationRequest`]: what an app asks a user for, and what it has to remember until the response comes.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use url::Url;

use super::Scope;
use super::pkce::{challenge, is_same, random_text};
use crate::error::{AccessDeniedError, Result};
use crate::invalid_input::InvalidInput;
use crate::secret::Secret;

/// An authorization request: the address to which the user goes, and what has to be kept until they come back.
///
/// State and, with PKCE, verifier are made with it and kept in it. A web server keeps the whole value between the two
/// requests, in the user's session: it is one value that serde writes and reads. It holds secrets, so keep it on the
/// server or encrypted. `Debug` does not show them.
#[derive(Clone)]
pub struct AuthorizationRequest {
    url: Url,
    redirect_uri: String,
    state: Secret,
    verifier: Option<Secret>,
    scopes: Vec<Scope>,
}

/// The response to an authorization request: the user agreed, and the app can have a token for what is in here. `Debug`
/// does not show it.
pub struct AuthorizationResponse {
    pub(super) code: Secret,
    pub(super) redirect_uri: String,
    pub(super) verifier: Option<Secret>,
    pub(super) scopes: Vec<Scope>,
}

impl AuthorizationRequest {
    pub(super) fn new(
        accounts_url: &Url,
        client_id: &str,
        redirect_uri: String,
        scopes: &[Scope],
        pkce: bool,
    ) -> Result<Self> {
        let state = random_text()?;
        let verifier = if pkce { Some(random_text()?) } else { None };
        let address = format!("{}/authorize", accounts_url.as_str().trim_end_matches('/'));
        let mut url = Url::parse(&address).map_err(|_| InvalidInput::new("accounts_url", "it is no address"))?;
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("client_id", client_id).append_pair("response_type", "code");
            query.append_pair("redirect_uri", &redirect_uri).append_pair("state", state.expose());
            if !scopes.is_empty() {
                query.append_pair("scope", &Scope::join(scopes));
            }
            if let Some(verifier) = &verifier {
                query.append_pair("code_challenge_method", "S256");
                query.append_pair("code_challenge", &challenge(verifier.expose()));
            }
        }
        Ok(Self { url, redirect_uri, state, verifier, scopes: scopes.to_vec() })
    }

    /// The same, asking the user even if they have agreed before.
    #[must_use]
    pub fn show_dialog(mut self) -> Self {
        self.url.query_pairs_mut().append_pair("show_dialog", "true");
        self
    }

    /// The address to which the user's browser goes. It holds the state, so it belongs to this user alone.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The state, with which the user comes back: for programs that find the request by it. It belongs to this user alone, and
    /// [`parse_response_url`](Self::parse_response_url) checks it.
    pub fn state(&self) -> &str {
        self.state.expose()
    }

    /// Where the user comes back to.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Reads the address with which the user came back: the whole of it, or what follows the `?`.
    ///
    /// # Errors
    /// - [`InvalidInput`](crate::Error::InvalidInput) when the state is not that of this request, which means that the
    ///   response is not to it, and when there is no code.
    /// - [`AccessDenied`](crate::Error::AccessDenied) when the user said no, or Spotify did, with the word for it.
    pub fn parse_response_url(&self, url: &str) -> Result<AuthorizationResponse> {
        let query = url.trim().split_once('?').map_or(url.trim(), |(_, query)| query);
        let query = query.split('#').next().unwrap_or_default();
        let value = |name: &str| {
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
        };
        let state = value("state").map(Secret::from);
        let is_ours = state.is_some_and(|state| is_same(state.expose(), self.state.expose()));
        if !is_ours {
            let why = "the state is not that of this request: this is not the response to it";
            return Err(InvalidInput::new("response url", why).into());
        }
        if let Some(error) = value("error") {
            let printable = error.chars().filter(|character| !character.is_control()).take(100).collect::<String>();
            return Err(AccessDeniedError::new(printable).into());
        }
        let code = value("code").filter(|code| !code.is_empty()).map(Secret::from);
        let code = code.ok_or_else(|| InvalidInput::new("response url", "there is no code in it"))?;
        Ok(AuthorizationResponse {
            code,
            redirect_uri: self.redirect_uri.clone(),
            verifier: self.verifier.clone(),
            scopes: self.scopes.clone(),
        })
    }
}

/// The request as serde writes it.
#[derive(Serialize, Deserialize)]
struct Written {
    url: Url,
    redirect_uri: String,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verifier: Option<String>,
    #[serde(default)]
    scope: String,
}

impl Serialize for AuthorizationRequest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            url: self.url.clone(),
            redirect_uri: self.redirect_uri.clone(),
            state: self.state.expose().to_owned(),
            verifier: self.verifier.as_ref().map(|verifier| verifier.expose().to_owned()),
            scope: Scope::join(&self.scopes),
        };
        written.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for AuthorizationRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The words of serde would quote what it did not expect, and so a state or a verifier.
        let written = Written::deserialize(deserializer)
            .map_err(|_| D::Error::custom("expected what an authorization request is written as"))?;
        Ok(Self {
            url: written.url,
            redirect_uri: written.redirect_uri,
            state: written.state.into(),
            verifier: written.verifier.map(Secret::from),
            scopes: Scope::split(&written.scope),
        })
    }
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("redirect_uri", &self.redirect_uri)
            .field("scopes", &self.scopes)
            .field("pkce", &self.verifier.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for AuthorizationResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationResponse").field("redirect_uri", &self.redirect_uri).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn request(pkce: bool) -> AuthorizationRequest {
        let accounts = Url::parse("https://accounts.spotify.com").unwrap();
        let redirect = "http://127.0.0.1:8888/callback?from=spotify".to_owned();
        AuthorizationRequest::new(&accounts, "id", redirect, &[Scope::UserReadEmail, Scope::UserTopRead], pkce).unwrap()
    }

    #[test]
    fn the_state_is_the_one_in_the_address() {
        let request = request(true);
        assert_eq!(Some(request.state()), parameter(&request, "state").as_deref());
    }

    fn parameter(request: &AuthorizationRequest, name: &str) -> Option<String> {
        request.url().query_pairs().find(|(other, _)| other == name).map(|(_, value)| value.into_owned())
    }

    #[test]
    fn the_address_asks_for_what_it_should() {
        for pkce in [false, true] {
            let request = request(pkce);
            assert!(request.url().as_str().starts_with("https://accounts.spotify.com/authorize?client_id=id&"));
            assert_eq!(parameter(&request, "redirect_uri").unwrap(), request.redirect_uri());
            assert_eq!(parameter(&request, "scope").unwrap(), "user-read-email user-top-read");
            assert_eq!(parameter(&request, "code_challenge").is_some(), pkce);
            assert_eq!(parameter(&request, "show_dialog"), None);
            assert_eq!(parameter(&request.show_dialog(), "show_dialog").unwrap(), "true");
        }
    }

    #[test]
    fn only_the_response_to_this_request_is_taken() {
        let request = request(true);
        let state = parameter(&request, "state").unwrap();
        for url in [
            format!("http://127.0.0.1:8888/callback?from=spotify&code=AQ%2Bc&state={state}"),
            format!("code=AQ%2Bc&state={state}"),
            format!(" http://127.0.0.1/?state={state}&code=AQ%2Bc#fragment\n"),
        ] {
            assert_eq!(request.parse_response_url(&url).unwrap().code.expose(), "AQ+c", "{url}");
        }
        for url in [
            "?code=c".to_owned(),
            "?code=c&state=x".to_owned(),
            format!("?state={state}"),
            String::new(),
            format!("?state={state}x&code=c"),
            "?error=access_denied&state=x".to_owned(),
        ] {
            let error = request.parse_response_url(&url).unwrap_err();
            assert!(matches!(error, Error::InvalidInput(_)), "{url}: {error}");
            assert!(!error.to_string().contains(&state), "{error}");
        }
        let denied = request.parse_response_url(&format!("?error=access_denied&state={state}")).unwrap_err();
        assert!(matches!(&denied, Error::AccessDenied(error) if error.reason == "access_denied"), "{denied}");
    }

    #[test]
    fn what_is_kept_between_two_requests_is_one_value() {
        let request = request(true);
        let kept = serde_json::to_string(&request).unwrap();
        let back: AuthorizationRequest = serde_json::from_str(&kept).unwrap();
        let state = parameter(&request, "state").unwrap();
        let response = back.parse_response_url(&format!("?code=c&state={state}")).unwrap();
        assert_eq!(response.verifier.unwrap().expose(), request.verifier.unwrap().expose());
        assert_eq!(response.scopes, request.scopes);
    }

    #[test]
    fn debug_shows_neither_state_nor_verifier_nor_code() {
        let request = request(true);
        let state = parameter(&request, "state").unwrap();
        let response = request.parse_response_url(&format!("?code=hush&state={state}")).unwrap();
        let shown = format!("{request:?} {request:#?} {response:?}");
        let verifier = request.verifier.unwrap();
        for secret in [state.as_str(), verifier.expose(), "hush"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
