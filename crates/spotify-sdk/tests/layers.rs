//! The layers of the library: a module uses only those that stand above it in [`LAYERS`].

use std::path::{Path, PathBuf};
use std::{fs, io};

/// From the top down. `guide` is documentation alone.
const LAYERS: &str = "text memory secret poll invalid_input string_enum percent ids schema definition models error options http retry rate_limit observe auth \
                      pipeline cache call api client paging many invoke playlist_sync watch guide";

fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}

/// The modules that `code` names behind `crate::`, and what cannot be read as one.
fn used_modules(code: &str) -> impl Iterator<Item = &str> {
    let code = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    code.flat_map(|line| line.split("crate::").skip(1)).filter_map(|rest| {
        let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        // What the crate's root re-exports is written with a capital.
        Some(&rest[..end]).filter(|name| !name.starts_with(char::is_uppercase))
    })
}

#[test]
fn a_module_uses_only_what_stands_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layer = |name: &str| LAYERS.split_whitespace().position(|layer| layer == name);
    let mut faults = Vec::new();
    for path in sources(&root).unwrap().into_iter().filter(|path| !path.ends_with("src/lib.rs")) {
        let inside = path.strip_prefix(&root).unwrap();
        let own = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        for used in used_modules(&fs::read_to_string(&path).unwrap()) {
            match (layer(own), layer(used)) {
                (Some(own), Some(used)) if used <= own => {}
                (Some(_), Some(_)) => faults.push(format!("{} uses `{used}`, which stands below", inside.display())),
                _ => faults.push(format!("{}: `{own}` or `{used}` has no layer", inside.display())),
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
