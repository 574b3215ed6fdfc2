//! [`Link`]: what commands are sent on, a single server or a cluster.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::{TcpSettings, socket2::TcpKeepalive};
use redis::{
    Client, Cmd, ErrorKind, IntoConnectionInfo, Pipeline, ProtocolVersion, PushInfo, RedisError, RedisFuture, Value,
};
use tokio::sync::broadcast;

/// How long an attempt to connect may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The maximum pause between attempts to connect.
const MAX_RECONNECT_PAUSE: Duration = Duration::from_secs(1);
/// How long the other side may be silent at the level of TCP. Without such a limit a connection whose other end is gone without
/// a word is there for a quarter of an hour.
const MAX_SILENCE: Duration = Duration::from_secs(5);

/// A connection that commands are sent on. Clones share it.
#[derive(Clone)]
pub(crate) enum Link {
    Single(Arc<Single>),
    #[cfg(feature = "cluster")]
    Cluster(redis::cluster_async::ClusterConnection),
}

/// The connection to one server, which is replaced if it is of no use any more.
pub(crate) struct Single {
    client: Client,
    messages: broadcast::Sender<PushInfo>,
    state: Mutex<State>,
}

struct State {
    manager: ConnectionManager,
    /// What the connection has subscribed to.
    channels: Vec<String>,
}

impl Link {
    /// Connects. With `lazy` it does not matter whether the server is there now.
    ///
    /// # Errors
    /// If the URLs cannot be used, or if the server is not there and `lazy` is not set.
    pub(crate) async fn open(
        urls: Vec<String>,
        is_cluster: bool,
        lazy: bool,
        messages: broadcast::Sender<PushInfo>,
    ) -> Result<Self, RedisError> {
        #[cfg(feature = "cluster")]
        if is_cluster {
            if lazy {
                let why = "a cluster tells where its nodes are when the program connects: `start_without_redis` is for single servers";
                return Err((ErrorKind::Client, why).into());
            }
            let client = redis::cluster::ClusterClient::builder(urls)
                .connection_timeout(CONNECT_TIMEOUT)
                .response_timeout(CONNECT_TIMEOUT)
                .tcp_settings(tcp_settings())
                .use_protocol(ProtocolVersion::RESP3)
                .push_sender(forward(messages))
                .build()?;
            return Ok(Self::Cluster(client.get_async_connection().await?));
        }
        debug_assert!(!is_cluster);
        let Some(url) = urls.into_iter().next() else {
            return Err((ErrorKind::InvalidClientConfig, "no URL is given").into());
        };
        let info = url.into_connection_info()?;
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings).set_tcp_settings(tcp_settings()))?;
        let config = config(&messages);
        let manager = if lazy {
            ConnectionManager::new_lazy_with_config(client.clone(), config)?
        } else {
            ConnectionManager::new_with_config(client.clone(), config).await?
        };
        let state = Mutex::new(State { manager, channels: Vec::new() });
        Ok(Self::Single(Arc::new(Single { client, messages, state })))
    }

    /// Subscribes to channels, also after each reconnection.
    pub(crate) async fn subscribe(&mut self, channels: &[String]) -> Result<(), RedisError> {
        match self {
            Self::Single(single) => {
                single.manager().subscribe(channels).await?;
                single.state().channels.extend(channels.iter().cloned());
                Ok(())
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(link) => link.subscribe(channels).await,
        }
    }

    /// Replaces a connection on which nothing is answered any more, although nobody has closed it. To be called on the thread of
    /// the connection.
    pub(crate) async fn renew(&self) {
        match self {
            Self::Single(single) => {
                let Ok(mut manager) =
                    ConnectionManager::new_lazy_with_config(single.client.clone(), config(&single.messages))
                else {
                    return;
                };
                let channels = single.state().channels.clone();
                single.state().manager = manager.clone();
                if !channels.is_empty() {
                    let _ = tokio::time::timeout(CONNECT_TIMEOUT, manager.subscribe(channels)).await;
                }
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(_) => {}
        }
    }
}

impl Single {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn manager(&self) -> ConnectionManager {
        self.state().manager.clone()
    }
}

fn config(messages: &broadcast::Sender<PushInfo>) -> ConnectionManagerConfig {
    ConnectionManagerConfig::new()
        .set_connection_timeout(Some(CONNECT_TIMEOUT))
        // Each command has a limit of its own.
        .set_response_timeout(None)
        .set_max_delay(MAX_RECONNECT_PAUSE)
        .set_number_of_retries(1)
        .set_push_sender(forward(messages.clone()))
        .set_automatic_resubscription()
}

/// Passes on what was published. That nobody listens is no failure, which would end the connection.
fn forward(
    messages: broadcast::Sender<PushInfo>,
) -> impl Fn(PushInfo) -> Result<(), std::convert::Infallible> + Send + Sync + 'static {
    move |info| {
        let _ = messages.send(info);
        Ok(())
    }
}

fn tcp_settings() -> TcpSettings {
    let keepalive = TcpKeepalive::new().with_time(MAX_SILENCE).with_interval(MAX_SILENCE / 5);
    let settings = TcpSettings::default().set_nodelay(true).set_keepalive(keepalive);
    #[cfg(target_os = "linux")]
    let settings = settings.set_user_timeout(MAX_SILENCE);
    settings
}

impl ConnectionLike for Link {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(single) => {
                let mut manager = single.manager();
                Box::pin(async move { manager.req_packed_command(cmd).await })
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(link) => link.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        cmd: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(single) => {
                let mut manager = single.manager();
                Box::pin(async move { manager.req_packed_commands(cmd, offset, count).await })
            }
            #[cfg(feature = "cluster")]
            Self::Cluster(link) => link.req_packed_commands(cmd, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(single) => single.manager().get_db(),
            #[cfg(feature = "cluster")]
            Self::Cluster(link) => link.get_db(),
        }
    }
}
