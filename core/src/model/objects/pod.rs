//! Pods and their containers.

use jiff::Timestamp;
use serde_json::Value;

use super::{Conditions, Meta, read};
use crate::model::verdict::timing::CONTAINER_PROOF_SECONDS;

/// The reason of events that say that a probe failed.
pub const PROBE_FAILED: &str = "Unhealthy";

/// The reason of events that say that a container is started, or its image pulled, again and again.
pub const BACK_OFF: &str = "BackOff";

/// A container of a pod, an init container too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// Its image.
    pub image: String,
    /// Whether it is ready.
    pub ready: bool,
    /// Since when it runs.
    pub started: Option<Timestamp>,
    /// Why it waits, and what is said about it.
    pub waiting: Option<(String, String)>,
    /// Reason and exit code of its end: the current one's, else the last one's.
    pub ended: Option<(String, i64)>,
    /// How many seconds it ran before that end.
    pub ran: Option<i64>,
    /// How often it was restarted.
    pub restarts: i64,
}

impl Container {
    fn read(status: &Value) -> Self {
        let ended = |state: &Value| {
            let end = &state["terminated"];
            end.is_object().then(|| (read::text(end, "reason"), read::number(end, "exitCode").unwrap_or(0)))
        };
        let ran = |state: &Value| {
            let end = &state["terminated"];
            let (started, finished) = (read::time(end, "startedAt")?, read::time(end, "finishedAt")?);
            Some(finished.as_second() - started.as_second())
        };
        let waiting = &status["state"]["waiting"];
        Self {
            name: read::text(status, "name"),
            image: read::text(status, "image"),
            ready: read::flag(status, "ready"),
            started: read::time(&status["state"]["running"], "startedAt"),
            waiting: waiting
                .is_object()
                .then(|| (read::text(waiting, "reason"), read::text(waiting, "message"))),
            ended: ended(&status["state"]).or_else(|| ended(&status["lastState"])),
            ran: ran(&status["state"]).or_else(|| ran(&status["lastState"])),
            restarts: read::number(status, "restartCount").unwrap_or(0),
        }
    }

    /// Whether it starts and ends again and again. Between two back-offs it runs for a moment, or has just
    /// ended, and without a readiness probe it is even ready: it crashes all the same.
    pub fn crashes(&self, now: Timestamp) -> bool {
        let backs_off = self.waiting.as_ref().is_some_and(|(reason, _)| reason == "CrashLoopBackOff");
        let ended_badly = self.ended.as_ref().is_some_and(|(_, code)| *code != 0) && self.waiting.is_none();
        let unready = !self.ready && self.restarts >= 2;
        let is_young = self
            .started
            .is_some_and(|started| now.as_second() - started.as_second() < CONTAINER_PROOF_SECONDS);
        backs_off || ended_badly && (unready || self.restarts >= 3 && is_young)
    }

    /// Whether its image cannot be had.
    pub fn cannot_pull(&self) -> bool {
        const REASONS: [&str; 6] = [
            "ImagePullBackOff",
            "ErrImagePull",
            "InvalidImageName",
            "ErrImageNeverPull",
            "RegistryUnavailable",
            "ImageInspectError",
        ];
        self.waiting.as_ref().is_some_and(|(reason, _)| REASONS.contains(&reason.as_str()))
    }

    /// Whether its configuration keeps it from being created: a ConfigMap or Secret that is missing.
    pub fn cannot_be_created(&self) -> bool {
        self.waiting.as_ref().is_some_and(|(reason, _)| {
            matches!(
                reason.as_str(),
                "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError"
            )
        })
    }
}

/// A pod.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pod {
    /// Metadata.
    pub meta: Meta,
    /// `Pending`, `Running`, `Succeeded`, `Failed`.
    pub phase: String,
    /// Its containers, init containers first.
    pub containers: Vec<Container>,
    /// Its conditions.
    pub conditions: Conditions,
}

impl Pod {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let status = &object["status"];
        let init = read::list(status, "initContainerStatuses");
        Self {
            meta: Meta::read(object),
            phase: read::text(status, "phase"),
            containers: init.chain(read::list(status, "containerStatuses")).map(Container::read).collect(),
            conditions: Conditions::read(status),
        }
    }

    /// Whether it is ready and none of its containers was ever restarted.
    pub fn is_ready_and_never_restarted(&self) -> bool {
        let was_restarted = self.containers.iter().any(|container| container.restarts > 0);
        self.conditions.at("Ready", "True").is_some() && !was_restarted
    }

    /// Since when it has not been ready; `None` where it is, or nobody says so yet.
    pub fn unready_since(&self) -> Option<Timestamp> {
        self.conditions.get("Ready").filter(|ready| ready.status != "True")?.since
    }

    /// When it stopped being ready, where it has been. Before its first time, `Ready` has been `False` since it
    /// came to its node, and that is not after its initialisation.
    pub fn stopped_being_ready(&self) -> Option<Timestamp> {
        let initialised = self.conditions.at("Initialized", "True")?.since;
        self.unready_since().filter(|since| Some(*since) > initialised)
    }

    /// Whether it belongs to a Job.
    pub fn is_of_job(&self) -> bool {
        self.meta.owners.iter().any(|(kind, _)| kind == "Job")
    }
}
