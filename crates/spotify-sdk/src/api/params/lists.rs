//! Parameters that take several values.

use serde_json::Value;

use super::refuse;
use crate::api::IntoParam;
use crate::definition::{BatchRequest, Operation, Param, expected};
use crate::invalid_input::InvalidInput;
use crate::schema::Schema;

/// `MIN` to `MAX` values, for parameters that take several: ids, URIs, items.
///
/// Given as anything that can be iterated over and gives what one value takes: arrays, slices, vectors, iterators.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BoundedList<T, const MAX: usize, const MIN: usize = 1>(Vec<T>);

/// At least `MIN` values, and any number of them: Spotify takes up to `MAX` in a request, so more take several requests.
///
/// Given as for [`BoundedList`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Batch<T, const MAX: usize, const MIN: usize = 1>(Vec<T>);

impl<T, const MAX: usize, const MIN: usize> BoundedList<T, MAX, MIN> {
    fn new(values: Vec<T>) -> Result<Self, InvalidInput> {
        if (MIN..=MAX).contains(&values.len()) {
            Ok(Self(values))
        } else {
            refuse(format!("expected {MIN} to {MAX} of them, got {}", values.len()))
        }
    }
}

impl<T, const MAX: usize, const MIN: usize> Batch<T, MAX, MIN> {
    fn new(values: Vec<T>) -> Result<Self, InvalidInput> {
        if values.len() < MIN {
            return refuse(format!("expected at least {MIN} of them, got {}", values.len()));
        }
        Ok(Self(values))
    }

    /// Returns as many values, each made of one of these.
    #[cfg(feature = "extended-quota")]
    pub(crate) fn map<U>(&self, value: impl Fn(&T) -> U) -> Batch<U, MAX, MIN> {
        Batch(self.0.iter().map(value).collect())
    }
}

impl<T: Clone, const MAX: usize, const MIN: usize> Batch<T, MAX, MIN> {
    /// Returns the requests of an operation that has these values; none where one request takes them all. `part` returns the
    /// operation with some of them alone, of which the first is the `index`th of all.
    ///
    /// # Errors
    /// [`InvalidInput`] for a value that must not be sent.
    #[doc(hidden)]
    pub fn requests<Op: Operation>(&self, part: impl Fn(usize, Self) -> Op) -> Result<Vec<BatchRequest>, InvalidInput> {
        if self.0.len() <= MAX {
            return Ok(Vec::new());
        }
        let parts = self.parts().enumerate();
        parts
            .map(|(index, values)| {
                let count = values.0.len();
                BatchRequest::new(&part(index * MAX, values), count)
            })
            .collect()
    }

    /// Returns the first values, as many as a request takes, and the others; `None` if there are no others.
    pub(crate) fn split_first(&self) -> Option<(Self, Batch<T, MAX>)> {
        let (first, others) = self.0.split_at_checked(MAX).filter(|(_, others)| !others.is_empty())?;
        Some((Self(first.to_vec()), Batch(others.to_vec())))
    }

    /// Returns the values, as many at a time as a request takes.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Self> {
        self.0.chunks(MAX).map(|values| Self(values.to_vec()))
    }
}

macro_rules! lists {
    ($($list:ident: $max:expr, $per_request:expr;)*) => {$(
        impl<I, T, const MAX: usize, const MIN: usize> IntoParam<$list<T, MAX, MIN>> for I
        where
            I: IntoIterator,
            I::Item: IntoParam<T>,
        {
            fn into_param(self) -> Result<$list<T, MAX, MIN>, InvalidInput> {
                $list::new(self.into_iter().map(IntoParam::into_param).collect::<Result<_, _>>()?)
            }
        }

        impl<T, const MAX: usize, const MIN: usize> $list<T, MAX, MIN> {
            /// Returns the values.
            pub fn as_slice(&self) -> &[T] {
                &self.0
            }
        }

        impl<T: Param, const MAX: usize, const MIN: usize> Param for $list<T, MAX, MIN> {
            const SCHEMA: &'static Schema =
                &Schema::List { items: T::SCHEMA, min: MIN, max: $max, per_request: $per_request };

            fn from_json(value: &Value) -> Result<Self, InvalidInput> {
                let values = value.as_array().ok_or_else(|| expected("a list", value))?;
                Self::new(values.iter().map(T::from_json).collect::<Result<_, _>>()?)
            }

            fn to_json(&self) -> Value {
                self.0.iter().map(T::to_json).collect()
            }
        }
    )*};
}

lists! {
    BoundedList: Some(MAX), None;
    Batch: None, Some(MAX);
}
