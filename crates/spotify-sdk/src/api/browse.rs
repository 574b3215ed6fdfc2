//! What Spotify's editors offer: featured playlists, categories and genres.

use super::params::{Limit, NonEmptyText};
use crate::models::{Category, FeaturedPlaylists, List, Page};
use crate::text::Text;

operations! {
    /// What Spotify's editors offer: featured playlists, categories and genres. Made by `browse` of a client.
    service Browse, "browse";

    /// Gets the playlists that Spotify features, a page of up to 50 at a time.
    #[doc(alias = "featured_playlists")]
    GetFeaturedPlaylists = get_featured_playlists() {
        GET "/browse/featured-playlists" -> FeaturedPlaylists, reference "get-featured-playlists";
        quota Extended; scopes []; Idempotent;
        query { locale: NonEmptyText, limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Gets the categories by which Spotify tags items, a page of up to 50 at a time.
    #[doc(alias = "categories")]
    GetCategories = get_categories() {
        GET "/browse/categories" -> Page<Category>, in "categories", reference "get-categories";
        quota Extended; scopes []; Idempotent;
        query { locale: NonEmptyText, limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Gets a category, by its id: `dinner`.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such category.
    #[doc(alias = "category")]
    GetCategory = get_category(path id as "category_id": NonEmptyText) {
        GET "/browse/categories/{category_id}" -> Category, reference "get-a-category";
        quota Extended; scopes []; Idempotent;
        query { locale: NonEmptyText }
    }

    /// Gets the playlists of a category, a page of up to 50 at a time.
    ///
    /// Fails with [`NotFound`](crate::Error::NotFound) when there is no such category.
    #[doc(alias = "category_playlists")]
    GetCategoryPlaylists = get_category_playlists(path id as "category_id": NonEmptyText) {
        GET "/browse/categories/{category_id}/playlists" -> FeaturedPlaylists, reference "get-a-categories-playlists";
        quota Extended; scopes []; Idempotent;
        query { limit: Limit<50>, offset: u32 }
        paged offset;
    }

    /// Gets the genres from which recommendations can begin.
    #[doc(alias = "recommendation_genre_seeds", alias = "genres")]
    GetAvailableGenreSeeds = get_available_genre_seeds() {
        GET "/recommendations/available-genre-seeds" -> List<Text>, in "genres",
            reference "get-recommendation-genres";
        quota Extended; scopes []; Idempotent;
    }
}
