//! A web app on two machines and a worker on a third, with one rate limit and one store of sign-ins for all of them.
//!
//! ```sh
//! cargo run -p examples --bin fleet -- --demo
//! ```
//!
//! starts a Redis server and an emulator of Spotify with a rate limit, then two web processes, a worker, and a round robin in front
//! of the web processes. Ctrl-C ends all of them in order; with `--requests 200` the demo asks for so many pages itself, prints
//! what Spotify has counted, and ends. For Spotify, register `http://127.0.0.1:8888/callback` as a redirect URI of the app:
//!
//! ```sh
//! SPOTIFY_SDK_REDIS_URL=redis://127.0.0.1/ SPOTIFY_SDK_CLIENT_ID=… SPOTIFY_SDK_CLIENT_SECRET=… cargo run -p examples --bin fleet
//! ```
//!
//! On several machines, run `fleet web --port 8001 --public https://example.com` and `fleet worker` instead. All that makes them a
//! fleet is in [`join`]. Scope: `user-top-read`.

mod demo;
mod processes;
mod sessions;
mod web;
mod worker;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use examples::{Result, end};
use spotify_sdk::AsyncSpotifyClient;
use spotify_sdk::auth::ClientCredentials;
use spotify_sdk_redis::Fleet;
use tokio::net::TcpListener;

use crate::demo::Demo;
use crate::processes::{Process, interrupted, round_robin};

/// A web app on two machines and a worker on a third, with one rate limit.
#[derive(Parser)]
struct Options {
    /// Use an emulator and a Redis server of the demo's own: no account, no network
    #[arg(long)]
    demo: bool,
    /// The port of the round robin; 0 takes a free one
    #[arg(long, default_value_t = 8888)]
    port: u16,
    /// Let the demo ask for so many pages, and end
    #[arg(long, requires = "demo")]
    requests: Option<usize>,
    /// How many requests all processes together send in a window
    #[arg(long, global = true, default_value_t = 80)]
    budget: u32,
    /// The length of the window in milliseconds; Spotify's is 30 s
    #[arg(long, global = true, hide = true, default_value_t = 30_000)]
    window: u64,
    /// The name of this process in the status of the fleet
    #[arg(long, global = true)]
    name: Option<String>,
    /// End when standard input ends
    #[arg(long, global = true, hide = true)]
    supervised: bool,
    #[command(subcommand)]
    role: Option<Role>,
}

/// One process of the fleet; without one, all of them on this machine.
#[derive(Subcommand)]
enum Role {
    /// Serve pages
    Web {
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// The address that users and Spotify know
        #[arg(long)]
        public: String,
    },
    /// Read albums in the background
    Worker {
        /// The pause between two albums, in milliseconds
        #[arg(long, default_value_t = 60_000)]
        pause: u64,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    end(match &options.role {
        Some(Role::Web { port, public }) => web::run(&options, *port, public).await,
        Some(Role::Worker { pause }) => worker::run(&options, Duration::from_millis(*pause)).await,
        None => run_all(options).await,
    })
}

/// Makes a client of the app that shares the rate limit with all other processes.
async fn join(options: &Options) -> Result<(Fleet, AsyncSpotifyClient)> {
    let name = options.name.as_deref().unwrap_or("fleet");
    let fleet = Fleet::builder_from_env()?
        .name(name)
        .rate_budget(options.budget)
        .rate_window(Duration::from_millis(options.window))
        .connect()
        .await?;
    let (id, secret) = (from_env("SPOTIFY_SDK_CLIENT_ID")?, from_env("SPOTIFY_SDK_CLIENT_SECRET")?);
    let settings = AsyncSpotifyClient::builder(ClientCredentials::new(id, secret)?).urls_from_env()?.user_agent(name);
    let client = fleet.join(settings).build()?;
    Ok((fleet, client))
}

fn from_env(name: &str) -> Result<String> {
    std::env::var(name).map_err(|_| format!("{name} is not set. Or try it with --demo.").into())
}

/// Starts all processes on this machine, and waits for Ctrl-C, or for the end of the demo.
async fn run_all(mut options: Options) -> Result {
    let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
    let address = format!("http://{}", listener.local_addr()?);
    let demo = if options.demo { Some(Demo::start(&address).await?) } else { None };
    if demo.is_some() {
        (options.budget, options.window) = (demo::LIMIT, demo::WINDOW.as_millis().try_into()?);
    }
    let mut processes = Vec::new();
    for name in ["web 1", "web 2", "worker"] {
        processes.push(Process::start(name, &options, &address, demo.as_ref()).await?);
    }
    let webs: Vec<String> = processes.iter().filter_map(|process| process.address.clone()).collect();
    println!("Open {address}");
    tokio::select! {
        done = round_robin(listener, webs) => done?,
        () = interrupted() => {}
        done = demo::visit(demo.as_ref(), &address, options.requests) => done?,
    }
    for process in processes {
        process.end().await?;
    }
    demo.iter().for_each(Demo::report);
    Ok(())
}
