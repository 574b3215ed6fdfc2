//! Reading a list: the pages under way, in order.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::plan::Plan;
use super::{Paged, PartOfList, Place};
use crate::client::{Core, Task};
use crate::error::{Error, Result};
use crate::transport::{Policy, Priority};

/// After so many errors in a row a list ends.
const MOST_ERRORS: u32 = 3;

/// Reads a list page after page. Each page is fetched by a task of its own, so that those ahead arrive while the caller is
/// busy; they end with this value.
pub(super) struct Reader<Op: Paged> {
    core: Core,
    operation: Op,
    policy: Policy,
    concurrency: usize,
    plan: Plan,
    under_way: VecDeque<Flight<Op::Output>>,
    begun: bool,
    errors: u32,
}

/// A page that is on its way.
struct Flight<T> {
    place: Place,
    task: Task<Result<T>>,
}

impl<Op: Paged> Reader<Op> {
    pub(super) fn new(core: Core, operation: Op, policy: Policy, concurrency: usize) -> Self {
        let plan = Plan::new(operation.place(), Op::END);
        Self { core, operation, policy, concurrency, plan, under_way: VecDeque::new(), begun: false, errors: 0 }
    }

    /// How many items the whole list has, as far as the pages so far tell.
    pub(super) fn total(&self) -> Option<u32> {
        self.plan.total()
    }

    pub(super) fn set_concurrency(&mut self, pages: usize) {
        self.concurrency = pages;
    }

    pub(super) async fn next(&mut self) -> Option<Result<Op::Output>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Op::Output>>> {
        self.fetch_ahead();
        let Some(flight) = self.under_way.front_mut() else { return Poll::Ready(None) };
        let landed = ready!(Pin::new(&mut flight.task).poll(context));
        let place = flight.place.clone();
        self.under_way.pop_front();
        match landed.unwrap_or_else(|| Err(self.core.gave_up(Op::INFO))) {
            Ok(page) => {
                self.errors = 0;
                self.begun = true;
                self.plan.arrived(&place, &page.seen());
                self.fetch_ahead();
                Poll::Ready(Some(Ok(page)))
            }
            Err(error) => {
                self.errors += 1;
                // What is under way was sent before the caller knew: it may have failed for the same reason.
                self.under_way.clear();
                // What is left of a list whose quota is used up cannot be read for hours.
                if self.errors < MOST_ERRORS && !matches!(error, Error::QuotaExceeded(_)) {
                    self.plan.rewind(place);
                } else {
                    self.plan = Plan::over();
                }
                Poll::Ready(Some(Err(error)))
            }
        }
    }

    /// Begins as many pages as may be under way. After an error the next one is only begun when it is asked for.
    fn fetch_ahead(&mut self) {
        while self.under_way.len() < self.concurrency.max(1) {
            let Some(place) = self.plan.next(self.under_way.len()) else { return };
            let (core, operation) = (self.core.clone(), self.operation.at(&place));
            let ahead = if self.begun { Priority::Ahead } else { Priority::Awaited };
            let policy = Policy { priority: self.policy.priority.max(ahead), ..self.policy };
            let task = Task::begin(async move { core.call(&operation, &policy).await });
            self.under_way.push_back(Flight { place, task });
        }
    }
}
