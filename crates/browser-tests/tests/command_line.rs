//! `spotify-cli login` with a real browser: the program opens it, the user agrees, and the program goes on.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use browser_tests::{Browser, Locator};
use spotify_emulator::Emulator;
use tokio::process::Command;

/// The command line, which cargo builds beside the tests.
fn program() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("spotify-cli");
    assert!(path.exists(), "build it first: cargo build -p spotify-sdk-cli");
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn login_opens_the_browser_and_goes_on_when_the_user_has_agreed() {
    let emulator = Emulator::builder().redirect_uri("http://127.0.0.1/callback").start().unwrap();
    let home = std::env::temp_dir().join(format!("spotify-cli-browser-{}", std::process::id()));
    let (bin, address) = (home.join("bin"), home.join("address"));
    fs::create_dir_all(&bin).unwrap();
    // What the system opens addresses with: it only writes down which.
    let opener = bin.join("xdg-open");
    fs::write(
        &opener,
        "#!/bin/sh\nprintf %s \"$1\" > \"$HOME/address.new\" && mv \"$HOME/address.new\" \"$HOME/address\"\n",
    )
    .unwrap();
    fs::set_permissions(&opener, fs::Permissions::from_mode(0o755)).unwrap();

    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let login = Command::new(program())
        .args(["login", "--client-id", &emulator.client_id()])
        .env_remove("SPOTIFY_SDK_ACCESS_TOKEN")
        .env("PATH", path)
        .env("HOME", &home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("SPOTIFY_SDK_BASE_URL", emulator.base_url())
        .env("SPOTIFY_SDK_ACCOUNTS_URL", emulator.accounts_url())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !address.exists() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let browser = Browser::open(1000, 700).await.unwrap();
    browser.page().goto(&fs::read_to_string(&address).unwrap()).await.unwrap();
    browser.page().find(Locator::Css("button[value=agree]")).await.unwrap().click().await.unwrap();
    browser.page().wait().for_element(Locator::XPath("//h1[contains(., 'signed in')]")).await.unwrap();
    let output = login.wait_with_output().await.unwrap();
    browser.close().await.unwrap();
    let _ = fs::remove_dir_all(&home);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "Signed in as Alma.\n");
}
