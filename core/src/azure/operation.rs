//! Follows what Azure has begun to its end: one poller for everything that is created, changed or deleted.
//!
//! Azure names an address to look at (`Azure-AsyncOperation`), which is followed exactly as given: it may lie beneath
//! another resource type, and its query spells the version in its own way. Where there is none, or Azure has forgotten
//! the operation, the resource itself tells whether it has settled.

use std::time::Duration;

use http::StatusCode;
use jiff::SignedDuration;

use super::client::Azure;
use super::error::AzureError;
use super::operation_state::{OperationState, state_of};
use super::request::ArmRequest;
use super::response::ArmResponse;

/// The pause where Azure asks for none.
const PAUSE: Duration = Duration::from_secs(5);
/// The shortest pause: nobody is asked without one.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);

/// An operation that failed, with what Azure says of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} has ended as {status}: {message}{}", if code.is_empty() { String::new() } else { format!(" ({code})") })]
pub struct FailedOperation {
    /// What was begun: `creating Flux configuration apps on edge-1 in rg-edge`.
    pub operation: String,
    /// How it ended: `Failed`, `Canceled`.
    pub status: String,
    /// Azure's code; empty where it gives none.
    pub code: String,
    /// Azure's message, with its details.
    pub message: String,
    /// The command that shows what was to be changed: `az k8s-configuration flux show …`.
    pub show_command: String,
}

/// How a change ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AwaitedState {
    /// The resource is there, and nothing changes it any more.
    Settled,
    /// The resource is gone.
    Deleted,
}

/// A change that is waited for.
#[derive(Clone)]
pub(super) struct AwaitedChange {
    /// In words, for errors: `creating Flux configuration apps on edge-1 in rg-edge`.
    pub(super) operation: String,
    /// The resource: a path with its version.
    pub(super) resource: String,
    pub(super) until: AwaitedState,
    /// The command that shows the resource.
    pub(super) show_command: String,
}

/// How long it has been waited.
struct Waiting {
    begun: jiff::Timestamp,
    slept: Duration,
    limit: Duration,
}

impl Azure {
    /// Waits until what a response began has ended.
    ///
    /// # Errors
    /// It failed, or did not end within the time for operations; or Azure cannot be asked.
    pub(super) async fn follow(&self, begun: ArmResponse, change: &AwaitedChange) -> Result<(), AzureError> {
        let mut monitor = self.monitor(&begun)?;
        let mut state = match (&monitor, change.until, begun.status) {
            (Some(_), ..) => OperationState::Running("accepted".to_owned()),
            (None, AwaitedState::Deleted, StatusCode::ACCEPTED) => {
                OperationState::Running("Deleting".to_owned())
            }
            (None, AwaitedState::Deleted, _) => OperationState::Succeeded,
            (None, AwaitedState::Settled, _) => state_of(&begun.json().unwrap_or_default()),
        };
        let mut pause = begun.retry_after(self.connection.now());
        let mut waiting = Waiting {
            begun: self.connection.clock().now(),
            slept: Duration::ZERO,
            limit: self.operation_limit,
        };
        loop {
            match state {
                OperationState::Succeeded => return Ok(()),
                OperationState::Ended { status, code, message } => {
                    return Err(AzureError::Operation(self.failed_operation(
                        change,
                        status,
                        [&code, &message],
                    )));
                }
                OperationState::Running(status) => {
                    self.wait(&mut waiting, pause.take().unwrap_or(PAUSE), change, &status).await?;
                    (state, pause) = self.look(&mut monitor, change, status).await?;
                }
            }
        }
    }

    /// An operation that failed. Azure may quote in its message what it was sent, keys included.
    fn failed_operation(&self, change: &AwaitedChange, status: String, texts: [&str; 2]) -> FailedOperation {
        let [code, message] = texts.map(|text| self.connection.tokens().redaction().redact(text));
        let (operation, show_command) = (change.operation.clone(), change.show_command.clone());
        FailedOperation { operation, status, code, message, show_command }
    }

    /// Waits until a resource has settled that something else changes.
    pub(super) async fn settle(&self, change: &AwaitedChange) -> Result<(), AzureError> {
        let now = self.connection.send(ArmRequest::get(&change.resource)).await?;
        self.follow(now, change).await
    }

    /// Pauses; an error once the time for operations is up.
    async fn wait(
        &self,
        waiting: &mut Waiting,
        pause: Duration,
        change: &AwaitedChange,
        status: &str,
    ) -> Result<(), AzureError> {
        // A clock that stands still shows no time to pass, so what was slept is counted as well.
        let elapsed = self.connection.clock().now().duration_since(waiting.begun);
        let waited = waiting.slept.max(Duration::try_from(elapsed).unwrap_or_default());
        let left = waiting.limit.saturating_sub(waited);
        if left.is_zero() {
            return Err(AzureError::Unfinished {
                operation: change.operation.clone(),
                status: status.to_owned(),
                waited: SignedDuration::try_from(waiting.limit).unwrap_or_default(),
            });
        }
        let pause = pause.max(SHORTEST_PAUSE).min(left);
        tracing::debug!("{}: {status}; looking again in {pause:.0?}", change.operation);
        self.connection.clock().sleep(pause).await;
        waiting.slept += pause;
        Ok(())
    }

    /// Looks at the operation, or at the resource. What may pass by itself ends no waiting.
    async fn look(
        &self,
        monitor: &mut Option<String>,
        change: &AwaitedChange,
        status: String,
    ) -> Result<(OperationState, Option<Duration>), AzureError> {
        let target = monitor.clone().unwrap_or_else(|| change.resource.clone());
        let response = match self.connection.send(ArmRequest::get(target)).await {
            Ok(response) => response,
            Err(error) if error.is_absent() && monitor.is_some() => {
                // Azure keeps operations for a while only. The resource tells how this one ended.
                *monitor = None;
                return Ok((OperationState::Running(status), Some(Duration::ZERO)));
            }
            Err(error) if error.is_absent() && change.until == AwaitedState::Deleted => {
                return Ok((OperationState::Succeeded, None));
            }
            Err(error) if error.is_transient() => {
                let pause = match &error {
                    AzureError::Throttled { until: Some(until), .. } => {
                        Duration::try_from(until.duration_since(self.connection.now())).ok()
                    }
                    _ => None,
                };
                return Ok((OperationState::Running(format!("{status}; {}", error.brief())), pause));
            }
            Err(error) => return Err(error),
        };
        let pause = response.retry_after(self.connection.now());
        let state = match (response.json(), monitor.is_some(), change.until) {
            // A location answers 202 for as long as it takes, and then with no content or with the resource.
            (_, true, _) if response.status == StatusCode::NO_CONTENT => OperationState::Succeeded,
            (Err(_), ..) => OperationState::Running(status),
            // That it is there means that it is not deleted yet.
            (Ok(document), false, AwaitedState::Deleted) => match state_of(&document) {
                ended @ OperationState::Ended { .. } => ended,
                _ => OperationState::Running("Deleting".to_owned()),
            },
            (Ok(document), ..) => state_of(&document),
        };
        Ok((state, pause))
    }

    /// The address to look at, as far as a response names one.
    ///
    /// # Errors
    /// It is on another host, which is not given the token. A `Location` on another host is passed over instead: Azure
    /// names one beside the address, a place within itself that nobody else can ask.
    fn monitor(&self, response: &ArmResponse) -> Result<Option<String>, AzureError> {
        let is_elsewhere = |address: &str| {
            let uri: Result<http::Uri, _> = address.parse();
            uri.is_ok_and(|uri| uri.authority().is_some() && !self.connection.endpoint().is_origin_of(&uri))
        };
        if let Some(address) = response.header("azure-asyncoperation").map(str::trim) {
            return match is_elsewhere(address) {
                true => Err(AzureError::other_host(&response.request, address)),
                false => Ok(Some(address.to_owned())),
            };
        }
        let location = response.header("location").filter(|_| response.status == StatusCode::ACCEPTED);
        Ok(location.map(str::trim).filter(|address| !is_elsewhere(address)).map(str::to_owned))
    }
}
