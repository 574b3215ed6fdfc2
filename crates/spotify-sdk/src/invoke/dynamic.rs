//! Operations whose output is JSON, whatever their type.

use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, IgnoredAny};
use serde_json::Value;

use crate::call::ClientInner;
use crate::definition::{
    BatchRequest, DynList, DynOperation, Idempotency, Operation, OperationInfo, PageInfo, PageLike, Paged, Quota,
    RequestBuilder, Slot,
};
use crate::error::Result;
use crate::invalid_input::InvalidInput;
use crate::models::CursorPage;
use crate::observe::ProgressListener;
use crate::options::CallOptions;
use crate::paging::collect_items;
use crate::schema::Schema;

/// An operation whose output is the JSON of its response.
pub(super) struct Dynamic(pub(super) Box<dyn DynOperation>);

/// An operation whose response is a page of a list.
#[derive(Clone)]
pub(super) struct DynamicList(Arc<dyn DynOperation>);

macro_rules! as_the_operation_does {
    () => {
        fn info(&self) -> &'static OperationInfo {
            self.0.info()
        }

        fn idempotency(&self) -> Idempotency {
            self.0.idempotency()
        }

        fn write(&self, request: &mut RequestBuilder) -> Result<(), InvalidInput> {
            self.0.write(request)
        }
    };
}

impl Operation for Dynamic {
    type Output = Value;

    as_the_operation_does!();

    fn batches(&self) -> Result<Vec<BatchRequest>, InvalidInput> {
        self.0.batches()
    }

    /// Lists are joined, and of anything else, such as snapshot ids, the last counts.
    fn join(&self, parts: Vec<Value>) -> Option<Value> {
        if !parts.iter().all(Value::is_array) {
            return parts.into_iter().next_back();
        }
        let lists = parts.into_iter().filter_map(|part| match part {
            Value::Array(values) => Some(values),
            _ => None,
        });
        Some(Value::Array(lists.flatten().collect()))
    }

    fn result_count(&self, output: &Value) -> Option<usize> {
        match self.info().output {
            Schema::List { items: Schema::Boolean, .. } => output.as_array().map(Vec::len),
            _ => None,
        }
    }
}

impl DynamicList {
    pub(super) fn new(operation: Box<dyn DynOperation>) -> Self {
        Self(operation.into())
    }

    /// Reads the items of the whole list.
    pub(super) async fn items(
        self,
        inner: ClientInner,
        options: CallOptions,
        progress: ProgressListener,
    ) -> Result<Value> {
        collect_items(inner, self, options, progress).await.map(Value::Array)
    }

    fn list(&self) -> Result<&dyn DynList, InvalidInput> {
        let why = || InvalidInput::new("all", format!("`{}` has no pages", self.0.info().name));
        self.0.as_list().ok_or_else(why)
    }
}

impl Operation for DynamicList {
    type Output = JsonPage;

    as_the_operation_does!();
}

impl Paged for DynamicList {
    fn end(&self) -> u32 {
        self.list().map_or(u32::MAX, DynList::end)
    }

    fn max_limit(&self, quota: Quota) -> u32 {
        self.list().map_or(u32::MAX, |list| list.max_limit(quota))
    }

    fn slot(&self, quota: Quota) -> Slot {
        self.list().map_or(Slot::Offset { offset: 0, limit: 0 }, |list| list.slot(quota))
    }

    fn at(&self, slot: &Slot) -> Result<Self, InvalidInput> {
        Ok(Self(self.list()?.at(slot)?.into()))
    }
}

/// A page of a list, or several that are read together, as the response of a search has them.
pub(super) struct JsonPage {
    info: PageInfo,
    items: Vec<Value>,
}

impl<'de> Deserialize<'de> for JsonPage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let pages = pages_in(Value::deserialize(deserializer)?).into_iter().map(|mut page| {
            let items = items_of(&mut page);
            let info = CursorPage::<IgnoredAny>::deserialize(page).map(|page| page.page_info()).unwrap_or_default();
            // Items that are `null` are items here.
            (PageInfo { entries: items.len().try_into().unwrap_or(u32::MAX), ..info }, items)
        });
        let (infos, items): (Vec<PageInfo>, Vec<Vec<Value>>) = pages.unzip();
        Ok(Self { info: PageInfo::merge(infos), items: items.into_iter().flatten().collect() })
    }
}

/// Returns the page that the response is, or the pages that its fields are.
fn pages_in(response: Value) -> Vec<Value> {
    match response {
        Value::Object(fields) if !fields.contains_key("items") => {
            fields.into_iter().map(|(_, value)| value).filter(|value| value["items"].is_array()).collect()
        }
        page => vec![page],
    }
}

fn items_of(page: &mut Value) -> Vec<Value> {
    match page.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

impl PageLike for JsonPage {
    type Item = Value;

    fn page_info(&self) -> PageInfo {
        self.info.clone()
    }

    fn into_items(self) -> Vec<Value> {
        self.items
    }
}
