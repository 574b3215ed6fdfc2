//! That no operation is left out here.

use spotify_sdk::operation::all;

const SOURCES: [&str; 10] = [
    include_str!("browse.rs"),
    include_str!("catalog.rs"),
    include_str!("following.rs"),
    include_str!("library.rs"),
    include_str!("library_by_kind.rs"),
    include_str!("player.rs"),
    include_str!("playlists.rs"),
    include_str!("search.rs"),
    include_str!("several.rs"),
    include_str!("users.rs"),
];

#[test]
fn every_operation_is_sent_to_the_emulator() {
    let text: String = SOURCES.concat().split_whitespace().collect();
    let is_sent = |name: &str| {
        let (service, method) = name.split_once('.').unwrap();
        // What is the same for every kind is written once, for a service that the macro is given.
        let by_kind = text.contains(&format!("removed,{service},")) && text.contains(&format!("$service().{method}("));
        by_kind || text.contains(&format!("{service}().{method}("))
    };
    let missing: Vec<_> = all().map(|operation| operation.name).filter(|name| !is_sent(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
