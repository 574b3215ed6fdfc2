//! Audio features and audio analysis of tracks.

use std::time::Duration;

use super::ObjectType;
use super::json::model;
use crate::ids::{SpotifyUri, TrackId};
use crate::text::Text;

model! {
    /// What a track sounds like, in numbers. Not sent to apps in Development Mode.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-audio-features)
    pub struct AudioFeatures {
        /// The confidence that the track is acoustic, from 0 to 1.
        acousticness: Option<f64>,
        /// The Web API URL of the full analysis.
        analysis_url: Option<Text>,
        /// The suitability for dancing, from 0 to 1.
        danceability: Option<f64>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// The intensity, from 0 to 1.
        energy: Option<f64>,
        /// The id of the track.
        id: Option<TrackId>,
        /// The likelihood that the track has no vocals, from 0 to 1.
        instrumentalness: Option<f64>,
        /// The key as a pitch class: 0 is C, 1 is C sharp, and so on to 11; -1 if none was found.
        key: Option<i32>,
        /// The likelihood that the track was recorded live, from 0 to 1.
        liveness: Option<f64>,
        /// The mean loudness in decibels, mostly from -60 to 0.
        loudness: Option<f64>,
        /// The mode: 1 is major, 0 is minor.
        mode: Option<i32>,
        /// The share of speech, from 0 to 1.
        speechiness: Option<f64>,
        /// The tempo in beats per minute.
        tempo: Option<f64>,
        /// The number of beats per bar, from 3 to 7.
        time_signature: Option<u32>,
        /// The Web API URL of the track.
        track_href: Option<Text>,
        /// Always [`ObjectType::AudioFeatures`].
        object_type("type"): Option<ObjectType>,
        /// The URI of the track.
        uri: Option<SpotifyUri>,
        /// The positivity of the mood, from 0 to 1.
        valence: Option<f64>,
    }
}

impl AudioFeatures {
    /// Returns the length, if known.
    pub fn duration(&self) -> Option<Duration> {
        self.duration_ms.map(Duration::from_millis)
    }
}

model! {
    /// The structure of a track: its rhythm, pitch and timbre. Not sent to apps in Development Mode.
    ///
    /// [Spotify's reference](https://developer.spotify.com/documentation/web-api/reference/get-audio-analysis)
    pub struct AudioAnalysis {
        /// How the analysis was made.
        meta: AnalysisMeta,
        /// The track as a whole.
        track: AnalysisTrack,
        /// The bars.
        bars: Vec<TimeInterval>,
        /// The beats.
        beats: Vec<TimeInterval>,
        /// The parts that differ in rhythm or timbre: verse, chorus, solo, ….
        sections: Vec<AnalysisSection>,
        /// The short parts with a consistent sound.
        segments: Vec<AnalysisSegment>,
        /// The shortest pulses that a listener perceives.
        tatums: Vec<TimeInterval>,
    }
}

model! {
    /// Data about an analysis.
    pub struct AnalysisMeta {
        /// The version of the analyzer.
        analyzer_version: Option<Text>,
        /// The platform it ran on.
        platform: Option<Text>,
        /// The status as text: `OK`, or why data is missing.
        detailed_status: Option<Text>,
        /// The status: 0 for success, 1 for failure.
        status_code: Option<i32>,
        /// When the analysis was made, in seconds since 1970.
        timestamp: Option<u64>,
        /// The duration of the analysis in seconds.
        analysis_time: Option<f64>,
        /// The method by which the audio was read.
        input_process: Option<Text>,
    }
}

model! {
    /// The analysis of a track as a whole. Confidences are from 0 to 1.
    pub struct AnalysisTrack {
        /// The number of samples analyzed.
        num_samples: Option<u64>,
        /// The length in seconds.
        duration: Option<f64>,
        /// Always empty.
        sample_md5: Option<Text>,
        /// The start of the analyzed part in seconds: always 0.
        offset_seconds: Option<u32>,
        /// The length of the analyzed part in seconds; 0 for the whole track.
        window_seconds: Option<u32>,
        /// The sample rate of the analyzed audio in hertz.
        analysis_sample_rate: Option<u32>,
        /// The number of channels analyzed; 1 if all were mixed into one.
        analysis_channels: Option<u32>,
        /// The end of the fade-in in seconds; 0 if there is none.
        end_of_fade_in: Option<f64>,
        /// The start of the fade-out in seconds; the length of the track if there is none.
        start_of_fade_out: Option<f64>,
        /// The mean loudness in decibels, mostly from -60 to 0.
        loudness: Option<f64>,
        /// The tempo in beats per minute.
        tempo: Option<f64>,
        /// The confidence of `tempo`.
        tempo_confidence: Option<f64>,
        /// The number of beats per bar, from 3 to 7.
        time_signature: Option<u32>,
        /// The confidence of `time_signature`.
        time_signature_confidence: Option<f64>,
        /// The key as a pitch class: 0 is C, 1 is C sharp, and so on to 11; -1 if none was found.
        key: Option<i32>,
        /// The confidence of `key`.
        key_confidence: Option<f64>,
        /// The mode: 1 is major, 0 is minor.
        mode: Option<i32>,
        /// The confidence of `mode`.
        mode_confidence: Option<f64>,
        /// An Echo Nest Musical Fingerprint.
        codestring: Option<Text>,
        /// The version of `codestring`.
        code_version: Option<f64>,
        /// An EchoPrint.
        echoprintstring: Option<Text>,
        /// The version of `echoprintstring`.
        echoprint_version: Option<f64>,
        /// A Synchstring.
        synchstring: Option<Text>,
        /// The version of `synchstring`.
        synch_version: Option<f64>,
        /// A Rhythmstring.
        rhythmstring: Option<Text>,
        /// The version of `rhythmstring`.
        rhythm_version: Option<f64>,
    }
}

model! {
    /// A bar, a beat or a tatum.
    pub struct TimeInterval {
        /// The start in seconds.
        start: Option<f64>,
        /// The length in seconds.
        duration: Option<f64>,
        /// The confidence, from 0 to 1.
        confidence: Option<f64>,
    }
}

model! {
    /// A part of a track that differs from the one before in rhythm or timbre. Confidences are from 0 to 1.
    pub struct AnalysisSection {
        /// The start in seconds.
        start: Option<f64>,
        /// The length in seconds.
        duration: Option<f64>,
        /// The confidence that this is a part.
        confidence: Option<f64>,
        /// The mean loudness in decibels.
        loudness: Option<f64>,
        /// The tempo in beats per minute.
        tempo: Option<f64>,
        /// The confidence of `tempo`.
        tempo_confidence: Option<f64>,
        /// The key as a pitch class: 0 is C, 1 is C sharp, and so on to 11; -1 if none was found.
        key: Option<i32>,
        /// The confidence of `key`.
        key_confidence: Option<f64>,
        /// The mode: 1 is major, 0 is minor, -1 if none was found.
        mode: Option<i32>,
        /// The confidence of `mode`.
        mode_confidence: Option<f64>,
        /// The number of beats per bar, from 3 to 7.
        time_signature: Option<u32>,
        /// The confidence of `time_signature`.
        time_signature_confidence: Option<f64>,
    }
}

model! {
    /// A short part of a track with a consistent sound.
    pub struct AnalysisSegment {
        /// The start in seconds.
        start: Option<f64>,
        /// The length in seconds.
        duration: Option<f64>,
        /// The confidence that this is a part, from 0 to 1.
        confidence: Option<f64>,
        /// The loudness at its start, in decibels.
        loudness_start: Option<f64>,
        /// The loudness at its peak, in decibels.
        loudness_max: Option<f64>,
        /// The time of its peak in seconds from its start.
        loudness_max_time: Option<f64>,
        /// The loudness at its end, in decibels.
        loudness_end: Option<f64>,
        /// The strength of each of the 12 pitch classes from C on, from 0 to 1.
        pitches: Vec<f64>,
        /// The 12 coefficients of its timbre, centered around 0.
        timbre: Vec<f64>,
    }
}
