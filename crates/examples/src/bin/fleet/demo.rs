//! What the demo brings: a Redis server, Spotify as an emulator with a rate limit, and visitors.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use examples::Result;
use spotify_emulator::Emulator;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep};

/// The number of requests that the emulator allows within the window, to all processes together.
pub(crate) const LIMIT: u32 = 60;
pub(crate) const WINDOW: Duration = Duration::from_secs(3);
/// The pause of the worker between two albums. It alone could use up most of the limit.
pub(crate) const PAUSE: Duration = Duration::from_millis(50);
const VISITORS: usize = 8;

pub(crate) struct Demo {
    redis: Redis,
    emulator: Emulator,
    began: Instant,
}

impl Demo {
    pub(crate) async fn start(address: &str) -> Result<Self> {
        let redis = Redis::start().await?;
        let emulator = Emulator::builder().redirect_uri(format!("{address}/callback")).start()?;
        emulator.rate_limit_in(LIMIT, WINDOW)?;
        println!("Redis: {}", redis.url);
        println!("Spotify: {}, which allows {LIMIT} requests in {} s", emulator.base_url(), WINDOW.as_secs());
        Ok(Self { redis, emulator, began: Instant::now() })
    }

    /// What the processes are told. Programs for Spotify are told the same, but for the addresses.
    pub(crate) fn environment(&self) -> [(&'static str, String); 5] {
        [
            ("SPOTIFY_SDK_REDIS_URL", self.redis.url.clone()),
            ("SPOTIFY_SDK_CLIENT_ID", self.emulator.client_id()),
            ("SPOTIFY_SDK_CLIENT_SECRET", self.emulator.client_secret()),
            ("SPOTIFY_SDK_BASE_URL", self.emulator.base_url().to_owned()),
            ("SPOTIFY_SDK_ACCOUNTS_URL", self.emulator.accounts_url().to_owned()),
        ]
    }

    /// Says what Spotify has counted.
    pub(crate) fn report(&self) {
        let requests = self.emulator.requests();
        let mut counts = BTreeMap::<&str, usize>::new();
        for request in requests.iter().filter(|request| request.path.starts_with("/v1/")) {
            let name = request.headers.get("user-agent").and_then(|name| name.to_str().ok()).unwrap_or_default();
            *counts.entry(name).or_default() += 1;
        }
        let total: usize = counts.values().sum();
        let each: Vec<_> = counts.iter().map(|(name, count)| format!("{count} from {name}")).collect();
        let seconds = self.began.elapsed().as_secs_f64();
        println!("Spotify got {total} requests in {seconds:.1} s: {}", each.join(", "));
        println!("Responses with 429: {}", self.emulator.rate_limited());
    }
}

/// Asks for pages as visitors do, and returns when they were there. Without a number it never returns.
pub(crate) async fn visit(demo: Option<&Demo>, address: &str, requests: Option<usize>) -> Result {
    let (Some(demo), Some(requests)) = (demo, requests) else { return std::future::pending().await };
    let (browser, url) = (browser(), |path: &str| format!("{address}{path}"));
    // A user signs in. Each of these requests is served by another process than the one before.
    let to = location(&browser, url("/sign-in")).await?;
    text(&browser, demo.emulator.agree(&to, "alma")?).await?;
    for _ in 0..2 {
        let page = text(&browser, url("/")).await?;
        let heading = between(&page, "<h1>", "</h1>").unwrap_or("nothing");
        println!("{} says: {heading}", between(&page, "Served by ", ".").unwrap_or("nobody"));
    }
    let visitors: Vec<_> = (0..VISITORS)
        .map(|number| {
            let count = requests / VISITORS + usize::from(number < requests % VISITORS);
            let (browser, url) = (browser.clone(), url("/albums/5K79FLRUCSysQnVESLcTdb"));
            tokio::spawn(async move {
                let mut shown = 0;
                for _ in 0..count {
                    shown += usize::from(text(&browser, url.clone()).await.is_ok());
                }
                shown
            })
        })
        .collect();
    let mut shown = 0;
    for visitor in visitors {
        shown += visitor.await?;
    }
    println!("{shown} of {requests} pages were shown");
    Ok(())
}

/// A browser that makes a connection for each page, so that the next process serves it, and keeps cookies.
fn browser() -> ureq::Agent {
    ureq::Agent::config_builder().max_idle_connections(0).max_redirects(0).build().new_agent()
}

async fn text(browser: &ureq::Agent, url: String) -> Result<String> {
    let browser = browser.clone();
    spawn_blocking(move || Ok(browser.get(url).call()?.body_mut().read_to_string()?)).await?
}

async fn location(browser: &ureq::Agent, url: String) -> Result<String> {
    let browser = browser.clone();
    let response = spawn_blocking(move || browser.post(url).send_empty()).await??;
    let location = response.headers().get("location").ok_or("the page leads nowhere")?;
    Ok(location.to_str()?.to_owned())
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    Some(text.split_once(start)?.1.split_once(end)?.0)
}

/// A Redis server on a free port, which keeps nothing. It ends when this is dropped.
struct Redis {
    process: Child,
    url: String,
    folder: PathBuf,
}

impl Redis {
    async fn start() -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("spotify-sdk-fleet-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let mut command = Command::new(std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned()));
        command.args([
            "--bind",
            "127.0.0.1",
            "--port",
            &port.to_string(),
            "--save",
            "",
            "--maxmemory-policy",
            "noeviction",
        ]);
        command.arg("--dir").arg(&folder).stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        // Ctrl-C goes to the whole group of a terminal, and the processes still have something to tell Redis.
        #[cfg(unix)]
        command.process_group(0);
        let process = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                "the demo starts a Redis server, and found none: install one with `apt-get install redis-server` or \
                 `brew install redis`, or name the program of Redis 7 or Valkey in REDIS_SERVER"
                    .into()
            }
            _ => Box::<dyn std::error::Error + Send + Sync>::from(error),
        })?;
        let redis = Self { process, url: format!("redis://127.0.0.1:{port}/"), folder };
        redis.wait(port).await?;
        Ok(redis)
    }

    async fn wait(&self, port: u16) -> Result {
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(50)).await;
        }
        Err("the Redis server is not there after 5 s".into())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.start_kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
