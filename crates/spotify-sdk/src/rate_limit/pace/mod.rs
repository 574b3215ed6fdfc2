//! How many requests an app may send, and when the next one may go: pure decisions, with no clock of their own.
//!
//! Spotify counts the requests of an app over any 30 seconds, and does not say how many there may be. With a budget given,
//! no more than that go in any 30 seconds. Without one everything goes, until Spotify answers 429: then the requests that
//! went well in the 30 seconds before are the budget, which shrinks when there is another 429 within it, and grows a little
//! when it has been in the way for long without one.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The window over which Spotify counts.
pub(crate) const WINDOW: Duration = Duration::from_secs(30);
/// Spotify's clock and ours do not tick together.
const MARGIN: Duration = Duration::from_millis(50);
/// Fewer requests than this teach nothing, and no budget shrinks below: someone else has used the limit up.
const LEAST_LEARNED: u32 = 10;
/// So long a learned budget is kept before more is tried.
const UNTIL_MORE: Duration = Duration::from_secs(10 * 60);
/// How many requests are remembered where there is no budget.
const REMEMBERED: usize = 2_000;
/// For so long the first request after a wait goes alone. One that takes longer keeps nobody waiting.
const ALONE: Duration = Duration::from_secs(5);
/// The wait after a refusal is at least this, whatever Spotify asks for, and twice as long after each further one in a row.
const MIN_WAIT: Duration = Duration::from_millis(100);
/// As far as that goes.
const MAX_MIN_WAIT: Duration = Duration::from_secs(8);

/// How many requests may go in any 30 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Budget {
    /// As many as the caller says.
    Given(u32),
    /// As many as went well before Spotify refused one.
    Learned {
        most: u32,
        /// When that was, or when more was last tried.
        since: Instant,
        /// Whether a request has had to wait for it since.
        in_the_way: bool,
    },
}

impl Budget {
    pub(super) fn most(self) -> u32 {
        match self {
            Self::Given(most) | Self::Learned { most, .. } => most,
        }
    }
}

/// Whether a request may go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Admission {
    Go(Ticket),
    /// Not before this moment.
    At(Instant),
    /// Not before one that is under way has ended.
    Later,
}

/// A request that has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    sent: Instant,
    turn: Turn,
}

/// Why a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// There was room for it.
    InPace,
    /// It is the first after a wait, which goes alone.
    First,
    /// It waits for nothing.
    Anyway,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Spotify answered, and not with 429.
    Answered,
    /// Nobody knows whether Spotify has counted it.
    Unknown,
    /// Spotify answered 429, and asks to wait.
    Refused(Duration),
    /// It certainly did not go out.
    NotSent,
}

/// What the first request after a wait is about.
#[derive(Debug, PartialEq, Eq)]
enum First {
    Free,
    /// The next request goes alone.
    Awaited,
    /// It went at this moment.
    UnderWay(Instant),
}

/// The requests of the last 30 seconds, and what they teach.
#[derive(Debug)]
pub(super) struct Pace {
    budget: Option<Budget>,
    under_way: u32,
    /// Those that have ended, in the order in which they did: when they were sent, and when they ended.
    ended: VecDeque<(Instant, Instant)>,
    closed_until: Option<Instant>,
    /// When Spotify has last asked to wait.
    refused_at: Option<Instant>,
    /// How many waits in a row were followed by another refusal, the first included.
    refusals: u32,
    first: First,
}

impl Pace {
    pub(super) fn new(budget: Option<u32>) -> Self {
        Self {
            budget: budget.map(Budget::Given),
            under_way: 0,
            ended: VecDeque::new(),
            closed_until: None,
            refused_at: None,
            refusals: 0,
            first: First::Free,
        }
    }

    pub(super) fn budget(&self) -> Option<Budget> {
        self.budget
    }

    /// Until when Spotify wants nothing.
    pub(super) fn closed_until(&self, now: Instant) -> Option<Instant> {
        self.closed_until.filter(|until| *until > now)
    }

    /// How many requests were sent in the last 30 seconds, or are under way.
    pub(super) fn sent(&mut self, now: Instant) -> u32 {
        self.forget(now);
        self.under_way.saturating_add(u32::try_from(self.ended.len()).unwrap_or(u32::MAX))
    }

    /// Asks for a request to go now, one that leaves a tenth of the budget free or not.
    pub(super) fn admit(&mut self, now: Instant, leaves_room: bool) -> Admission {
        if let Some(until) = self.closed_until(now) {
            return Admission::At(until);
        }
        let turn = match self.first {
            First::UnderWay(since) if now < since + ALONE => return Admission::At(since + ALONE),
            First::Awaited | First::UnderWay(_) => Turn::First,
            First::Free => Turn::InPace,
        };
        self.try_more(now);
        let most = match self.budget {
            None => return Admission::Go(self.go(now, turn)),
            // That the wait is over is Spotify's own word, which is worth more than what was learned.
            Some(Budget::Learned { .. }) if turn == Turn::First => return Admission::Go(self.go(now, turn)),
            Some(budget) => budget.most(),
        };
        let most = if leaves_room { (most - most.div_ceil(10).min(most - 1)).max(1) } else { most };
        let sent = self.sent(now);
        if sent < most {
            return Admission::Go(self.go(now, turn));
        }
        if let Some(Budget::Learned { in_the_way, .. }) = &mut self.budget {
            *in_the_way = true;
        }
        // So many have to be forgotten before there is room for one.
        match self.ended.get((sent - most) as usize) {
            Some((_, ended)) => Admission::At(*ended + WINDOW + MARGIN),
            None => Admission::Later,
        }
    }

    /// Counts a request that goes whatever the pace.
    pub(super) fn go_anyway(&mut self, now: Instant) -> Ticket {
        self.go(now, Turn::Anyway)
    }

    fn go(&mut self, now: Instant, turn: Turn) -> Ticket {
        self.under_way += 1;
        if turn == Turn::First {
            self.first = First::UnderWay(now);
        }
        Ticket { sent: now, turn }
    }

    /// Takes in how a request ended.
    pub(super) fn ended(&mut self, ticket: Ticket, now: Instant, ended: Ended) {
        self.under_way = self.under_way.saturating_sub(1);
        self.forget(now);
        if matches!(ended, Ended::Answered | Ended::Unknown) {
            // Spotify counts a request when it comes, which is no later than its end.
            self.ended.push_back((ticket.sent, now));
            if self.budget.is_none() && self.ended.len() > REMEMBERED {
                self.ended.pop_front();
            }
        }
        match ended {
            Ended::Refused(wait) => self.refused(ticket, now, wait),
            Ended::Answered => self.went_well(ticket, now),
            // Where another one is first by now, it still is.
            Ended::Unknown | Ended::NotSent => {
                if self.first == First::UnderWay(ticket.sent) && ticket.turn == Turn::First {
                    self.first = First::Awaited;
                }
            }
        }
    }

    fn went_well(&mut self, ticket: Ticket, now: Instant) {
        // Of one that was sent before another was refused, the answer says nothing.
        let is_news = self.refused_at.is_none_or(|refused| refused <= ticket.sent);
        if ticket.turn == Turn::First && is_news && matches!(self.first, First::UnderWay(_)) {
            self.first = First::Free;
            self.refusals = 0;
        }
        // Those that were under way when the budget was learned went well too.
        if let Some(Budget::Learned { most, since, in_the_way }) = self.budget
            && ticket.sent <= since
        {
            let most = self.worked(now).max(most);
            self.budget = Some(Budget::Learned { most, since, in_the_way });
        }
    }

    fn refused(&mut self, ticket: Ticket, now: Instant, wait: Duration) {
        // Those that were under way together were refused together: only the first after a wait makes it one more.
        if self.refusals == 0 || ticket.turn == Turn::First {
            self.refusals = self.refusals.saturating_add(1);
        }
        self.close_until(now + wait.max(self.min_wait()));
        self.refused_at = Some(now);
        let worked = self.worked(now);
        match &mut self.budget {
            Some(Budget::Given(_)) => {}
            None if worked < LEAST_LEARNED => {}
            None => self.budget = Some(Budget::Learned { most: worked, since: now, in_the_way: false }),
            // It was sent before the budget was learned, or regardless of it: that teaches nothing new.
            Some(Budget::Learned { since, .. }) if ticket.sent <= *since || ticket.turn != Turn::InPace => {}
            Some(Budget::Learned { most, since, in_the_way }) => {
                // Fewer than the budget have gone: someone else sends requests for the same app.
                let fewer = if worked < *most { worked.max(*most / 2) } else { *most - most.div_ceil(10) };
                *most = fewer.max(LEAST_LEARNED);
                (*since, *in_the_way) = (now, false);
            }
        }
    }

    /// The shortest wait after so many refusals in a row: a server that never names one must not be asked all the time.
    fn min_wait(&self) -> Duration {
        // Doubled more often than that, it is longer than the longest anyway.
        let doublings = self.refusals.saturating_sub(1).min(16);
        MIN_WAIT.saturating_mul(1 << doublings).min(MAX_MIN_WAIT)
    }

    /// How many requests Spotify has certainly counted in the last 30 seconds.
    fn worked(&self, now: Instant) -> u32 {
        let in_window = self.ended.iter().rev().filter(|(sent, _)| *sent + WINDOW > now);
        u32::try_from(in_window.count()).unwrap_or(u32::MAX)
    }

    /// A longer wait that is under way stays.
    fn close_until(&mut self, until: Instant) {
        self.closed_until = Some(self.closed_until.map_or(until, |before| before.max(until)));
        self.first = First::Awaited;
    }

    /// A request went through that did not wait, so the limit is over, unless that began only after it was sent.
    pub(super) fn open(&mut self, ticket: Ticket) {
        if self.refused_at.is_none_or(|refused| refused <= ticket.sent) {
            self.closed_until = None;
            self.first = First::Free;
            self.refusals = 0;
        }
    }

    /// Tries a little more when the budget has been in the way for long.
    fn try_more(&mut self, now: Instant) {
        if let Some(Budget::Learned { most, since, in_the_way }) = &mut self.budget
            && *in_the_way
            && now.duration_since(*since) >= UNTIL_MORE
        {
            *most = most.saturating_add(most.div_ceil(10));
            (*since, *in_the_way) = (now, false);
        }
    }

    fn forget(&mut self, now: Instant) {
        while self.ended.front().is_some_and(|(_, ended)| *ended + WINDOW + MARGIN <= now) {
            self.ended.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
