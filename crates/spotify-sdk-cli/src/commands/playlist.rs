//! `spotify-cli playlist`: shows one, and changes it.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use clap::Subcommand;
use spotify_sdk::ids::{PlaylistId, SpotifyUri};
use spotify_sdk::models::PlaylistItemContent;
use spotify_sdk::playlist_sync::SyncPlan;

use super::catalog::facts;
use super::entries::entries;
use super::lists::page;
use super::named::{self, playlist};
use super::{SignedIn, given};
use crate::output::{Failure, Screen, Table, clock, count, note, one_line};

#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Playlist {
    #[command(subcommand)]
    command: Option<Change>,

    /// The playlist's name, id, URI or link
    #[arg(required = true)]
    playlist: Option<String>,

    /// The maximum number of items to list; 0 for all
    #[arg(long, default_value_t = 100)]
    limit: usize,
}

#[derive(Debug, Subcommand)]
enum Change {
    /// List the playlists that you own or follow
    List {
        /// The maximum number to list; 0 for all
        #[arg(long, default_value_t = 0)]
        limit: usize,
    },
    /// Show a playlist with its items, even if it has the name of a command
    Show {
        /// The playlist's name, id, URI or link
        playlist: String,
        /// The maximum number of items to list; 0 for all
        #[arg(long, default_value_t = 100)]
        limit: usize,
    },
    /// Create an empty playlist
    Create {
        /// The name
        name: String,
        /// Show it on your profile; anyone with the link can see it in any case
        #[arg(long)]
        public: bool,
        /// Make it collaborative
        #[arg(long, conflicts_with = "public")]
        collaborative: bool,
        /// The description
        #[arg(long)]
        description: Option<String>,
    },
    /// Change the name, the description or the visibility
    Edit {
        /// The playlist's name, id, URI or link
        playlist: String,
        /// A new name
        #[arg(long)]
        name: Option<String>,
        /// A new description
        #[arg(long)]
        description: Option<String>,
        /// Whether it is shown on your profile; with `false`, anyone with the link can still see it
        #[arg(long)]
        public: Option<bool>,
        /// Whether others can change it
        #[arg(long)]
        collaborative: Option<bool>,
    },
    /// List all items for scripts: position, URI, title, artists, date added
    Items {
        /// The playlist's name, id, URI or link
        playlist: String,
    },
    /// Add items
    Add {
        /// The playlist's name, id, URI or link
        playlist: String,
        /// URIs or links of tracks and episodes; - to read them from standard input
        #[arg(required = true, value_name = "URI")]
        items: Vec<String>,
        /// The position, counted from 0 [default: the end]
        #[arg(long)]
        position: Option<u32>,
        /// Skip items that are in the playlist already, and duplicates
        #[arg(long)]
        new: bool,
    },
    /// Remove all occurrences of items
    Remove {
        /// The playlist's name, id, URI or link
        playlist: String,
        /// URIs or links; - to read them from standard input
        #[arg(required = true, value_name = "URI")]
        items: Vec<String>,
    },
    /// Move items
    Reorder {
        /// The playlist's name, id, URI or link
        playlist: String,
        /// The position of the first item to move, counted from 0
        from: u32,
        /// The position to insert before
        to: u32,
        /// How many items to move
        #[arg(long, default_value_t = 1)]
        count: u32,
    },
    /// Replace all items
    Replace {
        /// The playlist's name, id, URI or link
        playlist: String,
        /// URIs or links; - to read them from standard input; none to empty the playlist
        #[arg(value_name = "URI")]
        items: Vec<String>,
    },
    /// Make the playlist hold these items in this order, with few changes; items that stay keep their date added
    Sync {
        /// The playlist's name, id, URI or link
        playlist: String,
        /// URIs or links of the wanted items; - to read them from standard input
        #[arg(value_name = "URI")]
        items: Vec<String>,
        /// Print the plan without changing anything
        #[arg(long)]
        dry_run: bool,
        /// Rewrite the playlist if that takes fewer requests; all items count as added now then
        #[arg(long)]
        allow_rewrite: bool,
    },
    /// Print the URLs of the cover, or set it
    Cover {
        /// The playlist's name, id, URI or link
        playlist: String,
        /// The JPEG file to set, at most 192 KiB
        #[arg(long, value_name = "FILE")]
        set: Option<PathBuf>,
    },
}

pub(crate) fn run(signed_in: &SignedIn<'_>, args: &Playlist) -> Result<(), Failure> {
    match (&args.command, &args.playlist) {
        (Some(change), _) => self::change(signed_in, change),
        (None, Some(typed)) => show(signed_in, &playlist(signed_in.client(), typed)?, args.limit),
        (None, None) => Ok(()),
    }
}

/// Lists so many of the playlists that the user owns or follows.
pub(super) fn list(signed_in: &SignedIn<'_>, most: usize) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let mut table = Table::new(screen, &["URI", "Playlist", "Owner", ">Items"]);
    for playlist in signed_in.client().playlists().get_for_current_user().limit(page(most)).iter().take(most) {
        let playlist = playlist?;
        if screen.json {
            screen.json_line(&playlist)?;
            continue;
        }
        table.row([
            playlist.uri.as_ref().map(ToString::to_string).unwrap_or_default(),
            playlist.name.to_string(),
            playlist.owner.name().to_owned(),
            playlist.items.as_ref().map(|items| items.total.to_string()).unwrap_or_default(),
        ]);
    }
    table.print()
}

/// 0 stands for all.
fn most(limit: usize) -> usize {
    if limit == 0 { usize::MAX } else { limit }
}

fn show(signed_in: &SignedIn<'_>, id: &PlaylistId, limit: usize) -> Result<(), Failure> {
    let (client, screen) = (signed_in.client(), signed_in.screen());
    let playlist = client.playlists().get(id).send()?;
    if screen.json {
        return screen.object(&playlist);
    }
    screen.line(screen.strong(&one_line(&playlist.name)))?;
    let total = playlist.items.as_ref().map(|items| count(items.total as usize, "item"));
    facts(screen, [Some(one_line(playlist.owner.name())), total, playlist.uri.as_ref().map(ToString::to_string)])?;
    if let Some(text) = playlist.description_text() {
        screen.line(screen.faint(&one_line(&text)))?;
    }
    if playlist.items.is_none() {
        note("Spotify shows the items of this playlist to its owner and its collaborators only.");
        return Ok(());
    }
    screen.line("")?;
    items(signed_in, &playlist.id, most(limit))
}

fn items(signed_in: &SignedIn<'_>, id: &PlaylistId, limit: usize) -> Result<(), Failure> {
    let screen = signed_in.screen();
    let mut table = Table::new(screen, &[">#", "URI", "Title", "By", ">Length", "Added"]);
    let call = signed_in.client().playlists().get_items(id);
    for (at, item) in call.limit(page(limit)).iter().take(limit).enumerate() {
        let item = item?;
        if screen.json {
            screen.json_line(&item)?;
            continue;
        }
        let added = item.added_at.map(|at| at.strftime("%Y-%m-%d").to_string()).unwrap_or_default();
        let [uri, title, by, length] = item.item.as_ref().map(content_row).unwrap_or_default();
        table.row([at.to_string(), uri, title, by, length, added]);
    }
    table.print()
}

fn content_row(content: &PlaylistItemContent) -> [String; 4] {
    [
        content.uri().map(ToString::to_string).unwrap_or_default(),
        content.name().to_owned(),
        content.by(),
        content.duration().map(clock).unwrap_or_default(),
    ]
}

fn change(signed_in: &SignedIn<'_>, change: &Change) -> Result<(), Failure> {
    let (client, screen) = (signed_in.client(), signed_in.screen());
    let playlists = client.playlists();
    let find = |typed: &str| named::playlist(client, typed);
    // What changed is for the person; the new version, for programs, is the result.
    let snapshot = |snapshot: String, what: String| {
        note(&what);
        if screen.json { screen.object(&serde_json::json!({ "snapshot_id": snapshot })) } else { Ok(()) }
    };
    match change {
        Change::List { limit } => list(signed_in, most(*limit)),
        Change::Show { playlist, limit } => show(signed_in, &find(playlist)?, *limit),
        Change::Create { name, public, collaborative, description } => {
            let call = playlists.create(name).public(*public).collaborative(*collaborative);
            let playlist = call.maybe_description(description.as_ref()).send()?;
            if screen.json {
                return screen.object(&playlist);
            }
            screen.line(playlist.uri.map_or_else(|| playlist.id.to_string(), |uri| uri.to_string()))
        }
        Change::Edit { playlist, name, description, public, collaborative } => {
            playlists
                .change_details(find(playlist)?)
                .maybe_name(name.as_ref())
                .maybe_description(description.as_ref())
                .maybe_public(*public)
                .maybe_collaborative(*collaborative)
                .send()?;
            note("Changed.");
            if *public == Some(false) {
                note("It is hidden from your profile; anyone with the link can still see it.");
            }
            Ok(())
        }
        Change::Items { playlist } => items(signed_in, &find(playlist)?, usize::MAX),
        Change::Add { playlist, items, position, new } => {
            let items = given(items)?;
            let id = find(playlist)?;
            let all = items.len();
            let items = if *new { not_among(items, &entries(client, id.as_str())?) } else { items };
            let there = all - items.len();
            let left_out = match there {
                0 => String::new(),
                there => format!(" Skipped {} that it has already.", count(there, "item")),
            };
            if items.is_empty() && there > 0 {
                note(&format!("Added nothing.{left_out}"));
                return if screen.json { screen.object(&serde_json::json!({ "snapshot_id": null })) } else { Ok(()) };
            }
            let call = playlists.add_items(id, &items).maybe_position(*position);
            snapshot(call.send()?, format!("Added {}.{left_out}", count(items.len(), "item")))
        }
        Change::Remove { playlist, items } => {
            let items = given(items)?;
            snapshot(playlists.remove_items(find(playlist)?, &items).send()?, "Removed.".to_owned())
        }
        Change::Reorder { playlist, from, to, count: moved } => {
            let call = playlists.reorder_items(find(playlist)?, *from, *to).range_length(*moved);
            snapshot(call.send()?, format!("Moved {}.", count(*moved as usize, "item")))
        }
        Change::Replace { playlist, items } => {
            let items = given(items)?;
            snapshot(
                playlists.replace_items(find(playlist)?, &items).send()?,
                format!("The playlist now has {}.", count(items.len(), "item")),
            )
        }
        Change::Sync { playlist, items, dry_run, allow_rewrite } => {
            let items = given(items)?;
            let mut sync = playlists.sync(find(playlist)?, items);
            if *allow_rewrite {
                sync = sync.allow_rewrite();
            }
            if *dry_run {
                let plan = sync.dry_run().send()?;
                return if screen.json { screen.object(&plan_json(&plan)) } else { print_plan(screen, &plan) };
            }
            let report = sync.send()?;
            if !screen.json {
                screen.line(report.to_string().lines().next().unwrap_or_default())?;
                return print_plan(screen, &report.plan);
            }
            let mut json = plan_json(&report.plan);
            json["snapshot_id"] = report.snapshot_id.as_str().into();
            json["requests"] = report.requests().into();
            screen.object(&json)
        }
        Change::Cover { playlist, set: Some(file) } => {
            let image = fs::read(file).map_err(|error| Failure::File(file.clone(), error))?;
            playlists.upload_cover_image(find(playlist)?, image).send()?;
            note("The cover is set; Spotify takes a moment to show it.");
            Ok(())
        }
        Change::Cover { playlist, set: None } => {
            let images = playlists.get_cover_image(find(playlist)?).send()?;
            let size = |size: Option<u32>| size.map(|size| size.to_string()).unwrap_or_default();
            for image in &images {
                let (width, height) = (size(image.width), size(image.height));
                if screen.json {
                    screen.json_line(image)?;
                } else if screen.is_terminal() {
                    // An address is longer than a terminal is wide, and only whole can it be opened.
                    screen.line(screen.faint(format!("{width} × {height}").trim_matches([' ', '×'])))?;
                    screen.line(image.url.to_string())?;
                } else {
                    screen.cells([width, height, image.url.to_string()])?;
                }
            }
            Ok(())
        }
    }
}

/// A plan, whose steps have URIs of Spotify's in them: each on a line, whatever those are.
fn print_plan(screen: &Screen, plan: &SyncPlan) -> Result<(), Failure> {
    screen.line(plan.to_string().lines().next().unwrap_or_default())?;
    plan.steps.iter().enumerate().try_for_each(|(at, step)| screen.line(format!("{:>4}. {step}", at + 1)))
}

/// The items that are not among the entries of a playlist, each once.
fn not_among(items: Vec<String>, entries: &[Option<SpotifyUri>]) -> Vec<String> {
    let mut known: HashSet<SpotifyUri> = entries.iter().flatten().cloned().collect();
    // What names nothing is kept: that it is wrong is told in its place.
    items.into_iter().filter(|item| item.parse().map_or(true, |uri| known.insert(uri))).collect()
}

fn plan_json(plan: &SyncPlan) -> serde_json::Value {
    serde_json::json!({
        "kept": plan.kept,
        "moved": plan.moved,
        "added": plan.added,
        "removed": plan.removed,
        "renewed": plan.renewed,
        "steps": plan.steps.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}
