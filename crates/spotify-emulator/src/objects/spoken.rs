//! Shows and episodes, audiobooks and chapters.

use serde::Serialize;

use super::{
    BOOK_SIZES, CopyrightObject, ExternalUrls, Image, Restrictions, SHOW_SIZES, ToTheSecond, View, external_urls, html,
    images, precision,
};
use crate::catalog::{Audiobook, Chapter, EpisodeOf, Markets, Show};
use crate::http::{Page, Window};
use crate::ids::Kind;

const EMBEDDED: Window = Window { offset: 0, limit: 50 };

#[derive(Debug, Serialize)]
pub(crate) struct ShowObject<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    available_markets: Option<&'a Markets>,
    copyrights: Vec<CopyrightObject<'a>>,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    episodes: Option<Page<EpisodeObject<'a>>>,
    explicit: bool,
    external_urls: ExternalUrls,
    href: String,
    html_description: String,
    id: &'a str,
    images: Vec<Image>,
    is_externally_hosted: bool,
    languages: &'a [String],
    media_type: &'a str,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'a str>,
    total_episodes: usize,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct EpisodeObject<'a> {
    audio_preview_url: Option<&'a str>,
    description: &'a str,
    duration_ms: u32,
    /// Only inside playlists: that it is an episode.
    #[serde(skip_serializing_if = "Option::is_none")]
    episode: Option<bool>,
    explicit: bool,
    external_urls: ExternalUrls,
    href: String,
    html_description: String,
    id: &'a str,
    images: Vec<Image>,
    is_externally_hosted: bool,
    is_playable: bool,
    language: &'a str,
    languages: &'a [String],
    name: &'a str,
    release_date: &'a str,
    release_date_precision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    restrictions: Option<Restrictions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resume_point: Option<ResumePoint>,
    #[serde(skip_serializing_if = "Option::is_none")]
    show: Option<ShowObject<'a>>,
    /// Only inside playlists: that it is no track.
    #[serde(skip_serializing_if = "Option::is_none")]
    track: Option<bool>,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
struct ResumePoint {
    fully_played: bool,
    resume_position_ms: i64,
}

#[derive(Debug, Serialize)]
struct Name<'a> {
    name: &'a str,
}

#[derive(Debug, Serialize)]
pub(crate) struct AudiobookObject<'a> {
    authors: Vec<Name<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_markets: Option<&'a Markets>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chapters: Option<Page<ChapterObject<'a>>>,
    copyrights: [&'static str; 0],
    description: &'a str,
    edition: &'a str,
    explicit: bool,
    external_urls: ExternalUrls,
    href: String,
    html_description: String,
    id: &'a str,
    images: Vec<Image>,
    languages: &'a [String],
    media_type: &'static str,
    name: &'a str,
    narrators: Vec<Name<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'a str>,
    total_chapters: usize,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct ChapterObject<'a> {
    audio_preview_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    audiobook: Option<AudiobookObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    available_markets: Option<&'a Markets>,
    chapter_number: u32,
    description: &'static str,
    duration_ms: u32,
    explicit: bool,
    external_urls: ExternalUrls,
    href: String,
    html_description: &'static str,
    id: &'a str,
    images: Vec<Image>,
    is_playable: bool,
    languages: &'a [String],
    name: &'a str,
    release_date: &'a str,
    release_date_precision: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    restrictions: Option<Restrictions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resume_point: Option<ResumePoint>,
    r#type: &'static str,
    uri: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct SavedShowObject<'a> {
    pub(crate) added_at: ToTheSecond,
    pub(crate) show: ShowObject<'a>,
}

#[derive(Debug, Serialize)]
pub(crate) struct SavedEpisodeObject<'a> {
    pub(crate) added_at: ToTheSecond,
    pub(crate) episode: EpisodeObject<'a>,
}

#[derive(Debug, Serialize)]
pub(crate) struct SavedAudiobookObject<'a> {
    pub(crate) added_at: ToTheSecond,
    pub(crate) audiobook: AudiobookObject<'a>,
}

impl<'a> View<'a> {
    /// Whether items available in `markets` exist for this request: Spotify hides shows and audiobooks where they are
    /// not available, and if it does not know the country.
    pub(crate) fn has(&self, markets: &Markets) -> bool {
        self.country().is_some_and(|country| markets.contains(country))
    }

    pub(crate) fn show(&self, show: &'a Show) -> ShowObject<'a> {
        let url = format!("{}/episodes{}", self.href(Kind::Show, show.id.as_str()), self.market_query());
        let episodes: Vec<_> = show.episodes.iter().map(|episode| EpisodeOf { show, episode }).collect();
        let episodes = Page::of(&episodes, EMBEDDED, &url, |of| self.simplified_episode(*of));
        ShowObject { episodes: Some(episodes), ..self.simplified_show(show) }
    }

    pub(crate) fn simplified_show(&self, show: &'a Show) -> ShowObject<'a> {
        let id = show.id.as_str();
        ShowObject {
            available_markets: self.access.full(&self.catalog.markets),
            copyrights: Vec::new(),
            description: &show.description,
            episodes: None,
            explicit: show.explicit,
            external_urls: external_urls(Kind::Show, id),
            href: self.href(Kind::Show, id),
            html_description: html(&show.description),
            id,
            images: images(show.cover.as_str(), SHOW_SIZES),
            is_externally_hosted: false,
            languages: &show.languages,
            media_type: &show.media_type,
            name: &show.name,
            publisher: self.access.full(&show.publisher),
            total_episodes: show.episodes.len(),
            r#type: Kind::Show.word(),
            uri: Kind::Show.uri(id),
        }
    }

    pub(crate) fn episode(&self, of: EpisodeOf<'a>) -> EpisodeObject<'a> {
        EpisodeObject { show: Some(self.simplified_show(of.show)), ..self.simplified_episode(of) }
    }

    /// An episode in a playlist, marked as one.
    pub(crate) fn listed_episode(&self, of: EpisodeOf<'a>) -> EpisodeObject<'a> {
        EpisodeObject { episode: Some(true), track: Some(false), ..self.episode(of) }
    }

    pub(crate) fn simplified_episode(&self, of: EpisodeOf<'a>) -> EpisodeObject<'a> {
        let episode = of.episode;
        let id = episode.id.as_str();
        let uri = Kind::Episode.uri(id);
        let is_playable = self.has(&self.catalog.markets);
        EpisodeObject {
            audio_preview_url: None,
            description: &episode.description,
            duration_ms: episode.duration_ms,
            episode: None,
            explicit: episode.explicit,
            external_urls: external_urls(Kind::Episode, id),
            href: self.href(Kind::Episode, id),
            html_description: html(&episode.description),
            id,
            images: images(episode.cover.as_str(), SHOW_SIZES),
            is_externally_hosted: false,
            is_playable,
            language: episode.languages.first().map(String::as_str).unwrap_or_default(),
            languages: &episode.languages,
            name: &episode.name,
            release_date: &episode.release_date,
            release_date_precision: precision(&episode.release_date),
            restrictions: (!is_playable).then_some(Restrictions { reason: "market" }),
            resume_point: self.resume_point(&uri, episode.duration_ms),
            show: None,
            track: None,
            r#type: Kind::Episode.word(),
            uri,
        }
    }

    fn resume_point(&self, uri: &str, duration_ms: u32) -> Option<ResumePoint> {
        let heard = self.heard?.heard_until(uri);
        let fully_played = heard >= i64::from(duration_ms);
        Some(ResumePoint { fully_played, resume_position_ms: if fully_played { 0 } else { heard } })
    }

    pub(crate) fn audiobook(&self, book: &'a Audiobook) -> AudiobookObject<'a> {
        let url = format!("{}/chapters{}", self.href(Kind::Audiobook, book.id.as_str()), self.market_query());
        let chapters: Vec<&'a Chapter> = book.chapters.iter().collect();
        let chapters = Page::of(&chapters, EMBEDDED, &url, |chapter| self.simplified_chapter(book, chapter));
        AudiobookObject { chapters: Some(chapters), ..self.simplified_audiobook(book) }
    }

    pub(crate) fn simplified_audiobook(&self, book: &'a Audiobook) -> AudiobookObject<'a> {
        let id = book.id.as_str();
        let names = |names: &'a [String]| names.iter().map(|name| Name { name }).collect();
        AudiobookObject {
            authors: names(&book.authors),
            available_markets: self.access.full(&book.markets),
            chapters: None,
            copyrights: [],
            description: &book.description,
            edition: &book.edition,
            explicit: book.explicit,
            // Spotify's player shows audiobooks as shows.
            external_urls: external_urls(Kind::Show, id),
            href: self.href(Kind::Audiobook, id),
            html_description: html(&book.description),
            id,
            images: images(book.cover.as_str(), BOOK_SIZES),
            languages: &book.languages,
            media_type: "audio",
            name: &book.name,
            narrators: names(&book.narrators),
            publisher: self.access.full(&book.publisher),
            total_chapters: book.chapters.len(),
            r#type: Kind::Audiobook.word(),
            uri: Kind::Show.uri(id),
        }
    }

    pub(crate) fn chapter(&self, book: &'a Audiobook, chapter: &'a Chapter) -> ChapterObject<'a> {
        ChapterObject { audiobook: Some(self.simplified_audiobook(book)), ..self.simplified_chapter(book, chapter) }
    }

    pub(crate) fn simplified_chapter(&self, book: &'a Audiobook, chapter: &'a Chapter) -> ChapterObject<'a> {
        let id = chapter.id.as_str();
        // A chapter has the type `chapter`, but the URI of an episode.
        let uri = Kind::Episode.uri(id);
        let is_playable = self.has(&book.markets);
        ChapterObject {
            audio_preview_url: None,
            audiobook: None,
            available_markets: self.access.full(&book.markets),
            chapter_number: chapter.number,
            description: "",
            duration_ms: chapter.duration_ms,
            explicit: book.explicit,
            external_urls: external_urls(Kind::Episode, id),
            href: self.href(Kind::Chapter, id),
            html_description: "",
            id,
            images: images(chapter.cover.as_str(), BOOK_SIZES),
            is_playable,
            languages: &book.languages,
            name: &chapter.name,
            release_date: &book.release_date,
            release_date_precision: precision(&book.release_date),
            restrictions: (!is_playable).then_some(Restrictions { reason: "market" }),
            resume_point: self.resume_point(&uri, chapter.duration_ms),
            r#type: Kind::Chapter.word(),
            uri,
        }
    }

    /// A chapter as the player shows it: an episode of a show that is the book.
    pub(crate) fn chapter_as_episode(&self, book: &'a Audiobook, chapter: &'a Chapter) -> EpisodeObject<'a> {
        let id = chapter.id.as_str();
        let uri = Kind::Episode.uri(id);
        let show = ShowObject {
            available_markets: self.access.full(&book.markets),
            copyrights: Vec::new(),
            description: &book.description,
            episodes: None,
            explicit: book.explicit,
            external_urls: external_urls(Kind::Show, book.id.as_str()),
            href: self.href(Kind::Show, book.id.as_str()),
            html_description: html(&book.description),
            id: book.id.as_str(),
            images: images(book.cover.as_str(), BOOK_SIZES),
            is_externally_hosted: false,
            languages: &book.languages,
            media_type: "audio",
            name: &book.name,
            publisher: self.access.full(&book.publisher),
            total_episodes: book.chapters.len(),
            r#type: Kind::Show.word(),
            uri: Kind::Show.uri(book.id.as_str()),
        };
        EpisodeObject {
            audio_preview_url: None,
            description: "",
            duration_ms: chapter.duration_ms,
            episode: None,
            explicit: book.explicit,
            external_urls: external_urls(Kind::Episode, id),
            href: self.href(Kind::Episode, id),
            html_description: String::new(),
            id,
            images: images(chapter.cover.as_str(), BOOK_SIZES),
            is_externally_hosted: false,
            is_playable: self.has(&book.markets),
            language: book.languages.first().map(String::as_str).unwrap_or_default(),
            languages: &book.languages,
            name: &chapter.name,
            release_date: &book.release_date,
            release_date_precision: precision(&book.release_date),
            restrictions: None,
            resume_point: self.resume_point(&uri, chapter.duration_ms),
            show: Some(show),
            track: None,
            r#type: Kind::Episode.word(),
            uri,
        }
    }
}
