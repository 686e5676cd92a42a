//! `--wait`: the environment is followed until it is deployed, or until nothing but a person can change where it
//! stands.

use std::ops::ControlFlow;
use std::time::Duration;

use gitops_core::cli::{Progress, Session};
use gitops_core::flow::{self, Context, Until};
use gitops_core::model::verdict::{EnvironmentStatus, Outlook, Picture, Standing};
use gitops_core::model::{Exit, Failure, ProgressEvent};
use jiff::Timestamp;

use crate::Args;

/// Waits as long as `--timeout` leaves since `begun`, and says on stderr where the environment stands then.
pub(crate) async fn wait(
    args: &Args,
    session: &Session,
    context: &Context,
    progress: &Progress,
    begun: Timestamp,
) -> Result<Exit, Box<dyn Failure>> {
    let spent = Duration::try_from(context.now().duration_since(begun)).unwrap_or_default();
    let limit = args.timeout.saturating_sub(spent);
    // That nothing is left to wait for changes no verdict: time alone decides it.
    let pictures = flow::follow(context, &args.environment.selector(), flow::Cadence::EachSecond).await?;
    let mut last = LastStandings { session, progress, text: String::new() };
    let ended = progress
        .during(flow::until(pictures, context.clock(), Some(limit), |picture| {
            last.text = standings(&picture);
            progress.show(ProgressEvent::Waiting(awaited(&picture)));
            Ok::<_, Box<dyn Failure>>(match settled(&picture) {
                Some(exit) => ControlFlow::Break(exit),
                None => ControlFlow::Continue(()),
            })
        }))
        .await?;
    drop(last);
    if matches!(ended, Until::Deadline) {
        session.message(&format!("still pending after {} s\n", args.timeout.as_secs_f64()));
    }
    Ok(ended.exit(|exit| *exit))
}

/// Where the environments stood when the waiting ended, or was interrupted.
struct LastStandings<'a> {
    session: &'a Session,
    progress: &'a Progress,
    text: String,
}

impl Drop for LastStandings<'_> {
    fn drop(&mut self) {
        self.progress.clear();
        self.session.message(&self.text);
    }
}

/// The exit code where every environment has settled, that of the worst. What is not heard has not settled.
fn settled(picture: &Picture) -> Option<Exit> {
    if !picture.lost_contacts.is_empty() {
        return None;
    }
    let exits: Option<Vec<Exit>> = picture.environments.iter().map(exit).collect();
    let exits = exits.filter(|exits| !exits.is_empty())?;
    let worst = [Exit::Failed, Exit::NotSo].into_iter().find(|worst| exits.contains(worst));
    Some(worst.unwrap_or(Exit::Done))
}

fn exit(environment: &EnvironmentStatus) -> Option<Exit> {
    match (environment.standing, environment.outlook) {
        (Standing::Deployed, _) => Some(Exit::Done),
        (Standing::Failed, Outlook::Final) => Some(Exit::Failed),
        (Standing::Suspended | Standing::Unknown | Standing::NotDeployed, Outlook::Final) => {
            Some(Exit::NotSo)
        }
        _ => None,
    }
}

/// Where the environments stand, for whoever watches them.
fn awaited(picture: &Picture) -> String {
    let environments = picture.environments.iter();
    let stands = |environment: &EnvironmentStatus| {
        let EnvironmentStatus { standing, reason, .. } = environment;
        format!("{}, which is {standing}, {reason}", environment.id.namespace)
    };
    let lost = picture.lost_contacts.iter().map(|lost| lost.to_string());
    environments.map(stands).chain(lost).collect::<Vec<_>>().join("; ")
}

fn standings(picture: &Picture) -> String {
    let line = |environment: &EnvironmentStatus| {
        let EnvironmentStatus { standing, reason, message, .. } = environment;
        format!("{} is {standing}, {reason}: {message}\n", environment.id.namespace)
    };
    let lost = picture.lost_contacts.iter().map(|lost| format!("{lost}\n"));
    picture.environments.iter().map(line).chain(lost).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::task::{Context as TaskContext, Waker};

    use gitops_core::cli::{EnvVars, Signals, Streams};
    use gitops_core::model::cluster::{Answer, ClusterState, Kind, Scope, Selection};
    use gitops_core::model::pipeline::ClusterRef;
    use gitops_core::model::verdict::{LostContact, picture};
    use gitops_core::model::{ClusterFlags, Why};
    use gitops_core::wire::Clock;

    use super::*;

    /// A namespace of which nobody may know what deploys to it: waiting changes nothing.
    fn settled_picture(cluster: &ClusterRef) -> Picture {
        let mut state = ClusterState::new(cluster.clone());
        state.replace(Scope::namespace(Kind::Kustomization, "flux-system"), Answer::Forbidden);
        picture(&state, &Selection::Namespace("dev-hello".to_owned()), Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn whoever_interrupts_the_waiting_is_told_where_the_environments_stand() {
        let ((streams, captured), (_, signals)) = (Streams::captured(""), Signals::manual());
        let env_vars = EnvVars::from_iter([("HOME", "/nonexistent")]);
        let session =
            Session::new(env_vars, Clock::manual(Timestamp::UNIX_EPOCH), PathBuf::new(), streams, signals);
        let progress = Progress::new(&session, false);
        let mut waiting = Box::pin(async {
            let text = "dev-hello is Reconciling\n".to_owned();
            let _last = LastStandings { session: &session, progress: &progress, text };
            std::future::pending::<()>().await
        });
        assert!(waiting.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())).is_pending());
        assert_eq!(captured.err(), "");
        drop(waiting);
        assert_eq!(captured.err(), "dev-hello is Reconciling\n");
    }

    #[test]
    fn what_is_not_heard_has_not_settled() {
        let cluster = ClusterRef::of_context(Some("prod"));
        let mut picture = settled_picture(&cluster);
        assert_eq!(settled(&picture), Some(Exit::NotSo));
        let why = Why::NoAnswer("connection refused".to_owned());
        let (server, flags) = ("https://prod.example", ClusterFlags::default());
        let lost = LostContact::new(cluster, server, Timestamp::UNIX_EPOCH, why, &flags);
        picture.lost_contacts.push(lost);
        assert_eq!(settled(&picture), None);
        assert!(standings(&picture).contains("no answer from https://prod.example since 00:00:00Z"));
        assert!(awaited(&picture).contains("no answer from https://prod.example"));
    }
}
