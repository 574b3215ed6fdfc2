//! The script in a real Redis against the state that the limiter of one process decides with: the same decisions for the same
//! history.

use std::cell::RefCell;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use redis::{Connection, Script};
use spotify_sdk::rate_limit::Completion;
use spotify_sdk::rate_limit::state::{Admission, AdmitReason, Budget, RateBudget, RequestId};
use tokio::time::Instant;

use super::super::exchange::{Ask, Event, Limit, Reply, Restore, SendReason, Step};
use super::super::lease::{Change, Entry, EntryKind};
use super::super::script;
use super::twin::{Message, Twin};
use crate::redis_server::RedisServer;

/// The server's time at the start of each history.
const START: u64 = 1_800_000_000_000;
/// Longer than any history: leases of one request end when it does.
const LEASE_TIME: Duration = Duration::from_secs(1_000_000);
const WINDOW: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
enum Act {
    Wait(u64),
    Admit { reserve: bool },
    Bypass,
    Complete { which: usize, completion: Completion },
    Block(u64),
}

fn act() -> impl Strategy<Value = Act> {
    let completion = prop_oneof![
        8 => Just(Completion::Success),
        2 => Just(Completion::Response),
        1 => Just(Completion::Unknown),
        1 => Just(Completion::NotSent),
        1 => (0u64..40_000).prop_map(|wait| Completion::RateLimited { wait: Duration::from_millis(wait) }),
    ];
    prop_oneof![
        6 => (0u64..3_000).prop_map(Act::Wait),
        1 => (0u64..900_000).prop_map(Act::Wait),
        14 => prop::bool::weighted(0.2).prop_map(|reserve| Act::Admit { reserve }),
        1 => Just(Act::Bypass),
        14 => (any::<usize>(), completion).prop_map(|(which, completion)| Act::Complete { which, completion }),
        1 => (0u64..60_000).prop_map(Act::Block),
    ]
}

/// The script, for one process.
struct Scripted {
    connection: Connection,
    script: Script,
    keys: [String; 6],
    step: Step,
    events: u64,
}

impl Scripted {
    fn new(server: &RedisServer, history: u64, budget: Option<u32>) -> Self {
        let keys = ["rate", "window", "members", "0", "1", "2"].map(|key| format!("{{{history}}}:{key}"));
        let step = Step {
            at: Instant::now(),
            process: "p".to_owned(),
            epoch: String::new(),
            next_epoch: "epoch".to_owned(),
            budget,
            window: WINDOW,
            lease_time: LEASE_TIME,
            ttl: LEASE_TIME,
            steps: 0,
            lost_lease: None,
            ask: Ask::default(),
            lease: 0,
            restore: Restore::default(),
            info: String::new(),
            in_flight: 0,
            waiting: 0,
            last_event: 0,
            changes: Vec::new(),
            events: Vec::new(),
        };
        let connection = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
        Self { connection, script: script::step_at_a_given_time(), keys, step, events: 0 }
    }

    fn step(&mut self, millis: u64, ask: Ask, changes: Vec<Change>, events: Vec<Event>) -> Reply {
        let step =
            Step { ask, changes, events, last_event: self.events, lease: self.step.lease + 1, ..self.step.clone() };
        self.events += step.events.len() as u64;
        self.step.lease += 1;
        let mut invocation = self.script.prepare_invoke();
        for key in &self.keys {
            invocation.key(key);
        }
        invocation.arg(step.arguments("channel:")).arg(START + millis);
        invocation.invoke(&mut self.connection).unwrap()
    }
}

impl Scripted {
    /// The entry of a request that is in flight.
    fn pending(&self, now: Instant) -> Entry {
        let name = self.step.lease.to_string();
        Entry { name, count: 1, lag: LEASE_TIME, ended: now + LEASE_TIME, kind: EntryKind::Leased }
    }

    /// Tells of a request that was sent without a lease.
    fn tell(&mut self, millis: u64, entry: Entry) {
        let change = Change { old: None, new: Some(entry), always: true };
        self.step(millis, Ask::default(), vec![change], Vec::new());
    }
}

/// A request in flight, as both sides know it.
struct InFlight {
    id: RequestId,
    /// The entry of its lease.
    entry: Entry,
}

fn check(server: &RedisServer, history: u64, budget: Option<u32>, acts: Vec<Act>) -> Result<(), TestCaseError> {
    let start = Instant::now();
    let (mut pure, mut scripted) = (RateBudget::new(budget), Scripted::new(server, history, budget));
    let mut in_flight: Vec<InFlight> = Vec::new();
    let mut millis = 0;
    for act in acts {
        let now = start + Duration::from_millis(millis);
        scripted.step.at = now;
        match act {
            Act::Wait(time) => millis += time,
            Act::Admit { reserve } => {
                let ask = Ask {
                    lane: if reserve { 2 } else { 0 },
                    want: 1,
                    expects_more: false,
                    by_share: false,
                    stays: false,
                };
                let reply = scripted.step(millis, ask, Vec::new(), Vec::new());
                let is_free =
                    reply.limit.budget.is_none() && reply.limit.probe.is_none() && reply.limit.blocked.is_zero();
                match pure.admit(now, reserve) {
                    Admission::Go(id) => {
                        prop_assert!(is_free || reply.granted == 1, "the pure state admits it: {reply:?}");
                        prop_assert_eq!(reply.is_probe, id.reason == AdmitReason::Probe);
                        let entry = scripted.pending(now);
                        if is_free {
                            scripted.tell(millis, entry.clone());
                        }
                        in_flight.push(InFlight { id, entry });
                    }
                    Admission::At(time) => {
                        prop_assert!(!is_free && reply.granted == 0, "the pure state refuses it: {reply:?}");
                        prop_assert_eq!(reply.retry, Some((time - now).max(Duration::from_millis(1))));
                    }
                    _ => {
                        prop_assert!(!is_free && reply.granted == 0, "the pure state refuses it: {reply:?}");
                        prop_assert!(reply.retry > Some(Duration::from_secs(10_000)), "{reply:?}");
                    }
                }
            }
            Act::Bypass => {
                let entry = scripted.pending(now);
                scripted.tell(millis, entry.clone());
                in_flight.push(InFlight { id: pure.bypass(now), entry });
            }
            Act::Complete { which, completion } if !in_flight.is_empty() => {
                let request = in_flight.swap_remove(which % in_flight.len());
                pure.complete(request.id, now, completion);
                let (change, events) = completed(&request, scripted.step.lease + 1, completion, now);
                scripted.step(millis, Ask::default(), change, events);
            }
            Act::Complete { .. } => {}
            Act::Block(time) => {
                let until = now + Duration::from_millis(time);
                pure.block_until(until);
                scripted.step(millis, Ask::default(), Vec::new(), vec![Event::Blocked { until }]);
            }
        }
        let now = start + Duration::from_millis(millis);
        scripted.step.at = now;
        let reply = scripted.step(millis, Ask::default(), Vec::new(), Vec::new());
        // While nothing is limited, Redis does not look.
        if reply.sent > 0 || reply.limit.budget.is_some() {
            prop_assert_eq!(reply.sent, pure.sent(now));
        }
        prop_assert_eq!(reply.limit.budget, pure.budget().map(Budget::max));
        let blocked = pure.blocked_until(now).map(|until| until - now);
        prop_assert_eq!(reply.limit.blocked, blocked.unwrap_or_default());
    }
    Ok(())
}

fn completed(
    InFlight { id, entry }: &InFlight,
    name: u64,
    completion: Completion,
    now: Instant,
) -> (Vec<Change>, Vec<Event>) {
    let counts = !matches!(completion, Completion::RateLimited { .. } | Completion::NotSent);
    let kind = if completion == Completion::Unknown { EntryKind::Unknown } else { EntryKind::Done };
    let done = Entry { name: format!("d{name}"), count: 1, lag: now - id.sent, ended: now, kind };
    let change = Change { old: Some(entry.clone()), new: counts.then_some(done), always: false };
    let reason = match id.reason {
        AdmitReason::Probe => SendReason::Probe,
        AdmitReason::Bypass => SendReason::Bypass,
        _ => SendReason::WithinBudget,
    };
    let lease = entry.name.parse().unwrap();
    let event = match (completion, reason) {
        (Completion::RateLimited { wait }, _) => {
            Some(Event::RateLimited { sent: id.sent, ended: now, until: now + wait, reason })
        }
        (Completion::Success, SendReason::Bypass) => Some(Event::BypassSucceeded { sent: id.sent }),
        (Completion::Success | Completion::Response, SendReason::Probe) => {
            Some(Event::ProbeResponded { sent: id.sent })
        }
        (_, SendReason::Probe) => Some(Event::ProbeFailed { lease }),
        _ => None,
    };
    (vec![change], event.into_iter().collect())
}

/// Runs a property with many histories, each of which has keys of its own. They are the same in each run, and more of them with
/// `PROPTEST_CASES`.
fn run<S: Strategy>(strategy: &S, mut property: impl FnMut(u64, S::Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    let mut history = 0;
    let property = RefCell::new(|value| {
        history += 1;
        property(history, value)
    });
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(config, rng).run(strategy, |value| (property.borrow_mut())(value));
    if let Err(error) = result {
        panic!("{error}");
    }
}

#[test]
fn the_script_decides_as_the_limiter_of_one_process_does() {
    let server = RedisServer::start();
    let budgets = prop_oneof![Just(None), (1u32..30).prop_map(Some)];
    let strategy = (budgets, proptest::collection::vec(act(), 1..150));
    run(&strategy, |history, (budget, acts)| check(&server, history, budget, acts));
}

/// What one of several processes does.
#[derive(Debug, Clone)]
struct Move {
    process: usize,
    wait: u64,
    ask: Ask,
    /// Which of its entries ends, with how many requests, and how long ago.
    ends: Option<(usize, u32, u64)>,
    event: Option<(u8, u64, u64)>,
    has_lost_state: bool,
    /// Whether Redis has an older state than the process knows.
    is_old: bool,
    loses_lease: bool,
    block: u64,
}

fn ask() -> impl Strategy<Value = Ask> {
    let parts = (0usize..3, 0u32..20, any::<bool>(), prop::bool::weighted(0.1), prop::bool::weighted(0.1));
    parts.prop_map(|(lane, want, expects_more, by_share, stays)| Ask {
        lane,
        want: if stays { 0 } else { want },
        expects_more,
        by_share,
        stays,
    })
}

fn one_move() -> impl Strategy<Value = Move> {
    let wait = prop_oneof![10 => 0u64..300, 3 => 0u64..3_000, 1 => 0u64..700_000];
    let ends = prop::option::weighted(0.5, (any::<usize>(), 0u32..10, 0u64..500));
    let event = prop::option::weighted(0.1, (0u8..5, 0u64..4_000, 0u64..2_000));
    let block = prop_oneof![9 => Just(0u64), 1 => 0u64..5_000];
    let rare = prop::bool::weighted(0.02);
    (0usize..5, wait, ask(), ends, event, rare, rare, prop::bool::weighted(0.1), block).prop_map(
        |(process, wait, ask, ends, event, has_lost_state, is_old, loses_lease, block)| Move {
            process,
            wait,
            ask,
            ends,
            event,
            has_lost_state,
            is_old,
            loses_lease,
            block,
        },
    )
}

fn compare(server: &RedisServer, history: u64, budget: Option<u32>, moves: Vec<Move>) -> Result<(), TestCaseError> {
    let lease_time = Duration::from_millis(1_000);
    let (start, mut scripted, mut twin) = (Instant::now(), Scripted::new(server, history, budget), Twin::default());
    let mut published = redis::Client::open(server.url()).unwrap().get_connection().unwrap();
    let mut published = published.as_pubsub();
    published.psubscribe(format!("{history}:*")).unwrap();
    let mut millis = 0;
    let mut entries: [Vec<Entry>; 5] = Default::default();
    let (mut epoch, mut steps, mut events) = (String::new(), 0, [0u64; 5]);
    for one in moves {
        millis += one.wait;
        let now = start + Duration::from_millis(millis);
        let ago = |age: u64| now - Duration::from_millis(age.min(millis));
        scripted.step.lease += 1;
        let lease = scripted.step.lease;
        let own = &mut entries[one.process];
        let change = one.ends.filter(|_| !own.is_empty()).map(|(which, count, age)| {
            let old = own.swap_remove(which % own.len());
            let (lag, ended) = (Duration::from_millis(age / 2), ago(age));
            let new = Entry { name: format!("d{lease}"), count, lag, ended, kind: EntryKind::Done };
            Change { old: Some(old), new: (count > 0).then_some(new), always: age % 3 == 0 }
        });
        let event = one.event.map(|(kind, wait, age)| match kind {
            0 => {
                let reason = [SendReason::WithinBudget, SendReason::Probe, SendReason::Bypass][wait as usize % 3];
                Event::RateLimited {
                    sent: ago(age),
                    ended: ago(age / 2 * 40),
                    until: now + Duration::from_millis(wait),
                    reason,
                }
            }
            1 => Event::ProbeResponded { sent: ago(age) },
            2 => Event::ProbeFailed { lease: lease.saturating_sub(wait % 4) },
            3 => Event::BypassSucceeded { sent: ago(age) },
            _ => Event::Blocked { until: now + Duration::from_millis(wait) },
        });
        let known = if one.has_lost_state { "another".to_owned() } else { epoch.clone() };
        let step = Step {
            at: now,
            process: format!("p{}", one.process),
            epoch: known,
            steps: if one.is_old { steps + 1 } else { steps },
            lost_lease: one.loses_lease.then(|| lease.saturating_sub(3)),
            next_epoch: format!("e{lease}"),
            // Some processes have no budget of their own.
            budget: budget.filter(|_| one.process != 0),
            lease_time,
            ttl: Duration::from_secs(60),
            ask: one.ask,
            lease,
            restore: Restore { learned: Some(20), block: Duration::from_millis(one.block), own: 3, all: 7 },
            last_event: events[one.process],
            changes: change.into_iter().collect(),
            events: event.into_iter().collect(),
            ..scripted.step.clone()
        };
        events[one.process] += step.events.len() as u64;
        let mut invocation = scripted.script.prepare_invoke();
        for key in &scripted.keys {
            invocation.key(key);
        }
        invocation.arg(step.arguments(&format!("{history}:"))).arg(START + millis);
        let reply: Reply = invocation.invoke(&mut scripted.connection).unwrap();
        let (expected, expected_messages) = twin.step(&step, (START + millis) as i64);
        prop_assert_eq!(&reply, &expected, "{:?}", step);
        let () = redis::cmd("PUBLISH").arg(format!("{history}:end")).arg("").query(&mut scripted.connection).unwrap();
        let mut messages = Vec::new();
        loop {
            let message = published.get_message().unwrap();
            let channel = message.get_channel_name().split_once(':').unwrap().1.to_owned();
            match channel.split_once(':') {
                None if channel == "end" => break,
                None => {
                    messages.push(Message::Changed(Limit::parse(&message.get_payload::<String>().unwrap()).unwrap()));
                }
                Some((_, id)) => messages.push(Message::Wake(id.to_owned())),
            }
        }
        prop_assert_eq!(messages, expected_messages, "{:?}", step);
        if reply.granted > 0 {
            let ended = now + lease_time;
            let name = lease.to_string();
            entries[one.process].push(Entry {
                name,
                count: reply.granted,
                lag: lease_time,
                ended,
                kind: EntryKind::Leased,
            });
        }
        (epoch, steps) = (reply.limit.epoch, reply.steps);
    }
    Ok(())
}

#[test]
fn the_model_of_the_script_does_what_the_script_does() {
    let server = RedisServer::start();
    let budgets = prop_oneof![Just(None), (1u32..60).prop_map(Some)];
    let strategy = (budgets, proptest::collection::vec(one_move(), 1..120));
    run(&strategy, |history, (budget, moves)| compare(&server, history, budget, moves));
}
