use std::error::Error as _;
use std::io;
use std::sync::Arc;

use http::StatusCode;

use super::*;
use crate::definition::Scope;
use crate::ids::PlaylistId;

static OPERATION: OperationInfo =
    OperationInfo::new("playlists.add_items", http::Method::POST, "/playlists/{id}/items")
        .with_reference("add-items-to-playlist")
        .with_scopes(&[Scope::PlaylistModifyPublic, Scope::PlaylistModifyPrivate]);

/// An error in the middle of a chain, as HTTP libraries make them.
#[derive(Debug, thiserror::Error)]
#[error("error sending the request")]
struct Outer(#[source] io::Error);

fn outer() -> Arc<dyn std::error::Error + Send + Sync> {
    Arc::new(Outer(io::Error::other("connection refused")))
}

fn api(status: u16, body: &str) -> Error {
    let status = StatusCode::from_u16(status).unwrap();
    let wait = (status.as_u16() == 429).then_some(Duration::from_secs(50_000));
    Error::from_api(ApiError::new(Action::from(&OPERATION), status, body.as_bytes(), wait, &Secrets::default()))
}

fn connection() -> Error {
    let address = "https://api.spotify.com/v1".into();
    ConnectionError { action: Some(Action::from(&OPERATION)), address, maybe_executed: true, inner: outer() }.into()
}

/// One of each variant, with usual messages.
fn all() -> Vec<Error> {
    let json = |message: &str| format!(r#"{{"error":{{"status":0,"message":"{message}"}}}}"#);
    let limit = Duration::from_secs(30);
    let (client_id, user) = ("0123456789abcdef0123456789abcdef", "anna@example.com");
    let message = Some("Refresh token revoked".to_owned());
    let shape = serde_json::from_str::<u8>("[]").unwrap_err();
    let incomplete = |cause| IncompleteError {
        operation: &OPERATION,
        next: &OPERATION,
        total: 250,
        done: 100,
        uncertain: 0,
        idempotency: Idempotency::NotIdempotent,
        inner: cause,
    };
    let changed = PlaylistChangedError {
        playlist: PlaylistId::try_from("37i9dQZF1DXcBWIGoYBM5M").unwrap(),
        expected: "AAAAB".to_owned(),
        found: "AAAAC".to_owned(),
        steps_done: 1,
        steps: 4,
    };
    vec![
        api(401, &json("Invalid access token")),
        api(400, &json("Invalid base62 id")),
        api(403, &json("Forbidden")),
        api(404, &json("Resource not found")),
        api(429, &json("Too many requests")),
        api(429, r#"{"error":{"status":429,"message":"API quota exceeded","reason":"QUOTA_EXCEEDED"}}"#),
        api(503, "Service unavailable"),
        api(302, ""),
        ReauthorizationRequiredError::new(client_id, user, ReauthorizationReason::Revoked, message).into(),
        AccessDeniedError::new("access_denied").into(),
        connection(),
        TimeoutError::new(Some(Action::from(&OPERATION)), limit).into(),
        DecodeError::new(Action::from(&OPERATION), StatusCode::OK, b"[]", shape, &Secrets::default()).into(),
        ResponseTooLargeError::new(Action::from(&OPERATION), 16_777_216).into(),
        incomplete(connection()).into(),
        incomplete(Error::from_box(Box::new(Outer(io::Error::other("the disk is full"))))).into(),
        InvalidInput::new("limit", "expected 1 to 50, got 51").into(),
        changed.into(),
        Error::from_box(Box::new(Outer(io::Error::other("the disk is full")))),
        SetupError::new("there is no tokio runtime here", "Call the client inside one.").into(),
        SetupError::because("the HTTP client cannot be set up", Outer(io::Error::other("no certificates"))).into(),
        InternalError::new(Some(&OPERATION), "the request was given up: its runtime ended", true).into(),
    ]
}

#[test]
fn no_text_appears_twice_along_the_chain_of_sources() {
    for error in all() {
        let mut shown = error.to_string();
        let mut next = error.source();
        while let Some(source) = next {
            let text = source.to_string();
            assert!(!shown.contains(&text), "`{text}` is repeated after `{shown}`");
            shown.push_str(&text);
            next = source.source();
        }
    }
    let chain = |error: &Error| error.source().map(ToString::to_string);
    let full_disk = Error::from_box(Box::new(Outer(io::Error::other("the disk is full"))));
    assert_eq!(chain(&full_disk).as_deref(), Some("the disk is full"), "what is not printed yet is a source");
}

#[test]
fn debug_is_the_message_and_the_hint_and_fits_on_a_screen() {
    for error in all() {
        let debug = format!("{error:?}");
        assert!(debug.len() < 400, "{} characters: {debug}", debug.len());
        assert_eq!(format!("{error:#?}"), debug);
        let lines: Vec<&str> = debug.lines().collect();
        assert_eq!(lines[0], error.to_string());
        match error.hint() {
            Some(hint) => assert_eq!(lines[1..], [format!("hint: {hint}")]),
            None => assert_eq!(lines.len(), 1),
        }
    }
}

#[test]
fn a_clone_says_the_same_and_shares_the_cause() {
    for error in all() {
        assert_eq!(format!("{:?}", error.clone()), format!("{error:?}"));
    }
    let (Error::Connection(one), Error::Connection(other)) = (&connection(), &connection().clone()) else { panic!() };
    assert_eq!(one.inner().to_string(), other.inner().to_string());
    assert!(one.inner().downcast_ref::<Outer>().is_some());
}

#[test]
fn an_error_in_a_box_is_taken_out_and_any_other_is_that_of_the_provider() {
    let boxed: BoxError = connection().into();
    assert!(matches!(Error::from_box(boxed), Error::Connection(error) if error.maybe_executed));
    let Error::Provider(error) = Error::from_box(Box::new(Outer(io::Error::other("sealed")))) else { panic!() };
    assert!(error.inner().downcast_ref::<Outer>().is_some());
}

#[test]
fn a_user_who_has_to_sign_in_is_named_with_the_app_the_call_and_the_reason() {
    let message = Some("Refresh token revoked".to_owned());
    let mut error = ReauthorizationRequiredError::new("app", "anna", ReauthorizationReason::Revoked, message);
    error.operation = Some(&OPERATION);
    assert_eq!(
        error.to_string(),
        "the user `anna` of the app `app` has to sign in again for `playlists.add_items`: the consent was revoked (Refresh \
         token revoked)"
    );
    let error = ReauthorizationRequiredError::new("app", "", ReauthorizationReason::NeverSignedIn, None);
    let text = error.to_string();
    assert_eq!(text, "the user of the app `app` has to sign in: there is no sign-in yet");
}
