//! What stands between a client and the emulator: it counts what passes, and takes the time that a network takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use harness::Result;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// What has passed.
#[derive(Default)]
pub struct Seen {
    requests: AtomicU64,
    body_bytes: AtomicU64,
    not_modified: AtomicU64,
    forbidden: AtomicU64,
    limited: AtomicU64,
}

impl Seen {
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }

    /// Forgets what has passed so far.
    pub fn clear(&self) {
        for count in [&self.requests, &self.body_bytes, &self.not_modified, &self.forbidden, &self.limited] {
            count.store(0, Ordering::SeqCst);
        }
    }

    pub fn json(&self) -> serde_json::Value {
        let of = |count: &AtomicU64| count.load(Ordering::SeqCst);
        serde_json::json!({
            "requests": of(&self.requests), "body_bytes": of(&self.body_bytes), "not_modified": of(&self.not_modified),
            "forbidden": of(&self.forbidden), "limited": of(&self.limited),
        })
    }

    fn count(&self, status: &str, body: usize) {
        self.requests.fetch_add(1, Ordering::SeqCst);
        self.body_bytes.fetch_add(body as u64, Ordering::SeqCst);
        let count = match status {
            "304" => &self.not_modified,
            "403" => &self.forbidden,
            "429" => &self.limited,
            _ => return,
        };
        count.fetch_add(1, Ordering::SeqCst);
    }
}

/// Where a client finds the emulator behind the relay, and what has passed.
pub struct Relay {
    pub origin: String,
    pub seen: Arc<Seen>,
}

impl Relay {
    /// A relay to the server at `origin`. `before` is called with the first line of each request.
    pub async fn start(origin: &str, latency: Duration, before: impl Fn(&str) + Send + Sync + 'static) -> Result<Self> {
        let host = origin.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let relay = Self { origin: format!("http://{}", listener.local_addr()?), seen: Arc::default() };
        let (seen, before) = (relay.seen.clone(), Arc::new(before));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (host, seen, before) = (host.clone(), seen.clone(), before.clone());
                tokio::spawn(async move {
                    let server = TcpStream::connect(host).await?;
                    pass(client, server, latency, &seen, &*before).await
                });
            }
        });
        Ok(relay)
    }
}

async fn pass(
    client: TcpStream,
    server: TcpStream,
    latency: Duration,
    seen: &Seen,
    before: &(dyn Fn(&str) + Send + Sync),
) -> Result<()> {
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let (mut client, mut server) = (BufReader::new(client), BufReader::new(server));
    while let Some(request) = Message::read(&mut client, false).await? {
        before(&request.first_line);
        server.write_all(&request.bytes).await?;
        let response = Message::read(&mut server, true).await?.ok_or("the emulator closed the connection")?;
        seen.count(response.first_line.split(' ').nth(1).unwrap_or_default(), response.body);
        sleep(latency).await;
        client.write_all(&response.bytes).await?;
    }
    Ok(())
}

struct Message {
    first_line: String,
    bytes: Vec<u8>,
    /// The length of the body.
    body: usize,
}

impl Message {
    /// The next message of a connection; `None` at its end.
    async fn read(stream: &mut BufReader<TcpStream>, is_response: bool) -> Result<Option<Self>> {
        let (mut bytes, mut first_line, mut body) = (Vec::new(), String::new(), 0);
        loop {
            let start = bytes.len();
            if stream.read_until(b'\n', &mut bytes).await? == 0 {
                return if start == 0 { Ok(None) } else { Err("the connection ended within a message".into()) };
            }
            let line = std::str::from_utf8(&bytes[start..])?.trim_end();
            let Some((name, value)) = line.split_once(':').filter(|_| start > 0) else {
                if line.is_empty() {
                    break;
                }
                first_line = line.to_owned();
                continue;
            };
            if name.eq_ignore_ascii_case("content-length") {
                body = value.trim().parse()?;
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                return Err("a body whose length is not said in advance".into());
            }
        }
        if is_response && first_line.contains(" 304 ") {
            body = 0;
        }
        let head = bytes.len();
        bytes.resize(head + body, 0);
        stream.read_exact(&mut bytes[head..]).await?;
        Ok(Some(Self { first_line, bytes, body }))
    }
}
