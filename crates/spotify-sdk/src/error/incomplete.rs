//! What was done in part: [`IncompleteError`] and [`PlaylistChangedError`].

use std::fmt;
use std::ops::Range;

use http::Method;

use super::Error;
use crate::definition::{Idempotency, OperationInfo};
use crate::ids::PlaylistId;
use crate::text::printable;

/// How far an operation came that takes several requests.
///
/// Of the values that the caller gave, the first [`done`](Self::done) were certainly dealt with. Of the
/// [`uncertain`](Self::uncertain) ones after them it is not known, since the response was lost. The [`rest`](Self::rest)
/// certainly was not. [`next`](Self::next) is the operation to go on with; where it adds items at a position, they go as
/// much further on as there are done.
///
/// ```no_run
/// use spotify_sdk::{AsyncSpotifyClient, Error};
///
/// # async fn example(client: AsyncSpotifyClient, uris: Vec<String>) -> spotify_sdk::Result<()> {
/// match client.library().save_items(&uris).await {
///     // What may have been saved can be saved again.
///     Err(Error::Incomplete(error)) => client.library().save_items(&uris[error.done()..]).await,
///     result => result,
/// }
/// # }
/// ```
///
/// The same holds for [many items](crate::many) that are read by their ids: the first [`done`](Self::done) ids were answered,
/// and none is ever uncertain. Their items are not part of the error; a stream or an iterator yields them before it fails.
#[derive(Clone)]
pub struct IncompleteError {
    pub(crate) operation: &'static OperationInfo,
    pub(crate) next: &'static OperationInfo,
    pub(crate) total: usize,
    pub(crate) done: usize,
    pub(crate) uncertain: usize,
    pub(crate) idempotency: Idempotency,
    pub(crate) inner: Error,
}

impl IncompleteError {
    /// The operation that was called.
    pub fn operation(&self) -> &'static OperationInfo {
        self.operation
    }

    /// The operation to go on with. Nearly always the same; but when `replace_items` has replaced everything by the first
    /// 100, the others are added with `add_items`.
    pub fn next(&self) -> &'static OperationInfo {
        self.next
    }

    /// The number of values that the caller gave.
    pub fn total(&self) -> usize {
        self.total
    }

    /// How many of them, from the first on, were dealt with.
    pub fn done(&self) -> usize {
        self.done
    }

    /// The indices of the values that may or may not have been dealt with.
    pub fn uncertain(&self) -> Range<usize> {
        self.done..self.done + self.uncertain
    }

    /// The indices of the values that certainly were not dealt with.
    pub fn rest(&self) -> Range<usize> {
        self.done + self.uncertain..self.total
    }

    /// Whether dealing with the uncertain ones again does no harm.
    pub fn idempotency(&self) -> Idempotency {
        self.idempotency
    }

    /// Whether it only reads, so that nothing was changed.
    pub(super) fn is_read(&self) -> bool {
        self.operation.method == Method::GET
    }

    /// The error of the request that failed.
    pub fn inner(&self) -> &Error {
        &self.inner
    }
}

impl fmt::Display for IncompleteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { operation, total, done, uncertain, inner, .. } = self;
        if self.is_read() {
            let rest = self.rest().len();
            return write!(
                f,
                "read in part: {}: {done} of {total} were read, {rest} were not: {inner}",
                operation.name
            );
        }
        write!(f, "done in part: {}: {done} of {total} were done", operation.name)?;
        if *uncertain > 0 {
            write!(f, ", the next {uncertain} may have been")?;
        }
        write!(f, ", {} were not: {inner}", self.rest().len())
    }
}

impl fmt::Debug for IncompleteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IncompleteError")
            .field("operation", &self.operation.name)
            .field("next", &self.next.name)
            .field("total", &self.total)
            .field("done", &self.done)
            .field("uncertain", &self.uncertain())
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for IncompleteError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.inner)
    }
}

/// A playlist that is not what a sync took it to be, because another program has changed it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the playlist {playlist} was changed by another program: {}", StepsTaken(self))]
#[non_exhaustive]
pub struct PlaylistChangedError {
    /// The playlist.
    pub playlist: PlaylistId,
    /// The version that the sync took it to be at.
    pub expected: String,
    /// The version that it is at.
    pub found: String,
    /// How many steps of the plan were taken before that was noticed. They stay done.
    pub steps_done: usize,
    /// How many steps the plan has; 0 where there was none yet.
    pub steps: usize,
}

struct StepsTaken<'a>(&'a PlaylistChangedError);

impl fmt::Display for StepsTaken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PlaylistChangedError { expected, found, steps_done, steps, .. } = self.0;
        match steps_done {
            0 => f.write_str("nothing was done to it")?,
            _ => write!(f, "{steps_done} of {steps} steps were done, and nothing else was overwritten")?,
        }
        write!(f, " (expected version {}, found {})", printable(expected), printable(found))
    }
}
