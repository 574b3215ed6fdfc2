//! Operations for apps with extended quota.

use crate::api::Chapters;
use crate::api::params::{Batch, Market};
use crate::definition::Operation;
use crate::ids::ChapterId;
use crate::models::Chapter;

/// Gets chapters by their ids, 50 with each request, in the order of the ids; `None` where there is no such chapter.
#[doc(alias = "list", alias = "chapters")]
#[derive(Debug, Clone, Operation)]
#[operation(
    GET "/chapters" -> Vec<Option<Chapter>>,
    as = Chapters::get_several, reference = "get-several-chapters", quota = Extended, wrapped = "chapters",
    replaced_by = "chapters.get_many",
    reads = [Progress],
)]
pub struct GetSeveralChapters {
    /// The chapters: any number, 50 with each request.
    #[query(batch)]
    ids: Batch<ChapterId, 50>,
    /// The market, an ISO 3166-1 alpha-2 code, or `from_token`: only what is available there is returned. Default: the
    /// country of the user.
    #[query]
    market: Option<Market>,
}
