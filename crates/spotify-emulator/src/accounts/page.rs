//! The pages that people see in a browser.

use std::sync::LazyLock;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use http::{HeaderValue, StatusCode};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use url::Url;

use super::authorize::AuthorizationError;
use crate::instance::Shared;

const STYLE: &str = include_str!("page.css");
/// Allows the style in the content security policy.
static STYLE_HASH: LazyLock<String> = LazyLock::new(|| STANDARD.encode(Sha256::digest(STYLE)));

/// The content of the authorization page.
pub(super) struct ConsentPrompt<'a> {
    pub(super) app: &'a str,
    pub(super) choices: Vec<UserChoice<'a>>,
    /// The descriptions of the requested scopes.
    pub(super) scopes: Vec<&'static str>,
    pub(super) redirect_uri: &'a str,
    /// The query of the authorization request, which the form sends again.
    pub(super) query: &'a str,
}

/// A user who can sign in.
pub(super) struct UserChoice<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
    pub(super) product: &'static str,
    pub(super) chosen: bool,
}

fn frame(title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // The form sends the page's own origin, which the guard checks; other sites get no referrer.
                meta name="referrer" content="same-origin";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (content) }
                footer { "This is a local emulator, not Spotify. Its users and their accounts are made up." }
            }
        }
    }
}

pub(super) fn question(question: &ConsentPrompt<'_>) -> Markup {
    let content = html! {
        p.brand { "Spotify emulator" }
        h1 { (question.app) " asks for access" }
        form method="post" action={ "/authorize?" (question.query) } {
            fieldset {
                legend { "Sign in as" }
                @for choice in &question.choices {
                    label.user {
                        input type="radio" name="user" value=(choice.id) checked[choice.chosen] required;
                        span.who {
                            strong { (choice.name) }
                            span { (choice.email) }
                        }
                        span.product { (choice.product) }
                    }
                }
            }
            section {
                h2 { "It will be able to" }
                ul {
                    @if question.scopes.is_empty() {
                        li { "See your name, your picture and your public playlists" }
                    }
                    @for scope in &question.scopes {
                        li { (scope) }
                    }
                }
            }
            p.note { "You can revoke this at any time. You will be redirected to " span.uri { (question.redirect_uri) } }
            div.buttons {
                button.primary type="submit" name="decision" value="agree" { "Agree" }
                button type="submit" name="decision" value="cancel" formnovalidate { "Cancel" }
            }
        }
    };
    frame(&format!("{} asks for access", question.app), &content)
}

pub(super) fn problem(problem: AuthorizationError) -> Markup {
    let content = html! {
        p.brand { "Spotify emulator" }
        h1 { "Invalid authorization request" }
        p.message { (problem.message) }
        p { (problem.advice) }
    };
    frame("Invalid authorization request", &content)
}

/// The page at the root: instructions for pointing an app at the emulator.
pub(super) async fn welcome(State(shared): State<Shared>) -> Response {
    let content = html! {
        p.brand { "Spotify emulator" }
        h1 { "The emulator is running" }
        pre { (shared.instructions()) }
    };
    respond(StatusCode::OK, frame("Spotify emulator", &content), None)
}

/// A page as a response. Its policy forbids scripts, loading and framing; its form posts to the emulator, which
/// redirects to `goes_on_to`.
pub(super) fn respond(status: StatusCode, page: Markup, goes_on_to: Option<&Url>) -> Response {
    // Browsers check a form's redirects against the policy too. Not every host can be written in a policy, so it names the
    // scheme.
    let target = goes_on_to.map(|url| format!(" {}:", url.scheme())).unwrap_or_default();
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; form-action 'self'{target}; base-uri 'none'; frame-ancestors 'none'",
        *STYLE_HASH
    );
    let mut response = (status, Html(page.into_string())).into_response();
    let headers = response.headers_mut();
    headers.extend(HeaderValue::try_from(policy).ok().map(|policy| (CONTENT_SECURITY_POLICY, policy)));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Browsers request it on their own.
pub(super) async fn icon() -> StatusCode {
    StatusCode::NO_CONTENT
}
