//! Who uses a folder: a lock on a file in it, which the system takes from a process that ends, however it does. A file
//! that says so by its presence would outlive a lab that was killed.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::platform::open_private_file;

/// The file's name.
pub(super) const LOCK: &str = "lock";

/// The lock, which is held as long as this is there.
#[derive(Debug)]
pub(super) struct Lock(File);

/// Who holds a lock.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Holder {
    pub(super) process: u32,
    /// Where it serves, once it does.
    pub(super) addresses: Vec<String>,
}

/// What became of asking for a lock.
#[derive(Debug)]
pub(super) enum Taken {
    /// It is held now.
    Here(Lock),
    /// Somebody else holds it, who may be known.
    Elsewhere(Option<Holder>),
}

impl Lock {
    /// Takes the lock of `folder`, which is there.
    pub(super) fn take(folder: &Path) -> io::Result<Taken> {
        let mut file = open_private_file(&folder.join(LOCK))?;
        match file.try_lock() {
            Ok(()) => {
                let lock = Self(file);
                lock.tell(&[])?;
                Ok(Taken::Here(lock))
            }
            Err(TryLockError::WouldBlock) => {
                // Not every system lets others read what is locked.
                let mut text = String::new();
                let holder =
                    file.read_to_string(&mut text).ok().and_then(|_| serde_json::from_str(&text).ok());
                Ok(Taken::Elsewhere(holder))
            }
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Tells others who holds it, and where it serves.
    pub(super) fn tell(&self, addresses: &[String]) -> io::Result<()> {
        let holder = Holder { process: std::process::id(), addresses: addresses.to_vec() };
        let text = serde_json::to_string(&holder)?;
        let mut file = &self.0;
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(text.as_bytes())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::{LOCK, Lock, Taken};

    #[test]
    fn a_lock_is_held_once_and_what_is_left_of_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(LOCK), "left behind by a process that was killed").unwrap();
        let Taken::Here(lock) = Lock::take(folder.path()).unwrap() else { panic!("nobody holds it") };
        lock.tell(&["https://127.0.0.1:1".to_owned()]).unwrap();
        let Taken::Elsewhere(holder) = Lock::take(folder.path()).unwrap() else { panic!("it is held") };
        let holder = holder.unwrap();
        assert_eq!((holder.process, holder.addresses.len()), (std::process::id(), 1));
        drop(lock);
        assert!(matches!(Lock::take(folder.path()).unwrap(), Taken::Here(_)));
    }
}
