//! Reads items by their ids: the requests in flight, in order.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::kind::ReadById;
use super::places::Places;
use super::request::{Answer, Answers, Source};
use super::{GetMany, MAX_AHEAD};
use crate::call::{HasInner, Task};
use crate::definition::Idempotency;
use crate::error::{Error, IncompleteError, Result};
use crate::ids::Id;
use crate::invalid_input::InvalidInput;
use crate::observe::{Activity, ProgressListener};
use crate::options::{CallOptions, Priority};

/// The number of consecutive errors of requests after which the reader ends.
const MAX_ERRORS: u32 = 3;

/// Reads the items of ids in their order. Each request is sent by its own task, so that items arrive while the caller is
/// busy; dropping the reader cancels the tasks.
pub(super) struct Reader<Op: ReadById> {
    source: Source,
    options: CallOptions,
    progress: ProgressListener,
    /// The refusal of a parameter, until it is returned.
    refusal: Option<InvalidInput>,
    /// The ids, all different.
    ids: Vec<Id<Op::Kind>>,
    places: Places<Answer<Op::Item>>,
    /// The requests that are not all answered in order, in the order of their ids.
    ahead: VecDeque<Part<Op::Item>>,
    /// The first id that is part of none of them.
    next: usize,
    /// Whether ids may share a request.
    in_batches: bool,
    begun: bool,
    errors: u32,
}

/// The ids of one request.
struct Part<T> {
    ids: Range<usize>,
    state: State<T>,
}

enum State<T> {
    Waiting,
    Running(Task<Result<Answers<T>>>),
    Answered(Vec<Answer<T>>),
    Failed(Error),
}

impl<Op: ReadById> Reader<Op> {
    pub(super) fn new<C: HasInner>(many: GetMany<C, Op>) -> Self {
        let GetMany { client, ids, market, options, progress } = many;
        let (ids, market, refusal) = match (ids, market) {
            (Ok(ids), Ok(market)) => (ids, market, None),
            (Err(refusal), _) | (_, Err(refusal)) => (Vec::new(), None, Some(refusal)),
        };
        let (ids, places) = Places::of(ids);
        let source = Source { inner: client.inner().clone(), market };
        Self {
            source,
            options,
            progress,
            refusal,
            ids,
            places,
            ahead: VecDeque::new(),
            next: 0,
            in_batches: true,
            begun: false,
            errors: 0,
        }
    }

    /// Returns the number of ids that were dealt with, from the first on.
    pub(super) fn done(&self) -> usize {
        self.places.filled()
    }

    pub(super) fn total(&self) -> usize {
        self.places.total()
    }

    pub(super) fn set_concurrency(&mut self, requests: usize) {
        self.options.concurrency = requests;
    }

    pub(super) async fn next(&mut self) -> Option<Answer<Op::Item>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Returns the next answer if it has arrived.
    #[cfg(feature = "blocking")]
    pub(super) fn next_arrived(&mut self) -> Option<Answer<Op::Item>> {
        self.places.fill()
    }

    /// Reads all items, up to the first error.
    ///
    /// # Errors
    /// [`Incomplete`](Error::Incomplete) once there is an item; before that, the error itself.
    pub(super) async fn collect(mut self) -> Result<Vec<Option<Op::Item>>> {
        let mut items = Vec::with_capacity(self.total());
        while let Some(answer) = self.next().await {
            match answer {
                Ok(item) => items.push(item),
                Err(error) => return Err(self.incomplete(items.len(), error)),
            }
        }
        Ok(items)
    }

    fn incomplete(&self, done: usize, inner: Error) -> Error {
        if done == 0 {
            return inner;
        }
        let (operation, idempotency) = (Op::ONE, Idempotency::Idempotent);
        let total = self.total();
        IncompleteError { operation, next: operation, total, done, uncertain: 0, idempotency, inner }.into()
    }

    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Answer<Op::Item>>> {
        if let Some(refusal) = self.refusal.take() {
            return Poll::Ready(Some(Err(refusal.into())));
        }
        loop {
            if let Some(answer) = self.places.fill() {
                return Poll::Ready(Some(answer));
            }
            if self.places.is_full() || self.errors >= MAX_ERRORS {
                return Poll::Ready(None);
            }
            self.send_ahead();
            let any_ended = self.poll_running(context);
            match self.ahead.pop_front() {
                Some(Part { ids, state: State::Answered(answers) }) => self.take(ids, answers),
                Some(Part { ids, state: State::Failed(error) }) => {
                    self.failed(ids, &error);
                    return Poll::Ready(Some(Err(error)));
                }
                Some(part) => {
                    self.ahead.push_front(part);
                    if !any_ended {
                        return Poll::Pending;
                    }
                }
                // Every id is part of a request, until it is answered.
                None => return Poll::Ready(None),
            }
        }
    }

    fn take(&mut self, ids: Range<usize>, answers: Vec<Answer<Op::Item>>) {
        self.errors = 0;
        for (index, answer) in ids.zip(answers) {
            self.places.answer(index, answer);
        }
        // As many are sent while the caller is busy.
        self.send_ahead();
        self.progress.report(Activity::Reading, Op::ONE, self.places.answered(), Some(self.places.total()));
    }

    /// Has the ids of a failed request requested again when the caller asks for more.
    fn failed(&mut self, ids: Range<usize>, error: &Error) {
        self.errors += 1;
        if matches!(error, Error::QuotaExceeded(_)) {
            // The other ids cannot be read for hours.
            self.errors = MAX_ERRORS;
        }
        if self.errors == MAX_ERRORS {
            self.ahead.clear();
            return;
        }
        // What else has failed was sent before the caller saw the error, and may have failed for the same reason.
        for part in &mut self.ahead {
            if matches!(part.state, State::Failed(_)) {
                part.state = State::Waiting;
            }
        }
        self.ahead.push_front(Part { ids, state: State::Waiting });
    }

    /// Polls the requests under way. Returns whether one of them ended.
    fn poll_running(&mut self, context: &mut Context<'_>) -> bool {
        let mut any_ended = false;
        let mut at = 0;
        while let Some(part) = self.ahead.get_mut(at) {
            let State::Running(task) = &mut part.state else {
                at += 1;
                continue;
            };
            let Poll::Ready(result) = Pin::new(task).poll(context) else {
                at += 1;
                continue;
            };
            any_ended = true;
            match result.unwrap_or_else(|| Err(self.source.inner.cancelled(Op::ONE))) {
                Ok(Answers::Each(answers)) => part.state = State::Answered(answers),
                Err(error) => part.state = State::Failed(error),
                Ok(Answers::Alone { all }) => {
                    self.in_batches &= !all;
                    self.split(at);
                }
            }
            at += 1;
        }
        any_ended
    }

    /// Puts a request for each id in the place of a batch.
    fn split(&mut self, at: usize) {
        let others = self.ahead.split_off(at);
        let mut others = others.into_iter();
        let ids = others.next().map_or(0..0, |part| part.ids);
        let alone = ids.map(|index| Part { ids: index..index + 1, state: State::Waiting });
        self.ahead.extend(alone.chain(others));
    }

    /// Sends as many requests as may be under way, and no further ahead of the caller than is worth it.
    fn send_ahead(&mut self) {
        let most = self.options.concurrency.max(1);
        let mut running = self.ahead.iter().filter(|part| matches!(part.state, State::Running(_))).count();
        let mut at = 0;
        while running < most {
            if at == self.ahead.len() && !self.plan_next(most) {
                return;
            }
            if matches!(self.ahead[at].state, State::Waiting) {
                let task = self.begin(self.ahead[at].ids.clone());
                self.ahead[at].state = State::Running(task);
                running += 1;
            }
            at += 1;
        }
    }

    /// Plans one more request. Returns `false` if there is nothing to request, or enough is ahead of the caller.
    fn plan_next(&mut self, most: usize) -> bool {
        let start = self.next;
        if start == self.ids.len() || self.ahead.len() >= most.saturating_mul(MAX_AHEAD) {
            return false;
        }
        let in_batches = self.in_batches && self.source.may_batch();
        let count = if in_batches { Op::batch_size().max(1) } else { 1 };
        self.next = start.saturating_add(count).min(self.ids.len());
        self.ahead.push_back(Part { ids: start..self.next, state: State::Waiting });
        true
    }

    fn begin(&mut self, ids: Range<usize>) -> Task<Result<Answers<Op::Item>>> {
        let ahead = if self.begun { Priority::Prefetch } else { Priority::Interactive };
        self.begun = true;
        let options = CallOptions { priority: self.options.priority.max(ahead), ..self.options };
        let (source, ids) = (self.source.clone(), self.ids[ids].to_vec());
        Task::begin(async move { source.read::<Op>(&ids, options).await })
    }
}
