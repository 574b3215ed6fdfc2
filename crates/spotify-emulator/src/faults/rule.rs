//! Rules that decide which requests a fault applies to.

use fastrand::Rng;

use super::Fault;

/// The requests that a fault applies to.
///
/// ```
/// use spotify_emulator::{Fault, FaultRule};
///
/// // On average every tenth read of the library fails, the same ones for the same seed.
/// let flaky = FaultRule::new(Fault::status(503)).method("GET").path("/me/*").probability(0.1, 42);
/// // The next two requests for a token are slow.
/// let slow = FaultRule::new(Fault::delay(std::time::Duration::from_secs(1))).path("/api/token").times(2);
/// # let _ = (flaky, slow);
/// ```
#[derive(Clone, Debug)]
#[must_use = "a rule does nothing until it is given to `Faults::add`"]
pub struct FaultRule {
    pub(super) fault: Fault,
    method: Option<String>,
    path: Option<String>,
    skipped: usize,
    pub(super) left: Option<usize>,
    probability: Option<(f64, Rng)>,
}

impl FaultRule {
    /// Applies the fault to every request, until the faults are cleared. The methods restrict it.
    pub fn new(fault: Fault) -> Self {
        Self { fault, method: None, path: None, skipped: 0, left: None, probability: None }
    }

    /// Applies only to requests with this method, such as `GET`.
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Applies only to requests for this path, without the query; `*` matches any text: `/me/tracks`, `/playlists/*/items`,
    /// `/api/token`. The `/v1` prefix is optional.
    pub fn path(mut self, pattern: impl Into<String>) -> Self {
        self.path = Some(pattern.into());
        self
    }

    /// Skips the first `requests` matching requests.
    pub fn after(mut self, requests: usize) -> Self {
        self.skipped = requests;
        self
    }

    /// Applies to this number of requests; then the rule is removed.
    pub fn times(mut self, times: usize) -> Self {
        self.left = Some(times);
        self
    }

    /// Applies to a random share of the matching requests, from 0 to 1: the same ones for the same seed.
    pub fn probability(mut self, share: f64, seed: u64) -> Self {
        self.probability = Some((share, Rng::with_seed(seed)));
        self
    }

    pub(super) fn meets(&mut self, method: &str, path: &str) -> bool {
        let of_method = self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method));
        let of_path = self.path.as_deref().is_none_or(|pattern| {
            fits(pattern, path) || path.strip_prefix("/v1").is_some_and(|path| fits(pattern, path))
        });
        if !of_method || !of_path {
            return false;
        }
        if self.skipped > 0 {
            self.skipped -= 1;
            return false;
        }
        self.probability.as_mut().is_none_or(|(share, rng)| rng.f64() < *share)
    }
}

/// Whether `text` matches a pattern in which `*` matches any text.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, text) in [
            ("/me", "/me"),
            ("/me*", "/me"),
            ("*", ""),
            ("/playlists/*/items", "/playlists/x/items"),
            ("*a*b", "xaybab"),
        ] {
            assert!(fits(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("/me", "/me/x"), ("/me/*", "/me"), ("", "x"), ("/a*/b", "/a/c"), ("*a*b", "b")] {
            assert!(!fits(pattern, text), "{pattern} {text}");
        }
    }
}
