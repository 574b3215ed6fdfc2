//! `spotify-cli player`: what plays, and the commands that change it.

mod device;
mod input;
mod play;
mod status;
mod view;
mod watch;

use std::time::Duration;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};
use spotify_sdk::Error;
use spotify_sdk::api::RepeatMode;
use spotify_sdk::models::PlaybackState;

use self::device::{On, TargetDevice};
use self::input::{Loudness, SeekTo};
use super::{SignedIn, given};
use crate::output::{Failure, Table, clock, count, note};

const AFTER_HELP: &str = "\
Devices are given by name or id; a part of the name is enough if only one device matches, and of several with the same name \
the active one is used. Commands that change playback need Spotify Premium.

Commands that change something confirm it on standard error. With --json they print an object to standard output:
  play, pause     {\"done\": …, \"is_playing\": …}; play also has left_out, the number of items not played
  next, previous  {\"done\": …}
  seek            {\"done\": \"seek\", \"position_ms\": …}
  volume          {\"done\": \"volume\", \"volume_percent\": …}
  shuffle         {\"done\": \"shuffle\", \"shuffle_state\": …}
  repeat          {\"done\": \"repeat\", \"repeat_state\": …}
  queue add       {\"done\": \"queue add\", \"uris\": […]}
  transfer        {\"done\": \"transfer\"}
Each also has device_id, the device that was given, or null.";

#[derive(Debug, Subcommand)]
#[command(after_help = AFTER_HELP)]
pub(crate) enum Player {
    /// Show the playback state
    #[command(after_help = status::AFTER_HELP)]
    Status,
    /// Start or resume playback
    Play(play::Play),
    /// Pause playback
    Pause(On),
    /// Skip to the next item
    Next(On),
    /// Skip to the previous item
    Previous(On),
    /// Seek to a position
    Seek(Seek),
    /// Set the volume
    Volume(Volume),
    /// Turn shuffle on or off
    Shuffle(Shuffle),
    /// Set the repeat mode
    Repeat(Repeat),
    /// List the queue, or add to it
    Queue(Queue),
    /// List available devices
    Devices,
    /// Transfer playback to another device
    Transfer(Transfer),
    /// Show the playback state as it changes, until Ctrl-C
    #[command(after_help = watch::AFTER_HELP)]
    Watch(watch::Watch),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Seek {
    /// The position, such as 1:23, 83 or 1:02:03; or relative: +15, -0:30
    #[arg(allow_hyphen_values = true, value_name = "TIME")]
    place: SeekTo,

    #[command(flatten)]
    on: On,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Volume {
    /// The volume, from 0 to 100; or relative: +10, -10
    #[arg(allow_hyphen_values = true, value_name = "PERCENT")]
    loudness: Loudness,

    #[command(flatten)]
    on: On,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Shuffle {
    /// Whether to shuffle
    #[arg(value_enum)]
    state: Switch,

    #[command(flatten)]
    on: On,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Switch {
    On,
    Off,
    Toggle,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Repeat {
    /// Nothing, the track or episode, or the context: the album, playlist or show
    #[arg(value_enum)]
    what: Repeated,

    #[command(flatten)]
    on: On,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Repeated {
    Off,
    Track,
    Context,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Queue {
    #[command(subcommand)]
    command: Option<QueueCommand>,
}

#[derive(Debug, Subcommand)]
enum QueueCommand {
    /// Add tracks and episodes to the queue
    Add(Add),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Add {
    /// URIs or links of tracks and episodes; - to read them from standard input
    #[arg(required = true, value_name = "URI")]
    uris: Vec<String>,

    #[command(flatten)]
    on: On,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Transfer {
    /// The device, by id or name
    device: String,

    /// Start playback there, even if it is paused now
    #[arg(long)]
    play: bool,
}

/// A call that goes to the device that was named, if one was.
macro_rules! on {
    ($call:expr, $target:expr) => {
        $call.maybe_device_id($target.as_ref().map(|target| &target.id))
    };
}

pub(crate) fn run(signed_in: &SignedIn<'_>, command: &Player) -> Result<(), Failure> {
    let player = signed_in.client().player();
    match command {
        Player::Status => status::show(signed_in),
        Player::Play(args) => play::play(signed_in, args),
        Player::Pause(on) => {
            let target = on.target(signed_in)?;
            let said = match on!(player.pause_playback(), target).send() {
                Err(error) if is_so_already(signed_in, &error, false) => "Playback is paused already.",
                answer => answer.map(|()| "Paused.")?,
            };
            done(signed_in, "pause", target.as_ref(), said, &[("is_playing", json!(false))])
        }
        Player::Next(on) => {
            let target = on.target(signed_in)?;
            on!(player.skip_to_next(), target).send()?;
            done(signed_in, "next", target.as_ref(), "Skipped to the next item.", &[])
        }
        Player::Previous(on) => {
            let target = on.target(signed_in)?;
            on!(player.skip_to_previous(), target).send()?;
            done(signed_in, "previous", target.as_ref(), "Skipped to the previous item.", &[])
        }
        Player::Seek(args) => seek(signed_in, args),
        Player::Volume(args) => volume(signed_in, args),
        Player::Shuffle(args) => {
            let target = args.on.target(signed_in)?;
            let shuffle = match args.state {
                Switch::On => true,
                Switch::Off => false,
                Switch::Toggle => !state(signed_in)?.shuffle_state,
            };
            on!(player.set_shuffle(shuffle), target).send()?;
            let said = format!("Shuffle is {}.", view::on_or_off(shuffle));
            done(signed_in, "shuffle", target.as_ref(), &said, &[("shuffle_state", json!(shuffle))])
        }
        Player::Repeat(args) => {
            let target = args.on.target(signed_in)?;
            let (repeat, said) = match args.what {
                Repeated::Off => (RepeatMode::Off, "Repeat is off."),
                Repeated::Track => (RepeatMode::Track, "Repeating the current item."),
                Repeated::Context => (RepeatMode::Context, "Repeating the context."),
            };
            on!(player.set_repeat_mode(repeat), target).send()?;
            done(signed_in, "repeat", target.as_ref(), said, &[("repeat_state", json!(repeat.as_str()))])
        }
        Player::Queue(Queue { command: None }) => queue(signed_in),
        Player::Queue(Queue { command: Some(QueueCommand::Add(args)) }) => add(signed_in, args),
        Player::Devices => device::list(signed_in),
        Player::Transfer(args) => {
            let target = device::target(signed_in, &args.device)?;
            let call = player.transfer_playback(&target.id);
            if args.play { call.play(true) } else { call }.send()?;
            let said = format!("{} is the active device.", target.name);
            done(signed_in, "transfer", Some(&target), &said, &[])
        }
        Player::Watch(args) => watch::run(signed_in, args),
    }
}

/// Says what was done: in words to the person, and as an object to a program that asked for one.
fn done(
    signed_in: &SignedIn<'_>,
    what: &str,
    target: Option<&TargetDevice>,
    said: &str,
    values: &[(&str, Value)],
) -> Result<(), Failure> {
    note(said);
    if !signed_in.screen().json {
        return Ok(());
    }
    let mut object = json!({ "done": what, "device_id": target.map(|target| &target.id) });
    for (name, value) in values {
        object[name] = value.clone();
    }
    signed_in.screen().object(&object)
}

/// What the player does now.
fn now(signed_in: &SignedIn<'_>) -> Result<Option<PlaybackState>, Error> {
    // Else an episode would look as if nothing played.
    signed_in.client().player().get_playback_state().send()
}

/// What the player does now, for what is said relative to it.
fn state(signed_in: &SignedIn<'_>) -> Result<PlaybackState, Failure> {
    now(signed_in)?.ok_or_else(|| Failure::Player {
        message: "nothing plays".to_owned(),
        hint: "Open Spotify on a device, or name one: `spotify-cli player devices` lists them.".to_owned(),
        code: 1,
    })
}

/// Whether Spotify refused to play or to pause because it does already. As a rule it says no more than that it cannot be done.
fn is_so_already(signed_in: &SignedIn<'_>, error: &Error, playing: bool) -> bool {
    let Error::Forbidden(answer) = error else { return false };
    let can_be = match answer.reason.as_deref() {
        None | Some("UNKNOWN") => true,
        Some("ALREADY_PAUSED") => !playing,
        Some("ALREADY_PLAYING" | "NOT_PAUSED") => playing,
        Some(_) => false,
    };
    can_be && now(signed_in).is_ok_and(|state| state.is_some_and(|state| state.is_playing == playing))
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn seek(signed_in: &SignedIn<'_>, args: &Seek) -> Result<(), Failure> {
    let target = args.on.target(signed_in)?;
    let now = match args.place {
        SeekTo::At(_) => Duration::ZERO,
        SeekTo::Forward(_) | SeekTo::Back(_) => state(signed_in)?.progress().unwrap_or_default(),
    };
    let place = args.place.from(now);
    let position = milliseconds(place);
    on!(signed_in.client().player().seek(position), target).send()?;
    let said = format!("Position: {}.", clock(place));
    done(signed_in, "seek", target.as_ref(), &said, &[("position_ms", json!(position))])
}

fn volume(signed_in: &SignedIn<'_>, args: &Volume) -> Result<(), Failure> {
    let target = args.on.target(signed_in)?;
    let now = match (args.loudness, &target) {
        (Loudness::At(_), _) => Some(0),
        (_, Some(target)) => target.volume_percent,
        (_, None) => state(signed_in)?.device.volume_percent,
    };
    let now = now.ok_or_else(|| Failure::Player {
        message: "the device does not report its volume".to_owned(),
        hint: "Give an absolute volume, from 0 to 100.".to_owned(),
        code: 1,
    })?;
    let percent = args.loudness.from(now);
    on!(signed_in.client().player().set_volume(percent), target).send()?;
    let said = format!("Volume: {percent}%.");
    done(signed_in, "volume", target.as_ref(), &said, &[("volume_percent", json!(percent))])
}

fn queue(signed_in: &SignedIn<'_>) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let queue = signed_in.client().player().get_queue().send()?.queue;
    if queue.is_empty() {
        note("The queue is empty.");
    }
    let mut table = Table::new(screen, &["URI", "Title", "By", ">Length"]);
    for item in &queue {
        if screen.json {
            screen.json_line(item)?;
            continue;
        }
        table.row([
            item.uri().map(ToString::to_string).unwrap_or_default(),
            item.name().to_owned(),
            view::by(Some(item)),
            item.duration().map(clock).unwrap_or_default(),
        ]);
    }
    table.print()
}

fn add(signed_in: &SignedIn<'_>, args: &Add) -> Result<(), Failure> {
    // All of them are looked at before the first is added.
    let uris = play::uris(&given(&args.uris)?)?;
    if let Some(context) = uris.iter().find(|uri| uri.is_context()) {
        return Err(Failure::Usage(format!("only tracks and episodes can be queued, got {context}")));
    }
    let target = args.on.target(signed_in)?;
    for (at, uri) in uris.iter().enumerate() {
        let added = on!(signed_in.client().player().add_to_queue(uri), target).send();
        if added.is_err() && at > 0 {
            note(&format!("Added {}, up to the one before {uri}.", count(at, "item")));
        }
        added?;
    }
    let said = format!("Added {} to the queue.", count(uris.len(), "item"));
    let uris: Vec<String> = uris.iter().map(ToString::to_string).collect();
    done(signed_in, "queue add", target.as_ref(), &said, &[("uris", json!(uris))])
}
