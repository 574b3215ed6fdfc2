//! What a token may do, and for how long.

use spotify_sdk::api::{library, player, playlists, tracks, users};
use spotify_sdk::auth::{Scope, TokenInfo};
use spotify_sdk::jiff::Timestamp;
use spotify_sdk::operation::OperationInfo;

use super::finding::Finding;
use crate::commands::auth::until;

/// A month before the consent ends, it is time to think of it.
const SOON: i64 = 30 * 24 * 3600;

/// Commands, and the operations that they are made of: these say which scopes are needed.
const NEEDS: [(&str, &OperationInfo); 13] = [
    ("library list, export library", tracks::GetSavedTracks::INFO),
    ("library save, library remove, import library", library::SaveItems::INFO),
    ("library list playlists, export playlists", playlists::GetCurrentUserPlaylists::INFO),
    ("playlist create, playlist add and others that change one, import", playlists::AddPlaylistItems::INFO),
    ("playlist cover --set", playlists::UploadPlaylistCoverImage::INFO),
    ("top", users::GetTopArtists::INFO),
    ("following", users::GetFollowedArtists::INFO),
    ("recent", player::GetRecentlyPlayed::INFO),
    ("player status, player watch", player::GetPlaybackState::INFO),
    ("player devices", player::GetDevices::INFO),
    ("player queue", player::GetQueue::INFO),
    ("player play, player pause and others that change what plays", player::StartPlayback::INFO),
    ("player queue add", player::AddToQueue::INFO),
];

/// When a token ends, and which commands it is not enough for.
pub(super) fn token(token: &TokenInfo, now: Timestamp) -> Vec<Finding> {
    let mut findings = vec![end(token, now)];
    if let Some(by) = token.reauthorize_by() {
        let day = by.strftime("%Y-%m-%d");
        findings.push(match by.as_second() - now.as_second() {
            ..=0 => Finding::problem("consent", format!("it expired on {day}"), "Run `spotify-cli login`."),
            1..SOON => Finding::warning(
                "consent",
                format!("it expires on {day}, in {}", until(now, by)),
                "Run `spotify-cli login` before that: consent lasts six months.",
            ),
            _ => Finding::ok("consent", format!("it expires on {day}, in {}", until(now, by))),
        });
    }
    findings.extend(token.scopes().map(scopes));
    findings
}

fn end(token: &TokenInfo, now: Timestamp) -> Finding {
    let end = token.expires_at();
    let renewable = token.refresh_token().is_some();
    let rest = if renewable { "and is refreshed automatically" } else { "and cannot be refreshed" };
    let found =
        if end <= now { format!("it has expired {rest}") } else { format!("it expires in {} {rest}", until(now, end)) };
    match renewable {
        true => Finding::ok("access token", found),
        false => Finding::warning("access token", found, "Run `spotify-cli login` when it has expired."),
    }
}

/// What scopes allow, and the commands for which one is missing.
fn scopes(has: &[Scope]) -> Finding {
    let mut missing: Vec<&Scope> = Vec::new();
    let mut commands = Vec::new();
    for (command, operation) in NEEDS {
        let lacking: Vec<&Scope> = operation.scopes.iter().filter(|scope| !has.contains(scope)).collect();
        if !lacking.is_empty() {
            commands.push(format!("{command} ({})", join(&lacking)));
            missing.extend(lacking);
        }
    }
    let has =
        format!("it has {}", if has.is_empty() { "none".to_owned() } else { join(&has.iter().collect::<Vec<_>>()) });
    if missing.is_empty() {
        return Finding::ok("scopes", has);
    }
    missing.sort();
    missing.dedup();
    let scopes: Vec<&str> = missing.iter().map(|scope| scope.as_str()).collect();
    Finding::note(
        "scopes",
        format!("{has}. Not enough for: {}", commands.join("; ")),
        format!("To use these too: `spotify-cli login --scopes {}`.", scopes.join(",")),
    )
}

fn join(scopes: &[&Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use spotify_sdk::auth::AccessToken;

    use super::*;
    use crate::commands::doctor::finding::Severity;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_790_000_000 + second).unwrap()
    }

    fn a_token(authorized: i64) -> TokenInfo {
        TokenInfo::new(AccessToken::new("t").unwrap(), at(1800))
            .with_refresh_token("r")
            .with_authorized_at(at(authorized))
            .with_scopes([Scope::UserLibraryRead, Scope::UserTopRead])
    }

    #[test]
    fn a_token_says_when_it_and_the_consent_end() {
        const DAY: i64 = 24 * 3600;
        let severity = |authorized| {
            let findings = token(&a_token(authorized), at(0));
            findings.iter().find(|finding| finding.check == "consent").unwrap().severity
        };
        assert_eq!(severity(0), Severity::Ok);
        assert_eq!(severity(-170 * DAY), Severity::Warning);
        assert_eq!(severity(-190 * DAY), Severity::Problem);
        let findings = token(&a_token(0), at(0));
        assert_eq!(findings[0].found, "it expires in 30 min and is refreshed automatically");
        assert_eq!(token(&a_token(0), at(3600))[0].found, "it has expired and is refreshed automatically");
        let alone = TokenInfo::new(AccessToken::new("t").unwrap(), at(1800));
        assert_eq!(token(&alone, at(0)).len(), 1, "what is not known is not judged");
        assert_eq!(token(&alone, at(0))[0].severity, Severity::Warning);
    }

    #[test]
    fn commands_without_a_scope_are_named_with_what_gets_it() {
        let finding = scopes(&[Scope::UserLibraryRead, Scope::UserTopRead]);
        assert_eq!(finding.severity, Severity::Note);
        assert!(
            finding.found.contains("library save, library remove, import library (")
                && finding.found.contains("user-library-modify")
        );
        assert!(
            !finding.found.contains("library list, export library") && !finding.found.contains("top ("),
            "{finding:?}"
        );
        let to_do = finding.to_do.unwrap();
        assert!(to_do.starts_with("To use these too: `spotify-cli login --scopes "), "{to_do}");
        for scope in ["playlist-modify-private", "user-modify-playback-state", "ugc-image-upload"] {
            assert_eq!(to_do.matches(scope).count(), 1, "{to_do}");
        }
        let all: Vec<Scope> = NEEDS.iter().flat_map(|(_, operation)| operation.scopes.iter().cloned()).collect();
        assert_eq!(scopes(&all).severity, Severity::Ok);
    }
}
