//! The way of one request: the token, the rate gate, where all calls of an app wait together, one attempt, and a rule that
//! says whether there is another. There is one way, for every operation, async and blocking alike.

mod decode;
mod engine;
mod success;
mod unwrap;

pub(crate) use engine::{Engine, Failed, may_have_been_done};
pub(crate) use success::Success;
