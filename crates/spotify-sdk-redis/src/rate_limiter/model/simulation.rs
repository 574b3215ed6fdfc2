//! A fleet without sockets: the state of many processes and the model of the script, with a clock that is advanced.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use spotify_sdk::Priority;
use spotify_sdk::rate_limit::Completion;
use tokio::time::Instant;

use super::super::exchange::{Reply, Step};
use super::super::member::{AdmitResult, Admitted, Caller, Member, Settings};
use super::twin::{Message, Twin};

/// What is simulated.
#[derive(Clone)]
struct Scenario {
    processes: usize,
    /// The number of calls at the same time in each process.
    tasks: usize,
    /// What Spotify allows in a window.
    limit: u32,
    /// Whether the processes are told.
    is_given: bool,
    window: Duration,
    /// How long Spotify takes to respond.
    latency: Duration,
    /// The time from a process to Redis, or back.
    redis: Duration,
    /// The pause of a task after each call.
    pause: Duration,
    /// How long it goes on.
    time: Duration,
}

/// What came of it.
struct Outcome {
    done: Vec<u32>,
    limited: u32,
    steps: u64,
    bytes: usize,
    /// The time from a call's wish to its permit, in order.
    waits: Vec<Duration>,
}

enum Event {
    /// A task of a process wants to make a call.
    Wish(usize),
    /// It is time for the process to talk to Redis, if nothing has changed since.
    Talk(usize, u64),
    AtRedis(usize, Box<Step>),
    Replied(usize, Box<Step>, Reply),
    Told(usize, Message),
    AtSpotify(usize, Admitted),
    Responded(usize, Admitted, Completion),
}

struct Process {
    member: Member,
    callers: VecDeque<(Caller, Instant)>,
    is_talking: bool,
    /// Changes with each plan to talk.
    plan: u64,
}

struct Simulation {
    scenario: Scenario,
    start: Instant,
    now: Instant,
    queue: BinaryHeap<Reverse<(Instant, u64)>>,
    events: HashMap<u64, Event>,
    number: u64,
    processes: Vec<Process>,
    names: HashMap<String, usize>,
    twin: Twin,
    spotify: VecDeque<Instant>,
    blocked_until: Option<Instant>,
    outcome: Outcome,
}

impl Simulation {
    fn new(scenario: Scenario) -> Self {
        let start = Instant::now();
        let settings = Settings { budget: scenario.is_given.then_some(scenario.limit), window: scenario.window };
        let name = |at: usize| format!("p{at:05}");
        let process = |at: usize| Process {
            member: Member::new(name(at), String::new(), settings, start),
            callers: VecDeque::new(),
            is_talking: false,
            plan: 0,
        };
        let processes = scenario.processes;
        let outcome = Outcome { done: vec![0; processes], limited: 0, steps: 0, bytes: 0, waits: Vec::new() };
        let mut simulation = Self {
            start,
            now: start,
            queue: BinaryHeap::new(),
            events: HashMap::new(),
            number: 0,
            processes: (0..processes).map(process).collect(),
            names: (0..processes).map(|at| (name(at), at)).collect(),
            twin: Twin::default(),
            spotify: VecDeque::new(),
            blocked_until: None,
            outcome,
            scenario,
        };
        for process in 0..processes {
            simulation.plan(process);
            for _ in 0..simulation.scenario.tasks {
                // Not all processes start in the same moment.
                let offset = Duration::from_millis(500) + Duration::from_micros((process as u64 * 7_919) % 100_000);
                simulation.after(offset, Event::Wish(process));
            }
        }
        simulation
    }

    fn after(&mut self, time: Duration, event: Event) {
        self.number += 1;
        self.events.insert(self.number, event);
        self.queue.push(Reverse((self.now + time, self.number)));
    }

    fn run(mut self) -> Outcome {
        let end = self.start + self.scenario.time;
        while let Some(Reverse((time, number))) = self.queue.pop() {
            if time > end {
                break;
            }
            self.now = time;
            if let Some(event) = self.events.remove(&number) {
                self.handle(event);
            }
        }
        self.outcome.waits.sort();
        self.outcome
    }

    fn handle(&mut self, event: Event) {
        let (now, latency, redis) = (self.now, self.scenario.latency, self.scenario.redis);
        match event {
            Event::Wish(process) => {
                let caller = Caller { priority: Priority::Interactive, max_wait: Duration::MAX, joined: None };
                self.call(process, caller, now);
                self.plan(process);
            }
            Event::Talk(process, plan) => {
                let state = &mut self.processes[process];
                if state.plan == plan && !state.is_talking && state.member.is_due(now) {
                    state.is_talking = true;
                    let step = Box::new(state.member.step(now));
                    self.outcome.steps += 1;
                    self.after(redis, Event::AtRedis(process, step));
                } else if state.plan == plan {
                    self.plan(process);
                }
            }
            Event::AtRedis(process, step) => {
                let millis = 1_000_000_000 + (now - self.start).as_millis() as i64;
                let (reply, messages) = self.twin.step(&step, millis);
                self.outcome.bytes = self.outcome.bytes.max(self.twin.bytes());
                for message in messages {
                    match &message {
                        Message::Wake(id) => {
                            let woken = self.names[id];
                            self.after(redis, Event::Told(woken, message));
                        }
                        Message::Changed(_) => {
                            for process in 0..self.processes.len() {
                                self.after(redis, Event::Told(process, message.clone()));
                            }
                        }
                    }
                }
                self.after(redis, Event::Replied(process, step, reply));
            }
            Event::Replied(process, step, reply) => {
                let state = &mut self.processes[process];
                state.member.reply(&step, reply, now);
                state.is_talking = false;
                self.wake(process);
            }
            Event::Told(process, message) => {
                let member = &mut self.processes[process].member;
                match message {
                    Message::Changed(limit) => member.changed(limit, now),
                    Message::Wake(_) => member.woken(),
                }
                self.wake(process);
            }
            Event::AtSpotify(process, admitted) => {
                let completion = self.spotify(now);
                self.after(latency / 2, Event::Responded(process, admitted, completion));
            }
            Event::Responded(process, admitted, completion) => {
                self.processes[process].member.complete(admitted, completion, now);
                match completion {
                    Completion::Success => self.outcome.done[process] += 1,
                    _ => self.outcome.limited += 1,
                }
                self.after(self.scenario.pause, Event::Wish(process));
                self.wake(process);
            }
        }
    }

    /// What Spotify says to a request that arrives now.
    fn spotify(&mut self, now: Instant) -> Completion {
        let window = self.scenario.window;
        while self.spotify.front().is_some_and(|time| *time + window <= now) {
            self.spotify.pop_front();
        }
        let until = match self.blocked_until.filter(|until| *until > now) {
            Some(until) => until + Duration::from_secs(1),
            None if self.spotify.len() < self.scenario.limit as usize => {
                self.spotify.push_back(now);
                return Completion::Success;
            }
            None => self.spotify[0] + window,
        };
        self.blocked_until = Some(until);
        Completion::RateLimited { wait: Duration::from_secs((until - now).as_secs_f64().ceil() as u64) }
    }

    fn call(&mut self, process: usize, mut caller: Caller, since: Instant) {
        let now = self.now;
        match self.processes[process].member.try_admit(&mut caller, now) {
            AdmitResult::Admitted(admitted) => {
                self.outcome.waits.push(now - since);
                self.after(self.scenario.latency / 2, Event::AtSpotify(process, admitted));
            }
            _ => self.processes[process].callers.push_back((caller, since)),
        }
    }

    /// Lets those calls try again that were notified.
    fn wake(&mut self, process: usize) {
        loop {
            let callers = &mut self.processes[process].callers;
            let notified = |(caller, _): &(Caller, Instant)| {
                let (_, notify) = caller.joined.as_ref().unwrap();
                pin!(notify.notified()).poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
            };
            let Some(at) = callers.iter().position(notified) else { break };
            let (caller, since) = callers.remove(at).unwrap();
            self.call(process, caller, since);
        }
        self.plan(process);
    }

    fn plan(&mut self, process: usize) {
        let state = &mut self.processes[process];
        if !state.is_talking {
            state.plan += 1;
            let (plan, due) = (state.plan, state.member.step_at(self.now));
            self.after(due - self.now, Event::Talk(process, plan));
        }
    }
}

impl Outcome {
    fn all(&self) -> u32 {
        self.done.iter().sum()
    }

    /// Jain's index of what the processes got: 1 if all got the same.
    fn fairness(&self) -> f64 {
        let (sum, squares) = self.done.iter().fold((0.0, 0.0), |(sum, squares), done| {
            let done = f64::from(*done);
            (sum + done, squares + done * done)
        });
        sum * sum / (squares * self.done.len() as f64)
    }

    /// The part of the limit that was used.
    fn used(&self, limit: u32, windows: f64) -> f64 {
        f64::from(self.all()) / (f64::from(limit) * windows)
    }

    fn round_trips(&self) -> f64 {
        self.steps as f64 / f64::from(self.all())
    }

    fn wait(&self, share: f64) -> Duration {
        let at = ((self.waits.len() as f64 * share) as usize).min(self.waits.len().saturating_sub(1));
        self.waits.get(at).copied().unwrap_or_default()
    }
}

fn scenario(processes: usize, limit: u32) -> Scenario {
    Scenario {
        processes,
        tasks: 1,
        limit,
        is_given: true,
        window: Duration::from_secs(30),
        latency: Duration::from_millis(80),
        redis: Duration::from_micros(300),
        pause: Duration::ZERO,
        time: Duration::from_secs(300),
    }
}

/// Runs a scenario, and returns what came of it with a line of the table in the guide.
fn run(scenario: &Scenario) -> (Outcome, String) {
    let outcome = Simulation::new(scenario.clone()).run();
    let seconds = scenario.time.as_secs_f64();
    let windows = seconds / scenario.window.as_secs_f64();
    let line = format!(
        "| {} × {} | {} | {:.1} % | {:.3} | {:.2} | {:.1} | {:.1} s / {:.1} s | {:.0} kB |",
        scenario.processes,
        scenario.tasks,
        scenario.limit,
        100.0 * outcome.used(scenario.limit, windows),
        outcome.fairness(),
        outcome.round_trips(),
        outcome.steps as f64 / seconds,
        outcome.wait(0.5).as_secs_f64(),
        outcome.wait(0.99).as_secs_f64(),
        outcome.bytes as f64 / 1e3,
    );
    println!("{line}");
    (outcome, line)
}

#[test]
fn fleets_use_the_whole_limit_and_share_it_fairly_in_few_round_trips() {
    for (processes, tasks, limit) in [(1, 8, 100), (4, 1, 100), (4, 8, 100), (40, 4, 1_000), (100, 2, 1_000)] {
        let scenario = Scenario { tasks, ..scenario(processes, limit) };
        let (outcome, line) = run(&scenario);
        assert_eq!(outcome.limited, 0, "{line}");
        assert!(outcome.used(limit, 10.0) > 0.95, "{line}");
        assert!(outcome.fairness() > 0.95, "{line}");
        assert!(outcome.round_trips() <= 0.3, "{line}");
    }
}

#[test]
fn fleets_with_less_than_a_call_for_each_process_and_window_still_share_it() {
    let scenario = scenario(300, 200);
    let (outcome, line) = run(&scenario);
    assert_eq!(outcome.limited, 0, "{line}");
    assert!(outcome.used(200, 10.0) > 0.9 && outcome.fairness() > 0.8, "{line}");
}

#[test]
fn a_fleet_that_is_told_no_budget_learns_it_once() {
    let scenario = Scenario { is_given: false, ..scenario(20, 500) };
    let (outcome, line) = run(&scenario);
    // Each process has one call at a time: those in flight when the limit is met are limited together.
    assert!((1..=20).contains(&outcome.limited), "{} times 429: {line}", outcome.limited);
}

#[test]
#[ignore = "prints the table of the guide, which takes minutes"]
fn the_table_of_the_guide() {
    let sizes = [
        (1, 8, 100),
        (4, 8, 100),
        (40, 1, 100),
        (40, 4, 1_000),
        (200, 4, 1_000),
        (1_000, 1, 1_000),
        (1_000, 4, 10_000),
    ];
    for (processes, tasks, limit) in sizes {
        let scenario = Scenario { tasks, time: Duration::from_secs(600), ..scenario(processes, limit) };
        run(&scenario);
    }
}
