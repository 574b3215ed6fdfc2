//! Audio features and audio analysis of tracks.

use std::time::Duration;

use super::{Extra, Model, ObjectType};
use crate::ids::{SpotifyUri, TrackId};
use crate::text::Text;

/// What a track sounds like, in numbers. Not sent to apps in Development Mode.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-audio-features)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct AudioFeatures {
    /// The confidence that the track is acoustic, from 0 to 1.
    pub acousticness: Option<f64>,
    /// The Web API URL of the full analysis.
    pub analysis_url: Option<Text>,
    /// The suitability for dancing, from 0 to 1.
    pub danceability: Option<f64>,
    /// The length in milliseconds.
    pub duration_ms: Option<u64>,
    /// The intensity, from 0 to 1.
    pub energy: Option<f64>,
    /// The id of the track.
    pub id: Option<TrackId>,
    /// The likelihood that the track has no vocals, from 0 to 1.
    pub instrumentalness: Option<f64>,
    /// The key as a pitch class: 0 is C, 1 is C sharp, and so on to 11; -1 if none was found.
    pub key: Option<i32>,
    /// The likelihood that the track was recorded live, from 0 to 1.
    pub liveness: Option<f64>,
    /// The mean loudness in decibels, mostly from -60 to 0.
    pub loudness: Option<f64>,
    /// The mode: 1 is major, 0 is minor.
    pub mode: Option<i32>,
    /// The share of speech, from 0 to 1.
    pub speechiness: Option<f64>,
    /// The tempo in beats per minute.
    pub tempo: Option<f64>,
    /// The number of beats per bar, from 3 to 7.
    pub time_signature: Option<u32>,
    /// The Web API URL of the track.
    pub track_href: Option<Text>,
    /// Always [`ObjectType::AudioFeatures`].
    #[model(rename = "type")]
    pub object_type: Option<ObjectType>,
    /// The URI of the track.
    pub uri: Option<SpotifyUri>,
    /// The positivity of the mood, from 0 to 1.
    pub valence: Option<f64>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

impl AudioFeatures {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

/// The structure of a track: its rhythm, pitch and timbre. Not sent to apps in Development Mode.
///
/// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-audio-analysis)
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct AudioAnalysis {
    /// How the analysis was made.
    pub meta: AnalysisMeta,
    /// The track as a whole.
    pub track: AnalysisTrack,
    /// The bars.
    pub bars: Vec<TimeInterval>,
    /// The beats.
    pub beats: Vec<TimeInterval>,
    /// The parts that differ in rhythm or timbre: verse, chorus, solo, ….
    pub sections: Vec<AnalysisSection>,
    /// The short parts with a consistent sound.
    pub segments: Vec<AnalysisSegment>,
    /// The shortest pulses that a listener perceives.
    pub tatums: Vec<TimeInterval>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// Data about an analysis.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct AnalysisMeta {
    /// The version of the analyzer.
    pub analyzer_version: Option<Text>,
    /// The platform it ran on.
    pub platform: Option<Text>,
    /// The status as text: `OK`, or why data is missing.
    pub detailed_status: Option<Text>,
    /// The status: 0 for success, 1 for failure.
    pub status_code: Option<i32>,
    /// When the analysis was made, in seconds since 1970.
    pub timestamp: Option<u64>,
    /// The duration of the analysis in seconds.
    pub analysis_time: Option<f64>,
    /// The method by which the audio was read.
    pub input_process: Option<Text>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// The analysis of a track as a whole. Confidences are from 0 to 1.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct AnalysisTrack {
    /// The number of samples analyzed.
    pub num_samples: Option<u64>,
    /// The length in seconds.
    pub duration: Option<f64>,
    /// Always empty.
    pub sample_md5: Option<Text>,
    /// The start of the analyzed part in seconds: always 0.
    pub offset_seconds: Option<u32>,
    /// The length of the analyzed part in seconds; 0 for the whole track.
    pub window_seconds: Option<u32>,
    /// The sample rate of the analyzed audio in hertz.
    pub analysis_sample_rate: Option<u32>,
    /// The number of channels analyzed; 1 if all were mixed into one.
    pub analysis_channels: Option<u32>,
    /// The end of the fade-in in seconds; 0 if there is none.
    pub end_of_fade_in: Option<f64>,
    /// The start of the fade-out in seconds; the length of the track if there is none.
    pub start_of_fade_out: Option<f64>,
    /// The mean loudness in decibels, mostly from -60 to 0.
    pub loudness: Option<f64>,
    /// The tempo in beats per minute.
    pub tempo: Option<f64>,
    /// The confidence of `tempo`.
    pub tempo_confidence: Option<f64>,
    /// The number of beats per bar, from 3 to 7.
    pub time_signature: Option<u32>,
    /// The confidence of `time_signature`.
    pub time_signature_confidence: Option<f64>,
    /// The key as a pitch class: 0 is C, 1 is C sharp, and so on to 11; -1 if none was found.
    pub key: Option<i32>,
    /// The confidence of `key`.
    pub key_confidence: Option<f64>,
    /// The mode: 1 is major, 0 is minor.
    pub mode: Option<i32>,
    /// The confidence of `mode`.
    pub mode_confidence: Option<f64>,
    /// An Echo Nest Musical Fingerprint.
    pub codestring: Option<Text>,
    /// The version of `codestring`.
    pub code_version: Option<f64>,
    /// An EchoPrint.
    pub echoprintstring: Option<Text>,
    /// The version of `echoprintstring`.
    pub echoprint_version: Option<f64>,
    /// A Synchstring.
    pub synchstring: Option<Text>,
    /// The version of `synchstring`.
    pub synch_version: Option<f64>,
    /// A Rhythmstring.
    pub rhythmstring: Option<Text>,
    /// The version of `rhythmstring`.
    pub rhythm_version: Option<f64>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// A bar, a beat or a tatum.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct TimeInterval {
    /// The start in seconds.
    pub start: Option<f64>,
    /// The length in seconds.
    pub duration: Option<f64>,
    /// The confidence, from 0 to 1.
    pub confidence: Option<f64>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// A part of a track that differs from the one before in rhythm or timbre. Confidences are from 0 to 1.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct AnalysisSection {
    /// The start in seconds.
    pub start: Option<f64>,
    /// The length in seconds.
    pub duration: Option<f64>,
    /// The confidence that this is a part.
    pub confidence: Option<f64>,
    /// The mean loudness in decibels.
    pub loudness: Option<f64>,
    /// The tempo in beats per minute.
    pub tempo: Option<f64>,
    /// The confidence of `tempo`.
    pub tempo_confidence: Option<f64>,
    /// The key as a pitch class: 0 is C, 1 is C sharp, and so on to 11; -1 if none was found.
    pub key: Option<i32>,
    /// The confidence of `key`.
    pub key_confidence: Option<f64>,
    /// The mode: 1 is major, 0 is minor, -1 if none was found.
    pub mode: Option<i32>,
    /// The confidence of `mode`.
    pub mode_confidence: Option<f64>,
    /// The number of beats per bar, from 3 to 7.
    pub time_signature: Option<u32>,
    /// The confidence of `time_signature`.
    pub time_signature_confidence: Option<f64>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}

/// A short part of a track with a consistent sound.
#[derive(Debug, Clone, PartialEq, Model)]
#[non_exhaustive]
pub struct AnalysisSegment {
    /// The start in seconds.
    pub start: Option<f64>,
    /// The length in seconds.
    pub duration: Option<f64>,
    /// The confidence that this is a part, from 0 to 1.
    pub confidence: Option<f64>,
    /// The loudness at its start, in decibels.
    pub loudness_start: Option<f64>,
    /// The loudness at its peak, in decibels.
    pub loudness_max: Option<f64>,
    /// The time of its peak in seconds from its start.
    pub loudness_max_time: Option<f64>,
    /// The loudness at its end, in decibels.
    pub loudness_end: Option<f64>,
    /// The strength of each of the 12 pitch classes from C on, from 0 to 1.
    pub pitches: Vec<f64>,
    /// The 12 coefficients of its timbre, centered around 0.
    pub timbre: Vec<f64>,
    /// Unknown fields, and values that the fields above cannot hold.
    pub extra: Extra,
}
