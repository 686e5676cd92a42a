//! Pods and their containers.

use jiff::Timestamp;
use serde_json::Value;

use super::{Conditions, Meta, read};
use crate::model::verdict::timing::CONTAINER_PROOF_SECONDS;

/// What a container is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ContainerRole {
    /// It runs as long as the pod does.
    #[default]
    Application,
    /// It must end before the application starts.
    Init,
    /// It starts before the application and runs beside it: an init container that is restarted always.
    Sidecar,
}

/// A container of a pod, an init container too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Container {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub role: ContainerRole,
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
    /// What is said about that end.
    pub ended_message: String,
    /// How many seconds it ran before that end.
    pub ran: Option<i64>,
    /// Whether a container before the current one has ended, whose log is the previous one.
    pub has_previous: bool,
    /// How often it was restarted.
    pub restarts: i64,
}

impl Container {
    fn read(status: &Value, role: ContainerRole) -> Self {
        let ends = [&status["state"]["terminated"], &status["lastState"]["terminated"]];
        let end = ends.into_iter().find(|end| end.is_object());
        let ran = |end: &Value| {
            let (started, finished) = (read::time(end, "startedAt")?, read::time(end, "finishedAt")?);
            Some(finished.as_second() - started.as_second())
        };
        let waiting = &status["state"]["waiting"];
        Self {
            name: read::text(status, "name"),
            role,
            image: read::text(status, "image"),
            ready: read::flag(status, "ready"),
            started: read::time(&status["state"]["running"], "startedAt"),
            waiting: waiting
                .is_object()
                .then(|| (read::text(waiting, "reason"), read::text(waiting, "message"))),
            ended: end.map(|end| (read::text(end, "reason"), read::count(end, "exitCode").unwrap_or(0))),
            ended_message: end.map(|end| read::text(end, "message")).unwrap_or_default(),
            ran: ends.into_iter().find_map(ran),
            has_previous: ends[1].is_object() || read::text(waiting, "reason") == "CrashLoopBackOff",
            restarts: read::count(status, "restartCount").unwrap_or(0),
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
    /// Why the pod as a whole is in that phase: `Evicted`, `DeadlineExceeded`.
    pub reason: String,
    /// The node it is on.
    pub node: Option<String>,
    /// The Secrets that its images are pulled with.
    pub pull_secrets: Vec<String>,
    /// The PersistentVolumeClaims that it mounts.
    pub claims: Vec<String>,
    /// Its containers, init containers first.
    pub containers: Vec<Container>,
    /// Its conditions.
    pub conditions: Conditions,
}

impl Pod {
    /// Reads one.
    pub fn read(object: &Value) -> Self {
        let (spec, status) = (&object["spec"], &object["status"]);
        let is_sidecar = |name: &Value| {
            read::list(spec, "initContainers")
                .any(|container| container["name"] == *name && container["restartPolicy"] == "Always")
        };
        let init = read::list(status, "initContainerStatuses").map(|status| {
            let is_sidecar = is_sidecar(&status["name"]);
            (status, if is_sidecar { ContainerRole::Sidecar } else { ContainerRole::Init })
        });
        let of_application =
            read::list(status, "containerStatuses").map(|status| (status, ContainerRole::Application));
        let claim = |volume: &Value| read::optional(&volume["persistentVolumeClaim"], "claimName");
        Self {
            meta: Meta::read(object),
            phase: read::text(status, "phase"),
            reason: read::text(status, "reason"),
            node: read::optional(spec, "nodeName"),
            pull_secrets: read::list(spec, "imagePullSecrets")
                .filter_map(|secret| read::optional(secret, "name"))
                .collect(),
            claims: read::list(spec, "volumes").filter_map(claim).collect(),
            containers: init
                .chain(of_application)
                .map(|(status, role)| Container::read(status, role))
                .collect(),
            conditions: Conditions::read(status),
        }
    }

    /// Whether it is ready and none of its containers was ever restarted.
    pub fn is_ready_and_never_restarted(&self) -> bool {
        let was_restarted = self.containers.iter().any(|container| container.restarts > 0);
        self.is_ready() && !was_restarted
    }

    /// Whether it is ready.
    pub fn is_ready(&self) -> bool {
        self.conditions.at("Ready", "True").is_some()
    }

    /// Whether it has ended, well or not: it will not run again.
    pub fn is_over(&self) -> bool {
        matches!(self.phase.as_str(), "Failed" | "Succeeded")
    }

    /// Whether its node's kubelet has fallen silent. Only the kubelet writes one condition, and for a kubelet that is
    /// silent another writes the other.
    pub fn is_on_silent_node(&self) -> bool {
        self.conditions.get("Ready").is_some_and(|ready| {
            let runs = match self.conditions.get("ContainersReady") {
                Some(containers) => containers.status == "True",
                None => {
                    !self.containers.is_empty() && self.containers.iter().all(|container| container.ready)
                }
            };
            ready.status == "Unknown"
                || ready.status == "False" && runs && ready.reason != "ReadinessGatesNotReady"
        })
    }

    /// Whether a node was found for it and no kubelet has said anything of its containers.
    pub fn is_unheard(&self) -> bool {
        self.node.is_some() && self.phase == "Pending" && self.containers.is_empty()
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
