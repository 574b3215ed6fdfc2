//! Chromium and its driver, as processes that end with the value that stands for them.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// Long enough for any machine: it only turns a hang into a failure.
const HANG: Duration = Duration::from_secs(120);

/// A browser of its own, without a memory of others.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    /// Ends with this value.
    _driver: Child,
}

impl Browser {
    /// Starts a browser whose window is so many pixels wide and high.
    ///
    /// # Errors
    /// When `chromedriver` or the browser does not start.
    pub async fn open(width: u32, height: u32) -> io::Result<Self> {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let port = timeout(HANG, port_of(&mut driver)).await.map_err(io::Error::other)??;
        let arguments = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
        ];
        // A window is never narrower than some 500 pixels; what is emulated can be.
        let metrics = json!({"width": width, "height": height, "pixelRatio": 2.0, "mobile": width < 500});
        let options = json!({"args": arguments, "mobileEmulation": {"deviceMetrics": metrics}});
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("goog:chromeOptions".to_owned(), options);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let address = format!("http://127.0.0.1:{port}");
        let client = builder.capabilities(capabilities).connect(&address).await.map_err(io::Error::other)?;
        Ok(Self { client, _driver: driver })
    }

    /// The browser's remote control.
    pub fn page(&self) -> &Client {
        &self.client
    }

    /// Puts a picture of the page into the folder that the variable `SCREENSHOTS` names, if it is set.
    ///
    /// # Errors
    /// When there is no picture, or no room for it.
    pub async fn picture(&self, name: &str) -> io::Result<Option<PathBuf>> {
        let Some(folder) = env::var_os("SCREENSHOTS") else {
            return Ok(None);
        };
        let path = Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(&path, self.client.screenshot().await.map_err(io::Error::other)?)?;
        Ok(Some(path))
    }

    /// Ends the browser.
    ///
    /// # Errors
    /// When it does not answer any more.
    pub async fn close(self) -> io::Result<()> {
        self.client.close().await.map_err(io::Error::other)
    }
}

/// The port that the driver says it has taken.
async fn port_of(driver: &mut Child) -> io::Result<u16> {
    let output = driver.stdout.take().ok_or_else(|| io::Error::other("the driver has no output"))?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        let port = line.rsplit_once("started successfully on port ").map(|(_, port)| port.trim_end_matches('.'));
        if let Some(port) = port.and_then(|port| port.parse().ok()) {
            // Whoever stops reading stops the driver too, once the pipe is full.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(port);
        }
    }
    Err(io::Error::other("the driver ended without naming its port"))
}
