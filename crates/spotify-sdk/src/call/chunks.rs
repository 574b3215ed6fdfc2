//! Operations that take several requests: one after another where they change something, some at a time where they do not.

use std::collections::VecDeque;

use http::Method;

use super::core::Core;
use super::task::Task;
use crate::error::{Error, IncompleteError, Result};
use crate::operation::{Answer, Chunk, OperationInfo, Replay};
use crate::options::Policy;
use crate::pipeline::{Failed, Success};

/// How many requests that only read are under way at the same time.
const AT_ONCE: usize = 4;

impl Core {
    /// Carries out `chunks` in their order, and stops at the first that fails.
    ///
    /// # Errors
    /// [`Incomplete`](Error::Incomplete), which says what was done and what was not, once anything may have been done;
    /// before that, the error itself.
    pub(crate) async fn run_chunks(
        &self,
        operation: &'static OperationInfo,
        chunks: Vec<Chunk>,
        answer: Answer,
        policy: &Policy,
    ) -> Result<Vec<Done>> {
        let values: Vec<usize> = chunks.iter().map(Chunk::values).collect();
        let at_once = if operation.method == Method::GET { AT_ONCE } else { 1 };
        let mut waiting = chunks.into_iter();
        let mut under_way = VecDeque::new();
        let mut done = Vec::with_capacity(values.len());
        loop {
            while under_way.len() < at_once
                && let Some(chunk) = waiting.next()
            {
                under_way.push_back(self.begin(chunk, answer, *policy));
            }
            let Some(mut next) = under_way.pop_front() else { return Ok(done) };
            match (&mut next.task).await {
                Some(Ok(success)) => done.push(Done { values: next.values, success }),
                Some(Err(failed)) => return Err(incomplete(operation, &values, done.len(), &next, failed)),
                None => {
                    let failed = Failed { error: self.gave_up(operation), maybe_executed: true };
                    return Err(incomplete(operation, &values, done.len(), &next, failed));
                }
            }
        }
    }

    fn begin(&self, Chunk { request, values }: Chunk, answer: Answer, policy: Policy) -> UnderWay {
        let (core, operation, replay) = (self.clone(), request.operation(), request.replay());
        let task = Task::begin(async move { core.run(&request, answer, &policy).await });
        UnderWay { task, operation, values, replay }
    }
}

/// A request that succeeded, and how many of the caller's values it dealt with.
pub(crate) struct Done {
    pub(crate) values: usize,
    pub(crate) success: Success,
}

/// A request on its way.
struct UnderWay {
    task: Task<Result<Success, Failed>>,
    /// Not always that of the whole.
    operation: &'static OperationInfo,
    values: usize,
    replay: Replay,
}

/// What to say when the chunk `next`, after the first `successes`, has failed.
fn incomplete(
    operation: &'static OperationInfo,
    values: &[usize],
    successes: usize,
    next: &UnderWay,
    Failed { error, maybe_executed }: Failed,
) -> Error {
    let done = values.iter().take(successes).sum();
    let changes_something = operation.method != Method::GET;
    let uncertain = if changes_something && maybe_executed { next.values } else { 0 };
    if (done == 0 && uncertain == 0) || !changes_something {
        return error;
    }
    let total = values.iter().sum();
    let (next, replay) = (next.operation, next.replay);
    IncompleteError { operation, next, total, done, uncertain, replay, inner: error }.into()
}
