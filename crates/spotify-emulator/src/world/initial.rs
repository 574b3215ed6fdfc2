//! The initial world: two users with libraries, playlists of others, and some history.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::accounts::{Accounts, App, Consent, Rotation, Scopes, Token};
use super::player::Device;
use super::player::{Play, Player};
use super::playlist::Playlist;
use super::saved::Saved;
use super::{Generated, Library, Private, Product, User, World};
use crate::catalog::{self, Album, Catalog, Track};
use crate::ids::{Kind, made_up_hex, made_up_id, made_up_number};
use crate::time::{ClockState, later};

/// Someone with Premium, and someone without. Both can sign in.
const ALMA: &str = "alma";
const BO: &str = "bo";
/// The owner of the playlists of Spotify's editors.
const SPOTIFY: &str = "spotify";
/// Names like this have to be encoded in every path.
const ODDLY_NAMED: &str = "jean-luc & söhne/$42";

/// In the examples of Spotify's reference: a playlist, and two devices.
const PLAYLIST_OF_THE_REFERENCE: &str = "3cEYpjA9oz9GiPac4AsH4n";
const LAPTOP: &str = "0d1841b0976bae2a3a310dd74c0f3df354899bc8";
const SPEAKER: &str = "74ASZWbe4lXaubB36ztrGX";

/// The time of the latest item in a library.
const LATEST_SAVED: Timestamp = Timestamp::constant(1_780_304_400, 0);
const BETWEEN_SAVES: SignedDuration = SignedDuration::from_hours(17);
const BETWEEN_PLAYS: SignedDuration = SignedDuration::from_mins(4);
const PLAYS: usize = 50;
const PICTURE_DIGITS: usize = 24;
/// Where the first user's player is paused.
const PAUSED_AT_MS: i64 = 42_000;

/// The settings of the initial state.
#[derive(Clone)]
pub(crate) struct InitialState {
    pub(crate) now: Option<Timestamp>,
    pub(crate) generated: Generated,
    /// The sizes of the playlists to generate.
    pub(crate) playlists: Vec<usize>,
    pub(crate) app: App,
    pub(crate) rotation: Rotation,
    pub(crate) consent: Consent,
}

impl World {
    pub(crate) fn initial(initial: &InitialState) -> Self {
        let catalog = catalog::with_generated(initial.generated.tracks, initial.generated.seed);
        let time = initial.now.map_or_else(ClockState::default, ClockState::starting_at);
        let mut world = Self {
            time,
            generated: initial.generated,
            users: users(&catalog, time.now()),
            playlists: BTreeMap::new(),
            accounts: Accounts::new(initial.app.clone(), initial.rotation, initial.consent),
            made: 0,
            catalog: catalog.clone(),
        };
        for playlist in playlists(&catalog) {
            world.add_playlist(playlist);
        }
        world.generate_library(&initial.playlists);
        world
    }

    /// Adds a playlist, to its owner's library too.
    fn add_playlist(&mut self, playlist: Playlist) {
        let id = playlist.id.clone();
        let place = i32::try_from(self.playlists.len()).unwrap_or_default();
        let added_at = later(LATEST_SAVED, -BETWEEN_SAVES * place);
        let follows = playlist.owner == SPOTIFY && self.playlists.values().filter(|p| p.owner == SPOTIFY).count() < 2
            || playlist.owner == ODDLY_NAMED;
        for user in &mut self.users {
            let is_theirs = playlist.is_of(&user.id);
            if let Some(private) = user.private.as_mut().filter(|_| is_theirs || (follows && user.id == ALMA)) {
                private.library.playlists.save(&id, added_at);
            }
        }
        self.playlists.insert(id, playlist);
    }

    /// Gives the first user the generated tracks instead of their own, and playlists of these sizes.
    fn generate_library(&mut self, sizes: &[usize]) {
        let catalog = self.catalog.clone();
        if self.generated.tracks > 0 {
            let tracks = catalog.generated_albums().iter().flat_map(|album| &album.tracks);
            let saved = saved(tracks.map(|track| track.id.as_str()), SignedDuration::from_hours(1));
            if let Some(private) = self.private_mut(ALMA) {
                private.library.tracks = saved;
            }
        }
        let mut uris = catalog.generated_albums().iter().chain(catalog.chosen_albums()).cycle().flat_map(tracks_of);
        for (number, size) in sizes.iter().enumerate() {
            let mut playlist =
                own_playlist(ALMA, &format!("Generated {}", number + 1), "Made up, as large as asked for");
            fill(&mut playlist, uris.by_ref().take(*size).collect());
            self.add_playlist(playlist);
        }
    }

    /// Adds an access token with every scope for the first user.
    pub(crate) fn add_default_token(&mut self, access_token: &str, expires_at: Option<Timestamp>) {
        let client_id = self.accounts.apps.first().map(|app| app.client_id.clone()).unwrap_or_default();
        let user = self.members().map(|(user, _)| user.id.clone()).next();
        let token = Token { client_id, user, scopes: Scopes::All, expires_at };
        self.accounts.keep(access_token.to_owned(), token);
    }

    /// A new access token that never expires: for this user, or the first; with these scopes, or all. Nothing when there
    /// is no such user.
    pub(crate) fn issue_token(&mut self, user: Option<&str>, scopes: Option<Vec<String>>) -> Option<String> {
        let user = self.members().map(|(member, _)| &member.id).find(|id| user.is_none_or(|user| user == *id))?.clone();
        let client_id = self.accounts.apps.first().map(|app| app.client_id.clone()).unwrap_or_default();
        let scopes = scopes.map_or(Scopes::All, |scopes| Scopes::These(scopes.into_iter().collect()));
        let access_token = crate::text::random::token();
        self.accounts.keep(access_token.clone(), Token { client_id, user: Some(user), scopes, expires_at: None });
        Some(access_token)
    }

    /// Removes a device from a user. Returns whether it existed.
    pub(crate) fn lose_device(&mut self, user: &str, device: &str) -> bool {
        let (now, catalog) = (self.now(), self.catalog.clone());
        self.private_mut(user).is_some_and(|private| {
            private.player.settle(&catalog, now);
            private.player.lose_device(device, now)
        })
    }
}

fn users(catalog: &Catalog, now: Timestamp) -> Vec<User> {
    let public = |id: &str, name: &str, followers: u64| User {
        id: id.to_owned(),
        display_name: Some(name.to_owned()),
        followers,
        picture: Some(made_up_hex(&format!("user:{id}"), PICTURE_DIGITS)),
        private: None,
    };
    let private = |id: &str, country: &str, product: Product, library: Library, player: Player| Private {
        account_id: made_up_hex(&format!("account:{id}"), 32),
        country: country.to_owned(),
        email: format!("{id}@example.com"),
        product,
        library,
        player,
    };
    let alma = private(ALMA, "GB", Product::Premium, library(catalog, 0), player(catalog, now));
    let mut phone = Player::new(now);
    phone.add_device(Device::new(made_up_hex("device:bo", 40), "Bo's phone", "Smartphone").fixed_volume());
    let bo = private(BO, "DE", Product::Free, library(catalog, 3), phone);
    vec![
        User { private: Some(alma), ..public(ALMA, "Alma", 214) },
        User { private: Some(bo), picture: None, ..public(BO, "Bo", 3) },
        public(SPOTIFY, "Spotify", 9_876_543),
        User { display_name: None, ..public(ODDLY_NAMED, "", 12) },
        public("smedjan", "Smedjan", 31),
        public("jmperezperez", "José M. Pérez", 58),
    ]
}

/// The library of a user: a fixed part of the catalog. `leaves` selects the part to leave out, so that two users differ.
fn library(catalog: &Catalog, leaves: usize) -> Library {
    let chosen = |place: &usize| (place + leaves) % 5 != 4;
    let albums: Vec<&Album> =
        catalog.chosen_albums().iter().enumerate().filter(|(place, _)| chosen(place)).map(|(_, album)| album).collect();
    let tracks = albums
        .iter()
        .flat_map(|album| &album.tracks)
        .filter(|track| !track.withdrawn && made_up_number(&format!("saved:{leaves}:{}", track.id.as_str()), 3) == 0);
    let mut artists: Vec<&str> = Vec::new();
    for credit in albums.iter().filter_map(|album| album.artists.first()) {
        if !artists.contains(&credit.id.as_str()) {
            artists.push(credit.id.as_str());
        }
    }
    let shows = catalog.shows.iter().skip(leaves);
    let episodes = shows.clone().filter_map(|show| show.episodes.first()).map(|episode| episode.id.as_str());
    Library {
        tracks: saved(tracks.map(|track| track.id.as_str()), BETWEEN_SAVES),
        albums: saved(albums.iter().map(|album| album.id.as_str()), BETWEEN_SAVES),
        shows: saved(shows.clone().take(6).map(|show| show.id.as_str()), BETWEEN_SAVES),
        episodes: saved(episodes, BETWEEN_SAVES),
        audiobooks: saved(catalog.audiobooks.iter().skip(leaves).take(4).map(|book| book.id.as_str()), BETWEEN_SAVES),
        artists: saved(artists.into_iter(), BETWEEN_SAVES),
        users: saved([SPOTIFY].into_iter(), BETWEEN_SAVES),
        playlists: Saved::default(),
    }
}

/// These, the first saved last.
fn saved<'a>(ids: impl Iterator<Item = &'a str>, apart: SignedDuration) -> Saved {
    let mut items = Vec::new();
    let mut added_at = LATEST_SAVED;
    for id in ids {
        items.push(super::saved::SavedItem { id: id.to_owned(), added_at });
        added_at = later(added_at, -apart);
    }
    items.into()
}

/// A player that has played for a while, and is paused.
fn player(catalog: &Catalog, now: Timestamp) -> Player {
    let mut player = Player::new(now);
    let tracks = catalog.chosen_albums().iter().flat_map(|album| {
        let context = Kind::Album.uri(album.id.as_str());
        playable(album).take(3).map(move |track| (context.clone(), Kind::Track.uri(track.id.as_str())))
    });
    let plays: Vec<_> = tracks.take(PLAYS).collect();
    let count = i32::try_from(plays.len()).unwrap_or_default();
    for (place, (context, uri)) in (0..).zip(plays) {
        let played_at = later(now, -BETWEEN_PLAYS * (count - place));
        player.push_play(Play { uri, context: Some(context), played_at });
    }
    for device in [
        Device::new(LAPTOP, "Alma's laptop", "Computer").volume(74),
        Device::new(made_up_hex("device:phone", 40), "Alma's phone", "Smartphone").fixed_volume(),
        Device::new(SPEAKER, "Kitchen", "Speaker").volume(30),
        Device::new(made_up_hex("device:tv", 40), "Living room", "TV").restricted(),
    ] {
        player.add_device(device);
    }
    player.active = player.devices.first().and_then(|device| device.id.clone());
    if let Some(album) = catalog.chosen_albums().first() {
        let items = playable(album).map(|track| Kind::Track.uri(track.id.as_str())).collect();
        player.play(Some(Kind::Album.uri(album.id.as_str())), items, 1, PAUSED_AT_MS, now);
        player.pause(now);
    }
    player
}

fn playable(album: &Album) -> impl Iterator<Item = &Track> {
    album.tracks.iter().filter(|track| !track.withdrawn)
}

fn tracks_of(album: &Album) -> impl Iterator<Item = String> {
    playable(album).map(|track| Kind::Track.uri(track.id.as_str()))
}

fn own_playlist(owner: &str, name: &str, description: &str) -> Playlist {
    let id = made_up_id(&format!("playlist:{owner}:{name}"));
    let mut playlist = Playlist::new(id, name.to_owned(), owner.to_owned());
    playlist.description = description.to_owned();
    playlist
}

/// Fills a new playlist, as its owner did it one day.
fn fill(playlist: &mut Playlist, uris: Vec<String>) {
    let (owner, place) = (playlist.owner.clone(), playlist.entries().len());
    let added_at = later(LATEST_SAVED, -BETWEEN_SAVES * i32::try_from(playlist.name.len()).unwrap_or_default());
    // More than there is room for stays out.
    let room = super::playlist::MAX_ITEMS - place;
    let _ = playlist.add(uris.into_iter().take(room).collect(), None, &owner, Some(added_at));
}

fn playlists(catalog: &Catalog) -> Vec<Playlist> {
    let albums = catalog.chosen_albums();
    let with_genre = |words: &[&str], most: usize| -> Vec<String> {
        let fits = |album: &&Album| album.genres.iter().any(|genre| words.iter().any(|word| genre.contains(word)));
        albums.iter().filter(fits).flat_map(|album| tracks_of(album).take(5)).take(most).collect()
    };
    let one_of_each = |place: usize| -> Vec<String> {
        let mut sorted: Vec<&Album> = albums.iter().collect();
        sorted.sort_by(|a, b| a.release_date.cmp(&b.release_date));
        sorted.into_iter().filter_map(|album| tracks_of(album).nth(place)).collect()
    };
    let episodes =
        || catalog.shows.iter().filter_map(|show| show.episodes.first()).map(|e| Kind::Episode.uri(e.id.as_str()));

    let mut all = Vec::new();
    let mut make = |owner: &str, name: &str, description: &str, public: bool, uris: Vec<String>| {
        let mut playlist = own_playlist(owner, name, description);
        playlist.public = public;
        fill(&mut playlist, uris);
        all.push(playlist);
    };
    make(ALMA, "Morning Coffee", "Quiet things first", true, with_genre(&["jazz", "folk", "bossa", "classical"], 40));
    make(ALMA, "Through the Decades", "One from each album, oldest first", true, one_of_each(0));
    make(ALMA, "Loud", "", false, with_genre(&["rock", "metal", "punk", "grunge"], 60));
    make(ALMA, "Dance", "", false, with_genre(&["house", "disco", "electro", "hip hop", "pop", "reggaeton"], 60));
    let mixed = one_of_each(1).into_iter().zip(episodes().cycle()).flat_map(|(track, episode)| [track, episode]);
    make(ALMA, "Songs and Talk", "A song, an episode, a song", false, mixed.take(12).collect());
    make(ALMA, "Odds and Ends", "Local files, withdrawn tracks, and one track twice", false, odds_and_ends(catalog));
    make(ALMA, "Empty for Now", "", false, Vec::new());
    make(ALMA, "Road Trip", "Everyone adds something", false, one_of_each(2));
    make(
        ALMA,
        "Spotify Web API Testing playlist",
        "A playlist for testing purposes",
        true,
        one_of_each(0).into_iter().take(5).collect(),
    );
    make(BO, "Bo's Mix", "", true, one_of_each(3));
    make(
        ODDLY_NAMED,
        "Une sélection",
        "Mes préférées, 日本語も",
        true,
        one_of_each(1).into_iter().rev().take(20).collect(),
    );
    for (name, words) in [
        ("All Jazz", &["jazz"][..]),
        ("Rock of All Kinds", &["rock", "grunge", "punk", "metal"]),
        ("Pop Without End", &["pop"]),
        ("The Hip Hop List", &["hip hop", "rap"]),
        ("Electronic Hours", &["electro", "house", "techno", "ambient"]),
        ("Classical for Focus", &["classical", "ambient", "piano"]),
        ("Dinner With Friends", &["soul", "bossa nova"]),
    ] {
        let description = format!("The editors' choice of {}", words.join(" and "));
        make(SPOTIFY, name, &description, true, with_genre(words, 50));
    }
    make(SPOTIFY, "Every Decade", "The editors' choice of each decade of pop", true, one_of_each(0));

    for playlist in &mut all {
        if playlist.name == "Spotify Web API Testing playlist" {
            playlist.id = PLAYLIST_OF_THE_REFERENCE.to_owned();
        }
        match playlist.owner.as_str() {
            SPOTIFY => playlist.unknown_followers = 100_000 + u64::from(made_up_number(&playlist.id, 5_000_000)),
            ALMA if playlist.public => playlist.unknown_followers = 7,
            _ => {}
        }
        if playlist.name == "Road Trip" {
            playlist.collaborative = true;
            playlist.collaborators.push(BO.to_owned());
        }
    }
    all
}

/// Items that other clients fail on.
fn odds_and_ends(catalog: &Catalog) -> Vec<String> {
    let albums = catalog.chosen_albums();
    let mut uris: Vec<String> = albums.iter().flat_map(tracks_of).step_by(40).take(6).collect();
    let withdrawn = albums.iter().flat_map(|album| &album.tracks).filter(|track| track.withdrawn);
    uris.extend(withdrawn.map(|track| Kind::Track.uri(track.id.as_str())));
    uris.push("spotify:local:Alma:Demos+2019:K%C3%BCche+%28take+2%29:187".to_owned());
    uris.push("spotify:local:::Untitled:61".to_owned());
    uris.extend(uris.first().cloned());
    uris
}
