//! The layers of the emulator: a module uses only those that stand before it in [`LAYERS`].

use std::path::{Path, PathBuf};
use std::{fs, io};

/// From the bottom up; `docs/architecture.md` says what each one is for.
const LAYERS: &str = "text time ids catalog search http registration limits faults request_log world objects instance accounts \
                      routes control server emulator";

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

/// The modules that `code` names behind `crate::`, alone or in a group.
fn used_modules(code: &str) -> Vec<&str> {
    let mut modules = Vec::new();
    for rest in
        code.lines().map(|line| line.split("//").next().unwrap_or_default()).flat_map(|l| l.split("crate::").skip(1))
    {
        let group = rest.strip_prefix('{').map_or(rest, |group| group.split('}').next().unwrap_or_default());
        let paths = if rest.starts_with('{') { group.split(',').collect() } else { vec![rest] };
        for path in paths.into_iter().map(str::trim) {
            let end = path.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(path.len());
            // What the root re-exports is written with a capital.
            modules.extend(Some(&path[..end]).filter(|name| !name.starts_with(char::is_uppercase)));
        }
    }
    modules
}

#[test]
fn a_module_uses_only_what_stands_before_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let layer = |name: &str| LAYERS.split_whitespace().position(|layer| layer == name);
    let mut violations = Vec::new();
    for path in sources(&root).unwrap().into_iter().filter(|path| !path.ends_with("src/lib.rs")) {
        let inside = path.strip_prefix(&root).unwrap();
        let own = inside.iter().next().unwrap().to_str().unwrap().trim_end_matches(".rs");
        for used in used_modules(&fs::read_to_string(&path).unwrap()) {
            let violation = match (layer(own), layer(used)) {
                (Some(own), Some(used)) if used <= own => continue,
                (Some(_), Some(_)) => format!("{} uses `{used}`, which stands after it", inside.display()),
                _ => format!("{}: `{own}` or `{used}` has no layer", inside.display()),
            };
            violations.push(violation);
        }
    }
    assert!(violations.is_empty(), "{violations:#?}");
}
