//! Browsing: new releases, featured playlists, categories, and the countries where Spotify is.

use serde::Serialize;

use super::Operation;
use super::playlists::SPOTIFY;
use super::request::ApiRequest;
use crate::http::{ApiError, ApiResponse, Page, PageLimits, Wrapped};
use crate::objects::PlaylistView;
use crate::world::playlist::Playlist;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/browse/new-releases", new_releases).legacy().public(),
    Operation::get("/browse/featured-playlists", featured_playlists).extended_only().public(),
    Operation::get("/browse/categories", categories).legacy().public(),
    Operation::get("/browse/categories/{category_id}", category).legacy().public(),
    Operation::get("/browse/categories/{category_id}/playlists", category_playlists).extended_only().public(),
    Operation::get("/markets", markets).legacy().public(),
];

/// A category: its id, its name, and a word that the playlists in it have in their name or description.
const CATEGORIES: [(&str, &str, &str); 9] = [
    ("0JQ5DAqbMKFEC4WFtoNRpw", "Pop", "pop"),
    ("0JQ5DAqbMKFDXXwE9BDJAr", "Rock", "rock"),
    ("0JQ5DAqbMKFQ00XGBls6ym", "Hip-Hop", "hip hop"),
    ("0JQ5DAqbMKFAJ5xb0fwo9m", "Jazz", "jazz"),
    ("0JQ5DAqbMKFPrEiAOxgac3", "Classical", "classical"),
    ("0JQ5DAqbMKFHOzuVTgTizF", "Dance/Electronic", "electronic"),
    ("0JQ5DAqbMKFIVNxQgRNSg0", "Decades", "decade"),
    ("0JQ5DAqbMKFCWjUTdzaG0e", "Focus", "focus"),
    ("0JQ5DAqbMKFRY5ok2pxXJ0", "Cooking & Dining", "dinner"),
];

#[derive(Serialize)]
struct CategoryObject {
    href: String,
    icons: [IconObject; 1],
    id: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct IconObject {
    height: Option<u16>,
    url: String,
    width: Option<u16>,
}

#[derive(Serialize)]
struct EditorialObject<T> {
    message: &'static str,
    playlists: T,
}

fn new_releases(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let window = request.query.window(PageLimits::USUAL)?;
    let view = request.view(None);
    let mut albums: Vec<_> = view.catalog.albums.iter().collect();
    albums.sort_by(|a, b| b.release_date.cmp(&a.release_date));
    let page = Page::of(&albums, window, &request.list_url(), |album| view.simplified_album(album));
    ApiResponse::json(&Wrapped("albums", page))
}

/// A locale is a language and a country: `es_MX`.
fn check_locale(request: &ApiRequest<'_>) -> Result<(), ApiError> {
    let is_locale = |text: &str| {
        let (language, country) = text.split_once(['_', '-']).unwrap_or((text, "XX"));
        let is_word = |word: &str| word.len() == 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        is_word(language) && is_word(country)
    };
    match request.query.value("locale") {
        Some(locale) if !is_locale(locale) => Err(ApiError::bad_request("Invalid locale")),
        _ => Ok(()),
    }
}

fn featured_playlists(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    check_locale(request)?;
    let page = editorial(request, "")?;
    page.respond("Editor's picks")
}

/// The playlists of Spotify's own editors with this word in their name or description.
fn editorial<'b>(request: &'b ApiRequest<'_>, word: &str) -> Result<Editorial<'b>, ApiError> {
    let window = request.query.window(PageLimits::USUAL)?;
    let all = request.world.playlists.values().filter(|playlist| playlist.owner == SPOTIFY);
    let is_about = |text: &str| text.to_lowercase().contains(word);
    let listed = all.filter(|playlist| is_about(&playlist.name) || is_about(&playlist.description)).collect();
    let view = PlaylistView { view: request.view(None), world: request.world, user: request.caller.user(), files: &[] };
    Ok(Editorial { listed, window, url: request.list_url(), view })
}

struct Editorial<'b> {
    listed: Vec<&'b Playlist>,
    window: crate::http::Window,
    url: String,
    view: PlaylistView<'b>,
}

impl Editorial<'_> {
    fn respond(&self, message: &'static str) -> Result<ApiResponse, ApiError> {
        let playlists = Page::of(&self.listed, self.window, &self.url, |playlist| self.view.simplified(playlist));
        ApiResponse::json(&EditorialObject { message, playlists })
    }
}

fn category_object(request: &ApiRequest<'_>, id: &'static str, name: &'static str) -> CategoryObject {
    let url = format!("https://t.scdn.co/images/{}", crate::ids::made_up_hex(&format!("category:{id}"), 32));
    CategoryObject {
        href: format!("{}/browse/categories/{id}", request.base_url),
        icons: [IconObject { height: Some(274), url, width: Some(274) }],
        id,
        name,
    }
}

fn categories(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let window = request.query.window(PageLimits::USUAL)?;
    check_locale(request)?;
    let page = Page::of(&CATEGORIES, window, &request.list_url(), |(id, name, _)| category_object(request, id, name));
    ApiResponse::json(&Wrapped("categories", page))
}

/// A category by its id, or as in the past by its name in small letters or by its word.
fn find(request: &ApiRequest<'_>) -> Result<(&'static str, &'static str, &'static str), ApiError> {
    let wanted = request.id();
    let named = |name: &str| name.to_lowercase().replace('-', "") == wanted.to_lowercase().replace('-', "");
    let category = CATEGORIES.into_iter().find(|(id, name, word)| *id == wanted || *word == wanted || named(name));
    category.ok_or(ApiError::not_found("Specified id doesn't exist"))
}

fn category(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    check_locale(request)?;
    let (id, name, _) = find(request)?;
    ApiResponse::json(&category_object(request, id, name))
}

fn category_playlists(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (_, name, word) = find(request)?;
    editorial(request, word)?.respond(name)
}

fn markets(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    ApiResponse::json(&Wrapped("markets", &request.world.catalog.markets))
}
