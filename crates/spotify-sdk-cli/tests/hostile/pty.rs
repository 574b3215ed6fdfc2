//! A real terminal, as the system has them, with the program at its other end.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::os::fd::OwnedFd;
use std::process::{Child, Command};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// A program at a terminal; killed if a test forgets to end it.
pub(crate) struct Pty {
    child: Child,
    terminal: File,
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Pty {
    /// Starts a program at a terminal that is so many columns wide.
    pub(crate) fn start(mut command: Command, columns: u16) -> Self {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
        let end: OwnedFd = File::options().read(true).write(true).open(name).unwrap().into();
        tcsetwinsize(&end, Winsize { ws_row: 40, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }).unwrap();
        command.stdin(end.try_clone().unwrap()).stdout(end.try_clone().unwrap()).stderr(end);
        let child = command.spawn().unwrap();
        // It holds the terminal's other end, which would keep it open.
        drop(command);
        Self { child, terminal: terminal.into() }
    }

    /// What a program writes to the terminal, and its exit code.
    pub(crate) fn run(command: Command, columns: u16) -> (String, i32) {
        Self::start(command, columns).finish()
    }

    /// What it writes until this is in it.
    pub(crate) fn read_until(&mut self, words: &str) -> String {
        let mut output = Vec::new();
        let mut byte = [0];
        while !String::from_utf8_lossy(&output).contains(words) {
            self.terminal.read_exact(&mut byte).unwrap();
            output.push(byte[0]);
        }
        String::from_utf8_lossy(&output).into_owned()
    }

    pub(crate) fn type_in(&mut self, keys: &[u8]) {
        self.terminal.write_all(keys).unwrap();
    }

    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        // It may have ended at the one before.
        let _ = Command::new("kill").args([signal, &id]).stderr(std::process::Stdio::null()).status().unwrap();
    }

    /// What it still writes, and its exit code; 1000 and more where a signal ended it.
    pub(crate) fn finish(mut self) -> (String, i32) {
        let mut output = Vec::new();
        let mut some = [0; 4096];
        loop {
            match self.terminal.read(&mut some) {
                Ok(0) => break,
                Ok(read) => output.extend_from_slice(&some[..read]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // How Linux says that the other end is closed.
                Err(_) => break,
            }
        }
        let code = self.child.wait().unwrap().code().unwrap_or(1000);
        (String::from_utf8(output).unwrap(), code)
    }
}

/// What is on a terminal after all that was written to it, as far as this program drives one.
pub(crate) struct Screen;

impl Screen {
    pub(crate) fn of(output: &str) -> String {
        let mut lines: Vec<Vec<char>> = vec![Vec::new()];
        let (mut row, mut column) = (0, 0);
        let mut rest: VecDeque<char> = output.chars().collect();
        while let Some(c) = rest.pop_front() {
            match c {
                '\r' => column = 0,
                '\n' => {
                    row += 1;
                    lines.resize(lines.len().max(row + 1), Vec::new());
                }
                '\u{1b}' => {
                    let mut sequence = String::new();
                    while let Some(c) = rest.pop_front() {
                        sequence.push(c);
                        if c.is_ascii_alphabetic() {
                            break;
                        }
                    }
                    let number = sequence.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(1);
                    match sequence.chars().last() {
                        Some('A') => row -= row.min(number),
                        Some('B') => row = (row + number).min(lines.len() - 1),
                        Some('K') => lines[row].clear(),
                        Some('J') => {
                            lines.truncate(row + 1);
                            lines[row].truncate(column);
                        }
                        _ => {}
                    }
                }
                c => {
                    let length = lines[row].len().max(column + 1);
                    lines[row].resize(length, ' ');
                    lines[row][column] = c;
                    column += 1;
                }
            }
        }
        lines.iter().map(|line| line.iter().collect::<String>() + "\n").collect()
    }
}
