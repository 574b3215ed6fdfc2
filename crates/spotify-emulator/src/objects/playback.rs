//! The player: devices, playback state, queue and history.

use percent_encoding::utf8_percent_encode;
use serde::Serialize;

use super::playlists::ItemObject;
use super::{ExternalUrls, SEGMENT, ToTheMillisecond, View, external_urls};
use crate::catalog::Location;
use crate::ids::{Kind, Uri};
use crate::world::player::{Device, Play, Player};

/// How much of the queue is shown.
const MAX_QUEUE: usize = 20;

#[derive(Debug, Serialize)]
pub(crate) struct DeviceObject<'a> {
    id: Option<&'a str>,
    is_active: bool,
    is_private_session: bool,
    is_restricted: bool,
    name: &'a str,
    supports_volume: bool,
    r#type: &'a str,
    volume_percent: Option<u8>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ContextObject<'a> {
    external_urls: ExternalUrls,
    href: String,
    r#type: &'static str,
    uri: &'a str,
}

#[derive(Debug, Serialize)]
pub(crate) struct PlaybackObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<DeviceObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shuffle_state: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    smart_shuffle: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeat_state: Option<&'static str>,
    is_playing: bool,
    timestamp: i64,
    context: Option<ContextObject<'a>>,
    progress_ms: i64,
    item: Option<ItemObject<'a>>,
    currently_playing_type: &'static str,
    actions: Actions,
}

#[derive(Debug, Serialize)]
struct Actions {
    disallows: Disallows,
}

/// The actions that are not possible now; possible ones are omitted.
#[derive(Debug, Serialize)]
struct Disallows {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pausing: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    resuming: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    skipping_prev: bool,
}

#[derive(Debug, Serialize)]
pub(crate) struct QueueObject<'a> {
    currently_playing: Option<ItemObject<'a>>,
    queue: Vec<ItemObject<'a>>,
}

#[derive(Debug, Serialize)]
pub(crate) struct PlayHistoryObject<'a> {
    track: ItemObject<'a>,
    played_at: ToTheMillisecond,
    context: Option<ContextObject<'a>>,
}

pub(crate) fn device<'a>(player: &Player, device: &'a Device) -> DeviceObject<'a> {
    DeviceObject {
        id: device.id.as_deref(),
        is_active: device.id.is_some() && device.id == player.active,
        is_private_session: device.is_private_session,
        is_restricted: device.is_restricted,
        name: &device.name,
        supports_volume: device.supports_volume,
        r#type: &device.kind,
        volume_percent: device.volume_percent,
    }
}

/// The playback state; `whole` includes the device and its settings. Episodes are included only if the request asks for
/// them; otherwise the item is null.
pub(crate) fn playback<'a>(view: &View<'a>, player: &'a Player, whole: bool, episodes: bool) -> PlaybackObject<'a> {
    let item = player.item.as_deref().and_then(|uri| view.playable(uri));
    let kind = match &item {
        None => "unknown",
        Some(ItemObject::Track(_)) => "track",
        Some(ItemObject::Episode(_)) => "episode",
    };
    let item = item.filter(|item| episodes || matches!(item, ItemObject::Track(_)));
    PlaybackObject {
        device: player.device().filter(|_| whole).map(|active| device(player, active)),
        shuffle_state: whole.then_some(player.shuffle),
        smart_shuffle: whole.then_some(false),
        repeat_state: whole.then(|| player.repeat.word()),
        is_playing: player.is_playing,
        timestamp: player.changed_at.as_millisecond(),
        context: player.context.as_deref().and_then(|uri| view.context(uri)),
        progress_ms: player.position_ms(),
        item,
        currently_playing_type: kind,
        actions: Actions {
            disallows: Disallows {
                pausing: !player.is_playing,
                resuming: player.is_playing,
                skipping_prev: player.is_at_start(),
            },
        },
    }
}

pub(crate) fn queue<'a>(view: &View<'a>, player: &'a Player) -> QueueObject<'a> {
    let upcoming = player.upcoming().take(MAX_QUEUE).filter_map(|uri| view.playable(uri));
    QueueObject {
        currently_playing: player.item.as_deref().and_then(|uri| view.playable(uri)),
        queue: if player.item.is_some() { upcoming.collect() } else { Vec::new() },
    }
}

/// An entry of the history. Spotify's history contains only tracks.
pub(crate) fn history<'a>(view: &View<'a>, play: &'a Play) -> Option<PlayHistoryObject<'a>> {
    let track = view.playable(&play.uri).filter(|item| matches!(item, ItemObject::Track(_)))?;
    Some(PlayHistoryObject {
        track,
        played_at: ToTheMillisecond(play.played_at),
        context: play.context.as_deref().and_then(|uri| view.context(uri)),
    })
}

impl<'a> View<'a> {
    /// The playable item at `uri`, if there is one.
    fn playable(&self, uri: &'a str) -> Option<ItemObject<'a>> {
        let id = Uri::parse(uri)?.id;
        Some(match self.catalog.locate(id)? {
            Location::Track { .. } => ItemObject::Track(Box::new(self.track(self.catalog.track(id)?))),
            Location::Episode { .. } => ItemObject::Episode(Box::new(self.episode(self.catalog.episode(id)?))),
            Location::Chapter { .. } => {
                let (book, chapter) = self.catalog.chapter(id)?;
                ItemObject::Episode(Box::new(self.chapter_as_episode(book, chapter)))
            }
            _ => return None,
        })
    }

    fn context(&self, uri: &'a str) -> Option<ContextObject<'a>> {
        if let Some(user) = uri.strip_prefix("spotify:user:").and_then(|rest| rest.strip_suffix(":collection")) {
            let user = utf8_percent_encode(user, SEGMENT);
            return Some(ContextObject {
                external_urls: ExternalUrls { spotify: Some("https://open.spotify.com/collection/tracks".to_owned()) },
                href: format!("{}/users/{user}/collection", self.base_url),
                r#type: "collection",
                uri,
            });
        }
        let Uri { kind, id } = Uri::parse(uri)?;
        let kind = if kind == Kind::Audiobook { Kind::Show } else { kind };
        Some(ContextObject {
            external_urls: external_urls(kind, id),
            href: self.href(kind, id),
            r#type: kind.word(),
            uri,
        })
    }
}
