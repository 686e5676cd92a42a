//! A shell on a terminal of its own, at which a test types. A key shows the line that is edited, so that nothing is
//! waited for but that line.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use nix::pty::{Winsize, openpty};

/// How long a shell may take to answer a key.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the shell prints when it can be typed at.
pub(super) const READY: &str = "ready> ";

/// What stands around the line that is shown, and the key that shows it.
pub(super) const BEGIN: &str = "\u{ab}";
pub(super) const END: &str = "\u{bb}";
const SHOW: &str = "\u{7}";

/// What a shell made of what was typed.
#[derive(Debug)]
pub(super) struct Typed {
    /// The line that is edited.
    pub(super) line: String,
    /// What was shown while it was typed: the candidates, where there are several.
    pub(super) shown: String,
}

/// A shell that runs. It ends with this.
pub(super) struct Interactive {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
}

impl Interactive {
    /// Starts `shell` and waits until it can be typed at.
    pub(super) fn start(mut shell: Command) -> Self {
        let size = Winsize { ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(Some(&size), None).expect("a terminal");
        let end = || pty.slave.try_clone().expect("a terminal");
        shell.stdin(end()).stdout(end()).stderr(end());
        let child = shell.spawn().expect("a shell");
        // What is left of the terminal is its own: when the shell ends, it ends.
        drop((shell, pty.slave));
        let keyboard = File::from(pty.master);
        let mut master = keyboard.try_clone().expect("a terminal");
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            // Linux says EIO at the end.
            while let Ok(count @ 1..) = master.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    break;
                }
            }
        });
        let started = Self { child, keyboard, screen };
        started.read_until(READY);
        started
    }

    /// Types keys, and shows what the line is then. The line is empty again.
    pub(super) fn type_keys(&mut self, keys: &str) -> Typed {
        self.keyboard.write_all(format!("{keys}{SHOW}").as_bytes()).expect("typed");
        let text = self.read_until(END);
        let (shown, line) = text.rsplit_once(BEGIN).unwrap_or_else(|| panic!("{text:?}"));
        Typed { line: line.trim_end_matches(END).to_owned(), shown: shown.to_owned() }
    }

    /// Types a line to its end, as a person does who runs it, and waits until it has run.
    pub(super) fn run(&mut self, line: &str) -> String {
        self.keyboard.write_all(format!("{line}\recho {BEGIN}ran{END}\r").as_bytes()).expect("typed");
        self.read_until(&format!("\n{BEGIN}ran{END}"))
    }

    /// What is shown until `text` is.
    fn read_until(&self, text: &str) -> String {
        let mut seen = Vec::new();
        loop {
            let shown = String::from_utf8_lossy(&seen);
            if let Some(at) = shown.find(text) {
                return shown[..at + text.len()].to_owned();
            }
            match self.screen.recv_timeout(PATIENCE) {
                Ok(bytes) => seen.extend(bytes),
                Err(error) => panic!("{error} before {text:?}: {:?}", String::from_utf8_lossy(&seen)),
            }
        }
    }
}

impl Drop for Interactive {
    fn drop(&mut self) {
        // A test that fails leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
