//! The processes of the fleet on this machine, and the round robin in front of those that serve pages.

use std::process::Stdio;

use examples::Result;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::Options;
use crate::demo::{self, Demo};

/// A process that this one has started. It is killed if this is dropped.
pub(crate) struct Process {
    name: String,
    child: Child,
    /// Where it serves pages, if it does.
    pub(crate) address: Option<String>,
    output: JoinHandle<()>,
}

impl Process {
    /// Starts this program again, and waits until it is ready.
    pub(crate) async fn start(name: &str, options: &Options, public: &str, demo: Option<&Demo>) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        if name.starts_with("web") {
            command.args(["web", "--public", public]);
        } else {
            command.arg("worker");
        }
        if let Some(demo) = demo {
            command.envs(demo.environment());
            if name == "worker" {
                command.args(["--pause", &demo::PAUSE.as_millis().to_string()]);
            }
        }
        command.args(["--name", name, "--supervised"]);
        command.args(["--budget", &options.budget.to_string(), "--window", &options.window.to_string()]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let stdout = child.stdout.take().ok_or("a process has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let Some(ready) = lines.next_line().await? else { return Err(format!("{name} did not start").into()) };
        println!("{name}: {ready}");
        let address = ready.strip_prefix("ready at ").map(str::to_owned);
        let (name, shown) = (name.to_owned(), name.to_owned());
        let output = tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                println!("{shown}: {line}");
            }
        });
        Ok(Self { name, child, address, output })
    }

    /// Lets it finish what it does, and waits for its end.
    pub(crate) async fn end(mut self) -> Result {
        drop(self.child.stdin.take());
        let status = self.child.wait().await?;
        self.output.await?;
        if status.success() { Ok(()) } else { Err(format!("{} failed", self.name).into()) }
    }
}

/// Waits until this process should end: for Ctrl-C, or for the end of the process that started it.
pub(crate) async fn ended(options: &Options) {
    let (sender, parent) = tokio::sync::oneshot::channel();
    if options.supervised {
        // A thread that nobody waits for: a read of standard input cannot be stopped.
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            let _ = sender.send(());
        });
        tokio::select! { () = interrupted() => {}, _ = parent => {} }
    } else {
        interrupted().await;
    }
}

/// Waits for Ctrl-C, or for what service managers send.
pub(crate) async fn interrupted() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! { _ = tokio::signal::ctrl_c() => {}, _ = terminate.recv() => {} }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Gives each connection to the next web process.
pub(crate) async fn round_robin(listener: TcpListener, webs: Vec<String>) -> Result {
    for web in webs.iter().cycle() {
        let (mut from, _) = listener.accept().await?;
        let web = web.trim_start_matches("http://").to_owned();
        tokio::spawn(async move {
            if let Ok(mut to) = TcpStream::connect(web).await {
                let _ = tokio::io::copy_bidirectional(&mut from, &mut to).await;
            }
        });
    }
    Err("there is no web process".into())
}
