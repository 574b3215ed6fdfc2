//! Requests and responses of the Web API in general: errors, queries, pages and caching.

mod api_error;
mod caching;
mod fields;
mod hosts;
mod page;
mod query;
mod response;

pub(crate) use api_error::{ApiError, JSON};
pub(crate) use caching::{Caching, is_known};
pub(crate) use fields::Fields;
pub(crate) use hosts::Hosts;
pub(crate) use page::Page;
pub(crate) use query::{Market, PageLimits, Query, Window, check_ids, whole_number};
pub(crate) use response::{ApiResponse, Wrapped};
