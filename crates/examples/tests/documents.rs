//! What the repository's documents say of it: their links lead somewhere, and the table of Cargo features is complete.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, iter};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Markdown file, but for what was built or brought.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && !path.is_symlink() {
            if !name.starts_with('.') && !["target", "node_modules", "results"].contains(&name) {
                found.extend(documents(&path));
            }
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
    found
}

/// The addresses of links and pictures in a text.
fn links(text: &str) -> Vec<String> {
    Parser::new_ext(text, Options::ENABLE_TABLES)
        .filter_map(|event| match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
            _ => None,
        })
        .collect()
}

/// The anchors of a text's headings, as hosts of Markdown name them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                let words = heading.take().unwrap_or_default().to_lowercase();
                let kept = words.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
                anchors.insert(kept.map(|c| if c == ' ' { '-' } else { c }).collect());
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    anchors
}

#[test]
fn every_link_to_the_repository_leads_somewhere() {
    let mut broken = Vec::new();
    let mut checked = 0;
    for document in documents(&root()) {
        // Rustdoc checks what is in the crate's documentation, where links are paths of Rust.
        if document.components().any(|part| part.as_os_str() == "src") {
            continue;
        }
        let text = fs::read_to_string(&document).unwrap();
        for link in links(&text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            checked += 1;
            let (path, anchor) = link.split_once('#').map_or((link.as_str(), None), |(path, at)| (path, Some(at)));
            let target =
                if path.is_empty() { document.clone() } else { document.canonicalize().unwrap().with_file_name(path) };
            let there = match anchor {
                None => target.exists(),
                Some(anchor) => fs::read_to_string(&target).is_ok_and(|text| anchors(&text).contains(anchor)),
            };
            if !there {
                broken.push(format!("{}: {link}", document.display()));
            }
        }
    }
    assert!(checked > 10, "only {checked} links were found");
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Compares a crate's features and defaults with the table in its documentation.
fn check_features(name: &str) {
    let manifest = fs::read_to_string(root().join("crates").join(name).join("Cargo.toml")).unwrap();
    let features = manifest.split_once("[features]").unwrap().1.split("\n[").next().unwrap();
    let lines: Vec<_> = features.lines().filter(|line| !line.starts_with('#')).collect();
    let defaults = lines.iter().find_map(|line| line.strip_prefix("default = ")).unwrap_or_default();
    let declared: BTreeSet<(String, bool)> = lines
        .iter()
        .filter_map(|line| line.split_once(" = "))
        .filter(|(name, _)| *name != "default")
        .map(|(name, _)| (name.to_owned(), defaults.contains(&format!("\"{name}\""))))
        .collect();

    let documentation = fs::read_to_string(root().join("crates").join(name).join("src/lib.rs")).unwrap();
    let table = documentation.split_once("# Cargo features").unwrap().1;
    let rows = table.lines().skip_while(|line| !line.contains("| --- |")).skip(1);
    let told: BTreeSet<(String, bool)> = rows
        .map_while(|line| line.strip_prefix("//! | `"))
        .map(|row| {
            let (name, rest) = row.split_once('`').unwrap();
            (name.to_owned(), rest.trim_start_matches(" | ").starts_with("yes"))
        })
        .collect();
    assert_eq!(told, declared, "{name}");
}

#[test]
fn the_tables_of_cargo_features_name_them_all() {
    check_features("spotify-sdk");
    check_features("spotify-sdk-redis");
}

#[test]
fn a_link_in_a_table_and_a_picture_are_found() {
    let text = "| a |\n| --- |\n| [b](c.md#d) |\n\n![e](f.svg)\n";
    assert_eq!(links(text), ["c.md#d", "f.svg"]);
    assert_eq!(anchors("# What `it` is, and is not\n"), iter::once("what-it-is-and-is-not".to_owned()).collect());
}
