//! Reading a list: the pages in flight, in order.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tracing::warn;

use super::paginator::Paginator;
use super::refuses_limit;
use crate::call::{ClientInner, Task};
use crate::error::{Error, Result};
use crate::observe::{Activity, ProgressListener};
use crate::operation::{PageLike, Paged, Quota, Slot};
use crate::options::{CallOptions, Priority};

/// After so many errors in a row a list ends.
const MAX_ERRORS: u32 = 3;

/// After so many pages in a row that failed a list ends that steps over them: it is Spotify that fails, and not a page.
const MAX_FAILED_PAGES: u32 = 5;

/// How many requests for smaller parts a page that failed takes, at most: enough to find one item among 100.
const MAX_SMALLER_REQUESTS: u32 = 16;

/// How often such a request is sent again, at most: the page has failed before with all the retries of the call.
const MAX_SMALLER_RETRIES: u32 = 1;

/// Reads a list page after page. Each page is fetched by a task of its own, so that those ahead arrive while the caller is
/// busy; they end with this value.
pub(super) struct Reader<Op: Paged> {
    inner: ClientInner,
    operation: Op,
    options: CallOptions,
    progress: ProgressListener,
    /// How many entries of the list were read so far.
    read: usize,
    paginator: Paginator,
    in_flight: VecDeque<PageInFlight<Op::Output>>,
    begun: bool,
    errors: u32,
    /// There where failed pages are stepped over.
    stepping: Option<Stepping>,
}

/// What is known of the pages that failed.
#[derive(Default)]
struct Stepping {
    skipped: Vec<Range<u32>>,
    /// How many pages in a row failed.
    failed_pages: u32,
    /// How many more requests the latest of them may take.
    requests_left: u32,
}

/// A page that is on its way.
struct PageInFlight<T> {
    slot: Slot,
    /// Whether it is part of a page that has failed.
    is_smaller: bool,
    task: Task<Result<T>>,
}

impl<Op: Paged> Reader<Op> {
    pub(super) fn new(inner: ClientInner, operation: Op, options: CallOptions, progress: ProgressListener) -> Self {
        let paginator = Paginator::new(operation.slot(inner.quota()), Op::END);
        Self {
            inner,
            operation,
            options,
            progress,
            read: 0,
            paginator,
            in_flight: VecDeque::new(),
            begun: false,
            errors: 0,
            stepping: None,
        }
    }

    /// Steps over pages that fail.
    pub(super) fn skipping_failed_pages(mut self) -> Self {
        self.stepping = Some(Stepping::default());
        self
    }

    /// The positions that were stepped over so far.
    pub(super) fn skipped(&self) -> &[Range<u32>] {
        self.stepping.as_ref().map_or(&[], |stepping| &stepping.skipped)
    }

    /// How many items the whole list has, as far as the pages so far tell.
    pub(super) fn total(&self) -> Option<u32> {
        self.paginator.total()
    }

    pub(super) fn set_concurrency(&mut self, pages: usize) {
        self.options.concurrency = pages;
    }

    pub(super) async fn next(&mut self) -> Option<Result<Op::Output>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Op::Output>>> {
        loop {
            self.fetch_ahead();
            let Some(page) = self.in_flight.front_mut() else { return Poll::Ready(None) };
            let result = ready!(Pin::new(&mut page.task).poll(context));
            let (slot, is_smaller) = (page.slot.clone(), page.is_smaller);
            self.in_flight.pop_front();
            match result.unwrap_or_else(|| Err(self.inner.cancelled(Op::INFO))) {
                Ok(page) => {
                    self.succeeded(&slot, &page);
                    self.fetch_ahead();
                    return Poll::Ready(Some(Ok(page)));
                }
                Err(error) => {
                    if let Some(error) = self.failed(slot, is_smaller, error) {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
            }
        }
    }

    fn succeeded(&mut self, slot: &Slot, page: &Op::Output) {
        self.errors = 0;
        self.begun = true;
        if let Some(stepping) = &mut self.stepping {
            stepping.failed_pages = 0;
        }
        let info = page.page_info();
        self.paginator.arrived(slot, &info);
        self.read += info.entries as usize;
        self.progress.report(Activity::Reading, Op::INFO, self.read, self.total().map(|total| total as usize));
    }

    /// Decides what to do about a page that failed; returns the error, unless the caller need not see it.
    fn failed(&mut self, slot: Slot, is_smaller: bool, error: Error) -> Option<Error> {
        let smaller = self.operation.max_limit(Quota::Development);
        if refuses_limit(&error) && slot.limit() > smaller {
            warn!(limit = slot.limit(), smaller, "pages as large are not for this app: going on with smaller ones");
            self.in_flight.clear();
            self.paginator.resize(slot, smaller);
            return None;
        }
        if let Slot::Offset { offset, limit } = slot
            && is_of_the_page(&error)
            && let Some(stepping) = self.stepping.take()
        {
            return self.step_over(stepping, offset, limit, is_smaller, error);
        }
        self.errors += 1;
        // What is in flight was sent before the caller knew: it may have failed for the same reason.
        self.in_flight.clear();
        // What is left of a list whose quota is used up cannot be read for hours.
        if self.errors < MAX_ERRORS && !matches!(error, Error::QuotaExceeded(_)) {
            self.paginator.rewind(slot);
        } else {
            self.paginator = Paginator::over();
        }
        Some(error)
    }

    /// Requests the halves of what failed, or leaves it out. What is in flight stays: it comes after that.
    fn step_over(
        &mut self,
        mut stepping: Stepping,
        offset: u32,
        limit: u32,
        is_smaller: bool,
        error: Error,
    ) -> Option<Error> {
        if !is_smaller {
            stepping.failed_pages += 1;
            stepping.requests_left = MAX_SMALLER_REQUESTS;
        }
        let positions = self.paginator.within(offset..offset.saturating_add(limit));
        let count = positions.end - positions.start;
        let error = if stepping.failed_pages > MAX_FAILED_PAGES {
            self.in_flight.clear();
            self.paginator = Paginator::over();
            Some(error)
        } else if count == 0 {
            None
        } else if count > 1 && stepping.requests_left >= 2 {
            stepping.requests_left -= 2;
            let half = count.div_ceil(2);
            self.begin_smaller(offset.saturating_add(half), count - half);
            self.begin_smaller(offset, half);
            None
        } else {
            warn!(first = positions.start, last = positions.end - 1, %error, "left out of a list");
            stepping.skipped.push(positions);
            Some(error)
        };
        self.stepping = Some(stepping);
        error
    }

    /// Starts as many pages as may be in flight. After an error the next one is started only when it is polled for.
    fn fetch_ahead(&mut self) {
        while self.in_flight.len() < self.options.concurrency.max(1) {
            let Some(slot) = self.paginator.next(self.in_flight.len()) else { return };
            let ahead = if self.begun { Priority::Prefetch } else { Priority::Interactive };
            let options = CallOptions { priority: self.options.priority.max(ahead), ..self.options };
            let page = self.begin(slot, options, false);
            self.in_flight.push_back(page);
        }
    }

    /// Starts a part of a page that failed, which comes before everything in flight.
    fn begin_smaller(&mut self, offset: u32, limit: u32) {
        let max_retries = self.options.max_retries.min(MAX_SMALLER_RETRIES);
        let page = self.begin(Slot::Offset { offset, limit }, CallOptions { max_retries, ..self.options }, true);
        self.in_flight.push_front(page);
    }

    fn begin(&self, slot: Slot, options: CallOptions, is_smaller: bool) -> PageInFlight<Op::Output> {
        let (inner, operation) = (self.inner.clone(), self.operation.at(&slot));
        let task = Task::begin(async move { inner.call(&operation, &options).await });
        PageInFlight { slot, is_smaller, task }
    }
}

/// Whether another part of the list may come although this one does not: Spotify failed to make it, or it cannot be read.
fn is_of_the_page(error: &Error) -> bool {
    match error {
        Error::Server(_) | Error::Decode(_) | Error::ResponseTooLarge(_) => true,
        Error::Timeout(error) => !error.waiting_for_token,
        _ => false,
    }
}
