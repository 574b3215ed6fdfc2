//! Playlist sync: [`Playlists::sync`](crate::api::Playlists::sync) brings a playlist to a wanted order with few
//! requests, preserves when entries were added, and detects concurrent changes.
//!
//! The planner (`plan`) does no I/O, and the driver (`drive`) is independent of the client: both clients run the same
//! one.

mod drive;
mod matching;
mod plan;
mod read;
mod report;
mod revision;
mod service;
mod sort;

use std::fmt;

pub use report::{SyncPlan, SyncReport, SyncStep};

use self::drive::SyncDriver;
use self::plan::Rules;
use crate::api::IntoParam;
use crate::api::params::NonEmptyText;
use crate::call::{ClientInner, HasInner};
#[cfg(feature = "async")]
use crate::client::AsyncSpotifyClient;
#[cfg(feature = "blocking")]
use crate::client::SpotifyClient;
use crate::error::Result;
#[cfg(feature = "async")]
use crate::http::BoxFuture;
use crate::ids::{PlaylistId, SpotifyUri};
use crate::invalid_input::InvalidInput;
use crate::observe::{Progress, ProgressListener};
use crate::options::{CallOptions, call_options};

/// The maximum number of items that one request adds or removes.
const MAX_PER_REQUEST: usize = 100;
/// The maximum number of items in a playlist. Spotify refuses to add more.
pub const MAX_ITEMS: usize = 10_000;

/// A playlist to bring to the wanted order. Created by [`Playlists::sync`](crate::api::Playlists::sync), which
/// describes how it works; nothing is sent until it is awaited, or its `send` is called.
#[must_use = "a sync does nothing until it is awaited or sent"]
#[derive(Clone)]
pub struct PlaylistSync<C> {
    client: C,
    options: CallOptions,
    progress: ProgressListener,
    job: Job,
}

/// The caller's input, not validated yet.
#[derive(Debug, Clone)]
struct Job {
    playlist: Result<PlaylistId, InvalidInput>,
    wanted: Result<Vec<SpotifyUri>, InvalidInput>,
    snapshot_id: Option<Result<NonEmptyText, InvalidInput>>,
    rules: Rules,
}

impl<C: HasInner> PlaylistSync<C> {
    pub(crate) fn new<W>(client: C, playlist: impl IntoParam<PlaylistId>, wanted: W) -> Self
    where
        W: IntoIterator,
        W::Item: IntoParam<SpotifyUri>,
    {
        let job = Job {
            playlist: playlist.into_param().map_err(|error| error.of("id")),
            wanted: wanted.into_iter().map(|uri| uri.into_param().map_err(|error| error.of("wanted"))).collect(),
            snapshot_id: None,
            rules: Rules::default(),
        };
        // What is changed depends on what is read: so that is neither an old response in place of an error, nor one to a
        // request that was sent before.
        let options = CallOptions {
            coalescing: false,
            #[cfg(feature = "cache")]
            no_cache: true,
            ..client.inner().options()
        };
        Self { options, progress: ProgressListener::default(), client, job }
    }
}

impl<C> PlaylistSync<C> {
    /// Sets the version that the caller expects. If the playlist is at another version, the sync fails with
    /// [`PlaylistChanged`](crate::Error::PlaylistChanged) and changes nothing. Default: any version.
    ///
    /// Changes of the name, the cover and the like also make new versions.
    pub fn snapshot_id(mut self, snapshot_id: impl IntoParam<NonEmptyText>) -> Self {
        self.job.snapshot_id = Some(snapshot_id.into_param().map_err(|error| error.of("snapshot_id")));
        self
    }

    /// Like [`snapshot_id`](Self::snapshot_id) if there is a value; `None` changes nothing.
    pub fn maybe_snapshot_id(self, snapshot_id: Option<impl IntoParam<NonEmptyText>>) -> Self {
        match snapshot_id {
            Some(snapshot_id) => self.snapshot_id(snapshot_id),
            None => self,
        }
    }

    /// Allows the sync to rewrite the playlist if that takes fewer requests: it removes everything and adds it again,
    /// 100 items per request, and all entries lose their `added_at`. Default: no rewrite, so that nothing is lost; a
    /// complete reordering of a long playlist then takes many requests.
    ///
    /// Has no effect if the wanted items include local files, which cannot be added, or if unavailable entries stay.
    pub fn allow_rewrite(mut self) -> Self {
        self.job.rules.allow_rewrite = true;
        self
    }

    /// Keeps entries whose item is unavailable, `null` in Spotify's responses: each stays behind the entry that it
    /// follows now, in addition to the wanted items. Default: a playlist with such entries is rejected with
    /// [`InvalidInput`](crate::Error::InvalidInput), since they have no URI to remove them by.
    pub fn keep_unavailable(mut self) -> Self {
        self.job.rules.keep_unavailable = true;
        self
    }

    call_options!(options: timeout, max_retries, max_retry_wait, priority);

    /// Sets a closure that receives the progress of the sync: the number of entries read, and then the number of steps
    /// executed. It runs in the task that sends the requests (with the blocking client, on the client's own thread) and
    /// must not block. Default: none.
    pub fn on_progress(mut self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = ProgressListener::new(listener);
        self
    }

    /// Only reads the playlist and returns the plan; changes nothing.
    ///
    /// ```no_run
    /// # async fn example(client: spotify_sdk::AsyncSpotifyClient) -> spotify_sdk::Result<()> {
    /// # let wanted = ["spotify:track:6rqhFgbbKwnb9MLmUQDhG6"];
    /// let plan = client.playlists().sync("3cEYpjA9oz9GiPac4AsH4n", wanted).dry_run().await?;
    /// println!("{plan}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn dry_run(self) -> DryRun<C> {
        DryRun(self)
    }
}

impl<C: HasInner> PlaylistSync<C> {
    fn parts(self) -> (Settings, Job) {
        let inner = self.client.inner().clone();
        (Settings { inner, options: self.options, progress: self.progress }, self.job)
    }
}

impl<C> fmt::Debug for PlaylistSync<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PlaylistSync").field(&self.job).finish()
    }
}

/// A sync that only plans. Created by [`PlaylistSync::dry_run`]; returns the [`SyncPlan`].
#[must_use = "a sync does nothing until it is awaited or sent"]
#[derive(Debug, Clone)]
pub struct DryRun<C>(PlaylistSync<C>);

/// The dependencies of a driver.
struct Settings {
    inner: ClientInner,
    options: CallOptions,
    progress: ProgressListener,
}

async fn run(settings: Settings, job: Job) -> Result<SyncReport> {
    let job = job.check()?;
    SyncDriver::new(&settings, &job.playlist).run(&job).await
}

async fn dry_run(settings: Settings, job: Job) -> Result<SyncPlan> {
    let job = job.check()?;
    let mut driver = SyncDriver::new(&settings, &job.playlist);
    Ok(driver.plan(&job).await?.plan)
}

/// A validated job.
struct CheckedJob {
    playlist: PlaylistId,
    wanted: Vec<SpotifyUri>,
    snapshot_id: Option<NonEmptyText>,
    rules: Rules,
}

impl Job {
    fn check(self) -> Result<CheckedJob, InvalidInput> {
        let wanted = self.wanted?;
        plan::check(&wanted)?;
        Ok(CheckedJob {
            playlist: self.playlist?,
            wanted,
            snapshot_id: self.snapshot_id.transpose()?,
            rules: self.rules,
        })
    }
}

#[cfg(feature = "async")]
impl PlaylistSync<AsyncSpotifyClient> {
    /// Brings the playlist to the wanted order. Awaiting the sync does the same.
    ///
    /// # Errors
    /// See [`Playlists::sync`](crate::api::Playlists::sync).
    pub async fn send(self) -> Result<SyncReport> {
        let (settings, job) = self.parts();
        run(settings, job).await
    }
}

#[cfg(feature = "async")]
impl IntoFuture for PlaylistSync<AsyncSpotifyClient> {
    type Output = Result<SyncReport>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

#[cfg(feature = "async")]
impl DryRun<AsyncSpotifyClient> {
    /// Reads the playlist and returns the plan. Awaiting it does the same.
    ///
    /// # Errors
    /// Those of [`Playlists::sync`](crate::api::Playlists::sync) that occur before anything is changed.
    pub async fn send(self) -> Result<SyncPlan> {
        let (settings, job) = self.0.parts();
        dry_run(settings, job).await
    }
}

#[cfg(feature = "async")]
impl IntoFuture for DryRun<AsyncSpotifyClient> {
    type Output = Result<SyncPlan>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

#[cfg(feature = "blocking")]
impl PlaylistSync<SpotifyClient> {
    /// Brings the playlist to the wanted order and waits until that is done.
    ///
    /// # Errors
    /// See [`Playlists::sync`](crate::api::Playlists::sync).
    pub fn send(self) -> Result<SyncReport> {
        let client = self.client.clone();
        let (settings, job) = self.parts();
        client.drive(run(settings, job))
    }
}

#[cfg(feature = "blocking")]
impl DryRun<SpotifyClient> {
    /// Reads the playlist and returns the plan.
    ///
    /// # Errors
    /// Those of [`Playlists::sync`](crate::api::Playlists::sync) that occur before anything is changed.
    pub fn send(self) -> Result<SyncPlan> {
        let client = self.0.client.clone();
        let (settings, job) = self.0.parts();
        client.drive(dry_run(settings, job))
    }
}
