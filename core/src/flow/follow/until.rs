//! The end of following: a condition that a picture meets, or a deadline.

use std::ops::ControlFlow;
use std::time::Duration;

use futures::{Stream, StreamExt};

use crate::model::Exit;
use crate::model::verdict::Picture;
use crate::wire::Clock;

/// How following ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Until<T> {
    /// A picture met the condition.
    Met(T),
    /// The deadline came first.
    Deadline,
}

impl<T> Until<T> {
    /// The exit code of a command that ends with it: pending at the deadline, else what `exit` says.
    pub fn exit(&self, exit: impl FnOnce(&T) -> Exit) -> Exit {
        match self {
            Until::Met(value) => exit(value),
            Until::Deadline => Exit::Pending,
        }
    }
}

/// Takes pictures until `decide` breaks, or `limit` has passed on the clock; without a limit for ever. `decide`
/// sees every picture, the first included, and is where they are shown.
///
/// # Errors
/// Those of `decide`.
pub async fn until<T, E>(
    pictures: impl Stream<Item = Picture>,
    clock: &Clock,
    limit: Option<Duration>,
    mut decide: impl FnMut(Picture) -> Result<ControlFlow<T>, E>,
) -> Result<Until<T>, E> {
    let mut pictures = std::pin::pin!(pictures);
    let deadline = async {
        match limit {
            Some(limit) => clock.sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    let mut deadline = std::pin::pin!(deadline);
    loop {
        let picture = tokio::select! {
            biased;
            picture = pictures.next() => picture,
            () = &mut deadline => return Ok(Until::Deadline),
        };
        // A stream that ended brings nothing any more: what is left is to wait for the deadline.
        let Some(picture) = picture else {
            deadline.await;
            return Ok(Until::Deadline);
        };
        if let ControlFlow::Break(value) = decide(picture)? {
            return Ok(Until::Met(value));
        }
    }
}
