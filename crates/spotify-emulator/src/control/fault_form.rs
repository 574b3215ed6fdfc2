//! The JSON form of a fault.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::faults::{Fault, FaultRule};

/// The fields have the names of the methods of [`Fault`] and [`FaultRule`]; all are optional.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaultForm {
    method: Option<String>,
    path: Option<String>,
    #[serde(default)]
    after: usize,
    times: Option<usize>,
    probability: Option<f64>,
    #[serde(default)]
    seed: u64,
    /// One of [`Fault::names`].
    fault: Option<String>,
    status: Option<u16>,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// A string is sent unchanged, any other value as JSON.
    body: Option<Value>,
    #[serde(default)]
    delay_ms: u64,
    #[serde(default)]
    reset: bool,
    truncate: Option<usize>,
    drip: Option<DripForm>,
    #[serde(default)]
    endless: bool,
    announce: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DripForm {
    bytes: usize,
    interval_ms: u64,
}

impl FaultForm {
    pub(super) fn rule(self) -> Result<FaultRule, String> {
        let mut fault = match (&self.fault, self.status, self.reset, self.endless) {
            (Some(name), None, false, false) => Fault::named(name).ok_or_else(|| unknown(name))?,
            (None, Some(status), false, false) if (200..=999).contains(&status) => Fault::status(status),
            (None, Some(status), false, false) => return Err(format!("{status} is not a valid response status")),
            (None, None, true, false) => Fault::reset(),
            (None, None, false, true) => Fault::endless(),
            (None, None, false, false) => Fault::delay(Duration::ZERO),
            _ => return Err("fault, status, reset and endless exclude each other".to_owned()),
        };
        if self.fault.is_some() && self.body.is_some() {
            return Err("a named fault cannot have another body".to_owned());
        }
        for (name, value) in &self.headers {
            fault = fault.header(name.as_str(), value.as_str());
        }
        if let Some(invalid) = fault.invalid {
            return Err(invalid);
        }
        fault = match self.body {
            None => fault,
            Some(Value::String(text)) => fault.body(text),
            Some(json) => fault.body(json.to_string()).header("content-type", "application/json"),
        };
        if self.delay_ms > 0 {
            fault = fault.delayed(Duration::from_millis(self.delay_ms));
        }
        if let Some(after) = self.truncate {
            fault = fault.truncated(after);
        }
        if let Some(drip) = self.drip {
            fault = fault.dripping(drip.bytes, Duration::from_millis(drip.interval_ms));
        }
        if let Some(length) = self.announce {
            fault = fault.announce(length);
        }
        let mut rule = FaultRule::new(fault).after(self.after);
        if let Some(method) = self.method {
            rule = rule.method(method);
        }
        if let Some(path) = self.path {
            rule = rule.path(path);
        }
        if let Some(times) = self.times {
            rule = rule.times(times);
        }
        if let Some(share) = self.probability {
            if !(0.0..=1.0).contains(&share) {
                return Err("probability must be from 0 to 1".to_owned());
            }
            rule = rule.probability(share, self.seed);
        }
        Ok(rule)
    }
}

fn unknown(name: &str) -> String {
    format!("there is no fault {name:?}; the named faults are {}", Fault::names().collect::<Vec<_>>().join(", "))
}
