//! The task that talks to Redis for one process: one step at a time, so that what comes up meanwhile goes into the next one.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::Duration;

use redis::{ErrorKind, Msg, PushInfo, PushKind, RedisError, Script};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Instant, sleep_until, timeout};

use super::exchange::{Limit, millis};
use super::quota::Report;
use super::{Alive, Shared, script};
use crate::connection::{Connection, Link};
use crate::event::FleetEvent;
use crate::keys::{APPS, Keys};

/// How long Redis may take for a step. What takes longer is no help to calls that wait.
const STEP_TIMEOUT: Duration = Duration::from_millis(250);
/// The maximum interval at which the task looks for something to tell.
const LOOK: Duration = Duration::from_secs(1);
/// The minimum interval at which the app is put on the list of apps.
const REGISTER_INTERVAL: Duration = Duration::from_secs(60);
/// After so many attempts in a row the connection is replaced: it may be one that nobody has closed and that leads nowhere.
const RENEW_AFTER: usize = 8;
/// The pauses between attempts while Redis is away.
const PAUSES: [Duration; 4] =
    [Duration::from_millis(100), Duration::from_millis(250), Duration::from_millis(500), Duration::from_secs(1)];

pub(super) fn start(connection: &Connection, app: Keys, account: Keys, shared: Arc<Shared>, alive: Weak<Alive>) {
    let driver = Driver {
        link: connection.link(),
        connection: connection.clone(),
        step: script::step(),
        ledger: script::ledger(),
        channels: vec![app.key("changed"), app.key(&format!("wake:{}", shared.id)), account.key("quota")],
        app,
        account,
        shared,
        alive,
        is_subscribed: false,
        failures: 0,
        next_try: None,
        away_since: None,
        is_last: false,
        registered_at: None,
    };
    let messages = connection.messages();
    connection.spawn(driver.run(messages));
}

struct Driver {
    link: Link,
    /// Keeps the connection until everything is told.
    #[allow(dead_code)]
    connection: Connection,
    step: Script,
    ledger: Script,
    app: Keys,
    account: Keys,
    /// Of changes, of wake-ups, and of quotas.
    channels: Vec<String>,
    shared: Arc<Shared>,
    alive: Weak<Alive>,
    is_subscribed: bool,
    failures: usize,
    next_try: Option<Instant>,
    away_since: Option<Instant>,
    /// Whether the limiter is gone, so that there is no later step.
    is_last: bool,
    /// When the app was last put on the list of apps.
    registered_at: Option<Instant>,
}

impl Driver {
    async fn run(mut self, mut messages: Receiver<PushInfo>) {
        while self.alive.strong_count() > 0 {
            let due = self.due();
            tokio::select! {
                biased;
                message = messages.recv() => self.receive(message),
                // What calls report without haste does not wake this task.
                () = sleep_until(due.min(Instant::now() + LOOK)) => if self.due() <= Instant::now() { self.talk().await },
                () = self.shared.poke.notified() => {}
            }
        }
        // What is left to tell: requests that were sent, and permits that were not used.
        self.is_last = true;
        self.shared.member().quit(Instant::now());
        let _ = self.talk_once().await;
    }

    /// When there is something to tell or to ask.
    fn due(&self) -> Instant {
        if let Some(time) = self.next_try {
            return time;
        }
        let now = Instant::now();
        let report = self.shared.quotas().report_at(now);
        if report.is_some_and(|time| time <= now) {
            return now;
        }
        report.into_iter().fold(self.shared.member().step_at(now), Instant::min)
    }

    fn receive(&self, message: Result<PushInfo, RecvError>) {
        let now = Instant::now();
        let message = match message {
            Ok(message) if message.kind == PushKind::Message => message,
            Ok(message) if message.kind != PushKind::Disconnection => return,
            // What was published meanwhile is lost.
            _ => return self.shared.member().missed(now),
        };
        let Some(message) = Msg::from_push_info(message) else { return };
        let Ok(text) = message.get_payload::<String>() else { return };
        match self.channels.iter().position(|channel| channel == message.get_channel_name()) {
            Some(0) => {
                if let Some(limit) = Limit::parse(&text) {
                    self.shared.member().changed(limit, now);
                }
            }
            Some(1) => self.shared.member().woken(),
            Some(2) => {
                self.shared.any_closed.store(true, Ordering::Release);
                self.shared.quotas().changed(&text, now);
            }
            _ => {}
        }
    }

    async fn talk(&mut self) {
        match self.talk_once().await {
            Ok(()) => {
                self.failures = 0;
                self.next_try = None;
                if let Some(since) = self.away_since.take() {
                    let after = since.elapsed();
                    tracing::info!(seconds = after.as_secs(), "Redis is back: the rate limit is shared again");
                    self.shared.listener.tell(&FleetEvent::Online { after });
                }
            }
            Err(error) => {
                let now = Instant::now();
                self.next_try = Some(now + PAUSES[self.failures.min(PAUSES.len() - 1)]);
                self.failures += 1;
                if self.failures.is_multiple_of(RENEW_AFTER) {
                    self.link.renew().await;
                }
                // A server that comes back may know nothing.
                self.registered_at = None;
                if self.away_since.is_none() {
                    self.away_since = Some(now);
                    tracing::warn!(%error, "Redis is away: this process goes on with its share of the last known rate limit");
                    self.shared.listener.tell(&FleetEvent::Offline { reason: error });
                }
            }
        }
    }

    /// Tells and asks what there is.
    async fn talk_once(&mut self) -> Result<(), String> {
        if !self.is_subscribed {
            let channels = &self.channels;
            let mut link = self.link.clone();
            match timeout(STEP_TIMEOUT, link.subscribe(channels)).await {
                Ok(Ok(())) => {}
                // A user who may not subscribe hears of changes later, and has a limit all the same.
                Ok(Err(error)) if matches!(error.kind(), ErrorKind::Server(_)) => {
                    tracing::warn!(%error, "changes of the rate limit are not heard of at once");
                }
                result => {
                    self.shared.member().lost(None, Instant::now());
                    return Err(match result {
                        Ok(Err(error)) => error.to_string(),
                        _ => too_slow(),
                    });
                }
            }
            self.is_subscribed = true;
        }
        let now = Instant::now();
        let (is_due, is_beat) = {
            let mut member = self.shared.member();
            (member.is_due(now), member.is_beat(now))
        };
        // Both go at the same time, and need one round trip together.
        let quota = self.shared.quotas().report_if(now, is_beat || self.is_last || self.away_since.is_some());
        let limit = is_due || self.is_last || self.away_since.is_some() || quota.is_none();
        let register = self.registered_at.is_none_or(|time| is_beat && now - time >= REGISTER_INTERVAL);
        let (limit, quota, ()) = tokio::join!(
            async { if limit { self.talk_of_limit(now).await } else { Ok(()) } },
            async { if let Some(report) = quota { self.talk_of_quota(report).await } else { Ok(()) } },
            async {
                if register {
                    // Nothing but the list is missing if that fails.
                    let _ = limited(self.register()).await;
                }
            }
        );
        if register {
            self.registered_at = Some(now);
        }
        self.shared.round_trips.fetch_add(1, Ordering::Relaxed);
        if let Err(error) = quota {
            tracing::debug!(%error, "requests could not be counted by operation");
        }
        limit
    }

    /// Puts the app on the list of apps.
    async fn register(&self) -> Result<(), RedisError> {
        let register = script::register();
        let mut invocation = register.key(APPS);
        invocation.arg(self.app.name()).arg(millis(script::APP_TIME));
        invocation.invoke_async(&mut self.link.clone()).await
    }

    async fn talk_of_limit(&self, now: Instant) -> Result<(), String> {
        let step = self.shared.member().step(now);
        let mut invocation = self.step.prepare_invoke();
        for key in ["rate", "window", "members", "waiting:0", "waiting:1", "waiting:2"] {
            invocation.key(self.app.key(key));
        }
        invocation.arg(step.arguments(&self.app.key("")));
        let reply = limited(invocation.invoke_async(&mut self.link.clone())).await;
        let (mut member, now) = (self.shared.member(), Instant::now());
        match reply {
            Ok(reply) => {
                member.reply(&step, reply, now);
                Ok(())
            }
            Err(error) => {
                member.lost(Some(&step), now);
                Err(error)
            }
        }
    }

    async fn talk_of_quota(&self, report: Report) -> Result<(), String> {
        let mut invocation = self.ledger.prepare_invoke();
        for key in ["totals", "buckets", "closed", "seen"] {
            invocation.key(self.account.key(key));
        }
        invocation.arg(report.arguments(&self.shared.id, &self.account.key("")));
        let reply: Result<LedgerReply, String> = limited(invocation.invoke_async(&mut self.link.clone())).await;
        let mut quotas = self.shared.quotas();
        match reply {
            Ok((totals, closed)) => {
                if !closed.is_empty() {
                    self.shared.any_closed.store(true, Ordering::Release);
                }
                quotas.reply(&report, totals.into_iter().collect(), closed, Instant::now());
                Ok(())
            }
            Err(error) => {
                quotas.lost(report);
                Err(error)
            }
        }
    }
}

/// The requests of each operation, and the refused ones with the time left and whether Spotify named it.
type LedgerReply = (Vec<(String, u32)>, Vec<(String, u64, u8)>);

/// Waits for Redis, but not for long.
async fn limited<T>(command: impl Future<Output = Result<T, RedisError>>) -> Result<T, String> {
    match timeout(STEP_TIMEOUT, command).await {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err(too_slow()),
    }
}

fn too_slow() -> String {
    format!("it did not respond within {} ms", STEP_TIMEOUT.as_millis())
}
