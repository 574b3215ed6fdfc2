//! Reading a list into its part, whatever happens meanwhile.

use std::ops::Range;
use std::path::Path;

use spotify_sdk::SpotifyClient;

use super::formats::{self, Writing};
use super::part::{Part, Resumed, beside};
use super::source::{Batch, Source, Version};
use super::{are, counted};
use crate::interrupt::Interrupt;
use crate::output::{Failure, Progress};

/// After so many changes while it was read, a list is given up.
const ROUNDS: usize = 3;

/// An export that is done.
pub(super) struct Done {
    pub(super) entries: u64,
    /// How many entries were there already.
    pub(super) resumed_at: u64,
    /// The places that were left out, from 0, and why the first of them were.
    pub(super) missing: Vec<Range<u64>>,
    pub(super) why: Option<String>,
}

impl Done {
    /// The missing places as people count them, first and last. What is left out piece by piece is one gap to whoever reads it.
    pub(super) fn places(&self) -> Vec<[u64; 2]> {
        let mut listed: Vec<[u64; 2]> = Vec::new();
        for places in &self.missing {
            match listed.last_mut() {
                Some([_, last]) if *last == places.start => *last = places.end,
                _ => listed.push([places.start + 1, places.end]),
            }
        }
        listed
    }

    /// Says what is missing of `what`, as an error, if anything is.
    pub(super) fn check(&self, what: &str) -> Result<(), Failure> {
        if self.missing.is_empty() {
            return Ok(());
        }
        let places = self.places();
        let listed: Vec<String> = places.iter().map(in_words).collect();
        let (word, verb) =
            if matches!(*places, [[first, last]] if first == last) { ("place", "is") } else { ("places", "are") };
        let why = self.why.as_deref().unwrap_or_default();
        let message = format!("{word} {} of {what} {verb} missing: {why}", listed.join(", "));
        Err(Failure::Failed(
            message,
            Some("Run the same command again to fetch them once Spotify returns them.".to_owned()),
        ))
    }
}

fn in_words(&[first, last]: &[u64; 2]) -> String {
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

/// The version of which a page is, unless the first page was stepped over: that alone has the mark.
pub(super) fn version_of(batch: &Batch, place: u64) -> Version {
    let mark = if place == 0 { batch.mark.clone() } else { String::new() };
    Version { mark, total: batch.total }
}

/// Ends what is missing where the list ends.
pub(super) fn clip(missing: &mut Vec<Range<u64>>, total: Option<u64>) {
    if let Some(total) = total {
        missing.iter_mut().for_each(|places| places.end = places.end.min(total));
        missing.retain(|places| !places.is_empty());
    }
}

pub(super) fn keeps_changing() -> Failure {
    Failure::Failed(
        "the list changed while it was read".to_owned(),
        Some("Run the same command again when it is not being changed.".to_owned()),
    )
}

/// Whether a list is as it was. Not every answer says how long the list is, and of one whose beginning cannot be read only that is
/// known.
pub(super) fn is_still(version: &Version, now: &Version) -> bool {
    let totals = version.total.zip(now.total);
    let unknown = version.mark.is_empty() || now.mark.is_empty();
    (unknown || version.mark == now.mark) && totals.is_none_or(|(before, now)| before == now)
}

/// Writes a list into a file, or goes on with that.
pub(super) fn to_file(
    client: &SpotifyClient,
    source: &Source,
    file: &Path,
    writing: Writing,
    skip_failed: bool,
    interrupt: &Interrupt,
    bar: &Progress,
) -> Result<Done, Failure> {
    let (mut part, found) = Part::open(file, source.what())?;
    if let Resumed::Other(what) = &found {
        bar.note(&format!("What was under way for {} is from another export ({what}): starting over.", file.display()));
    }
    if !source.has_places() {
        part.begin_anew()?;
    }
    let mut reading = Reading { client, source, interrupt, bar, skip_failed, resumed_at: part.reached.entries };
    let read = reading.read(&mut part);
    let resumed_at = reading.resumed_at;
    let entries = part.reached.entries;
    let total = part.version.as_ref().and_then(|version| version.total);
    let open = || part.gaps.iter().filter(|gap| gap.is_open());
    let mut missing: Vec<_> = open().map(|gap| gap.offset..gap.offset + gap.places).collect();
    clip(&mut missing, total);
    let left_out: u64 = missing.iter().map(|places| places.end - places.start).sum();
    let why = open().map(|gap| gap.why.clone()).next();
    let done = match read {
        Ok(()) => formats::finish(part, file, writing, interrupt, bar),
        // Nothing to go on with.
        Err(failure) if entries == 0 && missing.is_empty() => {
            part.remove()?;
            return Err(failure);
        }
        Err(failure) => Err(failure),
    };
    done.inspect_err(|_| {
        let missing = total.and_then(|total| total.checked_sub(entries)).filter(|missing| *missing > 0);
        let missing = missing.map(|missing| format!(", {} missing", are(missing, source.one())));
        let (there, kept) = (are(entries, source.one()), beside(file, ".part"));
        let missing = missing.unwrap_or_default();
        bar.note(&format!("{there} in {}{missing}; run the same command again to resume.", kept.display()));
    })?;
    let given = entries + left_out;
    if let Some(missing) = total.and_then(|total| total.checked_sub(given)).filter(|missing| *missing > 0) {
        bar.note(&format!("Spotify counts {} more, and does not return them.", counted(missing, source.one())));
    }
    Ok(Done { entries, resumed_at, missing, why })
}

/// Reads a list into its part.
struct Reading<'a> {
    client: &'a SpotifyClient,
    source: &'a Source,
    interrupt: &'a Interrupt,
    bar: &'a Progress,
    skip_failed: bool,
    resumed_at: u64,
}

impl Reading<'_> {
    /// Reads what is missing. A list that changes meanwhile is read anew, since entries would be missed or come twice.
    fn read(&mut self, part: &mut Part) -> Result<(), Failure> {
        if let Some(version) = &part.version
            && !is_still(version, &self.ask()?)
        {
            self.bar.note("The list has changed since: starting over.");
            self.begin_anew(part)?;
        }
        for round in 1..=ROUNDS {
            if self.read_once(part)? {
                return Ok(());
            }
            self.begin_anew(part)?;
            if round < ROUNDS {
                self.bar.note("The list changed while it was read: starting over.");
            }
        }
        Err(keeps_changing())
    }

    fn begin_anew(&mut self, part: &mut Part) -> Result<(), Failure> {
        self.resumed_at = 0;
        part.begin_anew()
    }

    /// The present version; Ctrl-C does not wait for it.
    fn ask(&self) -> Result<Version, Failure> {
        let (client, source, skip_failed) = (self.client.clone(), self.source.clone(), self.skip_failed);
        self.interrupt.wait(move || ask_for(&client, &source, skip_failed))
    }

    /// Reads to the end, and then what was stepped over before; says whether the list stayed as it was.
    fn read_once(&self, part: &mut Part) -> Result<bool, Failure> {
        let before: Vec<_> = part.gaps.iter().filter(|gap| gap.is_open()).map(|gap| (gap.offset, gap.places)).collect();
        let Some(mut pages) = self.read_on(part)? else { return Ok(false) };
        for (offset, places) in before {
            let (client, source) = (self.client.clone(), self.source.clone());
            match self.interrupt.wait(move || source.read_page(&client, offset, places)) {
                Ok(batch) => part.fill(offset, &batch)?,
                Err(Failure::Interrupted) => return Err(Failure::Interrupted),
                // It stays missing, and that is told in the end.
                Err(_) if self.skip_failed => {}
                Err(failure) => return Err(failure),
            }
            pages += 1;
        }
        match &part.version {
            Some(version) if pages > 1 => Ok(is_still(version, &self.ask()?)),
            _ => Ok(true),
        }
    }

    /// Reads to the end; gives how many pages there are, what was read before counts as one. `None` where the list has changed.
    fn read_on(&self, part: &mut Part) -> Result<Option<usize>, Failure> {
        let mut mark = None;
        let mut pages = 0;
        match part.version.as_ref().map(|version| version.total) {
            // Whether it is still as it was has been looked at.
            Some(Some(total)) if part.reached.offset >= total => return Ok(Some(1)),
            Some(total) => {
                self.bar.of(total, part.reached.entries);
                pages += 1;
            }
            None if matches!(self.source, Source::Playlist { .. }) => mark = Some(self.ask()?.mark),
            None => {}
        }
        let batches = self.source.read(self.client, part.reached.offset, self.skip_failed);
        loop {
            let Some(batch) = self.interrupt.receive(&batches)?.transpose()? else {
                return Err(Failure::Failed("the list ended before its end".to_owned(), None));
            };
            let Some(batch) = batch else { return Ok(Some(pages)) };
            match &part.version {
                None => {
                    let Version { mark: seen, total } = version_of(&batch, part.reached.offset);
                    part.begin(Version { mark: mark.take().unwrap_or(seen), total })?;
                    self.bar.of(batch.total, 0);
                }
                Some(version) if version.total.zip(batch.total).is_some_and(|(before, now)| before != now) => {
                    return Ok(None);
                }
                Some(_) => part.know_total(batch.total)?,
            }
            part.add(&batch)?;
            self.bar.at(part.reached.entries);
            pages += 1;
        }
    }
}

/// The present version. Of a list whose first page cannot be read, and is to be stepped over, it is not known.
pub(super) fn ask_for(client: &SpotifyClient, source: &Source, skip_failed: bool) -> Result<Version, Failure> {
    match source.version(client) {
        Err(Failure::Spotify(spotify_sdk::Error::Server(_))) if skip_failed => Ok(Version::default()),
        other => other,
    }
}
