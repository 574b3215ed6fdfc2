//! Files that are not this program's own stay as they are.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use spotify_emulator::Emulator;

use crate::scene::{Scene, text};

#[test]
fn what_is_called_like_something_of_ours_and_is_not_ours_is_left_alone() {
    let scene = Scene::new("not-ours", Emulator::start().unwrap());
    let at = |name: &str| scene.folder.join(name);
    // Nothing of ours has these names, so they are in nobody's way.
    fs::write(at("lib.csv.new"), "precious").unwrap();
    symlink("target", at("lib.json.new")).unwrap();
    for file in ["lib.csv", "lib.json"] {
        scene.succeed(&["export", "library", file]);
    }
    assert_eq!(scene.read("lib.csv.new"), "precious");
    assert!(!at("target").exists() && fs::symlink_metadata(at("lib.json.new")).unwrap().is_symlink());
    // These are names of ours.
    for (file, mine) in [("a.csv", "a.csv.state"), ("b.csv", "b.csv.part")] {
        fs::write(at(mine), "precious").unwrap();
        let output = scene.run(&["export", "library", file]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(&format!("{mine} is in the way")), "{}", text(&output.stderr));
        assert_eq!(scene.read(mine), "precious");
        assert!(!at(file).exists());
    }
    for name in ["c.csv.state", "c.csv.part"] {
        symlink("target", at(name)).unwrap();
        let output = scene.run(&["export", "library", "c.csv"]);
        assert!(text(&output.stderr).contains(&format!("{name} is in the way")), "{}", text(&output.stderr));
        assert!(!at("target").exists());
        fs::remove_file(at(name)).unwrap();
    }
    fs::create_dir(at("mine")).unwrap();
    fs::write(at("mine/index.jsonl.part"), "precious\n").unwrap();
    let output = scene.run(&["export", "playlists", "mine"]);
    assert!(text(&output.stderr).contains("index.jsonl.part is in the way"), "{}", text(&output.stderr));
    assert_eq!(scene.read("mine/index.jsonl.part"), "precious\n");
    fs::write(at("uris.txt"), "spotify:track:2lTm559tuIvatlT1u0JYG2\n").unwrap();
    fs::write(at("uris.txt.import"), "precious").unwrap();
    let before = scene.count_of_playlists();
    let output = scene.run(&["import", "playlist", "uris.txt"]);
    assert!(text(&output.stderr).contains("uris.txt.import is in the way"), "{}", text(&output.stderr));
    assert_eq!((scene.read("uris.txt.import").as_str(), scene.count_of_playlists()), ("precious", before));
}

#[test]
fn a_link_stays_one_and_its_file_keeps_its_mode() {
    let scene = Scene::new("links", Emulator::start().unwrap());
    let at = |name: &str| scene.folder.join(name);
    fs::create_dir(at("real")).unwrap();
    for file in ["lib.csv", "lib.jsonl"] {
        fs::write(at("real").join(file), "old").unwrap();
        fs::set_permissions(at("real").join(file), PermissionsExt::from_mode(0o640)).unwrap();
        symlink(format!("real/{file}"), at(file)).unwrap();
        assert_eq!(scene.run(&["export", "library", file]).status.code(), Some(1));
        scene.succeed(&["export", "library", file, "--force"]);
        assert!(fs::symlink_metadata(at(file)).unwrap().is_symlink());
        let real = fs::metadata(at("real").join(file)).unwrap();
        assert!(real.len() > 1000 && real.permissions().mode() & 0o777 == 0o640);
    }
    assert_eq!(fs::read_dir(at("real")).unwrap().count(), 2);
    // The settings, as people keep them with a repository of their own.
    fs::create_dir_all(at("nobody/spotify-cli")).unwrap();
    fs::write(at("real/config.toml"), "market = \"SE\"\n").unwrap();
    symlink("../../real/config.toml", at("nobody/spotify-cli/config.toml")).unwrap();
    fs::write(at("nobody/spotify-cli/config.toml.new"), "precious").unwrap();
    scene.succeed(&["config", "set", "market", "DE"]);
    assert_eq!(scene.read("real/config.toml"), "market = \"DE\"\n");
    assert_eq!(scene.read("nobody/spotify-cli/config.toml.new"), "precious");
    assert!(fs::symlink_metadata(at("nobody/spotify-cli/config.toml")).unwrap().is_symlink());
}

#[test]
fn pipes_and_standard_output_by_its_name_are_written_and_folders_refused() {
    let scene = Scene::new("pipes", Emulator::start().unwrap());
    scene.succeed(&["export", "library", "shows", "shows.csv"]);
    assert!(Command::new("mkfifo").arg(scene.folder.join("pipe.csv")).status().unwrap().success());
    let reader = Command::new("cat").arg(scene.folder.join("pipe.csv")).stdout(std::process::Stdio::piped()).spawn();
    scene.succeed(&["export", "library", "shows", "pipe.csv"]);
    let read = reader.unwrap().wait_with_output().unwrap().stdout;
    assert_eq!(text(&read), scene.read("shows.csv"));
    let output = scene.run(&["export", "library", "shows", "/dev/stdout", "--format", "csv"]);
    assert_eq!(text(&output.stdout), scene.read("shows.csv"), "{}", text(&output.stderr));
    scene.emulator.clear_requests();
    fs::create_dir(scene.folder.join("folder.csv")).unwrap();
    let output = scene.run(&["export", "library", "shows", "folder.csv"]);
    assert_eq!((output.status.code(), scene.emulator.requests().len()), (Some(1), 0));
    assert_eq!(text(&output.stderr), "error: folder.csv is a folder\n");
    assert_eq!(scene.files().len(), 3);
}
