//! The end of following: a condition, a deadline, a signal. Time passes as the test says, so nothing waits.

use std::ops::ControlFlow;
use std::time::Duration;

use futures::stream;
use gitops_core::flow::{Until, until};
use gitops_core::model::Exit;
use gitops_core::model::cluster::{ClusterState, Selection};
use gitops_core::model::pipeline::ClusterRef;
use gitops_core::model::verdict::{Picture, picture};
use gitops_core::wire::Clock;
use jiff::Timestamp;

use super::clusters::lab;
use crate::support::InProcess;

const DAY: Duration = Duration::from_secs(86_400);

fn pictures(count: i64) -> Vec<Picture> {
    let state = ClusterState::new(ClusterRef::InCluster);
    let at = |second| Timestamp::from_second(second).expect("a time");
    (0..count).map(|second| picture(&state, &Selection::All, at(second))).collect()
}

/// Breaks at the picture of this second, and counts what it saw.
fn at_second(second: i64, seen: &mut usize) -> impl FnMut(Picture) -> Result<ControlFlow<i64>, ()> {
    move |picture| {
        *seen += 1;
        let is_it = picture.observed_at.as_second() == second;
        Ok(if is_it { ControlFlow::Break(second) } else { ControlFlow::Continue(()) })
    }
}

#[tokio::test]
async fn it_ends_on_its_condition_and_looks_no_further() {
    let (clock, mut seen) = (Clock::manual(Timestamp::UNIX_EPOCH), 0);
    let ended = until(stream::iter(pictures(5)), &clock, Some(DAY), at_second(2, &mut seen)).await;
    assert_eq!((ended, seen), (Ok(Until::Met(2)), 3));
}

#[tokio::test]
async fn it_ends_on_its_deadline_with_exit_code_8() {
    let clock = Clock::manual(Timestamp::UNIX_EPOCH);
    let mut seen = 0;
    let never = until(stream::iter(pictures(3)), &clock, Some(DAY), at_second(9, &mut seen));
    let pass = async {
        while clock.waiting() == 0 {
            tokio::task::yield_now().await;
        }
        clock.advance(DAY - Duration::from_secs(1));
        tokio::task::yield_now().await;
        clock.advance(Duration::from_secs(1));
    };
    let (ended, ()) = tokio::join!(never, pass);
    let ended = ended.expect("nothing fails");
    assert_eq!(ended, Until::Deadline);
    assert_eq!(ended.exit(|_| Exit::Done).code(), 8);
}

#[tokio::test]
async fn what_decides_may_fail() {
    let clock = Clock::manual(Timestamp::UNIX_EPOCH);
    let failing = |_: Picture| Err::<ControlFlow<()>, _>("no");
    assert_eq!(until(stream::iter(pictures(1)), &clock, None, failing).await, Err("no"));
}

#[tokio::test]
async fn a_signal_ends_a_command_that_follows() {
    let lab = lab("default").await;
    for (exit, code) in [(Exit::Interrupted, 130), (Exit::Terminated, 143)] {
        let session = InProcess::new(&lab.kubeconfig(), lab.now());
        let watching = session.run(&["-n", "dev-hello", "--watch"], kubectl_gitops_status::run);
        let stopping = async {
            while session.out().is_empty() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            match exit {
                Exit::Interrupted => session.signals.interrupt(),
                _ => session.signals.terminate(),
            }
        };
        let (ended, ()) = tokio::join!(watching, stopping);
        assert_eq!((ended, ended.code()), (exit, code), "{}", session.err());
        assert!(session.out().contains("dev           Deployed"), "{}", session.out());
    }
}
