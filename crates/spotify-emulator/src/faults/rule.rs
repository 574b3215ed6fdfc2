//! Which requests meet a fault.

use fastrand::Rng;

use super::Fault;

/// Which requests meet a fault, and how often.
///
/// ```
/// use spotify_emulator::{Fault, FaultRule};
///
/// // Every tenth read of the library fails on average, always the same ones for the same seed.
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
    spared: usize,
    pub(super) left: Option<usize>,
    probability: Option<(f64, Rng)>,
}

impl FaultRule {
    /// Every request meets this fault, until the faults are cleared.
    pub fn new(fault: Fault) -> Self {
        Self { fault, method: None, path: None, spared: 0, left: None, probability: None }
    }

    /// Only requests with this method: `GET`.
    pub fn method(mut self, method: impl Into<String>) -> Self {
        self.method = Some(method.into());
        self
    }

    /// Only requests for this path, where `*` stands for anything: `/me/tracks`, `/playlists/*/items`, `/api/token`. It
    /// may begin with `/v1`, and has no query.
    pub fn path(mut self, pattern: impl Into<String>) -> Self {
        self.path = Some(pattern.into());
        self
    }

    /// Spares the first `requests` that the rule would be for.
    pub fn after(mut self, requests: usize) -> Self {
        self.spared = requests;
        self
    }

    /// Only so many requests; the rule is gone afterwards.
    pub fn times(mut self, times: usize) -> Self {
        self.left = Some(times);
        self
    }

    /// Only this share of the requests, from 0 to 1, chosen by chance, but alike for the same seed.
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
        if self.spared > 0 {
            self.spared -= 1;
            return false;
        }
        self.probability.as_mut().is_none_or(|(share, rng)| rng.f64() < *share)
    }
}

/// Whether `text` fits a pattern in which `*` stands for anything.
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
