//! Calling an emulator.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use crate::Result;

/// Where the emulator is, and who asks. It comes in environment variables.
#[derive(Clone)]
pub struct Target {
    /// With `/v1` and no slash at the end.
    pub base_url: String,
    /// With no slash at the end.
    pub accounts_url: String,
    pub access_token: String,
    pub refresh_token: String,
    pub client_id: String,
    pub client_secret: String,
    /// The id of the album to get.
    pub album: String,
    /// Whether the client has to believe that the access token has expired.
    pub expired: bool,
}

impl Target {
    fn from_env() -> Self {
        let read = |name: &str| std::env::var(format!("BENCHMARK_{name}")).unwrap_or_default();
        Self {
            base_url: read("BASE_URL"),
            accounts_url: read("ACCOUNTS_URL"),
            access_token: read("ACCESS_TOKEN"),
            refresh_token: read("REFRESH_TOKEN"),
            client_id: read("CLIENT_ID"),
            client_secret: read("CLIENT_SECRET"),
            album: read("ALBUM"),
            expired: false,
        }
    }

    /// Ends the life of all access tokens.
    fn expire_tokens(&self) -> Result<()> {
        let host = self.accounts_url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host)?;
        write!(stream, "POST /_emulator/tokens/expire HTTP/1.0\r\nhost: {host}\r\ncontent-length: 0\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        if answer.contains(" 200 ") { Ok(()) } else { Err(answer.into()) }
    }
}

/// A client, as a program would use it.
pub trait Rival: Sized + Send + Sync + 'static {
    /// A client for this emulator.
    fn connect(target: &Target) -> impl Future<Output = Result<Self>> + Send;

    /// Gets the album, and decodes it.
    fn album(&self, id: &str) -> impl Future<Output = Result<()>> + Send;

    /// Gets the profile of the user, a small answer, and decodes it.
    fn profile(&self) -> impl Future<Output = Result<()>> + Send;

    /// Reads all saved tracks, `at_once` pages at a time if the client can, and counts them in `tracks`.
    fn library(&self, at_once: usize, tracks: &AtomicUsize) -> impl Future<Output = Result<()>> + Send;
}

/// Does what the command line asks for:
/// - `calls N TASKS`: gets the album `N` times, from so many tasks;
/// - `profiles N`: gets the profile `N` times, one after the other;
/// - `library N`: reads all saved tracks, `N` pages at a time;
/// - `expired N`: gets the album once from each of `N` tasks, after the access token has expired.
///
/// # Panics
/// When asked for something else.
pub fn main<R: Rival>() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments[at].parse::<usize>().expect("a number");
    let target = Target::from_env();
    let said = match arguments[0].as_str() {
        "calls" => {
            let (calls, tasks) = (number(1), number(2));
            // One task needs no threads to run on, and is then counted to the instruction.
            let run = if tasks == 1 { one_thread } else { multi_thread };
            run(Box::pin(calls_of::<R>(target, calls, tasks)))
        }
        "profiles" => one_thread(Box::pin(profiles_of::<R>(target, number(1)))),
        "library" => multi_thread(Box::pin(library_of::<R>(target, number(1)))),
        "expired" => multi_thread(Box::pin(expired_of::<R>(target, number(1)))),
        other => panic!("unknown command {other}"),
    };
    println!("{}", said.unwrap_or_else(|error| json!({"cannot": error.to_string()})));
}

type Asked = Pin<Box<dyn Future<Output = Result<Value>>>>;

fn one_thread(asked: Asked) -> Result<Value> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(asked)
}

fn multi_thread(asked: Asked) -> Result<Value> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(asked)
}

async fn calls_of<R: Rival>(target: Target, calls: usize, tasks: usize) -> Result<Value> {
    let rival = Arc::new(R::connect(&target).await?);
    // The connections are made before.
    run(&rival, &target, tasks, tasks).await?;
    let (cpu, start) = (cpu_seconds(), Instant::now());
    run(&rival, &target, calls, tasks).await?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({"calls": calls, "seconds": seconds, "cpu_seconds": cpu_seconds() - cpu, "peak_kb": peak_kb()}))
}

async fn run<R: Rival>(rival: &Arc<R>, target: &Target, calls: usize, tasks: usize) -> Result<()> {
    if tasks == 1 {
        for _ in 0..calls {
            rival.album(&target.album).await?;
        }
        return Ok(());
    }
    let left = Arc::new(AtomicUsize::new(calls));
    let workers: Vec<_> = (0..tasks)
        .map(|_| {
            let (rival, left, album) = (rival.clone(), left.clone(), target.album.clone());
            tokio::spawn(async move {
                while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
                    rival.album(&album).await?;
                }
                Result::Ok(())
            })
        })
        .collect();
    for worker in workers {
        worker.await??;
    }
    Ok(())
}

async fn profiles_of<R: Rival>(target: Target, calls: usize) -> Result<Value> {
    let rival = R::connect(&target).await?;
    for _ in 0..calls {
        rival.profile().await?;
    }
    Ok(json!({"calls": calls}))
}

async fn library_of<R: Rival>(target: Target, at_once: usize) -> Result<Value> {
    let rival = R::connect(&target).await?;
    let (tracks, cpu, start) = (AtomicUsize::new(0), cpu_seconds(), Instant::now());
    let end = rival.library(at_once, &tracks).await;
    let seconds = start.elapsed().as_secs_f64();
    let error = end.err().map(|error| error.to_string());
    let cpu = cpu_seconds() - cpu;
    let tracks = tracks.into_inner();
    Ok(json!({"tracks": tracks, "seconds": seconds, "cpu_seconds": cpu, "peak_kb": peak_kb(), "error": error}))
}

async fn expired_of<R: Rival>(mut target: Target, tasks: usize) -> Result<Value> {
    target.expired = true;
    let rival = Arc::new(R::connect(&target).await?);
    target.expire_tokens()?;
    let start = Instant::now();
    let workers: Vec<_> = (0..tasks)
        .map(|_| {
            let (rival, album) = (rival.clone(), target.album.clone());
            tokio::spawn(async move { rival.album(&album).await })
        })
        .collect();
    let (mut succeeded, mut first_error) = (0, None);
    for worker in workers {
        match worker.await? {
            Ok(()) => succeeded += 1,
            Err(error) => first_error = first_error.or(Some(error.to_string())),
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({"tasks": tasks, "succeeded": succeeded, "seconds": seconds, "error": first_error}))
}

/// The most memory that this process has had, as the kernel counts it.
pub fn peak_kb() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// The time that this process has had on a processor. Linux counts it in hundredths of a second.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
