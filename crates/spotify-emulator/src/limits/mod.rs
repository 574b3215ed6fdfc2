//! The limits of an app: the rate limit and the daily quota.

mod daily_quota;
mod rate_limit;

pub use daily_quota::{DailyQuota, EndpointGroup};
pub(crate) use daily_quota::{QuotaLedger, Wait};
pub use rate_limit::WindowError;
pub(crate) use rate_limit::{Limit, RateLimit, Window};
