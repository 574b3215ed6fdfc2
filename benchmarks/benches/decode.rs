//! Decoding a page of 50 saved tracks: with the SDK, with rspotify-model, and as nothing at all, which is the ceiling.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use serde::de::IgnoredAny;
use spotify_sdk_benchmarks::saved_tracks;

fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("saved_tracks");
    for (name, with_markets) in [("with markets", true), ("without markets", false)] {
        let page = saved_tracks(with_markets);
        let page = page.as_bytes();
        group.throughput(Throughput::Bytes(page.len() as u64));
        group.bench_with_input(BenchmarkId::new("spotify-sdk", name), page, |bencher, page| {
            bencher.iter(|| {
                let page: spotify_sdk::models::Page<spotify_sdk::models::SavedTrack> =
                    serde_json::from_slice(black_box(page)).expect("the page is valid");
                page
            });
        });
        group.bench_with_input(BenchmarkId::new("rspotify-model", name), page, |bencher, page| {
            bencher.iter(|| {
                let page: rspotify_model::Page<rspotify_model::SavedTrack> =
                    serde_json::from_slice(black_box(page)).expect("the page is valid");
                page
            });
        });
        group.bench_with_input(BenchmarkId::new("serde_json IgnoredAny", name), page, |bencher, page| {
            bencher.iter(|| serde_json::from_slice::<IgnoredAny>(black_box(page)).expect("the page is valid"));
        });
    }
    group.finish();
}

criterion_group!(benches, decode);
criterion_main!(benches);
