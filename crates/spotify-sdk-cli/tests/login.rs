//! Signing in, from `login` to `logout`, as processes against an emulator in this one.

#![allow(clippy::unwrap_used, clippy::panic)]

mod person;

use std::time::Duration;

use person::Person;

#[test]
fn who_signs_in_stays_signed_in_until_they_sign_out() {
    let person = Person::new("stays");
    let (_, said) = person.log_in(&[]);
    assert_eq!(said, "Signed in as Alma.\n");
    assert_eq!(person.ok(&["config", "get", "client_id"]).trim(), person.emulator.client_id());
    assert!(person.ok(&["whoami"]).starts_with("Alma\nalma"));
    person.emulator.expire_access_tokens();
    assert!(person.ok(&["library", "list", "--limit", "1"]).starts_with("spotify:track:"));

    let status = person.ok(&["token", "status"]);
    assert!(
        status.starts_with("The access token expires in ") && status.contains(" min, and is refreshed automatically.")
    );
    assert!(status.contains("Your consent expires on 20") && status.contains(" days; sign in again then."), "{status}");
    assert!(status.contains("user-library-read") && !status.contains("user-library-modify"), "{status}");
    let json: serde_json::Value = serde_json::from_str(&person.ok(&["token", "status", "--json"])).unwrap();
    assert_eq!((json["from"].as_str(), json["renewable"].as_bool()), (Some("sign-in"), Some(true)));
    let token = person.ok(&["token", "print"]);
    assert!(!status.contains(token.trim()) && !json.to_string().contains(token.trim()));
    let by_token = person.command(&["whoami"]).env("SPOTIFY_SDK_ACCESS_TOKEN", token.trim()).output().unwrap();
    assert!(by_token.status.success());

    assert!(person.fails(&["logout"]).1.starts_with("Signed out"));
    assert!(person.fails(&["logout"]).1.starts_with("Nobody is signed in"));
    let (code, said) = person.fails(&["whoami"]);
    assert_eq!(code, 3);
    assert!(said.contains("hint: Run `spotify-cli login`."), "{said}");
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_what_is_kept() {
    use std::os::unix::fs::PermissionsExt;
    let person = Person::new("owner");
    person.log_in(&[]);
    let file = person.home.join("data/spotify-cli/tokens.json");
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn consent_that_has_ended_asks_for_a_new_sign_in() {
    let person = Person::new("ended");
    person.log_in(&[]);
    person.emulator.clock().advance(Duration::from_secs(200 * 24 * 3600));
    let (code, said) = person.fails(&["whoami"]);
    assert_eq!(code, 3);
    let why = "has to sign in again for `users.get_current_profile`: the consent has expired (Refresh token expired)";
    let hint = "hint: Run `spotify-cli login`.";
    assert!(said.starts_with("error: the user of the app `") && said.ends_with(&format!("{why}\n{hint}\n")), "{said}");
    person.log_in(&[]);
    assert!(person.ok(&["whoami"]).starts_with("Alma"));
}

#[test]
fn scopes_are_asked_for_by_need_and_add_up() {
    let person = Person::new("scopes");
    person.log_in(&[]);
    let album = "spotify:album:4Uv86qWpGTxf7fU7lG5X6F";
    let (code, said) = person.fails(&["library", "save", album]);
    assert_eq!(code, 1);
    assert!(said.contains("hint: Run `spotify-cli login --scopes user-library-modify,"), "{said}");
    let (address, _) = person.log_in(&["--scopes", "user-library-modify,user-follow-modify"]);
    assert!(address.contains("show_dialog=true") && address.contains("user-library-read"), "{address}");
    person.ok(&["library", "save", album]);
    person.log_in(&["--scopes", "playlist-modify-public"]);
    let status = person.ok(&["token", "status"]);
    assert!(status.contains("user-library-modify") && status.contains("playlist-modify-public"), "{status}");
    let (address, _) = person.log_in(&["--scopes", "all"]);
    assert!(address.contains("ugc-image-upload"), "{address}");
}

#[test]
fn settings_are_kept_and_the_environment_comes_first() {
    let person = Person::new("settings");
    person.ok(&["config", "set", "market", "SE"]);
    person.ok(&["config", "set", "client_id", "from-the-file"]);
    assert_eq!(person.ok(&["config", "get", "market"]), "SE\n");
    let output = person.command(&["config", "get", "client_id"]).env("SPOTIFY_SDK_CLIENT_ID", "from-outside").output();
    assert_eq!(String::from_utf8(output.unwrap().stdout).unwrap(), "from-outside\n");
    person.ok(&["config", "set", "client_id", &person.emulator.client_id()]);
    person.log_in(&[]);
    person.emulator.clear_requests();
    person.ok(&["album", "5K79FLRUCSysQnVESLcTdb"]);
    person.ok(&["album", "5K79FLRUCSysQnVESLcTdb", "--market", "DE"]);
    let queries: Vec<String> = person.emulator.requests().iter().filter_map(|request| request.query.clone()).collect();
    assert_eq!(queries, ["market=SE", "market=DE"]);
    person.ok(&["config", "set", "market"]);
    assert_eq!(person.fails(&["config", "get", "market"]).0, 2);

    let file = person.ok(&["config", "path"]);
    std::fs::write(file.trim(), "market = [").unwrap();
    let (code, said) = person.fails(&["whoami"]);
    assert_eq!(code, 2);
    assert!(said.starts_with("error: the config file ") && said.contains(file.trim()), "{said}");
}
