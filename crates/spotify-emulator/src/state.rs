//! What the parts of one running emulator share.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use crate::faults::Faults;
use crate::quota::Quota;
use crate::requests::RequestLog;
use crate::tokens::Tokens;

/// A handle on the state of one emulator.
pub(crate) type Shared = Arc<State>;

/// The state of one emulator.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) base_url: String,
    pub(crate) quota: Quota,
    pub(crate) tokens: Tokens,
    pub(crate) faults: Faults,
    pub(crate) requests: RequestLog,
    pub(crate) connections: AtomicUsize,
}
