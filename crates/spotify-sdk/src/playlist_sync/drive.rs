//! The driver: reads the playlist, plans, and executes the steps for either client.
//!
//! Spotify accepts a change to an old version and merges it, so it never reports a concurrent change. What it returns
//! of a playlist lags behind the changes: entries by a moment, the snapshot id at times by half a minute. Therefore:
//! - The version is read with the first entries, and again after the last.
//! - Removals and moves name the version that the step before returned. If the numbers in the ids show that no change
//!   came between, the playlist is as computed; otherwise it is read and compared.
//! - An older version that this sync has made itself does not indicate a concurrent change.
//! - A removal that names a version and fails is tried once without one, right after the playlist is read, and verified
//!   afterwards.
//! - A change whose outcome is not known is verified before it is sent again.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use tracing::debug;

use super::plan::plan;
use super::read::{self, Part};
use super::report::{SyncPlan, SyncReport, SyncStep};
use super::{CheckedJob, Settings, revision};
use crate::api::params::NonEmptyText;
use crate::api::playlists::{AddPlaylistItems, GetPlaylistItems, RemovePlaylistItems, ReorderPlaylistItems};
use crate::call::ClientInner;
use crate::definition::Quota;
use crate::error::{Error, PlaylistChangedError, Result};
use crate::ids::{PlaylistId, SpotifyUri};
use crate::observe::{Activity, ProgressListener};
use crate::options::CallOptions;
use crate::paging::refuses_limit;
use crate::pipeline::maybe_executed;

/// The maximum number of entries in the response to a request for the playlist itself.
const FIRST_ENTRIES: usize = 100;

/// The waits before each read of a playlist that may not show a change yet.
const LAG: [Duration; 5] = [ms(0), ms(500), ms(1_000), ms(2_000), ms(4_000)];
/// The same for a change whose outcome is not known.
const LAG_OF_UNKNOWN_OUTCOME: [Duration; 2] = [ms(500), ms(1_000)];

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// How many times the numbers in the ids may be inconsistent before they are ignored.
const MAX_DOUBTS: u32 = 3;

type Entries = Vec<Option<SpotifyUri>>;

/// One sync of one playlist.
pub(super) struct SyncDriver<'a> {
    inner: &'a ClientInner,
    options: CallOptions,
    progress: &'a ProgressListener,
    playlist: &'a PlaylistId,
    reads: usize,
    writes: usize,
    /// The number of steps, and of those that are done.
    steps: usize,
    done: usize,
}

/// The plan, and the entries that it starts from.
pub(super) struct Planned {
    pub(super) plan: SyncPlan,
    entries: Entries,
}

/// A playlist as it was read.
struct Reading {
    version: String,
    entries: Entries,
    /// The version after the last entry was read.
    version_after: String,
}

/// Whether a playlist shows the effect of a step, and its version.
enum StepState {
    After(String),
    Before(String),
}

/// The versions and contents that this sync has made.
struct History {
    versions: Vec<String>,
    contents: HashSet<u64>,
}

impl History {
    fn add(&mut self, version: &str, entries: &Entries) {
        self.versions.push(version.to_owned());
        self.contents.insert(hash(entries));
    }

    fn last_version(&self) -> &str {
        self.versions.last().map(String::as_str).unwrap_or_default()
    }

    fn has_version(&self, version: &str) -> bool {
        self.versions.iter().any(|own| own == version)
    }
}

fn hash(entries: &Entries) -> u64 {
    let mut hasher = DefaultHasher::new();
    entries.hash(&mut hasher);
    hasher.finish()
}

impl<'a> SyncDriver<'a> {
    pub(super) fn new(settings: &'a Settings, playlist: &'a PlaylistId) -> Self {
        let Settings { inner, options, progress } = settings;
        Self { inner, options: *options, progress, playlist, reads: 0, writes: 0, steps: 0, done: 0 }
    }

    /// Reads the playlist and plans. Changes nothing.
    pub(super) async fn plan(&mut self, job: &CheckedJob) -> Result<Planned> {
        let mut reading = self.read().await?;
        if let Some(expected) = job.snapshot_id.as_ref().map(NonEmptyText::as_str) {
            for pause in &LAG[1..] {
                if !revision::is_older(&reading.version, expected) {
                    break;
                }
                tokio::time::sleep(*pause).await;
                reading = self.read().await?;
            }
            if reading.version != expected {
                return Err(self.changed(expected, reading.version));
            }
        }
        if reading.version_after != reading.version {
            return Err(self.changed(&reading.version, reading.version_after));
        }
        let plan = plan(&reading.entries, &job.wanted, &reading.version, job.rules)?;
        Ok(Planned { plan, entries: reading.entries })
    }

    /// Brings the playlist to the wanted order.
    pub(super) async fn run(mut self, job: &CheckedJob) -> Result<SyncReport> {
        let Planned { plan, mut entries } = self.plan(job).await?;
        self.steps = plan.steps.len();
        debug!(playlist = %self.playlist, steps = self.steps, "syncing");
        let mut history = History { versions: Vec::new(), contents: HashSet::new() };
        history.add(&plan.snapshot_id, &entries);
        let mut doubts = if revision::number(&plan.snapshot_id).is_some() { 0 } else { MAX_DOUBTS };
        for step in &plan.steps {
            let mut after = entries.clone();
            step.apply(&mut after);
            let StepResult { version, seen, from, named } = self.execute(step, &entries, &after, &history).await?;
            self.done += 1;
            self.progress.report(Activity::Writing, step.operation(), self.done, Some(self.steps));
            let is_next = seen || (named && revision::are_neighbours(&from, &version));
            history.add(&version, &after);
            entries = after;
            // There was a concurrent change, or the ids do not count changes after all.
            let is_off = (!named && !seen) || (doubts < MAX_DOUBTS && !is_next);
            doubts += u32::from(is_off && named);
            // Local files could once be removed by their position only, and Spotify does not document whether that
            // still holds.
            if is_off || (removes_local_files(step) && !seen) {
                self.confirm(&entries, &history).await?;
            }
        }
        let snapshot_id = self.finish(&entries, &history, doubts < MAX_DOUBTS).await?;
        Ok(SyncReport { snapshot_id, plan, reads: self.reads, writes: self.writes })
    }

    /// Returns the version of the playlist after all steps.
    async fn finish(&mut self, entries: &Entries, history: &History, counts: bool) -> Result<String> {
        let last = history.last_version().to_owned();
        if self.steps == 0 {
            return Ok(last);
        }
        if counts {
            self.reads += 1;
            let version = read::version(self.inner, self.playlist, &self.options).await?;
            if history.has_version(&version) {
                return Ok(last);
            }
        }
        let version = self.confirm(entries, history).await?;
        Ok(if history.has_version(&version) { last } else { version })
    }

    /// Executes one step, exactly once.
    ///
    /// For some playlists Spotify responds to every removal that names a version with a server error, and accepts the
    /// same removal without one. So if the playlist is seen to be unchanged, the last attempt names no version, and the
    /// playlist is read afterwards.
    async fn execute(
        &mut self,
        step: &SyncStep,
        before: &Entries,
        after: &Entries,
        history: &History,
    ) -> Result<StepResult> {
        let mut from = history.last_version().to_owned();
        let mut left = self.options.max_retries;
        let mut named = true;
        loop {
            self.writes += 1;
            let error = match self.send(step, named.then_some(&from)).await {
                // The step is done, but only a read of the playlist shows the resulting version.
                Ok(version) if version.is_empty() => {
                    let version = self.confirm(after, history).await?;
                    return Ok(StepResult { version, seen: true, from, named });
                }
                Ok(version) => return Ok(StepResult { version, seen: false, from, named }),
                Err(error) if is_unknown(&error) => error,
                Err(error) => return Err(error),
            };
            debug!(playlist = %self.playlist, %step, %error, "looking whether it was done");
            match self.verify(before, after, history, &LAG_OF_UNKNOWN_OUTCOME).await? {
                StepState::After(version) => return Ok(StepResult { version, seen: true, from, named }),
                StepState::Before(_) if left == 0 => return Err(error),
                StepState::Before(version) => from = version,
            }
            left -= 1;
            named = !(left == 0 && matches!(step, SyncStep::Remove { .. }) && matches!(error, Error::Server(_)));
        }
    }

    /// Sends a step that starts from `version`, once alone: [`execute`](Self::execute) verifies first what was done. A removal
    /// that is sent again would also remove entries that other users added since.
    async fn send(&self, step: &SyncStep, version: Option<&String>) -> Result<String> {
        let (inner, playlist) = (self.inner, self.playlist);
        let options = &CallOptions { idempotent: Some(false), ..self.options };
        match step {
            SyncStep::Remove { uris } => {
                inner.call(&RemovePlaylistItems::new(playlist, uris)?.maybe_snapshot_id(version)?, options).await
            }
            SyncStep::Add { uris, position } => {
                inner.call(&AddPlaylistItems::new(playlist, uris)?.position(*position)?, options).await
            }
            SyncStep::Move { range_start, range_length, insert_before } => {
                let reorder = ReorderPlaylistItems::new(playlist, *range_start, *insert_before)?;
                let reorder = reorder.range_length(*range_length)?.maybe_snapshot_id(version)?;
                inner.call(&reorder, options).await
            }
        }
    }

    /// Verifies that the playlist is as computed.
    async fn confirm(&mut self, entries: &Entries, history: &History) -> Result<String> {
        match self.verify(entries, entries, history, &LAG).await? {
            StepState::After(version) | StepState::Before(version) => Ok(version),
        }
    }

    /// Reads the playlist until it shows the effect of a step, or the waits are over and it is unchanged.
    async fn verify(
        &mut self,
        before: &Entries,
        after: &Entries,
        history: &History,
        pauses: &[Duration],
    ) -> Result<StepState> {
        let mut state = None;
        let mut seen = String::new();
        for pause in pauses {
            if !pause.is_zero() {
                tokio::time::sleep(*pause).await;
            }
            let Reading { version, entries, version_after } = self.read().await?;
            let is_steady = version == version_after;
            seen = version_after;
            if entries == *after {
                // The version before the read, so that a later change shows at the next step.
                return Ok(StepState::After(version));
            }
            state = (is_steady && entries == *before).then_some(StepState::Before(version));
            let is_own = state.is_some() || history.contents.contains(&hash(&entries));
            if is_steady && !is_own {
                break;
            }
        }
        state.ok_or_else(|| self.changed(history.last_version(), seen))
    }

    /// Reads the playlist once.
    async fn read(&mut self) -> Result<Reading> {
        self.reads += 1;
        let beginning = read::beginning(self.inner, self.playlist, &self.options).await?;
        let version = beginning.snapshot_id;
        let part = beginning.items.or(beginning.tracks).unwrap_or_default();
        // If the response to the request for the playlist does not include its entries, they are requested.
        let mut total = part.total();
        let mut is_followed = total.is_none() || part.is_followed(part.entries(), FIRST_ENTRIES);
        let mut entries: Entries = part.uris().collect();
        if !is_followed && total == Some(entries.len()) {
            return Ok(Reading { version_after: version.clone(), version, entries });
        }
        let mut page = read::page(self.playlist, self.inner.quota())?;
        while is_followed {
            let part = self.read_part(entries.len(), &mut page).await?;
            is_followed = part.entries() > 0 && part.is_followed(entries.len() + part.entries(), page as usize);
            // A total that equals the size of the part says nothing about the playlist.
            total = part.total().filter(|total| *total != part.entries());
            entries.extend(part.uris());
            self.progress.report(
                Activity::Reading,
                GetPlaylistItems::INFO,
                entries.len(),
                total.filter(|_| is_followed),
            );
        }
        self.reads += 1;
        let version_after = read::version(self.inner, self.playlist, &self.options).await?;
        if total.is_some_and(|total| total != entries.len()) {
            return Err(self.changed(&version, version_after));
        }
        Ok(Reading { version, entries, version_after })
    }

    /// Reads up to `page` entries from `offset` on. Lowers `page` if Spotify rejects it as too large for the app.
    async fn read_part(&mut self, offset: usize, page: &mut u32) -> Result<Part> {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let smaller = read::page(self.playlist, Quota::Development)?;
        loop {
            self.reads += 1;
            match read::entries(self.inner, self.playlist, offset, *page, &self.options).await {
                Err(error) if refuses_limit(&error) && *page > smaller => *page = smaller,
                part => return part,
            }
        }
    }

    fn changed(&self, expected: &str, found: String) -> Error {
        Error::from(PlaylistChangedError {
            playlist: self.playlist.clone(),
            expected: expected.to_owned(),
            found,
            steps_done: self.done,
            steps: self.steps,
        })
    }
}

/// A step that was executed.
struct StepResult {
    /// The version that the step returned, or that was read afterwards.
    version: String,
    /// Whether the playlist was read and is as computed.
    seen: bool,
    /// The version that the step started from.
    from: String,
    /// Whether the request named that version.
    named: bool,
}

/// Whether a change may have been executed although no response confirms it.
fn is_unknown(error: &Error) -> bool {
    maybe_executed(error) || matches!(error, Error::Decode(_))
}

fn removes_local_files(step: &SyncStep) -> bool {
    matches!(step, SyncStep::Remove { uris } if uris.iter().any(SpotifyUri::is_local))
}
