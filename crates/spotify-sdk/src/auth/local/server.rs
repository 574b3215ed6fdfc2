//! The server to which the browser comes back. It speaks just enough HTTP for one response, and is deaf to all else.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tracing::debug;
use url::Url;

use super::page::ResultPage;
use crate::auth::pkce::{is_same, random_text};
use crate::auth::{AuthorizationRequest, AuthorizationResponse};
use crate::error::{Error, Result};
use crate::invalid_input::InvalidInput;
use crate::secret::Secret;

/// No browser needs longer for a request, and none sends more.
const MAX_REQUEST_SIZE: usize = 16 * 1024;
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(10);
/// How many connections are heard at once; a scanner may open many.
const MAX_CONNECTIONS: usize = 32;
const REST_AFTER_ERROR: Duration = Duration::from_millis(10);

pub(super) struct LoopbackServer {
    listener: TcpListener,
    port: u16,
    /// Where the browser begins, without its `/`.
    start: Secret,
}

/// A request that came, and who waits for its response.
struct Visit {
    what: Wanted,
    visitor: Visitor,
}

/// The paths at which something is heard.
#[derive(Clone)]
struct Paths {
    callback: Url,
    start: Secret,
}

/// A browser that waits for a page.
pub(super) struct Visitor(TcpStream);

impl LoopbackServer {
    pub(super) async fn bind(address: IpAddr, port: u16) -> Result<Self> {
        let cannot = |error: std::io::Error| {
            let why = format!("nothing can listen on {address} port {port}: {error}");
            Error::from(InvalidInput::new("redirect_uri", why))
        };
        let listener = TcpListener::bind((address, port)).await.map_err(cannot)?;
        let port = listener.local_addr().map_err(cannot)?.port();
        Ok(Self { listener, port, start: random_text()? })
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The address with which the browser is opened: nobody can guess it, and it leads once to that of `request`.
    pub(super) fn start_url(&self, request: &AuthorizationRequest) -> Result<String> {
        Ok(format!("http://{}/{}", callback(request)?.authority(), self.start.expose()))
    }

    /// Waits for the response to `request`, and for whoever brings it. Then nothing listens any more.
    pub(super) async fn wait(self, request: &AuthorizationRequest) -> Result<(AuthorizationResponse, Visitor)> {
        let paths = Paths { callback: callback(request)?, start: self.start };
        let mut is_started = false;
        let (visits, mut come) = mpsc::channel::<Visit>(1);
        let mut connections = JoinSet::new();
        let mut oldest_first = VecDeque::<AbortHandle>::new();
        loop {
            tokio::select! {
                accepted = self.listener.accept() => {
                    match accepted {
                        Ok((stream, _)) => {
                            let (visits, paths) = (visits.clone(), paths.clone());
                            oldest_first.push_back(connections.spawn(async move {
                                // Whoever sends nothing is forgotten, and holds up nobody meanwhile.
                                let _ = timeout(CONNECTION_TIMEOUT, hear(stream, &paths, visits)).await;
                            }));
                            // A browser has said all at once: who is silent for longest is none.
                            if oldest_first.len() > MAX_CONNECTIONS && let Some(oldest) = oldest_first.pop_front() {
                                oldest.abort();
                            }
                        }
                        Err(_) => sleep(REST_AFTER_ERROR).await,
                    }
                }
                Some(_) = connections.join_next(), if !connections.is_empty() => {
                    oldest_first.retain(|connection| !connection.is_finished());
                }
                Some(Visit { what, visitor }) = come.recv() => match what {
                    Wanted::Start if is_started => visitor.show(ResultPage::OpenedBefore).await,
                    Wanted::Start => {
                        is_started = true;
                        visitor.lead_to(request.url()).await;
                    }
                    Wanted::Callback(target) => match request.parse_response_url(&target) {
                        Ok(response) => return Ok((response, visitor)),
                        Err(Error::AccessDenied(error)) => {
                            let is_user = error.reason == "access_denied";
                            visitor.show(if is_user { ResultPage::Denied } else { ResultPage::Failed(&error.reason) }).await;
                            return Err(Error::AccessDenied(error));
                        }
                        // Not ours: another sign-in's, or someone who guesses.
                        Err(_) => {
                            debug!("a response with a wrong state was turned away");
                            visitor.show(ResultPage::NotTheResponse).await;
                        }
                    },
                }
            }
        }
    }
}

/// Where the browser comes back to.
fn callback(request: &AuthorizationRequest) -> Result<Url> {
    let parsed = Url::parse(request.redirect_uri());
    Ok(parsed.map_err(|_| InvalidInput::new("redirect_uri", "no address"))?)
}

/// Reads one request, and passes it on if it may be the response.
async fn hear(mut stream: TcpStream, paths: &Paths, visits: mpsc::Sender<Visit>) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut buffer = [0; 2048];
    while !request.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        let read = stream.read(&mut buffer).await?;
        if read == 0 || request.len() + read > MAX_REQUEST_SIZE {
            return Ok(());
        }
        request.extend_from_slice(&buffer[..read]);
    }
    match interpret(&String::from_utf8_lossy(&request), paths) {
        Judgement::Hear(what) => {
            // The receiver is gone when the sign-in is over.
            let _ = visits.send(Visit { what, visitor: Visitor(stream) }).await;
            Ok(())
        }
        Judgement::Refuse(status) => {
            let response = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(response.as_bytes()).await?;
            stream.shutdown().await
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Judgement {
    Hear(Wanted),
    Refuse(&'static str),
}

/// What a browser is here for.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// To be led to the sign-in.
    Start,
    /// It was sent here with this target.
    Callback(String),
}

/// What a request's head says of it.
fn interpret(head: &str, paths: &Paths) -> Judgement {
    let mut lines = head.split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let header = |name: &str| {
        let mut found = lines.clone().filter_map(|line| line.split_once(':'));
        found.find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    };
    // A page elsewhere can have its own name point here; it cannot have the browser name this host.
    let authority = paths.callback.authority();
    if header("host").is_none_or(|host| host != authority) {
        return Judgement::Refuse("400 Bad Request");
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_start = is_same(path.trim_start_matches('/'), paths.start.expose());
    if !is_start && (path != paths.callback.path() || query.is_empty()) {
        return Judgement::Refuse("404 Not Found");
    }
    if method != "GET" {
        return Judgement::Refuse("405 Method Not Allowed");
    }
    // A browser that looks ahead comes again when it is meant.
    let ahead = ["sec-purpose", "purpose", "x-moz"].into_iter().filter_map(header);
    if ahead.into_iter().any(|purpose| purpose.contains("prefetch") || purpose.contains("preview")) {
        return Judgement::Refuse("503 Service Unavailable");
    }
    Judgement::Hear(if is_start { Wanted::Start } else { Wanted::Callback(target.to_owned()) })
}

impl Visitor {
    pub(super) async fn show(self, page: ResultPage<'_>) {
        let policy = "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'";
        let headers = format!("Content-Type: text/html; charset=utf-8\r\n{policy}");
        self.response(page.status(), &headers, &page.html()).await;
    }

    /// Sends the browser to another address. What it was opened with is of no more use to anybody.
    async fn lead_to(self, address: &Url) {
        self.response("303 See Other", &format!("Location: {address}"), "").await;
    }

    async fn response(mut self, status: &str, headers: &str, body: &str) {
        let response = format!(
            "HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
             Referrer-Policy: no-referrer\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        // A browser that was closed meanwhile has seen enough.
        let written = async {
            self.0.write_all(response.as_bytes()).await?;
            self.0.shutdown().await
        };
        let _ = timeout(CONNECTION_TIMEOUT, written).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(request: &str) -> Judgement {
        let callback = Url::parse("http://127.0.0.1:4711/callback").unwrap();
        let paths = Paths { callback, start: Secret::from("unguessable") };
        interpret(&request.replace('\n', "\r\n"), &paths)
    }

    #[test]
    fn only_a_browser_that_was_sent_here_is_heard() {
        let good = "GET /callback?code=c&state=s HTTP/1.1\nHost: 127.0.0.1:4711\nAccept: */*\n\n";
        assert_eq!(of(good), Judgement::Hear(Wanted::Callback("/callback?code=c&state=s".to_owned())));
        let start = good.replace("/callback?code=c&state=s", "/unguessable");
        assert_eq!(of(&start), Judgement::Hear(Wanted::Start));
        assert_eq!(of(&start.replace("GET", "HEAD")), Judgement::Refuse("405 Method Not Allowed"));
        for (change, to, status) in [
            ("GET /callback?code=c&state=s", "GET /favicon.ico", "404 Not Found"),
            ("GET /callback?code=c&state=s", "GET /callback", "404 Not Found"),
            ("GET /callback?", "GET /Callback?", "404 Not Found"),
            ("GET /callback?code=c&state=s", "GET /Unguessable", "404 Not Found"),
            ("GET", "POST", "405 Method Not Allowed"),
            ("GET", "HEAD", "405 Method Not Allowed"),
            ("Host: 127.0.0.1:4711", "Host: evil.example:4711", "400 Bad Request"),
            ("Host: 127.0.0.1:4711", "Host: localhost:4711", "400 Bad Request"),
            ("Host: 127.0.0.1:4711\n", "", "400 Bad Request"),
            ("Accept: */*", "Sec-Purpose: prefetch;prerender", "503 Service Unavailable"),
            ("Accept: */*", "purpose: prefetch", "503 Service Unavailable"),
        ] {
            assert_eq!(of(&good.replace(change, to)), Judgement::Refuse(status), "{to}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_can_be_sent_breaks_it(head in "\\PC*") {
            let _ = of(&head);
        }
    }
}
