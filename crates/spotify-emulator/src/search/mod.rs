//! The search: matching and ranking.

mod terms;

pub(crate) use terms::Terms;

use crate::catalog::Document;

/// The places of the documents that fit, the best first.
pub(crate) fn find(documents: &[Document], terms: &Terms) -> Vec<usize> {
    let mut found: Vec<(u8, u8, usize)> = Vec::new();
    for (place, document) in documents.iter().enumerate() {
        if terms.fit(document) {
            found.push((terms.rank(document), document.popularity, place));
        }
    }
    found.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then(a.2.cmp(&b.2)));
    found.into_iter().map(|(_, _, place)| place).collect()
}
