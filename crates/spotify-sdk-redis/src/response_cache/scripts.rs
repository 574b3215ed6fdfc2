//! The commands that Redis runs. Each can be run twice: what it stores or removes is the same, and a version that is changed twice is
//! as good.

use std::sync::LazyLock;

use futures_util::future::{try_join, try_join_all};
use redis::{RedisError, Script};

use super::place::{OwnerPlace, Place, TopicId};
use super::version::{TopicVersion, everything_in, random_text};
use super::{MARGIN, TOPIC_LIFE};
use crate::connection::Link;
use spotify_sdk::cache::CacheVersion;

/// The number of responses that are removed at once.
const BATCH: isize = 500;

static VERSION: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("version.lua")));
static PUT: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("put.lua")));
static CLEAR: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("clear.lua")));

/// What is done with the version of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Another one is made.
    Change,
    /// One is made where there is none, or an older one than the floor.
    Ensure,
    /// One is made where there is an older one than the floor.
    Raise,
}

/// A topic whose version is looked after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) topic: TopicId,
    pub(super) mode: Mode,
    /// In microseconds.
    pub(super) floor: u64,
    /// The random value of a version that is made.
    pub(super) random: u64,
}

/// What was read of a response.
pub(super) struct Found {
    pub(super) value: Option<Vec<u8>>,
    /// Those of everything of the owner, and of the others.
    pub(super) versions: Vec<TopicVersion>,
}

/// Looks after the versions of topics, and returns them; `None` for those that there are none of.
pub(super) async fn versions(link: &Link, orders: &[Order]) -> Result<Vec<Option<TopicVersion>>, RedisError> {
    try_join_all(orders.iter().map(|order| version(link.clone(), order))).await
}

async fn version(mut link: Link, order: &Order) -> Result<Option<TopicVersion>, RedisError> {
    let mode = match order.mode {
        Mode::Change => "change",
        Mode::Ensure => "ensure",
        Mode::Raise => "raise",
    };
    let mut call = VERSION.key(order.topic.version_key());
    call.arg(mode).arg(order.floor).arg(random_text(order.random)).arg(millis(TOPIC_LIFE));
    let found: Option<Vec<u8>> = call.invoke_async(&mut link).await?;
    Ok(found.and_then(|found| TopicVersion::parse(&found)))
}

/// Reads a response and the versions of its topics in one go. `orders` are for those that are missing, or too old, in the order of the
/// place's topics.
pub(super) async fn get(mut link: Link, place: &Place, orders: &[Order]) -> Result<Found, RedisError> {
    let mut command = redis::cmd("MGET");
    command.arg(place.response());
    for topic in place.topics() {
        command.arg(topic.version_key());
    }
    let mut found: Vec<Option<Vec<u8>>> = command.query_async(&mut link).await?;
    let read = |found: Option<&Option<Vec<u8>>>| found?.as_deref().and_then(TopicVersion::parse);
    let mut known = Vec::with_capacity(orders.len());
    for (at, order) in orders.iter().enumerate() {
        known.push(read(found.get(at + 1)).filter(|version| version.time >= order.floor));
    }
    let value = found.first_mut().and_then(Option::take);
    if let Some(versions) = known.iter().copied().collect() {
        return Ok(Found { value, versions });
    }
    let missing: Vec<Order> =
        orders.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(order, _)| *order).collect();
    let mut made = versions(&link, &missing).await?.into_iter();
    let versions = known.into_iter().map(|known| known.or_else(|| made.next().flatten())).collect();
    // What is stored depended on what is gone.
    let versions: Option<Vec<_>> = versions;
    let why = "a version is not in the form of this version of spotify-sdk-redis";
    let versions = versions.ok_or((redis::ErrorKind::UnexpectedReturnType, why))?;
    Ok(Found { value: None, versions })
}

/// Stores a response, unless its owner was forgotten meanwhile, and lets its topics outlive it.
pub(super) async fn put(
    mut link: Link,
    place: &Place,
    version: CacheVersion,
    value: Vec<u8>,
    life_ms: u64,
) -> Result<(), RedisError> {
    let topic_life = life_ms.saturating_add(millis(MARGIN));
    let mut call = PUT.key(place.owner.version_key());
    call.key(place.response()).key(place.owner.index());
    call.arg(everything_in(version)).arg(value).arg(life_ms).arg(&place.name).arg(millis(MARGIN));
    let others = place.others.iter().map(|topic| {
        let mut link = link.clone();
        let key = topic.version_key();
        async move {
            let mut command = redis::cmd("PEXPIRE");
            command.arg(key).arg(topic_life).arg("GT").query_async::<()>(&mut link).await
        }
    });
    let others = try_join_all(others);
    try_join(call.invoke_async::<()>(&mut link), others).await.map(drop)
}

/// Removes one response.
pub(super) async fn remove(mut link: Link, place: &Place) -> Result<(), RedisError> {
    clear(&mut link, &place.owner, false, std::slice::from_ref(&place.name)).await.map(drop)
}

/// Removes some responses of an owner who is forgotten. Returns whether there are more.
pub(super) async fn forget_some(mut link: Link, owner: &OwnerPlace) -> Result<bool, RedisError> {
    let mut command = redis::cmd("ZRANGE");
    let names: Vec<String> = command.arg(owner.index()).arg(0).arg(BATCH - 1).query_async(&mut link).await?;
    Ok(clear(&mut link, owner, true, &names).await? > 0)
}

async fn clear(link: &mut Link, owner: &OwnerPlace, is_forgotten: bool, names: &[String]) -> Result<u64, RedisError> {
    let mut call = CLEAR.key(owner.version_key());
    call.key(owner.index()).arg(u8::from(is_forgotten));
    for name in names {
        call.key(owner.response(name)).arg(name);
    }
    call.invoke_async(link).await
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
