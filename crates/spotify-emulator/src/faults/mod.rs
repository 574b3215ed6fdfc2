//! Responses that go wrong on purpose, and the rules by which requests meet them.

mod body;
mod fault;
mod named;
mod rule;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub(crate) use body::{PaddedBody, SlowBody};
pub use fault::Fault;
pub(crate) use fault::{Drip, Padding};
pub use rule::FaultRule;

/// The faults of one emulator. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    rules: Arc<Mutex<Vec<FaultRule>>>,
}

impl Faults {
    /// Applies `fault` to the next `n` requests, whatever their paths and tokens. Faults are queued: each request takes one
    /// from the front, and a new fault goes to the end.
    pub fn fail_next(&self, n: usize, fault: Fault) {
        self.add(FaultRule::new(fault).times(n));
    }

    /// Applies `fault` to every request, after all faults that are already queued, until [`clear`](Self::clear).
    pub fn always(&self, fault: Fault) {
        self.add(FaultRule::new(fault));
    }

    /// Adds a rule at the end of the queue. If several rules match a request, only the first applies.
    pub fn add(&self, rule: FaultRule) {
        if rule.left != Some(0) {
            self.lock().push(rule);
        }
    }

    /// Removes every fault that no request has taken yet. Responses that have begun are not changed.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// The number of requests that faults are still queued for; `usize::MAX` if a rule has no end.
    pub fn pending(&self) -> usize {
        self.lock().iter().fold(0, |sum, rule| sum.saturating_add(rule.left.unwrap_or(usize::MAX)))
    }

    pub(crate) fn rules(&self) -> Vec<FaultRule> {
        self.lock().clone()
    }

    /// Takes the fault that applies to a request, if any.
    pub(crate) fn take(&self, method: &str, path: &str) -> Option<Fault> {
        let mut rules = self.lock();
        let at = rules.iter_mut().position(|rule| rule.meets(method, path))?;
        match &mut rules[at].left {
            Some(left) if *left <= 1 => Some(rules.remove(at).fault),
            Some(left) => {
                *left -= 1;
                Some(rules[at].fault.clone())
            }
            None => Some(rules[at].fault.clone()),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<FaultRule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_taken_in_the_order_in_which_they_were_queued() {
        let faults = Faults::default();
        faults.fail_next(2, Fault::status(500));
        faults.fail_next(0, Fault::status(501));
        faults.fail_next(1, Fault::status(502));
        assert_eq!(faults.pending(), 3);
        let statuses: Vec<_> = std::iter::from_fn(|| faults.take("GET", "/v1/me"))
            .filter_map(|fault| fault.status)
            .map(|s| s.as_u16())
            .collect();
        assert_eq!(statuses, [500, 500, 502]);
        assert_eq!(faults.pending(), 0);
    }

    #[test]
    fn a_fault_for_all_requests_does_not_overflow_the_count() {
        let faults = Faults::default();
        faults.fail_next(usize::MAX, Fault::reset());
        faults.fail_next(1, Fault::reset());
        assert_eq!(faults.pending(), usize::MAX);
        faults.clear();
        assert_eq!(faults.pending(), 0);
    }

    #[test]
    fn a_rule_is_for_the_requests_that_it_names() {
        let faults = Faults::default();
        faults.add(FaultRule::new(Fault::status(500)).method("put").path("/me/*").times(2));
        assert!(faults.take("GET", "/v1/me/tracks").is_none());
        assert!(faults.take("PUT", "/v1/albums").is_none());
        assert!(faults.take("PUT", "/v1/me/tracks").is_some());
        assert!(faults.take("PUT", "/v1/me/library").is_some());
        assert!(faults.take("PUT", "/v1/me/tracks").is_none());
    }

    #[test]
    fn a_rule_can_spare_the_first_requests_that_it_is_for() {
        let faults = Faults::default();
        faults.add(FaultRule::new(Fault::status(500)).method("PUT").after(2).times(1));
        let met = ["PUT", "GET", "PUT", "GET", "PUT", "PUT"].map(|method| faults.take(method, "/v1/me").is_some());
        assert_eq!(met, [false, false, false, false, true, false]);
    }

    #[test]
    fn the_first_rule_that_fits_is_the_one() {
        let faults = Faults::default();
        faults.add(FaultRule::new(Fault::status(500)).path("/me"));
        faults.add(FaultRule::new(Fault::status(501)));
        let status = |path: &str| faults.take("GET", path).and_then(|fault| fault.status).map(|status| status.as_u16());
        assert_eq!([status("/v1/me"), status("/v1/albums"), status("/v1/me")], [Some(500), Some(501), Some(500)]);
        assert_eq!(faults.pending(), usize::MAX);
    }

    #[test]
    fn chance_is_alike_for_the_same_seed() {
        let met = |seed: u64| {
            let faults = Faults::default();
            faults.add(FaultRule::new(Fault::status(500)).probability(0.25, seed));
            (0..1000).map(|_| faults.take("GET", "/v1/me").is_some()).collect::<Vec<_>>()
        };
        assert_eq!(met(1), met(1));
        assert_ne!(met(1), met(2));
        assert!((150..350).contains(&met(1).iter().filter(|met| **met).count()));
    }
}
