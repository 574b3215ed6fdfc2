//! Reads a list: the pages in flight, in order.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tracing::warn;

use super::items::Entries;
use super::paginator::Paginator;
use super::refuses_limit;
use crate::call::{ClientInner, Task};
use crate::definition::{Action, OperationInfo, PageLike, Paged, Quota, Slot};
use crate::error::{Error, Result};
use crate::invalid_input::InvalidInput;
use crate::observe::{Activity, ProgressListener};
use crate::options::{CallOptions, Priority};

/// The number of consecutive errors after which a list ends.
const MAX_ERRORS: u32 = 3;

/// The number of consecutive failed pages after which a list that skips failed pages ends: the service fails, not a
/// page.
const MAX_FAILED_PAGES: u32 = 5;

/// The maximum number of requests for smaller parts of a failed page: enough to find one item among 100.
const MAX_SMALLER_REQUESTS: u32 = 16;

/// The maximum number of retries of such a request: the page has already failed with all the retries of the call.
const MAX_SMALLER_RETRIES: u32 = 1;

/// Reads a list page by page. Each page is fetched by its own task, so that prefetched pages arrive while the caller is
/// busy; dropping the reader cancels the tasks.
pub(super) struct Reader<Op: Paged> {
    inner: ClientInner,
    /// The operation, or the refusal of one of its parameters.
    operation: Result<Op, InvalidInput>,
    options: CallOptions,
    progress: ProgressListener,
    /// The number of entries of the list read so far.
    read: usize,
    /// The position of the first entry of the latest page.
    start: u32,
    paginator: Paginator,
    in_flight: VecDeque<PageInFlight<Op::Output>>,
    begun: bool,
    errors: u32,
    /// Present if failed pages are skipped.
    skipping: Option<Skipping>,
}

/// The state of skipping failed pages.
#[derive(Default)]
struct Skipping {
    skipped: Vec<Range<u32>>,
    /// The number of consecutive failed pages.
    failed_pages: u32,
    /// The number of requests left for the latest of them.
    requests_left: u32,
}

/// A page in flight.
struct PageInFlight<T> {
    slot: Slot,
    /// Whether it is part of a failed page.
    is_smaller: bool,
    task: Task<Result<T>>,
}

impl<Op: Paged> Reader<Op> {
    pub(super) fn new(
        inner: ClientInner,
        operation: Result<Op, InvalidInput>,
        options: CallOptions,
        progress: ProgressListener,
    ) -> Self {
        let paginator = match &operation {
            Ok(operation) => Paginator::new(operation.slot(inner.quota()), operation.end()),
            Err(_) => Paginator::over(),
        };
        Self {
            inner,
            operation,
            options,
            progress,
            read: 0,
            start: 0,
            paginator,
            in_flight: VecDeque::new(),
            begun: false,
            errors: 0,
            skipping: None,
        }
    }

    /// Skips pages that fail.
    pub(super) fn skipping_failed_pages(mut self) -> Self {
        self.skipping = Some(Skipping::default());
        self
    }

    /// Returns the positions skipped so far.
    pub(super) fn skipped(&self) -> &[Range<u32>] {
        self.skipping.as_ref().map_or(&[], |skipping| &skipping.skipped)
    }

    /// Returns the position of the first entry of the latest page.
    #[cfg(feature = "blocking")]
    pub(super) fn start(&self) -> u32 {
        self.start
    }

    /// Returns the entries of the latest page.
    pub(super) fn entries(&self, page: Op::Output) -> Entries<<Op::Output as PageLike>::Item> {
        Entries::of(page, self.start, self.action())
    }

    /// Returns the number of items in the whole list, as far as the pages so far tell.
    pub(super) fn total(&self) -> Option<u32> {
        self.paginator.total()
    }

    pub(super) fn set_concurrency(&mut self, pages: usize) {
        self.options.concurrency = pages;
    }

    pub(super) async fn next(&mut self) -> Option<Result<Op::Output>> {
        poll_fn(|context| self.poll_next(context)).await
    }

    /// Returns the operation; `None` if one of its parameters was refused.
    pub(super) fn action(&self) -> Option<Action> {
        self.operation.as_ref().ok().map(|operation| operation.info().into())
    }

    /// Reads the items of the whole list, up to the first error.
    pub(super) async fn collect(mut self) -> Result<Vec<<Op::Output as PageLike>::Item>> {
        let mut items = Vec::new();
        while let Some(page) = self.next().await {
            let entries = self.entries(page?);
            if items.is_empty() {
                // Room for the whole list at once, but bounded, since the total may be wrong.
                items.reserve(self.total().unwrap_or(0).min(100_000) as usize);
            }
            for item in entries {
                items.push(item.map_err(|(_, error)| error)?);
            }
        }
        Ok(items)
    }

    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Op::Output>>> {
        let info = match &self.operation {
            Ok(operation) => operation.info(),
            // The list ends with its refusal.
            Err(refusal) => {
                let first = !std::mem::replace(&mut self.begun, true);
                return Poll::Ready(first.then(|| Err(refusal.clone().into())));
            }
        };
        loop {
            self.fetch_ahead();
            let Some(page) = self.in_flight.front_mut() else { return Poll::Ready(None) };
            let result = ready!(Pin::new(&mut page.task).poll(context));
            let (slot, is_smaller) = (page.slot.clone(), page.is_smaller);
            self.in_flight.pop_front();
            match result.unwrap_or_else(|| Err(self.inner.cancelled(info))) {
                Ok(page) => {
                    self.succeeded(info, &slot, &page);
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

    fn succeeded(&mut self, operation: &'static OperationInfo, slot: &Slot, page: &Op::Output) {
        self.errors = 0;
        self.begun = true;
        if let Some(skipping) = &mut self.skipping {
            skipping.failed_pages = 0;
        }
        let info = page.page_info();
        self.start = match slot {
            Slot::Offset { offset, .. } => *offset,
            Slot::After { .. } | Slot::Before { .. } => u32::try_from(self.read).unwrap_or(u32::MAX),
        };
        self.paginator.arrived(slot, &info);
        self.read += info.entries as usize;
        self.progress.report(Activity::Reading, operation, self.read, self.total().map(|total| total as usize));
    }

    /// Decides what to do about a failed page; returns the error to yield, if any.
    fn failed(&mut self, slot: Slot, is_smaller: bool, error: Error) -> Option<Error> {
        let smaller = self.operation.as_ref().map_or(u32::MAX, |operation| operation.max_limit(Quota::Development));
        if refuses_limit(&error) && slot.limit() > smaller {
            warn!(limit = slot.limit(), smaller, "pages as large are not for this app: going on with smaller ones");
            self.in_flight.clear();
            self.paginator.resize(slot, smaller);
            return None;
        }
        if let Slot::Offset { offset, limit } = slot
            && is_page_failure(&error)
            && let Some(skipping) = self.skipping.take()
        {
            return self.split_or_skip(skipping, offset, limit, is_smaller, error);
        }
        self.errors += 1;
        // Requests in flight were sent before the caller saw the error: they may have failed for the same reason.
        self.in_flight.clear();
        // If the quota is used up, the rest of the list cannot be read for hours.
        if self.errors < MAX_ERRORS && !matches!(error, Error::QuotaExceeded(_)) {
            self.paginator.rewind(slot);
        } else {
            self.paginator = Paginator::over();
        }
        Some(error)
    }

    /// Requests the halves of the failed range, or skips it. Pages in flight are kept: they come after it.
    fn split_or_skip(
        &mut self,
        mut skipping: Skipping,
        offset: u32,
        limit: u32,
        is_smaller: bool,
        error: Error,
    ) -> Option<Error> {
        if !is_smaller {
            skipping.failed_pages += 1;
            skipping.requests_left = MAX_SMALLER_REQUESTS;
        }
        let positions = self.paginator.within(offset..offset.saturating_add(limit));
        let count = positions.end - positions.start;
        let error = if skipping.failed_pages > MAX_FAILED_PAGES {
            self.in_flight.clear();
            self.paginator = Paginator::over();
            Some(error)
        } else if count == 0 {
            None
        } else if count > 1 && skipping.requests_left >= 2 {
            skipping.requests_left -= 2;
            let half = count.div_ceil(2);
            self.begin_smaller(offset.saturating_add(half), count - half);
            self.begin_smaller(offset, half);
            None
        } else {
            warn!(first = positions.start, last = positions.end - 1, %error, "left out of a list");
            skipping.skipped.push(positions);
            Some(error)
        };
        self.skipping = Some(skipping);
        error
    }

    /// Starts as many pages as may be in flight. After an error the next page is started only when the caller polls for
    /// it.
    fn fetch_ahead(&mut self) {
        while self.in_flight.len() < self.options.concurrency.max(1) {
            let Some(slot) = self.paginator.next(self.in_flight.len()) else { return };
            let ahead = if self.begun { Priority::Prefetch } else { Priority::Interactive };
            let options = CallOptions { priority: self.options.priority.max(ahead), ..self.options };
            let page = self.begin(slot, options, false);
            self.in_flight.push_back(page);
        }
    }

    /// Starts a part of a failed page, which comes before everything in flight.
    fn begin_smaller(&mut self, offset: u32, limit: u32) {
        let max_retries = self.options.max_retries.min(MAX_SMALLER_RETRIES);
        let page = self.begin(Slot::Offset { offset, limit }, CallOptions { max_retries, ..self.options }, true);
        self.in_flight.push_front(page);
    }

    fn begin(&self, slot: Slot, options: CallOptions, is_smaller: bool) -> PageInFlight<Op::Output> {
        let inner = self.inner.clone();
        let operation = self.operation.as_ref().map_err(Clone::clone).and_then(|operation| operation.at(&slot));
        let task = Task::begin(async move { inner.call(&operation?, &options).await });
        PageInFlight { slot, is_smaller, task }
    }
}

/// Returns whether another part of the list may succeed although this one failed: Spotify failed to produce it, or it
/// cannot be decoded.
fn is_page_failure(error: &Error) -> bool {
    match error {
        Error::Server(_) | Error::Decode(_) | Error::ResponseTooLarge(_) => true,
        Error::Timeout(error) => !error.waiting_for_token,
        _ => false,
    }
}
