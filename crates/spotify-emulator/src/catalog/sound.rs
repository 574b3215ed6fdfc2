//! How a track sounds, as Spotify's audio features would say it. The numbers are made up, but always the same for the
//! same track, and believable for its genre.

use super::{Album, Track};
use crate::ids::made_up_number;

/// The numbers that audio features, audio analysis and recommendations are made from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sound {
    pub(crate) acousticness: f64,
    pub(crate) danceability: f64,
    pub(crate) energy: f64,
    pub(crate) instrumentalness: f64,
    pub(crate) liveness: f64,
    pub(crate) loudness: f64,
    pub(crate) speechiness: f64,
    pub(crate) tempo: f64,
    pub(crate) valence: f64,
    pub(crate) key: u32,
    pub(crate) mode: u32,
    pub(crate) time_signature: u32,
}

/// The typical acousticness, danceability and energy of genres.
const LEANINGS: [(&[&str], [f64; 3]); 5] = [
    (&["classical", "ambient", "piano"], [0.9, 0.2, 0.15]),
    (&["jazz", "bossa", "folk", "soul", "country", "fado", "chanson"], [0.7, 0.5, 0.4]),
    (&["metal", "punk", "grunge", "hard rock"], [0.05, 0.4, 0.9]),
    (&["house", "disco", "electro", "techno", "dance", "k-pop", "reggaeton", "hip hop", "funk"], [0.1, 0.8, 0.75]),
    (&["rock", "pop"], [0.3, 0.55, 0.65]),
];

impl Sound {
    pub(crate) fn of(album: &Album, track: &Track) -> Self {
        let id = track.id.as_str();
        let number = |what: &str, below: u32| made_up_number(&format!("{what}:{id}"), below);
        let share = |what: &str| f64::from(number(what, 1000)) / 1000.0;
        let leaning = LEANINGS
            .iter()
            .find(|(words, _)| album.genres.iter().any(|genre| words.iter().any(|word| genre.contains(word))));
        let [acoustic, dance, energy] = leaning.map_or([0.4, 0.5, 0.5], |(_, numbers)| *numbers);
        let around = |middle: f64, what: &str| round((middle + (share(what) - 0.5) * 0.3).clamp(0.001, 0.999));
        let energy = around(energy, "energy");
        Self {
            acousticness: around(acoustic, "acousticness"),
            danceability: around(dance, "danceability"),
            energy,
            instrumentalness: round(share("instrumentalness").powi(4)),
            liveness: round(0.05 + share("liveness").powi(3) * 0.9),
            loudness: round(-22.0 + energy * 18.0 + share("loudness")),
            speechiness: round(0.03 + share("speechiness").powi(3) * 0.5),
            tempo: round(70.0 + f64::from(number("tempo", 110_000)) / 1000.0),
            valence: round(share("valence")),
            key: number("key", 12),
            mode: u32::from(number("mode", 3) > 0),
            time_signature: if number("time_signature", 12) == 0 { 3 } else { 4 },
        }
    }

    /// The value of the attribute that recommendations call `name`, if there is one.
    pub(crate) fn attribute(&self, name: &str) -> Option<f64> {
        Some(match name {
            "acousticness" => self.acousticness,
            "danceability" => self.danceability,
            "energy" => self.energy,
            "instrumentalness" => self.instrumentalness,
            "key" => f64::from(self.key),
            "liveness" => self.liveness,
            "loudness" => self.loudness,
            "mode" => f64::from(self.mode),
            "speechiness" => self.speechiness,
            "tempo" => self.tempo,
            "time_signature" => f64::from(self.time_signature),
            "valence" => self.valence,
            _ => return None,
        })
    }
}

fn round(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}
