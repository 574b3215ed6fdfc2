//! What the commands print, word for word: `tests/cmd` has a transcript for each, as on a terminal, and `tests/cmd/pipe` those
//! for programs.

#[test]
fn every_command_prints_on_a_terminal_what_its_transcript_says() {
    cases().env("SPOTIFY_CLI_TERMINAL", "110").case("tests/cmd/*.toml").case("tests/cmd/*.trycmd");
}

#[test]
fn every_command_prints_into_a_pipe_what_its_transcript_says() {
    cases().case("tests/cmd/pipe/*.trycmd");
}

/// Without the settings of whoever runs the tests.
fn cases() -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    let nowhere = concat!(env!("CARGO_TARGET_TMPDIR"), "/nobody");
    for variable in ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"] {
        cases.env(variable, nowhere);
    }
    cases.env("NO_COLOR", "1");
    cases
}
