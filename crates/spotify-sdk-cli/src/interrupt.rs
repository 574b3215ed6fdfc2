//! Ctrl-C, for commands that have something to put in order first, and for what has to be done before the process ends.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::output::{Failure, INTERRUPTED, clear_progress};

/// How often somebody who waits looks whether Ctrl-C was pressed.
const LOOK: Duration = Duration::from_millis(50);
/// How long a request that changes something may take to end after Ctrl-C.
const GRACE: Duration = Duration::from_secs(3);

type Handler = Box<dyn FnMut() + Send>;

/// What happens when somebody presses Ctrl-C, or the process is asked to end in another way. There is one handler for a process.
static SIGNALS: Mutex<Signals> = Mutex::new(Signals { is_heard: false, listener: None, last: None });

struct Signals {
    /// Whether the default handler is replaced.
    is_heard: bool,
    listener: Option<Handler>,
    last: Option<Handler>,
}

impl Signals {
    fn hear(&mut self) -> Result<(), ctrlc::Error> {
        if !self.is_heard {
            ctrlc::set_handler(asked)?;
            self.is_heard = true;
        }
        Ok(())
    }
}

fn with_signals<T>(then: impl FnOnce(&mut Signals) -> T) -> T {
    then(&mut SIGNALS.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Calls `listener` each time that the process is asked to end, which then is its own affair.
pub(crate) fn on_request(listener: impl FnMut() + Send + 'static) -> Result<(), ctrlc::Error> {
    with_signals(|signals| {
        signals.hear()?;
        signals.listener = Some(Box::new(listener));
        Ok(())
    })
}

/// Calls `last` before Ctrl-C ends the process.
pub(crate) fn before_end(last: impl FnMut() + Send + 'static) -> Result<(), ctrlc::Error> {
    with_signals(|signals| {
        signals.hear()?;
        signals.last = Some(Box::new(last));
        Ok(())
    })
}

/// The handler.
fn asked() {
    // Not while it is called: it may end the process.
    match with_signals(|signals| signals.listener.take()) {
        Some(mut listener) => {
            listener();
            with_signals(|signals| drop(signals.listener.replace(listener)));
        }
        None => end(),
    }
}

/// Ends the process as Ctrl-C does.
fn end() -> ! {
    if let Some(mut last) = with_signals(|signals| signals.last.take()) {
        last();
    }
    clear_progress();
    process::exit(INTERRUPTED.into());
}

/// Whether Ctrl-C was pressed. Pressed again it ends the process at once.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on, in the place of the default handler.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let asked = Arc::new(AtomicBool::new(false));
        let set = Arc::clone(&asked);
        let handler = move || {
            if set.swap(true, Ordering::SeqCst) {
                end();
            }
        };
        match on_request(handler) {
            Ok(()) => Ok(Self(asked)),
            Err(error) => Err(Failure::Failed(format!("cannot listen for Ctrl-C: {error}"), None)),
        }
    }

    /// An error once Ctrl-C was pressed.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.0.load(Ordering::SeqCst) { Err(Failure::Interrupted) } else { Ok(()) }
    }

    /// What comes next; `None` when nothing more will. However long that takes, Ctrl-C ends it at once.
    pub(crate) fn receive<T>(&self, from: &Receiver<T>) -> Result<Option<T>, Failure> {
        loop {
            self.check()?;
            match from.recv_timeout(LOOK) {
                Ok(value) => return Ok(Some(value)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(None),
            }
        }
    }

    /// Waits for something that changes nothing. Ctrl-C leaves it to itself.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (done, result) = mpsc::sync_channel(1);
        thread::spawn(move || done.send(work()));
        self.receive(&result)?.unwrap_or(Err(Failure::Interrupted))
    }

    /// Does something that changes something. Ctrl-C lets it end, unless it takes longer than a moment.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        self.check()?;
        let (done, result) = mpsc::sync_channel(1);
        thread::spawn(move || done.send(work()));
        let mut asked = None;
        loop {
            match result.recv_timeout(LOOK) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Disconnected) => return Err(Failure::Interrupted),
                Err(RecvTimeoutError::Timeout) if self.check().is_ok() => {}
                Err(RecvTimeoutError::Timeout) => {
                    if asked.get_or_insert_with(Instant::now).elapsed() > GRACE {
                        return Err(Failure::Interrupted);
                    }
                }
            }
        }
    }
}
