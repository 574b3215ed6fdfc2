//! What is in the files.

use std::fs;

use serde_json::Value;
use spotify_emulator::{Emulator, Fault};
use spotify_sdk::models::SavedTrack;

use crate::scene::{Scene, text};

#[test]
fn each_format_holds_the_whole_library() {
    let scene = Scene::with_library("formats", 10_000);
    assert_eq!(scene.succeed(&["export", "library", "lib.jsonl"]), "Exported 10,000 tracks to lib.jsonl.\n");
    // All pages, and a look at whether the library changed meanwhile.
    assert_eq!(scene.emulator.take_requests().len(), scene.tracks / 50 + 1);
    scene.succeed(&["export", "library", "tracks", "lib.json"]);
    scene.succeed(&["export", "library", "tracks", "lib.csv"]);
    assert_eq!(scene.files(), ["lib.csv", "lib.json", "lib.jsonl"]);

    let lines = scene.read("lib.jsonl");
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), scene.tracks);
    // Spotify's objects, with every value that the Web API gives.
    let page: Value =
        serde_json::from_slice(&scene.run(&["api", "get", "/me/tracks", "-q", "limit=50", "-q", "offset=9950"]).stdout)
            .unwrap();
    let saved = |items: &[Value]| -> Vec<SavedTrack> { serde_json::from_value(items.into()).unwrap() };
    assert_eq!(saved(&objects[9950..]), saved(page["items"].as_array().unwrap()));
    assert_eq!(serde_json::from_str::<Vec<Value>>(&scene.read("lib.json")).unwrap(), objects);

    let table = scene.read("lib.csv");
    let mut csv = csv::Reader::from_reader(table.as_bytes());
    let column = |name: &str, headers: &csv::StringRecord| headers.iter().position(|column| column == name).unwrap();
    let headers = csv.headers().unwrap().clone();
    let (uri, length) = (column("uri", &headers), column("duration_ms", &headers));
    for (row, object) in csv.records().map(Result::unwrap).zip(&objects) {
        assert_eq!(row[uri], *object["track"]["uri"].as_str().unwrap());
        assert_eq!(row[length], object["track"]["duration_ms"].to_string());
    }
    assert_eq!(table.lines().count(), scene.tracks + 1);
}

#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_columns_of_csv_with_types_and_can_be_imported() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let scene = Scene::new("parquet", Emulator::builder().quota(spotify_emulator::Quota::Extended).start().unwrap());
    scene.succeed(&["export", "library", "lib.parquet"]);
    scene.succeed(&["export", "library", "lib.csv"]);
    let reader = SerializedFileReader::new(fs::File::open(scene.folder.join("lib.parquet")).unwrap()).unwrap();
    let table = scene.read("lib.csv");
    let mut csv = csv::Reader::from_reader(table.as_bytes());
    let headers = csv.headers().unwrap().clone();
    let mut rows = 0;
    for (parquet, csv) in reader.get_row_iter(None).unwrap().zip(csv.records()) {
        rows += 1;
        for ((name, value), (header, cell)) in parquet.unwrap().get_column_iter().zip(headers.iter().zip(&csv.unwrap()))
        {
            assert_eq!(name, header);
            match (header, value) {
                ("added_at", value) => assert_eq!(value.to_string()[..10], cell[..10]),
                (_, Field::Str(text)) => assert_eq!(text, cell),
                (_, Field::Null) => assert_eq!(cell, ""),
                (_, value) => assert_eq!(value.to_string(), cell),
            }
        }
    }
    assert_eq!(rows, table.lines().count() - 1);

    let from = scene.playlist("Road Trip");
    scene.succeed(&["export", "playlist", &from, "trip.parquet"]);
    let made = text(&scene.run(&["import", "playlist", "trip.parquet"]).stdout);
    assert_eq!(scene.items(made.trim()), scene.items(&from));
}

#[cfg(not(feature = "parquet"))]
#[test]
fn a_build_without_parquet_says_so_before_anything_is_asked() {
    let scene = Scene::new("no-parquet", Emulator::start().unwrap());
    let output = scene.run(&["export", "library", "lib.parquet"]);
    assert_eq!((output.status.code(), scene.emulator.requests().len()), (Some(2), 0));
    assert!(text(&output.stderr).contains("--features parquet"));
}

#[test]
fn whatever_is_in_a_title_the_table_stays_a_table() {
    let scene = Scene::new("titles", Emulator::start().unwrap());
    let title = "a, \"b\"\r\nc;\t=1+1 ü";
    let track = serde_json::json!({"added_at": "2026-01-01T00:00:00Z", "track": {
        "type": "track", "name": title, "uri": "spotify:track:6rqhFgbbKwnb9MLmUQDhG6", "explicit": true,
        "artists": [{"name": "Tyler, The Creator"}, {"name": "B"}], "external_ids": {"isrc": "USRC17607839"}}});
    let page = serde_json::json!({"items": [track, null], "total": 2, "limit": 50, "offset": 0, "next": null});
    for file in ["lib.csv", "lib.jsonl"] {
        scene.emulator.faults().fail_next(1, Fault::status(200).body(page.to_string()));
        assert_eq!(scene.succeed(&["export", "library", file]), format!("Exported 2 tracks to {file}.\n"));
    }
    let table = scene.read("lib.csv");
    let mut csv = csv::Reader::from_reader(table.as_bytes());
    let headers = csv.headers().unwrap().clone();
    let rows: Vec<_> = csv.records().map(Result::unwrap).collect();
    let cell = |name: &str| &rows[0][headers.iter().position(|column| column == name).unwrap()];
    assert_eq!(cell("name"), title);
    assert_eq!([cell("artists"), cell("isrc"), cell("explicit")], ["Tyler, The Creator; B", "USRC17607839", "true"]);
    // What is gone keeps its place.
    assert!(rows.len() == 2 && rows[1].iter().all(str::is_empty));
    assert_eq!(scene.read("lib.jsonl").lines().nth(1), Some("null"));
    // It comes back as well.
    let output = scene.run(&["import", "playlist", "lib.csv", "--dry-run", "--json"]);
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&plan["added"], &plan["left_out"][0]["position"]), (&1.into(), &2.into()));
}

#[test]
fn nothing_is_overwritten_by_mistake() {
    let scene = Scene::new("overwrite", Emulator::start().unwrap());
    fs::write(scene.folder.join("lib.jsonl"), "precious").unwrap();
    let output = scene.run(&["export", "library", "lib.jsonl"]);
    assert_eq!((output.status.code(), scene.emulator.requests().len()), (Some(1), 0));
    assert!(text(&output.stderr).contains("--force"));
    assert_eq!(scene.read("lib.jsonl"), "precious");
    scene.succeed(&["export", "library", "lib.jsonl", "--force"]);
    assert_ne!(scene.read("lib.jsonl"), "precious");

    fs::write(scene.folder.join("other.jsonl.part"), "somebody's").unwrap();
    let output = scene.run(&["export", "library", "other.jsonl"]);
    assert!(!output.status.success() && text(&output.stderr).contains("other.jsonl.part is in the way"));
    assert_eq!(scene.read("other.jsonl.part"), "somebody's");
}

#[test]
fn standard_output_gets_lines_unless_told_otherwise() {
    let scene = Scene::new("stdout", Emulator::start().unwrap());
    scene.succeed(&["export", "library", "albums", "albums.csv"]);
    scene.succeed(&["export", "library", "albums", "albums.jsonl"]);
    let output = scene.run(&["export", "library", "albums", "-"]);
    assert!(output.stderr.is_empty() && text(&output.stdout) == scene.read("albums.jsonl"));
    let output = scene.run(&["export", "library", "albums", "-", "--format", "csv"]);
    assert_eq!(text(&output.stdout), scene.read("albums.csv"));
}

#[test]
fn a_table_for_spreadsheets_has_no_formulas_and_comes_back_as_it_was() {
    let scene = Scene::new("safe", Emulator::start().unwrap());
    let titles = ["=1+1", "+", "-", "@Home", "\t=1", "\r=1", "'=1", "'Round Midnight", "a=1"];
    let entry = |(at, title): (usize, &&str)| {
        let (uri, local) = (format!("spotify:local:a:b:c:{at}"), true);
        serde_json::json!({"added_at": null, "track": {"type": "track", "name": title, "uri": uri, "is_local": local}})
    };
    let items: Vec<Value> = titles.iter().enumerate().map(entry).collect();
    let page = serde_json::json!({"items": items, "total": items.len(), "limit": 50, "offset": 0, "next": null});
    for (args, name) in [(&["--safe-csv", "--bom"][..], "safe.csv"), (&[], "plain.csv")] {
        scene.emulator.faults().fail_next(1, Fault::status(200).body(page.to_string()));
        scene.succeed(&[&["export", "library", name], args].concat());
        let table = scene.read(name);
        let is_safe = name == "safe.csv";
        assert_eq!(table.starts_with('\u{feff}'), is_safe);
        let mut csv = csv::Reader::from_reader(table.as_bytes());
        let cells: Vec<String> =
            csv.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect();
        let is_formula = |cell: &String| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
        assert_eq!(cells.iter().any(is_formula), !is_safe);
        // What cannot be added is named, as it was.
        let output = scene.run(&["import", "playlist", name, "--dry-run", "--json"]);
        assert!(output.stdout.is_empty() && output.status.code() == Some(1));
        for title in titles {
            let line = format!("a local file: {}", title.replace(['\t', '\r'], " "));
            assert!(text(&output.stderr).contains(&line), "{line}: {}", text(&output.stderr));
        }
    }
    let output = scene.run(&["export", "library", "lib.json", "--bom"]);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(2), "error: --bom is for CSV\n"));
}
