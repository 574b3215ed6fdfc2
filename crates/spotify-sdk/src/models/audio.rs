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
        /// How sure it is that the track is acoustic, from 0 to 1.
        acousticness: Option<f64>,
        /// The address in the Web API with the whole analysis.
        analysis_url: Option<Text>,
        /// How suitable it is for dancing, from 0 to 1.
        danceability: Option<f64>,
        /// The length in milliseconds.
        duration_ms: Option<u64>,
        /// How intense it is, from 0 to 1.
        energy: Option<f64>,
        /// The id of the track.
        id: Option<TrackId>,
        /// How likely it is that the track has no vocals, from 0 to 1.
        instrumentalness: Option<f64>,
        /// The key as a pitch class: 0 is C, 1 is C sharp, and so on to 11; -1 where none was found.
        key: Option<i32>,
        /// How likely it is that it was played before an audience, from 0 to 1.
        liveness: Option<f64>,
        /// The mean loudness in decibels, mostly from -60 to 0.
        loudness: Option<f64>,
        /// The mode: 1 is major, 0 is minor.
        mode: Option<i32>,
        /// How much of it is speech, from 0 to 1.
        speechiness: Option<f64>,
        /// The tempo in beats per minute.
        tempo: Option<f64>,
        /// How many beats are in a bar, 3 to 7.
        time_signature: Option<u32>,
        /// The address in the Web API with the track.
        track_href: Option<Text>,
        /// Always [`ObjectType::AudioFeatures`].
        object_type("type"): Option<ObjectType>,
        /// The URI of the track.
        uri: Option<SpotifyUri>,
        /// How positive it sounds, from 0 to 1.
        valence: Option<f64>,
    }
}

impl AudioFeatures {
    /// The length, where it is known.
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
        /// The short parts that sound the same throughout.
        segments: Vec<AnalysisSegment>,
        /// The shortest pulses that a listener makes out.
        tatums: Vec<TimeInterval>,
    }
}

model! {
    /// How an analysis was made.
    pub struct AnalysisMeta {
        /// The version of the analyzer.
        analyzer_version: Option<Text>,
        /// The platform it ran on.
        platform: Option<Text>,
        /// How it went, in words: `OK`, or why data is missing.
        detailed_status: Option<Text>,
        /// How it went: 0 if well, 1 if not.
        status_code: Option<i32>,
        /// When it was made, in seconds since 1970.
        timestamp: Option<u64>,
        /// How long it took, in seconds.
        analysis_time: Option<f64>,
        /// How the audio was read.
        input_process: Option<Text>,
    }
}

model! {
    /// A track as a whole, as the analyzer heard it. Confidences are from 0 to 1.
    pub struct AnalysisTrack {
        /// How many samples were analyzed.
        num_samples: Option<u64>,
        /// The length in seconds.
        duration: Option<f64>,
        /// Always empty.
        sample_md5: Option<Text>,
        /// Where the part that was analyzed starts, in seconds: always 0.
        offset_seconds: Option<u32>,
        /// How long the part that was analyzed is, in seconds; 0 for the whole track.
        window_seconds: Option<u32>,
        /// The sample rate that was analyzed, in hertz.
        analysis_sample_rate: Option<u32>,
        /// How many channels were analyzed; 1 where all were made one.
        analysis_channels: Option<u32>,
        /// Where the fade-in ends, in seconds; 0 where there is none.
        end_of_fade_in: Option<f64>,
        /// Where the fade-out starts, in seconds; the length of the track where there is none.
        start_of_fade_out: Option<f64>,
        /// The mean loudness in decibels, mostly from -60 to 0.
        loudness: Option<f64>,
        /// The tempo in beats per minute.
        tempo: Option<f64>,
        /// How sure `tempo` is.
        tempo_confidence: Option<f64>,
        /// How many beats are in a bar, 3 to 7.
        time_signature: Option<u32>,
        /// How sure `time_signature` is.
        time_signature_confidence: Option<f64>,
        /// The key as a pitch class: 0 is C, 1 is C sharp, and so on to 11; -1 where none was found.
        key: Option<i32>,
        /// How sure `key` is.
        key_confidence: Option<f64>,
        /// The mode: 1 is major, 0 is minor.
        mode: Option<i32>,
        /// How sure `mode` is.
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
        /// Where it starts, in seconds.
        start: Option<f64>,
        /// How long it is, in seconds.
        duration: Option<f64>,
        /// How sure it is, from 0 to 1.
        confidence: Option<f64>,
    }
}

model! {
    /// A part of a track that differs from the one before in rhythm or timbre. Confidences are from 0 to 1.
    pub struct AnalysisSection {
        /// Where it starts, in seconds.
        start: Option<f64>,
        /// How long it is, in seconds.
        duration: Option<f64>,
        /// How sure it is that this is a part.
        confidence: Option<f64>,
        /// The mean loudness in decibels.
        loudness: Option<f64>,
        /// The tempo in beats per minute.
        tempo: Option<f64>,
        /// How sure `tempo` is.
        tempo_confidence: Option<f64>,
        /// The key as a pitch class: 0 is C, 1 is C sharp, and so on to 11; -1 where none was found.
        key: Option<i32>,
        /// How sure `key` is.
        key_confidence: Option<f64>,
        /// The mode: 1 is major, 0 is minor, -1 where none was found.
        mode: Option<i32>,
        /// How sure `mode` is.
        mode_confidence: Option<f64>,
        /// How many beats are in a bar, 3 to 7.
        time_signature: Option<u32>,
        /// How sure `time_signature` is.
        time_signature_confidence: Option<f64>,
    }
}

model! {
    /// A short part of a track that sounds the same throughout.
    pub struct AnalysisSegment {
        /// Where it starts, in seconds.
        start: Option<f64>,
        /// How long it is, in seconds.
        duration: Option<f64>,
        /// How sure it is that this is a part, from 0 to 1.
        confidence: Option<f64>,
        /// The loudness at its start, in decibels.
        loudness_start: Option<f64>,
        /// The loudness at its peak, in decibels.
        loudness_max: Option<f64>,
        /// Where its peak is, in seconds from its start.
        loudness_max_time: Option<f64>,
        /// The loudness at its end, in decibels.
        loudness_end: Option<f64>,
        /// How much there is of each of the 12 pitch classes from C on, from 0 to 1.
        pitches: Vec<f64>,
        /// The 12 coefficients of its timbre, around 0.
        timbre: Vec<f64>,
    }
}
