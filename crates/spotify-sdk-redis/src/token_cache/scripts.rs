//! The scripts that Redis runs. Each can be run twice with the same effect, so that one whose response was lost is sent again.

use std::sync::LazyLock;
use std::time::Duration;

use redis::{FromRedisValue, Script};
use tokio::time::sleep;

use super::error::TokenCacheError;
use crate::connection::Connection;
use crate::error::CommandError;

/// How long Redis may take for a command.
pub(super) const COMMAND_LIMIT: Duration = Duration::from_secs(2);
/// The pause before a command is sent again on a new connection.
const PAUSE: Duration = Duration::from_millis(50);

/// A script and what it does, for errors.
pub(super) struct Job {
    script: LazyLock<Script>,
    action: &'static str,
}

macro_rules! job {
    ($file:literal, $action:literal) => {
        Job {
            script: LazyLock::new(|| Script::new(concat!(include_str!("common.lua"), include_str!($file)))),
            action: $action,
        }
    };
}

pub(super) static GET: Job = job!("get.lua", "read the token");
pub(super) static SET: Job = job!("set.lua", "store the token");
pub(super) static REMOVE: Job = job!("remove.lua", "remove the token");
pub(super) static RESTORE: Job = job!("restore.lua", "take back a token that it had lost");
pub(super) static LOCK: Job = job!("lock.lua", "lock the token");
pub(super) static KEEP: Job = job!("keep.lua", "keep the lock of the token");
pub(super) static RELEASE: Job = job!("release.lua", "release the lock of the token");

impl Job {
    /// Runs the script on the connection's own thread.
    pub(super) async fn run<T: FromRedisValue + Send + 'static>(
        &'static self,
        connection: &Connection,
        keys: Vec<String>,
        args: Vec<Vec<u8>>,
    ) -> Result<T, TokenCacheError> {
        let done = connection.run(COMMAND_LIMIT, move |mut link| async move {
            let mut call = self.script.prepare_invoke();
            for key in &keys {
                call.key(key);
            }
            for arg in &args {
                call.arg(arg.as_slice());
            }
            match call.invoke_async(&mut link).await {
                // The server was started again, or the network closed what was idle.
                Err(error) if error.is_connection_dropped() || error.is_io_error() => {
                    sleep(PAUSE).await;
                    call.invoke_async(&mut link).await
                }
                done => done,
            }
        });
        done.await.map_err(|error: CommandError| TokenCacheError::command(self.action, &error))
    }
}
