//! A push over HTTPS: its objects are read with no lock held, and then its refs are moved in one call.

use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::git_process::index_pack;
use super::git_routes::GitRoutes;
use crate::git::{FetchError, PushReport, PushRequest, advertisement};

/// What git says when objects are no good.
const UNPACK_ERROR: &str = "index-pack abnormal exit";
const UNPACKER_ERROR: &str = "unpacker error";

impl GitRoutes {
    /// The refs that a pusher may move.
    pub(super) fn advertise(&self, repository: &str) -> Result<Vec<u8>, FetchError> {
        let git = self.host.repository(repository).map_err(|_| FetchError::NotFound)?;
        advertisement(&git).map_err(|_| FetchError::NotFound)
    }

    /// Does what a push asks for; nothing is what is none.
    pub(super) async fn push(
        &self,
        repository: &str,
        folder: &Path,
        token: Option<String>,
        body: &[u8],
    ) -> io::Result<Option<Vec<u8>>> {
        let Some(push) = PushRequest::parse(body) else { return Ok(None) };
        let report = match self.objects(folder, &push).await? {
            Some(quarantine) => {
                let quarantine = quarantine.as_ref().map(TempDir::path);
                self.world.with(|world, now| world.github.receive(repository, token, &push, quarantine, now))
            }
            None => PushReport {
                unpack_error: Some(UNPACK_ERROR.to_owned()),
                refs: push
                    .commands
                    .iter()
                    .map(|command| (command.reference.clone(), Some(UNPACKER_ERROR.to_owned())))
                    .collect(),
                messages: String::new(),
            },
        };
        Ok(Some(push.answer(&report)))
    }

    /// The objects of a push in a quarantine, if it brings any; nothing when they are no good.
    async fn objects(&self, folder: &Path, push: &PushRequest<'_>) -> io::Result<Option<Option<TempDir>>> {
        if !push.brings_objects() {
            return Ok(Some(None));
        }
        let quarantine = self.host.quarantine()?;
        let is_good = index_pack(folder, quarantine.path(), push.pack).await?;
        Ok(is_good.then_some(Some(quarantine)))
    }
}
