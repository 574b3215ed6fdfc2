//! Sessions in Redis, since each request may come to another process.

use async_trait::async_trait;
use examples::Result;
use redis::AsyncCommands;
use redis::aio::ConnectionManager;
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result as Stored};

#[derive(Clone)]
pub(crate) struct RedisSessions(ConnectionManager);

impl RedisSessions {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        Ok(Self(ConnectionManager::new(redis::Client::open(url)?).await?))
    }
}

impl std::fmt::Debug for RedisSessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedisSessions")
    }
}

fn key(id: &Id) -> String {
    format!("session:{id}")
}

#[async_trait]
impl SessionStore for RedisSessions {
    async fn save(&self, record: &Record) -> Stored<()> {
        let json = serde_json::to_string(record).map_err(|error| Error::Encode(error.to_string()))?;
        let until = record.expiry_date.unix_timestamp().max(0).unsigned_abs();
        let options = redis::SetOptions::default().with_expiration(redis::SetExpiry::EXAT(until));
        self.0.clone().set_options(key(&record.id), json, options).await.map_err(failed)
    }

    async fn load(&self, id: &Id) -> Stored<Option<Record>> {
        let json: Option<String> = self.0.clone().get(key(id)).await.map_err(failed)?;
        json.map(|json| serde_json::from_str(&json)).transpose().map_err(|error| Error::Decode(error.to_string()))
    }

    async fn delete(&self, id: &Id) -> Stored<()> {
        self.0.clone().del(key(id)).await.map_err(failed)
    }
}

#[allow(clippy::needless_pass_by_value)]
fn failed(error: redis::RedisError) -> Error {
    Error::Backend(error.to_string())
}
