//! [`authorize_local`]: signing in with a program on a desk. The browser is opened, and comes back to a small server on the
//! loopback interface that lives for as long as it takes.

mod browser;
mod page;
mod server;

use std::fmt;
use std::future::IntoFuture;
use std::io::{self, Write};
use std::ops::Range;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

use page::ResultPage;

#[cfg(feature = "blocking")]
use super::AuthTask;
use super::redirect::{check_redirect_uri, loopback};
use super::{AuthorizationCode, TokenInfo};
use crate::definition::Action;
use crate::error::{Error, Result, SetupError, TimeoutError};
use crate::http::BoxFuture;
use crate::invalid_input::InvalidInput;

/// Long enough to find a password.
const SIGN_IN_TIMEOUT: Duration = Duration::from_secs(300);

type Open = Box<dyn FnOnce(&str) -> io::Result<()> + Send>;
type Paste = Box<dyn FnOnce(&str) -> io::Result<String> + Send>;

/// Signs a user in on this machine: opens their browser, waits until they come back, and gets their token.
///
/// The redirect URI has to be a loopback address: `http://127.0.0.1/callback`, which lets the system choose a free port,
/// or one with a port. A server listens there for the one response, and for nothing else: other paths, other programs that
/// try the port, responses with a wrong state and browsers that look ahead are turned away without ending it. When it is over,
/// well or not, nothing listens any more.
///
/// What a program is started with can be read by every user of a machine. So the browser is not opened with the address of the
/// sign-in, in which state and challenge stand, but with one of the same server, which cannot be guessed and which leads there
/// once. A second visitor is told so, and the sign-in goes on for the first.
///
/// ```no_run
/// use spotify_sdk::SpotifyClient;
/// use spotify_sdk::auth::{AuthorizationCode, Scope, authorize_local};
///
/// let auth = AuthorizationCode::pkce("client id", "http://127.0.0.1/callback").scopes([Scope::UserLibraryRead]).build()?;
/// authorize_local(&auth).if_needed().wait()?;
/// let client = SpotifyClient::builder(auth).build()?;
/// # Ok::<(), spotify_sdk::Error>(())
/// ```
#[doc(alias("login", "sign_in", "prompt_for_token", "oauth"))]
pub fn authorize_local(auth: &AuthorizationCode) -> LocalSignIn {
    LocalSignIn {
        auth: auth.clone(),
        timeout: SIGN_IN_TIMEOUT,
        if_needed: false,
        show_dialog: false,
        open: None,
        paste: None,
    }
}

/// A sign-in on this machine, before it begins. Made by [`authorize_local`]; `.await` or [`wait`](Self::wait) does it.
#[must_use = "nothing is done until it is awaited or waited for"]
pub struct LocalSignIn {
    auth: AuthorizationCode,
    timeout: Duration,
    if_needed: bool,
    show_dialog: bool,
    open: Option<Open>,
    paste: Option<Paste>,
}

impl LocalSignIn {
    /// Signs in only where there is no token that can be used: none is kept with these scopes, it can be neither sent nor renewed, or
    /// the six months of the user's consent are over. Otherwise nothing is sent, and the result is the token that is kept. That
    /// the user has revoked their consent shows only when the token is renewed.
    pub fn if_needed(mut self) -> Self {
        self.if_needed = true;
        self
    }

    /// Sets how long the user may take. Default: 5 minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Asks the user even if they have agreed before.
    pub fn show_dialog(mut self) -> Self {
        self.show_dialog = true;
        self
    }

    /// Opens the address in another way than with the system's browser, or only shows it. It is an address of this machine,
    /// which leads the first browser that opens it to Spotify. When it fails, Spotify's own address is printed to standard
    /// error, for the user to open.
    pub fn open_with(mut self, open: impl FnOnce(&str) -> io::Result<()> + Send + 'static) -> Self {
        self.open = Some(Box::new(open));
        self
    }

    /// For a machine without a browser: prints the address to standard error, for a browser on another machine, and reads
    /// from standard input the address at which that browser ended, where it finds nothing. Nothing listens then.
    pub fn without_browser(self) -> Self {
        self.paste(|address| {
            let mut screen = io::stderr();
            writeln!(screen, "Open this address in a browser on any machine:\n\n  {address}\n")?;
            write!(screen, "The browser ends at a page that it cannot show. Paste the address of that page here: ")?;
            screen.flush()?;
            let mut line = String::new();
            io::stdin().read_line(&mut line)?;
            Ok(line)
        })
    }

    /// The same in a way of your own: `paste` shows the address, and gives back the address at which the user's browser
    /// ended on another machine, where it finds nothing. Nothing listens then. It runs on a thread of its own.
    pub fn paste(mut self, paste: impl FnOnce(&str) -> io::Result<String> + Send + 'static) -> Self {
        self.paste = Some(Box::new(paste));
        self
    }

    /// Signs the user in, and waits for it.
    ///
    /// # Errors
    /// - [`InvalidInput`](crate::Error::InvalidInput) when the redirect URI is no loopback address, or its port is taken.
    /// - [`AccessDenied`](crate::Error::AccessDenied) when the user said no.
    /// - [`Timeout`](crate::Error::Timeout) when they took too long.
    /// - Any error of the Accounts service.
    #[cfg(feature = "blocking")]
    pub fn wait(self) -> Result<TokenInfo> {
        AuthTask::new(self.run()).wait()
    }

    async fn run(self) -> Result<TokenInfo> {
        let Self { auth, if_needed, show_dialog, open, paste, timeout: limit } = self;
        if if_needed && let Some(token) = auth.usable_token().await? {
            return Ok(token);
        }
        let timed_out = |_| Error::from(TimeoutError::new(Some(Action::SignIn), limit));
        let asked = |redirect_uri: String| {
            let request = auth.request_for(redirect_uri)?;
            Ok::<_, Error>(if show_dialog { request.show_dialog() } else { request })
        };
        if let Some(paste) = paste {
            let request = asked(auth.redirect_uri().to_owned())?;
            let address = request.url().to_string();
            let cannot = |error| InvalidInput::new("response url", format!("cannot be read: {error}"));
            let pasted = on_a_thread(move || paste(&address)).map_err(cannot)?;
            let pasted = timeout(limit, pasted).await.map_err(timed_out)?;
            let pasted = pasted.map_err(io::Error::other).flatten().map_err(cannot)?;
            return auth.exchange(request.parse_response_url(&pasted)?).await;
        }
        let redirect_uri = check_redirect_uri(auth.redirect_uri())?;
        let Some(address) = loopback(&redirect_uri).filter(|_| redirect_uri.scheme() == "http") else {
            let why = format!(
                "expected http on 127.0.0.1 or [::1] for a sign-in on this machine, got `{}`",
                redirect_uri.origin().ascii_serialization()
            );
            return Err(InvalidInput::new("redirect_uri", why).into());
        };
        let port = port_in(auth.redirect_uri()).map_or(0, |_| redirect_uri.port_or_known_default().unwrap_or(0));
        let server = server::LoopbackServer::bind(address, port).await?;
        let request = asked(with_port(auth.redirect_uri(), server.port()))?;
        let shown = request.url().clone();
        // Opening a browser can take its time, and must not delay what comes back.
        let cannot =
            |error: io::Error| SetupError::because("the thread that opens the browser cannot be started", error);
        let start = server.start_url(&request)?;
        drop(on_a_thread(move || browser::open(&start, &shown, open)).map_err(cannot)?);
        let (response, visitor) = timeout(limit, server.wait(&request)).await.map_err(timed_out)??;
        // A code is good once, so the token is not given up for being late; and the page tells how it ended.
        let token = auth.exchange(response).await;
        match &token {
            Ok(_) => visitor.show(ResultPage::SignedIn).await,
            Err(error) => visitor.show(ResultPage::Failed(&error.message())).await,
        }
        token
    }
}

/// Does what may wait for the user for ever. A thread of the runtime's would keep the whole program from ending.
fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<oneshot::Receiver<T>> {
    let (sender, receiver) = oneshot::channel();
    let thread = thread::Builder::new().name("spotify-sdk-sign-in".to_owned());
    thread.spawn(move || sender.send(work()))?;
    Ok(receiver)
}

/// Where the port stands in a redirect URI, with its colon, if it names one. A `Url` forgets `:80`.
fn port_in(redirect_uri: &str) -> Option<Range<usize>> {
    let end = end_of_authority(redirect_uri);
    let colon = redirect_uri[..end].rfind(':')?;
    let digits = &redirect_uri[colon + 1..end];
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(colon..end)
}

fn end_of_authority(redirect_uri: &str) -> usize {
    let start = redirect_uri.find("://").map_or(0, |at| at + 3);
    redirect_uri[start..].find(['/', '\\', '?']).map_or(redirect_uri.len(), |at| start + at)
}

/// The redirect URI with the port on which the server listens, and otherwise letter for letter as it is registered.
fn with_port(redirect_uri: &str, port: u16) -> String {
    let end = end_of_authority(redirect_uri);
    let place = port_in(redirect_uri).unwrap_or(end..end);
    format!("{}:{port}{}", redirect_uri[..place.start].trim_end_matches(':'), &redirect_uri[place.end..])
}

impl IntoFuture for LocalSignIn {
    type Output = Result<TokenInfo>;
    type IntoFuture = BoxFuture<'static, Result<TokenInfo>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl fmt::Debug for LocalSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalSignIn").field("auth", &self.auth).field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_put_where_it_belongs_and_nothing_else_changes() {
        for (registered, expected) in [
            ("http://127.0.0.1", "http://127.0.0.1:4711"),
            ("http://127.0.0.1/", "http://127.0.0.1:4711/"),
            ("http://127.0.0.1:/a:1", "http://127.0.0.1:4711/a:1"),
            ("http://127.0.0.1/a?b=c:2", "http://127.0.0.1:4711/a?b=c:2"),
            ("http://127.0.0.1?b=c", "http://127.0.0.1:4711?b=c"),
            ("http://[::1]/a", "http://[::1]:4711/a"),
            ("http://[::1]:0/a", "http://[::1]:4711/a"),
            ("HTTP://127.0.0.1:4711/%41", "HTTP://127.0.0.1:4711/%41"),
        ] {
            assert_eq!(with_port(registered, 4711), expected);
        }
    }

    #[test]
    fn a_port_that_a_uri_names_is_found_even_where_it_is_the_usual_one() {
        for (uri, expected) in [
            ("http://127.0.0.1:80/", Some(":80")),
            ("http://[::1]:8888", Some(":8888")),
            ("http://[::1]", None),
            ("http://127.0.0.1/a:1", None),
            ("http://127.0.0.1:", None),
        ] {
            assert_eq!(port_in(uri).map(|place| &uri[place]), expected, "{uri}");
        }
    }
}
