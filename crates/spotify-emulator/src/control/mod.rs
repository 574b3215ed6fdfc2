//! The control over HTTP, under `/_emulator/`: the functions of [`Emulator`](crate::Emulator) for tests in any language. Its
//! requests need no token, are not recorded, and meet no faults.

mod fault_form;
mod limits;
mod settings;

use std::fmt::Display;

use axum::Json;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::accounts::{Decision, decide_at};
use crate::faults::Fault;
use crate::instance::Shared;
use crate::request_log::SeenRequest;
use crate::world::World;
use crate::world::player::Device;
use fault_form::FaultForm;
use limits::{daily_quota, lift_daily_quota, lift_rate_limit, rate_limit, set_daily_quota, set_rate_limit};
use settings::{change_settings, settings};

/// An invalid request to the control.
struct ControlError(StatusCode, String);

type ControlResult = Result<Json<Value>, ControlError>;

impl IntoResponse for ControlError {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

fn bad_request(message: impl Display) -> ControlError {
    ControlError(StatusCode::BAD_REQUEST, message.to_string())
}

fn not_found(what: &str) -> ControlError {
    ControlError(StatusCode::NOT_FOUND, what.to_owned())
}

/// Reads a body, an empty one as `{}`.
fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, ControlError> {
    let body: &[u8] = if body.trim_ascii().is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(bad_request)
}

/// A duration, such as `"1h 30m"` or `"PT1H30M"`, or a number of seconds.
fn duration(name: &str, value: Value) -> Result<SignedDuration, ControlError> {
    match value {
        Value::String(text) => text.parse().map_err(bad_request),
        Value::Number(seconds) => {
            SignedDuration::try_from_secs_f64(seconds.as_f64().unwrap_or(f64::NAN)).map_err(bad_request)
        }
        _ => Err(bad_request(format!("{name} must be a duration such as \"1h 30m\", or a number of seconds"))),
    }
}

const ROOT: &str = "/_emulator";

/// Whether a request to this path is one to the control.
pub(crate) fn is_control(path: &str) -> bool {
    path.strip_prefix(ROOT).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

pub(crate) fn routes() -> Router<Shared> {
    // A nested router does not match its own path with a trailing slash.
    Router::new().route("/_emulator/", get(about)).nest(ROOT, nested())
}

fn nested() -> Router<Shared> {
    Router::new()
        .route("/", get(about))
        .route("/clock", get(clock).post(set_clock))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/rate-limit", get(rate_limit).put(set_rate_limit).delete(lift_rate_limit))
        .route("/daily-quota", get(daily_quota).put(set_daily_quota).delete(lift_daily_quota))
        .route("/requests", get(requests).delete(clear_requests))
        .route("/state", get(state).put(load_state))
        .route("/settings", get(settings).put(change_settings))
        .route("/tokens", post(issue_token))
        .route("/tokens/expire", post(expire_tokens))
        .route("/consent", post(consent))
        .route("/consent/revoke", post(revoke))
        .route("/users/{user}/devices", get(devices).post(add_device))
        .route("/users/{user}/devices/{device}", delete(lose_device))
        .fallback(async || not_found("no such path; GET /_emulator/ lists them"))
        // A state can be of any size.
        .layer(DefaultBodyLimit::disable())
}

async fn about(State(shared): State<Shared>) -> ControlResult {
    let world = shared.world();
    let users = world.members().map(|(user, private)| {
        json!({"id": user.id, "name": user.display_name, "product": private.product.word(), "country": private.country})
    });
    let app = world.accounts.apps.first();
    Ok(Json(json!({
        "base_url": shared.base_url,
        "accounts_url": shared.origin,
        "quota": shared.registration.lock().quota.word(),
        "access_token": shared.tokens.valid,
        "client_id": app.map(|app| &app.client_id),
        "client_secret": app.map(|app| &app.client_secret),
        "redirect_uris": app.map(|app| &app.redirect_uris),
        "users": users.collect::<Vec<_>>(),
        "now": world.now(),
        "control": [
            "GET POST /_emulator/clock", "GET POST DELETE /_emulator/faults", "GET PUT DELETE /_emulator/rate-limit",
            "GET PUT DELETE /_emulator/daily-quota",
            "GET DELETE /_emulator/requests", "GET PUT /_emulator/state", "GET PUT /_emulator/settings",
            "POST /_emulator/tokens", "POST /_emulator/tokens/expire", "POST /_emulator/consent",
            "POST /_emulator/consent/revoke", "GET POST /_emulator/users/{user}/devices",
            "DELETE /_emulator/users/{user}/devices/{device}",
        ],
    })))
}

async fn clock(State(shared): State<Shared>) -> ControlResult {
    Ok(time(&shared.world()))
}

fn time(world: &World) -> Json<Value> {
    Json(json!({"now": world.now(), "stopped": world.time.is_stopped()}))
}

/// Changes of the clock. They can be combined: it is stopped, set, resumed and advanced, in this order.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClockForm {
    now: Option<Timestamp>,
    stopped: Option<bool>,
    /// `"1h 30m"`, `"PT1H30M"`, or seconds.
    advance: Option<Value>,
}

async fn set_clock(State(shared): State<Shared>, body: Bytes) -> ControlResult {
    let form: ClockForm = read(&body)?;
    let advance = form.advance.map_or(Ok(SignedDuration::ZERO), |advance| duration("advance", advance))?;
    let mut world = shared.world();
    if form.stopped == Some(true) {
        world.time.stop();
    }
    if let Some(now) = form.now {
        let by = now.duration_since(world.now());
        world.time.advance(by);
    }
    if form.stopped == Some(false) {
        world.time.resume();
    }
    world.time.advance(advance);
    Ok(time(&world))
}

async fn faults(State(shared): State<Shared>) -> ControlResult {
    let names: Vec<&str> = Fault::names().collect();
    let rules: Vec<String> = shared.faults.rules().iter().map(|rule| format!("{rule:?}")).collect();
    Ok(Json(json!({"pending": shared.faults.pending(), "rules": rules, "names": names})))
}

async fn add_fault(State(shared): State<Shared>, body: Bytes) -> ControlResult {
    shared.faults.add(read::<FaultForm>(&body)?.rule().map_err(bad_request)?);
    Ok(Json(json!({"pending": shared.faults.pending()})))
}

async fn clear_faults(State(shared): State<Shared>) -> ControlResult {
    shared.faults.clear();
    Ok(Json(json!({"pending": 0})))
}

async fn requests(State(shared): State<Shared>) -> ControlResult {
    let seen: Vec<Value> = shared.requests.all().iter().map(request).collect();
    Ok(Json(json!({"requests": seen, "dropped": shared.requests.dropped()})))
}

/// A request without its secrets.
fn request(seen: &SeenRequest) -> Value {
    let headers: serde_json::Map<String, Value> = seen
        .headers
        .iter()
        .filter(|(_, value)| !value.is_sensitive())
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    let body = seen.body_without_secrets();
    json!({
        "method": seen.method.as_str(), "path": seen.path, "query": seen.query_without_secrets(), "headers": headers,
        "body": body, "body_length": seen.body_length, "body_cut": seen.is_body_cut(), "had_token": seen.bearer_token().is_some(),
    })
}

async fn clear_requests(State(shared): State<Shared>) -> ControlResult {
    shared.requests.clear();
    Ok(Json(json!({"requests": [], "dropped": 0})))
}

async fn state(State(shared): State<Shared>) -> Result<Response, ControlError> {
    let json = shared.world().to_json();
    let json = json.map_err(|error| ControlError(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))?;
    Ok(([(CONTENT_TYPE, "application/json")], json).into_response())
}

async fn load_state(State(shared): State<Shared>, body: Bytes) -> ControlResult {
    let text = std::str::from_utf8(&body).map_err(bad_request)?;
    shared.replace_world(World::from_json(text).map_err(bad_request)?);
    Ok(Json(json!({"loaded": true})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenForm {
    /// The first user unless named.
    user: Option<String>,
    /// All of them unless named.
    scopes: Option<Vec<String>>,
}

async fn issue_token(State(shared): State<Shared>, body: Bytes) -> ControlResult {
    let form: TokenForm = read(&body)?;
    let token = shared.world().issue_token(form.user.as_deref(), form.scopes);
    token.map(|token| Json(json!({"access_token": token}))).ok_or_else(|| not_found("there is no such user"))
}

async fn expire_tokens(State(shared): State<Shared>) -> ControlResult {
    let mut world = shared.world();
    let now = world.now();
    world.accounts.expire_access_tokens(now);
    Ok(Json(json!({"expired": true})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConsentForm {
    /// The address of the authorization page, with its query.
    url: String,
    user: Option<String>,
    /// Agrees by default.
    #[serde(default)]
    cancel: bool,
}

async fn consent(State(shared): State<Shared>, body: Bytes) -> ControlResult {
    let form: ConsentForm = read(&body)?;
    let query = form.url.split_once('?').map(|(_, query)| query).unwrap_or_default();
    let decision = if form.cancel { Decision::Cancel } else { Decision::Agree };
    let location = decide_at(&mut shared.world(), query, form.user.as_deref(), decision);
    let location = location.map_err(|problem| bad_request(format!("{}. {}", problem.message, problem.advice)))?;
    Ok(Json(json!({"location": location})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokeForm {
    /// Every user unless named.
    user: Option<String>,
}

async fn revoke(State(shared): State<Shared>, body: Bytes) -> ControlResult {
    let form: RevokeForm = read(&body)?;
    shared.world().accounts.revoke(form.user.as_deref());
    Ok(Json(json!({"revoked": true})))
}

async fn devices(State(shared): State<Shared>, Path(user): Path<String>) -> ControlResult {
    let world = shared.world();
    let private = world.private(&user).ok_or_else(|| not_found("there is no such user"))?;
    Ok(Json(json!({"devices": private.player.devices, "active": private.player.active})))
}

async fn add_device(State(shared): State<Shared>, Path(user): Path<String>, body: Bytes) -> ControlResult {
    let device: Device = read(&body)?;
    let mut world = shared.world();
    let private = world.private_mut(&user).ok_or_else(|| not_found("there is no such user"))?;
    private.player.add_device(device);
    Ok(Json(json!({"devices": private.player.devices})))
}

async fn lose_device(State(shared): State<Shared>, Path((user, device)): Path<(String, String)>) -> ControlResult {
    let lost = shared.world().lose_device(&user, &device);
    if lost { Ok(Json(json!({"lost": device}))) } else { Err(not_found("there is no such user or device")) }
}
