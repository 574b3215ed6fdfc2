//! Operations that take several requests: sequential where they change something, concurrent where they only read.

use std::collections::VecDeque;

use http::Method;

use super::inner::ClientInner;
use super::task::Task;
use crate::definition::{BatchRequest, Idempotency, OperationInfo, ResponseBody};
use crate::error::{Error, IncompleteError, Result};
use crate::observe::{Activity, ProgressListener};
use crate::options::CallOptions;
use crate::pipeline::{CallFailure, Received};

impl ClientInner {
    /// Sends `batches` in order and stops at the first failure.
    ///
    /// # Errors
    /// [`Incomplete`](Error::Incomplete) once anything may have been executed; it says what was done and what was not.
    /// Before that, the error itself.
    pub(crate) async fn run_batches(
        &self,
        operation: &'static OperationInfo,
        batches: Vec<BatchRequest>,
        options: &CallOptions,
        progress: &ProgressListener,
    ) -> Result<Vec<Done>> {
        let values: Vec<usize> = batches.iter().map(|batch| batch.values).collect();
        let reads = operation.method == Method::GET;
        let (concurrency, activity) =
            if reads { (options.concurrency.max(1), Activity::Reading) } else { (1, Activity::Writing) };
        let mut waiting = batches.into_iter();
        let mut in_flight = VecDeque::new();
        let mut done = Vec::with_capacity(values.len());
        loop {
            while in_flight.len() < concurrency
                && let Some(batch) = waiting.next()
            {
                in_flight.push_back(self.begin(batch, operation.response_body, *options));
            }
            let Some(mut next) = in_flight.pop_front() else { return Ok(done) };
            match (&mut next.task).await {
                Some(Ok(received)) => {
                    done.push(Done { values: next.values, received });
                    let total = values.iter().sum();
                    progress.report(activity, operation, values.iter().take(done.len()).sum(), Some(total));
                }
                Some(Err(failed)) => return Err(incomplete(operation, &values, done.len(), &next, failed)),
                None => {
                    let failed = CallFailure { error: self.cancelled(operation), maybe_executed: true };
                    return Err(incomplete(operation, &values, done.len(), &next, failed));
                }
            }
        }
    }

    fn begin(
        &self,
        BatchRequest { request, values }: BatchRequest,
        response_body: ResponseBody,
        options: CallOptions,
    ) -> BatchInFlight {
        let (inner, operation, idempotency) = (self.clone(), request.operation(), request.idempotency());
        let task = Task::begin(async move { inner.run(request, response_body, &options).await });
        BatchInFlight { task, operation, values, idempotency }
    }
}

/// A request that succeeded, and how many of the caller's values it covered.
pub(crate) struct Done {
    pub(crate) values: usize,
    pub(crate) received: Received,
}

/// A request in flight.
struct BatchInFlight {
    task: Task<Result<Received, CallFailure>>,
    /// May differ from the operation of the whole call.
    operation: &'static OperationInfo,
    values: usize,
    idempotency: Idempotency,
}

/// Builds the error for the failure of the batch `next` after `successes` successful ones.
fn incomplete(
    operation: &'static OperationInfo,
    values: &[usize],
    successes: usize,
    next: &BatchInFlight,
    CallFailure { error, maybe_executed }: CallFailure,
) -> Error {
    let done = values.iter().take(successes).sum();
    let changes_something = operation.method != Method::GET;
    let uncertain = if changes_something && maybe_executed { next.values } else { 0 };
    if (done == 0 && uncertain == 0) || !changes_something {
        return error;
    }
    let total = values.iter().sum();
    let (next, idempotency) = (next.operation, next.idempotency);
    IncompleteError { operation, next, total, done, uncertain, idempotency, inner: error }.into()
}
