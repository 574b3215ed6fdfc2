//! What the commands print, word for word: `tests/cmd` has a transcript for each.

#[test]
fn every_command_prints_what_its_transcript_says() {
    trycmd::TestCases::new().case("tests/cmd/*.toml").case("tests/cmd/*.trycmd");
}
