//! A stream holds no more of a long list than of a short one.

use crate::list::{List, number};

/// The most bytes in use at a time while a list of this length is read.
fn peak(total: u32) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let list = List::of(total);
    let info = allocation_counter::measure(|| {
        runtime.block_on(async {
            let mut items = list.client().tracks().get_saved().concurrency(8).stream();
            let mut count = 0;
            while let Some(item) = items.next().await {
                assert_eq!(number(&item.unwrap().track.name), count);
                count += 1;
            }
            assert_eq!(count, total);
        });
    });
    info.bytes_max
}

#[test]
fn a_hundred_thousand_tracks_take_no_more_memory_than_a_thousand() {
    let (short, long) = (peak(1_000), peak(100_000));
    println!("peak for 1,000 tracks {short} bytes, for 100,000 {long} bytes");
    // The test's own notes of what was asked for grow by 8 bytes a request.
    assert!(long < short + 100_000, "{short} and {long} bytes");
}
