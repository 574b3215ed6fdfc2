//! An emulator with a relay in front of it, and who asks it.

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use harness::Result;
use serde_json::Value;
use spotify_emulator::{Emulator, EmulatorBuilder};
use spotify_sdk::AsyncSpotifyClient;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::clients::sdk;
use crate::relay::Relay;

pub struct Lab {
    pub emulator: Arc<Emulator>,
    pub relay: Relay,
}

impl Lab {
    /// `step` is by how much the clock of the emulator advances with each request for `path`.
    pub async fn start(builder: EmulatorBuilder, latency: Duration, path: &str, step: Duration) -> Result<Self> {
        let emulator = Arc::new(builder.start()?);
        let (clock, path) = (emulator.clock(), format!("GET /v1{path}"));
        let relay = Relay::start(emulator.accounts_url(), latency, move |request| {
            if request.starts_with(&path) {
                clock.advance(step);
            }
        });
        Ok(Self { relay: relay.await?, emulator })
    }

    /// A client that nothing is counted of.
    pub fn outside(&self) -> Result<AsyncSpotifyClient> {
        sdk(self.emulator.accounts_url(), self.emulator.valid_token(), None)
    }

    /// What has passed the relay. All has to have.
    pub fn seen(&self) -> Result<Value> {
        let (passed, received) = (self.relay.seen.requests(), self.emulator.requests().len() as u64);
        let received = received + self.emulator.dropped_requests() as u64;
        if passed == received {
            return Ok(self.relay.seen.json());
        }
        Err(format!("{received} requests reached the emulator, and {passed} of them through the relay").into())
    }

    /// Counts from now on.
    pub fn forget(&self) {
        self.relay.seen.clear();
        self.emulator.clear_requests();
    }

    /// Has spotipy do something: the command that runs it comes in `BENCHMARK_SPOTIPY`.
    pub async fn spotipy(&self, what: &str, input: &Value) -> Result<Value> {
        let command = std::env::var("BENCHMARK_SPOTIPY").map_err(|_| "BENCHMARK_SPOTIPY names no command")?;
        let mut words = command.split(' ');
        let mut child = Command::new(words.next().unwrap_or_default())
            .args(words)
            .arg(what)
            .env("BENCHMARK_BASE_URL", format!("{}/v1", self.relay.origin))
            .env("BENCHMARK_ACCOUNTS_URL", &self.relay.origin)
            .env("BENCHMARK_ACCESS_TOKEN", self.emulator.valid_token())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let mut stdin = child.stdin.take().ok_or("no standard input")?;
        stdin.write_all(&serde_json::to_vec(input)?).await?;
        drop(stdin);
        Ok(serde_json::from_slice(&child.wait_with_output().await?.stdout)?)
    }
}
