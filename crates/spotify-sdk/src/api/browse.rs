//! What Spotify's editors offer: featured playlists, categories and genres.

use super::params::{Limit, NonEmptyText};
use crate::definition::Operation;
use crate::models::{Category, FeaturedPlaylists, List, Page};
use crate::text::Text;

service! {
    /// What Spotify's editors offer: featured playlists, categories and genres. Made by `browse` of a client.
    Browse {
        GetFeaturedPlaylists, GetCategories, GetCategory, GetCategoryPlaylists, GetAvailableGenreSeeds,
    }
}

/// Gets the playlists that Spotify features, a page of up to 50 at a time.
#[doc(alias = "featured_playlists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/browse/featured-playlists" -> FeaturedPlaylists,
    as = Browse::get_featured_playlists, reference = "get-featured-playlists", quota = Extended, paged = offset,
    reads = [Catalog],
)]
pub struct GetFeaturedPlaylists {
    /// The language of names: `es_MX`. Default: American English, or the language of the country.
    #[query]
    locale: Option<NonEmptyText>,
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}

/// Gets the categories by which Spotify tags items, a page of up to 50 at a time.
#[doc(alias = "categories")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/browse/categories" -> Page<Category>,
    as = Browse::get_categories, reference = "get-categories", quota = Extended, wrapped = "categories",
    paged = offset,
    reads = [Catalog],
)]
pub struct GetCategories {
    /// The language of names: `es_MX`. Default: American English, or the language of the country.
    #[query]
    locale: Option<NonEmptyText>,
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}

/// Gets a category, by its id: `dinner`.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such category.
#[doc(alias = "category")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/browse/categories/{category_id}" -> Category,
    as = Browse::get_category, reference = "get-a-category", quota = Extended,
    reads = [Catalog],
)]
pub struct GetCategory {
    /// The id of the category: `dinner`.
    #[segment("category_id")]
    id: NonEmptyText,
    /// The language of names: `es_MX`. Default: American English, or the language of the country.
    #[query]
    locale: Option<NonEmptyText>,
}

/// Gets the playlists of a category, a page of up to 50 at a time.
///
/// Fails with [`NotFound`](crate::Error::NotFound) when there is no such category.
#[doc(alias = "category_playlists")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/browse/categories/{category_id}/playlists" -> FeaturedPlaylists,
    as = Browse::get_category_playlists, reference = "get-a-categories-playlists", quota = Extended, paged = offset,
    reads = [Catalog],
)]
pub struct GetCategoryPlaylists {
    /// The id of the category: `dinner`.
    #[segment("category_id")]
    id: NonEmptyText,
    /// The maximum number of items of a page, from 1 to 50. Default: Spotify's, which is 20; for whole lists, the
    /// maximum.
    #[query]
    limit: Option<Limit<50>>,
    /// The index of the first item of the page, from 0. Default: 0.
    #[query]
    offset: Option<u32>,
}

/// Gets the genres from which recommendations can begin.
#[doc(alias = "recommendation_genre_seeds", alias = "genres")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/recommendations/available-genre-seeds" -> List<Text>,
    as = Browse::get_available_genre_seeds, reference = "get-recommendation-genres", quota = Extended,
    wrapped = "genres",
    reads = [Catalog],
)]
pub struct GetAvailableGenreSeeds;
