//! Somebody who signs in, from an empty home on.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use spotify_emulator::{Emulator, EmulatorBuilder};

/// Somebody at a machine of their own.
pub(crate) struct Person {
    pub(crate) emulator: Emulator,
    pub(crate) home: PathBuf,
}

impl Person {
    pub(crate) fn new(name: &str) -> Self {
        Self::with(name, Emulator::builder())
    }

    /// With an emulator of their own kind.
    pub(crate) fn with(name: &str, emulator: EmulatorBuilder) -> Self {
        let home = std::env::temp_dir().join(format!("spotify-cli-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&home);
        std::fs::create_dir_all(&home).unwrap();
        let emulator = emulator.redirect_uri("http://127.0.0.1/callback").start().unwrap();
        Self { emulator, home }
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_spotify-cli"));
        command.args(args);
        for variable in ["SPOTIFY_SDK_ACCESS_TOKEN", "SPOTIFY_SDK_CLIENT_ID", "SPOTIFY_SDK_REDIRECT_URI", "RUST_LOG"] {
            command.env_remove(variable);
        }
        command
            .env("HOME", &self.home)
            .env("XDG_CONFIG_HOME", self.home.join("config"))
            .env("XDG_DATA_HOME", self.home.join("data"))
            .env("XDG_CACHE_HOME", self.home.join("cache"))
            .env("SPOTIFY_SDK_BASE_URL", self.emulator.base_url())
            .env("SPOTIFY_SDK_ACCOUNTS_URL", self.emulator.accounts_url());
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// What a command prints that has to go well.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The exit code of a command, and what it says on standard error.
    pub(crate) fn fails(&self, args: &[&str]) -> (i32, String) {
        let output = self.run(args);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    /// Signs in with the address pasted by hand; gives the address that was shown, and what was printed.
    pub(crate) fn log_in(&self, args: &[&str]) -> (String, String) {
        let id = self.emulator.client_id();
        let mut all = vec!["login", "--no-browser"];
        if !self.home.join("config").exists() {
            all.extend(["--client-id", &id]);
        }
        all.extend(args);
        let mut program =
            self.command(&all).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut screen = BufReader::new(program.stderr.take().unwrap());
        let address = screen.by_ref().lines().map(Result::unwrap).find(|line| line.contains("/authorize?")).unwrap();
        let back = self.emulator.agree(address.trim(), "alma").unwrap();
        writeln!(program.stdin.take().unwrap(), "{back}").unwrap();
        let mut said = String::new();
        screen.read_to_string(&mut said).unwrap();
        let output = program.wait_with_output().unwrap();
        assert!(output.status.success(), "{said}");
        (address, String::from_utf8(output.stdout).unwrap())
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
