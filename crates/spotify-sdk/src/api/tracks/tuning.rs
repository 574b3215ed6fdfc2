//! [`Tuning`]: bounds and targets for recommended tracks.

use serde_json::Value;

use crate::api::IntoParam;
use crate::api::params::refuse;
use crate::definition::{Param, RequestBuilder, expected};
use crate::invalid_input::InvalidInput;
use crate::schema::{FieldInfo, Schema};
use crate::string_enum::string_enum;

macro_rules! attributes {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $low:literal, $high:literal, $whole:literal;)*) => {
        string_enum! {
            /// A property of a track, in numbers.
            pub enum Attribute {
                $($(#[$doc])* $variant = $word,)*
            }
        }

        /// The demands that there can be, each as a field of an object.
        const DEMANDS: &[FieldInfo] = &[$(
            attributes!(@demand "min_", "The least ", $word, $low, $high, $whole),
            attributes!(@demand "max_", "The greatest ", $word, $low, $high, $whole),
            attributes!(@demand "target_", "The wanted ", $word, $low, $high, $whole),
        )*];

        impl Attribute {
            /// The least and the greatest value, and whether only whole numbers are values.
            const fn range(self) -> (f64, f64, bool) {
                match self {
                    $(Self::$variant => ($low, $high, $whole),)*
                }
            }
        }
    };
    (@demand $bound:literal, $what:literal, $word:literal, $low:literal, $high:literal, $whole:literal) => {
        FieldInfo::new(
            [concat!($bound, $word); 2],
            &[],
            false,
            if $whole {
                &Schema::Integer { min: $low as i64, max: $high as u64 }
            } else {
                &Schema::Number { min: $low, max: $high }
            },
            concat!($what, "value of `", $word, "`."),
        )
    };
}

attributes! {
    /// How surely it is acoustic, 0 to 1.
    Acousticness = "acousticness", 0.0, 1.0, false;
    /// How good it is for dancing, 0 to 1.
    Danceability = "danceability", 0.0, 1.0, false;
    /// The length in milliseconds.
    DurationMs = "duration_ms", 0.0, 4_294_967_295.0, true;
    /// How intense it is, 0 to 1.
    Energy = "energy", 0.0, 1.0, false;
    /// How surely it has no vocals, 0 to 1.
    Instrumentalness = "instrumentalness", 0.0, 1.0, false;
    /// The key as a pitch class, 0 for C to 11 for B.
    Key = "key", 0.0, 11.0, true;
    /// How surely it was played before an audience, 0 to 1.
    Liveness = "liveness", 0.0, 1.0, false;
    /// The loudness in decibels, usually -60 to 0.
    Loudness = "loudness", -100.0, 100.0, false;
    /// 0 for minor, 1 for major.
    Mode = "mode", 0.0, 1.0, true;
    /// How popular it is, 0 to 100.
    Popularity = "popularity", 0.0, 100.0, true;
    /// How much of it is spoken, 0 to 1.
    Speechiness = "speechiness", 0.0, 1.0, false;
    /// The tempo in beats per minute.
    Tempo = "tempo", 0.0, 1000.0, false;
    /// How many beats a bar has.
    TimeSignature = "time_signature", 0.0, 11.0, true;
    /// How cheerful it is, 0 to 1.
    Valence = "valence", 0.0, 1.0, false;
}

/// What recommended tracks have to be like: at least, at most or about a value of an [`Attribute`].
///
/// ```
/// use spotify_sdk::api::{Attribute, Tuning};
///
/// let tuning = Tuning::new().min(Attribute::Energy, 0.4).target(Attribute::Tempo, 120).max(Attribute::Popularity, 50);
/// ```
///
/// See [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-recommendations).
#[derive(Debug, Clone, PartialEq, Default)]
#[must_use]
pub struct Tuning(Vec<(&'static str, Attribute, f64)>);

impl Tuning {
    /// Without any demands.
    pub fn new() -> Self {
        Self::default()
    }

    /// At least `value`.
    pub fn min(self, attribute: Attribute, value: impl Into<f64>) -> Self {
        self.with("min", attribute, value.into())
    }

    /// At most `value`.
    pub fn max(self, attribute: Attribute, value: impl Into<f64>) -> Self {
        self.with("max", attribute, value.into())
    }

    /// As near to `value` as possible.
    pub fn target(self, attribute: Attribute, value: impl Into<f64>) -> Self {
        self.with("target", attribute, value.into())
    }

    fn with(mut self, bound: &'static str, attribute: Attribute, value: f64) -> Self {
        self.0.retain(|(of, which, _)| (*of, *which) != (bound, attribute));
        self.0.push((bound, attribute, value));
        self
    }

    fn check(&self) -> Result<(), InvalidInput> {
        for (bound, attribute, value) in &self.0 {
            let (low, high, whole) = attribute.range();
            // Says no to what is not a number, too.
            if !(low..=high).contains(value) || (whole && value.fract() != 0.0) {
                let kind = if whole { "a whole number from" } else { "" };
                let message = format!("expected {bound}_{attribute} to be {kind} {low} to {high}, got {value}");
                return Err(InvalidInput::new("tuning", message.replace("be  ", "be ")));
            }
        }
        Ok(())
    }
}

impl Param for Tuning {
    const SCHEMA: &'static Schema = &Schema::Object(DEMANDS);

    fn from_json(value: &Value) -> Result<Self, InvalidInput> {
        let Value::Object(demands) = value else { return Err(expected("an object", value)) };
        let mut tuning = Self::new();
        for (name, value) in demands {
            let Some((bound, attribute)) = demand(name) else {
                return refuse(format!("expected such as `min_energy` and `target_tempo`, got `{name}`"));
            };
            let value = value.as_f64().ok_or_else(|| expected("a number", value))?;
            tuning = tuning.with(bound, attribute, value);
        }
        tuning.into_param()
    }

    fn to_json(&self) -> Value {
        self.0.iter().map(|(bound, attribute, value)| (format!("{bound}_{attribute}"), Value::from(*value))).collect()
    }

    /// Each demand is a parameter of its own.
    fn add_to_query(&self, request: &mut RequestBuilder, _: &'static str) {
        for (bound, attribute, value) in &self.0 {
            request.query(&format!("{bound}_{attribute}"), value);
        }
    }
}

/// Reads `min_energy`.
fn demand(name: &str) -> Option<(&'static str, Attribute)> {
    let (bound, attribute) = name.split_once('_')?;
    let bound = ["min", "max", "target"].into_iter().find(|known| *known == bound)?;
    Some((bound, Attribute::from_string(attribute)?))
}

impl IntoParam<Tuning> for Tuning {
    fn into_param(self) -> Result<Tuning, InvalidInput> {
        self.check()?;
        Ok(self)
    }
}

impl IntoParam<Tuning> for &Tuning {
    fn into_param(self) -> Result<Tuning, InvalidInput> {
        self.clone().into_param()
    }
}
