//! Processes of a fleet: this test program again, each with a job.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::AccessToken;
use spotify_sdk_redis::Fleet;

/// The environment variable that holds the job.
const JOB: &str = "SPOTIFY_SDK_REDIS_TEST_JOB";
pub const ALBUM: &str = "4aawyAB9vmqN3uQ7FjRGTy";

/// What a process does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// Where Redis is; without it the process is on its own.
    pub redis: Option<String>,
    pub base_url: String,
    pub token: String,
    pub window_ms: u64,
    pub budget: Option<u32>,
    pub calls: usize,
    /// The number of calls at the same time.
    pub tasks: usize,
    /// How long each call is followed by nothing.
    pub pause_ms: u64,
}

/// What became of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    pub done: usize,
    pub errors: Vec<String>,
    /// The time of each call, in microseconds.
    pub latencies: Vec<u64>,
    /// The number of times that Redis was away.
    pub offline: usize,
    pub wall_ms: u64,
    /// The number of times that Redis was asked.
    pub round_trips: u64,
}

/// A running process, ready to begin.
pub struct Process {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Process {
    /// Starts a process of this test program, which has a test with this name that calls [`run_job`].
    pub fn start(test: &str, job: &Job) -> Self {
        Self::run(Command::new(std::env::current_exe().unwrap()), test, job)
    }

    /// The same in a process whose clock is ahead, or behind: `+1h`.
    pub fn start_at(offset: &str, test: &str, job: &Job) -> Self {
        let mut command = Command::new("faketime");
        // Only the time of day is wrong: what measures lengths of time goes on as before.
        command.args(["-f", offset]).arg(std::env::current_exe().unwrap()).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Self::run(command, test, job)
    }

    fn run(mut command: Command, test: &str, job: &Job) -> Self {
        let mut child = command
            .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
            .env(JOB, serde_json::to_string(job).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{:?} does not run: `apt-get install faketime` brings it ({error})", command.get_program())
            });
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, stdin, stdout: BufReader::new(stdout) }
    }

    /// Waits for a line with this word, and returns the rest of it.
    pub fn wait_for(&mut self, word: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.stdout.read_line(&mut line).unwrap() > 0, "the process ended before it said {word}");
            if let Some((_, rest)) = line.split_once(word) {
                return rest.trim().to_owned();
            }
        }
    }

    /// Lets the process begin, or go on.
    pub fn go(&mut self) {
        self.stdin.write_all(b"go\n").unwrap();
        self.stdin.flush().unwrap();
    }

    /// Ends the process without a chance to say goodbye.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub fn outcome(mut self) -> Outcome {
        let outcome = serde_json::from_str(&self.wait_for("outcome ")).unwrap();
        assert!(self.child.wait().unwrap().success());
        outcome
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts processes, lets them all begin at the same time, and returns what became of them.
pub fn run_all(test: &str, jobs: &[Job]) -> (Vec<Outcome>, Duration) {
    let mut processes: Vec<Process> = jobs.iter().map(|job| Process::start(test, job)).collect();
    for process in &mut processes {
        process.wait_for("ready");
    }
    let start = Instant::now();
    processes.iter_mut().for_each(Process::go);
    let outcomes = processes.into_iter().map(Process::outcome).collect();
    (outcomes, start.elapsed())
}

/// Does the job in the environment, if there is one.
pub fn run_job() {
    let Ok(job) = std::env::var(JOB) else { return };
    let job: Job = serde_json::from_str(&job).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = runtime.block_on(work(job));
    println!("outcome {}", serde_json::to_string(&outcome).unwrap());
}

async fn work(job: Job) -> Outcome {
    let offline = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let auth = AccessToken::new(job.token.clone()).unwrap();
    let builder = AsyncSpotifyClient::builder(auth).base_url(&job.base_url).max_retry_wait(Duration::from_secs(600));
    let window = Duration::from_millis(job.window_ms);
    let mut shared = None;
    let client = match &job.redis {
        Some(url) => {
            let count = std::sync::Arc::clone(&offline);
            let mut fleet = Fleet::builder(url).client_id("app").rate_window(window).on_event(move |event| {
                if matches!(event, spotify_sdk_redis::FleetEvent::Offline { .. }) {
                    count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                }
            });
            if let Some(budget) = job.budget {
                fleet = fleet.rate_budget(budget);
            }
            let fleet = fleet.connect().await.unwrap();
            shared = Some(fleet.rate_limiter("app"));
            fleet.join(builder).build().unwrap()
        }
        None => {
            let limiter = match job.budget {
                Some(budget) => spotify_sdk::rate_limit::LocalRateLimiter::with_budget(budget),
                None => spotify_sdk::rate_limit::LocalRateLimiter::new(),
            };
            builder.rate_limiter(limiter.window(window)).build().unwrap()
        }
    };
    // The connection to the API is there before the clock starts.
    wait_for_go();
    let start = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..job.tasks {
        let client = client.clone();
        let calls = job.calls / job.tasks + usize::from(task < job.calls % job.tasks);
        let pause = Duration::from_millis(job.pause_ms);
        tasks.spawn(async move {
            let (mut latencies, mut errors) = (Vec::new(), Vec::new());
            for _ in 0..calls {
                let start = Instant::now();
                match client.albums().get(ALBUM).await {
                    Ok(_) => latencies.push(start.elapsed().as_micros() as u64),
                    Err(error) => errors.push(error.to_string()),
                }
                if !pause.is_zero() {
                    tokio::time::sleep(pause).await;
                }
            }
            (latencies, errors)
        });
    }
    let mut outcome =
        Outcome { done: 0, errors: Vec::new(), latencies: Vec::new(), offline: 0, wall_ms: 0, round_trips: 0 };
    while let Some(task) = tasks.join_next().await {
        let (latencies, errors) = task.unwrap();
        outcome.done += latencies.len();
        outcome.latencies.extend(latencies);
        outcome.errors.extend(errors);
    }
    outcome.wall_ms = start.elapsed().as_millis() as u64;
    outcome.round_trips = shared.map_or(0, |limiter| limiter.round_trips());
    outcome.offline = offline.load(std::sync::atomic::Ordering::Relaxed);
    outcome
}

fn wait_for_go() {
    println!("ready");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
}
