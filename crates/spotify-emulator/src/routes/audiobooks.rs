//! Audiobooks and their chapters. They are not found in the countries where Spotify has none.

use super::Operation;
use super::call::{Call, found};
use crate::http::{ApiError, Limits, Page, Reply, Under};

const MOST_AT_ONCE: usize = 50;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation::get("/audiobooks/{id}", audiobook),
    Operation::get("/audiobooks", audiobooks).older(),
    Operation::get("/audiobooks/{id}/chapters", audiobook_chapters),
    Operation::get("/chapters/{id}", chapter),
    Operation::get("/chapters", chapters).older(),
];

fn audiobook(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let market = call.query.market()?;
    let view = call.view(market.as_ref());
    let book = view.catalog.audiobook(call.id()).filter(|book| view.has(&book.markets));
    Reply::json(&view.audiobook(found(call.id(), book)?))
}

fn audiobooks(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (ids, market) = (call.query.ids(MOST_AT_ONCE)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let books = ids.iter().map(|id| view.catalog.audiobook(id).filter(|book| view.has(&book.markets)));
    let books: Vec<_> = books.map(|book| book.map(|book| view.audiobook(book))).collect();
    Reply::json(&Under("audiobooks", books))
}

fn audiobook_chapters(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (window, market) = (call.query.window(Limits::USUAL)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let book = found(call.id(), view.catalog.audiobook(call.id()).filter(|book| view.has(&book.markets)))?;
    let chapters: Vec<_> = book.chapters.iter().collect();
    Reply::json(&Page::of(&chapters, window, &call.list_url(), |chapter| view.simplified_chapter(book, chapter)))
}

fn chapter(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let market = call.query.market()?;
    let view = call.view(market.as_ref());
    let chapter = view.catalog.chapter(call.id()).filter(|(book, _)| view.has(&book.markets));
    let (book, chapter) = found(call.id(), chapter)?;
    Reply::json(&view.chapter(book, chapter))
}

fn chapters(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let (ids, market) = (call.query.ids(MOST_AT_ONCE)?, call.query.market()?);
    let view = call.view(market.as_ref());
    let chapters = ids.iter().map(|id| view.catalog.chapter(id).filter(|(book, _)| view.has(&book.markets)));
    let chapters: Vec<_> = chapters.map(|of| of.map(|(book, chapter)| view.chapter(book, chapter))).collect();
    Reply::json(&Under("chapters", chapters))
}
