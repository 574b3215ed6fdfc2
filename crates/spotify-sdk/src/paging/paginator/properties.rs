//! Lists whose server omits or misreports metadata: no item is lost, and the list ends.

use std::collections::VecDeque;

use proptest::prelude::*;

use super::*;

/// What the server reports as the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Total {
    True,
    LeftOut,
    /// The size of the page, as Spotify does with `fields`.
    OfThePart,
    TooLarge,
    Endless,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    True,
    LeftOut,
    Always,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    True,
    LeftOut,
    /// Less than it returns.
    TooSmall,
}

#[derive(Debug, Clone, Copy)]
struct Server {
    items: u32,
    /// The maximum size of a page, whatever was requested.
    cap: u32,
    total: Total,
    next: Next,
    limit: Limit,
}

impl Server {
    /// Returns the page at this offset: its range, and its metadata.
    fn answer(&self, offset: u32, asked: u32) -> (Range<u32>, PageInfo) {
        let limit = asked.min(self.cap);
        let start = offset.min(self.items);
        let end = offset.saturating_add(limit).min(self.items);
        let entries = end - start;
        let total = match self.total {
            Total::True => Some(self.items),
            Total::LeftOut => None,
            Total::OfThePart => Some(entries),
            Total::TooLarge => Some(self.items * 2 + 70),
            Total::Endless => Some(u32::MAX),
        };
        let has_next = match self.next {
            Next::True => end < self.items,
            Next::LeftOut => false,
            Next::Always => true,
        };
        let limit = match self.limit {
            Limit::True => limit,
            Limit::LeftOut => 0,
            Limit::TooSmall => limit / 2,
        };
        let is_last = self.next == Next::True && self.limit != Limit::LeftOut && !has_next;
        (start..end, PageInfo { entries, limit, total, has_next, is_last, ..PageInfo::default() })
    }

    /// Returns whether anything distinguishes a page that was cut short from the last one.
    fn says_when_it_gives_less(&self) -> bool {
        self.limit == Limit::True
            || self.next != Next::LeftOut
            || !matches!(self.total, Total::LeftOut | Total::OfThePart)
    }
}

/// Reads the list as the reader does: several pages concurrently, taken in order.
fn read(server: Server, limit: u32, first: u32, concurrency: usize) -> (Vec<u32>, usize) {
    let mut paginator = Paginator::new(Slot::Offset { offset: first, limit }, u32::MAX);
    let (mut found, mut asked, mut in_flight) = (Vec::new(), 0, VecDeque::new());
    loop {
        while in_flight.len() < concurrency
            && let Some(slot) = paginator.next(in_flight.len())
        {
            in_flight.push_back(slot);
            asked += 1;
            assert!(asked < 5_000, "an endless loop");
        }
        let Some(slot) = in_flight.pop_front() else { return (found, asked) };
        let Slot::Offset { offset, limit } = slot else { panic!("{slot:?}") };
        let (items, info) = server.answer(offset, limit);
        found.extend(items);
        paginator.arrived(&slot, &info);
    }
}

fn server() -> impl Strategy<Value = Server> {
    use prop_oneof as any;
    let total = any![
        Just(Total::True),
        Just(Total::LeftOut),
        Just(Total::OfThePart),
        Just(Total::TooLarge),
        Just(Total::Endless)
    ];
    let next = any![Just(Next::True), Just(Next::LeftOut), Just(Next::Always)];
    let limit = any![Just(Limit::True), Just(Limit::LeftOut), Just(Limit::TooSmall)];
    (0u32..700, 1u32..120, total, next, limit).prop_map(|(items, cap, total, next, limit)| Server {
        items,
        cap,
        total,
        next,
        limit,
    })
}

proptest! {
    #[test]
    fn whatever_a_server_leaves_out_or_lies_about_no_item_is_lost(
        server in server(),
        limit in 1u32..=100,
        first in 0u32..50,
        concurrency in 1usize..6,
    ) {
        let cap = if server.says_when_it_gives_less() { server.cap } else { limit };
        let server = Server { cap, ..server };
        let (mut found, asked) = read(server, limit, first, concurrency);
        if server.limit == Limit::True {
            prop_assert!(found.is_sorted(), "{found:?}");
        }
        found.sort_unstable();
        found.dedup();
        prop_assert_eq!(found, (first..server.items).collect::<Vec<_>>());
        if server.total == Total::True && server.next == Next::True && server.limit == Limit::True {
            let parts = server.items.saturating_sub(first).div_ceil(limit.min(server.cap)).max(1);
            prop_assert_eq!(asked, parts as usize);
        }
    }
}
