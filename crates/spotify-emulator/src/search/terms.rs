//! The query language of Spotify's search: words, `"phrases"`, `NOT`, `OR`, and filters such as `artist:"miles davis"` and
//! `year:1955-1960`.

use jiff::{SignedDuration, Timestamp};

use crate::catalog::Document;
use crate::text::{fold, has_word};

/// How long an album counts as new.
const NEW_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);
/// Albums up to this popularity are for hipsters.
const HIPSTER_POPULARITY: u8 = 40;

/// A search: all of these groups must match, each with at least one term.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Terms {
    all: Vec<Vec<Term>>,
    /// The plain words, to find out how close a title is.
    words: String,
    /// From which day on an album is new, as `YYYY-MM-DD`.
    new_from: String,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    negated: bool,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    /// A word, or a phrase of adjacent words.
    Text(String),
    Artist(String),
    Album(String),
    Track(String),
    Genre(String),
    Isrc(String),
    Upc(String),
    Years(u16, u16),
    New,
    Hipster,
    /// A filter that matches nothing, such as `year:never`.
    Nothing,
}

impl Terms {
    pub(crate) fn parse(text: &str, now: Timestamp) -> Self {
        let start = now.checked_sub(NEW_FOR).unwrap_or(now).to_string();
        let mut terms = Self { all: Vec::new(), words: String::new(), new_from: start.chars().take(10).collect() };
        let (mut negated, mut or) = (false, false);
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (token, behind) = next_token(rest);
            rest = behind.trim_start();
            match token {
                "NOT" => negated = true,
                "OR" => or = true,
                "AND" => {}
                token => {
                    if let Some(condition) = condition(token) {
                        if let (Condition::Text(text), false) = (&condition, negated) {
                            terms.words.push_str(text);
                            terms.words.push(' ');
                        }
                        let term = Term { negated, condition };
                        match terms.all.last_mut().filter(|_| or) {
                            Some(alternatives) => alternatives.push(term),
                            None => terms.all.push(vec![term]),
                        }
                    }
                    (negated, or) = (false, false);
                }
            }
        }
        terms.words = terms.words.trim().to_owned();
        terms
    }

    pub(crate) fn fit(&self, document: &Document) -> bool {
        self.all.iter().all(|alternatives| {
            alternatives.iter().any(|term| term.condition.fits(document, &self.new_from) != term.negated)
        })
    }

    /// The rank of a title: 3 if it equals the words searched for, 2 if it begins with them, 1 if it contains all of
    /// them.
    pub(crate) fn rank(&self, document: &Document) -> u8 {
        let title = document.title.trim();
        if title == self.words {
            3
        } else if title.starts_with(&self.words) {
            2
        } else {
            u8::from(self.words.split_whitespace().all(|word| has_word(title, word)))
        }
    }
}

/// Splits off the next word, phrase or filter. Quotes keep spaces together, also after a colon.
fn next_token(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|character: char| {
        if character == '"' {
            quoted = !quoted;
        }
        character.is_whitespace() && !quoted
    });
    text.split_at(end.unwrap_or(text.len()))
}

/// Parses a token; `None` for one without a letter.
fn condition(token: &str) -> Option<Condition> {
    let unquoted = |text: &str| fold(&text.replace('"', "")).split_whitespace().collect::<Vec<_>>().join(" ");
    let text = |text: &str| Some(unquoted(text)).filter(|text| !text.is_empty());
    let Some((field, value)) = token.split_once(':') else {
        return text(token).map(Condition::Text);
    };
    let plain = value.replace('"', "");
    Some(match field.to_lowercase().as_str() {
        "artist" => Condition::Artist(unquoted(value)),
        "album" => Condition::Album(unquoted(value)),
        "track" => Condition::Track(unquoted(value)),
        "genre" => Condition::Genre(unquoted(value)),
        "isrc" => Condition::Isrc(plain.to_lowercase()),
        "upc" => Condition::Upc(plain),
        "year" => years(&plain),
        "tag" if plain == "new" => Condition::New,
        "tag" if plain == "hipster" => Condition::Hipster,
        "tag" => Condition::Nothing,
        // A colon in a title is no filter.
        _ => return text(token).map(Condition::Text),
    })
}

fn years(text: &str) -> Condition {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (first.trim().parse(), last.trim().parse()) {
        (Ok(first), Ok(last)) => Condition::Years(first, last),
        _ => Condition::Nothing,
    }
}

impl Condition {
    fn fits(&self, document: &Document, new_from: &str) -> bool {
        let contains =
            |field: &Option<String>, text: &str| field.as_deref().is_some_and(|field| fits_text(field, text));
        match self {
            Self::Text(text) => fits_text(&document.text, text),
            Self::Artist(text) => contains(&document.artist, text),
            Self::Album(text) => contains(&document.album, text),
            Self::Track(text) => contains(&document.track, text),
            Self::Genre(text) => document.genres.iter().flatten().any(|genre| fits_text(genre, text)),
            Self::Isrc(code) => document.isrc.as_ref() == Some(code),
            Self::Upc(code) => document.upc.as_ref() == Some(code),
            Self::Years(first, last) => document.years.is_some_and(|years| years.0 <= *last && *first <= years.1),
            Self::New => document.release_date.as_deref().is_some_and(|date| date >= new_from),
            Self::Hipster => document.release_date.is_some() && document.popularity <= HIPSTER_POPULARITY,
            Self::Nothing => false,
        }
    }
}

fn fits_text(folded: &str, text: &str) -> bool {
    if text.contains(' ') { folded.contains(text) } else { has_word(folded, text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> Document {
        Document {
            artist: Some("miles davis".to_owned()),
            album: Some("kind of blue".to_owned()),
            track: Some("so what".to_owned()),
            years: Some((1959, 1959)),
            genres: Some(vec!["modal jazz".to_owned()]),
            isrc: Some("zzemu5900001".to_owned()),
            upc: Some("123".to_owned()),
            release_date: Some("1959-08-17".to_owned()),
            popularity: 40,
            ..Document::of("So What", &["Miles Davis", "Kind of Blue"])
        }
    }

    fn fits(text: &str) -> bool {
        Terms::parse(text, "2026-01-01T00:00:00Z".parse().unwrap()).fit(&document())
    }

    #[test]
    fn all_words_have_to_be_there() {
        assert!(fits("so what") && fits("MILES blue") && fits("mil") && fits(""));
        assert!(!fits("so there") && !fits("iles"));
    }

    #[test]
    fn phrases_stand_together() {
        assert!(fits("\"kind of blue\"") && !fits("\"blue kind\""));
    }

    #[test]
    fn words_can_be_excluded_and_can_be_alternatives() {
        assert!(!fits("so NOT miles") && fits("so NOT coltrane"));
        assert!(fits("coltrane OR davis") && !fits("coltrane OR evans") && fits("evans OR coltrane OR davis what"));
    }

    #[test]
    fn filters_look_at_one_field() {
        for text in [
            "artist:miles",
            "artist:\"Miles Davis\"",
            "album:blue track:what",
            "year:1959",
            "year:1955-1960",
            "genre:jazz",
            "genre:\"modal jazz\"",
            "isrc:ZZEMU5900001",
            "upc:123",
            "tag:hipster",
            "year:1950-1960 so",
        ] {
            assert!(fits(text), "{text}");
        }
        for text in [
            "artist:blue",
            "album:miles",
            "year:1960",
            "year:never",
            "year:",
            "genre:rock",
            "tag:new",
            "tag:old",
            "upc:12",
        ] {
            assert!(!fits(text), "{text}");
        }
    }

    #[test]
    fn a_colon_in_a_title_is_no_filter() {
        assert_eq!(condition("2001:"), Some(Condition::Text("2001".to_owned())));
        assert_eq!(condition("\"\""), None);
    }

    #[test]
    fn the_closest_title_counts_most() {
        let rank = |text: &str| Terms::parse(text, Timestamp::UNIX_EPOCH).rank(&document());
        assert_eq!([rank("So What"), rank("so"), rank("what"), rank("blue")], [3, 2, 1, 0]);
    }
}
