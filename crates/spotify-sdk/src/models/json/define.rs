//! The macros that define models.

/// Defines a model: a struct that is read and written by the rules of [`json`](super). A field has the same name as in
/// JSON, unless another one is given: `object_type("type"): …`. `item("item" or "track")` is read by either name, and
/// written by the first. `as Items` reads and writes a list of the type parameter by serde.
///
/// A model without a required field has a `Default`. One with a required field names it, and has a `new` that takes it:
/// `by(id: AlbumId)` takes anything that names an id, `of(album: Album)` takes a model.
macro_rules! model {
    (
        $(#[$meta:meta])*
        pub struct $name:ident $(<$generic:ident>)? $(, $by:ident($required:ident: $required_type:ty))? {
            $(
                $(#[$field_meta:meta])*
                $field:ident $(($key:literal $(or $alias:literal)?))? : $type:ty $(as $how:ident)?,
            )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name $(<$generic>)? {
            $($(#[$field_meta])* pub $field: $type,)*
            /// Unknown fields, and values that the fields above cannot hold.
            pub extra: $crate::models::Extra,
        }

        const _: () = {
            use $crate::models::json::*;

            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            #[derive(Clone, Copy)]
            enum Position { $($field),* }

            const NAMES: &[&str] = &[$(model!(@key $field $($key)?)),*];
            const _: () = assert!(NAMES.len() <= $crate::models::Extra::FIELDS);

            fn position(name: &str) -> Option<usize> {
                match name {
                    $(model!(@key $field $($key)?) => Some(Position::$field as usize),)*
                    $($($($alias => Some(Position::$field as usize + ALIAS),)?)?)*
                    _ => None,
                }
            }

            impl<'de $(, $generic: ::serde::Deserialize<'de>)?> FromJson<'de> for $name $(<$generic>)? {
                fn put_map<A: ::serde::de::MapAccess<'de>>(&mut self, mut entries: A) -> Result<Parsed, A::Error> {
                    while let Some(key) = entries.next_key_seed(KeySeed(position))? {
                        match key {
                            $(Key::Known(at) if at == Position::$field as usize => {
                                model!(@read [$($($alias)?)?] $type, model!(@how $($how)?), (
                                    &mut entries,
                                    model!(@names $field $($key $(, $alias)?)?),
                                    &mut self.$field,
                                    at,
                                    &mut self.extra,
                                ))?;
                            })*
                            $($($(Key::Known(at) if at == Position::$field as usize + ALIAS => {
                                read_alias::<$type, Native, A>(
                                    &mut entries,
                                    [$key, $alias],
                                    &mut self.$field,
                                    at - ALIAS,
                                    &mut self.extra,
                                )?;
                            })?)?)*
                            Key::Known(_) => {}
                            Key::Unknown(name) => read_unknown(&mut entries, name, &mut self.extra)?,
                        }
                    }
                    let required = 0 $(| (<$type as Field>::REQUIRED as u32) << Position::$field as usize)*;
                    match self.extra.first_missing(required) {
                        None => Ok(Parsed::Complete),
                        Some(index) => Err(::serde::de::Error::missing_field(NAMES[index])),
                    }
                }
            }

            impl<'de $(, $generic: ::serde::Deserialize<'de>)?> ::serde::Deserialize<'de> for $name $(<$generic>)? {
                fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    require::<Self, D>(deserializer, stringify!($name))
                }
            }

            impl $(<$generic: ::serde::Serialize>)? ToJson for $name $(<$generic>)? {
                fn to_json<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    let mut map = ::serde::Serializer::serialize_map(serializer, None)?;
                    $(write_field::<$type, model!(@how $($how)?), _>(
                        &mut map,
                        model!(@key $field $($key)?),
                        &self.$field,
                        Position::$field as usize,
                        &self.extra,
                    )?;)*
                    self.extra.write(&mut map, NAMES)?;
                    ::serde::ser::SerializeMap::end(map)
                }
            }

            impl $(<$generic: ::serde::Serialize>)? ::serde::Serialize for $name $(<$generic>)? {
                fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.to_json(serializer)
                }
            }

            impl $(<$generic>)? FieldDefault for $name $(<$generic>)? {
                fn field_default() -> Self {
                    Self {
                        $($field: <$type as FieldDefault>::field_default(),)*
                        extra: $crate::models::Extra::all_missing(),
                    }
                }
            }

            impl $(<$generic>)? Field for $name $(<$generic>)? {
                const REQUIRED: bool = false $(|| <$type as Field>::REQUIRED)*;

                fn is_fallback(&self) -> bool {
                    self.extra.writes_nothing() $(&& self.$field.is_fallback())*
                }
            }
        };

        model!(@make $name [$($generic)?] [$($by $required $required_type)?]);
    };

    (@make $name:ident [$($generic:ident)?] []) => {
        impl $(<$generic>)? Default for $name $(<$generic>)? {
            fn default() -> Self {
                $crate::models::json::FieldDefault::field_default()
            }
        }
    };
    (@make $name:ident [] [by $id:ident $type:ty]) => {
        impl $name {
            #[doc = concat!("The `", stringify!($name), "` with this id and every other field at its default: for tests.")]
            ///
            /// # Errors
            /// [`InvalidInput`](crate::error::InvalidInput) if `id` is not an id, URI or link of such an item.
            pub fn new(id: impl AsRef<str>) -> Result<Self, $crate::invalid_input::InvalidInput> {
                Ok(Self { $id: <$type>::new(id)?, ..$crate::models::json::FieldDefault::field_default() })
            }
        }
    };
    (@make $name:ident [] [of $model:ident $type:ty]) => {
        impl $name {
            #[doc = concat!("The `", stringify!($name), "` of this, with every other field at its default: for tests.")]
            pub fn new($model: $type) -> Self {
                Self { $model, ..$crate::models::json::FieldDefault::field_default() }
            }
        }
    };

    (@read [] $type:ty, $how:ty, $arguments:tt) => { read_field::<$type, $how, A> $arguments };
    (@read [$alias:literal] $type:ty, $how:ty, $arguments:tt) => { read_either::<$type, $how, A> $arguments };

    (@names $field:ident $($key:literal)?) => { model!(@key $field $($key)?) };
    (@names $field:ident $key:literal, $alias:literal) => { [$key, $alias] };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@how) => { Native };
    (@how $how:ident) => { $how };
}

/// Defines a value that is one of several models, by its `type`. Any other value is kept in `Unknown`.
macro_rules! union {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident($model:ident) = $word:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant(Box<$model>),)*
            /// An object with an unknown `type`, or with none, unchanged.
            Unknown(Box<::serde_json::Value>),
        }

        const _: () = {
            use $crate::models::json::*;

            impl<'de> FromJson<'de> for $name {
                fn read<D: ::serde::Deserializer<'de>>(&mut self, deserializer: D) -> Result<Parsed, D::Error> {
                    read_text(self, deserializer)
                }
            }

            impl<'de> FromText<'de> for $name {
                fn read_str(&mut self, text: &str) -> ::serde_json::Result<Parsed> {
                    let parsed = union_from_text(self, text, |object_type, text| match object_type {
                        $($word => Ok(decode_member::<$model>(text)?.map($name::$variant)),)*
                        _ => Ok(None),
                    })?;
                    Ok(match parsed {
                        Parsed::Mismatch(value) if value.is_object() => {
                            *self = $name::Unknown(value);
                            Parsed::Complete
                        }
                        parsed => parsed,
                    })
                }

                fn read_any<D: ::serde::Deserializer<'de>>(&mut self, deserializer: D) -> Result<Parsed, D::Error> {
                    let value: ::serde_json::Value = counted(deserializer)?;
                    self.read_str(&value.to_string()).map_err(::serde::de::Error::custom)
                }
            }

            $(impl From<$model> for $name {
                fn from(model: $model) -> Self {
                    Self::$variant(Box::new(model))
                }
            })*

            impl ToJson for $name {
                fn to_json<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self {
                        $(Self::$variant(model) => model.to_json(serializer),)*
                        Self::Unknown(value) => ::serde::Serialize::serialize(value, serializer),
                    }
                }
            }

            impl FieldDefault for $name {
                fn field_default() -> Self {
                    $name::Unknown(Box::default())
                }
            }

            impl Field for $name {
                const REQUIRED: bool = true;

                fn is_fallback(&self) -> bool {
                    false
                }
            }

            serde_traits!($name);
        };
    };
}

/// Implements JSON for a type that is a string in JSON: `From<&str>` reads it, and `Display` writes it.
macro_rules! text {
    ($name:ident) => {
        const _: () = {
            use $crate::models::json::*;

            impl FromJson<'_> for $name {
                fn put_str(&mut self, text: &str) -> Parsed {
                    *self = $name::from(text);
                    if self.as_str() == text { Parsed::Complete } else { with_spelling(self, text) }
                }
            }

            impl ToJson for $name {
                fn to_json<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl FieldDefault for $name {
                fn field_default() -> Self {
                    $name::from("")
                }
            }

            impl Field for $name {
                const REQUIRED: bool = true;

                fn is_fallback(&self) -> bool {
                    false
                }
            }

            $crate::models::json::serde_traits!($name);
        };
    };
}

/// Implements serde's traits for a type that implements the SDK's.
macro_rules! serde_traits {
    ($name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                require::<Self, D>(deserializer, stringify!($name))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.to_json(serializer)
            }
        }
    };
}

pub(crate) use {model, serde_traits, text, union};
