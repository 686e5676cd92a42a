//! What becomes of a push: each of its refs is asked for, moved and told of by itself, or all of them together.

use std::path::Path;

use jiff::Timestamp;

use super::refusal::RefRefusal;
use crate::git::{PushReport, PushRequest, RefChange, Via, is_connected};
use crate::github::instance::GitHub;

/// What git says of the other refs where one of them spoils an atomic push.
const SPOILT: &str = "atomic push failure";

impl GitHub {
    /// Whether nothing can be written to a repository any more.
    pub(crate) fn is_archived(&mut self, name: &str, now: Timestamp) -> bool {
        let repository = self.find(name, now).and_then(|id| self.repositories.get(&id));
        repository.is_some_and(|repository| repository.is_archived)
    }

    /// Does what a push asks for. Its objects are in a quarantine, if it brought any.
    pub(crate) fn receive(
        &mut self,
        name: &str,
        token: Option<String>,
        push: &PushRequest<'_>,
        quarantine: Option<&Path>,
        now: Timestamp,
    ) -> PushReport {
        self.catch_up();
        match self.judge(name, token, push, quarantine, now) {
            Ok(report) => report,
            Err(refusal) => all_refused(push, &refusal),
        }
    }

    fn judge(
        &mut self,
        name: &str,
        token: Option<String>,
        push: &PushRequest<'_>,
        quarantine: Option<&Path>,
        now: Timestamp,
    ) -> Result<PushReport, RefRefusal> {
        let id = self.find(name, now).ok_or(RefRefusal::Forbidden)?;
        let repository = self.repositories.get(&id).ok_or(RefRefusal::Forbidden)?;
        let (name, caller) = (repository.name.clone(), self.caller(token));
        let git = self.host.repository(&name)?;
        if let Some(path) = quarantine.and_then(Path::to_str) {
            git.odb()?.add_disk_alternate(path)?;
        }
        let mut changes = Vec::new();
        let mut report = PushReport::default();
        for command in &push.commands {
            let change = RefChange {
                repository: name.clone(),
                reference: command.reference.clone(),
                old: command.old,
                new: command.new,
                actor: caller.login.clone(),
                via: Via::Push,
            };
            let refused = match command.new {
                Some(tip) if !is_connected(&git, tip) => Some("missing necessary objects".to_owned()),
                _ => self.refuse(repository, &git, &caller, &change).err().map(|refusal| {
                    report.messages += &refusal.message();
                    refusal.reason()
                }),
            };
            report.refs.push((command.reference.clone(), refused));
            changes.push(change);
        }
        let is_spoilt = push.is_atomic && report.refs.iter().any(|(_, refused)| refused.is_some());
        if is_spoilt {
            report.refs.iter_mut().for_each(|(_, refused)| {
                refused.get_or_insert_with(|| SPOILT.to_owned());
            });
        }
        if report.refs.iter().all(|(_, refused)| refused.is_some()) {
            return Ok(report);
        }
        if let Some(quarantine) = quarantine {
            self.host.adopt(&name, quarantine)?;
        }
        if push.is_atomic {
            self.host.move_refs(&name, &changes, now)?;
        } else {
            for (change, (_, refused)) in changes.iter().zip(&mut report.refs) {
                if refused.is_some() {
                    continue;
                }
                if let Err(error) = self.host.move_refs(&name, std::slice::from_ref(change), now) {
                    let refusal = RefRefusal::from(error);
                    report.messages += &refusal.message();
                    *refused = Some(refusal.reason());
                }
            }
        }
        self.catch_up();
        Ok(report)
    }
}

fn all_refused(push: &PushRequest<'_>, refusal: &RefRefusal) -> PushReport {
    let refused = |reference: &String| (reference.clone(), Some(refusal.reason()));
    PushReport {
        unpack_error: None,
        refs: push.commands.iter().map(|command| refused(&command.reference)).collect(),
        messages: refusal.message(),
    }
}
