//! [`string_enum!`]: enumerations of the strings that Spotify uses.

use crate::invalid_input::InvalidInput;

/// The refusal of a string that is none of `strings`.
pub(crate) fn not_one_of(strings: &[&str], text: &str) -> InvalidInput {
    InvalidInput::new("value", format!("expected one of `{}`, got `{text}`", strings.join("`, `")))
}

/// An enumeration of strings. Its `as_str`, `Display` and `ALL` are made here, and how it is read:
///
/// - One that requests alone take is closed: `Copy`, and read by `FromStr`, which refuses every other string.
/// - One that responses hold ends with `_ => Unknown, exact_case,` and is open: any other string is kept in `Unknown`. With
///   `ignore_case`, a known string is recognized in upper and lower case, as Spotify is not consistent in that. As a field of
///   models, it is made a `word!` besides.
macro_rules! string_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $string:literal,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The strings of all of them.
            pub(crate) const STRINGS: &'static [&'static str] = &[$($string),*];

            /// Spotify's string for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $string,)*
                }
            }

            /// The one whose string this is.
            pub(crate) fn from_string(text: &str) -> Option<Self> {
                match text {
                    $($string => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::invalid_input::InvalidInput;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::from_string(text).ok_or_else(|| $crate::string_enum::not_one_of(Self::STRINGS, text))
            }
        }

        $crate::string_enum::string_enum! { @display $name }
    };

    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $($(#[$variant_meta:meta])* $variant:ident = $string:literal,)*
            _ => Unknown, $case:ident,
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A string that this version does not know.
            Unknown($crate::Text),
        }

        impl $name {
            /// All that this version knows.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The strings of all that this version knows.
            #[allow(dead_code)]
            pub(crate) const STRINGS: &'static [&'static str] = &[$($string),*];

            /// Spotify's string for it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $string,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $($string => Self::$variant,)*
                    $(_ if $crate::string_enum::string_enum!(@$case text, $string) => Self::$variant,)*
                    _ => Self::Unknown(text.into()),
                }
            }
        }

        $crate::string_enum::string_enum! { @display $name }
    };

    (@exact_case $text:ident, $string:literal) => { false };
    (@ignore_case $text:ident, $string:literal) => { $text.eq_ignore_ascii_case($string) };

    (@display $name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

pub(crate) use string_enum;
