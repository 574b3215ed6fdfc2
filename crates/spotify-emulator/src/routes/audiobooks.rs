//! Audiobooks and their chapters. They are not found in the countries where Spotify has none.

use super::Operation;
use super::request::{ApiRequest, found};
use crate::http::{ApiError, ApiResponse, Page, PageLimits, Wrapped};

const MAX_IDS: usize = 50;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/audiobooks/{id}", audiobook),
    Operation::get("/audiobooks", audiobooks).legacy(),
    Operation::get("/audiobooks/{id}/chapters", audiobook_chapters),
    Operation::get("/chapters/{id}", chapter),
    Operation::get("/chapters", chapters).legacy(),
];

fn audiobook(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let market = request.query.market()?;
    let view = request.view(market.as_ref());
    let book = view.catalog.audiobook(request.id()).filter(|book| view.has(&book.markets));
    ApiResponse::json(&view.audiobook(found(request.id(), book)?))
}

fn audiobooks(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (ids, market) = (request.query.ids(MAX_IDS)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let books = ids.iter().map(|id| view.catalog.audiobook(id).filter(|book| view.has(&book.markets)));
    let books: Vec<_> = books.map(|book| book.map(|book| view.audiobook(book))).collect();
    ApiResponse::json(&Wrapped("audiobooks", books))
}

fn audiobook_chapters(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (window, market) = (request.query.window(PageLimits::USUAL)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let book = found(request.id(), view.catalog.audiobook(request.id()).filter(|book| view.has(&book.markets)))?;
    let chapters: Vec<_> = book.chapters.iter().collect();
    ApiResponse::json(&Page::of(&chapters, window, &request.list_url(), |chapter| {
        view.simplified_chapter(book, chapter)
    }))
}

fn chapter(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let market = request.query.market()?;
    let view = request.view(market.as_ref());
    let chapter = view.catalog.chapter(request.id()).filter(|(book, _)| view.has(&book.markets));
    let (book, chapter) = found(request.id(), chapter)?;
    ApiResponse::json(&view.chapter(book, chapter))
}

fn chapters(request: &mut ApiRequest<'_>) -> Result<ApiResponse, ApiError> {
    let (ids, market) = (request.query.ids(MAX_IDS)?, request.query.market()?);
    let view = request.view(market.as_ref());
    let chapters = ids.iter().map(|id| view.catalog.chapter(id).filter(|(book, _)| view.has(&book.markets)));
    let chapters: Vec<_> = chapters.map(|of| of.map(|(book, chapter)| view.chapter(book, chapter))).collect();
    ApiResponse::json(&Wrapped("chapters", chapters))
}
