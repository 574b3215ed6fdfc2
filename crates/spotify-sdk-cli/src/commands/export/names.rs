//! Files for playlists: each has a name of its own on every file system, whatever the playlists are called, and keeps it
//! when the same folder is written again.

use std::collections::{HashMap, HashSet};
use std::path::{Component, Path};

use unicode_normalization::UnicodeNormalization;

/// How many bytes the name of a file may have, without an id and its ending: with those, and with what is added while it is
/// under way, every file system takes this much.
const MAX_NAME: usize = 100;

/// Names that are not for playlists: `index.jsonl` lists them.
const RESERVED: [&str; 1] = ["index"];

/// Gives each playlist, of which the id and the name are known, a file that ends in `ending`. `before` says which one an id has
/// had so far.
pub(super) fn name_files(
    playlists: &[(String, String)],
    before: &HashMap<String, String>,
    ending: &str,
) -> Vec<String> {
    let mut taken: HashSet<String> = RESERVED.into_iter().map(key).collect();
    let mut files: Vec<Option<String>> = vec![None; playlists.len()];
    for (file, (id, _)) in files.iter_mut().zip(playlists) {
        let stem = before.get(id).and_then(|file| stem_of(file, ending));
        *file = stem.filter(|stem| taken.insert(key(stem))).map(str::to_owned);
    }
    let names: Vec<String> = playlists.iter().map(|(_, name)| safe(name)).collect();
    let mut times: HashMap<String, usize> = HashMap::new();
    for name in &names {
        *times.entry(key(name)).or_default() += 1;
    }
    // First those that nobody else wants: whether a name is free must not depend on the order of the playlists.
    for (file, name) in files.iter_mut().zip(&names).filter(|(file, _)| file.is_none()) {
        let alone = !name.is_empty() && times.get(&key(name)) == Some(&1);
        *file = Some(name).filter(|name| alone && taken.insert(key(name))).cloned();
    }
    for ((file, name), (id, _)) in files.iter_mut().zip(&names).zip(playlists).filter(|((file, _), _)| file.is_none()) {
        *file = with_id(name, &safe(id)).find(|name| taken.insert(key(name)));
    }
    files.into_iter().map(|stem| format!("{}.{ending}", stem.unwrap_or_default())).collect()
}

/// The name with the id, then the id alone, and then numbers behind it: ids that differ in case alone are the same to some file
/// systems.
fn with_id<'a>(name: &'a str, id: &'a str) -> impl Iterator<Item = String> + 'a {
    let both = (!name.is_empty() && !id.is_empty()).then(|| format!("{name} {id}"));
    let alone = (!id.is_empty()).then(|| id.to_owned());
    both.into_iter().chain(alone).chain((2_u64..).map(move |number| format!("{id}-{number}")))
}

/// What comes before the ending, of a file that can be in a folder of ours: an index could name anything.
fn stem_of<'a>(file: &'a str, ending: &str) -> Option<&'a str> {
    let mut parts = Path::new(file).components();
    let (Some(Component::Normal(only)), None) = (parts.next(), parts.next()) else { return None };
    let stem = file.strip_suffix(ending)?.strip_suffix('.')?;
    (only == file && !stem.is_empty() && safe_to_keep(stem)).then_some(stem)
}

/// Whether a name is one that [`name_files`] could have made.
fn safe_to_keep(stem: &str) -> bool {
    stem.len() <= 2 * MAX_NAME + 24 && stem.chars().map(allowed).eq(stem.chars())
}

/// What two names have in common that some file system takes for the same: without case, Unicode form, and marks that have
/// no width.
fn key(name: &str) -> String {
    let visible = |c: &char| !matches!(u32::from(*c), 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF);
    let folded: String = name.nfkd().filter(visible).collect::<String>().to_lowercase().to_uppercase().to_lowercase();
    // Letters that change with their case can come apart: "İ" is "i" with a dot.
    folded.nfkd().filter(visible).collect::<String>().trim_end_matches([' ', '.']).to_owned()
}

fn allowed(c: char) -> char {
    match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        // Marks that turn the direction of writing would make an ending look like another one.
        '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' => '_',
        c if c.is_control() => '_',
        c => c,
    }
}

/// A name that can be one of a file, as close as possible to the given one.
fn safe(name: &str) -> String {
    let mut safe = String::new();
    for c in name.trim().chars().map(allowed) {
        if safe.len() + c.len_utf8() > MAX_NAME {
            break;
        }
        safe.push(c);
    }
    let mut safe = safe.trim_end_matches(|c: char| c == '.' || c.is_whitespace()).to_owned();
    // A dot at the beginning hides a file.
    if safe.starts_with('.') || is_device(&safe) {
        safe.insert(0, '_');
    }
    safe
}

/// Whether Windows takes it for a device, whatever its ending is.
fn is_device(name: &str) -> bool {
    const DEVICES: [&str; 9] = ["con", "prn", "aux", "nul", "com", "lpt", "conin$", "conout$", "clock$"];
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let stem = stem.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'));
    DEVICES.contains(&stem.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn names(given: &[(&str, &str)]) -> Vec<String> {
        let playlists: Vec<_> = given.iter().map(|(name, id)| ((*id).to_owned(), (*name).to_owned())).collect();
        name_files(&playlists, &HashMap::new(), "csv")
    }

    #[test]
    fn files_are_named_as_playlists_are() {
        let given = [("Road trip", "1"), ("80s/90s: best?", "2"), ("日本の音楽", "3"), ("../../etc/passwd", "4")];
        assert_eq!(names(&given), ["Road trip.csv", "80s_90s_ best_.csv", "日本の音楽.csv", "_.._.._etc_passwd.csv"]);
        let given =
            [("a\u{0}\nb", "1"), ("CON", "2"), ("Lpt1.x", "3"), ("com²", "4"), ("x\u{202E}vsc", "5"), ("con .a", "6")];
        assert_eq!(names(&given), ["a__b.csv", "_CON.csv", "_Lpt1.x.csv", "_com².csv", "x_vsc.csv", "_con .a.csv"]);
    }

    #[test]
    fn no_two_playlists_have_the_same_file() {
        let given = [("Mix", "1"), ("mix", "2"), ("Index", "3"), ("", "4"), ("...", "5")];
        assert_eq!(names(&given), ["Mix 1.csv", "mix 2.csv", "Index 3.csv", "4.csv", "5.csv"]);
        let long = names(&[(&"é".repeat(500), "1")]);
        assert_eq!(long, [format!("{}.csv", "é".repeat(50))]);
        // Nor what is a name only once an id is appended to another one.
        assert_eq!(names(&[("Twin", "A"), ("Twin", "B"), ("Twin A", "C")]), ["A.csv", "Twin B.csv", "Twin A.csv"]);
        // "é" is one letter or two.
        assert_eq!(names(&[("Caf\u{e9}", "1"), ("Cafe\u{301}", "2")]), ["Caf\u{e9} 1.csv", "Cafe\u{301} 2.csv"]);
        assert_eq!(names(&[("", "aB"), ("", "Ab")]), ["aB.csv", "Ab-2.csv"]);
        assert_eq!(names(&[("STRASSE", "1"), ("straße", "2")]), ["STRASSE 1.csv", "straße 2.csv"]);
    }

    #[test]
    fn an_index_is_believed_only_where_it_names_a_file_of_its_folder() {
        let playlists = [("1".to_owned(), "One".to_owned()), ("2".to_owned(), "Two".to_owned())];
        let with = |file: &str| {
            let before = HashMap::from([("1".to_owned(), file.to_owned()), ("2".to_owned(), "Mine.csv".to_owned())]);
            name_files(&playlists, &before, "csv")
        };
        assert_eq!(with("Old name.csv"), ["Old name.csv", "Mine.csv"]);
        for file in ["../One.csv", "/etc/x.csv", "a/b.csv", ".csv", "Old.jsonl", "", "mine.CSV", "index.csv"] {
            assert_eq!(with(file), ["One.csv", "Mine.csv"], "{file}");
        }
        // Two lines that name one file: the first playlist has it.
        assert_eq!(with("mINE.csv"), ["mINE.csv", "Two.csv"]);
    }

    /// Names that meet each other on some file system, and those that are no names at all.
    fn hostile() -> impl Strategy<Value = String> {
        let words = prop::sample::select(vec![
            "Twin",
            "twin",
            "TWIN",
            "Caf\u{e9}",
            "Cafe\u{301}",
            "CAFÉ",
            "straße",
            "STRASSE",
            "İ",
            "i\u{307}",
            "ﬁ",
            "fi",
            "",
            "..",
            "CON",
            "con.txt",
            "a/b",
            "a\\b",
            "a:b",
            "index",
            "\u{200B}",
            "A",
            "B",
            "A-2",
            "ſ",
            "s",
            "K",
            "k",
            "Ω",
            "ω",
        ]);
        let joined = prop::collection::vec((words, prop::sample::select(vec!["", " ", ".", "-"])), 0..4)
            .prop_map(|parts| parts.into_iter().flat_map(|(word, end)| [word, end]).collect::<String>());
        prop_oneof![4 => joined, 1 => any::<String>(), 1 => "[a-b]{100,300}"]
    }

    proptest! {
        #[test]
        fn whatever_playlists_are_called_each_has_its_own_file_and_keeps_it(
            given in prop::collection::btree_map("[aAbB]{1,3}|[a-zA-Z0-9]{22}|\\PC{0,4}", hostile(), 0..24),
            gone in any::<prop::sample::Index>(),
            order in any::<u64>(),
        ) {
            let mut playlists: Vec<(String, String)> = given.into_iter().collect();
            let files = name_files(&playlists, &HashMap::new(), "jsonl");
            let keys: HashSet<String> = files.iter().map(|file| key(file)).collect();
            prop_assert_eq!(keys.len(), playlists.len(), "{:?}", files);
            for file in &files {
                prop_assert!(file.len() <= 240 && stem_of(file, "jsonl").is_some(), "{}", file);
                prop_assert!(!is_device(file) && key(file) != key("index.jsonl"), "{}", file);
            }
            // The next run, in another order, with one that is gone and one that is new.
            let before: HashMap<String, String> =
                playlists.iter().map(|(id, _)| id.clone()).zip(files.iter().cloned()).collect();
            if !playlists.is_empty() {
                let at = order as usize % playlists.len();
                playlists.rotate_left(at);
                playlists.remove(gone.index(playlists.len()));
            }
            playlists.insert(0, ("new one".to_owned(), "Twin".to_owned()));
            let again = name_files(&playlists, &before, "jsonl");
            for ((id, _), file) in playlists.iter().zip(&again).skip(1) {
                prop_assert_eq!(&before[id], file);
            }
            let keys: HashSet<String> = again.iter().map(|file| key(file)).collect();
            prop_assert_eq!(keys.len(), playlists.len(), "{:?}", again);
        }
    }
}
