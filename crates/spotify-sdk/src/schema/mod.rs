//! What values are, as data: the parameters of [operations](crate::operation) and the fields of
//! [models](crate::models), for programs that show, check or generate them. [`Schema::to_json`] gives the same as JSON
//! Schema.

mod json;

use crate::ids::{Id, IdKind, ItemKind, SpotifyUri};
use crate::text::Text;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Schema {
    /// Any JSON value.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A whole number within bounds, both included.
    Integer {
        /// The least.
        min: i64,
        /// The greatest.
        max: u64,
    },
    /// A number within bounds, both included; infinite where there is none.
    Number {
        /// The least.
        min: f64,
        /// The greatest.
        max: f64,
    },
    /// A string.
    Text {
        /// The minimum number of characters.
        min_chars: usize,
        /// The maximum number of characters, where there is one.
        max_chars: Option<usize>,
    },
    /// One of these strings.
    Words {
        /// The strings.
        words: &'static [&'static str],
        /// Whether other strings may come, which this version does not know.
        open: bool,
    },
    /// The bytes of a file as a string, in base64.
    Base64 {
        /// The media type: `"image/jpeg"`.
        media_type: &'static str,
        /// The maximum number of bytes before encoding.
        max_bytes: usize,
    },
    /// A country, by its ISO 3166-1 alpha-2 code: `"SE"`.
    Market,
    /// A date to the year, the month or the day: `"1981-12"`.
    Date,
    /// A moment, as RFC 3339 has it: `"2026-11-30T12:00:00Z"`.
    Timestamp,
    /// The id of an item of this kind. As a parameter, also its URI or link.
    Id(ItemKind),
    /// The URI of an item of one of these kinds, or of any where there are none. As a parameter, also its link.
    Uri(&'static [ItemKind]),
    /// A list.
    List {
        /// What each value of it is.
        items: &'static Schema,
        /// The minimum number of values.
        min: usize,
        /// The maximum number of values, where there is one.
        max: Option<usize>,
        /// How many of them Spotify takes in a request, where the SDK sends more in several.
        per_request: Option<usize>,
    },
    /// Several words in one string, with commas between them, or a list of them.
    WordList {
        /// The words.
        words: &'static [&'static str],
    },
    /// An object with these fields.
    Object(&'static [FieldInfo]),
    /// An object of which any key has such a value.
    Map(&'static Schema),
    /// One of several.
    OneOf(&'static [&'static Schema]),
    /// A model.
    Model(&'static ModelInfo),
    /// The same, or `null`.
    Nullable(&'static Schema),
}

/// A field of an object.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct FieldInfo {
    /// Its name in Rust: `"object_type"`.
    pub name: &'static str,
    /// Its name in JSON: `"type"`.
    pub wire_name: &'static str,
    /// Other names by which Spotify sends it.
    pub aliases: &'static [&'static str],
    /// Whether the object is meaningless without it.
    pub required: bool,
    /// What its value is.
    pub schema: &'static Schema,
    /// Its documentation, in Markdown.
    pub doc: &'static str,
}

/// A model, as data.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// Its name in Rust, without type parameters: `"Page"`.
    pub name: &'static str,
    /// What its type parameter stands for, where it has one: the items of a page.
    pub of: Option<&'static Schema>,
    /// Its documentation, in Markdown.
    pub doc: &'static str,
    /// Its fields, in the order of Spotify's reference.
    pub fields: &'static [FieldInfo],
}

/// A type whose values a [`Schema`] describes.
pub trait Described {
    /// What a value of this type is.
    const SCHEMA: &'static Schema;
}

impl FieldInfo {
    #[doc(hidden)]
    pub const fn new(
        [name, wire_name]: [&'static str; 2],
        aliases: &'static [&'static str],
        required: bool,
        schema: &'static Schema,
        doc: &'static str,
    ) -> Self {
        Self { name, wire_name, aliases, required, schema, doc }
    }
}

impl ModelInfo {
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        of: Option<&'static Schema>,
        doc: &'static str,
        fields: &'static [FieldInfo],
    ) -> Self {
        Self { name, of, doc, fields }
    }

    /// Returns the name with what it is a model of: `"Page<Track>"`.
    pub fn full_name(&self) -> String {
        match self.of {
            None => self.name.to_owned(),
            Some(Schema::Model(of)) => format!("{}<{}>", self.name, of.full_name()),
            Some(_) => format!("{}<_>", self.name),
        }
    }

    /// Returns the JSON Schema, draft 2020-12, of the objects that are read as this model. Models within it stand in
    /// `$defs`, by their [full names](Self::full_name) with `_` for the bracket: `Page_SavedTrack`.
    pub fn schema(&'static self) -> serde_json::Value {
        json::document(&Schema::Model(self))
    }
}

impl Schema {
    /// Any string.
    pub const TEXT: Self = Self::Text { min_chars: 0, max_chars: None };

    /// A list of any length.
    pub const fn list_of(items: &'static Self) -> Self {
        Self::List { items, min: 0, max: None, per_request: None }
    }

    /// Returns the same as a JSON Schema, draft 2020-12. Models stand in `$defs`, as in [`ModelInfo::schema`].
    pub fn to_json(&self) -> serde_json::Value {
        json::document(self)
    }
}

/// What a type is where it is [`Described`], and [`Schema::Any`] where it is not: `SchemaOf::<T>::SCHEMA`, with
/// [`AnySchema`] in scope.
#[doc(hidden)]
#[derive(Debug)]
pub struct SchemaOf<T>(std::marker::PhantomData<T>);

impl<T: Described> SchemaOf<T> {
    /// The type's own.
    pub const SCHEMA: &'static Schema = T::SCHEMA;
}

/// See [`SchemaOf`].
#[doc(hidden)]
pub trait AnySchema {
    /// Anything.
    const SCHEMA: &'static Schema = &Schema::Any;
}

impl<T> AnySchema for SchemaOf<T> {}

macro_rules! described {
    ($($type:ty = $schema:expr;)*) => {$(
        impl Described for $type {
            const SCHEMA: &'static Schema = &$schema;
        }
    )*};
}

described! {
    bool = Schema::Boolean;
    u8 = Schema::Integer { min: 0, max: u8::MAX as u64 };
    u16 = Schema::Integer { min: 0, max: u16::MAX as u64 };
    u32 = Schema::Integer { min: 0, max: u32::MAX as u64 };
    u64 = Schema::Integer { min: 0, max: u64::MAX };
    i32 = Schema::Integer { min: i32::MIN as i64, max: i32::MAX as u64 };
    f64 = Schema::Number { min: f64::NEG_INFINITY, max: f64::INFINITY };
    String = Schema::TEXT;
    Text = Schema::TEXT;
    SpotifyUri = Schema::Uri(&[]);
    jiff::Timestamp = Schema::Timestamp;
    serde_json::Value = Schema::Any;
    () = Schema::Any;
}

impl<K: IdKind> Described for Id<K> {
    const SCHEMA: &'static Schema = &Schema::Id(K::KIND);
}

impl<T: Described> Described for Option<T> {
    const SCHEMA: &'static Schema = &Schema::Nullable(T::SCHEMA);
}

impl<T: Described> Described for Box<T> {
    const SCHEMA: &'static Schema = T::SCHEMA;
}

impl<T: Described> Described for Vec<T> {
    const SCHEMA: &'static Schema = &Schema::list_of(T::SCHEMA);
}
