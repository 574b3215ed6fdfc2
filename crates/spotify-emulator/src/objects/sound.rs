//! Audio features and audio analysis. Their numbers are made up: see [`Sound`].

use serde::Serialize;
use serde_json::{Value, json};

use super::View;
use crate::catalog::{Sound, TrackOf};
use crate::ids::{Kind, made_up_number};

const SECTION_SECONDS: f64 = 30.0;
const SAMPLE_RATE: u32 = 22_050;
/// Spotify's analyses have several segments per second; this keeps responses small.
const SEGMENT_SECONDS: f64 = 1.0;

#[derive(Debug, Serialize)]
pub(crate) struct AudioFeaturesObject<'a> {
    danceability: f64,
    energy: f64,
    key: u32,
    loudness: f64,
    mode: u32,
    speechiness: f64,
    acousticness: f64,
    instrumentalness: f64,
    liveness: f64,
    valence: f64,
    tempo: f64,
    r#type: &'static str,
    id: &'a str,
    uri: String,
    track_href: String,
    analysis_url: String,
    duration_ms: u32,
    time_signature: u32,
}

pub(crate) fn features<'a>(view: &View<'a>, of: TrackOf<'a>) -> AudioFeaturesObject<'a> {
    let sound = Sound::of(of.album, of.track);
    let id = of.track.id.as_str();
    AudioFeaturesObject {
        danceability: sound.danceability,
        energy: sound.energy,
        key: sound.key,
        loudness: sound.loudness,
        mode: sound.mode,
        speechiness: sound.speechiness,
        acousticness: sound.acousticness,
        instrumentalness: sound.instrumentalness,
        liveness: sound.liveness,
        valence: sound.valence,
        tempo: sound.tempo,
        r#type: "audio_features",
        id,
        uri: Kind::Track.uri(id),
        track_href: view.href(Kind::Track, id),
        analysis_url: format!("{}/audio-analysis/{id}", view.base_url),
        duration_ms: of.track.duration_ms,
        time_signature: sound.time_signature,
    }
}

pub(crate) fn analysis(of: TrackOf<'_>, timestamp: i64) -> Value {
    let sound = Sound::of(of.album, of.track);
    let id = of.track.id.as_str();
    let duration = f64::from(of.track.duration_ms) / 1000.0;
    let beat = 60.0 / sound.tempo;
    let share = |what: &str, at: usize| f64::from(made_up_number(&format!("{what}:{at}:{id}"), 1000)) / 1000.0;
    let section = |(at, start): (usize, f64)| {
        json!({
            "start": start, "duration": SECTION_SECONDS.min(duration - start), "confidence": share("section", at),
            "loudness": sound.loudness, "tempo": sound.tempo, "tempo_confidence": share("tempo", at),
            "key": sound.key, "key_confidence": share("key", at), "mode": sound.mode,
            "mode_confidence": share("mode", at), "time_signature": sound.time_signature,
            "time_signature_confidence": 1.0,
        })
    };
    let segment = |(at, start): (usize, f64)| {
        let pitches: Vec<f64> = (0..12).map(|pitch| share("pitch", at * 12 + pitch)).collect();
        let timbre: Vec<f64> = (0..12).map(|part| share("timbre", at * 12 + part) * 100.0 - 50.0).collect();
        json!({
            "start": start, "duration": SEGMENT_SECONDS.min(duration - start), "confidence": share("segment", at),
            "loudness_start": sound.loudness - 6.0, "loudness_max": sound.loudness + 3.0, "loudness_max_time": 0.05,
            "loudness_end": 0.0, "pitches": pitches, "timbre": timbre,
        })
    };
    json!({
        "meta": {
            "analyzer_version": "4.0.0", "platform": "Linux", "detailed_status": "OK", "status_code": 0,
            "timestamp": timestamp, "analysis_time": 6.93906, "input_process": "libvorbisfile L+R 44100->22050",
        },
        "track": {
            "num_samples": u64::from(of.track.duration_ms) * u64::from(SAMPLE_RATE) / 1000, "duration": duration,
            "sample_md5": "", "offset_seconds": 0, "window_seconds": 0, "analysis_sample_rate": SAMPLE_RATE,
            "analysis_channels": 1, "end_of_fade_in": 0.2, "start_of_fade_out": (duration - 5.0).max(0.0),
            "loudness": sound.loudness, "tempo": sound.tempo, "tempo_confidence": 0.73,
            "time_signature": sound.time_signature, "time_signature_confidence": 0.994, "key": sound.key,
            "key_confidence": 0.408, "mode": sound.mode, "mode_confidence": 0.485, "codestring": "",
            "code_version": 3.15, "echoprintstring": "", "echoprint_version": 4.15, "synchstring": "",
            "synch_version": 1.0, "rhythmstring": "", "rhythm_version": 1.0,
        },
        "bars": intervals(duration, beat * f64::from(sound.time_signature), &share),
        "beats": intervals(duration, beat, &share),
        "sections": starts(duration, SECTION_SECONDS).map(section).collect::<Vec<_>>(),
        "segments": starts(duration, SEGMENT_SECONDS).map(segment).collect::<Vec<_>>(),
        "tatums": intervals(duration, beat / 2.0, &share),
    })
}

/// Where each part of `length` seconds begins.
fn starts(duration: f64, length: f64) -> impl Iterator<Item = (usize, f64)> {
    let starts = std::iter::successors(Some(0.0), move |start| Some(start + length));
    starts.take_while(move |start| *start < duration).enumerate()
}

fn intervals(duration: f64, length: f64, share: &impl Fn(&str, usize) -> f64) -> Vec<Value> {
    let interval = |(at, start): (usize, f64)| json!({"start": start, "duration": length.min(duration - start), "confidence": share("interval", at)});
    starts(duration, length).map(interval).collect()
}
