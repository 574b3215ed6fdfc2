//! Playlists kept in step: [`Playlists::sync`](crate::api::Playlists::sync) brings a playlist to a wanted order with few
//! requests, keeps when entries were added, and takes no change of someone else's for its own.
//!
//! The planner (`plan`) knows no network, the driver (`drive`) no client: both clients run the same one.

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

use self::drive::Driver;
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

/// How many items a request adds or removes at most.
const MAX_PER_REQUEST: usize = 100;
/// How many items a playlist holds at most. Spotify refuses to add more.
pub const MAX_ITEMS: usize = 10_000;

/// A playlist to bring to the wanted order. Made by [`Playlists::sync`](crate::api::Playlists::sync), which says how it
/// works; nothing is sent until it is awaited, or its `send` is called.
#[must_use = "a sync does nothing until it is awaited or sent"]
#[derive(Clone)]
pub struct PlaylistSync<C> {
    client: C,
    options: CallOptions,
    progress: ProgressListener,
    job: Job,
}

/// What is to be done, as far as the caller has said.
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
        Self { options: client.inner().options(), progress: ProgressListener::default(), client, job }
    }
}

impl<C> PlaylistSync<C> {
    /// Sets the version that the caller has seen. When the playlist is at another one, the sync ends with
    /// [`PlaylistChanged`](crate::Error::PlaylistChanged), and nothing is changed. Default: whatever is there.
    ///
    /// Spotify counts changes of the name, the cover and the like as versions too.
    pub fn snapshot_id(mut self, snapshot_id: impl IntoParam<NonEmptyText>) -> Self {
        self.job.snapshot_id = Some(snapshot_id.into_param().map_err(|error| error.of("snapshot_id")));
        self
    }

    /// Like [`snapshot_id`](Self::snapshot_id) where there is a value; `None` changes nothing.
    pub fn maybe_snapshot_id(self, snapshot_id: Option<impl IntoParam<NonEmptyText>>) -> Self {
        match snapshot_id {
            Some(snapshot_id) => self.snapshot_id(snapshot_id),
            None => self,
        }
    }

    /// Lets the playlist be written anew where that takes fewer requests: everything is removed and added again, 100 items
    /// with each request, and all entries lose their `added_at`. Default: no, since it takes many requests to bring a long
    /// playlist to another order altogether, but nothing is lost.
    ///
    /// Not done where local files are wanted, which cannot be added, or unavailable entries stay.
    pub fn allow_rewrite(mut self) -> Self {
        self.job.rules.allow_rewrite = true;
        self
    }

    /// Lets entries stay whose item is gone, `null` in Spotify's answers: each behind the entry that it is behind now,
    /// and the playlist has them beside what is wanted. Default: a playlist with such entries is refused with
    /// [`InvalidInput`](crate::Error::InvalidInput), since they have no URI by which to remove them.
    pub fn keep_unavailable(mut self) -> Self {
        self.job.rules.keep_unavailable = true;
        self
    }

    call_options!(options: timeout, max_retries, max_retry_wait, priority);

    /// Sets a closure that is told how far the sync is: how many entries of the playlist are read, and then how many steps of
    /// the plan are taken. It is called in the task that sends the requests, with the blocking client that is the client's
    /// own thread, and must not block. Default: none.
    pub fn on_progress(mut self, listener: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = ProgressListener::new(listener);
        self
    }

    /// Reads the playlist and gives the plan alone: nothing is changed.
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

/// A sync that only plans. Made by [`PlaylistSync::dry_run`]; gives the [`SyncPlan`].
#[must_use = "a sync does nothing until it is awaited or sent"]
#[derive(Debug, Clone)]
pub struct DryRun<C>(PlaylistSync<C>);

/// What a driver works with.
struct Settings {
    inner: ClientInner,
    options: CallOptions,
    progress: ProgressListener,
}

async fn run(settings: Settings, job: Job) -> Result<SyncReport> {
    let request = job.check()?;
    Driver::new(&settings, &request.playlist).run(&request).await
}

async fn dry_run(settings: Settings, job: Job) -> Result<SyncPlan> {
    let request = job.check()?;
    let mut driver = Driver::new(&settings, &request.playlist);
    Ok(driver.plan(&request).await?.plan)
}

/// A job of which nothing is wrong in itself.
struct Request {
    playlist: PlaylistId,
    wanted: Vec<SpotifyUri>,
    snapshot_id: Option<NonEmptyText>,
    rules: Rules,
}

impl Job {
    fn check(self) -> Result<Request, InvalidInput> {
        let wanted = self.wanted?;
        plan::check(&wanted)?;
        Ok(Request { playlist: self.playlist?, wanted, snapshot_id: self.snapshot_id.transpose()?, rules: self.rules })
    }
}

#[cfg(feature = "async")]
impl PlaylistSync<AsyncSpotifyClient> {
    /// Brings the playlist to the wanted order. `.await` on the sync does the same.
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
    /// Reads the playlist and gives the plan. `.await` on it does the same.
    ///
    /// # Errors
    /// Those of [`Playlists::sync`](crate::api::Playlists::sync) that come before anything is changed.
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
    /// Brings the playlist to the wanted order, and waits until it is.
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
    /// Reads the playlist and gives the plan.
    ///
    /// # Errors
    /// Those of [`Playlists::sync`](crate::api::Playlists::sync) that come before anything is changed.
    pub fn send(self) -> Result<SyncPlan> {
        let client = self.0.client.clone();
        let (settings, job) = self.0.parts();
        client.drive(dry_run(settings, job))
    }
}
