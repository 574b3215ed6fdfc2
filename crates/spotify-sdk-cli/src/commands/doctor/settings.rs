//! What is on this machine: the settings and where they come from, the proxy, and the file with the tokens.

use std::env;
use std::fs::{self, File, TryLockError};
use std::io;
use std::num::NonZeroU32;
use std::path::Path;

use url::Url;

use super::finding::Finding;
use crate::cache_use::CacheUse;
use crate::config::{CACHE, CACHE_SIZE, CLIENT_ID, Config, DAILY_BUDGET, KEYS, RATE_BUDGET, TOKEN_STORE};
use crate::environment::{self, ACCESS_TOKEN, ACCOUNTS_URL, BASE_URL};
use crate::output::Failure;

/// The settings; those that are broken count as none.
pub(super) fn settings(config: &Result<Config, Failure>) -> Vec<Finding> {
    let config = match config {
        Ok(config) => config,
        Err(failure) => {
            return vec![Finding::problem(
                "settings",
                without_home(&failure.message()),
                "Correct the file, or move it away; `spotify-cli config path` prints its path.",
            )];
        }
    };
    let mut findings = Vec::new();
    let set: Vec<String> =
        KEYS.into_iter().filter_map(|key| Some(format!("{} from {}", key.name, config.from(key)?))).collect();
    let addresses = [BASE_URL, ACCOUNTS_URL]
        .into_iter()
        .filter_map(|name| Some(format!("{name} is {}", address(&environment::text(name)?))));
    let has_token = environment::access_token().is_some();
    let token = has_token.then(|| format!("{ACCESS_TOKEN} is set, and is used instead of a sign-in"));
    let known: Vec<String> = set.into_iter().chain(addresses).chain(token).collect();
    let known = if known.is_empty() { "none is set".to_owned() } else { known.join("; ") };
    findings.push(Finding::ok("settings", known));
    let is_number = |text: &str| text.parse::<NonZeroU32>().is_ok();
    for (key, example) in [(RATE_BUDGET, 100), (DAILY_BUDGET, 1000), (CACHE_SIZE, 64)] {
        let name = key.name;
        if config.get(key).is_some_and(|text| !is_number(&text)) {
            let to_do = format!(
                "Set a number: `spotify-cli config set {name} {example}`, or remove it: `spotify-cli config set {name}`."
            );
            findings.push(Finding::problem("settings", format!("{name} is not a number"), to_do));
        }
    }
    if let Some(Err(why)) = config.get(CACHE).map(|text| text.parse::<CacheUse>()) {
        let to_do = "Correct it: `spotify-cli config set cache on`, or remove it: `spotify-cli config set cache`.";
        findings.push(Finding::problem("settings", format!("cache: {why}"), to_do));
    }
    let store = config.get(TOKEN_STORE);
    if store.is_some_and(|store| store != "file" && store != "keyring") {
        let what_to_do = "Set one of the two: `spotify-cli config set token_store file`.";
        findings.push(Finding::problem("settings", "token_store is neither file nor keyring", what_to_do));
    }
    if config.get(CLIENT_ID).is_none() && !has_token {
        findings.push(Finding::problem(
            "settings",
            "there is neither a client id nor an access token",
            "Make an app at https://developer.spotify.com/dashboard with the redirect URI http://127.0.0.1/callback, and sign in \
             with `spotify-cli login --client-id …`.",
        ));
    }
    findings
}

/// The proxy that requests go through, as the environment has it, without what it asks for.
pub(super) fn proxy(get: impl Fn(&str) -> Option<String>) -> Finding {
    let named = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"];
    let set: Vec<String> = named
        .into_iter()
        .filter_map(|name| Some(format!("{name} is {}", address(&get(name).filter(|value| !value.is_empty())?))))
        .collect();
    if set.is_empty() {
        return Finding::ok("proxy", "none is set in the environment");
    }
    let except = get("NO_PROXY").or_else(|| get("no_proxy")).map(|except| format!("; not for {except}"));
    Finding::note(
        "proxy",
        format!("{}{}", set.join("; "), except.unwrap_or_default()),
        "Requests go through it. If hosts cannot be reached below, check that it allows them.",
    )
}

/// An address without a name and a password in it.
pub(super) fn address(text: &str) -> String {
    match Url::parse(text) {
        Ok(mut url) if url.has_host() => {
            // Those of an address with a host can be set.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.set_query(None);
            url.set_fragment(None);
            url.as_str().trim_end_matches('/').to_owned()
        }
        _ => "not an address".to_owned(),
    }
}

/// A text in which the home folder, and with it a name, is `~`.
pub(super) fn without_home(text: &str) -> String {
    let home = env::var("HOME").or_else(|_| env::var("USERPROFILE")).unwrap_or_default();
    match home.trim_end_matches(std::path::MAIN_SEPARATOR) {
        "" => text.to_owned(),
        home => text.replace(home, "~"),
    }
}

/// What is known of the file with the tokens, and whether it can be used.
pub(super) fn token_file(path: &Path) -> (Vec<Finding>, bool) {
    let name = without_home(&path.display().to_string());
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let found = format!("{name} does not exist: there is no sign-in");
            return (vec![Finding::problem("token file", found, "Run `spotify-cli login`.")], false);
        }
        Err(error) => {
            let to_do = match path.is_dir() {
                true => "Move it away and sign in with `spotify-cli login`: tokens are kept in a file of this name.",
                false => "Make it readable for the user that runs this program.",
            };
            return (vec![Finding::problem("token file", format!("{name} cannot be read: {error}"), to_do)], false);
        }
    };
    if serde_json::from_slice::<serde::de::IgnoredAny>(&text).is_err() {
        let to_do = "Move it away and sign in with `spotify-cli login`; the next command would set it aside as well.";
        return (vec![Finding::problem("token file", format!("{name} is damaged: it is not JSON"), to_do)], false);
    }
    let mut findings = Vec::new();
    match open_to_others(path) {
        Some(mode) => findings.push(Finding::warning(
            "token file",
            format!("other users of this machine can read {name}: its mode is {mode:03o}"),
            format!("Run `chmod 600 {name}`; if other users may have read it, sign in again."),
        )),
        None => findings.push(Finding::ok("token file", format!("{name}, readable by its owner only"))),
    }
    let (lock, is_free) = lock(path);
    findings.extend(lock);
    (findings, is_free)
}

/// The mode of a file that others can read or write.
#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    Some(mode).filter(|mode| mode & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<u32> {
    None
}

/// Whether another program holds the lock of the token file, which is for a moment as a rule.
fn lock(path: &Path) -> (Option<Finding>, bool) {
    for ending in [".lock", ".write"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let Ok(file) = File::open(&name) else { continue };
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            let found = format!("another program holds {}", without_home(&name.to_string_lossy()));
            let to_do = "It is refreshing the token, or hangs. Run this again, and stop that program if this remains.";
            return (Some(Finding::warning("token lock", found, to_do)), false);
        }
    }
    (None, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::finding::Severity;

    #[test]
    fn a_proxy_is_named_without_its_password() {
        let finding = proxy(|name| match name {
            "HTTPS_PROXY" => Some("http://alma:s3cret@proxy.example:3128/?k=s3cret#s3cret".to_owned()),
            "no_proxy" => Some("localhost".to_owned()),
            _ => None,
        });
        assert_eq!(finding.severity, Severity::Note);
        assert_eq!(finding.found, "HTTPS_PROXY is http://proxy.example:3128; not for localhost");
        assert_eq!(proxy(|_| Some(String::new())).severity, Severity::Ok);
        assert_eq!(address("alma:s3cret@proxy"), "not an address");
    }
}
