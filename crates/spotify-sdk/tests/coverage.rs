//! The operations of the SDK against the facts: those of Spotify's reference, as a table in `facts`.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};

use spotify_sdk::http::Method;
use spotify_sdk::operation::all;
use spotify_sdk::operation::{Caching, OperationInfo, Place, Quota};
use spotify_sdk::schema::{FieldInfo, Schema};

const FACTS: &str = include_str!("facts/operations.tsv");

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Fact {
    method: String,
    path: String,
    access: String,
    scopes: BTreeSet<String>,
    reference: String,
    /// Its parameters: `query:market`, and with `!` where they have to be there.
    parameters: BTreeSet<String>,
}

fn facts() -> BTreeSet<Fact> {
    let facts: BTreeSet<Fact> = FACTS
        .lines()
        .skip(1)
        .map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [method, path, access, scopes, reference, parameters] = columns[..] else { panic!("{line}") };
            Fact {
                method: method.to_owned(),
                path: path.to_owned(),
                access: access.to_owned(),
                scopes: scopes.split_whitespace().map(str::to_owned).collect(),
                reference: reference.to_owned(),
                parameters: parameters.split_whitespace().map(str::to_owned).collect(),
            }
        })
        .collect();
    facts
}

fn facts_of_this_build() -> Vec<Fact> {
    facts().into_iter().filter(|fact| cfg!(feature = "extended-quota") || fact.access == "everyone").collect()
}

fn fact_of(operation: &OperationInfo) -> Fact {
    Fact {
        method: operation.method.to_string(),
        path: operation.path.to_owned(),
        access: match operation.quota {
            Quota::Development => "everyone".to_owned(),
            Quota::Extended => "extended".to_owned(),
            other => panic!("the table has no word for {other:?}"),
        },
        scopes: operation.scopes.iter().map(ToString::to_string).collect(),
        reference: operation.reference.unwrap().to_owned(),
        parameters: BTreeSet::new(),
    }
}

#[test]
fn the_operations_are_those_of_spotifys_reference_with_their_access_and_scopes() {
    let ours: BTreeSet<Fact> = all().map(fact_of).collect();
    let theirs: BTreeSet<Fact> =
        facts_of_this_build().into_iter().map(|fact| Fact { parameters: BTreeSet::new(), ..fact }).collect();
    let missing: Vec<_> = theirs.difference(&ours).collect();
    let extra: Vec<_> = ours.difference(&theirs).collect();
    assert!(missing.is_empty() && extra.is_empty(), "missing: {missing:#?}\nextra or different: {extra:#?}");
    assert!(all().count() >= ours.len());
}

/// The names of the parameters in requests, with where they go.
fn parameters(operation: &OperationInfo) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for param in operation.params {
        let place = match param.place {
            Place::Path => "path",
            Place::Query => "query",
            Place::Body => "body",
            Place::Content(media_type) => {
                names.insert(format!("content:{media_type}"));
                continue;
            }
            other => panic!("the table has no word for {other:?}"),
        };
        match param.schema {
            // Each of its fields is a parameter.
            Schema::Object(fields) if param.place == Place::Query => {
                names.extend(fields.iter().map(|field| format!("{place}:{}", field.wire_name)));
            }
            _ => drop(names.insert(format!("{place}:{}", param.wire_name))),
        }
    }
    names.extend(operation.fixed.iter().map(|(name, _)| format!("query:{name}")));
    names
}

/// Operations with the same method and path have the parameters of the reference between them; some of these go into the
/// query or into the body, as one likes.
#[test]
fn the_parameters_are_those_of_spotifys_reference() {
    let mut faults = Vec::new();
    for fact in facts_of_this_build() {
        let is_of = |operation: &&'static OperationInfo| {
            operation.method.as_str() == fact.method && operation.path == fact.path
        };
        let ours: BTreeSet<String> = all().filter(is_of).flat_map(parameters).collect();
        let theirs: BTreeSet<&str> = fact.parameters.iter().map(|name| name.trim_end_matches('!')).collect();
        let name = |parameter: &str| parameter.split_once(':').unwrap().1.to_owned();
        let by_name: BTreeSet<String> = ours.iter().map(|parameter| name(parameter)).collect();
        let missing = theirs.iter().filter(|parameter| !by_name.contains(&name(parameter)));
        faults.extend(missing.map(|parameter| format!("{} {} lacks {parameter}", fact.method, fact.path)));
        let unknown = ours.iter().filter(|parameter| !theirs.contains(parameter.as_str()));
        faults.extend(unknown.map(|parameter| format!("{} {} has no {parameter}", fact.method, fact.path)));
        for operation in all().filter(is_of) {
            let required = |wanted: &str| {
                operation.params.iter().any(|param| {
                    param.required && (param.wire_name == wanted || param.place == Place::Content("image/jpeg"))
                }) || operation.fixed.iter().any(|(fixed, _)| *fixed == wanted)
            };
            let wanted = fact.parameters.iter().filter_map(|parameter| parameter.strip_suffix('!')).map(name);
            faults.extend(
                wanted
                    .filter(|wanted| !required(wanted))
                    .map(|wanted| format!("{} does not need {wanted}", operation.name)),
            );
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What the documentation counts is what there is.
#[test]
fn the_documentation_counts_the_operations_right() {
    let (facts, mut everyone) = (facts(), 0);
    for fact in &facts {
        everyone += usize::from(fact.access == "everyone");
    }
    let (whole, extended) = (facts.len(), facts.len() - everyone);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    for (file, phrases) in [
        (
            "README.md",
            vec![
                format!(
                    "The SDK has all {whole} operations of Spotify's reference. The {everyone} that every app may call"
                ),
                format!("The other {extended} need extended quota"),
                format!("all {whole} operations, all models"),
            ],
        ),
        (
            "CHANGELOG.md",
            vec![
                format!("All {whole} operations of the Web API: the {everyone} that"),
                format!("the other {extended}."),
            ],
        ),
        (
            "crates/spotify-sdk/src/guide/quota.md",
            vec![
                format!("| operations | {everyone} | all but those closed in 2024, or the {everyone} | all {whole} |"),
                format!("The {everyone} operations are available by default. The other {extended} need"),
            ],
        ),
        ("crates/spotify-emulator/README.md", vec![format!("the Web API with all {whole} operations")]),
        ("crates/spotify-emulator/src/lib.rs", vec![format!("the Web API with all {whole} operations")]),
        ("crates/spotify-emulator/src/registration/quota.rs", vec![format!("{everyone} of the {whole} operations")]),
    ] {
        let text = std::fs::read_to_string(format!("{root}/{file}")).unwrap();
        for phrase in phrases {
            assert!(text.contains(&phrase), "{file} does not say: {phrase}");
        }
    }
}

#[test]
fn every_name_is_there_once() {
    let mut seen = BTreeMap::new();
    for operation in all() {
        assert_eq!(seen.insert(operation.name, operation), None, "{}", operation.name);
    }
}

#[test]
fn what_replaces_an_operation_is_open_to_every_app() {
    let for_everyone: BTreeSet<&str> =
        all().filter(|operation| operation.quota == Quota::Development).map(|operation| operation.name).collect();
    for operation in all() {
        if let Some(name) = operation.replaced_by {
            assert_eq!(operation.quota, Quota::Extended, "{}", operation.name);
            // Many single reads replace a batch.
            let sent = name.strip_suffix("_many").unwrap_or(name);
            assert!(for_everyone.contains(sent), "{} names {name}", operation.name);
        }
    }
}

#[test]
fn every_operation_says_what_it_reads_or_changes() {
    for operation in all() {
        let (reads, changes) = (!operation.reads.is_empty(), !operation.changes.is_empty());
        let expected = match operation.method {
            // Its responses are random.
            Method::GET if operation.path == "/recommendations" => (false, false),
            Method::GET => (true, false),
            _ => (false, true),
        };
        assert_eq!((reads, changes), expected, "{operation}");
    }
}

/// Whether values of a schema can hold a field of this name, at any depth.
fn can_hold(schema: &'static Schema, field: &str, seen: &mut Vec<*const Schema>) -> bool {
    if seen.iter().any(|known| std::ptr::eq(*known, schema)) {
        return false;
    }
    seen.push(schema);
    let mut among = |fields: &'static [FieldInfo]| {
        fields.iter().any(|info| info.wire_name == field || can_hold(info.schema, field, seen))
    };
    match schema {
        Schema::Object(fields) => among(fields),
        Schema::Model(model) => among(model.fields) || model.of.is_some_and(|of| can_hold(of, field, seen)),
        Schema::List { items: inner, .. } | Schema::Map(inner) | Schema::Nullable(inner) => {
            can_hold(inner, field, seen)
        }
        Schema::OneOf(schemas) => schemas.iter().any(|schema| can_hold(schema, field, seen)),
        _ => false,
    }
}

/// How far a user has listened changes without a word to the program, so it is not used unasked.
#[test]
fn what_says_how_far_the_user_has_listened_is_the_users() {
    let mut holding = 0;
    for operation in all().filter(|operation| operation.method == Method::GET) {
        if !can_hold(operation.output, "resume_point", &mut Vec::new()) {
            continue;
        }
        holding += 1;
        // Its episodes have the model of others, but Spotify sends no progress with them; and it is what programs ask for most.
        let expected_of_catalog = operation.name == "search.search";
        assert_eq!(operation.caching() == Caching::Catalog, expected_of_catalog, "{operation}");
    }
    assert!(holding >= 8, "{holding}");
}

/// RFC 9111 has a write make what is stored for its own address out of date.
#[test]
fn every_write_changes_what_is_read_at_its_own_address() {
    for write in all().filter(|operation| operation.method != Method::GET) {
        for read in all().filter(|read| read.path == write.path && read.caching() != Caching::Never) {
            assert!(write.changes.iter().any(|resource| read.reads.contains(resource)), "{write} and {read}");
        }
    }
}

#[test]
fn what_is_the_same_for_everyone_is_read_from_the_catalog_and_what_is_at_me_is_not() {
    for operation in all().filter(|operation| operation.method == Method::GET) {
        let is_users = operation.path == "/me" || operation.path.starts_with("/me/");
        assert!(!is_users || operation.caching() != Caching::Catalog, "{operation}");
        if operation.path.starts_with("/me/player") {
            assert_eq!(operation.caching(), Caching::Never, "{operation}");
        }
    }
    let of = |name: &str| all().find(|operation| operation.name == name).unwrap().caching();
    assert_eq!([of("albums.get"), of("artists.get"), of("tracks.get"), of("search.search")], [Caching::Catalog; 4]);
    assert_eq!([of("users.get_current_profile"), of("playlists.get"), of("episodes.get")], [Caching::User; 3]);
}

/// The tables in the documentation of `api`, of all operations with the methods for them.
#[test]
fn the_tables_in_the_documentation_are_those_of_the_all() {
    assert_table(Quota::Development, "operations_everyone.md");
    if cfg!(feature = "extended-quota") {
        assert_table(Quota::Extended, "operations_extended.md");
    }
}

fn assert_table(quota: Quota, file: &str) {
    let mut lines: Vec<String> = all()
        .filter(|operation| operation.quota == quota)
        .map(|operation| {
            let (service, method) = operation.name.split_once('.').unwrap();
            format!(
                "| [`{service}().{method}`]({}::{method}) | `{} {}` | [{}]({}) |",
                link(service),
                operation.method,
                operation.path,
                operation.reference.unwrap(),
                operation.reference_url().unwrap(),
            )
        })
        .collect();
    lines.sort();
    let table = format!("| method | request | reference |\n| --- | --- | --- |\n{}\n", lines.join("\n"));
    let path = format!("{}/src/api/{file}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_DOCUMENTATION").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap();
    assert_eq!(written, table, "run this test with UPDATE_DOCUMENTATION=1 to write the table again");
}

/// The type of a service, as rustdoc finds it from the module `api`.
fn link(service: &str) -> String {
    let mut letters = service.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
