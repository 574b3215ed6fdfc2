//! `client.invoke("albums.get", …)`: operations by their names, with JSON in and JSON out.

mod dynamic;

use std::fmt;

use serde_json::Value;

use self::dynamic::{Dynamic, DynamicList};
use crate::api::registry::find;
use crate::call::{ClientInner, HasInner};
#[cfg(feature = "async")]
use crate::client::AsyncSpotifyClient;
#[cfg(feature = "blocking")]
use crate::client::SpotifyClient;
use crate::definition::{ALL, Arguments, DynOperation, OperationInfo};
use crate::error::Result;
#[cfg(feature = "async")]
use crate::http::BoxFuture;
use crate::invalid_input::InvalidInput;
use crate::observe::{Progress, ProgressListener};
use crate::options::{CallOptions, call_options};

/// An operation that is called by its name. Created by `invoke` of a client; nothing is sent until it is awaited or its `send`
/// is called.
#[must_use = "an invocation does nothing until it is awaited or sent"]
pub struct Invocation<C> {
    client: C,
    operation: Result<Parsed, InvalidInput>,
    options: CallOptions,
    progress: ProgressListener,
}

/// An operation, made of its arguments.
struct Parsed {
    operation: Box<dyn DynOperation>,
    /// Whether the items of all pages are wanted.
    all: bool,
}

impl<C: HasInner> Invocation<C> {
    fn new(client: &C, operation: Result<&'static OperationInfo, InvalidInput>, arguments: Value) -> Self {
        Self {
            operation: operation.and_then(|operation| parse(operation, arguments)),
            options: client.inner().options(),
            progress: ProgressListener::default(),
            client: client.clone(),
        }
    }

    fn run(self) -> (C, impl Future<Output = Result<Value>> + Send + 'static) {
        let Self { client, operation, options, progress } = self;
        let inner = client.inner().clone();
        (client, async move { run(inner, operation?, options, progress).await })
    }
}

impl<C> Invocation<C> {
    /// Returns the metadata of the operation; `None` if there is no such operation, or an argument was refused.
    pub fn info(&self) -> Option<&'static OperationInfo> {
        self.operation.as_ref().ok().map(|parsed| parsed.operation.info())
    }

    call_options!(options: timeout, max_retries, max_retry_wait, idempotent, ignore_rate_limit, priority, concurrency, no_coalescing, fresh_for, no_cache);

    /// Sets a closure that receives the progress, as [`on_progress`](crate::Call::on_progress) of a call does. Default:
    /// none.
    pub fn on_progress(mut self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = ProgressListener::new(listener);
        self
    }
}

impl<C> fmt::Debug for Invocation<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Invocation").field("operation", &self.info().map(|info| info.name)).finish_non_exhaustive()
    }
}

fn by_name(name: &str) -> Result<&'static OperationInfo, InvalidInput> {
    find(name).ok_or_else(|| {
        let expected = "expected the name of an operation, such as `albums.get`";
        InvalidInput::new("operation", format!("{expected}, got `{name}`, which this build of the SDK does not have"))
    })
}

/// Makes an operation of its arguments.
fn parse(operation: &'static OperationInfo, arguments: Value) -> Result<Parsed, InvalidInput> {
    let mut arguments = Arguments::new(arguments)?;
    let all = match operation.paging {
        Some(_) => arguments.optional(ALL)?.unwrap_or_default(),
        None => false,
    };
    // A name that is misspelled explains best why another argument is missing.
    arguments.check_names(operation)?;
    let parsed = operation.parse(&mut arguments).unwrap_or_else(|| {
        let why = format!("expected one that is derived, got `{}`, which takes no JSON", operation.name);
        Err(InvalidInput::new("operation", why))
    });
    Ok(Parsed { operation: parsed?, all })
}

async fn run(
    inner: ClientInner,
    Parsed { operation, all }: Parsed,
    options: CallOptions,
    progress: ProgressListener,
) -> Result<Value> {
    if all {
        DynamicList::new(operation).items(inner, options, progress).await
    } else {
        inner.call_with_progress(&Dynamic(operation), &options, &progress).await
    }
}

/// `invoke` of both clients.
macro_rules! invoke {
    ($client:ident, $keyword:literal, $send:literal) => {
        impl $client {
            /// Calls an operation by its name, with arguments as JSON, and returns JSON: for assistants, scripts and other
            /// programs that learn only at run time what to call. Everything else is as with the methods of the services:
            /// the same checks before anything is sent, retries, limits, errors.
            ///
            /// The arguments are an object with the parameters by their names, as
            /// [`input_schema`](crate::operation::OperationInfo::input_schema) describes it; [`operation::all`] lists the
            /// operations. The output is the JSON of the response, of a wrapped one its content, and `null` where it has no
            /// meaning. With `"all": true`, an operation whose response is a page of a list returns the items of the whole
            /// list, from the page asked for on; items that Spotify sends as `null` are among them.
            ///
            /// [`operation::all`]: crate::operation::all
            ///
            /// # Errors
            /// The call fails with [`InvalidInput`](crate::Error::InvalidInput), which names the parameter, if there is no such
            /// operation or an argument is missing, unknown or refused. Otherwise as the operation does.
            ///
            #[doc = invoke!(@example $client $keyword $send)]
            pub fn invoke(&self, operation: &str, arguments: Value) -> Invocation<Self> {
                Invocation::new(self, by_name(operation), arguments)
            }

            /// Like [`invoke`](Self::invoke), for an operation that is given by its metadata: one of the program's own.
            pub fn invoke_operation(&self, operation: &'static OperationInfo, arguments: Value) -> Invocation<Self> {
                Invocation::new(self, Ok(operation), arguments)
            }
        }
    };
    (@example $client:ident $keyword:literal $send:literal) => {
        concat!(
            "```no_run\n",
            "use spotify_sdk::serde_json::json;\n\n",
            "# ", $keyword, "fn example(client: spotify_sdk::", stringify!($client), ") -> spotify_sdk::Result<()> {\n",
            "let album = client.invoke(\"albums.get\", json!({\"id\": \"4aawyAB9vmqN3uQ7FjRGTy\", \"market\": \"SE\"}))",
            $send, "?;\n",
            "println!(\"{}\", album[\"name\"]);\n",
            "let saved = client.invoke(\"tracks.get_saved\", json!({\"all\": true}))", $send, "?;\n",
            "# Ok(())\n",
            "# }\n",
            "```\n",
        )
    };
}

#[cfg(feature = "async")]
invoke!(AsyncSpotifyClient, "async ", ".await");
#[cfg(feature = "blocking")]
invoke!(SpotifyClient, "", ".send()");

#[cfg(feature = "async")]
impl Invocation<AsyncSpotifyClient> {
    /// Sends the requests. Awaiting the invocation does the same.
    ///
    /// # Errors
    /// Those of the operation, and [`InvalidInput`](crate::Error::InvalidInput) for an unknown operation and for arguments
    /// that it does not take.
    pub async fn send(self) -> Result<Value> {
        self.run().1.await
    }
}

#[cfg(feature = "async")]
impl IntoFuture for Invocation<AsyncSpotifyClient> {
    type Output = Result<Value>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

#[cfg(feature = "blocking")]
impl Invocation<SpotifyClient> {
    /// Sends the requests and waits for the output.
    ///
    /// # Errors
    /// Those of the operation, and [`InvalidInput`](crate::Error::InvalidInput) for an unknown operation and for arguments
    /// that it does not take.
    pub fn send(self) -> Result<Value> {
        let (client, run) = self.run();
        client.drive(run)
    }
}
