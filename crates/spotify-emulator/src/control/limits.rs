//! The limits of an app: Spotify's rate limit, and its daily quota.

use std::collections::BTreeMap;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ControlResult, bad_request, duration, read};
use crate::instance::{Instance, Shared};
use crate::limits::{DailyQuota, EndpointGroup, Limit, Wait, Window};

fn limit(shared: &Instance) -> Json<Value> {
    let limit = shared.rate_limit.limit();
    let window = limit.map(|limit| format!("{:#}", limit.window.length()));
    Json(json!({
        "requests": limit.map(|limit| limit.requests), "window": window, "refused": shared.rate_limit.refused(),
    }))
}

pub(super) async fn rate_limit(State(shared): State<Shared>) -> ControlResult {
    Ok(limit(&shared))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateLimitForm {
    /// How many in any window.
    requests: u32,
    /// `"2s"`, `"PT2S"`, or seconds. Default: 30 seconds.
    window: Option<Value>,
}

pub(super) async fn set_rate_limit(State(shared): State<Shared>, body: Bytes) -> ControlResult {
    let form: RateLimitForm = read(&body)?;
    let window = match form.window {
        None => Window::default(),
        Some(window) => {
            let window = duration("window", window)?.try_into();
            Window::new(window.map_err(|_| bad_request("window must not be negative"))?).map_err(bad_request)?
        }
    };
    shared.rate_limit.set(Some(Limit { requests: form.requests, window }));
    Ok(limit(&shared))
}

pub(super) async fn lift_rate_limit(State(shared): State<Shared>) -> ControlResult {
    shared.rate_limit.set(None);
    Ok(limit(&shared))
}

fn quota(shared: &Instance) -> Json<Value> {
    let ledger = &shared.daily_quota;
    let quota = ledger.quota();
    let retry_after = match quota.as_ref().map(|quota| quota.wait) {
        None | Some(Wait::UntilFree) => Value::Null,
        Some(Wait::Fixed(seconds)) => seconds.into(),
        Some(Wait::Missing) => false.into(),
    };
    let now = shared.world().now();
    Json(json!({
        "requests": quota.as_ref().map(|quota| quota.requests), "groups": quota.map(|quota| quota.groups),
        "retry_after": retry_after, "used": ledger.used(now), "refused": ledger.refused(),
    }))
}

pub(super) async fn daily_quota(State(shared): State<Shared>) -> ControlResult {
    Ok(quota(&shared))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DailyQuotaForm {
    /// How many of each group in any 24 hours.
    requests: u32,
    #[serde(default)]
    groups: BTreeMap<EndpointGroup, u32>,
    retry_after: Option<RetryAfterForm>,
}

/// The value of `Retry-After` in seconds, or `false` to omit it.
#[derive(Deserialize)]
#[serde(untagged)]
enum RetryAfterForm {
    Seconds(u64),
    Computed(bool),
}

pub(super) async fn set_daily_quota(State(shared): State<Shared>, body: Bytes) -> ControlResult {
    let form: DailyQuotaForm = read(&body)?;
    let mut wanted = DailyQuota::new(form.requests);
    for (group, requests) in form.groups {
        wanted = wanted.group(group, requests);
    }
    wanted = match form.retry_after {
        Some(RetryAfterForm::Seconds(seconds)) => wanted.retry_after(Duration::from_secs(seconds)),
        Some(RetryAfterForm::Computed(false)) => wanted.without_retry_after(),
        Some(RetryAfterForm::Computed(true)) | None => wanted,
    };
    shared.daily_quota.set(Some(wanted));
    Ok(quota(&shared))
}

pub(super) async fn lift_daily_quota(State(shared): State<Shared>) -> ControlResult {
    shared.daily_quota.set(None);
    Ok(quota(&shared))
}
